"""Settling, the outbox, workers, people and webhooks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import evolve
from sqlalchemy.orm import Session

from palomma import (
    AuthenticationError,
    ConfigurationError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    Palomma,
    ReferenceReusedError,
)  # fmt: skip
from palomma.journal import Entry, Journal, Settled, _work
from palomma.journal._store import Store
from palomma.webhooks import Event, MemoryInbox, Router
from tests.client.test_otel import Telemetry, telemetry  # noqa: F401

from .conftest import CREATE, PAY, Desk, World, async_client

# Settling


def test_what_appears_late_is_confirmed(desk: Desk, world: World):
    """Within the quiet period it is asked for by its reference alone, after it in the whole list."""
    desk.lose()
    assert desk.client.settle() == Settled(still_unknown=1)
    assert world.reads == ["/v0/payoutRequests?reference=r1"]
    world.commit({"reference": "r1", "amount": 50_000, "payoutTargetId": "t"})
    world.clock.pass_(100)

    assert desk.client.settle() == Settled(confirmed=1)
    assert desk.client.settle() == Settled() and desk.create().id == "p0"


def test_nothing_found_twice_asks_for_a_person(desk: Desk, world: World):
    """One run makes both look-ups, once the quiet period is over; the review is looked up from then on, too."""
    desk.lose()
    world.clock.pass_(69)
    assert desk.client.settle() == Settled(still_unknown=1)
    world.clock.pass_(2)
    assert desk.client.settle() == Settled(review=1)
    assert desk.client.settle() == Settled(review=1)
    world.commit({"reference": "r1", "amount": 50_000, "payoutTargetId": "t"})

    assert desk.client.settle() == Settled(confirmed=1)


def test_after_quiet_it_may_be_sent_again(world: World, store: Store):
    """The two look-ups are a quiet period and the call's time apart; then whoever asks sends it."""
    desk = Desk(world, store, resend="after_quiet")
    desk.lose()
    world.clock.pass_(71)
    assert desk.client.settle() == Settled(still_unknown=1)
    world.clock.now += 1_000  # a jump, which the steady clock doesn't make
    assert desk.client.settle() == Settled(still_unknown=1)
    world.clock.pass_(70)
    assert desk.client.settle() == Settled(resend=1)

    assert desk.client.work(once=True) == Settled() and world.creates == 1  # not the outbox's: it waits to be asked
    assert desk.create().id == "p0" and world.creates == 2
    assert desk.journal.empties == {}
    desk.client.close()


def test_a_process_that_begins_anew_waits_anew(world: World, store: Store):
    """What it did not see itself doesn't count."""
    desk = Desk(world, store, resend="after_quiet")
    desk.lose()
    world.clock.pass_(500)
    desk.client.settle()
    desk.journal.empties.clear()
    world.clock.pass_(500)

    assert desk.client.settle() == Settled(still_unknown=1)
    desk.client.close()


@pytest.mark.parametrize("reference", ["R1", " r1 ", "r"])
def test_a_rewritten_reference_is_not_nothing(world: World, store: Store, reference: str):
    """In another case, trimmed or cut: a person decides, also where it might be sent again."""
    desk = Desk(world, store, resend="after_quiet")
    desk.lose()
    world.commit({"reference": reference, "amount": 50_000, "payoutTargetId": "t"})
    world.clock.pass_(500)

    assert desk.client.settle() == Settled(review=1)
    desk.client.close()


def test_what_confirms_another_row_is_nothing(desk: Desk, world: World):
    """invoice-1 is no cut invoice-17, if it has its own row."""
    desk.create("r1")
    desk.lose("r17", amount=60_000)
    world.clock.pass_(500)

    assert desk.client.settle() == Settled(review=1)
    assert desk.row("r17").reason == "not_found"


