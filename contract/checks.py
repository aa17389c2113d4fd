"""What schemathesis doesn't look at by itself. Each check's name says what must hold; all are generic.

Importing this module registers them with schemathesis. Checks whose name starts with `asks_` send requests of their own
and are left out of the sandbox profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

from .spec import SPEC, Node, Operation
from .world import ask, object_of, operation_of

__all__ = ["ACTIVE", "CHECKS", "objects_in", "undocumented"]

_DEFAULT_LIMIT = 20
# Every status that isn't one of these two is a last one.
_ORDER = {"pending": 0, "processing": 1}
_LAST = 2


def _hold(truth: object, problem: str) -> None:
    if not truth:
        raise AssertionError(problem)


def _answer(case: Case[Any], response: Response) -> tuple[Operation, Node] | None:
    """The operation and what it answered, if it said 200 with an object to the method that the contract knows."""
    if response.status_code != 200 or case.method != case.operation.method.upper():
        return None
    body = object_of(response)
    return (operation_of(case), body) if body else None  # response_schema_conformance reports what is no object


def objects_in(operation: Operation, body: Node) -> list[Node]:
    """The objects in an answer: those of a page, or the one."""
    found = body.get("items", []) if operation.lists else [body]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def undocumented(schema: Node, value: Any, place: str = "") -> Iterator[str]:
    """Where the value has members that the schema doesn't name."""
    schema = SPEC.resolved(schema)
    if isinstance(value, list):
        for item in value:
            yield from undocumented(schema.get("items", {}), item, place + "[]")
    elif isinstance(value, dict) and "properties" in schema:
        for name, member in value.items():
            if name in schema["properties"]:
                yield from undocumented(schema["properties"][name], member, f"{place}.{name}")
            else:
                yield f"{place}.{name}".lstrip(".")


@schemathesis.check
def members_are_documented(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Answers may hold what the contract doesn't name, so that Palomma can add members; the mock's may not."""
    if case.method != case.operation.method.upper():
        return True
    schema = operation_of(case).schema(response.status_code) or {}
    found = sorted(set(undocumented(schema, object_of(response))))
    _hold(not found, f"undocumented members: {', '.join(found)}")
    return None


@schemathesis.check
def message_only_when_cancelled(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """`statusMessage` says why something was cancelled, and stands nowhere else."""
    if (answer := _answer(case, response)) is None:
        return True
    for each in objects_in(*answer):
        cancelled = each.get("status") == "cancelled" or each.get("statusMessage") is None
        _hold(cancelled, f"statusMessage {each.get('statusMessage')} while {each.get('status')}")
    return None


@schemathesis.check
def request_is_echoed(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """What a create was asked for stands in its answer, wherever the answer has such a member."""
    answer = _answer(case, response)
    if answer is None or not answer[0].creates or not isinstance(case.body, dict):
        return True
    operation, body = answer
    members = SPEC.resolved(operation.schema(200) or {})["properties"]
    # A member that chance added isn't the server's to echo.
    for name in case.body.keys() & members.keys() & SPEC.body_members(operation).keys():
        _hold(body.get(name) == case.body[name], f"{name}: not what was asked for")
    _hold("reference" in case.body or "reference" not in body, "reference: nobody gave one")
    return None


@schemathesis.check
def filters_are_honoured(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """A list holds what its filters ask for, at most `limit` objects of it, and counts no fewer than it shows."""
    answer = _answer(case, response)
    if answer is None or not answer[0].lists:
        return True
    operation, page = answer
    query = case.query if isinstance(case.query, dict) else {}
    items = objects_in(operation, page)
    for name in operation.filters:
        if isinstance(wanted := query.get(name), str):
            _hold(all(item.get(name) == wanted for item in items), f"{name}: the page holds others, too")
    _hold(len(items) <= int(query.get("limit", _DEFAULT_LIMIT)), "limit: the page holds more")
    _hold(int(page.get("count", len(items))) >= len(items), "count: the page holds more")
    return None


@schemathesis.check
class states_move_forward:  # noqa: N801 - the name is shown next to schemathesis' own
    """A status never goes back, a last one never changes, `createdAt` stays, and `updatedAt` never goes back."""

    def __init__(self) -> None:
        self._seen: dict[str, Node] = {}

    def after_response(self, ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        """Compare with what was last seen of the same object."""
        if (answer := _answer(case, response)) is None:
            return True
        for each in objects_in(*answer):
            if isinstance(each.get("id"), str):
                self._compare(self._seen.get(each["id"], each), each)
                self._seen[each["id"]] = each
        return None

    def _compare(self, before: Node, now: Node) -> None:
        old, new = before.get("status"), now.get("status")
        forward = old == new or _ORDER.get(str(old), _LAST) < _ORDER.get(str(new), _LAST)
        _hold(forward, f"status: {new} after {old}")
        _hold(before.get("createdAt") == now.get("createdAt"), "createdAt: changed")
        # RFC 3339 in one zone sorts as text.
        _hold(str(before.get("updatedAt", "")) <= str(now.get("updatedAt", "")), "updatedAt: went back")


@schemathesis.check
def asks_for_what_was_created(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """What was created can be read by its id and found by its reference, and is what the create answered."""
    answer = _answer(case, response)
    if answer is None or not answer[0].creates or "id" not in answer[1]:
        return True
    operation, made = answer
    schema = case.operation.schema
    if reader := SPEC.by_id(operation):
        _, again = ask(schema, reader, path_parameters={reader.path_names[-1]: made["id"]})
        _hold(again.status_code == 200, f"the new object can't be read back: {again.status_code}")
        _same(made, object_of(again))
    if (lister := SPEC.listing(operation)) and "reference" in made.keys() & set(lister.filters):
        _, found = ask(schema, lister, query={"reference": made["reference"], "limit": 100})
        ids = [item.get("id") for item in objects_in(lister, object_of(found))]
        # More than a page may share a reference: then the newest aren't all here, which is no fault.
        _hold(made["id"] in ids or len(ids) == 100, "the new object isn't found by its reference")
    return None


def _same(made: Node, again: Node) -> None:
    """Raises if what doesn't depend on the status changed."""
    changing = {"status", "statusMessage", "updatedAt", "amountCollected", "amountSent", "fee"}
    different = [name for name in (made.keys() | again.keys()) - changing if made.get(name) != again.get(name)]
    _hold(not different, f"read back differently: {', '.join(sorted(different))}")


@schemathesis.check
class asks_for_unknown_ids:  # noqa: N801
    """An object answers to its own id only: an id that was never given out gets 404."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def after_response(self, ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
        """Compare the id with the one that was asked for; ask for another, once for each operation."""
        answer = _answer(case, response)
        if answer is None or not answer[0].reads_one:
            return True
        operation, body = answer
        last = operation.path_names[-1]
        asked = str(case.path_parameters[last])
        _hold(body.get("id") == asked, "id: another object's")
        if operation.id not in self._asked:
            unknown = {**case.path_parameters, last: asked[::-1] + "-never-given-out"}
            _, other = ask(case.operation.schema, operation, path_parameters=unknown)
            _hold(other.status_code == 404, f"an unknown id was answered {other.status_code}")
            self._asked.add(operation.id)
        return None


ACTIVE = ("asks_for_what_was_created", "asks_for_unknown_ids")
CHECKS = (
    "members_are_documented",
    "message_only_when_cancelled",
    "request_is_echoed",
    "filters_are_honoured",
    "states_move_forward",
    *ACTIVE,
)
