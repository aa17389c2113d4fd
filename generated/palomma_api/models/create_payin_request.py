from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..types import Field, Request


@define(repr=False)
class CreatePayinRequest(Request):
    """A debit to make.
    https://docs.palomma.com/api-documentation/payinRequests/create"""

    payin_source_id: str
    """Id of an active payin source."""
    amount: int
    """Amount to debit in whole COP, more than 1000. The maximum is set per merchant, 2000000 unless Palomma raises
    it."""
    reference: str | None = None
    """The merchant's own identifier of the payin request. Palomma does not say that it must be unique."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; the default account when absent."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("payin_source_id", "payinSourceId", str, True, False),
        Field("amount", "amount", int, True, False),
        Field("reference", "reference", str, False, False),
        Field("target_merchant_account_id", "targetMerchantAccountId", str, False, False),
    )
