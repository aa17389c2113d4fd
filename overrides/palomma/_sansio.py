"""The steps of a call: what is sent again, what is raised, and when. No socket, no sleep, no clock of its own.

`steps` is a generator, as httpx's `Auth.auth_flow` is: it yields what is to be done, and is sent what came of it. The
two drivers in `_client` do it, blocking or awaiting. The table of outcomes stands in docs/guides/retries.md.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol, Self, TypeVar

from palomma_api.contract import ERROR_CODES, ERROR_MESSAGES
from palomma_api.runtime.calls import Call, Operation
from palomma_api.runtime.errors import ShapeError

from . import _errors as errors
from ._advice import advice
from ._budget import PROCESS_BUDGET, RetryBudget
from ._instrumentation import Attempt, Outcome, log, nobody
from ._lookup.identity import differences
from ._redaction import Redactor, mask_sensitive

__all__ = ["Answer", "Clock", "Deadline", "Do", "Drop", "Failure", "Policy", "Send", "Sleep", "steps"]

T = TypeVar("T")

BACKOFF_FIRST = 0.5
BACKOFF_MOST = 8.0
TEXT_LENGTH = 500
"""Characters that an error shows of what came."""


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

    def __new__(cls, at: float, clock: Clock) -> Self:
        self = super().__new__(cls, max(0.0, at - clock.monotonic()))
        self.at = at
        self.clock = clock
        self.sent = False
        return self

    def left(self) -> float:
        """Seconds left now; never negative."""
        return max(0.0, self.at - self.clock.monotonic())


class Policy(NamedTuple):
    """What a client decided once for all its calls."""

    mint: Callable[[], str] | None
    """Makes a reference where the caller gave none; None: nobody does."""
    random: Callable[[], float]
    new_key: Callable[[], str] = str
    """Makes an idempotency key, where the contract has a header for it."""
    host: str = ""
    """Named in errors: a wrong `base_url` is the first thing to look at."""
    redactor: Callable[[Call[Any]], Redactor] = lambda call: Redactor.of(call.body)
    """Makes what hides the key, and what the call sends, in what comes back."""
    timeout: float = 30.0
    max_retries: int = 2
    max_skew: float = 300.0
    retry_rate_limited: bool = True
    budget: RetryBudget = PROCESS_BUDGET
    deadline: Callable[[float, Clock], Deadline] = Deadline
    on_attempt: Callable[[Attempt], object] = nobody
    on_outcome: Callable[[Outcome], object] = nobody


class Send:
    """Do: one attempt. Send back an `Answer` or a `Failure`.

    Neither it nor what comes back is a tuple: what reports the locals of frames shows what is in a tuple (R5).
    """

    def __init__(self, call: Call[Any], content: bytes | None, media: str, deadline: Deadline) -> None:
        self.call, self.content, self.media, self.deadline = call, content, media, deadline

    def __repr__(self) -> str:
        return f"<Send {self.call.operation.id}>"


class Sleep(NamedTuple):
    """Do: wait so many seconds."""

    seconds: float


class Do(NamedTuple):
    """Do: call this. It may block for a moment, and raises nothing."""

    action: Callable[[], Any]


class Drop:
    """Do: let no later attempt or call use a connection of now; the last one can't be trusted."""


