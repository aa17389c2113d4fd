"""What workers and people do with the journal: send intents, settle what is unknown, decide."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Generator, Sequence
from functools import cache, partial
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, TypeVar

from palomma import _errors as errors
from palomma._instrumentation import log
from palomma._lookup.identity import member_of
from palomma._sansio import Sleep
from palomma_api.client import operation, operations
from palomma_api.runtime.calls import Operation

from . import _moves as moves
from ._doors import Settled, Stop
from ._fence import Fence
from ._look import decided, object_of, read_operation, walked
from ._moves import Entry

if TYPE_CHECKING:
    from ._book import Book

__all__ = ["resolve", "run", "settle", "tell", "work"]

T = TypeVar("T")
Steps = Generator[Any, Any, T]
BATCH = 500
"""Rows that share one walk."""
FEW = 20
"""Up to so many rows are asked for one by one, by the list's filter."""
EVERY = 15.0
"""Seconds between two looks of a worker at what is unknown."""


def settle(book: Book, client: Any) -> Steps[Settled]:
    """Look up every row that is unknown or in review. Rows are read a batch at a time."""
    seen = Counter[str]()
    entries = book.journal.store.entries(("sending", "unknown", "review"), book.environment, book.account)
    while batch := (yield from book.done(lambda: list(islice(entries, BATCH)))):
        for _, rows in groupby(batch, lambda row: row.operation):
            seen.update((yield from _settle(book, client, list(rows))))
    return Settled(seen["confirmed"], seen["review"], seen["intended"], seen["unknown"])


def _settle(book: Book, client: Any, rows: list[Entry]) -> Steps[list[str]]:
    """Look rows of one operation up, a few of them by the list's filter first. Return the states that they have then.

    The whole list is read for those that the filter failed for, and for those whose quiet period is over.
    """
    create = operation(rows[0].operation)
    assert create.look_up is not None
    now = yield from book.done(book.journal.store.now)
    ended, waiting = list[Entry](), list[Entry]()
    for row in rows:
        row = yield from book.record(row, lambda row: moves.expire(row, now))
        is_walked_for = row.state in ("unknown", "review")
        if is_walked_for and len(rows) <= FEW:
            (row,), failure = yield from _looked(book, client, [row], {create.look_up.argument: row.reference})
            is_quiet = row.state == "unknown" and now >= moves.quiet_end(row, book.rules(client))
            is_walked_for = failure is not None or is_quiet
        (waiting if is_walked_for else ended).append(row)
    for _ in range(2):  # the second time for those that were found nowhere: two empty look-ups count
        if waiting:
            waiting, _failure = yield from _looked(book, client, waiting, {})
        ended += [row for row in waiting if row.state != "unknown"]
        waiting = [row for row in waiting if row.state == "unknown"]
    return [row.state for row in ended + waiting]


def _looked(
    book: Book, client: Any, rows: Sequence[Entry], arguments: dict[str, str]
) -> Steps[tuple[list[Entry], errors.PalommaError | None]]:
    looks, failure = yield from walked(book, client, rows, arguments, client._policy.timeout)
    if isinstance(failure, (errors.AuthenticationError, errors.PermissionDeniedError, errors.ConfigurationError)):
        raise failure
    if failure is not None:
        log(logging.WARNING, "the look-up of %s failed: %s", rows[0].operation, failure)
    after: list[Entry] = []
    for row in rows:
        after.append((yield from decided(book, client, row, looks[row.id])))
    return after, failure


def work(book: Book, client: Any, once: bool, stop: Stop | None, settles: bool) -> Steps[Settled]:
    """Settle and send intents, until `stop` is set."""
    clock, settled, due = book.journal.clock, Settled(), -math.inf if settles else math.inf
    while True:
        pause = 1.0
        try:
            if clock.monotonic() >= due:
                settled, due = (yield from settle(book, client)), clock.monotonic() + EVERY
            # However many intents there are, what is unknown has its turn.
            pause = (yield from _send_intents(book, client, math.inf if once and settles else EVERY)) or pause
        except errors.NotSentError as failure:  # the journal's database is away, or the network
            if once:
                raise
            log(logging.WARNING, "the journal's worker waits: %s", failure)
        end = clock.monotonic() + pause
        while not (once or (stop is not None and stop.is_set())) and (left := end - clock.monotonic()) > 0:
            yield Sleep(min(1.0, left))
        if once or (stop is not None and stop.is_set()):
            return settled