def test_one_walk_serves_all(desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch):
    """However many wait; more than a few are not asked for one by one either, and are read a batch at a time."""
    monkeypatch.setattr(_work, "BATCH", 20)
    for number in range(30):
        desk.lose(f"r{number}", how="lost" if number % 3 else "dropped", amount=50_000 + number)
    world.clock.pass_(500)
    world.reads.clear()

    assert desk.client.settle() == Settled(confirmed=20, review=10)
    # The first batch is asked for one by one; of each batch the rest is walked for twice.
    walks = [read for read in world.reads if "reference=" not in read]
    assert len(walks) == 4 and len(world.reads) - len(walks) == 30


def test_more_than_a_few_are_not_asked_for_one_by_one(desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch):
    """They are walked for together, at any time."""
    monkeypatch.setattr(_work, "FEW", 1)
    desk.lose("r1", how="lost")
    desk.lose("r2", how="dropped", amount=60_000)
    world.reads.clear()

    assert desk.client.settle() == Settled(confirmed=1, still_unknown=1)
    assert world.reads == ["/v0/payoutRequests", "/v0/payoutRequests"]


@pytest.mark.parametrize("state", ["unknown", "review"])
def test_a_filter_that_is_refused(desk: Desk, world: World, state: str):
    """The whole list is read instead, at any time."""
    world.script.append("dropped" if state == "unknown" else 409)
    with suppress(OutcomeUnknownError):
        desk.create()
    assert desk.row().state == state
    world.commit({"reference": "r1", "amount": 50_000, "payoutTargetId": "t"})
    world.failing["/payoutRequests?reference"] = 400
    world.reads.clear()

    assert desk.client.settle() == Settled(confirmed=1)
    assert world.reads == ["/v0/payoutRequests?reference=r1", "/v0/payoutRequests"]


def test_a_filter_that_is_ignored(desk: Desk, world: World):
    """It may only find: what it shows is compared."""
    world.filters = False
    world.commit({"reference": "other", "amount": 1, "payoutTargetId": "t"})
    desk.lose(how="lost")

    assert desk.client.settle() == Settled(confirmed=1) and desk.row().object_id == "p1"


@pytest.mark.parametrize(("status", "raises"), [(500, None), (429, None), (401, AuthenticationError)])
def test_a_look_up_that_fails_says_nothing(desk: Desk, world: World, status: int, raises: Any):
    """Only a key that is refused stops it."""
    desk.lose()
    world.clock.pass_(500)
    world.failing["/payoutRequests"] = status
    if raises:
        with pytest.raises(raises):
            desk.client.settle()
    else:
        assert desk.client.settle() == Settled(still_unknown=1)
    assert desk.row().state == "unknown"


def test_a_dead_owners_row_is_settled(desk: Desk, world: World):
    """Not before its time is over."""
    world.script += [lambda members: (_ for _ in ()).throw(SystemExit)]
    swap = desk.journal.store.swap
    desk.journal.store.swap = lambda before, *rest: swap(before, *rest) if before is None else "done"  # type: ignore
    with pytest.raises(SystemExit):
        desk.create()
    desk.journal.store.swap = swap  # type: ignore[method-assign]

    assert desk.row().state == "sending" and desk.journal.oldest_unknown() is None
    assert desk.client.settle() == Settled()
    world.clock.pass_(12)
    assert desk.journal.oldest_unknown() == pytest.approx(12, abs=0.1)
    assert desk.client.settle() == Settled(still_unknown=1)


# The outbox


@pytest.fixture
def engine(store: Store) -> sa.Engine:
    """The user's own, on the journal's database."""
    store.prepare()
    return sa.create_engine(f"sqlite:///{store._url.database}", poolclass=sa.NullPool)


def later(desk: Desk, connection: Any, reference: str = "r1", client: Any = None, **more: Any) -> Any:
    method = (client or desk.client).payout_requests.create
    return desk.journal.later(connection, method, reference=reference, **PAY | more)


