"""What became of a create whose outcome is unknown: both clients, over sockets. Decisions are in test_lookup.py."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from palomma import AsyncPalomma, OutcomeUnknownError, Palomma, PalommaError, StillUnknownError, WaitTimeoutError
from tests.faults.server import Connection, FaultServer, answer

from .conftest import settings

PAY = {"payout_target_id": "t", "amount": 50_000}
both = pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])


@dataclass
class Books:
    """A server that takes every create, hangs up without an answer, commits it late and shows it later still."""

    lateness: Callable[[], float] = lambda: 0.0
    """Seconds from a create until it is committed."""
    lag: float = 0.0
    """Seconds from then until it is shown."""
    arrives: bool = True
    """Whether a create is committed at all."""
    payouts: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    """From when each is shown."""
    ids: count[int] = field(default_factory=count)

    def __call__(self, connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if request.method == "POST":
                if self.arrives:
                    self.commit(request.members)
                connection.reset()
                return
            path, _, query = request.target.partition("?")
            shown = [payout for moment, payout in list(self.payouts) if moment <= time.monotonic()]
            if path.endswith("/payoutRequests"):
                wanted = dict(parse_qsl(query)).get("reference")
                matching = [payout for payout in shown if wanted in (None, payout["reference"])]
                connection.send(answer(json.dumps({"items": matching}).encode()))
            else:
                found = {payout["id"]: payout for payout in shown}.get(path.rpartition("/")[2])
                connection.send(answer(json.dumps(found).encode(), "200 OK" if found else "404 Not Found"))

    def commit(self, members: dict[str, Any], **more: Any) -> None:
        late = self.lateness()
        created = datetime.fromtimestamp(time.time() + late, UTC).isoformat()
        payout = {"id": f"p{next(self.ids)}", "status": "processing", "createdAt": created, **members, **more}
        self.payouts.append((time.monotonic() + late + self.lag, payout))


Use = Callable[[Any], Any]


def used(blocking: bool, server: FaultServer, *uses: Use, **more: Any) -> list[Any]:
    """What a client of `server` gives, or raises, one use after the other."""

    async def main() -> list[Any]:
        async with AsyncPalomma(**settings(server, **more)) as client:
            return [await told(use(client)) for use in uses]

    async def told(value: Awaitable[Any]) -> Any:
        try:
            return await value
        except PalommaError as error:
            return error

    if not blocking:
        return asyncio.run(main())
    results: list[Any] = []
    with Palomma(**settings(server, **more)) as client:
        for use in uses:
            try:
                results.append(use(client))
            except PalommaError as error:
                results.append(error)
    return results


@both
def test_a_lost_create_is_found(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """By the reference that the client minted; one create was sent, and the look-up creates nothing."""
    books = Books()
    server = serve(books)
    (lost,) = used(blocking, server, lambda client: client.payout_requests.create(**PAY))
    assert isinstance(lost, OutcomeUnknownError)

    whole, typed, found, absent = used(
        blocking,
        server,
        lambda client: client.reconcile(lost),
        lambda client: client.payout_requests.reconcile(lost),
        lambda client: client.payout_requests.find(lost.reference),
        lambda client: client.payout_requests.find("order-8"),
    )

    assert [each.id for each in (whole, typed, found)] == ["p0"] * 3
    assert absent is None
    assert server.received == ["POST", *["GET"] * 5]
    queries = [dict(parse_qsl(urlsplit(request.target).query)) for request in server.requests[1:]]
    assert queries == [{"reference": lost.reference}] * 3 + [{"reference": "order-8"}, {}]


@both
def test_an_older_payment_is_not_the_lost_one(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """The same reference, amount and target, an hour ago: R1 and R2 both ask for an error."""
    books = Books(arrives=False)
    hour_ago = datetime.fromtimestamp(time.time() - 3600, UTC).isoformat()
    books.commit({"reference": "r", "amount": 50_000, "payoutTargetId": "t"}, createdAt=hour_ago)
    server = serve(books)

    (lost,) = used(blocking, server, lambda client: client.payout_requests.create(**PAY, reference="r"))
    (still,) = used(blocking, server, lambda client: client.reconcile(lost))

    assert type(still) is StillUnknownError
    assert [each.id for each in still.candidates] == ["p0"]
    (wide,) = used(blocking, server, lambda client: client.reconcile(lost), max_skew=7200.0)
    assert wide.id == "p0"


@both
def test_it_waits_for_what_is_late(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """Not there at the first look, there at the second."""
    server = serve(Books(lag=0.2))

    (lost,) = used(blocking, server, lambda client: client.payout_requests.create(**PAY))
    still, found = used(
        blocking, server, lambda client: client.reconcile(lost), lambda client: client.reconcile(lost, wait=5)
    )

    assert (type(still), found.id) == (StillUnknownError, "p0")


@both
def test_an_error_of_another_resource(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """It is refused: its object would be of another type than was promised."""
    server = serve(Books())
    (lost,) = used(blocking, server, lambda client: client.payout_requests.create(**PAY))

    with pytest.raises(TypeError, match="createPayoutRequest that was lost, not createCustomer"):
        used(blocking, server, lambda client: client.customers.reconcile(lost))


@both
@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknownError("lost", operation="createPayoutRequest", reference=None),
        OutcomeUnknownError("lost", operation="createPayoutRequest", reference=""),
        OutcomeUnknownError("lost", operation="createSomethingElse", reference="order-7"),
        OutcomeUnknownError("lost", operation="getPayoutRequestById", reference="order-7"),
    ],
)
def test_nothing_to_look_up(error: OutcomeUnknownError, blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """Without a reference the outcome stays unknown, and the error says so with all it knew; nothing is sent."""
    server = serve(Books())

    (still,) = used(blocking, server, lambda client: client.reconcile(error))

    assert "can't be looked up. Ask Palomma" in str(still)
    assert (type(still), vars(still)) == (StillUnknownError, vars(error) | {"candidates": ()})
    assert server.received == []


@both
@pytest.mark.parametrize(
    "broken",
    [
        answer(b"[]"),
        answer(b"", "500 No"),
        answer(b'{"items": [], "cursor": 5}'),
        answer(b'{"items": [{"id": "1", "status": "x", "reference": "y"}], "cursor": "again"}'),
        b"",
    ],
)
def test_a_broken_list_leaves_it_unknown(broken: bytes, blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """No list, an error, a page that leads nowhere or in a circle, no answer: an error, and no create is sent."""

    def behave(connection: Connection) -> None:
        while (request := connection.request()) is not None and request.method == "GET":
            connection.send(broken)
            if not broken:
                return

    server = serve(behave)
    (lost,) = used(blocking, server, lambda client: client.payout_requests.create(**PAY))

    (still,) = used(blocking, server, lambda client: client.reconcile(lost), max_retries=0)

    assert type(still) is StillUnknownError
    assert "the look-up failed" in str(still)
    assert set(server.received[1:]) == {"GET"}


@both
def test_waiting_for_a_state(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """An object that isn't shown yet, and one that never gets there; each read is bounded by what is left."""
    books = Books(lag=0.1)
    books.commit({"reference": "r"}, status="approved")
    books.commit({"reference": "r"})
    server = serve(books)

    began = time.monotonic()
    done, never = used(
        blocking,
        server,
        lambda client: client.payout_requests.wait("p0", poll=0.02),
        lambda client: client.payout_requests.wait("p1", timeout=0.3, poll=0.05),
    )

    assert (done.status, type(never), never.last.id) == ("approved", WaitTimeoutError, "p1")
    assert time.monotonic() - began < 3


