from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from attrs import define

from ..models.bank_account import BankAccount
from ..types import Field, Request


@define(repr=False)
class CreatePayoutTarget(Request):
    """A bank account to register for payouts.
    https://docs.palomma.com/api-documentation/payoutTargets/create"""

    type_: ClassVar[Literal["bankAccount"]] = "bankAccount"
    customer_id: str
    """Id of the customer who owns the account."""
    redirect_url: str
    """Where Palomma sends the customer after the verification."""
    bank_account: BankAccount
    """An account at a Colombian bank. It is sent only, and never echoed in an answer."""
    reference: str | None = None
    """The merchant's own identifier of the payout target. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("customer_id", "customerId", str, True, False),
        Field("redirect_url", "redirectUrl", str, True, False),
        Field("bank_account", "bankAccount", BankAccount, True, True),
        Field("reference", "reference", str, False, False),
        Field("description", "description", str, False, False),
    )
    _constants: ClassVar[Mapping[str, str]] = {
        "type": "bankAccount",
    }
