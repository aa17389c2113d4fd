"""Looking up what rows wait for: by the filter, which may only find, and by a walk through the whole list."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from palomma import _errors as errors
from palomma._lookup.identity import NO_LENGTH, disagreement, longer, may_be_ours, member_of, plain, reference_of
from palomma_api.client import operation, operations
from palomma_api.runtime.calls import Operation
from palomma_api.runtime.pages import Pages
from palomma_api.runtime.values import ASSUMED

from . import _moves as moves
from ._fence import Alone
from ._moves import Entry, Key, LookUp, Object

if TYPE_CHECKING:
    from ._book import Book

__all__ = ["look_up", "object_of", "read_operation", "walked"]

T = TypeVar("T")
Steps = Generator[Any, Any, T]
Found = tuple[dict[Key, LookUp], errors.PalommaError | None]


def read_operation(create: Operation[Any]) -> Operation[Any] | None:
    """Return the operation that reads what `create` makes by its id alone; None if the contract has none."""
    model = getattr(create.answers[0].kind, "name", None)
    for id_ in operations():
        read = operation(id_)
        path = [each for each in read.parameters if each.place == "path"]
        if read.read_by and len(path) == 1 and model and getattr(read.answers[0].kind, "name", None) == model:
            return read
    return None


def object_of(item: Any, row: Entry, holder: Key | None) -> Object:
    """Return an object as it stands to a row."""
    create = operation(row.operation)
    assert create.look_up is not None
    created = member_of(item, create.look_up.created)
    moment = created.timestamp() if isinstance(created, datetime) and created.tzinfo is not ASSUMED else None
    id_ = getattr(item, "id", None)
    return Object(
        id_ if isinstance(id_, str) else "",
        member_of(item, create.look_up.member) == row.reference,
        isinstance(id_, str) and not disagreement(item, create, row.members),
        moment,
        holder is not None and holder != row.id,
    )


class _Index:
    """Finds the rows whose reference an object's is, or is that trimmed, cut or in another case."""

    def __init__(self, rows: Sequence[Entry]) -> None:
        self._rows = sorted(rows, key=_folded)
        self._names = [_folded(row) for row in self._rows]

    def alike(self, reference: str) -> Iterator[Entry]:
        short = plain(reference)
        at = bisect_left(self._names, short) if short else len(self._names)
        while at < len(self._names) and self._names[at].startswith(short):
            yield self._rows[at]
            at += 1


def _folded(row: Entry) -> str:
    return plain(row.reference)


def walked(book: Book, client: Any, rows: Sequence[Entry], arguments: dict[str, str], seconds: float) -> Steps[Found]:
    """Read a list of one operation to its end, for all its rows at once; `arguments` filter it.

    Returns what it met of each row, and the error that ended it, if one did.
    """
    create = operation(rows[0].operation)
    assert create.look_up is not None
    index, pages, met = _Index(rows), Pages(operation(create.look_up.list), arguments, {}), _Met()
    longest = NO_LENGTH
    began = yield from book.done(book.journal.store.now)
    clock, failure = book.journal.clock, None
    end = (steady := clock.monotonic()) + seconds
    try:
        while not pages.done:
            left = max(0.001, end - clock.monotonic()) if seconds < client._policy.timeout else client._policy.timeout
            yield from client._steps(pages.call(), left, Alone)
            for item in pages.items:
                reference = reference_of(item, create.look_up.member)
                longest = longer(longest, reference)
                for row in index.alike(reference):
                    met.setdefault(row.id, {})[getattr(item, "id", None) or id(item)] = item
    except errors.PalommaError as error:
        failure = error
    ids = {key for items in met.values() for key in items if isinstance(key, str)}
    holders = (yield from book.holders(rows[0], ids)) if ids else {}
    complete = failure is None and not arguments
    looks: dict[Key, LookUp] = {}
    for row in rows:
        # What may be an earlier number is not taken for one: after "nothing" a call may be sent again (R1).
        named = [(reference_of(item, create.look_up.member), key) for key, item in met.get(row.id, {}).items()]
        alike = [key for name, key in named if may_be_ours(row.reference, name, 2, longest)]
        objects = tuple(object_of(met[row.id][key], row, holders.get(key)) for key in alike)
        looks[row.id] = _with_patience(book, client, row, LookUp(began, objects, complete), steady)
    return looks, failure


_Met = dict[Key, dict[Any, Any]]


def _with_patience(book: Book, client: Any, row: Entry, look: LookUp, steady: float) -> LookUp:
    """Say how long this process has found nothing of a row. Whoever begins anew begins to wait anew."""
    empties, attempt = book.journal.empties, (row.id, row.attempt)
    if not moves.is_empty(look):
        if look.complete:
            empties.pop(attempt, None)
        return look
    if look.began < moves.quiet_end(row, book.rules(client)):
        return look
    first = empties.setdefault(attempt, steady)
    return look if first == steady else look._replace(apart=steady - first)


def look_up(book: Book, client: Any, row: Entry, seconds: float) -> Steps[tuple[Entry, errors.PalommaError | None]]:
    """Look one row up: by the filter first, then in the whole list. Return the row as it is then, and what failed."""
    create = operation(row.operation)
    assert create.look_up is not None
    clock, failure = book.journal.clock, None
    end = clock.monotonic() + seconds
    for arguments in ({create.look_up.argument: row.reference}, dict[str, str]()):
        looks, failure = yield from walked(book, client, [row], arguments, end - clock.monotonic())
        row = yield from decided(book, client, row, looks[row.id])
        if row.state not in ("unknown", "review"):
            break
    return row, failure


def decided(book: Book, client: Any, row: Entry, look: LookUp) -> Steps[Entry]:
    """Write down what a look-up says of a row, and return the row as it is then."""
    after = yield from book.record(row, partial(moves.look_up, look=look, rules=book.rules(client)))
    if after.state != "unknown":
        book.journal.empties.pop((row.id, row.attempt), None)
    return after
