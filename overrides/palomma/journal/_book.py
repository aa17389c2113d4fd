"""A client's calls by the journal: one more step around `steps`, for both drivers. `_moves` decides."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, frozen

from palomma import _errors as errors
from palomma._options import is_loopback
from palomma._redaction import mask_sensitive
from palomma._sansio import Do, Sleep
from palomma_api.client import operation
from palomma_api.contract import ENVIRONMENTS
from palomma_api.runtime.calls import Call

from . import _moves as moves
from ._fence import Fence
from ._look import look_up, read_operation, walked
from ._moves import Entry, Key, LookUp

if TYPE_CHECKING:
    from palomma._exchange import Exchange

    from ._journal import Journal

__all__ = ["Book"]

T = TypeVar("T")
Error = TypeVar("Error", bound=errors.PalommaError)
Steps = Generator[Any, Any, T]
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
LONGEST_REFERENCE = 255


@frozen
class Book:
    """The journal as one client writes in it. `client` is passed to each method: copies share a book."""

    journal: Journal
    environment: str
    account: str

    @classmethod
    def of(cls, journal: Journal, exchange: Exchange[Any], environment: str | None) -> Book:
        """Check a client's settings. Raises `ConfigurationError`."""
        options = exchange.options
        name = options.environment or environment or os.environ.get("PALOMMA_ENVIRONMENT", "")
        if name not in ENVIRONMENTS:
            known = " or ".join(map(repr, ENVIRONMENTS))
            raise errors.ConfigurationError(
                f"A journal belongs to an environment: with base_url, pass environment={known}, too"
            )
        is_mock = any(kind.__name__ == "MockTransport" for kind in type(exchange.transport).__mro__)
        if not (exchange.ours or is_mock or is_loopback(urlsplit(options.base_url).hostname or "")):
            raise errors.ConfigurationError(
                "With a journal the client takes its own transport: another can't be told to stop sending in time"
            )
        return cls(journal, name, journal.account)

    # What a call is in the journal

    def entry(self, call: Call[Any]) -> Entry | None:
        """Return the row of a call's own words; None for one that isn't journalled. Raises `ConfigurationError`."""
        create = call.operation
        if create.effect not in ("create", "action"):
            return None
        body = call.body if isinstance(call.body, dict) else {}
        reference = body.get(create.look_up.member) if create.look_up is not None else None
        if not isinstance(reference, str) or not reference:
            if create.moves_money:
                raise errors.ConfigurationError(
                    f"{create.id}: with a journal it needs a reference of yours: what moves money must be found again"
                )
            return None
        if not reference.isprintable() or not reference.strip() or len(reference) > LONGEST_REFERENCE:
            raise errors.ConfigurationError(
                f"{create.id}: with a journal a reference has 1 to {LONGEST_REFERENCE} printable characters"
            )
        given = {**body, **({"(path)": call.path} if call.path != create.path else {}), **dict(call.query)}
        headers = {name: value for name, value in call.headers.items() if name != create.key_header}
        return Entry(
            environment=self.environment, account=self.account, operation=create.id, reference=reference,
            fingerprints=self.journal.fingerprints(given), members=mask_sensitive(body),
            request={"path": call.path, "query": [list(pair) for pair in call.query], "headers": headers, "body": body},
        )  # fmt: skip

    # The store, in steps

    def done(self, action: Callable[..., T], *arguments: Any) -> Steps[T]:
        """Do what the store does. Raises `NotSentError` if it fails."""
        value, error = yield Do(partial(_tried, action, *arguments))
        if isinstance(error, errors.PalommaError):
            raise error
        if error is not None:
            text = f"Nothing was sent: the journal failed ({type(error).__name__})"
            raise errors.NotSentError(text) from errors_of(error)
        return value  # type: ignore[no-any-return]

    def swap(self, before: Entry | None, after: Entry, *seconds: float) -> Steps[str]:
        """Write a move, and tell of it."""
        swapped = yield from self.done(self.journal.store.swap, before, after, *seconds)
        if swapped == "done":
            self.journal.tell(before, after)
        return swapped

    def moved(self, row: Entry, decide: Callable[[Entry], Entry], *seconds: float) -> Steps[Entry]:
        """Write what `decide` makes of a row, also if it has moved meanwhile, and return the row as it is then.

        Raises `NotSentError` if the store fails.
        """
        while (after := decide(row)) != row:
            swapped = yield from self.swap(row, after, *seconds)
            if swapped == "done":
                return after
            if swapped == "taken":
                holders = yield from self.holders(row, [after.object_id or ""])
                decide = partial(moves.lose, holder=holders.get(after.object_id or ""))
            else:
                read, _ = yield from self.done(self.journal.store.read, row.id, *seconds)
                if read is None or evolve(read, changed_at=after.changed_at) == after:
                    return after  # it is forgotten; or what was written is there, and only the answer was lost
                row = read
        return row

    def record(self, row: Entry, decide: Callable[[Entry], Entry]) -> Steps[Entry]:
        """Do as `moved`, for two seconds at most, and raise nothing: a call ends as its answer says.

        What can't be written is told to the log and the hook.
        """
        for _ in range(2):  # the first time perhaps the connection alone was lost
            try:
                return (yield from self.moved(row, decide, 2.0))
            except errors.NotSentError:
                pass
        after = decide(row)
        self.journal.tell(row, after, written=False)
        return after

    def holders(self, row: Entry, ids: Iterable[str]) -> Steps[Mapping[str, Key]]:
        """Return which rows objects confirm."""
        return self.done(self.journal.store.holders, row.environment, row.operation, list(ids))

    def rules(self, client: Any) -> moves.Rules:
        return evolve(self.journal.rules, max_skew=client._policy.max_skew)

    # A call

    def send(self, client: Any, call: Call[T]) -> Steps[T]:
        """Make a call, by the journal if it is one that may be sent only once."""
        client._exchange.check(call)
        new = yield from self.done(self.entry, call)
        if new is None:
            return (yield from client._steps(call))  # type: ignore[no-any-return]
        clock = self.journal.clock
        end, pause = clock.monotonic() + client._policy.timeout, SHORTEST_PAUSE
        while True:
            left = end - clock.monotonic()
            fence = Fence(left, self.journal.fence_clocks)
            row, now = yield from self.done(self.journal.store.read, new.id, left)
            ask = moves.ask(row, new.fingerprints, now, left, call.operation.free)
            if ask.do == "claim":
                check_time(row or new, left)
                claimed = moves.claim(row, self.keyed(new, call, now), now, left)
                if (yield from self.swap(row, claimed, left)) == "done":
                    return (yield from self.owned(client, claimed, fence))  # type: ignore[no-any-return]
                continue
            assert row is not None
            if ask.do == "differs":
                raise reused(row, ask.members)
            if ask.do == "read":
                return (yield from self.confirmed(client, row, left))  # type: ignore[no-any-return]
            if ask.do == "wait":
                if left <= 0:
                    raise in_progress(row, now)
                yield Sleep(min(pause, left))
                pause = min(2 * pause, LONGEST_PAUSE)
            elif ask.do == "expire":
                check_time(row, left)
                yield from self.swap(row, moves.expire(row, now), left)
            else:
                failure = None
                if ask.do == "look_up":
                    row, failure = yield from look_up(self, client, row, left)
                if row.state in ("unknown", "review"):
                    raise still_unknown(row, now, self.rules(client)) from failure

    def keyed(self, new: Entry, call: Call[Any], now: float) -> Entry:
        """Return a new row with the idempotency key, where the contract has one."""
        header, lifetime = call.operation.key_header, call.operation.key_lifetime
        if header is None:
            return new
        from palomma._reference import new_key

        # A process that pauses before its write must still find it remembered.
        until = None if lifetime is None else now + lifetime - self.journal.rules.quiet_period
        return evolve(new, key=call.headers.get(header) or new_key(), key_until=until)

    def owned(self, client: Any, row: Entry, fence: Fence) -> Steps[Any]:
        """Make the call of a row that this process claimed, and write down what came of it."""
        value: Any = None
        claimed = row
        try:
            if self.journal.lookup_first:
                row = yield from self._looked_first(client, row, fence)
            if row.state == "sending":
                value = yield from client._steps(call_of(row), fence.left(), fence.deadline)
        except errors.ConflictError as conflict:
            row = yield from self._after_conflict(client, row)
            if row.state != "confirmed":
                raise
            return (yield from self.settled(client, row, conflict))
        except errors.PalommaError as error:
            row = yield from self._add(row, (yield from self.outcome(client, row, error)))
            # A webhook came meanwhile. If it is another call's with other words, that object is not this one's.
            if row.state == "confirmed" and row.fingerprints == claimed.fingerprints:
                return (yield from self.settled(client, row, error))
            error.entry = row.masked()
            raise
        except GeneratorExit:  # no step can be made any more; the row is unknown when its time is over
            raise
        except BaseException:  # cancelled or interrupted
            yield from self._add(row, "unknown" if fence.passed else "not_sent")
            raise
        if row.state == "sending":
            id_ = getattr(value, "id", None)  # without one a look-up must say which it is
            row = yield from self._add(row, "created" if isinstance(id_, str) else "unknown", id_)
            if row.state != "review":
                return value
        return (yield from self.settled(client, row))

    def _add(self, row: Entry, outcome: moves.Outcome, object_id: str | None = None) -> Steps[Entry]:
        """Write down what came of an attempt of this process."""
        decide = partial(
            moves.answer, attempt=row.attempt, outcome=outcome, object_id=object_id, words=row.fingerprints
        )
        return self.record(row, decide)

    def _looked_first(self, client: Any, row: Entry, fence: Fence) -> Steps[Entry]:
        look, failure = yield from self._seen(client, row, fence.left())
        if failure is not None:
            text = "Nothing was sent: it could not be looked up first"
            raise errors.NotSentError(text, operation=row.operation, reference=row.reference) from failure
        return (yield from self.record(row, partial(moves.before_sending, attempt=row.attempt, look=look)))

    def _after_conflict(self, client: Any, row: Entry) -> Steps[Entry]:
        look, _ = yield from self._seen(client, row, client._policy.timeout)
        decide = partial(moves.before_sending, attempt=row.attempt, look=look, reason="conflict")
        return (yield from self.record(row, decide))

    def _seen(self, client: Any, row: Entry, seconds: float) -> Steps[tuple[LookUp, errors.PalommaError | None]]:
        looks, failure = yield from walked(self, client, [row], {}, seconds)
        return looks[row.id], failure

    def outcome(self, client: Any, row: Entry, error: errors.PalommaError) -> Steps[moves.Outcome]:
        """Return what an error says of a create. A wrong key or address rejects no intent of the outbox."""
        if isinstance(error, errors.OutcomeUnknownError):
            return "unknown"
        if not isinstance(error, errors.APIError) or error.status_code in (421, 425, 429):
            return "not_sent"
        if row.outbox and (yield from self.is_at_fault(client, row, error)):
            return "not_sent"
        return "refused"

    def is_at_fault(self, client: Any, row: Entry, error: errors.PalommaError) -> Steps[bool]:
        """Return whether a refusal says something of the key or the address, and nothing of the request."""
        if isinstance(error, (errors.AuthenticationError, errors.PermissionDeniedError)):
            return True
        create = operation(row.operation)
        if not isinstance(error, errors.NotFoundError) or create.look_up is None:
            return False
        try:
            yield from client._steps(operation(create.look_up.list).call())
        except errors.PalommaError:
            return True
        return False

    def settled(self, client: Any, row: Entry, error: BaseException | None = None) -> Steps[Any]:
        """Return the object of a row that was confirmed before it was sent; raise for one in review."""
        if row.state == "confirmed":
            return (yield from self.confirmed(client, row, client._policy.timeout))
        raise still_unknown(row, 0.0, self.rules(client)) from error

    def confirmed(self, client: Any, row: Entry, seconds: float) -> Steps[Any]:
        """Return the object that confirms a row, read anew. Raises `ConfirmedUnreadableError`."""
        create = operation(row.operation)
        read = read_operation(create)
        try:
            if read is not None:
                return (yield from client._steps(read.call(row.object_id), max(0.001, seconds)))
            return create.answers[0].kind.read({**row.members, "id": row.object_id})
        except (errors.PalommaError, ValueError) as error:
            text = f"it exists already, as {row.object_id}, and can't be read now. Do not send it again"
            raise error_of(errors.ConfirmedUnreadableError, row, text, object_id=row.object_id) from error


