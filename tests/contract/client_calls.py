"""The generated client, called by what the contract says: operation, members, examples. No endpoint has a name here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from contract.spec import SPEC, Node, Operation
from contract.walk import local
from palomma import APIError, Palomma, models
from palomma_api.client import operation as fact

__all__ = ["call_everything", "keywords", "method_of", "snake"]


def snake(name: str) -> str:
    """The client's name of a member, a parameter or a tag."""
    written = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    return f"{written}_" if written in ("type", "id") else written


def method_of(client: Palomma, operation: Operation, verb: str | None = None) -> Callable[..., Any]:
    """The client's method of an operation, or its `iterate`."""
    resource, method = fact(operation.id).name.split(".")
    found: Callable[..., Any] = getattr(getattr(client, resource), method.replace("list", verb, 1) if verb else method)
    return found


def _value(schema: Node, value: Any) -> Any:
    """Nested objects are models; `5000.0` is the integer 5000, which is how the client writes it."""
    if isinstance(value, dict):
        members = SPEC.resolved(schema)["properties"]
        written = {snake(name): _value(members[name], each) for name, each in value.items() if name in members}
        return getattr(models, schema["$ref"].rpartition("/")[2])(**written)
    return int(value) if isinstance(value, float) else value


def keywords(operation: Operation, body: Mapping[str, Any]) -> dict[str, Any]:
    """The keyword arguments that say what a body says; a member with only one value isn't asked for."""
    kinds = SPEC.body_schema(operation).get("oneOf", [])
    if kinds and not SPEC.validator(kinds[0]).is_valid(body):
        kind = next(each for each in kinds if SPEC.validator(each).is_valid(body))
        return {"body": getattr(models, kind["$ref"].rpartition("/")[2]).from_dict(body)}
    kinds = [SPEC.body_schema(operation)] if not kinds else [SPEC.resolved(each) for each in kinds]
    members = kinds[0]["properties"]
    asked = {name: value for name, value in body.items() if name in members and "const" not in members[name]}
    return {snake(name): _value(members[name], value) for name, value in asked.items()}


class Known:
    """The first id of each resource that answers told."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def learn(self, operation: Operation, body: Mapping[str, Any]) -> None:
        """Remember the first id of an answer."""
        first = next(iter(body.get("items") or []), body)
        resource = SPEC.resource_of(operation)
        if resource and "id" in first:
            self.ids.setdefault(resource.id, first["id"])

    def path(self, operation: Operation) -> list[str]:
        """The ids for a path."""
        return [self.ids.get(name, "none") for name in operation.path_names]

    def true(self, operation: Operation, body: Node, now: float) -> Node:
        """A body whose ids exist and whose time is still to come."""
        told = dict(body)
        for name in body:
            node, resource = SPEC.body_members(operation)[name], SPEC.named_by(name)
            told[name] = self.ids.get(resource.id, body[name]) if resource else body[name]
            if "x-days" in node:
                told[name] = local(node, now + 86_400)
        return told


def call_everything(client: Palomma, now: Callable[[], float], settle: Callable[[], object]) -> int:
    """Every operation with every example, filter and page, and an id that nobody has; how many calls that were."""
    calls, known = 0, Known()
    for operation in SPEC.operations.values():
        for body in SPEC.examples(operation) if operation.creates else ():
            made = method_of(client, operation)(**keywords(operation, known.true(operation, body, now())))
            known.learn(operation, made.to_dict())
            settle()
            calls += 1
    for operation in SPEC.operations.values():
        path = known.path(operation)
        if operation.lists:
            page = method_of(client, operation)(*path, limit=1)
            known.learn(operation, page.to_dict())
            calls += 1 + len(list(method_of(client, operation, "iterate")(*path, page_size=2)))
            for name in operation.filters:
                resource = SPEC.named_by(name)
                value = known.ids[resource.id] if resource else "order-1042"
                method_of(client, operation)(*path, **{snake(name): value})
                calls += 1
    return calls + sum(_read(client, each, known) for each in SPEC.operations.values() if each.reads_one)


def _read(client: Palomma, operation: Operation, known: Known) -> int:
    path = known.path(operation)
    method_of(client, operation)(*path)
    try:
        method_of(client, operation)(*path[:-1], "never-given-out")
    except APIError:
        return 2
    raise AssertionError(f"{operation.id}: an unknown id was answered")
