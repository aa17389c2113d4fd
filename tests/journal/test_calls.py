"""A journalled client: asked again, keys, refusals, lost answers, a store that fails."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
import sqlalchemy as sa
from attrs import evolve

import palomma
from palomma import (
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConfirmedUnreadableError,
    ConflictError,
    InProgressError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
    Palomma,
    RateLimitError,
    ReferenceReusedError,
    StillUnknownError,
)
from palomma._sansio import Send
from palomma.journal import Journal, Settled, _moves
from palomma.journal._moves import Entry, Key
from palomma.journal._store import Store
from tests.faults.server import answer, told

from .conftest import CREATE, PAY, Desk, Time, World, async_client

R1 = Key("sandbox", "default", CREATE, "r1")


def test_once_however_often_it_is_asked(desk: Desk, world: World):
    """The same words again: the object, read anew, and no second POST, in another process too."""
    first = desk.create()
    world.payouts[0]["status"] = "approved"
    again = desk.create()
    other = Desk(world, Store(desk.journal.store._url.database or "", world.clock.time))
    third = other.create()

    assert (first.id, first.status) == ("p0", "processing")
    assert [(each.id, each.status) for each in (again, third)] == [("p0", "approved")] * 2
    assert world.creates == 1
    assert desk.path() == [("sending", ""), ("confirmed", "")]
    other.client.close()


def test_other_words_under_a_reference(desk: Desk, world: World):
    """The members are named, nothing is sent, and the error carries the row without its body."""
    desk.create()
    with pytest.raises(ReferenceReusedError, match="amount differs") as caught:
        desk.create(amount=60_000)
    with pytest.raises(ReferenceReusedError) as added:
        desk.create(source_merchant_account_id="a2")

    assert caught.value.members == ("amount",) and added.value.members == ("sourceMerchantAccountId",)
    assert (caught.value.entry.object_id, caught.value.entry.request) == ("p0", None)
    assert world.creates == 1


@pytest.mark.parametrize(("how", "found"), [("lost", True), ("dropped", False)])
def test_a_lost_answer_is_looked_up_when_it_is_asked_again(desk: Desk, world: World, how: str, found: bool):
    """Found: the object. Not found: an error with its age, and when to ask again. Never a second POST."""
    desk.lose(how=how)
    world.clock.pass_(4)
    if found:
        assert desk.create().id == "p0"
    else:
        with pytest.raises(StillUnknownError, match=r"4 s ago.*in 66 s") as caught:
            desk.create()
        assert caught.value.retry_after == pytest.approx(66, abs=0.1) and caught.value.entry.reason == "lost"
    assert world.creates == 1


def test_a_refusal_is_sent_again_with_new_words(desk: Desk, world: World):
    """Nothing was created."""
    world.script += [400]
    with pytest.raises(BadRequestError) as caught:
        desk.create()

    assert (caught.value.entry.state, caught.value.entry.reason) == ("rejected", "refused")
    assert desk.create(amount=70_000).amount == 70_000
    assert desk.row().attempt == 2 and world.creates == 2


@pytest.mark.parametrize(
    ("step", "error", "end"),
    [
        (429, RateLimitError, ("rejected", "not_sent")),
        (425, palomma.APIError, ("rejected", "not_sent")),
        (401, AuthenticationError, ("rejected", "refused")),
        (404, NotFoundError, ("rejected", "refused")),
        (308, palomma.APIError, ("rejected", "refused")),
        (500, OutcomeUnknownError, ("unknown", "lost")),
        (302, OutcomeUnknownError, ("unknown", "lost")),
        ("dropped", OutcomeUnknownError, ("unknown", "lost")),
    ],
)
def test_what_an_answer_makes_of_a_row(
    desk: Desk, world: World, step: str | int, error: type[Exception], end: tuple[str, str]
):
    """A direct call's row, by the answer's status."""
    world.script += [step]
    with pytest.raises(error):
        desk.create()

    assert desk.path() == [("sending", ""), end]


def test_an_unreadable_success_is_unknown(desk: Desk, world: World):
    """It was probably done; the look-up finds it."""

    def garbled(members: dict[str, Any]) -> httpx.Response:
        world.commit(members)
        return httpx.Response(200, content=b"<html>")

    world.script += [garbled]
    with pytest.raises(OutcomeUnknownError):
        desk.create()

    assert desk.client.settle() == Settled(confirmed=1)


def test_in_flight_elsewhere(desk: Desk, world: World):
    """Waited for inside the own timeout, then an error that says how long it may take."""
    new = desk.client._book.entry(_call())
    desk.journal.store.swap(None, _moves.claim(None, new, world.clock.now, 30.0))

    def tick() -> float:  # each question takes three seconds
        world.clock.steady += 3
        return world.clock.steady

    world.clock.monotonic = tick  # type: ignore[method-assign]
    with pytest.raises(InProgressError, match="at most 30 s") as caught:
        desk.create()

    assert caught.value.retry_after == pytest.approx(30, abs=0.1)
    assert world.creates == 0


def test_a_dead_owners_row_becomes_unknown_when_its_time_is_over(desk: Desk, world: World):
    """Whoever asks then looks it up; it is not sent again."""
    new = desk.client._book.entry(_call())
    desk.journal.store.swap(None, _moves.claim(None, new, world.clock.now, 30.0))
    world.commit({"reference": "r1", "amount": 50_000, "payoutTargetId": "t"})
    world.clock.pass_(30)

    assert desk.create().id == "p0" and world.creates == 0
    assert desk.path() == [("unknown", "expired"), ("confirmed", "")]


def _call(**more: Any) -> Any:
    from palomma_api.client import operation

    return operation(CREATE).call(reference="r1", **PAY, **more)


def test_an_object_that_cant_be_read_is_never_not_found(desk: Desk, world: World):
    """Confirmed means that it exists: the error has its id."""
    desk.create()
    world.failing["/payoutRequests/p0"] = 404
    with pytest.raises(ConfirmedUnreadableError, match="as p0") as caught:
        desk.create()

    assert caught.value.object_id == "p0" and not isinstance(caught.value, NotFoundError)


def test_without_a_read_by_id_the_row_answers(desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch):
    """From what was sent, masked, and the id."""
    world.script += [lambda members: httpx.Response(200, json={"id": "c1", **members})]
    pepito = {"name": "Pepito", "document_type": "cc", "document_number": "1037551022", "email": "p@g.co"}

    def create() -> Any:
        return desk.client.customers.create(reference="r1", phone_number="3013111111", **pepito)

    create()
    monkeypatch.setattr("palomma.journal._book.read_operation", lambda create: None)
    again = create()

    assert (again.id, again.name, again.document_number) == ("c1", "Pepito", "…1022")
    assert world.creates == 1


def test_what_the_contract_has_to_read_by_id():
    """Found by the model that both answer with; a settlement is read by two ids, and isn't created."""
    from palomma.journal._look import read_operation
    from palomma_api.client import operation

    read = read_operation(operation(CREATE))
    assert read is not None and read.id == "getPayoutRequestById"
    assert read_operation(operation(CREATE)._replace(answers=operation("listPayoutRequests").answers)) is None


