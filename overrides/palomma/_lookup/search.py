"""Look up what became of a create, and wait for what becomes of an object. Steps only, as in `_sansio`.

Everything that decides is a function of its arguments. `send(call, timeout)` makes the steps of one call.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from typing import Any, TypeVar

from palomma import _errors as errors
from palomma._options import check_seconds
from palomma._sansio import Clock, Sleep, backoff
from palomma_api.client import operation, operations
from palomma_api.runtime.calls import Call, LookUp, Operation
from palomma_api.runtime.pages import Pages

from .identity import NO_LENGTH, longer, member_of, ours_among, reference_of, resembles, why_not

__all__ = ["find", "reconcile", "wait_for"]

T = TypeVar("T")
Steps = Generator[Any, Any, T]
SendSteps = Callable[..., Steps[Any]]
SHORTEST_PAUSE, LONGEST_PAUSE = 0.01, 8.0
NAMED = 5
"""How many objects an error's text names."""
# What may be otherwise a moment later. What was created may not be readable at once (404).
_PASSING = (errors.NotFoundError, errors.NotSentError, errors.RateLimitError, errors.ResponseError, errors.ServerError)


def find(create: Operation[Any], reference: str, send: SendSteps) -> Steps[Any]:
    """Return the one object with a reference, or None once the whole list was read. Raises `PalommaError`."""
    look_up = create.look_up
    if look_up is None or not isinstance(reference, str) or not reference.strip():
        raise ValueError("reference must be a text that isn't empty: what the create was given")
    error = errors.OutcomeUnknownError("", operation=create.id, reference=reference)

    def exact(items: list[Any]) -> list[Any]:
        return [item for item in items if member_of(item, look_up.member) == reference]

    met = yield from _search(look_up, reference, send, exact, complete=True)
    if met and not exact(met):
        raise _rewritten(error, met)
    return _only(error, exact(met)) if met else None


def reconcile(
    error: Any, wait: float, creates: Collection[str], send: SendSteps, clock: Clock, max_skew: float
) -> Steps[Any]:
    """Return the object that one of `creates` (any, if empty) made, whose outcome is unknown.

    Raises `OutcomeUnknownError`, `TypeError`.
    """
    create, look_up, reference = _lost(error, creates)
    end = clock.monotonic() + check_seconds("wait", wait)

    def why(item: Any) -> str:
        return why_not(item, create, error.request, max_skew)

    def proven(items: list[Any], same: bool = True) -> list[Any]:
        return [item for item in items if (member_of(item, look_up.member) == reference) is same and not why(item)]

    attempt = 0
    while True:
        left = end - clock.monotonic()
        met, failure = yield from _attempt(_search(look_up, reference, send, proven, complete=left <= 0))
        if found := proven(met):
            return _only(error, found)
        if left <= 0:
            break
        attempt += 1
        yield Sleep(min(backoff(attempt, lambda: 1.0), left))
    if alike := proven(met, same=False):
        raise _rewritten(error, alike)
    text = f"the look-up failed ({type(failure).__name__})" if failure else "it was not found, and may still appear"
    raise _again(errors.StillUnknownError, error, text, met, why) from failure


def _lost(error: Any, creates: Collection[str]) -> tuple[Operation[Any], LookUp, str]:
    """Return which operation, found how and by which reference, `error` lost."""
    if not isinstance(error, errors.OutcomeUnknownError):
        raise TypeError(f"reconcile takes the OutcomeUnknownError of a create, not {type(error).__name__}; or use find")
    if creates and error.operation not in creates:
        raise TypeError(f"it was {error.operation} that was lost, not {' or '.join(creates)}: see client.reconcile")
    create = operation(error.operation) if error.operation in operations() else None
    if create is None or create.look_up is None or not error.reference:
        text = "it was sent without a reference that a list could be asked for, so it can't be looked up. Ask Palomma"
        raise _again(errors.StillUnknownError, error, text, [])
    return create, create.look_up, error.reference


