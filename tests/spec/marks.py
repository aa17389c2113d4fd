"""The marks that the head of palomma.yaml explains: where each may stand, and what may be said by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .document import METHODS, Document, Node, Path

LANGUAGES, READERS = {"es", "en"}, {"merchant", "payer"}
LONGEST = 70  # characters of a payer's text
FAMILIAR = re.compile(r"\b(tú|tu|tus|te|ti|contigo)\b", re.IGNORECASE)
PROVENANCE = {"inferred", "contradictory"}


def is_operation(path: Path, node: Node) -> bool:
    return path[0] in ("paths", "webhooks") and path[-1] in METHODS and "responses" in node


def is_enum(path: Path, node: Node) -> bool:
    return isinstance(node.get("enum"), list)


def is_member(path: Path, node: Node) -> bool:
    return path[-2:-1] == ("properties",)


def is_member_or_id(path: Path, node: Node) -> bool:
    return is_member(path, node) or node.get("in") == "path"


def is_parameter(path: Path, node: Node) -> bool:
    return "in" in node and "name" in node and node["in"] in ("header", "query", "path", "cookie")


def is_member_or_parameter(path: Path, node: Node) -> bool:
    return is_member(path, node) or is_parameter(path, node)


def is_header(path: Path, node: Node) -> bool:
    return is_parameter(path, node) and node["in"] == "header"


def is_server(path: Path, node: Node) -> bool:
    return path[-2:-1] == ("servers",)


def is_texted(path: Path, node: Node) -> bool:
    return is_enum(path, node) or path[-2:-1] == ("tags",)


def anywhere(path: Path, node: Node) -> bool:
    return True


def is_true(document: Document, node: Node, value: Any) -> Iterator[str]:
    if value is not True:
        yield "must be true"


def is_bool(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, bool):
        yield "must be true or false"


def is_text(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield "must be a text"


def is_offset(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not re.fullmatch(r"[+-]\d\d:\d\d", str(value)) or node.get("type") != "string":
        yield "must be an offset such as -05:00, on a string"


def is_seconds(document: Document, node: Node, value: Any) -> Iterator[str]:
    if type(value) is not int or value <= 0:
        yield "must be a number of seconds"


def final(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, list) or not value or not set(value) <= set(node["enum"]):
        yield "must list values of the enum"


def follows(document: Document, node: Node, value: Any) -> Iterator[str]:
    """A state follows states of the same enum, never itself, not even over others, and none that is final."""
    if not isinstance(value, dict) or not all(isinstance(before, list) for before in value.values()):
        yield "must map states to lists of states"
        return
    named = {state for before in value.values() for state in before}
    if not set(value) | named <= set(node["enum"]):
        yield "must name values of the enum"
    if named & set(node.get("x-final", [])):
        yield "lets a state follow a final one"

    def before(state: str, seen: frozenset[str]) -> Iterator[str]:
        for each in value.get(state, []):
            if each in seen:
                yield f"goes in a circle at {each}"
            else:
                yield from before(each, seen | {each})

    for state in value:
        yield from before(state, frozenset({state}))


def texts(document: Document, node: Node, value: Any) -> Iterator[str]:
    """Texts are about values of the enum (or the tag), in the two languages, for the two readers, and polite."""
    if not set(value) <= set(node.get("enum", [node.get("name")])):
        yield "must name values of the enum, or the tag"
    for name, languages in value.items():
        if not languages or not set(languages) <= LANGUAGES:
            yield f"{name}: languages are es and en"
        for language, readers in languages.items():
            if not readers or not set(readers) <= READERS:
                yield f"{name}.{language}: readers are merchant and payer"
            for reader, words in readers.items():
                yield from (f"{name}.{language}.{reader}: {what}" for what in is_text(document, node, words))
                if language == "es" and FAMILIAR.search(str(words)):
                    yield f"{name}.{language}.{reader}: says tú"
                if reader == "payer" and len(str(words)) > LONGEST:
                    yield f"{name}.{language}.{reader}: is long"


def values_of(document: Document, node: Node, value: Any) -> Iterator[str]:
    """A condition: a sibling and some of its values."""
    if value != "sometimes" and not (
        isinstance(value, dict) and all(isinstance(each, list) for each in value.values())
    ):
        yield "must be sometimes, or map members to lists of their values"


def sums(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not value or not set(value.values()) <= {1, -1}:
        yield "must map members to 1 or -1"


def totals(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not {"where"} <= set(value) <= {"of", "where"}:
        yield "must name members, of and where"


def derived(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or set(value) != {"from", "format", "offset"}:
        yield "must have from, format and offset"


def by_status(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not all(each == 0 or isinstance(each, str) for each in value.values()):
        yield "must map states to 0, a member, or less than a member"


def days(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or set(value) != {"absent", "last"} or not all(map(is_count, value.values())):
        yield "must have numbers of days, absent and last"


def is_count(value: Any) -> bool:
    return type(value) is int and value > 0


def default(document: Document, node: Node, value: Any) -> Iterator[str]:
    schema = document.deref(node.get("schema", node))
    kinds = {"integer": int, "boolean": bool, "string": str}
    if type(value) is not kinds.get(schema.get("type", "")):
        yield "must be of the schema's type"


def most(document: Document, node: Node, value: Any) -> Iterator[str]:
    if not is_count(value) or node.get("type") != "integer":
        yield "must be a number, on an integer"


def look_up(document: Document, node: Node, value: Any) -> Iterator[str]:
    found = [operation for _, operation in document.operations() if operation.get("operationId") == value["operation"]]
    names = {document.deref(parameter)["name"] for operation in found for parameter in operation["parameters"]}
    if value["parameter"] not in names:
        yield "must name an operation and a parameter of it"


def pagination(document: Document, node: Node, value: Any) -> Iterator[str]:
    if value is not False and not (
        isinstance(value, dict) and set(value) <= {"items", "cursor", "offset", "page", "link"}
    ):
        yield "must be false, or name items, cursor, offset, page or link"


def provenance(document: Document, node: Node, value: Any) -> Iterator[str]:
    if value not in PROVENANCE:
        yield "must be inferred or contradictory"


def names(there: Callable[[Document, Node], Any]) -> Callable[[Document, Node, Any], Iterator[str]]:
    """A map of marks whose names must be there."""

    def check(document: Document, node: Node, value: Any) -> Iterator[str]:
        if not isinstance(value, dict) or not value or not set(value.values()) <= PROVENANCE:
            yield "must map names to inferred or contradictory"
        elif not set(value) <= set(there(document, node)):
            yield "must name what is there"

    return check


def keywords(document: Document, node: Node) -> set[str]:
    members = [node, node.get("schema", {}), *node.get("properties", {}).values()]
    return {keyword for member in members if isinstance(member, dict) for keyword in member}


def parameters(document: Document, node: Node) -> list[str]:
    return [document.deref(parameter)["name"] for parameter in node.get("parameters", [])]


Where = Callable[[Path, Node], bool]
What = Callable[[Document, Node, Any], Iterator[str]]
MARKS: dict[str, tuple[Where, What]] = {
    "x-moves-money": (is_operation, is_true),
    "x-safe": (is_operation, is_true),
    "x-idempotent": (is_operation, is_true),
    "x-pagination": (is_operation, pagination),
    "x-look-up": (is_operation, look_up),
    "x-identifies": (is_member_or_id, is_bool),
    "x-final": (is_enum, final),
    "x-follows": (is_enum, follows),
    "x-texts": (is_texted, texts),
    "x-sensitive": (anywhere, is_true),
    "x-utc-offset": (anywhere, is_offset),
    "x-idempotency-key": (is_header, is_true),
    "x-key-lifetime": (is_header, is_seconds),
    "x-default": (is_member_or_parameter, default),
    "x-most": (is_member, most),
    "x-days": (is_member, days),
    "x-state": (is_member, is_text),
    "x-present": (is_member, values_of),
    "x-by-status": (is_member, by_status),
    "x-sums": (is_member, sums),
    "x-totals": (is_member, totals),
    "x-derived": (is_member, derived),
    "x-environment": (is_server, is_text),
    "x-example-key": (is_parameter, is_text),
    "x-provenance": (anywhere, provenance),
    "x-provenance-keywords": (anywhere, names(keywords)),
    "x-provenance-values": (is_enum, names(lambda document, node: node["enum"])),
    "x-provenance-responses": (is_operation, names(lambda document, node: node["responses"])),
    "x-provenance-parameters": (is_operation, names(parameters)),
    "x-source": (anywhere, is_text),
    "x-note": (anywhere, is_text),
}
