"""The journal on SQLite, after a power cut at any moment: nothing that was sent is forgotten."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from .power_cut import Disk, compile_recorder, environment, read_records

ROOT = Path(__file__).parents[2]


def left_by_cuts(tmp_path: Path, payments: int, cuts: int, *unsafe: str) -> Iterator[tuple[set[str], set[str], Path]]:
    """Pay, cut the power at random moments, and yield what was received, what was returned, and the folder then."""
    library = compile_recorder(tmp_path)
    if library is None:
        pytest.skip("no C compiler here: what a process writes can't be recorded")
    folder, record, after = tmp_path / "disk", tmp_path / "record", tmp_path / "after"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.journal.power_cut_payer", str(folder / "payouts.db"), str(payments)]
    subprocess.run([*command, *unsafe], check=True, cwd=ROOT, env=environment(library, folder, record))
    chance, disk = Random(0), Disk(folder)
    records = list(read_records(record))
    moments = chance.choices(range(len(records)), k=cuts)
    received: set[str] = set()
    returned: set[str] = set()
    for place, done in enumerate(records):
        disk.play(done)
        if done.kind == "n":
            what, reference, *_ = done.data.decode().split()
            (received if what == "received" else returned).add(reference)
        for _ in range(moments.count(place)):
            after.mkdir()
            disk.cut(chance, after)
            yield received, returned, after
            shutil.rmtree(after)


def states(folder: Path) -> dict[str, str]:
    """Return what the journal knows of each reference."""
    connection = sqlite3.connect(folder / "payouts.db")
    try:
        return dict(connection.execute("SELECT reference, state FROM palomma_journal"))
    except sqlite3.DatabaseError:  # not even the table is there
        return {}
    finally:
        connection.close()


@pytest.mark.parametrize(("payments", "cuts"), [(15, 50), pytest.param(150, 500, marks=pytest.mark.deep)])
def test_nothing_that_was_sent_is_forgotten(tmp_path: Path, payments: int, cuts: int) -> None:
    """What was received before a cut has a row that isn't sent again; what was returned is confirmed."""
    seen = 0
    for received, returned, folder in left_by_cuts(tmp_path, payments, cuts):
        known = states(folder)
        seen += 1

        assert {
            reference for reference in received if known.get(reference) not in ("sending", "confirmed", "unknown")
        } == set()
        assert {reference for reference in returned if known.get(reference) != "confirmed"} == set()
    assert seen == cuts


def test_the_disk_really_forgets(tmp_path: Path) -> None:
    """Without syncs, which is not what the journal does, the same cuts lose payments."""
    lost = [received - states(folder).keys() for received, _, folder in left_by_cuts(tmp_path, 15, 50, "off")]

    assert sum(map(bool, lost)) > 10
