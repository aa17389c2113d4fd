"""What a user writes: checked by mypy --strict and pyright against the installed wheel, never run."""

# pyright: strict

from __future__ import annotations

import datetime
from typing import assert_type

from palomma import AsyncPalomma, Description, OutcomeUnknownError, Palomma, PalommaError, describe
from palomma.models import BankAccount, PayinLink, PayoutRequest, PayoutRequestPage
from palomma.models import PayoutTarget as Target
from palomma.webhooks import Event, MemoryInbox, Router, Webhook


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


async def pay_async(client: AsyncPalomma) -> None:
    async with client:
        assert_type(await client.payout_requests.get("x"), PayoutRequest)
        async for item in client.payout_requests.iterate():
            assert_type(item, PayoutRequest)


def tell(payout: PayoutRequest) -> str:
    assert_type(describe(payout.status_message or payout.status, lang="en"), Description)
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
    client.payout_requests.get(1)  # expect-error
    Palomma("key", environment="staging")  # expect-error
    Palomma("key", timeout=None)  # expect-error
    Router(MemoryInbox).handle("event")  # expect-error
    print(client.payout_requests.find("order-17").id)  # expect-error
    client.payin_settlements.wait("x", "y")  # expect-error
