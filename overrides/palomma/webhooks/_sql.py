"""The inbox on a SQL database: SQLite for one process or a few, PostgreSQL for many workers.

Each answer is decided by ONE conditional statement, so that two workers can't both get yes between a read and a write.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Double,
    Engine,
    MetaData,
    Table,
    Text,
    create_engine,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from palomma._errors import ConfigurationError

from ._errors import ClaimLostError
from ._event import ObjectVersion
from ._inbox import Claim, State

__all__ = ["SqlInbox"]

_INSERT: dict[str, Callable[[Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

_metadata = MetaData()
_deliveries = Table(
    "palomma_webhook_deliveries",
    _metadata,
    Column("webhook_id", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("done_at", Double),
)
_objects = Table(
    "palomma_webhook_objects",
    _metadata,
    Column("object_key", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("updated_at", BigInteger),  # of the last state handled, microseconds since 1970; none was handled yet: NULL
)


class SqlInbox:
    """An inbox on SQLite (3.35 or later) or PostgreSQL, for any number of threads, processes and machines.

    `database` is a SQLAlchemy URL or an Engine of yours. `lease`, in seconds, must be longer than any handler runs, and
    the workers' clocks must agree much better than that. Call `create_tables()` once. Needs the extra `palomma[inbox]`.
    Raises ConfigurationError for another kind of database.
    """

    metadata = _metadata  # for migration tools, which need to see the tables

    def __init__(
        self,
        database: str | Engine = "sqlite:///palomma-webhooks.db",
        *,
        lease: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = create_engine(database) if isinstance(database, str) else database
        if self._engine.dialect.name not in _INSERT:
            raise ConfigurationError("SqlInbox needs SQLite or PostgreSQL: give it a URL or an engine of one of these")
        self._insert = _INSERT[self._engine.dialect.name]
        self._lease = lease
        self._clock = clock

    def create_tables(self) -> None:
        """Create the two tables where they are missing. Workers that start together may all call it."""
        try:
            self._create_missing()
        except IntegrityError:
            # IF NOT EXISTS doesn't see a table that another PostgreSQL session is creating; after this error it does.
            self._create_missing()

    def _create_missing(self) -> None:
        with self._engine.begin() as connection:
            for table in _metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))

    def begin(self) -> AbstractContextManager[Connection]:
        """A transaction on this database, for a handler whose writes must stand exactly if its event is done."""
        return self._engine.begin()

    def claim(self, webhook_id: str, version: ObjectVersion | None = None) -> Claim:
        """Ask for an event; `version` also asks for its object, so that this never moves backwards."""
        wanted = Claim(webhook_id, "granted", uuid.uuid4().hex, version)
        with self._engine.connect() as connection:
            state = self._take_event(connection, wanted)
            if state == "granted" and version is not None:
                state = self._take_object(connection, wanted, version)
            if state in ("granted", "stale"):
                connection.commit()
            return Claim(webhook_id, state, wanted.token, version)

    def done(self, claim: Claim, connection: Connection | None = None) -> None:
        """Never hand this event out again.

        With a `connection`, this becomes part of its transaction: your writes stand if and only if the event is done.
        Raises ClaimLostError if the lease ran out and another worker has the event or its object; then roll back.
        """
        with self.begin() if connection is None else nullcontext(connection) as transaction:
            _settle(transaction, claim, _deliveries, _event_of(claim), done_at=self._clock())
            if claim.version is not None:
                _settle(transaction, claim, _objects, _object_of(claim.version), updated_at=claim.version.updated_at)

    def release(self, claim: Claim) -> None:
        """Give an unhandled event back at once, instead of when its lease ends."""
        with self.begin() as connection:
            _free(connection, claim, _deliveries, _event_of(claim))
            if claim.version is not None:
                _free(connection, claim, _objects, _object_of(claim.version))

    def _take_event(self, connection: Connection, wanted: Claim) -> State:
        free = (_deliveries.c.lease_until <= self._clock()) & _deliveries.c.done_at.is_(None)
        if self._lease_row(connection, _deliveries, free, wanted, webhook_id=wanted.webhook_id):
            return "granted"
        done_at = select(_deliveries.c.done_at).where(_event_of(wanted))
        return "busy" if connection.scalar(done_at) is None else "duplicate"

    def _take_object(self, connection: Connection, wanted: Claim, version: ObjectVersion) -> State:
        not_newer = _objects.c.updated_at.is_(None) | (_objects.c.updated_at <= version.updated_at)
        free = (_objects.c.lease_until <= self._clock()) & not_newer
        if self._lease_row(connection, _objects, free, wanted, object_key=version.key):
            return "granted"
        if connection.scalar(select(not_newer).where(_object_of(version))):
            return "busy"
        _settle(connection, wanted, _deliveries, _event_of(wanted), done_at=self._clock())
        return "stale"

    def _lease_row(
        self, connection: Connection, table: Table, free: ColumnElement[bool], wanted: Claim, **key: str
    ) -> bool:
        """Make or take over a row of which `free` holds, and say whether that was done."""
        lease = {"token": wanted.token, "lease_until": self._clock() + self._lease}
        upsert = self._insert(table).values(**key, **lease)
        upsert = upsert.on_conflict_do_update(index_elements=list(key), set_=lease, where=free)
        return connection.execute(upsert.returning(table.c.token)).first() is not None


def _event_of(claim: Claim) -> ColumnElement[bool]:
    return _deliveries.c.webhook_id == claim.webhook_id


def _object_of(version: ObjectVersion) -> ColumnElement[bool]:
    return _objects.c.object_key == version.key


def _settle(connection: Connection, claim: Claim, table: Table, row: ColumnElement[bool], **result: float) -> None:
    mine = table.update().where(row, table.c.token == claim.token)
    # The token is spent, so that nothing can be done twice with one claim.
    if connection.execute(mine.values(token="", lease_until=0.0, **result)).rowcount != 1:
        raise ClaimLostError(claim.webhook_id)


def _free(connection: Connection, claim: Claim, table: Table, row: ColumnElement[bool]) -> None:
    connection.execute(table.update().where(row, table.c.token == claim.token).values(token="", lease_until=0.0))