def test_a_review_says_that_a_person_must_decide(desk: Desk, world: World):
    """Asked again, nothing is sent and nothing looked up."""
    desk.lose()
    desk.journal.store.swap(desk.row(), evolve(desk.row(), state="review", reason="several"))
    reads = len(world.reads)
    with pytest.raises(StillUnknownError, match=r"person must decide \(several\)"):
        desk.create()

    assert (world.creates, len(world.reads)) == (1, reads)


@pytest.mark.parametrize(
    ("there", "outcome"),
    [([{}], "p0"), ([], "review"), ([{"amount": 1}], "review"), ([{}, {}], "review"), ("down", "review")],
)
def test_a_conflict_is_looked_up(desk: Desk, world: World, there: Any, outcome: str):
    """409: the one object that agrees, whatever its age; else a person decides."""
    old = {"reference": "r1", "amount": 50_000, "payoutTargetId": "t", "createdAt": "2020-01-01T00:00:00Z"}
    if there == "down":
        world.failing["/payoutRequests"] = 500
    else:
        for each in there:
            world.commit(old | each)
    world.script += [409]
    if outcome == "review":
        with pytest.raises(ConflictError):
            desk.create()
    else:
        assert desk.create().id == outcome
    assert desk.row().state == ("review" if outcome == "review" else "confirmed")


