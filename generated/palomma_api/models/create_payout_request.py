from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Request


@define(repr=False)
class CreatePayoutRequest(Request):
    """A transfer to make.
    https://docs.palomma.com/api-documentation/payoutRequests/create"""

    payout_target_id: str
    """Id of an active payout target."""
    amount: int
    """Amount to send in whole COP, more than 1000. The maximum is set per merchant, 5000000 unless Palomma raises
    it."""
    reference: str | None = None
    """The merchant's own identifier of the payout request. Palomma does not say that it must be unique."""
    source_merchant_account_id: str | None = None
    """Id of the merchant account that the money comes from; the default account when absent."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("payout_target_id", "payoutTargetId", str, True, False),
        Field("amount", "amount", int, True, False),
        Field("reference", "reference", str, False, False),
        Field("source_merchant_account_id", "sourceMerchantAccountId", str, False, False),
    )
