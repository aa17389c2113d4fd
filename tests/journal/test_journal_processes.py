"""The journal with real processes that are really killed and stopped, before a Palomma that can't be relied on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

ROOT = Path(__file__).parents[2]
SMALL = {"operations": 25, "delay": 0.1, "timeout": 0.5, "pause": 0.7, "quiet": 1.2, "killed": 0.1}
LARGE = {"operations": 3_000}
SIZES = [pytest.param(SMALL, id="small"), pytest.param(LARGE, id="large", marks=pytest.mark.deep)]
Record = Callable[[str, object], None]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the journal is."""
    if request.param == "sqlite":
        return str(tmp_path / "payouts.db")
    engine: sa.Engine = request.getfixturevalue("postgres")
    return engine.url.render_as_string(hide_password=False)


def rehearse(url: str, **plan: Any) -> dict[str, Any]:
    words = [f"{name}={json.dumps(value)}" for name, value in plan.items()]
    command = [sys.executable, "-m", "tests.journal.rehearsal", url, *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    counted: dict[str, Any] = json.loads(done.stdout)
    return counted


@pytest.mark.parametrize("plan", SIZES)
def test_each_reference_is_paid_once(url: str, plan: dict[str, Any], record_property: Record) -> None:
    """Of 60 % bad answers, SIGKILLs, SIGSTOPs longer than a call, restarts of PostgreSQL: 0 duplicates, 0 lost."""
    counted = rehearse(url, **plan)
    seen = counted["seen"]

    assert [counted[name] for name in ("duplicates", "lost", "wrongly confirmed")] == [0, 0, 0]
    assert seen["exit -9"] >= plan["operations"] // 25
    assert {name for name in seen if name.startswith("exit")} == {"exit 0", "exit -9"}
    assert seen.get("restarts", 0) == (4 if url.startswith("postgresql") else 0)
    record_property("counted", counted)


@pytest.mark.deep
def test_without_a_quiet_period_something_is_paid_twice(tmp_path: Path) -> None:
    """Where Palomma commits and shows later than the journal waits, the server counts duplicates."""
    calm = {"killed": 0.0, "suicides": 0.0, "stopped": 0.0}
    late = {"operations": 60, "delay": 4.0, "quiet": 0.0, "timeout": 0.3}
    counted = rehearse(str(tmp_path / "payouts.db"), **calm, **late)

    assert counted["duplicates"] > 0
