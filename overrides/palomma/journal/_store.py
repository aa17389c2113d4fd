"""The journal's table on a SQL database: SQLite for one machine, PostgreSQL for many.

Each change is ONE conditional statement in a transaction of its own, on disk when the method returns.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import sqlalchemy as sa
from attrs import fields
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from palomma._errors import ConfigurationError

from ._moves import Entry, Key, State, intend

__all__ = ["Database", "Store", "Swap", "metadata"]

Database = str | os.PathLike[str] | sa.Engine
Swap = Literal["done", "lost", "taken"]
FORMAT = 1
PATIENCE = 5.0
"""Seconds that a statement waits for a lock, where no call says how long it has."""

metadata = sa.MetaData()
_JSON = sa.JSON(none_as_null=True)
_TYPES: dict[str, Any] = {
    **dict.fromkeys(("attempt",), sa.Integer), **dict.fromkeys(("outbox",), sa.Boolean),
    **dict.fromkeys(("fingerprints", "members", "request"), _JSON),
    **dict.fromkeys(("first_claim", "claimed_at", "send_until", "empty_at", "key_until", "changed_at"), sa.Double),
}  # fmt: skip
_NAMES = [each.name for each in fields(Entry)]
_OPTIONAL = {each.name for each in fields(Entry) if each.default is None}
_rows = sa.Table(
    "palomma_journal",
    metadata,
    *(
        sa.Column(each.name, _TYPES.get(each.name, sa.Text), primary_key=each.name in Key._fields,
                  nullable=each.name in _OPTIONAL)
        for each in fields(Entry)
    ),
    # Neither begins with what all rows share and a key has, too: before its first ANALYZE PostgreSQL would look for a
    # row by that, among all the others.
    sa.UniqueConstraint("object_id", "environment", "operation"),
    sa.Index("palomma_journal_states", "state", "changed_at"),
)  # fmt: skip
_facts = sa.Table(
    "palomma_journal_facts", metadata, sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text)
)
_c = _rows.c
_INSERT: dict[str, Callable[[sa.Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Store:
    """The rows. Raises what SQLAlchemy raises."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._given = database if isinstance(database, sa.Engine) else None
        text = "" if isinstance(database, sa.Engine) else os.fspath(database)
        file = sa.URL.create("sqlite", database=str(Path(text).absolute()))
        self._url = self._given.url if self._given is not None else sa.make_url(text) if "://" in text else file
        self._kind = self._url.get_backend_name()
        if self._kind not in _INSERT:
            raise ConfigurationError("A journal needs SQLite or PostgreSQL: a path, or a URL or an Engine of these")
        if self._kind == "sqlite" and self._url.database in (None, "", ":memory:"):
            raise ConfigurationError("A journal in memory would be forgotten with its process: give it a path")
        self._statements = _STATEMENTS[self._kind]
        self._engines: dict[int, sa.Engine] = {}
        self.salt = b""

    def __repr__(self) -> str:
        return f"<Store {self._kind}>"

    # Connections

    @property
    def _engine(self) -> sa.Engine:
        """The engine of this process: a forked child must not use its parent's connections (R4)."""
        if (engine := self._engines.get(os.getpid())) is None:
            engine = self._sqlite() if self._kind == "sqlite" else self._postgresql()
            self._create(engine)
            engine = self._engines.setdefault(os.getpid(), engine)
        return engine

    def _sqlite(self) -> sa.Engine:
        path = str(self._url.database)
        if not path.startswith("file:"):
            with suppress(FileExistsError):  # only its owner may read it; SQLite gives its other files the same mode
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT")

        @event.listens_for(engine, "connect")
        def connect(connection: Any, _: object) -> None:
            connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
            if connection.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
                raise ConfigurationError("the journal's file can't have a write-ahead log: is it on a network?")
            connection.execute("PRAGMA synchronous = FULL")

        return engine

    def _postgresql(self) -> sa.Engine:  # pragma: no cover (needs a server)
        is_libpq = self._url.get_driver_name().startswith("psycopg")
        url = self._url.set(query={**(_LIBPQ if is_libpq else {}), **self._url.query})
        engine = self._given if self._given is not None else sa.create_engine(url)
        return engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _begin(
        self, seconds: float = PATIENCE, writes: bool = True, engine: sa.Engine | None = None
    ) -> Iterator[sa.Connection]:
        """Begin a transaction that waits for locks for so many seconds at most; what it wrote is on disk at its end.

        Drivers begin none of their own here (AUTOCOMMIT).
        """
        with (engine or self._engine).connect() as connection:
            try:
                begin = partial(self._open, connection, max(1, int(seconds * 1000)), writes)
                try:
                    begin()
                except DBAPIError as error:
                    if not error.connection_invalidated:  # pragma: no branch (needs a server)
                        raise
                    connection.rollback()  # pragma: no cover
                    begin()  # pragma: no cover (it was restarted: this connects anew)
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                connection.invalidate()  # closing it is what surely ends the transaction
                raise

    def _open(self, connection: sa.Connection, milliseconds: int, writes: bool) -> None:
        if self._kind == "postgresql":  # pragma: no cover (needs a server)
            connection.exec_driver_sql(_BEGIN.format(milliseconds)).close()
            return
        file: Any = connection.connection.driver_connection
        file.execute(f"PRAGMA busy_timeout = {milliseconds}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def _create(self, engine: sa.Engine) -> None:
        """Create what is missing, and read the salt. Raises `ConfigurationError` for a newer format."""
        facts: dict[str, str] = {}
        for attempt in range(3):  # pragma: no branch (the last ends it or raises)
            try:
                with self._begin(engine=engine, writes=attempt > 0) as connection:
                    if attempt > 0:
                        self._create_missing(connection)
                    facts = {row.name: row.value for row in connection.execute(sa.select(_facts))}
                break
            except (IntegrityError, OperationalError, ProgrammingError):
                # At first nothing is there. IF NOT EXISTS doesn't see what another PostgreSQL session is creating
                # either; after its error it does.
                if attempt == 2:
                    raise
        if int(facts["format"]) > FORMAT:
            text = f"The journal has format {facts['format']}, and this version of palomma knows {FORMAT}: upgrade it"
            raise ConfigurationError(text)
        self.salt = bytes.fromhex(facts["salt"])

    def _create_missing(self, connection: Any) -> None:
        for table in (_rows, _facts):
            connection.execute(CreateTable(table, if_not_exists=True))
        for index in _rows.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
        facts = [{"name": "format", "value": str(FORMAT)}, {"name": "salt", "value": secrets.token_hex(32)}]
        connection.execute(_INSERT[self._kind](_facts).values(facts).on_conflict_do_nothing())

    def prepare(self) -> None:
        """Open the database and create the tables, if that was not done."""
        assert self._engine

    def close(self) -> None:
        """Close the connections; those of an Engine that was given are its owner's."""
        if (engine := self._engines.pop(os.getpid(), None)) is not None and self._given is None:
            engine.dispose()

    # Rows

    def _now(self, connection: Any) -> float:
        return float(connection.scalar(self._statements.now, {"now": self._clock()}))

    def now(self) -> float:
        """Return the time, by the clock that all processes of this journal go by."""
        with self._begin(writes=False) as connection:
            return self._now(connection)

    def read(self, key: Key, seconds: float = PATIENCE) -> tuple[Entry | None, float]:
        """Return the row, and what time it was when it was read."""
        with self._begin(seconds, writes=False) as connection:
            return self._read(connection, key)

    def _read(self, connection: Any, key: Key) -> tuple[Entry | None, float]:
        row = connection.execute(self._statements.read, key._asdict() | {"now": self._clock()}).one()
        return _entry(row), row.now

    def swap(self, before: Entry | None, after: Entry, seconds: float = PATIENCE) -> Swap:
        """Write `after` if the row still is in the state and attempt of `before`; None: if there is none.

        `lost`: it isn't any more. `taken`: its object confirms another row.
        """
        try:
            with self._begin(seconds) as connection:
                return "done" if self._write(connection, before, after) else "lost"
        except IntegrityError:
            return "taken"

    def _write(self, connection: Any, before: Entry | None, after: Entry) -> bool:
        values = dict(zip(_NAMES, _values_of(after), strict=True)) | {"now": self._clock()}
        if before is None:
            return connection.execute(self._statements.insert, values).first() is not None
        was = dict(zip(_WAS, _known_of(before), strict=True))
        return connection.execute(self._statements.change, values | was).first() is not None

    def intend(self, connection: Any, new: Entry) -> tuple[Entry | None, Entry]:
        """Write an intent as part of the transaction of `connection`. Return the row that there was, and is then."""
        with _borrowed(connection, self._engine) as usable:
            while True:
                before, _ = self._read(usable, new.id)
                after = intend(before, new)
                if after is before or self._write(usable, before, after):
                    return before, after

    def take(
        self, environment: str, account: str, until: float, claim: Callable[[Entry, float], Entry]
    ) -> tuple[Entry, Entry] | None:
        """Claim the oldest intent of the outbox that was written before `until`. Return it as it was, and is."""
        free = sa.select(_rows).where(_c.state == "intended", _c.outbox, _c.changed_at < until)
        free = free.where(_c.environment == environment, _c.account == account)
        free = free.order_by(_c.changed_at).limit(1).with_for_update(skip_locked=True)
        with self._begin() as connection:
            now = self._now(connection)
            if (entry := _entry(connection.execute(free).first())) is None:
                return None
            claimed = claim(entry, now)
            self._write(connection, entry, claimed)
            return entry, claimed

    def holders(self, environment: str, operation: str, ids: Collection[str]) -> dict[str, Key]:
        """Return which rows these objects confirm, by the object's id."""
        rest = iter(ids)
        holder = sa.select(_c.object_id, *_KEY).where(_c.environment == environment, _c.operation == operation)
        holders: dict[str, Key] = {}
        with self._begin(writes=False) as connection:
            while some := list(islice(rest, 500)):
                for id_, *key in connection.execute(holder.where(_c.object_id.in_(some))):
                    holders[id_] = Key(*key)
        return holders

    def entries(
        self, states: Collection[State] = (), environment: str | None = None, account: str | None = None,
        batch: int = 500,
    ) -> Iterator[Entry]:  # fmt: skip
        """Yield rows, in the order of their keys, a batch at a time: no transaction is open meanwhile."""
        wanted: list[Any] = [_c.state.in_(states)] if states else []
        wanted += [column == value for column, value in ((_c.environment, environment), (_c.account, account)) if value]
        after: Key | None = None
        while True:
            query = sa.select(_rows).where(*wanted).order_by(*_KEY).limit(batch)
            if after is not None:
                query = query.where(sa.tuple_(*_KEY) > sa.tuple_(*after))
            with self._begin(writes=False) as connection:
                rows = [entry for row in connection.execute(query) if (entry := _entry(row))]
            yield from rows
            if len(rows) < batch:
                return
            after = rows[-1].id

    def oldest_unknown(self) -> float | None:
        """Return for how many seconds the oldest unknown row has been waited for; None if there is none."""
        with self._begin(writes=False) as connection:
            now = self._now(connection)
            lost = sa.or_(_c.state == "unknown", sa.and_(_c.state == "sending", _c.send_until <= now))
            oldest = connection.scalar(sa.select(sa.func.min(_c.first_claim)).where(lost))
        return None if oldest is None else max(0.0, now - oldest)

    def forget(self, older_than: float, quiet_period: float, entirely: bool) -> int:
        """Make tombstones of confirmed rows, or delete them; delete rejected ones. Return how many."""
        with self._begin() as connection:
            limit = self._now(connection) - older_than
            old = (_c.state == "confirmed") & (_c.changed_at < limit)
            over = (_c.changed_at < min(limit, limit + older_than - quiet_period)) & (_c.state == "rejected")
            keep = _rows.update().where(old, sa.cast(_c.members, sa.Text) != "{}").values(members={})
            count = connection.execute(_rows.delete().where(old) if entirely else keep).rowcount
            return int(count + connection.execute(_rows.delete().where(over)).rowcount)


@contextmanager
def _borrowed(connection: Any, engine: sa.Engine) -> Iterator[Any]:
    """Yield what SQLAlchemy can write through, in the transaction of somebody else's connection.

    Raises `ConfigurationError` for what is neither SQLAlchemy's, nor Django's, nor of the engine's own driver.
    """
    if isinstance(connection, (sa.Connection, Session, scoped_session)):
        yield connection
        return
    held: Any = getattr(connection, "connection", connection)  # Django's holds the driver's
    driver: Any = engine.dialect.loaded_dbapi
    kind: Any = getattr(driver, "Connection", ())
    if not isinstance(held, kind):
        raise ConfigurationError(
            "later() takes your transaction's connection: of SQLAlchemy (a Session, too), Django, psycopg or sqlite3; "
            "of SQLAlchemy's async ones: await session.run_sync(lambda session: journal.later(session, …))"
        )

    def cursor() -> Any:
        made = held.cursor()
        made.row_factory = driver.rows.tuple_row if hasattr(driver, "rows") else None
        return made

    # Its owner ends the transaction. An Engine made so runs no statements of its own, and no ROLLBACK after them.
    alone: Any = dict.fromkeys(("commit", "rollback", "close"), lambda: None)
    lent: Any = SimpleNamespace(cursor=cursor, closed=False, broken=False, **alone)
    with sa.Engine(StaticPool(lambda: lent, reset_on_return=None), engine.dialect, engine.url).connect() as usable:
        yield usable


_KEY = [_c[name] for name in Key._fields]
_KNOWN = (*Key._fields, "state", "attempt")
_WAS = [f"was_{name}" for name in _KNOWN]
_values_of, _known_of = attrgetter(*_NAMES), attrgetter(*_KNOWN)
# A server says itself what time it is, so that all its clients go by one clock. It can't say it by now(), which stands
# while a transaction lasts.
_CLOCKS: dict[str, Any] = {
    "postgresql": sa.extract("epoch", sa.func.clock_timestamp()).cast(sa.Double),
    "sqlite": sa.bindparam("now", type_=sa.Double),
}


class _Statements:
    """What every call needs, made once for each kind of database: making one anew costs as much as a sync."""

    def __init__(self, kind: str) -> None:
        clock = _CLOCKS[kind]
        now, as_read = sa.select(clock.label("now")).subquery(), zip(_KNOWN, _WAS, strict=True)
        insert = _INSERT[kind](_rows).on_conflict_do_nothing(index_elements=Key._fields)
        change = _rows.update().where(*(_c[name] == sa.bindparam(was) for name, was in as_read))
        # No rowcount tells what they did: what that is of an INSERT depends on the driver.
        self.insert, self.change = (each.values(changed_at=clock).returning(_c.attempt) for each in (insert, change))
        is_it = sa.and_(*(column == sa.bindparam(column.name) for column in _KEY))
        self.read = sa.select(_rows, now).select_from(now.outerjoin(_rows, is_it))
        self.now = sa.select(clock)


_STATEMENTS = {kind: _Statements(kind) for kind in _INSERT}
# A server that is gone without a word is given up in seconds: a kernel by itself waits for a quarter of an hour (R4).
_LIBPQ = {
    "connect_timeout": "5", "tcp_user_timeout": "5000",
    "keepalives_idle": "5", "keepalives_interval": "1", "keepalives_count": "5",
}  # fmt: skip
# What is committed is safe on this server's disk at least; whoever waits for replicas to apply goes on doing so.
_BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {}; SELECT set_config('synchronous_commit',"
    " CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)"
)


def _entry(row: sa.Row[Any] | None) -> Entry | None:
    """Return a row as an entry; what comes after its columns is left alone."""
    return None if row is None or row.state is None else Entry(**dict(zip(_NAMES, row, strict=False)))
