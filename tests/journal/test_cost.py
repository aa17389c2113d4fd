"""What a journal costs: ratios of one run, taken in turns. `pytest -m deep tests/journal/test_cost.py -s`."""

from __future__ import annotations

import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import asdict, evolve

from palomma.journal import _moves as moves
from palomma.journal._store import Store, _rows
from tests.faults.server import answer, told

from .conftest import PAY, Desk, World
from .test_store import NEW

pytestmark = pytest.mark.deep


def in_turns(rounds: int, *actions: Callable[[int], object]) -> list[float]:
    """Return the median seconds of each."""
    taken: list[list[float]] = [[] for _ in actions]
    for number in range(rounds):
        for seconds, action in zip(taken, actions, strict=True):
            start = time.perf_counter()
            action(number)
            seconds.append(time.perf_counter() - start)
    return [statistics.median(each) for each in taken]


def two_syncs(store: Store) -> Callable[[int], None]:
    """Return what a row and a move of it cost with nothing around them: two statements, two commits."""
    statements = (
        "INSERT INTO bare (id, state) VALUES (:id, 'sending')",
        "UPDATE bare SET state = 'confirmed' WHERE id = :id",
    )
    with store._begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS bare"))
        connection.execute(sa.text("CREATE TABLE bare (id TEXT PRIMARY KEY, state TEXT)"))

    def write(number: int) -> None:
        for statement in statements:
            with store._begin() as connection:
                connection.execute(sa.text(statement), {"id": str(number)})

    return write


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_journalled_create(kind: str, tmp_path: Path, world: World, serve: Callable[..., Any], request: Any):
    """Beside a plain one it costs little more than its two syncs. The connection of its own is stated apart."""

    def behave(connection: Any) -> None:
        while (received := connection.request()) is not None:
            connection.send(answer(told(received, id=received.members.get("reference"))))

    server = serve(behave)
    store = Store(request.getfixturevalue("postgres_url") if kind == "postgresql" else tmp_path / "j.db")
    desk = Desk(world, store)
    store.prepare()
    base = {"transport": None, "base_url": f"http://127.0.0.1:{server.port}/v0"}
    ours, mark = desk.make(**base), os.urandom(4).hex()
    from palomma import Palomma

    plain = Palomma("key", base_url=base["base_url"])
    fresh = Palomma("key", base_url=base["base_url"])

    def create(client: Any, name: str) -> Callable[[int], object]:
        return lambda number: client.payout_requests.create(reference=f"{name}{mark}{number}", **PAY)

    def alone(number: int) -> None:
        fresh._exchange.drop()
        create(fresh, "f")(number)

    syncs, journalled, usual, own = in_turns(100, two_syncs(store), create(ours, "j"), create(plain, "p"), alone)
    ratio = (journalled - own) / syncs
    names = {"plain": usual, "on a connection of its own": own, "journalled": journalled, "two syncs alone": syncs}
    print(f"\n{kind}:", ", ".join(f"{name} {seconds * 1e3:.2f} ms" for name, seconds in names.items()))
    print(f"the journal costs {ratio:.2f} x of its syncs")
    for client in (ours, plain, fresh, desk.client):
        client.close()
    store.close()

    assert journalled > 0 and syncs > 0


def fill(store: Store, count: int, state: moves.State) -> None:
    """Write rows."""
    claimed = moves.claim(None, NEW, store.now() - 1_000, 30.0)
    rows = [
        asdict(evolve(claimed, reference=f"{state}{number}", state=state, reason="lost"), recurse=False)
        for number in range(count)
    ]
    with store._begin() as connection:
        for start in range(0, count, 1_000):
            connection.execute(_rows.insert(), rows[start : start + 1_000])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_move_among_many(kind: str, tmp_path: Path, request: Any):
    """Among 100,000 rows it takes less than twice as long as among 1,000."""
    stores = [Store(tmp_path / f"{count}.db") for count in (1_000, 100_000)]
    if kind == "postgresql":
        url = sa.make_url(request.getfixturevalue("postgres_url"))
        for name in ("few", "many"):
            with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
        stores = [Store(url.set(database=name).render_as_string(hide_password=False)) for name in ("few", "many")]

    def move(store: Store) -> Callable[[int], None]:
        def swap(number: int) -> None:
            row = moves.claim(None, evolve(NEW, reference=f"new{number}"), store.now(), 30.0)
            assert store.swap(None, row) == "done"
            assert store.swap(row, moves.confirm(row, f"p{number}")) == "done"

        return swap

    for store, count in zip(stores, (1_000, 100_000), strict=True):
        store.prepare()
        fill(store, count, "rejected")
    few, many = in_turns(100, *map(move, stores))
    print(
        f"\n{kind}: two moves among 1,000 rows {few * 1e3:.2f} ms, among 100,000 {many * 1e3:.2f}: {many / few:.2f} x"
    )
    for store in stores:
        store.close()

    assert many < 2 * few


def test_settling_many(world: World, tmp_path: Path):
    """10,000 unknowns: rows are read a batch at a time, and one walk serves each batch."""
    with closing(Store(tmp_path / "j.db", world.clock.time)) as store:
        store.prepare()
        fill(store, 10_000, "unknown")
        desk = Desk(world, store)
        world.reads.clear()
        tracemalloc.start()
        start = time.process_time()
        settled = desk.client.settle()
        seconds, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        desk.client.close()
    print(f"\n{settled}: {len(world.reads)} requests, {peak / 2**20:.1f} MiB at most, {seconds:.0f} s of CPU")

    assert settled.review == 10_000 and len(world.reads) == 40
    assert peak < 30 * 2**20
