"""What a user writes: checked by mypy --strict and pyright against the installed wheel, never run."""

from __future__ import annotations

import datetime
from typing import assert_type

from palomma import AsyncPalomma, OutcomeUnknownError, Palomma, PalommaError
from palomma.models import BankAccount, PayoutRequest, PayoutRequestPage
from palomma.models import PayoutTarget as Target


def pay(client: Palomma, customer_id: str) -> str:
    target: Target = client.payout_targets.create(
        customer_id=customer_id,
        redirect_url="https://merchant.example/back",
        bank_account=BankAccount(bank="santander", account_type="savings", account_number="000123456789"),
    )
    assert_type(target.id, str)
    assert_type(target.created_at, datetime.datetime | str | None)
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


async def pay_async(client: AsyncPalomma) -> None:
    async with client:
        assert_type(await client.payout_requests.get("x"), PayoutRequest)
        async for item in client.payout_requests.iterate():
            assert_type(item, PayoutRequest)


def mistakes(client: Palomma) -> None:
    BankAccount(bank="bancolmbia", account_type="savings", account_number="1")  # expect-error
    client.payout_requests.create(payout_target_id="x", amount=1000.5)  # expect-error
    client.payout_requests.create(amount=1001)  # expect-error
    client.payout_requests.create(payout_target_id="x", amount=1001, currency="COP")  # expect-error
