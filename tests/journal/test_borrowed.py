"""`later` on connections that aren't SQLAlchemy's: the drivers' own, and Django's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import apsw
import psycopg
import pytest
import sqlalchemy as sa
from psycopg.rows import dict_row

from palomma import ConfigurationError, ReferenceReusedError
from palomma.journal._store import Store
from tests.django_project import set_up

from .conftest import PAY, Desk, World

Open = Callable[[], Any]


def address(store: Store) -> sa.URL:
    return store._url


@pytest.fixture
def postgresql(postgres: sa.Engine) -> Iterator[Store]:
    with closing(Store(postgres.url.render_as_string(hide_password=False))) as made:
        yield made


def of_sqlite3(store: Store) -> Any:
    connection = sqlite3.connect(str(address(store).database))
    connection.row_factory = lambda cursor, row: {"mine": row}
    return connection


def of_psycopg(store: Store) -> Any:
    return psycopg.connect(address(store).set(drivername="postgresql").render_as_string(False), row_factory=dict_row)


def of_django(store: Store) -> Any:
    """Return a connection of which a transaction is begun, as `transaction.atomic` does."""
    set_up()
    from django.db import ConnectionHandler

    url, kind = address(store), store._kind
    made: Any = ConnectionHandler(
        {
            "default": {
                "ENGINE": f"django.db.backends.{kind.replace('sqlite', 'sqlite3')}", "NAME": url.database,
                "USER": url.username or "", "PASSWORD": url.password or "",
                "HOST": url.host or "", "PORT": url.port or "",
            }
        }
    )["default"]  # fmt: skip
    made.set_autocommit(False)
    return made


@pytest.fixture(
    params=[("store", of_sqlite3), ("store", of_django), ("postgresql", of_psycopg), ("postgresql", of_django)],
    ids=["sqlite3", "django-sqlite", "psycopg", "django-postgresql"],
)
def borrowed(request: pytest.FixtureRequest, world: World) -> Iterator[tuple[Desk, Open]]:
    """A journal, and how a user's own connection to its database is opened."""
    fixture, connect = request.param
    store: Store = request.getfixturevalue(fixture)
    store.prepare()
    with closing(Desk(world, store)) as desk:
        yield desk, lambda: connect(store)


def test_a_borrowed_connection(borrowed: tuple[Desk, Open], world: World) -> None:
    """Rolled back, nothing is left; committed, it is sent once. What `later` refuses leaves the transaction usable."""
    desk, connect = borrowed

    def later(connection: Any, reference: str, **more: Any) -> Any:
        return desk.journal.later(connection, desk.client.payout_requests.create, reference=reference, **PAY | more)

    with closing(connect()) as connection:
        later(connection, "gone")
        connection.rollback()
        for _ in range(2):
            assert later(connection, "kept").state == "intended"
        with pytest.raises(ReferenceReusedError):
            later(connection, "kept", amount=1)
        assert list(desk.journal.entries()) == []  # it is nobody's before its owner commits
        later(connection, "also", amount=60_000)
        connection.commit()

    desk.client.work(once=True)
    assert {entry.reference: entry.state for entry in desk.journal.entries()} == dict.fromkeys(
        ("also", "kept"), "confirmed"
    )
    assert world.creates == 2


def test_a_connection_of_another_driver(desk: Desk) -> None:
    """It can't be on the journal's database."""
    with closing(apsw.Connection(":memory:")) as other, pytest.raises(ConfigurationError, match="Django"):
        desk.journal.later(other, desk.client.payout_requests.create, reference="r1", **PAY)