@pytest.mark.parametrize("reference", [None, ""])
def test_what_moves_money_needs_a_reference(desk: Desk, world: World, reference: Any):
    """A minted one could not be found by the next process."""
    with pytest.raises(ConfigurationError, match="needs a reference"):
        desk.client.payout_requests.create(reference=reference, **PAY)
    assert world.creates == 0


@pytest.mark.parametrize("reference", ["  ", "a\nb", "x" * 256])
def test_a_reference_can_be_a_key(desk: Desk, world: World, reference: str):
    """In any database, and for people."""
    with pytest.raises(ConfigurationError, match="printable"):
        desk.create(reference)
    assert world.creates == 0


def test_what_moves_none_goes_without_the_journal_if_it_has_no_reference(desk: Desk, world: World):
    """It gets a minted one, as before; a read is never journalled."""
    world.script += [lambda members: httpx.Response(200, json={"id": "c1", **members})]
    customer = desk.client.customers.create(
        name="Pepito", document_type="cc", document_number="1037551022", email="p@g.co", phone_number="3013111111"
    )

    assert customer.id == "c1" and len(customer.reference) == 26
    assert list(desk.journal.entries()) == []


def test_accounts_and_environments_are_apart(world: World, store: Store):
    """The same reference of two accounts: two payments. One object confirms one row alone."""
    one, two = Desk(world, store), Desk(world, store, account="other")
    assert (one.create().id, two.create().id) == ("p0", "p1")
    live = one.make(environment="production")
    assert live.payout_requests.create(reference="r1", **PAY).id == "p2"
    world.script += [lambda members: httpx.Response(200, json=world.payouts[0] | {"reference": "r2"})]
    with pytest.raises(StillUnknownError, match="confirms r1"):
        two.create("r2")

    assert [entry.account for entry in two.journal.entries()] == ["other", "other"]
    assert two.row("r2").state == "review"
    for client in (one.client, two.client, live):
        client.close()


def test_only_clients_that_can_be_stopped_in_time(tmp_path: Path):
    """Our own transport, or one that reaches no further than this machine; and an environment."""
    journal = Journal(tmp_path / "j.db")
    far: dict[str, Any] = {"journal": journal, "base_url": "https://api.palomma.test/v0", "environment": "sandbox"}
    with httpx.HTTPTransport() as transport:
        with pytest.raises(ConfigurationError, match="its own transport"):
            Palomma("key", transport=transport, **far)
        Palomma("key", transport=transport, **far | {"base_url": "http://127.0.0.1:9"})
    Palomma("key", transport=httpx.MockTransport(lambda request: httpx.Response(200)), **far).close()
    Palomma("key", journal=journal).close()
    for wrong in ("https://api.palomma.test/v0", "http://127.0.0.1:9"):
        with pytest.raises(ConfigurationError, match="environment"):
            Palomma("key", journal=journal, base_url=wrong)
    with Palomma("key") as plain, pytest.raises(ConfigurationError, match="no journal"):
        plain.settle()


# Before the first send


@pytest.mark.parametrize(
    ("there", "state", "creates"),
    [([], "confirmed", 1), ([{}], "confirmed", 0), ([{"amount": 1}], "review", 0), ([{}, {}], "review", 0)],
)
def test_looking_first(world: World, store: Store, there: list[Any], state: str, creates: int):
    """What another journal sent is found whatever its age; what is alike asks for a person; else it is sent."""
    desk = Desk(world, store, lookup_first=True)
    old = {"reference": "r1", "amount": 50_000, "payoutTargetId": "t", "createdAt": "2020-01-01T00:00:00Z"}
    for each in there:
        world.commit(old | each)
    if state == "confirmed":
        assert desk.create().id == "p0"
    else:
        with pytest.raises(StillUnknownError, match="person"):
            desk.create()

    assert (desk.row().state, world.creates) == (state, creates)
    assert (desk.row().reason == "found_before") == (there == [{}])
    desk.client.close()


def test_what_cant_be_looked_up_first_is_not_sent(world: World, store: Store):
    """The row says so, and it may be tried again."""
    desk = Desk(world, store, lookup_first=True)
    world.failing["/payoutRequests"] = 503
    with pytest.raises(NotSentError, match="looked up first"):
        desk.create()
    world.failing.clear()

    assert desk.row().reason == "not_sent" and desk.create().id == "p0"
    desk.client.close()


# The store fails


