from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from attrs import define

from ..models.payin_link_method import PayinLinkMethod
from ..types import Field, Request


@define(repr=False)
class CreatePayinLink(Request):
    """A general payin link to create. Palomma names five more kinds of link, whose bodies it does not document;
    they are not offered here.
    https://docs.palomma.com/api-documentation/payinLinks/create"""

    type_: ClassVar[Literal["general"]] = "general"
    customer_id: str
    """Id of the customer who is to pay."""
    redirect_url: str
    """Where Palomma sends the customer afterwards."""
    amount: int
    """Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless Palomma
    raises it."""
    available_types: list[PayinLinkMethod]
    """The means of payment that the customer can choose from."""
    reference: str | None = None
    """The merchant's own identifier of the payin link. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""
    expiration: str | None = None
    """Until when the link can be paid, as local date and time without zone such as 2024-03-01T18:30:00. At most
    the end of the seventh day after creation; the end of the next day when absent. The zone is not documented."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; the default account when absent."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("customer_id", "customerId", str, True, False),
        Field("redirect_url", "redirectUrl", str, True, False),
        Field("amount", "amount", int, True, False),
        Field("available_types", "availableTypes", list, True, False),
        Field("reference", "reference", str, False, False),
        Field("description", "description", str, False, False),
        Field("expiration", "expiration", str, False, False),
        Field("target_merchant_account_id", "targetMerchantAccountId", str, False, False),
    )
    _constants: ClassVar[Mapping[str, str]] = {
        "type": "general",
    }