@pytest.mark.parametrize("orm", [False, True], ids=["connection", "session"])
def test_a_committed_intent_is_sent_once(desk: Desk, world: World, engine: sa.Engine, orm: bool):
    """By any worker; asked again the call returns the object."""
    with Session(engine) if orm else engine.connect() as connection:
        intent = later(desk, connection)
        assert (intent.reference, intent.state, intent.entry.request) == ("r1", "intended", None)
        connection.commit()
    assert world.creates == 0

    assert desk.client.work(once=True) == Settled() and desk.client.work(once=True) == Settled()
    assert world.creates == 1 and desk.create().id == "p0"


def test_a_rolled_back_intent_never_was(desk: Desk, world: World, engine: sa.Engine):
    """Nothing is left, and nothing sent."""
    with engine.connect() as connection:
        later(desk, connection)

    desk.client.work(once=True)
    assert list(desk.journal.entries()) == [] and world.creates == 0


def test_an_intent_again(desk: Desk, world: World, engine: sa.Engine):
    """The same words: the same row. Others: refused, the transaction goes on. Under a rejected row: the new ones."""
    with engine.begin() as connection:
        first, again = later(desk, connection), later(desk, connection)
        with pytest.raises(ReferenceReusedError):
            later(desk, connection, amount=1)
        later(desk, connection, "r2")
    assert first.entry.id == again.entry.id

    world.script += [400, 400]
    desk.client.work(once=True)
    assert [entry.state for entry in desk.journal.entries()] == ["rejected", "rejected"]
    with engine.begin() as connection:
        assert later(desk, connection, amount=60_000).state == "intended"
    desk.client.work(once=True)
    assert desk.row().state == "confirmed" and desk.row().members["amount"] == 60_000


def test_a_direct_call_sends_an_intent(desk: Desk, world: World, engine: sa.Engine):
    """As it was written, without waiting for a worker."""
    with engine.begin() as connection:
        later(desk, connection)

    assert desk.create().id == "p0" and desk.client.work(once=True) == Settled()
    assert world.creates == 1


def test_an_async_clients_method(desk: Desk, world: World, engine: sa.Engine):
    """It is not awaited: nothing is sent here."""
    client = async_client(desk)
    with engine.begin() as connection:
        later(desk, connection, client=client)

    async def main() -> None:
        async with client:
            await client.work(once=True)

    asyncio.run(main())
    assert desk.row().state == "confirmed"


def test_what_later_does_not_take(desk: Desk, engine: sa.Engine, tmp_path: Path):
    """Each says what to give instead."""
    with engine.connect() as connection, Palomma("key", journal=Journal(tmp_path / "x.db")) as other:
        wrong: list[tuple[Any, Any, dict[str, Any]]] = [
            (connection, other.payout_requests.create, PAY),
            (connection, print, {}),
            (connection, desk.client.payout_requests.iterate, {}),
            (connection, desk.client.payout_requests.get, {"payout_request_id": "p"}),
            (connection, desk.client.payout_requests.create, PAY),
            (engine, desk.client.payout_requests.create, {"reference": "r1", **PAY}),
        ]
        for where, method, arguments in wrong:
            with pytest.raises(ConfigurationError):
                desk.journal.later(where, method, **arguments)


@pytest.mark.parametrize("step", [401, 403, 404])
def test_a_wrong_key_or_address_stops_a_worker(desk: Desk, world: World, engine: sa.Engine, step: int):
    """And rejects nothing: everything stays intended."""
    with engine.begin() as connection:
        later(desk, connection)
        later(desk, connection, "r2")
    world.script += [step]
    world.failing["/payoutRequests"] = step
    with pytest.raises((AuthenticationError, NotFoundError, Exception), match=str(step)):
        desk.client.work(once=True)

    assert {entry.state for entry in desk.journal.entries()} == {"intended"} and world.creates == 1


@pytest.mark.parametrize(("collection", "state"), [(200, "rejected"), (500, "intended")])
def test_a_404_of_one_create(desk: Desk, world: World, engine: sa.Engine, collection: int, state: str):
    """The collection is there: this create was refused. If that can't be known, nothing is rejected."""
    with engine.begin() as connection:
        later(desk, connection)
    world.script += [404]
    world.failing["/payoutRequests"] = collection
    if state == "rejected":
        world.failing.clear()
        desk.client.work(once=True)
    else:
        with pytest.raises(NotFoundError):
            desk.client.work(once=True)

    assert desk.row().state == state