class Failing(Store):
    """A store whose next swaps fail, before or after they are written."""

    plan: list[str]

    def swap(self, before: Entry | None, after: Entry, seconds: float = 5.0) -> Any:
        how = self.plan.pop(0) if self.plan else "works"
        if how == "before":
            raise sa.exc.OperationalError("UPDATE", {"secret": "000123456789"}, Exception("disk I/O error"))
        swapped = super().swap(before, after, seconds)
        if how == "after":
            raise sa.exc.OperationalError("COMMIT", None, Exception("connection lost"))
        return swapped


@pytest.fixture
def failing(world: World, tmp_path: Path) -> Iterator[Desk]:
    store = Failing(tmp_path / "journal.db", world.clock.time)
    store.plan = []
    with closing(store), closing(Desk(world, store)) as made:
        yield made


@pytest.mark.parametrize("how", ["before", "after"])
def test_what_may_not_be_written_down_is_not_sent(failing: Desk, world: World, how: str):
    """If the claim can't be known to be on disk, no byte leaves. No account number is in the error."""
    failing.journal.store.plan = [how]
    with pytest.raises(NotSentError, match="journal failed") as caught:
        failing.create()

    assert world.creates == 0
    assert "000123456789" not in repr(caught.value.__cause__)


@pytest.mark.parametrize("plan", [["works", "before"], ["works", "after"]])
def test_a_move_after_the_answer_is_tried_twice(failing: Desk, plan: list[str]):
    """Perhaps the connection alone was lost; what was written already is found so."""
    failing.journal.store.plan = plan
    assert failing.create().id == "p0"
    assert failing.row().state == "confirmed"


def test_an_answer_counts_also_if_it_cant_be_written(failing: Desk, world: World, caplog: pytest.LogCaptureFixture):
    """The call ends as the answer says; the id is in the log and the hook hears of it; the row is settled later."""
    failing.journal.store.plan = ["works", "before", "before"]
    with caplog.at_level(logging.ERROR, "palomma"):
        assert failing.create().id == "p0"

    assert "(p0), which could not be written" in caplog.text
    assert (failing.moves[-1].written, failing.moves[-1].after.object_id) == (False, "p0")
    assert failing.row().state == "sending"
    world.clock.pass_(30)
    assert failing.client.settle() == Settled(confirmed=1) and failing.row().object_id == "p0"


def test_a_claim_that_another_took_is_decided_again(desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch):
    """Between the question and the claim another process made the payment."""
    swap, other = desk.journal.store.swap, desk.make()

    def late(*arguments: Any) -> Any:
        monkeypatch.setattr(desk.journal.store, "swap", swap)
        other.payout_requests.create(reference="r1", **PAY)
        return swap(*arguments)

    monkeypatch.setattr(desk.journal.store, "swap", late)

    assert desk.create().id == "p0" and world.creates == 1
    other.close()


@pytest.mark.parametrize("step", [400, "dropped"])
def test_what_a_webhook_confirmed_meanwhile_is_returned(desk: Desk, world: World, step: Any):
    """Whatever the own answer says."""

    def meanwhile(members: dict[str, Any]) -> httpx.Response:
        made = world.commit(members)
        row, _ = desk.journal.store.read(R1)
        assert row is not None
        desk.journal.store.swap(row, _moves.confirm(row, made["id"]))
        if step == 400:
            return httpx.Response(400)
        raise httpx.ReadError("no answer")

    world.script += [meanwhile]
    assert desk.create().id == "p0"


def test_a_second_object_is_loud(desk: Desk, world: World, caplog: pytest.LogCaptureFixture):
    """A paused owner wakes up and its create goes through, after another one was confirmed."""

    def second(members: dict[str, Any]) -> httpx.Response:
        row, _ = desk.journal.store.read(R1)
        assert row is not None
        desk.journal.store.swap(row, _moves.confirm(row, world.commit(members)["id"]))
        return httpx.Response(200, json=world.commit(members))

    world.script += [second]
    assert desk.create().id == "p1"

    assert "was done twice: p0 and p1" in caplog.text
    assert desk.moves[-1].is_duplicate and desk.row().duplicate == "p1"


def test_a_forgotten_row_is_no_riddle(desk: Desk, world: World):
    """Deleted while its call was on its way."""

    def gone(members: dict[str, Any]) -> httpx.Response:
        with desk.journal.store._begin() as connection:
            connection.execute(sa.text("DELETE FROM palomma_journal"))
        return httpx.Response(200, json=world.commit(members))

    world.script += [gone]
    assert desk.create().id == "p0" and list(desk.journal.entries()) == []