class Answer:
    """An HTTP answer, read to its end."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self) -> str:
        return f"<Answer {self.status}>"


class Failure:
    """No answer. `sent`: a byte of the request may have left this machine. `lasting`: another try would fail too."""

    def __init__(self, error: Exception, sent: bool, lasting: bool = False, body: bytes | None = None) -> None:
        self.error, self.sent, self.lasting, self.body = error, sent, lasting, body

    def __repr__(self) -> str:
        return f"<Failure {type(self.error).__name__} sent={self.sent}>"


class Verdict:
    """What an attempt's result means. Either `value` counts, or `error` does.

    `drop`: the connection can't be trusted any more. `differences`: the members that came back otherwise than they
    were sent, without mattering.
    """

    def __init__(
        self, *, value: Any = None, error: type[errors.PalommaError] | None = None, text: str = "",
        again: bool = False, drop: bool = False, cause: Exception | None = None, differences: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.value, self.error, self.text = value, error, text
        self.again, self.drop, self.cause, self.differences = again, drop, cause, differences

    def __repr__(self) -> str:
        return f"<Verdict {self.error.__name__ if self.error else 'returned'}>"


class _State:
    """Where one call stands."""

    def __init__(self, call: Call[Any], policy: Policy, clock: Clock, judge: Callable[..., Verdict]) -> None:
        self.call, self.reference, self.key = _completed(call, policy)
        self.policy, self.clock, self.judge = policy, clock, judge
        self.started, self.began = clock.monotonic(), clock.time()
        self.attempts = 0
        self.status: int | None = None
        self.lost = False
        """An earlier attempt of this write may have been processed."""
        self.differences: tuple[str, ...] = ()

    @property
    def elapsed(self) -> float:
        return self.clock.monotonic() - self.started


def steps(
    call: Call[T], policy: Policy, clock: Clock, table: Callable[..., Verdict] | None = None
) -> Generator[Send | Sleep | Drop, Any, T]:
    """Do one call, from the first attempt to its outcome. Raises `PalommaError`.

    `table` stands in for `judge`, so that a test can take a rule out and see what it is good for.
    """
    state = _State(call, policy, clock, table or judge)
    result = "cancelled"
    error: str | None = None
    try:
        value: T = yield from _attempts(state)
        result = "returned"
        return value
    except errors.PalommaError as raised:
        lost = isinstance(raised, errors.OutcomeUnknownError) and call.operation.effect != "read"
        result = "unknown" if lost else "raised"
        error = type(raised).__name__
        raise
    finally:
        _report(state, result, error)


def _completed(call: Call[T], policy: Policy) -> tuple[Call[T], str | None, str | None]:
    """Return the call as it goes out, its reference and its idempotency key; what the caller didn't give is made."""
    look_up, header = call.operation.look_up, call.operation.key_header
    member = look_up.member if look_up else "reference"
    reference = call.body.get(member) if isinstance(call.body, dict) else None
    reference = reference if isinstance(reference, str) else None
    key = None
    if look_up is not None and look_up.form and reference is None and policy.mint:
        reference = policy.mint()[-16:] if look_up.form == "short" else policy.mint()
        reference = policy.new_key() if look_up.form == "uuid" else reference
        call = call.evolve(body={**call.body, member: reference})
        # Before the first byte leaves: whoever is killed in flight finds it here (R2).
        log(logging.INFO, "%s goes out with the reference %s", call.operation.id, reference)
    if header is not None:
        key = call.headers.get(header) or policy.new_key()
        call = call.evolve(headers={**call.headers, header: key})
    return call, reference, key


def _attempts(state: _State) -> Generator[Send | Sleep | Drop, Any, Any]:
    policy, clock, call = state.policy, state.clock, state.call
    end = state.started + policy.timeout
    while True:
        state.attempts += 1
        result = yield from _attempt(state, Send(call, *call.content(), policy.deadline(end, clock)))
        verdict = state.judge(call, state.reference, result, policy.retry_rate_limited)
        if state.lost:
            verdict = _after_a_lost_attempt(call.operation, verdict, state.status)
        state.lost = state.lost or verdict.error is errors.OutcomeUnknownError
        if verdict.drop:
            yield Drop()
        if verdict.error is None:
            policy.budget.succeeded(retried=state.attempts > 1)
            state.differences = verdict.differences
            return verdict.value
        retry_after = _retry_after(result, clock)
        wait = max(retry_after or 0.0, backoff(state.attempts, policy.random))
        if not (verdict.again and state.attempts <= policy.max_retries and clock.monotonic() + wait < end):
            break
        if not policy.budget.take():
            break
        yield Sleep(wait)
    hide = policy.redactor(call)  # made now that something is to be hidden: it takes some milliseconds
    raise _error(state, verdict, result, retry_after, hide) from verdict.cause and stand_in(verdict.cause, hide)


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
    if state.policy.on_attempt is not nobody:
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
    text = f"{type(failure.error).__name__}: {text_of(failure.error)}"
    if isinstance(failure.error, errors.ConfigurationError):
        return Verdict(error=errors.ConfigurationError, text=text_of(failure.error))
    if not failure.sent:
        return Verdict(error=errors.NotSentError, text=text, again=not failure.lasting, cause=failure.error)
    drop = operation.effect != "read"
    return _lost(operation, errors.ResponseError, text, again=not failure.lasting, drop=drop, cause=failure.error)


def _judge_success(call: Call[Any], reference: str | None, answer: Answer) -> Verdict:
    operation = call.operation
    try:
        value = call.parse(answer.status, answer.headers, answer.body)
        return Verdict(value=value, differences=differences(call, reference, value))
    except Exception as error:  # whatever it is, it has been done
        text = str(error) if isinstance(error, ShapeError) else f"the body can't be read ({type(error).__name__})"
        return _lost(
            operation, errors.ResponseError, f"the answer ({answer.status}) can't be used: {text}",
            again=operation.effect != "read", drop=True,
        )  # fmt: skip


