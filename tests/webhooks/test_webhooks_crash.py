"""The promise of the inbox, on real databases, with real processes that are really killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from crash_rehearsal import LIVES, RESTARTS

from palomma.webhooks import SqlInbox

SIZES = [pytest.param(500), pytest.param(10_000, marks=pytest.mark.deep)]


@pytest.mark.parametrize("size", SIZES)
def test_handled_once_whatever_happens(engine: sa.Engine, size: int) -> None:
    """4 workers, killed at random: every effect once, none lost, no object backwards, other payloads refused."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, str(Path(__file__).with_name("crash_rehearsal.py")), url, str(size)]
    seen = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    engine.dispose()  # its connections died with the server
    deliveries, _ = SqlInbox.metadata.tables.values()
    with engine.connect() as connection:
        effects = connection.execute(sa.text("SELECT webhook_id, object, rank FROM effects ORDER BY place")).all()
        undone = connection.scalar(sa.select(sa.func.count()).where(deliveries.c.done_at.is_(None)))
        events = connection.scalar(sa.select(sa.func.count()).select_from(deliveries))
    ranks: dict[str, list[int]] = {}
    for _, name, rank in effects:
        ranks.setdefault(name, []).append(rank)

    assert len({webhook_id for webhook_id, _, _ in effects}) == len(effects)
    assert [name for name, own in ranks.items() if own != sorted(set(own))] == []
    assert (undone, events) == (0, round(size * 0.65))
    # The last object's life may have been cut by the number of deliveries.
    lives = {f"object-{life}": len(LIVES[life % len(LIVES)]) for life in range(len(ranks) - 1)}
    assert {name: own[-1] + 1 for name, own in ranks.items() if name in lives} == lives
    # It was a bad day indeed.
    assert seen["answered 200"] + seen["answered 409"] >= size
    assert seen["exit -9"] > size // 200 and seen["answered 409"] > size // 50 and seen["answered slow"] > size // 200
    assert seen["answered 599"] > 0
    assert seen.get("restarts", 0) == (RESTARTS if engine.dialect.name == "postgresql" else 0)
    assert not [name for name in seen if name.startswith("exit") and name not in ("exit 0", "exit -9")]