def test_no_time_left_to_claim(desk: Desk, world: World):
    """Nothing was sent, and the error says so."""

    def lost(*arguments: Any) -> str:
        world.clock.steady += 3
        return "lost"

    desk.journal.store.swap = lost  # type: ignore[method-assign, assignment]
    with pytest.raises(NotSentError, match="time was over"):
        desk.create()
    assert world.creates == 0


# Keys of the contract


@pytest.fixture
def keyed(desk: Desk, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Callable[[], Any], list[str]]]:
    """A create of a contract with idempotency keys, and the keys that were sent."""
    from palomma_api.client import operation

    create = operation(CREATE)._replace(key_header="Idempotency-Key", key_lifetime=200.0)
    for module in ("_book", "_look", "_work"):
        monkeypatch.setattr(f"palomma.journal.{module}.operation", lambda id: create if id == CREATE else operation(id))
    keys: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if "idempotency-key" in request.headers:
            keys.append(request.headers["idempotency-key"])
        return world(request)

    with desk.make(transport=httpx.MockTransport(handle), timeout=30.0) as client:
        yield lambda: client._send(_call().evolve(operation=create)), keys


def test_an_idempotency_key_is_kept_with_the_row(desk: Desk, world: World, keyed: Any):
    """While it is remembered, a lost create is sent again with the same key, by any process; then it is looked up."""
    create, keys = keyed
    world.script += ["dropped"]
    with pytest.raises(OutcomeUnknownError):
        create()
    assert create().id == "p0"

    assert world.creates == len(keys) == 2 and len(set(keys)) == 1
    assert desk.path()[-3:] == [("unknown", "lost"), ("sending", "renewed"), ("confirmed", "")]


@pytest.mark.parametrize(("first", "state"), [("lost", "confirmed"), ("dropped", "review")])
def test_a_conflict_with_a_key(desk: Desk, world: World, keyed: Any, first: str, state: str):
    """409, as of a key that is being used: what the first attempt made is returned; else it waits, and isn't sent."""
    create, keys = keyed
    world.script += [first, 409]
    with pytest.raises(OutcomeUnknownError):
        create()
    with suppress(ConflictError):
        create()
    assert (desk.row().state, desk.row().reason, len(set(keys))) == (state, "conflict", 1)
    with suppress(StillUnknownError):
        create()
    if first == "dropped":  # it appears at last
        world.commit({"reference": "r1", "amount": 50_000, "payoutTargetId": "t"})
        assert desk.client.settle() == Settled(confirmed=1)

    assert create().id == "p0" and world.creates == len(keys) == 2


# Async


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async_clients_do_the_same(desk: Desk, world: World, backend: str):
    """Under asyncio and trio."""

    async def main() -> None:
        async with async_client(desk) as client:
            assert (await client.payout_requests.create(reference="r1", **PAY)).id == "p0"
            assert (await client.payout_requests.create(reference="r1", **PAY)).id == "p0"
            assert await client.settle() == Settled()
            assert await client.work(once=True) == Settled()

    anyio.run(main, backend=backend)
    assert world.creates == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize(("sent", "end"), [(False, ("rejected", "not_sent")), (True, ("unknown", "lost"))])
def test_a_cancelled_call(desk: Desk, serve: Callable[..., Any], backend: str, sent: bool, end: tuple[str, str]):
    """Before its first byte: not sent. After it: unknown. It is written down although the task is cancelled."""
    scopes: list[anyio.CancelScope] = []
    started = Event()
    server = serve(lambda connection: (connection.request(), started.set(), connection.gone()))
    if not sent:
        desk.journal.on_move = lambda moved: scopes[0].cancel()  # as soon as it is claimed

    async def cancel_in_flight() -> None:
        await anyio.to_thread.run_sync(started.wait)
        scopes[0].cancel()

    async def main() -> None:
        client = async_client(desk, transport=None, base_url=f"http://127.0.0.1:{server.port}/v0")
        async with client, anyio.create_task_group() as group:
            if sent:
                group.start_soon(cancel_in_flight)
            with anyio.CancelScope() as scope:
                scopes.append(scope)
                await client.payout_requests.create(reference="r1", **PAY)
            assert scope.cancelled_caught

    anyio.run(main, backend=backend)

    assert (desk.row().state, desk.row().reason) == end
    assert (len(server.requests) > 0) == sent


