"""A Palomma that does as it is told, a clock that only tests move, and journals on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from palomma import AsyncPalomma, Palomma
from palomma.journal import Journal, Moved
from palomma.journal._store import Store
from tests.client.conftest import serve as serve

PAY: dict[str, Any] = {"payout_target_id": "t", "amount": 50_000}
CREATE = "createPayoutRequest"


class Time:
    """The clock of the store, and the one that stands while the machine sleeps."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).timestamp()
        self.steady = 1_000.0

    def time(self) -> float:
        self.now += 1e-5  # no two questions are answered alike
        return self.now

    def monotonic(self) -> float:
        return self.steady

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        self.steady += seconds


class World:
    """Palomma's payouts. Each create does what `script` says next: `ok` if that is empty."""

    def __init__(self, clock: Time) -> None:
        self.clock = clock
        self.payouts: list[dict[str, Any]] = []
        self.script: list[str | int | Callable[[dict[str, Any]], httpx.Response]] = []
        self.creates = 0
        self.reads: list[str] = []
        self.failing: dict[str, int] = {}
        """The status of a GET, by how its path and query begin."""
        self.filters = True

    def commit(self, members: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Create an object."""
        made = {"id": f"p{len(self.payouts)}", "status": "processing", **members, **more}
        made.setdefault("createdAt", datetime.fromtimestamp(self.clock.now, UTC).isoformat())
        self.payouts.append(made)
        return made

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v0")
        if request.method == "POST":
            self.creates += 1
            return self._create(json.loads(request.content))
        self.reads.append(request.url.raw_path.decode())
        for start, status in self.failing.items():
            if self.reads[-1].startswith("/v0" + start):
                return httpx.Response(status, json={"message": "no"})
        if path == "/payoutRequests":
            wanted = dict(parse_qsl(request.url.query.decode())).get("reference")
            shown = [each for each in self.payouts if not self.filters or wanted in (None, each["reference"])]
            return httpx.Response(200, json={"items": shown, "cursor": None, "count": len(shown)})
        found = [each for each in self.payouts if path.endswith("/" + each["id"])]
        return httpx.Response(200, json=found[0]) if found else httpx.Response(404, json={"message": "no"})

    def _create(self, members: dict[str, Any]) -> httpx.Response:
        step = self.script.pop(0) if self.script else "ok"
        if callable(step):
            return step(members)
        if isinstance(step, int):
            return httpx.Response(step, json={"message": "no"})
        if step == "dropped":
            raise httpx.ReadError("no answer")
        made = self.commit(members)
        if step == "lost":
            raise httpx.ReadError("no answer")
        return httpx.Response(200, json=made)


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def world(clock: Time) -> World:
    return World(clock)


class Desk:
    """A journal with a client, and what it told of its moves."""

    def __init__(self, world: World, store: Store, **settings: Any) -> None:
        self.moves: list[Moved] = []
        self.world = world
        self.journal = Journal("unused", on_move=self.moves.append, **settings)
        self.journal.store = store
        self.journal.clock = world.clock
        self.client = self.make()

    def make(self, kind: Any = Palomma, **settings: Any) -> Any:
        """Return another client of the journal."""
        given = {"environment": "sandbox", "timeout": 10.0, "transport": httpx.MockTransport(self.world)}
        given |= {"base_url": "http://127.0.0.1:9/v0", "max_retries": 0, **settings}
        return kind("key", journal=self.journal, **given)

    def create(self, reference: str = "r1", **more: Any) -> Any:
        return self.client.payout_requests.create(reference=reference, **PAY | more)

    def lose(self, reference: str = "r1", how: str | int = "dropped", **more: Any) -> None:
        """Make a create whose outcome is unknown."""
        self.world.script.append(how)
        with suppress(Exception):
            self.create(reference, **more)
        assert self.row(reference).state == "unknown"

    def row(self, reference: str = "r1") -> Any:
        return {entry.reference: entry for entry in self.journal.entries()}[reference]

    def close(self) -> None:
        self.client.close()

    def path(self) -> list[tuple[str, str]]:
        """Return the states that rows went through, with the reasons."""
        return [(moved.after.state, moved.after.reason) for moved in self.moves]


@pytest.fixture
def store(tmp_path: Path, clock: Time) -> Iterator[Store]:
    with closing(Store(tmp_path / "journal.db", clock.time)) as made:
        yield made


@pytest.fixture
def desk(world: World, store: Store) -> Iterator[Desk]:
    with closing(Desk(world, store)) as made:
        yield made


def async_client(desk: Desk, **settings: Any) -> AsyncPalomma:
    """Return an async client of a desk's journal."""
    made: AsyncPalomma = desk.make(AsyncPalomma, **settings)
    return made
