"""The journal, as its users see it."""

from __future__ import annotations

import hmac
import json
import logging
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar, overload

from attrs import frozen

from palomma._errors import ConfigurationError
from palomma._exchange import Exchange
from palomma._instrumentation import guarded, log
from palomma._options import check_hook, check_seconds
from palomma._sansio import Clock
from palomma_api.client import operation
from palomma_api.runtime.calls import Call

from . import _moves as moves
from ._book import Book, reused
from ._fence import CLOCKS
from ._moves import Entry, Key, Resend, State
from ._store import Database, Store, metadata
from ._work import run, tell

__all__ = ["Intent", "Journal", "Moved"]

P = ParamSpec("P")
T = TypeVar("T")


class Moved(NamedTuple):
    """A move of a row, for `on_move`. Neither row has a body."""

    before: Entry | None
    after: Entry
    written: bool = True
    """False: an answer came and could not be written down. The row will be unknown, and is looked up then."""

    @property
    def is_duplicate(self) -> bool:
        """Whether a second object has come up: it was paid twice."""
        return self.after.duplicate not in (None, self.before.duplicate if self.before else None)


@frozen
class Intent(Generic[T]):
    """A call that a worker will make once the transaction is committed. To have its result, make the call: it returns
    what is there."""

    entry: Entry

    @property
    def reference(self) -> str:
        return self.entry.reference

    @property
    def state(self) -> State:
        """The row's state, as it was when `later` returned."""
        return self.entry.state


