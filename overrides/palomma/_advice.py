"""What an error tells its reader to do, by what the contract says of the operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from palomma_api.contract import ENVIRONMENTS
from palomma_api.runtime.calls import Call, Operation
from palomma_api.runtime.values import Kind, load

from . import _errors as errors

__all__ = ["advice"]

_ALWAYS: Mapping[type[errors.PalommaError], str] = {
    errors.NotSentError: "Nothing was sent",
    errors.AuthenticationError: "Check the API key, and that it belongs to this environment",
    errors.ConflictError: "Look the reference up before anything else",
}


def advice(call: Call[Any], error: type[errors.PalommaError], status: int | None) -> Iterator[str]:
    """Yield sentences, without a full stop."""
    if error is errors.OutcomeUnknownError:
        yield _unknown(call.operation)
    elif error in _ALWAYS:
        yield _ALWAYS[error]
    elif error is errors.NotFoundError and "{" not in call.operation.path:
        # A collection is always there: the address is wrong.
        usual = urlsplit(next(iter(ENVIRONMENTS.values()))).path
        yield f"Is base_url right? It usually ends in {usual}"
    elif error is errors.BadRequestError and call.operation.body is not None:
        yield from _misspelt(call.operation.body.kind, call.body)


def _unknown(operation: Operation[Any]) -> str:
    """Say what to do about an unknown outcome, by what the operation does."""
    if operation.effect == "idempotent":
        return "The outcome is unknown. It may be sent again: doing it twice is doing it once"
    what = (
        "money may have moved" if operation.moves_money else "it may exist" if operation.look_up else "it may be done"
    )
    how = "look it up with client.reconcile(error)" if operation.look_up else "read the object, or ask Palomma"
    return f"The outcome is unknown and {what}: do not send it again, {how}"


def _misspelt(kind: Kind, value: Any) -> Iterator[str]:
    """Yield a sentence for each value that isn't listed in the contract and nearly is."""
    for field in getattr(getattr(kind, "model", None), "_fields", ()):
        sent = value.get(field.json_name) if isinstance(value, dict) else None
        listed = [listed for listed in field.kind.values if isinstance(listed, str)]
        unlisted = isinstance(sent, str) and sent not in listed
        near = load("difflib", None, "get_close_matches")(sent, listed, 1) if unlisted else []
        yield from (f"{field.name}={sent!r} is not in the contract: did you mean {each}?" for each in near)
        yield from _misspelt(field.kind, sent)
