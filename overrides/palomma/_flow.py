"""How a call goes: what is sent again, what is raised, and when. No socket, no sleep, no clock of its own.

`flow` is a generator: it yields what is to be done and receives what came of it, as httpx's `Auth.auth_flow` does. The
two drivers in `_client.py` do it, blocking or awaiting.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol, TypeVar

from attrs import define, evolve, field, frozen

from palomma_api.contract import ERROR_CODES, ERROR_MESSAGES
from palomma_api.runtime.calls import Call, Operation
from palomma_api.runtime.errors import ShapeError
from palomma_api.runtime.model import Model, mask

from . import _errors as errors
from ._budget import PROCESS_BUDGET, RetryBudget
from ._observe import Attempt, Outcome, log

__all__ = ["Answer", "Clock", "Deadline", "Drop", "Failure", "Policy", "Send", "Sleep", "flow"]

T = TypeVar("T")

BACKOFF_FIRST = 0.5
BACKOFF_MOST = 8.0


class Clock(Protocol):
    """The module `time` is one."""

    def monotonic(self) -> float: ...

    def time(self) -> float: ...


class Deadline(float):
    """When a call must be over. To any transport it is a timeout in seconds; ours asks it again before each wait, and
    notes on it whether anything left the machine."""

    at: float
    clock: Clock
    sent: bool

    def __new__(cls, at: float, clock: Clock) -> Deadline:
        self = super().__new__(cls, max(0.0, at - clock.monotonic()))
        self.at = at
        self.clock = clock
        self.sent = False
        return self

    def left(self) -> float:
        """Seconds left now; never negative."""
        return max(0.0, self.at - self.clock.monotonic())


@define
class Policy:
    """What a client decided once for all its calls."""

    mint: Callable[[], str] | None
    """Makes a reference where the caller gave none; None: nobody does."""
    random: Callable[[], float]
    new_key: Callable[[], str] = str
    """Makes an idempotency key, where the contract has a header for it."""
    timeout: float = 30.0
    max_retries: int = 2
    retry_rate_limited: bool = True
    budget: RetryBudget = PROCESS_BUDGET
    on_attempt: Callable[[Attempt], object] = lambda record: None
    on_outcome: Callable[[Outcome], object] = lambda record: None


class Send(NamedTuple):
    """Do: one attempt. Send back an `Answer` or a `Failure`."""

    call: Call[Any]
    content: bytes | None
    media: str
    deadline: Deadline
    fresh: bool
    """On a connection that no earlier attempt used."""

    def __repr__(self) -> str:
        return f"<Send {self.call.operation.id}>"


class Sleep(NamedTuple):
    """Do: wait so many seconds."""

    seconds: float


@frozen
class Drop:
    """Do: close the connections, the last answer was not ours."""


class Answer(NamedTuple):
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"


class Failure(NamedTuple):
    """No answer. `sent`: a byte of the request may have left this machine. `lasting`: another try would fail too."""

    error: Exception
    sent: bool
    lasting: bool = False
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"<Failure {type(self.error).__name__} sent={self.sent}>"


@frozen
class Verdict:
    """What an attempt's result means. Either `value` counts, or `error` does."""

    value: Any = None
    error: type[errors.PalommaError] | None = None
    text: str = ""
    again: bool = False
    fresh: bool = False
    drop: bool = False
    cause: Exception | None = field(default=None, repr=False)


@define
class _State:
    """Where one call stands."""

    call: Call[Any]
    policy: Policy
    clock: Clock
    judge: Callable[..., Verdict]
    started: float
    reference: str | None
    key: str | None = None
    attempts: int = 0
    status: int | None = None
    lost: bool = False
    """An earlier attempt of this write may have been processed."""

    @property
    def elapsed(self) -> float:
        return self.clock.monotonic() - self.started


def flow(
    call: Call[T], policy: Policy, clock: Clock, table: Callable[..., Verdict] | None = None
) -> Generator[Send | Sleep | Drop, Any, T]:
    """One call, from the first attempt to its outcome. Raises `PalommaError`.

    `table` stands in for `judge`, so that a test can take a rule out and see what it is good for.
    """
    state = _State(call, policy, clock, table or judge, clock.monotonic(), _reference(call))
    _mint(state)
    result = "cancelled"
    error: str | None = None
    try:
        value: T = yield from _attempts(state)
        result = "returned"
        return value
    except errors.PalommaError as raised:
        result = "unknown" if isinstance(raised, errors.OutcomeUnknownError) else "raised"
        error = type(raised).__name__
        raise
    finally:
        _report(state, result, error)


def _reference(call: Call[Any]) -> str | None:
    """The reference that the caller gave."""
    member = call.operation.look_up.member if call.operation.look_up else "reference"
    reference = call.body.get(member) if isinstance(call.body, dict) else None
    return reference if isinstance(reference, str) else None