class Journal:
    """A table of creates, each written down before it is sent, so that none is sent twice under one reference."""

    metadata = metadata  # for migration tools, which need to see the tables
    clock: Clock = time
    fence_clocks = CLOCKS

    def __init__(
        self,
        database: Database,
        *,
        account: str = "default",
        quiet_period: float = 60.0,
        resend: Resend = "never",
        lookup_first: bool = False,
        on_move: Callable[[Moved], object] | None = None,
    ) -> None:
        """Set up a journal. Nothing is opened yet; the tables are created when they are first used.

        Args:
            database: a path, for SQLite; or a SQLAlchemy URL or Engine, of PostgreSQL for several machines. No network
                file system.
            account: whose references these are, where several merchants share a table.
            quiet_period: seconds: how late Palomma may commit, how late it may show, and how long a process may pause
                between its last check and its write, together. Only after it "not found" counts.
            resend: what happens to a create that was not found in two look-ups after the quiet period. `never`: a
                person decides. `after_quiet`: it may be sent again; the period was agreed with Palomma.
            lookup_first: before a first send, look whether Palomma has an object of the reference already, from another
                journal or an older copy of this one. Reads the whole list for each create.
            on_move: is told of every move, once it is written.

        Raises `ConfigurationError`.
        """
        if resend not in ("never", "after_quiet"):
            raise ConfigurationError('resend must be "never" or "after_quiet"')
        if not isinstance(account, str) or not account:
            raise ConfigurationError("account must be a text that isn't empty: whose references these are")
        check_hook(on_move)
        self.store = Store(database)
        self.account = account
        self.rules = moves.Rules(check_seconds("quiet_period", quiet_period), resend)
        self.lookup_first = lookup_first
        self.on_move = guarded(on_move)
        self.empties: dict[tuple[Key, int], float] = {}
        """When this process began its first empty look-up of an attempt, by a clock that stands while it sleeps."""

    def __repr__(self) -> str:
        return f"<Journal {self.store!r} {self.account}>"

    def close(self) -> None:
        """Close the connections. An Engine of yours is yours to close."""
        self.store.close()

    def book(self, exchange: Exchange[Any], environment: str | None) -> Book:
        """Return what a client writes with. Raises `ConfigurationError` for a client that a journal can't protect."""
        return Book.of(self, exchange, environment)

    def tell(self, before: Entry | None, after: Entry, written: bool = True) -> None:
        """Tell the hook and the log of a move."""
        moved = Moved(before.masked() if before else None, after.masked(), written)
        if moved.is_duplicate:
            text = "%s reference=%s was done twice: %s and %s"
            log(logging.ERROR, text, after.operation, after.reference, after.object_id, after.duplicate)
        elif not written:
            text = "%s reference=%s is %s (%s), which could not be written into the journal"
            log(logging.ERROR, text, after.operation, after.reference, after.state, after.object_id)
        else:
            state = before.state if before else "-"
            log(logging.INFO, "%s reference=%s %s -> %s", after.operation, after.reference, state, after.state)
        self.on_move(moved)

    def on_event(self, event: Any, environment: str, account: str | None = None) -> None:
        """Confirm the row that a webhook's object is of, if it is proven to be; `Router(…, journal=…)` does this.

        Raises `NotSentError` if the store fails: let Palomma deliver it again.
        """
        run(tell(Book(self, environment, account or self.account), event))

    # Reading

    def entries(self, state: State | None = None) -> Iterator[Entry]:
        """Yield the rows of this account, in the order of their references, without their bodies."""
        states = () if state is None else (state,)
        return (entry.masked() for entry in self.store.entries(states, account=self.account))

    def oldest_unknown(self) -> float | None:
        """Return for how many seconds the oldest unknown row is unknown; None if there is none. Watch it."""
        return self.store.oldest_unknown()

    def forget(self, older_than: float, *, entirely: bool = False) -> int:
        """Forget rows that ended more than so many seconds ago; return how many.

        Of a confirmed row what tells it again is kept: its reference, its object's id, hashes. Rejected rows go once
        the quiet period is over. Whatever is open stays.

        Args:
            older_than: seconds.
            entirely: delete confirmed rows, too. **Their references can be paid again.**
        """
        check_seconds("older_than", older_than)
        return self.store.forget(older_than, self.rules.quiet_period, entirely)

    # Writing

    @overload
    def later(
        self, connection: Any, method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Intent[T]: ...

    @overload
    def later(self, connection: Any, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Intent[T]: ...

    def later(self, connection: Any, method: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Intent[Any]:
        """Write a call down as part of your own transaction; a worker (`client.work`) makes it once you committed.

        If you roll back, nothing is left of it. Nothing is sent here.

        Args:
            connection: on the journal's database, in READ COMMITTED: a SQLAlchemy Connection or Session, Django's
                `connection`, or one of psycopg or sqlite3.
            method: a create of a client that has this journal, such as `client.payout_requests.create`.
            args: what it is called with.
            kwargs: what it is called with.

        Raises `ReferenceReusedError` if the journal has the reference with other words; your transaction goes on.
        """
        client = getattr(getattr(method, "__self__", None), "_client", None)
        book: Book | None = getattr(client, "_book", None)
        if book is None or book.journal is not self:
            raise ConfigurationError("later() takes a method of a client of this journal: Palomma(journal=journal)")
        new = book.entry(_recorded(method, args, kwargs))
        if new is None:
            raise ConfigurationError("later() takes a create, with a reference")
        before, after = self.store.intend(connection, new)
        asked = moves.ask(before, new.fingerprints, 0.0, math.inf, operation(new.operation).free)
        if asked.do == "differs":
            raise reused(after, asked.members)
        return Intent(after.masked())

    def fingerprints(self, members: Mapping[str, Any]) -> dict[str, str]:
        """Return a keyed hash of each value: it tells whether two are the same, and not what they are (R5)."""
        self.store.prepare()
        texts = {name: _canonical([name, value]).encode() for name, value in members.items()}
        return {name: f"1:{hmac.digest(self.store.salt, text, 'sha256').hex()}" for name, text in texts.items()}


def _canonical(value: Any) -> str:
    """Return the one text of a JSON value; 50000 and 50000.0 are one number."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=True)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


class _RecordedError(Exception):
    """Carries a call that was to be sent."""


class _Recorder:
    """Stands in for a client: tells which call a method makes, and sends nothing."""

    def _send(self, call: Call[Any]) -> Any:
        raise _RecordedError(call)


def _recorded(method: Callable[..., Any], args: Any, kwargs: Any) -> Call[Any]:
    resource: Any = getattr(method, "__self__", None)
    try:
        result = getattr(method, "__func__")(type(resource)(_Recorder()), *args, **kwargs)  # noqa: B009
        if isinstance(result, Coroutine):
            result.send(None)
    except _RecordedError as recorded:
        return recorded.args[0]  # type: ignore[no-any-return]
    raise ConfigurationError("later() takes a create, such as client.payout_requests.create")
