from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..models.account_type import AccountType
from ..models.bank import Bank
from ..types import Field, Request


@define(repr=False)
class BankAccount(Request):
    """An account at a Colombian bank. It is sent only, and never echoed in an answer."""

    bank: Bank
    """Code of a Colombian bank."""
    account_type: AccountType
    """Kind of bank account."""
    account_number: str
    """Number of the account."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("bank", "bank", str, True, False),
        Field("account_type", "accountType", str, True, False),
        Field("account_number", "accountNumber", str, True, True),
    )
