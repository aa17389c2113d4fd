"""The inbox on a SQL database: SQLite for one process or a few, PostgreSQL for many workers.

Each answer is decided by ONE conditional statement, so that two workers can't both get yes between a read and a write.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateColumn, CreateTable

from palomma._errors import ConfigurationError

from ._errors import ClaimLostError
from ._event import ObjectVersion
from ._inbox import MAX_SKEW, Claim, repeated, warn_if_late

__all__ = ["SqlInbox"]

_INSERT: dict[str, Callable[[sa.Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

_metadata = sa.MetaData()
_deliveries = sa.Table(
    "palomma_webhook_deliveries",
    _metadata,
    sa.Column("webhook_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, server_default=""),  # of what the event says
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("lease_until", sa.Double, nullable=False),
    sa.Column("done_at", sa.Double),
)
_objects = sa.Table(
    "palomma_webhook_objects",
    _metadata,
    sa.Column("object_key", sa.Text, primary_key=True),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("lease_until", sa.Double, nullable=False),
    # The state handled last, its updatedAt and when its claim was granted, in microseconds; none was handled yet: NULL.
    # The first version of this table had updated_at alone: there the others are NULL until the next event.
    sa.Column("state", sa.Text),
    sa.Column("updated_at", sa.BigInteger),
    sa.Column("handled_at", sa.BigInteger),
)


class SqlInbox:
    """An inbox on SQLite (3.35 or later) or PostgreSQL, for any number of threads, processes and machines.

    `database` is a SQLAlchemy URL or an Engine of yours. `lease`, in seconds, must be longer than any handler runs, and
    the workers' clocks must agree much better than that. An `updatedAt` more than `max_skew` seconds in the future
    orders nothing. Call `create_tables()` when you start. Needs the extra `palomma[journal]`. Raises ConfigurationError
    for another kind of database.
    """

    metadata = _metadata  # for migration tools, which need to see the tables

    def __init__(
        self,
        database: str | sa.Engine = "sqlite:///palomma-webhooks.db",
        *,
        lease: float = 60.0,
        max_skew: float = MAX_SKEW,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._owns_engine = isinstance(database, str)
        self._engine = sa.create_engine(database) if isinstance(database, str) else database
        if self._engine.dialect.name not in _INSERT:
            raise ConfigurationError("SqlInbox needs SQLite or PostgreSQL: give it a URL or an engine of one of these")
        self._insert = _INSERT[self._engine.dialect.name]
        self._lease = lease
        self._max_skew = _microseconds(max_skew)
        self._clock = clock

    def create_tables(self) -> None:
        """Create the two tables, and the columns that an earlier version's lack. What is there stays.

        Workers that start together may all call it, also beside some that still run the earlier version.
        """
        try:
            self._create_missing()
        except IntegrityError:
            # IF NOT EXISTS doesn't see a table that another PostgreSQL session is creating; after this error it does.
            self._create_missing()
        for column in self._missing_columns():
            try:
                self._add(column)
            except DBAPIError:  # unless another worker was faster
                if column in self._missing_columns():
                    raise

    def _create_missing(self) -> None:
        with self._engine.begin() as connection:
            for table in _metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))

    def _missing_columns(self) -> list[sa.Column[Any]]:
        inspector = sa.inspect(self._engine)
        there = {(table, each["name"]) for table in _metadata.tables for each in inspector.get_columns(table)}
        columns = (column for table in _metadata.sorted_tables for column in table.columns)
        return [column for column in columns if (column.table.name, column.name) not in there]

    def _add(self, column: sa.Column[Any]) -> None:
        with self._engine.begin() as connection:
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.execute(sa.text(f"ALTER TABLE {column.table.name} ADD COLUMN {definition}"))

    def begin(self) -> AbstractContextManager[sa.Connection]:
        """Return a transaction on this database, for a handler whose writes must stand exactly if its event is done."""
        return self._engine.begin()

    def close(self) -> None:
        """Close the connections of an engine that was made from a URL; one of yours is yours to close."""
        if self._owns_engine:
            self._engine.dispose()

    def claim(self, webhook_id: str, version: ObjectVersion | None = None, digest: str = "") -> Claim:
        """Ask for an event; `version` also asks for its object, so that this never moves backwards.

        `digest` stands for what the event says: one of the same id that says something else is a conflict.
        """
        wanted = Claim(webhook_id, "granted", uuid.uuid4().hex, version, digest, self._clock())
        with self._engine.connect() as connection:
            claim = self._take_event(connection, wanted)
            if claim and version is not None:
                claim = self._take_object(connection, wanted, version)
            if claim.state in ("granted", "stale"):
                connection.commit()
            return claim

    def done(self, claim: Claim, connection: sa.Connection | None = None) -> None:
        """Never hand this event out again.

        With a `connection`, this becomes part of its transaction: your writes stand if and only if the event is done.
        Raises ClaimLostError if the lease ran out and another worker has the event or its object; then roll back.
        """
        with self.begin() if connection is None else nullcontext(connection) as transaction:
            _settle(transaction, claim, _deliveries, _event_of(claim), done_at=self._clock())
            if (version := claim.version) is not None:
                handled = {"updated_at": version.updated_at, "handled_at": _microseconds(claim.at)}
                _settle(transaction, claim, _objects, _object_of(version), state=version.state, **handled)
        warn_if_late(claim, self._clock(), self._lease)

    def release(self, claim: Claim) -> None:
        """Give an unhandled event back at once, instead of when its lease ends."""
        with self.begin() as connection:
            _free(connection, claim, _deliveries, _event_of(claim))
            if claim.version is not None:
                _free(connection, claim, _objects, _object_of(claim.version))

    def prune(self, older_than: timedelta) -> int:
        """Forget what was handled longer ago than this, and return how many rows went; events that never ended stay.

        A forgotten event is handled again if it is delivered again, a forgotten object may move backwards once: choose
        longer than Palomma repeats deliveries, which isn't documented, and than `catch_up` looks back.
        """
        limit = self._clock() - older_than.total_seconds()
        handled_at = sa.func.coalesce(_objects.c.handled_at, _objects.c.updated_at)
        idle = (handled_at < _microseconds(limit)) & (_objects.c.lease_until <= self._clock())
        with self.begin() as connection:
            events = connection.execute(_deliveries.delete().where(_deliveries.c.done_at < limit))
            return events.rowcount + connection.execute(_objects.delete().where(idle)).rowcount

    def _take_event(self, connection: sa.Connection, wanted: Claim) -> Claim:
        free = (_deliveries.c.lease_until <= wanted.at) & _deliveries.c.done_at.is_(None)
        if self._lease_row(connection, _deliveries, free, wanted, webhook_id=wanted.webhook_id, digest=wanted.digest):
            return wanted
        row = connection.execute(sa.select(_deliveries).where(_event_of(wanted))).one()
        if row.done_at is None:
            return evolve(wanted, state="busy")
        return evolve(wanted, state=repeated(row.digest, wanted.digest))

    def _take_object(self, connection: sa.Connection, wanted: Claim, version: ObjectVersion) -> Claim:
        newer = sa.or_(_objects.c.updated_at.is_(None), ~self._makes_stale(version, _microseconds(wanted.at)))
        free = (_objects.c.lease_until <= wanted.at) & newer
        if row := self._lease_row(connection, _objects, free, wanted, object_key=version.key):
            return evolve(wanted, previous=row.state)
        if connection.scalar(sa.select(newer).where(_object_of(version))):
            return evolve(wanted, state="busy")
        _settle(connection, wanted, _deliveries, _event_of(wanted), done_at=self._clock())
        return evolve(wanted, state="stale")

    def _makes_stale(self, version: ObjectVersion, now: int) -> sa.ColumnElement[bool]:
        """Return the same as MemoryInbox's, of the state that a row has."""
        handled_at, before = sa.func.coalesce(_objects.c.handled_at, now), _objects.c.updated_at
        ahead = before > handled_at + self._max_skew
        newer = sa.case((ahead, handled_at), else_=before) < version.updated_at
        by_state = sa.or_(ahead, before <= version.updated_at)
        cannot_follow = sa.func.coalesce(_objects.c.state, "").in_(version.never_after)
        is_dated = version.updated_at <= now + self._max_skew
        return sa.and_(~newer if is_dated else sa.true(), sa.or_(~by_state, cannot_follow))

    def _lease_row(
        self, connection: sa.Connection, table: sa.Table, free: sa.ColumnElement[bool], wanted: Claim, **values: str
    ) -> sa.Row[Any] | None:
        """Make or take over a row of which `free` holds, and return it as it is then; None if it doesn't hold."""
        lease: dict[str, Any] = {**values, "token": wanted.token, "lease_until": wanted.at + self._lease}
        upsert = self._insert(table).values(lease)
        upsert = upsert.on_conflict_do_update(index_elements=table.primary_key, set_=lease, where=free)
        return connection.execute(upsert.returning(table)).first()


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)


def _event_of(claim: Claim) -> sa.ColumnElement[bool]:
    return _deliveries.c.webhook_id == claim.webhook_id


def _object_of(version: ObjectVersion) -> sa.ColumnElement[bool]:
    return _objects.c.object_key == version.key


def _settle(
    connection: sa.Connection, claim: Claim, table: sa.Table, row: sa.ColumnElement[bool], **result: float | str
) -> None:
    mine = table.update().where(row, table.c.token == claim.token)
    # The token is spent, so that nothing can be done twice with one claim.
    if connection.execute(mine.values(token="", lease_until=0.0, **result)).rowcount != 1:
        raise ClaimLostError(claim.webhook_id)


def _free(connection: sa.Connection, claim: Claim, table: sa.Table, row: sa.ColumnElement[bool]) -> None:
    connection.execute(table.update().where(row, table.c.token == claim.token).values(token="", lease_until=0.0))