def _send_intents(book: Book, client: Any, most: float) -> Steps[float | None]:
    """Send what the outbox has, for `most` seconds. Return for how long to wait if nothing can be sent just now."""
    until = yield from book.done(book.journal.store.now)
    seconds, end = client._policy.timeout, book.journal.clock.monotonic() + most
    take = partial(book.journal.store.take, claim=lambda row, now: moves.claim(row, row, now, seconds))
    while book.journal.clock.monotonic() < end:
        fence = Fence(seconds, book.journal.fence_clocks)
        taken = yield from book.done(take, book.environment, book.account, until)
        if taken is None:
            return None
        book.journal.tell(*taken)
        try:
            yield from book.owned(client, taken[1], fence)
        except errors.OutcomeUnknownError:
            continue  # it is written down, and settled later
        except errors.APIError as error:
            if error.status_code in (421, 425, 429):
                return error.retry_after or EVERY
            if error.entry is not None and error.entry.state == "intended":  # the key or the address is wrong
                raise
    return None


def resolve(
    book: Book, client: Any, id_: str, reference: str, object_id: str | None, not_created: bool, by: str, because: str
) -> Steps[Entry]:
    """Decide as a person. Raises `ConfigurationError`."""
    if (object_id is None) == (not not_created) or not by or not because:
        raise errors.ConfigurationError("resolve() takes either object_id=… or not_created=True, and by=…, because=…")
    key = moves.Key(book.environment, book.account, id_, reference)
    row, now = yield from book.done(book.journal.store.read, key)
    if row is None:
        raise errors.ConfigurationError(f"the journal has no {id_} with the reference {reference}")
    row = yield from book.record(row, lambda row: moves.expire(row, now))
    try:
        if object_id is not None:
            found = yield from _named(book, client, row, object_id)
            after = moves.resolve(row, found, by, because)
        else:
            looks = [(yield from _whole(book, client, row)), (yield from _whole(book, client, row))]
            after = moves.resolve_not_created(row, looks, book.rules(client), by, because)
    except ValueError as error:
        raise errors.ConfigurationError(f"{id_} {reference} can't be resolved so: {error}") from None
    swapped = yield from book.swap(row, after)
    if swapped != "done":
        raise errors.ConfigurationError(f"{id_} {reference} has moved meanwhile: look at it again")
    return after.masked()


def _named(book: Book, client: Any, row: Entry, object_id: str) -> Steps[moves.Object]:
    """Read the object that a person names."""
    read = read_operation(operation(row.operation))
    if read is None:
        seen = yield from _whole(book, client, row)
        found = next((each for each in seen.objects if each.id == object_id), None)
        if found is None:
            raise ValueError(f"no object {object_id} has this reference")
        return found
    item = yield from client._steps(read.call(object_id))
    holders = yield from book.holders(row, [object_id])
    return object_of(item, row, holders.get(object_id))


def _whole(book: Book, client: Any, row: Entry) -> Steps[moves.LookUp]:
    """Read the whole list for one row. Raises what ends it early."""
    looks, failure = yield from walked(book, client, [row], {}, client._policy.timeout)
    if failure is not None:
        raise failure
    return looks[row.id]


@cache
def _creates(model: str) -> list[Operation[Any]]:
    """Return the operations that make objects of a model, and that can be looked up."""
    all_ = (operation(id_) for id_ in operations())
    made = (each for each in all_ if each.effect in ("create", "action") and each.look_up is not None)
    return [each for each in made if getattr(each.answers[0].kind, "name", None) == model]


def tell(book: Book, event: Any) -> Steps[None]:
    """Add what a webhook tells of an object to the row of its reference, if there is one. Raises `NotSentError`."""
    item = event.event
    for create in _creates(type(item).__name__):
        assert create.look_up is not None
        reference = member_of(item, create.look_up.member)
        if isinstance(reference, str):
            key = moves.Key(book.environment, book.account, create.id, reference)
            row, _ = yield from book.done(book.journal.store.read, key)
            if row is not None:
                holder = (yield from book.holders(row, [str(item.id)])).get(item.id)
                yield from book.moved(row, partial(_told, item=item, holder=holder, rules=book.journal.rules))


def _told(row: Entry, item: Any, holder: moves.Key | None, rules: moves.Rules) -> Entry:
    return moves.tell(row, object_of(item, row, holder), rules)


def run(steps: Steps[T]) -> T:
    """Do steps of which each is one of the store's."""
    try:
        step = next(steps)
        while True:
            step = steps.send(step.action())
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
