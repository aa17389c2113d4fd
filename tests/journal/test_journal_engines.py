"""Job engines whose workers are killed: with the journal nothing is paid twice, lost or left for good.

The large ones run by `pytest -m deep`, and say what they need where they are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from .engines import missing

ROOT = Path(__file__).parents[2]
deep = pytest.mark.deep
Record = Callable[[str, object], None]
SLOW = {"thinking": 0.6, "timeout": 4.0}


def try_engine(postgres: sa.Engine, name: str, **trial: Any) -> dict[str, Any]:
    if lacking := missing(name):
        pytest.skip(f"not installed here: {lacking}")
    words = [f"{key}={json.dumps(value)}" for key, value in trial.items()]
    address = postgres.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "tests.journal.engines", name, *words],
        capture_output=True, text=True, cwd=ROOT, check=False, env=os.environ | {"JOURNAL_URL": address},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    counted: dict[str, Any] = json.loads(done.stdout)
    return counted


@pytest.mark.parametrize(
    ("engine", "trial"),
    [
        pytest.param("procrastinate", {"jobs": 10, "kills": 1, "workers": 2}, id="small"),
        pytest.param("procrastinate", {"jobs": 1000, "kills": 60, **SLOW}, id="procrastinate", marks=deep),
        pytest.param("work", {"jobs": 200, "kills": 20, **SLOW}, id="work", marks=deep),
        pytest.param("celery", {"jobs": 200, "kills": 20, **SLOW}, id="celery", marks=deep),
        pytest.param("temporal", {"jobs": 200, "kills": 20, **SLOW}, id="temporal", marks=deep),
    ],
)
def test_workers_are_killed(postgres: sa.Engine, engine: str, trial: dict[str, Any], record_property: Record) -> None:
    """Each job is paid once, each payment is known. Nothing is left of a transaction that was rolled back or killed."""
    counted = try_engine(postgres, engine, **trial)

    assert counted["killed"]["workers"] > 0
    assert [counted[name] for name in ("duplicates", "lost", "wrongly confirmed", "unwanted")] == [0, 0, 0, 0]
    assert counted["jobs"] >= trial["jobs"]
    record_property("counted", counted)


@deep
@pytest.mark.parametrize("engine", ["procrastinate", "celery", "temporal"])
def test_without_a_journal_it_is_paid_twice(postgres: sa.Engine, engine: str, record_property: Record) -> None:
    """Where the engine runs a dead worker's job again. Else the trial would prove nothing."""
    counted = try_engine(postgres, engine, jobs=200, kills=20, journal=False, patience=30.0, **SLOW)

    assert counted["duplicates"] > 0
    record_property("counted", counted)


@deep
@pytest.mark.parametrize("engine", ["celery", "temporal"])
def test_who_makes_one_attempt_loses(postgres: sa.Engine, engine: str, record_property: Record) -> None:
    """An engine that never repeats a job pays none twice; what its dead workers had may be lost, or nobody knows."""
    counted = try_engine(postgres, engine, jobs=200, kills=20, journal=False, early=True, patience=30.0, **SLOW)

    assert counted["duplicates"] == 0
    record_property("counted", counted)