@both
def test_waiting_ends_while_nothing_is_answered(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """The client's own timeout is 5 s, the wait's 1 s: it ends after that (R4)."""
    server = serve(lambda connection: (connection.request(), connection.gone()))

    began = time.monotonic()
    (never,) = used(blocking, server, lambda client: client.payout_requests.wait("p1", timeout=1.0))

    assert (type(never), never.last) == (WaitTimeoutError, None)
    assert 1.0 <= time.monotonic() - began < 2.2


@pytest.mark.deep
def test_two_hundred_late_creates(serve: Callable[..., FaultServer]) -> None:
    """Committed up to 2 s late, shown 1 s later: 200 of 200 are found, each its own."""
    dice = random.Random(7)
    server = serve(Books(lateness=lambda: dice.uniform(0, 2), lag=1.0))

    async def one(client: AsyncPalomma, number: int) -> tuple[str, str | None]:
        reference = f"invoice-{number}"
        with pytest.raises(OutcomeUnknownError) as raised:
            await client.payout_requests.create(**PAY, reference=reference)
        return reference, (await client.payout_requests.reconcile(raised.value, wait=10)).reference

    async def main() -> list[tuple[str, str | None]]:
        async with AsyncPalomma(**settings(server, timeout=30.0)) as client:
            return await asyncio.gather(*(one(client, number) for number in range(200)))

    found = asyncio.run(main())
    assert [reference for reference, _ in found] == [f"invoice-{number}" for number in range(200)]
    assert [reference for reference, echo in found if echo == reference] == [reference for reference, _ in found]
    assert server.received.count("POST") == 200
