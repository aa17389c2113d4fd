from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from attrs import define

from ..models.bank_account import BankAccount
from ..types import Field, Request


@define(repr=False)
class CreatePayinSource(Request):
    """A bank account to register for debits. Palomma names two more kinds of source, `bancolombiaToken` and
    `nequiToken`, whose bodies it does not document; they are not offered here.
    https://docs.palomma.com/api-documentation/payinSources/create"""

    type_: ClassVar[Literal["bankAccount"]] = "bankAccount"
    customer_id: str
    """Id of the customer who owns the account."""
    redirect_url: str
    """Where Palomma sends the customer after the authorisation."""
    bank_account: BankAccount
    """An account at a Colombian bank. It is sent only, and never echoed in an answer."""
    reference: str | None = None
    """The merchant's own identifier of the payin source. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""
    partial_payins_enabled: bool | None = None
    """Whether a debit may collect less than asked when the funds fall short; Bancolombia only. Palomma makes no
    partial debits when it is absent."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("customer_id", "customerId", str, True, False),
        Field("redirect_url", "redirectUrl", str, True, False),
        Field("bank_account", "bankAccount", BankAccount, True, True),
        Field("reference", "reference", str, False, False),
        Field("description", "description", str, False, False),
        Field("partial_payins_enabled", "partialPayinsEnabled", bool, False, False),
    )
    _constants: ClassVar[Mapping[str, str]] = {
        "type": "bankAccount",
    }
