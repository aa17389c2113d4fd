"""What the generator can't do right, found in the document before anything is written.

A rule goes when its support comes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import wide
from document import METHODS, Node, Operation, RefusedError, class_name, operations, resolve, walk
from facts import Contract, is_key
from openapi_python_client.strings import PythonIdentifier

SIGNATURE = "x-signature"
ITEM_KEYS = frozenset({*METHODS, "parameters", "servers", "summary", "description", "$ref"})


def findings(document: Node) -> list[str]:
    """Return every reason to refuse a document, as `POST /x createX: <what> is not supported: <rule>; <what to do>`."""
    found = [*_document(document)]
    if found:
        return found
    found += _paths(document)
    found += [*_references(document), *_servers(document)]
    try:
        every = list(operations(document))
    except RefusedError as refused:
        return [*found, str(refused)]
    for operation in every:
        found += [f"{operation}: {text}" for rule in RULES for text in rule(operation)]
    found += _twice(every)
    found += [*_names(document), *_webhooks(document)]
    return found or _whole(document)


def _document(document: Node) -> Iterator[str]:
    version = str(document.get("openapi", ""))
    if not re.match(r"3\.[01]\b", version):
        said = (
            f"openapi {version}" if version else "swagger" if "swagger" in document else "a document without `openapi`"
        )
        yield f"{said} is not supported: the generator reads OpenAPI 3.0 and 3.1; convert the document"
    if not isinstance(document.get("info"), dict):
        yield "a document without `info` is not supported: OpenAPI requires it; write its title and version"


def _paths(document: Node) -> Iterator[str]:
    for path, item in document.get("paths", {}).items():
        for key in item if isinstance(item, dict) and not path.startswith("x-") else ():
            if key not in ITEM_KEYS and not key.startswith("x-"):
                yield f"{path}: method {key.upper()} is not supported: only {', '.join(METHODS)} are; use one of them"


def _servers(document: Node) -> Iterator[str]:
    for server in document.get("servers") or []:
        url = str(server.get("url", ""))
        if url.startswith("http://") and not re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$)", url):
            yield f"servers: {url} is not supported: the key would travel in clear; write https://"


def _references(document: Node) -> Iterator[str]:
    """Name what holds a reference that leads out of the document."""
    for path, item in document.get("paths", {}).items():
        for key, node in item.items() if isinstance(item, dict) else ():
            where = f"{key.upper()} {path} {node.get('operationId', '')}".rstrip() if key in METHODS else path
            yield from (f"{where}: {text}" for text in _outside(node))
    for kind, components in (document.get("components") or {}).items():
        for name, node in components.items() if isinstance(components, dict) else ():
            yield from (f"components.{kind}.{name}: {text}" for text in _outside(node))


def _outside(node: Any) -> Iterator[str]:
    for each in walk(node):
        if isinstance(each.get("$ref"), str) and not each["$ref"].startswith("#/"):
            yield f"$ref {each['$ref']} is not supported: it leads to another file; bundle them into one document"


def _parameters(operation: Operation) -> Iterator[str]:
    declared = {each.get("name") for each in operation.parameters if each.get("in") == "path"}
    in_path = re.findall(r"{([^}]*)}", operation.path)
    for name in in_path:
        if name not in declared:
            yield f"path parameter {name} is not supported: the path has it, nothing describes it; describe it"
    for name in declared - set(in_path):
        yield f"path parameter {name} is not supported: the path has it not; put it there, or take it out"
    for each in operation.parameters:
        name, place, style = each.get("name"), each.get("in"), each.get("style")
        if place not in ("path", "query", "header", "cookie"):
            yield f"parameter {name} in {place} is not supported: only path, query, header and cookie are; move it"
        elif each.get("content"):
            yield f"parameter {name} is not supported: it has `content`; describe it by a `schema`"
        elif style in ("matrix", "label"):
            yield f"parameter {name} is not supported: style {style}; use simple, form, deepObject or another delimited"
    if sum(map(is_key, operation.parameters)) > 1:
        yield "two idempotency keys are not supported: one call has one key; mark one with x-idempotency-key: false"


def _content(operation: Operation) -> Iterator[str]:
    for code, response in operation.responses.items():
        for media in response.get("content") or {}:
            if media.lower().startswith(
                ("text/event-stream", "application/x-ndjson", "application/jsonl")
            ) and code.startswith("2"):
                yield f"answer {media} is not supported: a stream never ends as one value; describe another media type"
    for _, content in ((operation.body or {}).get("content") or {}).items():
        for name, each in (content.get("encoding") or {}).items():
            if each.get("style") or each.get("headers"):
                yield f"body member {name} is not supported: `encoding` with style or headers; leave the encoding out"


def _webhooks(document: Node) -> Iterator[str]:
    """A delivery that is signed in another way would be refused, each and every one."""
    for key, item in (document.get("webhooks") or {}).items():
        item = resolve(document, item)
        for operation in (item[method] for method in METHODS if method in item):
            names = [resolve(document, each).get("name", "") for each in operation.get("parameters") or []]
            for name in names:
                if "signature" in name.lower() and name.lower() != SIGNATURE:
                    yield f"webhook {key} is not supported: it is signed by {name}; palomma.webhooks reads {SIGNATURE}"


RULES: tuple[Callable[[Operation], Iterator[str]], ...] = (_parameters, _content)


def _twice(every: list[Operation]) -> Iterator[str]:
    counted = Counter(operation.id for operation in every)
    for operation in every:
        if counted[operation.id] > 1:
            yield f"{operation}: operationId {operation.id} is not supported: another has it; rename one"


def _names(document: Node) -> Iterator[str]:
    by_class: dict[str, str] = {}
    for name in (document.get("components") or {}).get("schemas") or {}:
        made = class_name(name)
        if made in by_class:
            yield f"components.schemas.{name} is not supported: {by_class[made]} is the class {made}, too; rename one"
        by_class[made] = name


def _whole(document: Node) -> list[str]:
    """Try what is worked out of the whole document."""
    try:
        contract = Contract(document)
    except RefusedError as refused:
        return str(refused).splitlines()
    alike = [text for name, schema in contract.plain.schemas.items() for text in _alike(name, contract.members(schema))]
    if alike:
        return alike
    shared = contract.document.get("security")
    tries = [lambda: wide.scheme(contract, shared, "security"), lambda: wide.events(contract), contract.environments]
    for facts in contract.all:
        own = facts.operation.node.get("security")
        if own is not None:
            tries.append(partial(wide.scheme, contract, own, str(facts.operation)))
    return [text for attempt in tries for text in _refusal(attempt)]


def _alike(name: str, members: Node) -> Iterator[str]:
    """Name members that would be one attribute; those that only differ in their spelling keep it."""
    seen: dict[str, str] = {}
    for member in members:
        made = str(PythonIdentifier(member, "field_"))
        other = seen.setdefault(made, member)
        spelt = [str(PythonIdentifier(each, "field_", skip_snake_case=True)) for each in (member, other)]
        if other != member and spelt[0] == spelt[1]:
            yield f"components.schemas.{name}: {member!r} is not supported: it and {other!r} are one name; rename one"


def _refusal(attempt: Callable[[], Any]) -> list[str]:
    try:
        attempt()
    except RefusedError as refused:
        return str(refused).splitlines()
    return []