def _mint(state: _State) -> None:
    """A reference, so that an unknown outcome can be looked up, and an idempotency key, where the contract has one."""
    call, policy = state.call, state.policy
    look_up, header = call.operation.look_up, call.operation.key_header
    if look_up is not None and state.reference is None and policy.mint:
        state.reference = call.body[look_up.member] = policy.mint()
        # Before the first byte leaves: whoever is killed in flight finds it here.
        log(logging.INFO, "%s goes out with the reference %s", call.operation.id, state.reference)
    if header is not None:
        state.key = call.headers.get(header) or policy.new_key()
        call.headers = {**call.headers, header: state.key}


def _attempts(state: _State) -> Generator[Send | Sleep | Drop, Any, Any]:
    policy, clock, call = state.policy, state.clock, state.call
    end = state.started + policy.timeout
    send = Send(call, *call.content(), Deadline(end, clock), False)
    while True:
        state.attempts += 1
        result = yield from _attempt(state, send)
        verdict = state.judge(call, state.reference, result, policy.retry_rate_limited)
        if state.lost:
            verdict = _after_a_lost_attempt(call.operation, verdict, state.status)
        state.lost = state.lost or verdict.error is errors.OutcomeUnknownError
        if verdict.error is None:
            policy.budget.succeeded(retried=state.attempts > 1)
            return verdict.value
        told = _retry_after(result, clock)
        wait = max(told or 0.0, backoff(state.attempts, policy.random))
        if not (verdict.again and state.attempts <= policy.max_retries and clock.monotonic() + wait < end):
            break
        if not policy.budget.take():
            break
        yield Sleep(wait)
        send = send._replace(deadline=Deadline(end, clock), fresh=verdict.fresh)
    if verdict.drop:
        yield Drop()
    raise _error(state, verdict, result, told) from verdict.cause


def _attempt(state: _State, send: Send) -> Generator[Send, Any, Answer | Failure]:
    """One attempt, told to the observers also when it is cancelled."""
    began = state.clock.monotonic()
    result: Answer | Failure | None = None
    try:
        answered: Answer | Failure = yield send
        result = answered
        return answered
    finally:
        state.status = result.status if isinstance(result, Answer) else None
        _tell(state, result, state.clock.monotonic() - began)


def _tell(state: _State, result: Answer | Failure | None, seconds: float) -> None:
    """What came of an attempt; None: it was cancelled in flight."""
    operation = state.call.operation
    error = type(result.error).__name__ if isinstance(result, Failure) else None if result else "cancelled"
    log(
        logging.DEBUG, "%s reference=%s attempt=%d status=%s seconds=%.3f",
        operation.id, state.reference, state.attempts, state.status or error, seconds,
    )  # fmt: skip
    sent = result.sent if isinstance(result, Failure) else True
    state.policy.on_attempt(
        Attempt(operation.id, operation.method, operation.path, state.reference, state.attempts,
                state.status, error, sent, seconds, state.key)
    )  # fmt: skip


def judge(call: Call[Any], reference: str | None, result: Answer | Failure, retry_rate_limited: bool = True) -> Verdict:
    """The decision table: what one attempt's result means, by what the contract says of the operation."""
    operation = call.operation
    if isinstance(result, Failure):
        return _judge_failure(operation, result)
    if 200 <= result.status < 300:
        return _judge_success(call, reference, result)
    return _judge_status(operation, result.status, retry_rate_limited)


def _may_repeat(operation: Operation[Any]) -> bool:
    """Whether a lost attempt may be sent again: a read, an idempotent write, or one with an idempotency key."""
    return operation.effect in ("read", "idempotent") or operation.key_header is not None


def _lost(operation: Operation[Any], of_a_read: type[errors.PalommaError], text: str, **more: Any) -> Verdict:
    """What an attempt ends as that may have been processed."""
    error = of_a_read if operation.effect == "read" else errors.OutcomeUnknownError
    return Verdict(error=error, text=text, again=more.pop("again", True) and _may_repeat(operation), **more)


def _judge_failure(operation: Operation[Any], failure: Failure) -> Verdict:
    text = f"{type(failure.error).__name__}: {failure.error}"
    if not failure.sent:
        return Verdict(error=errors.NotSentError, text=text, again=not failure.lasting, cause=failure.error)
    drop = operation.effect != "read"
    return _lost(operation, errors.ResponseError, text, again=not failure.lasting, drop=drop, cause=failure.error)


def _judge_success(call: Call[Any], reference: str | None, answer: Answer) -> Verdict:
    operation = call.operation
    try:
        value = call.parse(answer.status, answer.headers, answer.body)
        if operation.look_up is not None and reference is not None:
            echo = _member(value, operation.look_up.member)
            if isinstance(echo, str) and echo not in ("", reference):
                raise ShapeError("it echoes another reference, so it answers another call")
        return Verdict(value=value)
    except Exception as error:  # whatever it is, it has been done
        text = str(error) if isinstance(error, ShapeError) else f"the body can't be read ({type(error).__name__})"
        return _lost(
            operation, errors.ResponseError, f"the answer ({answer.status}) can't be used: {text}",
            again=operation.effect != "read", drop=True,
        )  # fmt: skip


def _member(value: Any, json_name: str) -> Any:
    """A member of a model by its name in JSON."""
    fields = value._fields if isinstance(value, Model) else ()
    return next((getattr(value, field.name, None) for field in fields if field.json_name == json_name), None)


