"""Read the contract: its operations, its resources, its events. Nothing else in the mock names an endpoint (R6)."""

import re
from collections.abc import Collection, Iterator, Mapping
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


class _Entry(NamedTuple):
    path: str
    method: str
    operation: Mapping[str, Any]
    parameters: list[Schema]


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


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection and its items. `kind` is its tag, or its path where several resources share the tag."""

    kind: str
    title: str
    path: str
    parents: tuple[str, ...]
    id: str
    item: Schema
    event: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation of the contract, and what it does to its resource (None: nobody can tell)."""

    id: str
    method: str
    path: str
    action: str | None
    resource: Resource
    status: int
    answer: Schema | None
    body: Any
    body_required: bool
    query: Mapping[str, Mapping[str, Any]]
    page: Page | None
    key: Mapping[str, Any] | None
    documented: frozenset[str]
    secured: bool


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


def _is_item(path: str) -> bool:
    return _is_parameter(_segments(path)[-1])


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
        self._entries = list(self._entries_read())
        collections = dict.fromkeys(_collection(entry.path) for entry in self._entries)
        self._by_path = {collection: self._resource(collection) for collection in collections}
        self.resources = {resource.kind: resource for resource in self._by_path.values()}
        self.events = {resource.event: kind for kind, resource in self.resources.items() if resource.event}
        self.operations = {operation.id: operation for operation in map(self._operation, self._entries)}
        self._routes = self._routed()
        self.key_places = self._key_places()
        self.sensitive = frozenset(self._sensitive(self.document))

    # Reading

    def _entries_read(self) -> Iterator[_Entry]:
        for path, item in ((path, self.schemas.at(item)) for path, item in self.document["paths"].items()):
            for method in (method for method in _METHODS if method in item):
                given = (*item.get("parameters", ()), *item[method].get("parameters", ()))
                yield _Entry(path, method, item[method], [self.schemas.at(one) for one in given])

    def _resource(self, collection: str) -> Resource:
        group = [entry for entry in self._entries if _collection(entry.path) == collection]
        # What the read by id answers, else a write, else an item of the list.
        group.sort(key=lambda entry: (not _is_item(entry.path), entry.method != "post"))
        fixed = [segment for segment in _segments(collection) if not _is_parameter(segment)]
        tag = (group[0].operation.get("tags") or [""])[0]
        sharing = {_collection(entry.path) for entry in self._entries if tag in entry.operation.get("tags", ())}
        schema = next(filter(None, map(self._item, group)), {})
        name = schema.get("$ref", "").rpartition("/")[2]
        has_id = "id" in self.schemas.members(schema) or not _is_item(group[0].path)
        return Resource(
            kind=tag if tag and len(sharing) == 1 else "/".join(fixed),
            title=re.sub(r"(?<=[a-z0-9])([A-Z])", r" \1", name or fixed[-1]).replace("_", " ").lower(),
            path=collection,
            parents=tuple(segment.strip("{}") for segment in _segments(collection) if _is_parameter(segment)),
            id="id" if has_id else _segments(group[0].path)[-1].strip("{}"),
            item=self.schemas.at(schema),
            event=self._event(name),
        )

    def _item(self, entry: _Entry) -> Schema | None:
        """Return the schema of one object of those that the operation answers."""
        schema = self._success(entry.operation)[1]
        page = self._page(schema, entry.operation, ())
        if page is None or entry.method != "get" or _is_item(entry.path):
            return schema
        listed = self.schemas.members(schema).get(page.items) if page.items else schema
        return self.schemas.at(listed).get("items")

    def _success(self, operation: Mapping[str, Any]) -> tuple[int, Schema | None]:
        """Return the status and the JSON schema of the answer that means success."""
        responses = {str(code): response for code, response in operation.get("responses", {}).items()}
        code = min((code for code in responses if code[0] == "2"), default="200")
        return int(code) if code.isdigit() else 200, _json_of(self.schemas.at(responses.get(code)))

    def _event(self, name: str) -> str | None:
        """Return the event that carries an object of this schema."""
        for event, item in self.document.get("webhooks", {}).items():
            schema = _json_of(self.schemas.at(item.get("post", {}).get("requestBody", {}))) or {}
            carried = self.schemas.members(schema).get("event", {})
            if name and carried.get("$ref", "").rpartition("/")[2] == name:
                return str(event)
        return None

    def _operation(self, entry: _Entry) -> Operation:
        operation, (status, answer) = entry.operation, self._success(entry.operation)
        query = {one["name"]: one for one in entry.parameters if one["in"] == "query"}
        page = self._page(answer, operation, query)
        request = self.schemas.at(operation.get("requestBody"))
        return Operation(
            id=operation.get("operationId") or f"{entry.method.upper()} {entry.path}",
            method=entry.method.upper(),
            path=entry.path,
            action=self._action(entry, bool(answer), bool(page)),
            resource=self._by_path[_collection(entry.path)],
            status=status,
            answer=answer,
            body=_json_of(request),
            body_required=request.get("required", False),
            query=query,
            page=page,
            key=next(filter(_is_key, entry.parameters), None),
            documented=frozenset(map(str, operation.get("responses", {}))),
            secured=bool(operation.get("security", self.document.get("security"))),
        )

    def _action(self, entry: _Entry, answers: bool, lists: bool) -> str | None:
        media = self.schemas.at(entry.operation.get("requestBody")).get("content", {})
        if media and not _json_media(media):
            return None
        if _is_item(entry.path):
            actions = {"get": "get" if answers else None, "patch": "update", "put": "replace", "delete": "delete"}
            return actions.get(entry.method)
        if entry.method == "get":
            return "list" if lists else None
        collection = _collection(entry.path)
        readable = any(other.method == "get" and _collection(other.path) == collection for other in self._entries)
        made = readable or "{" not in entry.path
        return "create" if entry.method == "post" and made and not entry.operation.get("x-safe") else None

    def _page(self, answer: Schema | None, operation: Mapping[str, Any], query: Collection[str]) -> Page | None:
        """Return how the list comes in pages, by `x-pagination` or else by the usual names; None if it isn't a list."""
        answer, mark = self.schemas.at(answer), operation.get("x-pagination") or {}
        lists = [name for name, member in self.schemas.members(answer).items() if "items" in self.schemas.at(member)]
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
        for schema in (self.resources[kind].item, *made):
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

    def under(self, path: str) -> Resource | None:
        """Return the resource whose item this collection lies under."""
        return self._by_path.get(_collection(path.rpartition("/")[0]))

    def _key_places(self) -> list[tuple[str, str]]:
        """Return where the API key is taken: the scheme (bearer, header or query) and the name there.

        Only what operations ask for counts: webhooks are signed by a scheme of their own.
        """
        asked = [self.document, *(entry.operation for entry in self._entries)]
        names = {name for each in asked for alternative in each.get("security", ()) for name in alternative}
        described = self.document.get("components", {}).get("securitySchemes", {}).items()
        schemes = [self.schemas.at(scheme) for name, scheme in described if name in names]
        named = [(scheme["in"], scheme["name"].lower()) for scheme in schemes if scheme.get("type") == "apiKey"]
        return [place for place in named if place[0] in ("header", "query")] or [("bearer", "authorization")]


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
