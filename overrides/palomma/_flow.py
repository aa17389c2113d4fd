"""How a call goes: what is sent again, what is raised, and when. No socket, no sleep, no clock of its own.

`flow` is a generator: it yields what is to be done and receives what came of it, as httpx's `Auth.auth_flow` does. The
two drivers in `_client.py` do it, blocking or awaiting.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Generator, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol, TypeVar

from attrs import define, field, frozen

from palomma_api.errors import ShapeError
from palomma_api.types import Call, mask

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
    attempts: int = 0
    status: int | None = None

    @property
    def elapsed(self) -> float:
        return self.clock.monotonic() - self.started


def flow(
    call: Call[T], policy: Policy, clock: Clock, table: Callable[..., Verdict] | None = None
) -> Generator[Send | Sleep | Drop, Any, T]:
    """One call, from the first attempt to its outcome. Raises `PalommaError`.

    `table` stands in for `judge`, so that a test can take a rule out and see what it is good for.
    """
    reference = (call.body or {}).get("reference")
    state = _State(call, policy, clock, table or judge, clock.monotonic(), reference)
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


def _mint(state: _State) -> None:
    """A reference, so that an unknown outcome can be looked up."""
    call, policy = state.call, state.policy
    if call.operation.takes_reference and call.body is not None and state.reference is None and policy.mint:
        state.reference = call.body["reference"] = policy.mint()
        # Before the first byte leaves: whoever is killed in flight finds it here.
        log(logging.INFO, "%s goes out with the reference %s", call.operation.id, state.reference)


def _attempts(state: _State) -> Generator[Send | Sleep | Drop, Any, Any]:
    policy, clock, call = state.policy, state.clock, state.call
    end = state.started + policy.timeout
    send = Send(call, None if call.body is None else json.dumps(call.body).encode(), Deadline(end, clock), False)
    while True:
        state.attempts += 1
        result = yield from _attempt(state, send)
        verdict = state.judge(call, state.reference, result, policy.retry_rate_limited)
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
        send = Send(call, send.content, Deadline(end, clock), verdict.fresh)
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
                state.status, error, sent, seconds)
    )  # fmt: skip


def judge(call: Call[Any], reference: str | None, result: Answer | Failure, retry_rate_limited: bool = True) -> Verdict:
    """The decision table: what one attempt's result means, for a read and for a create."""
    creates = call.operation.method != "GET"
    if isinstance(result, Failure):
        return _judge_failure(result, creates)
    if 200 <= result.status < 300:
        return _judge_success(call, reference, result, creates)
    return _judge_status(result.status, creates, retry_rate_limited)


def _judge_failure(failure: Failure, creates: bool) -> Verdict:
    text = f"{type(failure.error).__name__}: {failure.error}"
    if not failure.sent:
        return Verdict(error=errors.NotSentError, text=text, again=not failure.lasting, cause=failure.error)
    if creates:
        return Verdict(error=errors.OutcomeUnknownError, text=text, drop=True, cause=failure.error)
    return Verdict(error=errors.ResponseError, text=text, again=not failure.lasting, cause=failure.error)


def _judge_success(call: Call[Any], reference: str | None, answer: Answer, creates: bool) -> Verdict:
    unreadable = errors.OutcomeUnknownError if creates else errors.ResponseError
    try:
        members = json.loads(answer.body)
        if not isinstance(members, dict):
            raise ShapeError(f"a JSON object was expected, not a {type(members).__name__}")
        echo = members.get("reference")
        if creates and reference is not None and isinstance(echo, str) and echo not in ("", reference):
            raise ShapeError("it echoes another reference, so it answers another call")
        return Verdict(value=call.parse(members))
    except Exception as error:  # whatever it is, the money has moved
        text = str(error) if isinstance(error, ShapeError) else f"the body can't be read ({type(error).__name__})"
        return Verdict(error=unreadable, text=f"the answer ({answer.status}) can't be used: {text}", drop=True)


_REJECTED: Mapping[int, type[errors.APIError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    422: errors.BadRequestError,
    **dict.fromkeys((405, 406, 411, 413, 414, 415, 431), errors.APIError),
}


def _judge_status(status: int, creates: bool, retry_rate_limited: bool) -> Verdict:
    text = f"{status} {_phrase(status)}".strip()
    if status in _REJECTED:
        return Verdict(error=_REJECTED[status], text=text)
    if status == 429:
        return Verdict(error=errors.RateLimitError, text=text, again=retry_rate_limited)
    if status in (421, 425):
        return Verdict(error=errors.APIError, text=text, again=True, fresh=True)
    if 300 <= status < 400 and not (creates and status == 303):
        return Verdict(error=errors.APIError, text=f"{text}, which is never followed")
    if creates:
        return Verdict(error=errors.OutcomeUnknownError, text=text)
    return Verdict(error=errors.ServerError if status >= 400 else errors.APIError, text=text, again=status >= 400)


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
    errors.OutcomeUnknownError: "The outcome is unknown and money may have moved: do not send it again, look it up "
    "with client.reconcile(error)",
    errors.NotSentError: "Nothing was sent",
    errors.AuthenticationError: "Check the API key, and that it belongs to this environment",
    errors.ConflictError: "Look the reference up before anything else",
}


def _error(state: _State, verdict: Verdict, result: Answer | Failure, told: float | None) -> errors.PalommaError:
    assert verdict.error is not None
    operation = state.call.operation
    body = result.body
    headers = result.headers if isinstance(result, Answer) else {}
    message = _message(body) if state.status is not None else None
    said = f" ({message[:500]})" if message else ""
    advice = _ADVICE.get(verdict.error)
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
        attempts=state.attempts,
        elapsed=state.elapsed,
        retry_after=told,
    )


def _message(body: bytes | None) -> str | None:
    """Palomma's `{"message": …}`, if that is what the body holds, without long numbers."""
    try:
        members = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    message = members.get("message") if isinstance(members, dict) else None
    return mask(message) if isinstance(message, str) else None


def _report(state: _State, result: Any, error: str | None) -> None:
    operation = state.call.operation
    if result == "unknown" or (result == "cancelled" and operation.method != "GET"):
        text = "%s reference=%s ended %s: money may have moved"
        log(logging.WARNING, text, operation.id, state.reference, result)
    state.policy.on_outcome(
        Outcome(operation.id, operation.method, operation.path, state.reference, state.attempts, result, error,
                state.status, state.elapsed)
    )  # fmt: skip