_REJECTED: Mapping[int, type[errors.APIError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    422: errors.BadRequestError,
    **dict.fromkeys((405, 406, 411, 413, 414, 415, 431), errors.APIError),
}


def _judge_status(operation: Operation[Any], status: int, retry_rate_limited: bool) -> Verdict:
    text = f"{status} {_phrase(status)}".strip()
    if status in _REJECTED or status in operation.refusals:
        return Verdict(error=_REJECTED.get(status, errors.APIError), text=text)
    if status == 429:
        return Verdict(error=errors.RateLimitError, text=text, again=retry_rate_limited)
    if status in (421, 425):
        return Verdict(error=errors.APIError, text=text, again=True, fresh=True)
    if status in (307, 308) or (300 <= status < 400 and operation.effect == "read"):
        return Verdict(error=errors.APIError, text=f"{text}, which is never followed")
    return _lost(operation, errors.ServerError if status >= 400 else errors.APIError, text, again=status >= 300)


def _after_a_lost_attempt(operation: Operation[Any], verdict: Verdict, status: int | None) -> Verdict:
    """What a later attempt means: no refusal says what became of an earlier one (R1)."""
    if verdict.error is None or operation.effect == "read":
        return verdict
    if operation.method == "DELETE" and status in (404, 410) and operation.answers[0].form == "nothing":
        return Verdict()
    if verdict.error is errors.RateLimitError or verdict.again:
        return evolve(verdict, error=errors.OutcomeUnknownError)
    return evolve(verdict, error=errors.OutcomeUnknownError, text=f"an earlier attempt was lost, then {verdict.text}")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def backoff(attempts: int, random: Callable[[], float]) -> float:
    """Seconds before the next attempt: full jitter, from half a second, doubling, to eight.
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"""
    return random() * min(BACKOFF_MOST, BACKOFF_FIRST * 2.0 ** (attempts - 1))


def _retry_after(result: Answer | Failure, clock: Clock) -> float | None:
    """Seconds that the answer asks to wait, given as seconds or as a date (RFC 9110, 10.2.3)."""
    text = result.headers.get("retry-after", "").strip() if isinstance(result, Answer) else ""
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - clock.time())


_ADVICE: Mapping[type[errors.PalommaError], str] = {
    errors.NotSentError: "Nothing was sent",
    errors.AuthenticationError: "Check the API key, and that it belongs to this environment",
    errors.ConflictError: "Look the reference up before anything else",
}


def _unknown(operation: Operation[Any]) -> str:
    """What to do about an unknown outcome, by what the operation does."""
    if operation.effect == "idempotent":
        return "The outcome is unknown. It may be sent again: doing it twice is doing it once"
    what = (
        "money may have moved" if operation.moves_money else "it may exist" if operation.look_up else "it may be done"
    )
    how = "look it up with client.reconcile(error)" if operation.look_up else "read the object, or ask Palomma"
    return f"The outcome is unknown and {what}: do not send it again, {how}"


def _error(state: _State, verdict: Verdict, result: Answer | Failure, told: float | None) -> errors.PalommaError:
    assert verdict.error is not None
    operation = state.call.operation
    body = result.body
    headers = result.headers if isinstance(result, Answer) else {}
    message = _said(body, ERROR_MESSAGES) if state.status is not None else None
    said = f" ({message[:500]})" if message else ""
    advice = _ADVICE.get(verdict.error)
    if verdict.error is errors.OutcomeUnknownError:
        advice = _unknown(operation)
    reference = f" [reference {state.reference}]" if state.reference else ""
    return verdict.error(
        f"{operation.id}: {mask(verdict.text)}{said}.{f' {advice}.' if advice else ''}{reference}",
        operation=operation.id,
        method=operation.method,
        path=operation.path,
        reference=state.reference,
        status_code=state.status,
        headers=dict(headers),
        body=body,
        message=message,
        code=_said(body, ERROR_CODES) if state.status is not None else None,
        idempotency_key=state.key,
        attempts=state.attempts,
        elapsed=state.elapsed,
        retry_after=told,
    )


def _said(body: bytes | None, places: Iterable[tuple[str, ...]]) -> str | None:
    """The first text that the body of an error has at one of these places, without long numbers."""
    try:
        members = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    texts = (_at(members, place) for place in places)
    return next((mask(text) for text in texts if isinstance(text, str)), None)


def _at(members: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        members = members[0] if isinstance(members, list) and members else members
        members = members.get(name) if isinstance(members, dict) else None
    return members


def _report(state: _State, result: Any, error: str | None) -> None:
    operation = state.call.operation
    if result == "unknown" or (result == "cancelled" and operation.effect != "read"):
        what = "money may have moved" if operation.moves_money else "it may be done"
        log(logging.WARNING, "%s reference=%s ended %s: %s", operation.id, state.reference, result, what)
    state.policy.on_outcome(
        Outcome(operation.id, operation.method, operation.path, state.reference, state.attempts, result, error,
                state.status, state.elapsed, state.key)
    )  # fmt: skip
