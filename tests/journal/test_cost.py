"""What a journal costs: ratios of one run, taken in turns. `pytest -m deep tests/journal/test_cost.py -s`."""

from __future__ import annotations

import os
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import asdict, evolve

from palomma.journal import _moves as moves
from palomma.journal._store import Store, _rows
from tests.faults.server import answer, told
from tests.webhooks.postgres_server import find_binaries, running_server

from .conftest import PAY, Desk, World
from .test_store import NEW

pytestmark = pytest.mark.deep


def in_turns(rounds: int, *actions: Callable[[int], object]) -> list[float]:
    """Return the seconds of each, the lower quartile: other programs use the machine, too."""
    taken: list[list[float]] = [[] for _ in actions]
    for number in range(rounds):
        for seconds, action in zip(taken, actions, strict=True):
            start = time.perf_counter()
            action(number)
            seconds.append(time.perf_counter() - start)
    return [statistics.quantiles(each)[0] for each in taken]


@contextmanager
def two_syncs(store: Store) -> Iterator[Callable[[int], None]]:
    """Give what a row and a move of it cost with nothing around them: two statements of the driver, two commits."""
    with closing(store._engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, state TEXT)")

        def write(number: int) -> None:
            cursor.execute(f"INSERT INTO bare (id, state) VALUES ({number}, 'sending')")
            cursor.execute(f"UPDATE bare SET state = 'confirmed' WHERE id = {number}")

        yield write


@pytest.fixture
def durable() -> Iterator[str]:
    """A server that syncs, as a real one does and that of the other tests doesn't: its URL."""
    if (binaries := find_binaries()) is None:
        pytest.skip("there is no PostgreSQL on this machine")
    with running_server(binaries, fsync="on") as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_journalled_create(kind: str, tmp_path: Path, world: World, serve: Callable[..., Any], request: Any):
    """Beside a plain one it costs little more than its two syncs. The connection of its own is stated apart."""

    def behave(connection: Any) -> None:
        while (received := connection.request()) is not None:
            connection.send(answer(told(received, id=received.members.get("reference"))))

    server = serve(behave)
    store = Store(request.getfixturevalue("durable") if kind == "postgresql" else tmp_path / "j.db")
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

    with two_syncs(store) as write:
        # What syncs comes after what doesn't: a disk is quicker after a rest.
        syncs, usual, journalled, own = in_turns(100, write, create(plain, "p"), create(ours, "j"), alone)
    names = {"plain": usual, "on a connection of its own": own, "journalled": journalled, "two syncs alone": syncs}
    print(f"\n{kind}:", ", ".join(f"{name} {seconds * 1e3:.2f} ms" for name, seconds in names.items()))
    whole, added = (journalled - own + usual) / (usual + syncs), (journalled - own) / syncs
    print(f"{whole:.2f} x a plain one and two syncs; what the journal adds is {added:.2f} x the syncs")
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
            engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
            with engine.connect() as connection:
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
        stores = [Store(url.set(database=name).render_as_string(hide_password=False)) for name in ("few", "many")]

    def move(store: Store) -> Callable[[int], None]:
        def swap(number: int) -> None:
            new = evolve(NEW, reference=f"new{number}")
            row = moves.claim(None, new, store.read(new.id)[1], 30.0)
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
