"""What webhooks never told is found in the lists, and handled once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from webhook_facts import KEY

from palomma import AsyncPalomma
from palomma._errors import ConfigurationError
from palomma.models import BankAccount, Customer, PayinLink
from palomma.webhooks import Event, Inbox, MemoryInbox, Router, Webhook, catch_up, catch_up_async, sign
from palomma.webhooks._catch_up import _event
from palomma_api.contract import EVENTS, LISTS
from palomma_mock import MockServer
from tests.objects import new_customer

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CatchUp = Callable[[MockServer, Router, datetime], int]


def blocking(mock: MockServer, router: Router, since: datetime = LONG_AGO) -> int:
    with mock.client() as client:
        return catch_up(client, router, since)


def awaited(mock: MockServer, router: Router, since: datetime = LONG_AGO) -> int:
    async def main() -> int:
        async with AsyncPalomma(mock.api_key, base_url=mock.base_url) as client:
            return await catch_up_async(client, router, since)

    return asyncio.run(main())


BOTH = pytest.mark.parametrize("run", [blocking, awaited])


@pytest.fixture
def mock() -> Iterator[MockServer]:
    """A mock that approves everything, a month ago, and sends no webhooks."""
    with MockServer(auto_approve=True, integrity_key=KEY, start=time.time() - 30 * 86_400) as server:
        yield server


def fill(mock: MockServer, links: int) -> dict[str, int]:
    """Make objects of every kind that webhooks tell of; say how many there are of each event type."""
    with mock.client() as client:
        customer = new_customer(client)
        account = BankAccount(bank="bancolombia", account_type="savings", account_number="12345678")
        target = client.payout_targets.create(
            customer_id=customer.id, redirect_url="https://merchant.example", bank_account=account
        )
        source = client.payin_sources.create(
            customer_id=customer.id, redirect_url="https://merchant.example", bank_account=account
        )
        mock.settle()
        for number in range(links):
            link(client, customer, reference=f"link-{number}")
        client.payin_requests.create(payin_source_id=source.id, amount=5000)
        client.payout_requests.create(payout_target_id=target.id, amount=5000)
        mock.settle()
        mock.advance(10 * 86_400)
        settlements = sum(
            1 for account in client.merchant_accounts.iterate() for _ in client.payin_settlements.iterate(account.id)
        )
    assert settlements
    return {**dict.fromkeys(EVENTS, 1), "payin-link.update": links, "payin-settlement.update": settlements}


def link(client: Any, customer: Customer, **more: Any) -> PayinLink:
    made: PayinLink = client.payin_links.create(
        customer_id=customer.id, redirect_url="https://merchant.example", amount=5000, available_types=["pse"], **more
    )
    return made


def everything(seen: list[Event], inbox: Inbox | None = None) -> Router:
    """A router that takes all events."""
    router = Router(inbox or MemoryInbox())
    router.on("*")(seen.append)
    return router


@pytest.mark.parametrize("run", [blocking, awaited])
@pytest.mark.parametrize("links", [pytest.param(50), pytest.param(500, marks=pytest.mark.deep)])
def test_all_that_was_never_sent_is_found(mock: MockServer, run: CatchUp, links: int) -> None:
    """Every object of every event that the contract knows comes once, as its model; a second walk brings nothing."""
    made = fill(mock, links)
    seen: list[Event] = []
    router = everything(seen)
    found = [run(mock, router, LONG_AGO), run(mock, router, LONG_AGO)]

    assert found == [sum(made.values()), 0]
    assert Counter(event.event_type for event in seen) == made
    assert {event.event_type: type(event.event).__name__ for event in seen} == EVENTS
    assert len({event.event.id for event in seen}) == len(seen)


@BOTH
def test_only_lists_with_a_handler_are_walked(mock: MockServer, run: CatchUp) -> None:
    """What nobody handles costs nothing."""
    fill(mock, 2)
    seen: list[PayinLink] = []
    router = Router(MemoryInbox())

    @router.on("payin-link.update")
    def changed(received: PayinLink) -> None:
        seen.append(received)

    assert (run(mock, router, LONG_AGO), [each.status for each in seen]) == (2, ["approved", "approved"])


def deliveries(mock: MockServer) -> list[bytes]:
    return [notice.body.encode() for notice in mock.webhooks]


@BOTH
def test_what_a_webhook_told_is_handled_once(mock: MockServer, run: CatchUp, inbox: Any) -> None:
    """A state that a webhook brings, before the walk or after it, is the same state."""
    fill(mock, 4)
    seen: list[Event] = []
    router = everything(seen, inbox)
    bodies = deliveries(mock)
    told_before = [router.handle(Webhook(KEY).verify(sign(body, KEY))).value for body in bodies[::2]]
    handled_before = len(seen)
    found = run(mock, router, LONG_AGO)
    told_after = {router.handle(Webhook(KEY).verify(sign(body, KEY))).value for body in bodies}

    assert (handled_before, len(seen)) == (told_before.count("handled"), handled_before + found)
    assert told_after <= {"duplicate", "stale"}
    last = {(event.resource, event.object["id"]): event.object.get("status") for event in seen}
    assert set(last.values()) <= {"approved", "active", None}


@BOTH
def test_since(mock: MockServer, run: CatchUp) -> None:
    """What has not changed since then is left alone; what changed at that very moment is not."""
    with mock.client() as client:
        customer = new_customer(client)
        link(client, customer)
        mock.advance(100)
        new = link(client, customer)
        assert new.updated_at
    found = [run(mock, everything([]), new.updated_at + timedelta(microseconds=step)) for step in (1, 0)]

    assert found == [0, 1]


def test_what_is_found_looks_like_a_webhook(mock: MockServer) -> None:
    """Its envelope is whole, and says the same whenever it is found."""
    fill(mock, 1)
    seen: list[Event] = []
    blocking(mock, everything(seen))
    blocking(mock, everything(seen))
    [first, second] = [event for event in seen if event.event_type == "payin-link.update"]

    assert first == second
    assert first.raw == {
        "webhookId": first.webhook_id,
        "timestamp": first.object["updatedAt"],
        "eventType": "payin-link.update",
        "event": first.object,
    }
    assert first.timestamp == first.event.updated_at


def test_an_object_without_a_date_is_found(mock: MockServer) -> None:
    """Nobody knows whether it has changed since, so it is handed over, once."""
    found = [_event("payin-link.update", PayinLink("l", "approved"), 10**17) for _ in range(2)]
    router = everything([])

    assert [router.handle(event).value for event in found if event] == ["handled", "duplicate"]


@BOTH
def test_since_needs_a_zone(mock: MockServer, run: CatchUp) -> None:
    """Nobody knows which moment a date without a zone is."""
    with pytest.raises(ConfigurationError, match="needs a time zone"):
        run(mock, everything([]), datetime(2026, 1, 1))


@BOTH
def test_one_failure_keeps_no_other_object_from_its_handler(mock: MockServer, run: CatchUp) -> None:
    """What a handler raises is told at the end, and handed over again the next time."""
    fill(mock, 4)
    seen: list[str] = []
    router = Router(MemoryInbox())

    @router.on("payin-link.update")
    def changed(received: PayinLink) -> None:
        if received.reference == "link-2" and "link-2" not in seen:
            seen.append("link-2")
            raise RuntimeError("the first time")
        seen.append(str(received.reference))

    with pytest.raises(ExceptionGroup, match="handlers failed while catching up") as raised:
        run(mock, router, LONG_AGO)

    assert [repr(error) for error in raised.value.exceptions] == ["RuntimeError('the first time')"]
    assert (run(mock, router, LONG_AGO), sorted(seen)) == (1, ["link-0", "link-1", "link-2", "link-2", "link-3"])


def test_every_event_has_a_list() -> None:
    """Whatever webhooks tell of can be found without them."""
    assert LISTS.keys() == EVENTS.keys()
