"""A customer and an account to pay out to, for tests that need them and say nothing about them."""

from __future__ import annotations

from palomma import Palomma
from palomma.models import BankAccount, Customer

__all__ = ["new_customer", "new_target"]


def new_customer(client: Palomma, reference: str | None = None) -> Customer:
    """Create a customer."""
    return client.customers.create(
        name="Pepito Perez", document_type="cc", document_number="1037551022", email="pepito@gmail.com",
        phone_number="3013111111", reference=reference,
    )  # fmt: skip


def new_target(client: Palomma, number: str = "000123456789") -> str:
    """Create a payout target for the account of this number, and return its id."""
    account = BankAccount(bank="santander", account_type="savings", account_number=number)
    return client.payout_targets.create(
        customer_id=new_customer(client).id, redirect_url="https://merchant.example/back", bank_account=account
    ).id
