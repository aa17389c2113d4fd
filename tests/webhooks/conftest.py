"""The databases that the inbox is tested on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from postgres_server import find_binaries, running_server
from webhook_facts import Clock

from palomma.webhooks import MemoryInbox, SqlInbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real server, started once and stopped at the end."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: `make system` installs Debian's package, or `apt-get install postgresql`")
    with running_server(binaries) as url:
        yield url


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[sa.Engine]:
    """An engine on an empty database."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[sa.Engine]:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/inbox.db")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Any:
    """Both databases, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def sql_inbox(engine: sa.Engine, clock: Clock) -> SqlInbox:
    inbox = SqlInbox(engine, lease=60, clock=clock)
    inbox.create_tables()
    return inbox


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def inbox(request: pytest.FixtureRequest, clock: Clock) -> Any:
    """Every inbox, with a lease of 60 seconds on the test's clock."""
    if request.param == "memory":
        return MemoryInbox(lease=60, clock=clock)
    inbox = SqlInbox(request.getfixturevalue(request.param), lease=60, clock=clock)
    inbox.create_tables()
    return inbox
