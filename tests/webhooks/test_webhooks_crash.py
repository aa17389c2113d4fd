"""The promise of the inbox, on a real PostgreSQL, with real processes that are really killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from palomma.webhooks import SqlInbox

DELIVERIES = 10_000
EVENTS = 7_000


def test_handled_once_whatever_dies(postgres: sa.Engine) -> None:
    """4 workers, 10,000 deliveries, 30 % duplicates, workers killed at random: every event once, none lost."""
    url = postgres.url.render_as_string(hide_password=False)
    command = [sys.executable, str(Path(__file__).with_name("crash_rehearsal.py")), url, str(DELIVERIES)]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    deliveries, objects = SqlInbox.metadata.tables.values()
    with postgres.connect() as connection:
        effects = list(connection.scalars(sa.text("SELECT webhook_id FROM effects")))
        undone = connection.scalar(sa.select(sa.func.count()).where(deliveries.c.done_at.is_(None)))
        unmoved = connection.scalar(sa.select(sa.func.count()).where(objects.c.updated_at.is_(None)))

    assert sorted(effects) == sorted(f"webhook-{number}" for number in range(EVENTS))
    assert (undone, unmoved) == (0, 0)
    assert seen["answered 200"] == DELIVERIES
    # It was a bad day indeed: 100 died by their own hand at the five chosen moments, others from outside; none crashed.
    assert seen["exit -9"] > 100 and set(seen) <= {"answered 200", "answered 503", "not answered", "exit 0", "exit -9"}
