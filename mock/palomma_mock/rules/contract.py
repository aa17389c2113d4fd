"""Read the contract: its operations, its resources, its events. Nothing else in the mock names an endpoint (R6)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import msgspec

from .messages import Request
from .schema import Schema, Schemas, plain

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_KEY_HEADER = re.compile(r"(x-)?idempotency-key", re.IGNORECASE)
_BASE = "/v0"
_LIMITS = ("limit", "pageSize", "page_size", "perPage", "per_page", "size")


@dataclass(frozen=True, slots=True)
class Page:
    """How a list comes in pages: the members of the answer and the parameters of the query."""

    items: str | None
    limit: str | None = None
    # What says where to go on ("cursor", "offset" or "page"), its parameter, and the member that holds the next cursor.
    manner: str | None = None
    parameter: str | None = None
    next: str = "cursor"
    link: bool = False


class Operation:
    """One operation of the contract, and what it does to its resource (`action`; None: nobody can tell)."""

    resource: "Resource"
    action: str | None
    secured: bool

    def __init__(self, schemas: Schemas, path: str, method: str, node: Schema, shared: Iterable[Any]) -> None:
        self.node, self.path, self.method = node, path, method.upper()
        self.id: str = node.get("operationId") or f"{self.method} {path}"
        self.collection, self.is_item = _collection(path), _is_parameter(_segments(path)[-1])
        parameters = [schemas.at(one) for one in (*shared, *node.get("parameters", ()))]
        self.query: Mapping[str, Schema] = {one["name"]: one for one in parameters if one["in"] == "query"}
        self.key = next(filter(_is_key, parameters), None)
        responses = {str(code): response for code, response in node.get("responses", {}).items()}
        code = min((code for code in responses if code[0] == "2"), default="200")
        self.documented = frozenset(responses)
        self.status, self.answer = int(code) if code.isdigit() else 200, _json_of(schemas.at(responses.get(code)))
        request = schemas.at(node.get("requestBody"))
        self.body, self.body_required = _json_of(request), request.get("required", False)
        self.takes_json = self.body is not None or not request.get("content")
        self.page = _page(schemas, self)
        self.parameters = {*self.query, self.page.parameter if self.page else None}


class Resource:
    """A collection and its items. `kind` is its tag, or its path where several resources share the tag."""

    event: str | None = None
    parent: "Resource | None" = None

    def __init__(self, schemas: Schemas, group: list[Operation], own_tag: str | None) -> None:
        # What the read by id answers, else a write, else an item of the list.
        group = sorted(group, key=lambda operation: (not operation.is_item, operation.method != "POST"))
        self.path = group[0].collection
        segments = _segments(self.path)
        fixed = [segment for segment in segments if not _is_parameter(segment)]
        self.kind = own_tag or "/".join(fixed)
        self.parents = tuple(segment.strip("{}") for segment in segments if _is_parameter(segment))
        schema = next(filter(None, (_item(schemas, operation) for operation in group)), {})
        self.item, self.name = schemas.at(schema), schema.get("$ref", "").rpartition("/")[2]
        has_id = "id" in schemas.members(schema) or not group[0].is_item
        self.id = "id" if has_id else _segments(group[0].path)[-1].strip("{}")
        self.title = re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", self.name or fixed[-1]).replace("_", " ").lower()


class Call(NamedTuple):
    """What a request asks for, once it is known to be allowed and well-formed."""

    operation: Operation
    ids: list[str]
    query: dict[str, str]
    body: Any
    key: str | None
    request: Request


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{")


def _collection(path: str) -> str:
    """Return the path without the id at its end."""
    head, _, last = path.rstrip("/").rpartition("/")
    return head if _is_parameter(last) else path.rstrip("/")


class Contract:
    """The document, read once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document: Mapping[str, Any] = plain(document)
        self.schemas = Schemas(self.document)
        servers = self.document.get("servers") or [{}]
        self.base = urlsplit(servers[0].get("url", "")).path.rstrip("/") or _BASE
        operations = list(self._read())
        self.operations = {operation.id: operation for operation in operations}
        groups: dict[str, list[Operation]] = {}
        for operation in operations:
            groups.setdefault(operation.collection, []).append(operation)
        resources = {path: Resource(self.schemas, group, self._own_tag(group)) for path, group in groups.items()}
        self.resources = {resource.kind: resource for resource in resources.values()}
        for resource in resources.values():
            resource.event = self._event(resource.name)
            resource.parent = resources.get(_collection(resource.path.rpartition("/")[0]))
        self.events = {resource.event: kind for kind, resource in self.resources.items() if resource.event}
        for operation in operations:
            operation.resource = resources[operation.collection]
            operation.action = _action(operation, groups[operation.collection])
            operation.secured = bool(operation.node.get("security", self.document.get("security")))
        self._routes = self._routed()
        self.key_places = self._key_places()
        self.sensitive = frozenset(self._sensitive(self.document))

    # Reading

    def _read(self) -> Iterator[Operation]:
        for path, item in ((path, self.schemas.at(item)) for path, item in self.document["paths"].items()):
            for method in (method for method in _METHODS if method in item):
                yield Operation(self.schemas, path, method, item[method], item.get("parameters", ()))

    def _own_tag(self, group: list[Operation]) -> str | None:
        """Return the tag of these operations, if no others have it."""
        tag = next((tag for operation in group for tag in operation.node.get("tags", ())[:1]), "")
        having = {each.collection for each in self.operations.values() if tag in each.node.get("tags", ())}
        return tag if len(having) == 1 else None

    def _event(self, name: str) -> str | None:
        """Return the event that carries an object of this schema."""
        for event, item in self.document.get("webhooks", {}).items():
            schema = _json_of(self.schemas.at(item.get("post", {}).get("requestBody", {}))) or {}
            carried = self.schemas.members(schema).get("event", {})
            if name and carried.get("$ref", "").rpartition("/")[2] == name:
                return str(event)
        return None

    def _sensitive(self, node: Any) -> Iterator[str]:
        """Yield the names of the members that nobody may be shown (R5)."""
        if isinstance(node, dict):
            members = node.get("properties")
            for name, member in members.items() if isinstance(members, dict) else ():
                if self.schemas.at(member).get("x-sensitive"):
                    yield name
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from self._sensitive(inner)

    def words(self, kind: str, member: str, value: Any, language: str, reader: str = "merchant") -> str:
        """Return what a value means, in the contract's words for a reader, or else the value.

        `member` is one of the resource, or of what it is made from; a dot leads into it.
        """
        made = [one.body for one in self.operations.values() if one.resource.kind == kind and one.action == "create"]
        for schema in map(self.schemas.at, (self.resources[kind].item, *made)):
            for name in member.split("."):
                schema = self.schemas.at(self.schemas.members(schema).get(name))
                schema = self.schemas.at(schema.get("items", schema))
            if words := schema.get("x-texts", {}).get(str(value)):
                return str(words[language][reader])
        return str(value)

    # Finding

    def _routed(self) -> dict[str, dict[str, Operation]]:
        """Return the operations by path and method, paths with fewer parameters first."""
        routes: dict[str, dict[str, Operation]] = {}
        for operation in sorted(self.operations.values(), key=lambda operation: operation.path.count("{")):
            routes.setdefault(operation.path, {})[operation.method] = operation
        return routes

    def route(self, path: str) -> tuple[dict[str, Operation], list[str]] | None:
        """Return the operations of a path by method, and the ids in it."""
        if not path.startswith(self.base + "/"):
            return None
        if "{" not in path and (fixed := self._routes.get(path[len(self.base) :])):
            return fixed, []
        parts = [unquote(segment) for segment in path[len(self.base) :].split("/")[1:]]
        for template, operations in self._routes.items():
            pairs = list(zip(segments := template.split("/")[1:], parts, strict=False))
            fits = all(part if _is_parameter(segment) else segment == part for segment, part in pairs)
            if fits and len(segments) == len(parts):
                return operations, [part for segment, part in pairs if _is_parameter(segment)]
        return None

    def operation(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request asks for, if it is one of the contract's."""
        route = self.route(path)
        return route[0].get(method) if route else None

    def _key_places(self) -> list[tuple[str, str]]:
        """Return where the API key is taken: the scheme (bearer, header or query) and the name there.

        Only what operations ask for counts: webhooks are signed by a scheme of their own.
        """
        asked = [self.document, *(operation.node for operation in self.operations.values())]
        names = {name for each in asked for alternative in each.get("security", ()) for name in alternative}
        described = self.document.get("components", {}).get("securitySchemes", {}).items()
        schemes = [self.schemas.at(scheme) for name, scheme in described if name in names]
        named = [(scheme["in"], scheme["name"].lower()) for scheme in schemes if scheme.get("type") == "apiKey"]
        return [place for place in named if place[0] in ("header", "query")] or [("bearer", "authorization")]


def _item(schemas: Schemas, operation: Operation) -> Schema | None:
    """Return the schema of one object of those that the operation answers."""
    page, answer = operation.page, operation.answer
    if page is None or operation.method != "GET" or operation.is_item:
        return answer
    return schemas.at(schemas.members(answer).get(page.items) if page.items else answer).get("items")


def _action(operation: Operation, group: list[Operation]) -> str | None:
    if not operation.takes_json:
        return None
    if operation.is_item:
        read = "get" if operation.answer else None
        return {"GET": read, "PATCH": "update", "PUT": "replace", "DELETE": "delete"}.get(operation.method)
    if operation.method == "GET":
        return "list" if operation.page else None
    made = "{" not in operation.path or any(other.method == "GET" for other in group)
    return "create" if operation.method == "POST" and made and not operation.node.get("x-safe") else None


def _page(schemas: Schemas, operation: Operation) -> Page | None:
    """Return how the list comes in pages, by `x-pagination` or else by the usual names; None if it isn't a list."""
    answer, mark, query = schemas.at(operation.answer), operation.node.get("x-pagination") or {}, operation.query
    lists = [name for name, member in schemas.members(answer).items() if "items" in schemas.at(member)]
    if "items" not in answer and len(lists) != 1 and "items" not in mark:
        return None
    items = None if "items" in answer else mark.get("items") or lists[0]
    limit = next((name for name in _LIMITS if name in query), None)
    if mark.get("link"):
        return Page(items, limit, "cursor", "cursor", link=True)
    for manner in ("cursor", "offset", "page"):
        given = mark.get(manner) or {}
        if (parameter := given.get("parameter", manner)) in query:
            return Page(items, given.get("size", limit), manner, parameter, given.get("member", "cursor"))
    return Page(items, limit)


def _is_key(parameter: Mapping[str, Any]) -> bool:
    marked = parameter.get("x-idempotency-key", bool(_KEY_HEADER.fullmatch(parameter["name"])))
    return parameter["in"] == "header" and bool(marked)


def _json_media(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((media for name, media in content.items() if re.match(r"application/(.+\+)?json\b", name)), None)


def _json_of(message: Mapping[str, Any]) -> Schema | None:
    media = _json_media(message.get("content", {}))
    return None if media is None else media.get("schema", {})


@lru_cache(maxsize=8)
def _read(path: Path | None) -> Contract:
    file = files("palomma_schemas") / "openapi.json" if path is None else path
    return Contract(msgspec.json.decode(file.read_bytes()))


def load(contract: Path | Mapping[str, Any] | None = None) -> Contract:
    """Return the contract in a JSON file, in a mapping, or else the one that palomma was generated from."""
    try:
        return Contract(contract) if isinstance(contract, Mapping) else _read(contract)
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"contract: not an OpenAPI document that can be read: {problem!r}") from None
