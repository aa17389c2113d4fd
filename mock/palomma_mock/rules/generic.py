"""Answers derived from the contract alone, for operations that nobody wrote behaviour for."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from .calendar import instant
from .contract import Call, Contract, Operation, Page, Resource
from .schema import Members, RefusedError, Schema, Schemas

_DEFAULT_SIZE, _LARGEST_SIZE = 20, 1000
_CREATED, _UPDATED = ("createdAt", "created_at", "created"), ("updatedAt", "updated_at", "updated")
_STAMPS = frozenset(_CREATED + _UPDATED)
_TOTALS = ("total", "totalCount", "total_count")


def created(contract: Contract, call: Call, id: str, now: float) -> Members:
    """Return a new object: what its schema shares with the body and the path, an id, and what it must have besides."""
    resource, body = call.operation.resource, call.body if isinstance(call.body, dict) else {}
    given = dict(zip(resource.parents, call.ids, strict=False)) | body
    given.pop(resource.id, None)
    members: Members = {}
    stamp = instant(now)
    for name, made in _recipe(contract.schemas, resource):
        if name in given:
            members[name] = given[name]
        elif made:
            members[name] = made(id, stamp)
    return members


@lru_cache(256)
def _recipe(schemas: Schemas, resource: Resource) -> list[tuple[str, Callable[[str, str], Any] | None]]:
    """Return the members of a new object, with what makes one of the id and the time where none was given."""

    def maker(name: str, schema: Schema) -> Callable[[str, str], Any] | None:
        if name == resource.id:
            return lambda id, stamp: _as_id(schema, id)
        if name in _STAMPS:
            return lambda id, stamp: stamp
        needed = name in required or (name == "status" and "enum" in schema)
        return (lambda id, stamp: schemas.sample(schema, stamp)) if needed else None

    required = schemas.required(resource.item)
    return [(name, maker(name, schemas.at(schema))) for name, schema in schemas.members(resource.item).items()]


def _as_id(schema: Schema, id: str) -> Any:
    """Return a ULID as an id of this type."""
    number = int.from_bytes(id[-10:].encode(), "big")
    if schema.get("type") == "integer":
        return number % 2**53
    return str(UUID(int=number, version=4)) if schema.get("format") == "uuid" else id


def updated(contract: Contract, call: Call, members: Members, now: float) -> Members:
    """Return the object with the members of the body. A null clears; a PUT also clears what it doesn't give."""
    schemas, item = contract.schemas, call.operation.resource.item
    known, required = schemas.members(item), schemas.required(item)
    body = call.body if isinstance(call.body, dict) else {}
    given = {name: value for name, value in body.items() if name in known and name != call.operation.resource.id}
    replaced = schemas.members(call.operation.body) if call.operation.action == "replace" else {}
    cleared = {name for name in (*replaced, *given) if given.get(name) is None and name not in required}
    stamps = {name: instant(now) for name in _UPDATED if name in known}
    kept = members | {name: value for name, value in given.items() if value is not None} | stamps
    return {name: value for name, value in kept.items() if name not in cleared}


def shown(contract: Contract, operation: Operation, members: Members, raw: bytes | None = None) -> bytes:
    """Return the object as this operation answers it; nothing where the contract documents no body."""
    if operation.answer is None:
        return b""
    schemas = contract.schemas
    if schemas.at(operation.answer) is operation.resource.item:
        return raw or msgspec.json.encode(members)
    known, required = schemas.members(operation.answer), schemas.required(operation.answer)
    given = {name: members[name] for name in known if name in members}
    return msgspec.json.encode(given | {name: schemas.sample(known[name]) for name in required - given.keys()})


# Lists


def filters(contract: Contract, call: Call) -> dict[str, Any]:
    """Return what the query compares members with: by column of the store, or by name."""
    page, known = call.operation.page, contract.schemas.members(call.operation.resource.item)
    paging = (page.limit, page.parameter) if page else ()
    names = [name for name in call.query if name in known and name not in paging and '"' not in name]
    return {name: _typed(contract.schemas.at(known[name]), call.query[name]) for name in names}


def _typed(schema: Schema, text: str) -> Any:
    if schema.get("type") == "boolean":
        return int(text == "true")
    return int(text) if schema.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text) else text


def size(call: Call, page: Page) -> int:
    """Return how many items the page may have."""
    parameter = call.operation.query.get(page.limit or "", {})
    given = call.query.get(page.limit or "") or parameter.get("schema", {}).get("default", _DEFAULT_SIZE)
    return max(1, min(int(given), _LARGEST_SIZE))


def position(kind: str, page: Page, text: str | None, size: int) -> tuple[int | None, int]:
    """Return where the page begins: before which row, and after how many."""
    if text is None:
        return None, 0
    if page.manner != "cursor":
        number = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
        return None, max(0, number - 1) * size if page.manner == "page" else number
    with suppress(ValueError):
        of, _, place = bytes.fromhex(text).decode().rpartition(":")
        if of == kind and re.fullmatch("[0-9]{1,15}", place):
            return int(place), 0
    raise RefusedError(f"{page.parameter}: not one that this list gave")


def _cursor(operation: Operation, next: int | None) -> str | None:
    return None if next is None else f"{operation.resource.kind}:{next}".encode().hex()


def links(call: Call, page: Page, next: int | None) -> tuple[tuple[str, str], ...]:
    """Return the header that leads to the next page, where the contract says that one does."""
    if not page.link or next is None:
        return ()
    query = urlencode(call.query | {str(page.parameter): str(_cursor(call.operation, next))})
    return (("link", f'<{call.request.origin}{call.request.path}?{query}>; rel="next"'),)


def page_body(contract: Contract, operation: Operation, page: Page, items: list[bytes], next: int | None) -> bytes:
    """Return one page of objects as JSON."""
    listed = [msgspec.Raw(item) for item in items]
    if page.items is None:
        return msgspec.json.encode(listed)
    cursor = _cursor(operation, next)
    outer, _, inner = page.next.partition(".")
    known: dict[str, Any] = {page.items: listed, outer: {inner: cursor} if inner else cursor, "count": len(items)}
    known |= dict.fromkeys(("hasMore", "has_more"), next is not None) | dict.fromkeys(_TOTALS, len(items))
    members, required = contract.schemas.members(operation.answer), contract.schemas.required(operation.answer)
    names = [name for name in members if name in known or name in required]
    sample = contract.schemas.sample
    return msgspec.json.encode({name: known[name] if name in known else sample(members[name]) for name in names})


def missing(operation: Operation) -> RefusedError:
    """Return the refusal that says what to write, for an operation whose meaning the contract doesn't tell."""
    line = f"mock.behaviours[{operation.id!r}] = lambda mock, call: Answer(...)"
    return RefusedError(
        f"{operation.method} {operation.path}: the contract doesn't say what it does; write {line}", 501
    )
