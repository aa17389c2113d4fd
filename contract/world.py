"""What makes a well-formed request acceptable: ids that exist, an amount within the limit, a moment still to come.

A schema can't say any of that, so a generated request that is valid would be refused, and the refusal would hide
whatever else is wrong. A member is made true only where it is valid already: what a case gets wrong stays wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
from schemathesis import Case, Response
from schemathesis.schemas import BaseSchema

from .spec import SPEC, Operation, Spec

__all__ = ["World", "ask", "object_of", "operation_of", "populate"]

# https://docs.palomma.com/api-documentation/general: the lowest of the default maxima.
_LIMIT = 2_000_000
_WORLDS: dict[str, World] = {}


def operation_of(case: Case[Any], spec: Spec = SPEC) -> Operation:
    """The operation that a case is about."""
    return spec.operations[case.operation.definition.raw["operationId"]]


class World:
    """What exists at one server: an id for each path parameter, the latest cursor of each list."""

    def __init__(self, now: Callable[[], float], spec: Spec = SPEC, known: Mapping[str, str] | None = None) -> None:
        self.spec = spec
        self.known = dict(known or {})
        self.now = now
        self._cursors: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def id_for(self, member: str) -> str | None:
        """The id that a member such as `customerId` or `targetMerchantAccountId` can hold."""
        names = (name for name in self.known if member.lower().endswith(name.lower()))
        return next((self.known[name] for name in names), None)

    def remember(self, operation: Operation, path: Mapping[str, Any], body: Any) -> None:
        """Learn from an answer: the first id of each kind, and how the next page is asked for."""
        if operation.lists and isinstance(body.get("cursor"), str):
            self._cursors[operation.id, str(sorted(path.items()))] = body["cursor"]
        reader = self.spec.by_id(operation)
        first = next(iter(body.get("items") or []), body)
        if reader and isinstance(first, dict) and isinstance(first.get("id"), str):
            self.known.setdefault(reader.path_names[-1], first["id"])

    def fulfil_query(self, operation: Operation, path: Mapping[str, Any], query: dict[str, Any]) -> None:
        """Let a cursor be one that this list gave, or none."""
        cursor = self._cursors.get((operation.id, str(sorted(path.items()))))
        if isinstance(query.get("cursor"), str):
            query |= {"cursor": cursor} if cursor else {}
            if not cursor:
                del query["cursor"]

    def fulfil_body(self, operation: Operation, body: dict[str, Any]) -> None:
        """Let the valid members of a create's body be true."""
        members = self.spec.body_members(operation)
        for name in body.keys() & members.keys():
            if self.spec.validator(members[name]).is_valid(body[name]):
                body[name] = self._true(name, body[name])

    def _true(self, name: str, value: Any) -> Any:
        if name == "expiration":
            # Palomma's zone isn't documented: a day ahead is in the future in all of them.
            return (datetime.fromtimestamp(self.now(), UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")
        if name == "amount":
            # 5000.0 is an integer to JSON Schema; that a server takes it is more than Palomma's pages promise.
            return min(int(value), _LIMIT)
        return self.id_for(name) or value

    def bind(self, schema: BaseSchema) -> None:
        """Have the requests to this schema's server be fulfilled from here on."""
        _WORLDS[str(schema.config.base_url)] = self


def object_of(response: Response) -> dict[str, Any]:
    """The JSON object of an answer; an empty one if that isn't what it holds."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _world_of(case: Case[Any]) -> World | None:
    return _WORLDS.get(str(case.operation.schema.config.base_url))


@schemathesis.hook
def before_call(context: Any, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """schemathesis calls this before every request."""
    world = _world_of(case)
    if world and case.method == case.operation.method.upper():
        operation = operation_of(case, world.spec)
        if isinstance(case.query, dict):
            world.fulfil_query(operation, case.path_parameters or {}, case.query)
        if operation.creates and isinstance(case.body, dict):
            world.fulfil_body(operation, case.body)


@schemathesis.hook
def after_call(context: Any, case: Case[Any], response: Response) -> None:
    """schemathesis calls this after every request."""
    world = _world_of(case)
    if world and response.status_code == 200 and case.method == case.operation.method.upper():
        world.remember(operation_of(case, world.spec), case.path_parameters or {}, object_of(response))


def ask(schema: BaseSchema, operation: Operation, **parts: Any) -> tuple[Case[Any], Response]:
    """Send one request: path_parameters=, query=, body=."""
    case: Case[Any] = schema[operation.path][operation.method].Case(**parts)
    return case, case.call(headers=schema.config.headers or {})


def populate(schema: BaseSchema, world: World, pause: Callable[[], object]) -> None:
    """Make one object of every kind, from the contract's examples, in the order of the contract; and find the rest."""
    for operation in world.spec.operations.values():
        if operation.creates:
            ask(schema, operation, body=dict(world.spec.examples(operation)[0]), media_type="application/json")
            pause()
    for operation in world.spec.operations.values():
        if operation.lists:
            ask(schema, operation, path_parameters={name: world.known[name] for name in operation.path_names})