def _attempt(search: Steps[list[Any]]) -> Steps[tuple[list[Any], errors.PalommaError | None]]:
    """Search. That it fails says nothing about the create: least of all may "nothing was sent" end a look-up (R2)."""
    try:
        return (yield from search), None
    except errors.ConfigurationError:
        raise
    except errors.PalommaError as failure:
        return [], failure


def _search(
    look_up: LookUp, reference: str, send: SendSteps, proven: Callable[[list[Any]], list[Any]], complete: bool
) -> Steps[list[Any]]:
    """Return the objects with the reference, also rewritten. `complete`: what the filter hides, too.

    The filter may only find: it can be ignored, be refused, or compare with a reference that was rewritten.
    """
    try:
        met = yield from _read(look_up, reference, {look_up.argument: reference}, send)
        if proven(met) or not complete:
            return met
    except (errors.APIError, errors.ResponseError):
        pass
    return (yield from _read(look_up, reference, {}, send))


def _read(look_up: LookUp, reference: str, arguments: dict[str, Any], send: SendSteps) -> Steps[list[Any]]:
    """Read a list to its end. Of an object that is listed twice, the last state counts."""
    pages = Pages(operation(look_up.list), arguments, {})
    met: dict[Any, Any] = {}
    longest = NO_LENGTH
    while not pages.done:
        yield from send(pages.call())
        for item in pages.items:
            other = reference_of(item, look_up.member)
            longest = longer(longest, other)
            if resembles(reference, other):
                met[item.id or id(item)] = item
    return list(ours_among(reference, met, look_up.member, longest).values())


def _only(error: errors.OutcomeUnknownError, found: list[Any]) -> Any:
    if len(found) == 1:
        return found[0]
    raise _again(errors.AmbiguousReferenceError, error, f"{len(found)} objects have the reference", found)


def _rewritten(error: errors.OutcomeUnknownError, alike: list[Any]) -> errors.PalommaError:
    text = "no object has exactly the reference, but some have it in another case, trimmed or cut"
    return _again(errors.ReferenceRewrittenError, error, text, alike)


def _again(
    kind: type[errors.PalommaError], error: errors.OutcomeUnknownError, text: str, met: list[Any],
    why: Callable[[Any], str] = lambda item: "",
) -> errors.PalommaError:  # fmt: skip
    """Return what an error has become, with all that it knew; the first objects that were met are named."""
    names = [f"{item.id}: {why(item)}".removesuffix(": ") for item in met[:NAMED]]
    named = f" ({'; '.join(names)})" if names else ""
    text = f"{error.operation}: {text}{named}. Do not send it again. [reference {error.reference}]"
    return kind(text, **{**vars(error), "candidates": tuple(met)})


def wait_for(
    read: Call[T], until: Collection[str] | None, timeout: float, poll: float, send: SendSteps, clock: Clock
) -> Steps[T]:
    """Return an object once it is in a state of `until`, or a final one. Raises `WaitTimeoutError`, `APIError`.

    An id that isn't found is waited for, too: what was just created may be shown late, and nothing tells it apart.
    """
    final, id_ = read.operation.final, read.operation.id
    wanted = final if until is None else {until} if isinstance(until, str) else until
    end, pause = clock.monotonic() + check_seconds("timeout", timeout), max(check_seconds("poll", poll), SHORTEST_PAUSE)
    last: Any = None
    state, failure = None, None
    while True:
        try:
            last, failure = (yield from send(read, max(1.0, end - clock.monotonic()))), None
            state = member_of(last, read.operation.state)
        except _PASSING as passing:
            failure = passing
        if last is not None and state in wanted:
            return last  # type: ignore[no-any-return]
        left = end - clock.monotonic()
        if left <= 0 or state in final:
            break
        yield Sleep(min(pause, left))
        pause = min(pause * 2, max(poll, LONGEST_PAUSE))
    unread = "it was not found" if isinstance(failure, errors.NotFoundError) else "it could not be read"
    text = unread if last is None else f"it is {state}"
    text += ", which is final" if state in final else f" after {timeout:g} s"
    facts = vars(failure) if failure else {"operation": id_}
    raise errors.WaitTimeoutError(f"{id_}: {text}", **{**facts, "last": last}) from failure
