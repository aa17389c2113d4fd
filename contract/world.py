"""What makes a generated request acceptable: ids that exist, an amount within the limit, a moment still to come.

A schema can't say any of that, so a generated request that is valid would be refused, and the refusal would hide
whatever else is wrong. A member is made true only where it is valid already: what a case gets wrong stays wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from schemathesis import Case
from schemathesis.hooks import unregister

from .spec import Operation
from .walk import Walk

__all__ = ["true_requests"]


@contextmanager
def true_requests(walk: Walk) -> Iterator[None]:
    """Have generated requests be fulfilled, as long as the `with` lasts."""

    def before_call(context: Any, case: Case[Any], kwargs: dict[str, Any]) -> None:
        operation = walk.spec.operations[case.operation.definition.raw["operationId"]]
        if case.method != operation.method:
            return
        if isinstance(case.query, dict):
            case.query.pop("cursor", None)  # none of the walk's, so one that no page gave
        if operation.creates and isinstance(case.body, dict):
            _true_body(walk, operation, case.body)

    # schemathesis knows this hook for all schemas only, not for one.
    schemathesis.hook(before_call)
    try:
        yield
    finally:
        unregister(before_call)


def _true_body(walk: Walk, operation: Operation, body: dict[str, Any]) -> None:
    """Let the valid members of a create's body be true."""
    members = walk.spec.members(walk.spec.kind(operation, body))
    named = body.keys() & members.keys()
    valid = {name: body[name] for name in named if walk.spec.validator(members[name]).is_valid(body[name])}
    true = walk.true(operation, {name: valid.get(name, body[name]) for name in body})
    for name in valid:
        if name != "reference":
            body[name] = true[name]
        if "x-most" in members[name] or isinstance(body[name], float):
            # 5000.0 is an integer to JSON Schema; that a server takes it is more than Palomma's pages promise.
            body[name] = min(int(body[name]), members[name].get("x-most", int(body[name])))