@pytest.mark.parametrize(("step", "expected"), [(429, "intended"), ("dropped", "unknown"), (400, "rejected")])
def test_what_a_worker_goes_on_after(desk: Desk, world: World, engine: sa.Engine, step: Any, expected: str):
    """A busy Palomma is left alone for a while; the others' turn comes after a loss or a refusal."""
    with engine.begin() as connection:
        later(desk, connection)
        later(desk, connection, "r2")
    world.script += [step]
    desk.client.work(once=True)

    assert desk.row("r1").state == expected
    assert desk.row("r2").state == ("intended" if step == 429 else "confirmed")


class Stop:
    """Is set after being asked so often."""

    def __init__(self, times: int, then: Callable[[], object] = lambda: None) -> None:
        self.times, self.then = times, then

    def is_set(self) -> bool:
        self.times -= 1
        if self.times == 1:
            self.then()
        return self.times < 0


def test_a_worker_works_until_it_is_stopped(desk: Desk, world: World, engine: sa.Engine):
    """What comes meanwhile is sent; `stop` is asked in each pause."""

    def intend() -> None:
        with engine.begin() as connection:
            later(desk, connection)

    desk.lose("lost", how="lost", amount=7)
    world.clock.monotonic = iter(range(10**6)).__next__  # type: ignore[assignment, method-assign]
    settled = desk.client.work(stop=Stop(4, intend))

    assert settled == Settled(confirmed=1) and {entry.state for entry in desk.journal.entries()} == {"confirmed"}


def test_what_is_unknown_has_its_turn(desk: Desk, world: World, engine: sa.Engine):
    """Before the intents; and if they are many, again before all are sent. A single pass that settles sends all."""
    desk.lose("r0", how="lost")
    with engine.begin() as connection:
        for number in range(1, 8):
            later(desk, connection, f"r{number}", amount=50_000 + number)
    world.clock.monotonic = iter(range(0, 10**6, 10)).__next__  # type: ignore[assignment, method-assign]
    assert desk.client.work(once=True, settle=False) == Settled() and world.creates == 2

    desk.moves.clear()
    desk.client.work(stop=Stop(1))
    assert [moved.after.reference for moved in desk.moves][:2] == ["r0", "r2"] and 2 < world.creates < 8
    desk.client.work(once=True)
    assert world.creates == 8 and {entry.state for entry in desk.journal.entries()} == {"confirmed"}


def test_a_worker_waits_for_a_store_that_is_away(desk: Desk, world: World):
    """It says so and goes on; a single pass raises."""
    now = desk.journal.store.now

    def away() -> float:
        raise OSError("no route")

    desk.journal.store.now = away  # type: ignore[method-assign]
    world.clock.monotonic = (number / 10 for number in range(10**6)).__next__  # type: ignore[assignment, method-assign]
    with pytest.raises(NotSentError):
        desk.client.work(once=True)
    stop = Stop(4, lambda: setattr(desk.journal.store, "now", now))
    assert desk.client.work(stop=stop) == Settled()


