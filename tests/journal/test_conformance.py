"""The simulation's table does what the real one does: else its figures would say nothing about the journal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palomma.journal import Entry, _moves
from palomma.journal._store import Store

from . import world
from .conftest import CREATE
from .simulation import CONDITIONS

QUIET = 60.0
STEPS = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(["claim", "created", "refused", "unknown", "expire", "forget"]),
    st.sampled_from(["p0", "p1"]), st.booleans(), st.sampled_from([0.1, 20.0, 100.0]),
)  # fmt: skip


def move(row: Entry | None, reference: str, what: str, object_id: str, now: float) -> Entry | None:
    """Return the row as a decision would have it, whether or not somebody would make that decision now."""
    new = Entry(environment="sandbox", account="a", operation=CREATE, reference=reference, members={"amount": 1})
    if what == "claim":
        return _moves.claim(row, new, now, 10.0)
    if row is None:
        return None
    if what == "expire":
        return _moves.expire(row, now)
    if what == "created":
        return _moves.confirm(row, object_id)
    return _moves.answer(row, row.attempt, "refused" if what == "refused" else "unknown")


def write(store: Store, before: Entry | None, after: Entry) -> bool:
    """Write as the journal does: what confirms another row is for a person."""
    swapped = store.swap(before, after)
    if swapped == "taken":
        assert before is not None and after.object_id is not None
        holder = store.holders("sandbox", CREATE, [after.object_id])[after.object_id]
        swapped = store.swap(before, _moves.lose(before, holder))
    return swapped == "done"


def compare(database: str | sa.Engine, steps: list[tuple[str, str, str, bool, float]], forgets: bool) -> None:
    """Do the same to both tables. A step that is late goes by the row as it was before the last change of any."""
    time = world.Scheduler()
    table = world.Store(time, _moves, CONDITIONS)
    with closing(Store(database, lambda: time.now)) as store:
        old: dict[_moves.Key, Entry] = {}
        for reference, what, object_id, late, seconds in steps:
            time.now += seconds
            key = _moves.Key("sandbox", "a", CREATE, reference)
            if what == "forget":
                if forgets:
                    table.forget(time.now - seconds, QUIET)
                    store.forget(seconds, QUIET, entirely=False)
            else:
                before = (old if late else table.rows).get(key)
                after = move(before, reference, what, object_id, time.now)
                old = dict(table.rows)
                if after is not None:
                    assert (table.write(before, after) is not None) == write(store, before, after)
            assert [plain(row, forgets) for row in store.entries()] == [
                plain(table.rows[key], forgets) for key in sorted(table.rows)
            ]


def plain(row: Entry, timed: bool) -> Entry:
    return row if timed else evolve(row, changed_at=0.0)  # PostgreSQL goes by its own clock


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=25))
def test_on_sqlite(steps: list[tuple[str, str, str, bool, float]]) -> None:
    """The same rows after each step, and the same word about who came too late."""
    with TemporaryDirectory() as folder:
        compare(str(Path(folder, "journal.db")), steps, forgets=True)


@pytest.mark.deep
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=5, max_size=40))
def test_on_postgresql(postgres: sa.Engine, steps: list[tuple[str, str, str, bool, float]]) -> None:
    """The same on a server."""
    with closing(Store(postgres)) as store:
        store.prepare()
    with postgres.begin() as connection:
        connection.execute(sa.text("DELETE FROM palomma_journal"))
    compare(postgres, steps, forgets=False)