def _tried(action: Callable[..., T], *arguments: Any) -> tuple[T | None, Exception | None]:
    try:
        return action(*arguments), None
    except Exception as error:
        return None, error


def errors_of(error: Exception) -> Exception:
    """Return an error of the database without its statement, whose parameters could be shown (R5)."""
    return Exception(f"{type(error).__name__}: {getattr(error, 'orig', '')}"[:500])


def call_of(row: Entry) -> Call[Any]:
    """Return the call that a row stands for, as it was written down."""
    request, create = row.request or {}, operation(row.operation)
    headers = dict(request["headers"])
    if create.key_header is not None and row.key is not None:
        headers[create.key_header] = row.key
    query = tuple((name, value) for name, value in request["query"])
    return Call(create, request["path"], query, headers, request["body"])


def error_of(kind: type[Error], row: Entry, text: str, **more: Any) -> Error:
    """Return an error of a row."""
    create = operation(row.operation)
    return kind(
        f"{row.operation}: {text} [reference {row.reference}]", operation=row.operation, method=create.method,
        path=create.path, reference=row.reference, entry=row.masked(),
        request=errors.Request(row.members, datetime.fromtimestamp(row.first_claim or 0.0, UTC)), **more,
    )  # fmt: skip


def reused(row: Entry, members: tuple[str, ...]) -> errors.ReferenceReusedError:
    """Return the error of a call whose reference stands for other words."""
    text = f"nothing was sent. The journal has this reference, and {', '.join(members)} differs from what was given "
    text += "first. For another payment take another reference; for the same one give the same"
    return error_of(errors.ReferenceReusedError, row, text, members=members)


def check_time(row: Entry, left: float) -> None:
    if left <= 0:
        raise error_of(errors.NotSentError, row, "nothing was sent: the time was over before its row could be claimed")


def in_progress(row: Entry, now: float) -> errors.InProgressError:
    left = max(0.0, (row.send_until or now) - now)
    text = f"another call with this reference is on its way, for at most {left:.0f} s more. "
    text += "This one sent nothing: ask again then, with the same words"
    return error_of(errors.InProgressError, row, text, retry_after=left)


def still_unknown(row: Entry, now: float, rules: moves.Rules) -> errors.StillUnknownError:
    """Return the error of a row that nobody knows the outcome of, with its age and when to ask again."""
    text = "it was sent before, and its outcome isn't known. "
    if row.state == "review":
        text += f"A person must decide ({row.reason}): see client.resolve"
        return error_of(errors.StillUnknownError, row, text)
    left = max(0.0, moves.quiet_end(row, rules) - now)
    text += f"That is {max(0.0, now - (row.first_claim or now)):.0f} s ago; it was not found, and may still appear. "
    text += f"Nothing was sent now: ask again, with the same words, in {left:.0f} s"
    return error_of(errors.StillUnknownError, row, text, retry_after=left)