def test_two_workers_take_an_intent_once(desk: Desk, world: World, engine: sa.Engine):
    """However many there are."""
    with engine.begin() as connection:
        for number in range(20):
            later(desk, connection, f"r{number}", amount=50_000 + number)
    threads = [threading.Thread(target=desk.client.work, kwargs={"once": True}) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert world.creates == 20 and {entry.state for entry in desk.journal.entries()} == {"confirmed"}


# A person


def test_a_person_resolves(desk: Desk, world: World):
    """Who and why is kept; the reference may be sent again once nothing was created."""
    desk.lose()
    with pytest.raises(ConfigurationError, match="quiet period"):
        desk.client.resolve(CREATE, "r1", not_created=True, by="ana", because="Palomma says so")
    world.clock.pass_(500)
    entry = desk.client.resolve(CREATE, "r1", not_created=True, by="ana", because="Palomma says so")

    assert (entry.state, entry.by, entry.because) == ("rejected", "ana", "Palomma says so")
    assert desk.create().id == "p0" and world.creates == 2


@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by the list"])
def test_a_person_names_the_object(desk: Desk, world: World, by_id: bool, monkeypatch: pytest.MonkeyPatch):
    """An exact id, agreeing, and no other row's; also one whose reference was rewritten."""
    desk.create("other", amount=1_500)
    desk.lose()
    for more in ({"amount": 1}, {}):
        world.commit({"reference": "R1", "amount": 50_000, "payoutTargetId": "t", **more})
    if not by_id:
        monkeypatch.setattr(_work, "read_operation", lambda create: None)
    wrong = {"p1": "disagrees", "p0": "another row|no object", "p9": "no object|404"}
    for id_, text in wrong.items():
        with pytest.raises((ConfigurationError, NotFoundError), match=text):
            desk.client.resolve(CREATE, "r1", object_id=id_, by="ana", because="the bank's list")
    entry = desk.client.resolve(CREATE, "r1", object_id="p2", by="ana", because="the bank's list")

    assert (entry.state, entry.object_id, entry.reason) == ("confirmed", "p2", "resolved")
    with pytest.raises(ConfigurationError, match="it is confirmed"):
        desk.client.resolve(CREATE, "r1", object_id="p2", by="ana", because="again")


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"object_id": "p", "not_created": True},
        {"not_created": True, "by": ""},
        {"not_created": True, "because": ""},
        {"not_created": True, "reference": "nobody's"},
    ],
)
def test_what_resolve_asks_for(desk: Desk, arguments: dict[str, Any]):
    """One of two, by somebody, for a reason, of a row that there is."""
    desk.lose()
    given = {"operation": CREATE, "reference": "r1", "by": "ana", "because": "so", **arguments}
    with pytest.raises(ConfigurationError):
        desk.client.resolve(**given)


@pytest.mark.parametrize("by_id", [True, False])
def test_what_cant_be_looked_up_is_not_resolved(desk: Desk, world: World, by_id: bool, monkeypatch: pytest.MonkeyPatch):
    """The error is the look-up's."""
    desk.lose()
    world.clock.pass_(500)
    world.failing["/payoutRequests"] = 401
    monkeypatch.setattr(_work, "read_operation", lambda create: None)
    how: dict[str, Any] = {"object_id": "p0"} if by_id else {"not_created": True}
    with pytest.raises(AuthenticationError):
        desk.client.resolve(CREATE, "r1", by="ana", because="so", **how)


def test_a_row_that_moved_is_not_resolved(desk: Desk, world: World):
    """Look at it again."""
    desk.lose()
    world.clock.pass_(500)
    desk.journal.store.swap = lambda *arguments: "lost"  # type: ignore[method-assign, assignment]
    with pytest.raises(ConfigurationError, match="moved meanwhile"):
        desk.client.resolve(CREATE, "r1", not_created=True, by="ana", because="so")


def test_async_resolve(desk: Desk, world: World):
    """The same, awaited."""
    desk.lose()
    world.clock.pass_(500)

    async def main() -> Entry:
        async with async_client(desk) as client:
            return await client.resolve(CREATE, "r1", not_created=True, by="ana", because="so")

    assert asyncio.run(main()).state == "rejected"


# Webhooks


def event(world: World, number: int = 0, **more: Any) -> Event:
    kind = more.pop("kind", "payout-request.update")
    object_ = {**(world.payouts[number] if world.payouts else {}), **more}
    return Event(f"w{number}", "2026-11-24T10:00:00Z", kind, {"event": object_})


