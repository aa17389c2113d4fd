"""The databases that the inbox is tested on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from webhook_facts import Clock

from palomma.webhooks import MemoryInbox, SqlInbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