def test_an_interrupt(desk: Desk, world: World):
    """Ctrl-C in flight: the row is unknown at once."""

    def interrupted(members: dict[str, Any]) -> httpx.Response:
        world.commit(members)
        raise KeyboardInterrupt

    world.script += [interrupted]
    with pytest.raises(KeyboardInterrupt):
        desk.create()

    assert desk.path()[-1] == ("unknown", "lost") and desk.create().id == "p0"


def test_a_call_that_is_thrown_away(desk: Desk, world: World):
    """No step can be made any more: the row is unknown when its time is over, and is looked up then."""
    steps = desk.client._book.send(desk.client, _call())
    step = next(steps)
    while not isinstance(step, Send):
        step = steps.send(step.action())
    steps.close()
    world.clock.pass_(10)

    assert desk.row().state == "sending"
    assert desk.client.settle() == Settled(still_unknown=1)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_store_that_takes_long(desk: Desk, monkeypatch: pytest.MonkeyPatch, backend: str):
    """Longer than a cancellation waits: it is waited for all the same if nobody cancels."""
    monkeypatch.setattr("palomma.journal._doors.SHIELDED", 0.0)

    async def main() -> None:
        async with async_client(desk) as client:
            assert (await client.payout_requests.create(reference="r1", **PAY)).id == "p0"

    anyio.run(main, backend=backend)


# Connections


def test_a_connection_of_its_own(desk: Desk, serve: Callable[..., Any]):
    """A journalled create uses a connection that served nobody and serves nobody else."""

    def behave(connection: Any) -> None:
        while (request := connection.request()) is not None:
            more = {"id": request.members["reference"]} if request.body else {}
            connection.send(answer(told(request, **more)))

    server = serve(behave)
    client = desk.make(transport=None, base_url=f"http://127.0.0.1:{server.port}/v0")
    client.payout_requests.get("a")
    client.payout_requests.create(reference="r1", **PAY)
    client.payout_requests.get("b")
    client.payout_requests.create(reference="r2", **PAY | {"amount": 50_001})

    assert server.connections == 3  # the two reads share one
    client.close()


def test_a_late_write_is_reset(desk: Desk, serve: Callable[..., Any]):
    """When the time is over the connection is reset: nothing that waits in the kernel is sent later."""
    ends: list[str] = []

    def behave(connection: Any) -> None:
        connection.request()
        try:
            ends.append("closed" if connection.sock.recv(1) == b"" else "data")
        except ConnectionResetError:
            ends.append("reset")

    server = serve(behave)
    client = desk.make(transport=None, base_url=f"http://127.0.0.1:{server.port}/v0", timeout=0.3)
    with pytest.raises(OutcomeUnknownError):
        client.payout_requests.create(reference="r1", **PAY)
    client.close()
    server.stop()

    assert ends == ["reset"]


def test_nothing_listens(desk: Desk):
    """Not sent: the row says so, and may be sent again."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = desk.make(transport=None, base_url=f"http://127.0.0.1:{unused.getsockname()[1]}/v0")
        with pytest.raises(NotSentError):
            client.payout_requests.create(reference="r1", **PAY)
        client.close()

    assert desk.path() == [("sending", ""), ("rejected", "not_sent")]


@pytest.mark.parametrize("which", [0, 1])
def test_either_clock_ends_an_attempt(desk: Desk, serve: Callable[..., Any], which: int):
    """The wall's clock, or the one that counts while a machine sleeps: whichever is further counts."""
    time = Time()
    ends = [lambda: 0.0, lambda: 0.0]
    ends[which] = time.monotonic
    desk.journal.fence_clocks = tuple(ends)
    swap = desk.journal.store.swap

    def sleeps(*arguments: Any) -> Any:
        time.steady += 11  # the machine slept while the claim was written
        return swap(*arguments)

    desk.journal.store.swap = sleeps  # type: ignore[method-assign]
    server = serve(lambda connection: connection.request())
    client = desk.make(transport=None, base_url=f"http://127.0.0.1:{server.port}/v0")
    with pytest.raises(NotSentError):
        client.payout_requests.create(reference="r1", **PAY)
    client.close()

    assert server.requests == [] and desk.row().reason == "not_sent"