def router(desk: Desk, **more: Any) -> Router:
    made = Router(MemoryInbox(), journal=desk.journal, environment="sandbox", **more)
    made.on("payout-request.update")(lambda event: None)
    return made


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_webhook_confirms(desk: Desk, world: World, asynchronous: bool):
    """Without a look-up."""
    desk.lose(how="lost")
    if asynchronous:
        made = Router(MemoryInbox(), journal=desk.journal, environment="sandbox", account="default")

        async def handler(event: Event) -> None:
            pass

        made.on("payout-request.update")(handler)
        asyncio.run(made.handle_async(event(world)))
    else:
        router(desk).handle(event(world))

    assert (desk.row().state, desk.row().object_id, world.reads) == ("confirmed", "p0", [])


def test_an_event_of_no_row_is_the_handlers(desk: Desk, world: World):
    """Another reference, account, kind of object, or one that isn't proven: nothing moves."""
    desk.lose(how="lost")
    made = router(desk)
    for more in ({"reference": "r2"}, {"reference": None}, {"amount": 1}, {"kind": "customer.update"}):
        made.handle(event(world, **more))
    router(desk, account="other").handle(event(world))
    plain = Router(MemoryInbox())
    plain.on("payout-request.update")(lambda event: None)
    plain.handle(event(world))

    assert desk.row().state == "unknown"
    with pytest.raises(ConfigurationError, match="environment"):
        Router(MemoryInbox(), journal=desk.journal)


def test_a_webhook_of_a_second_object_is_loud(desk: Desk, world: World):
    """It was paid twice."""
    desk.create()
    world.commit({"reference": "r1", "amount": 50_000, "payoutTargetId": "t"})
    made = router(desk)
    made.handle(event(world))
    made.handle(event(world, 1))

    assert desk.row().duplicate == "p1" and desk.moves[-1].is_duplicate


def test_a_webhook_decides_again_when_a_row_moves(desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch):
    """Somebody else was quicker."""
    desk.lose(how="lost")
    swap = desk.journal.store.swap

    def late(before: Any, after: Any, *more: Any) -> Any:
        monkeypatch.setattr(desk.journal.store, "swap", swap)
        swap(before, evolve(before, state="review", reason="others"))
        return swap(before, after, *more)

    monkeypatch.setattr(desk.journal.store, "swap", late)
    router(desk).handle(event(world))

    assert desk.row().state == "confirmed"


def test_metrics(desk: Desk, world: World, telemetry: Telemetry):  # noqa: F811
    """Each move is counted, and the oldest unknown watched."""
    from palomma.otel import instrument

    instrument(desk.client, telemetry.tracers, telemetry.meters)
    desk.create()
    desk.lose("r2")
    points = telemetry.points()

    assert len(desk.moves) == 4
    states = {point["palomma.journal.state"] for point in points["palomma.journal.moves"]}
    assert states == {"sending", "confirmed", "unknown"}
    assert points["palomma.journal.oldest_unknown"] == [{}]


def test_procrastinates_tasks(desk: Desk, world: World, engine: sa.Engine):
    """`send` makes what is intended, however much is unknown; the sweep settles that, too. One client does all."""
    procrastinate = pytest.importorskip("procrastinate")
    from procrastinate.testing import InMemoryConnector

    from palomma.journal.procrastinate import palomma_tasks

    made: list[Any] = []
    app = procrastinate.App(connector=InMemoryConnector())
    app.add_tasks_from(palomma_tasks(lambda: made.append(desk.make()) or made[-1]), namespace="palomma")
    desk.lose("r0", how="lost")
    with engine.begin() as connection:
        later(desk, connection, "r1", amount=60_000)
    for _ in range(2):  # in two transactions, say: neither may break
        app.tasks["palomma:send"].defer()
    app.tasks["palomma:send"]()
    assert (desk.row("r0").state, desk.row("r1").state, world.reads) == ("unknown", "confirmed", [])
    with engine.begin() as connection:
        later(desk, connection, "r2", amount=70_000)
    app.tasks["palomma:sweep"](timestamp=0)

    assert {entry.state for entry in desk.journal.entries()} == {"confirmed"} and world.creates == 3
    assert len(made) == 1
    made[0].close()
