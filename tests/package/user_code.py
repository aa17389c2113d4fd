"""What a user writes: checked by mypy --strict and pyright against the installed wheel, never run."""

# pyright: strict

from __future__ import annotations

import datetime
import pathlib
import threading
from typing import assert_type

from palomma import AsyncPalomma, Description, OutcomeUnknownError, Palomma, PalommaError, describe
from palomma.journal import Entry, Intent, Journal, Settled
from palomma.models import BankAccount, PayinLink, PayoutRequest, PayoutRequestPage
from palomma.models import PayoutTarget as Target
from palomma.webhooks import Event, MemoryInbox, Router, Webhook, catch_up, catch_up_async


def pay(client: Palomma, customer_id: str) -> str:
    target: Target = client.payout_targets.create(
        customer_id=customer_id,
        redirect_url="https://merchant.example/back",
        bank_account=BankAccount(bank="santander", account_type="savings", account_number="000123456789"),
    )
    assert_type(target.id, str)
    assert_type(target.created_at, datetime.datetime | None)
    try:
        payout = client.payout_requests.create(payout_target_id=target.id, amount=50_000)
    except OutcomeUnknownError as error:
        print(error.reference, error.status_code)
        raise
    except PalommaError as error:
        print(error.operation)
        raise
    assert_type(payout, PayoutRequest)
    assert_type(client.payout_requests.list(limit=5), PayoutRequestPage)
    for item in client.payout_requests.iterate(customer_id=customer_id):
        assert_type(item, PayoutRequest)
    return payout.status


def look(client: Palomma, error: OutcomeUnknownError) -> str:
    assert_type(client.payout_requests.find("order-17"), PayoutRequest | None)
    assert_type(client.payout_requests.reconcile(error, wait=10), PayoutRequest)
    return client.payout_requests.wait("x", until={"approved"}, timeout=30.0, poll=0.5).status


async def look_async(client: AsyncPalomma, error: OutcomeUnknownError) -> None:
    assert_type(await client.payout_requests.find("order-17"), PayoutRequest | None)
    assert_type(await client.payout_requests.reconcile(error), PayoutRequest)
    assert_type(await client.payout_requests.wait("x"), PayoutRequest)


def pay_once(path: pathlib.Path) -> None:
    journal = Journal(path, quiet_period=600.0, resend="after_quiet", on_move=lambda moved: print(moved.after.state))
    with Palomma(journal=journal) as client:
        assert_type(client.payout_requests.create(payout_target_id="x", amount=5_000, reference="r"), PayoutRequest)
        assert_type(client.settle(), Settled)
        assert_type(client.work(once=True, stop=threading.Event()), Settled)
        assert_type(client.resolve("createPayoutRequest", "r", object_id="x", by="me", because="so"), Entry)
        create = client.payout_requests.create
        assert_type(journal.later(None, create, payout_target_id="x", amount=5, reference="r"), Intent[PayoutRequest])
        journal.later(None, create, payout_target_id="x", amount="5")  # expect-error


async def pay_once_async(client: AsyncPalomma, journal: Journal) -> None:
    assert_type(await client.settle(), Settled)
    create = client.payout_requests.create
    assert_type(journal.later(None, create, payout_target_id="x", amount=5, reference="r"), Intent[PayoutRequest])


async def pay_async(client: AsyncPalomma) -> None:
    async with client:
        assert_type(await client.payout_requests.get("x"), PayoutRequest)
        async for item in client.payout_requests.iterate():
            assert_type(item, PayoutRequest)


def tell(payout: PayoutRequest) -> str:
    assert_type(describe(payout.status_message or payout.status, lang="en"), Description)
    assert_type(describe(payout, audience="payer"), Description)
    return describe(payout.status).advice


def collect(client: Palomma, customer_id: str) -> PayinLink:
    link = client.payin_links.create(
        customer_id=customer_id,
        redirect_url="https://merchant.example/back",
        amount=89_900,
        available_types=["pse", "card"],
    )
    assert_type(link.amount_collected, int | None)
    return link


def receive(webhook: Webhook, router: Router, headers: dict[str, str], body: bytes) -> int:
    event = webhook.verify(headers, body)
    assert_type(event, Event)
    return router.handle(event).http_status


def handlers(router: Router) -> None:
    @router.on("payin-link.update")
    def link_changed(link: PayinLink) -> str:
        return link.status

    @router.on("payin-link.update")
    async def event_came(event: Event) -> None: ...

    @router.on("payout-request.update", transaction=True)
    def paid(payout: PayoutRequest, connection: object) -> None: ...

    @router.on("*", transaction=True)
    def all_others(event: Event, connection: object) -> None: ...

    @router.on("invoice.paid", unknown=True)
    def news(event: Event) -> None: ...

    assert_type(link_changed(PayinLink("x", "approved")), str)
    paid(PayoutRequest("x", "approved"), None)
    router.on("payout-request.update")(lambda event: event.webhook_id)


def wrong_payout(payout: PayoutRequest) -> None: ...
def without_connection(event: Event) -> None: ...
def with_connection(event: Event, connection: object) -> None: ...


async def catching_up(client: Palomma, other: AsyncPalomma, router: Router) -> int:
    return catch_up(client, router, datetime.datetime.now(datetime.UTC)) + await catch_up_async(
        other, router, datetime.datetime.now(datetime.UTC)
    )


def mistakes(client: Palomma) -> None:
    BankAccount(bank="bancolmbia", account_type="savings", account_number="1")  # expect-error
    client.payout_requests.create(payout_target_id="x", amount=1000.5)  # expect-error
    client.payout_requests.create(amount=1001)  # expect-error
    client.payout_requests.create(payout_target_id="x", amount=1001, currency="COP")  # expect-error
    client.payin_links.create(  # expect-error
        customer_id="x", redirect_url="https://merchant.example/back", amount=2000
    )
    client.customers.create(
        name="P",
        document_type="passport",  # expect-error
        document_number="1",
        email="p@merchant.example",
        phone_number="1",
    )
    client.payin_links.create(
        customer_id="x",
        redirect_url="https://merchant.example/back",
        amount=2000,
        available_types=["cash"],  # expect-error
    )
    BankAccount(bank="nequi", account_type="savings", account_number=123456)  # expect-error
    describe("EXPIRED", lang="fr")  # expect-error
    router = Router(MemoryInbox())
    router.on("payin-link.update")(wrong_payout)  # expect-error
    router.on("*")(wrong_payout)  # expect-error
    router.on("invoice.paid", unknown=True)(wrong_payout)  # expect-error
    router.on("payin-link.updated")  # expect-error
    router.on("payin-link.update", transaction=True)(without_connection)  # expect-error
    router.on("payin-link.update")(with_connection)  # expect-error
    router.handle({"eventType": "payin-link.update"})  # expect-error
    catch_up(client, router, "2026-11-24")  # expect-error
    client.payout_requests.get(1)  # expect-error
    Palomma("key", environment="staging")  # expect-error
    Palomma("key", timeout=None)  # expect-error
    Router(MemoryInbox).handle("event")  # expect-error
    print(client.payout_requests.find("order-17").id)  # expect-error
    client.payin_settlements.wait("x", "y")  # expect-error