_REJECTED: Mapping[int, type[errors.PalommaError]] = {
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
        return Verdict(error=errors.APIError, text=text, again=True, drop=True)
    if status in (307, 308) or (300 <= status < 400 and operation.effect == "read"):
        return Verdict(error=errors.APIError, text=f"{text}, which is never followed")
    return _lost(operation, errors.ServerError if status >= 400 else errors.APIError, text, again=status >= 300)


def _after_a_lost_attempt(operation: Operation[Any], verdict: Verdict, status: int | None) -> Verdict:
    """What a later attempt means: no refusal says what became of an earlier one (R1)."""
    if verdict.error is None or operation.effect == "read":
        return verdict
    if operation.method == "DELETE" and status in (404, 410) and operation.answers[0].form == "nothing":
        return Verdict()
    if verdict.error is not errors.RateLimitError and not verdict.again:
        verdict.text = f"an earlier attempt was lost, then {verdict.text}"
    verdict.error = errors.OutcomeUnknownError
    return verdict


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


def text_of(error: BaseException) -> str:
    """Return an exception's text, also of one that can't say it."""
    try:
        return str(error)
    except Exception:
        return ""


def stand_in(error: Exception, redactor: Redactor) -> Exception:
    """Return a copy of `error` alone: the frames behind it hold the request, its text may hold what a server sent (R5).

    If its class isn't made from one text, an `Exception` that names it.
    """
    text = redactor.text(text_of(error))[:TEXT_LENGTH]
    try:
        return type(error)(text)
    except Exception:
        return Exception(f"{type(error).__name__}: {text}")


def _error(
    state: _State, verdict: Verdict, result: Answer | Failure, retry_after: float | None, hide: Redactor
) -> errors.PalommaError:
    assert verdict.error is not None
    operation = state.call.operation
    body = hide.body(result.body) if result.body is not None else None
    headers = result.headers if isinstance(result, Answer) else {}
    message = _said(result.body, ERROR_MESSAGES) if state.status is not None else None
    code = _said(result.body, ERROR_CODES) if state.status is not None else None
    said = hide.text(message or _beginning(state.status, result.body))[:TEXT_LENGTH]
    where = f" ({state.policy.host})" if state.policy.host else ""
    body_sent = state.call.body if isinstance(state.call.body, dict) else {}
    parts = [
        f"{operation.id}{where}: {hide.text(verdict.text)[:TEXT_LENGTH]}",
        f" ({said})." if said else ".",
        *(f" {sentence}." for sentence in advice(state.call, verdict.error, state.status)),
        f" [reference {state.reference}]" if state.reference else "",
    ]
    return verdict.error(
        "".join(parts),
        operation=operation.id,
        method=operation.method,
        path=operation.path,
        reference=state.reference,
        status_code=state.status,
        headers={name.lower(): hide.text(value) for name, value in headers.items()},
        body=body,
        message=hide.text(message) if message is not None else None,
        api_code=hide.text(code) if code is not None else None,
        idempotency_key=state.key,
        attempts=state.attempts,
        elapsed=state.elapsed,
        retry_after=retry_after,
        request=errors.Request(mask_sensitive(body_sent), datetime.fromtimestamp(state.began, UTC)),
    )


def _beginning(status: int | None, body: bytes | None) -> str:
    """Return how the body of an error begins that has no message where the contract says."""
    return " ".join((body or b"")[:300].decode(errors="replace").split())[:200] if (status or 0) >= 400 else ""


def _said(body: bytes | None, places: Iterable[tuple[str, ...]]) -> str | None:
    """Return the first text that the body of an error has at one of these places."""
    try:
        members = json.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    return next((text for text in (_at(members, place) for place in places) if isinstance(text, str)), None)


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
    if state.differences:
        # Another reference is worth a warning: it can't be looked up by the one that was sent.
        level = logging.WARNING if operation.look_up and operation.look_up.member in state.differences else logging.INFO
        names = ", ".join(state.differences)
        log(level, "%s reference=%s came back with another %s", operation.id, state.reference, names)
    if state.policy.on_outcome is not nobody:
        state.policy.on_outcome(
            Outcome(operation.id, operation.method, operation.path, state.reference, state.attempts, result, error,
                    state.status, state.elapsed, state.key, state.differences)
        )  # fmt: skip
