"""The whole way of money, in and out, against the mock: `make demo`.

The two bodies in the middle are those of Palomma's own examples (`POST /payinSources`, `POST /payoutTargets`), with
their placeholders filled in.
"""

from __future__ import annotations

import json
import re

import httpx

from palomma import Palomma
from palomma.models import BankAccount
from palomma_mock import MockServer


class Printing(httpx.BaseTransport):
    """Shows what goes over the wire, the numbers of accounts, documents and phones masked."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        print(f"\n→ {request.method} {request.url.raw_path.decode()}{_shown(request.content)}")
        response = self._inner.handle_request(request)
        response.read()
        print(f"← {response.status_code}{_shown(response.content)}")
        return response

    def close(self) -> None:
        self._inner.close()


def _shown(body: bytes) -> str:
    if not body:
        return ""
    text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    return "\n" + re.sub(r'((?:account|document|phone)Number": ")\d*(\d{4}")', r"\1…\2", text)


def run(client: Palomma) -> None:
    """A customer, an account to debit and one to pay out to, a debit and a payout."""
    customer = client.customers.create(
        name="Pepito Perez",
        document_type="cc",
        document_number="1037551022",
        email="pepito@gmail.com",
        phone_number="3013111111",
    )
    account = BankAccount(bank="santander", account_type="savings", account_number="000123456789")
    source = client.payin_sources.create(
        reference="rent-source-1",
        description="Rent of the flat",
        customer_id=customer.id,
        redirect_url="https://merchant.example/back",
        bank_account=account,
        partial_payins_enabled=True,
    )
    target = client.payout_targets.create(
        reference="rent-target-1",
        description="Deposit of the flat",
        customer_id=customer.id,
        redirect_url="https://merchant.example/back",
        bank_account=account,
    )
    debit = client.payin_requests.create(payin_source_id=source.id, amount=150_000)
    payout = client.payout_requests.create(payout_target_id=target.id, amount=50_000)
    debit = client.payin_requests.get(debit.id)
    payout = client.payout_requests.get(payout.id)
    print(f"\ndebit {debit.id}: {debit.status}, collected {debit.amount_collected} COP")
    print(f"payout {payout.id}: {payout.status}, sent {payout.amount_sent} COP")


if __name__ == "__main__":
    with (
        MockServer(auto_approve=True) as mock,
        Palomma(mock.api_key, base_url=mock.base_url, transport=Printing()) as client,
    ):
        run(client)
