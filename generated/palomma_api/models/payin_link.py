from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.customer_details import CustomerDetails
from ..models.payin_link_status import PayinLinkStatus
from ..models.payin_link_type import PayinLinkType
from ..models.status_message import StatusMessage
from ..types import Field, Model, read_datetime


@define(repr=False)
class PayinLink(Model):
    """A one-time collection, paid by the customer on a page hosted by Palomma.
    https://docs.palomma.com/api-documentation/payinLinks/object"""

    id: str
    """Id of the payin link."""
    status: PayinLinkStatus | str
    """`pending`: the customer has not paid yet. `processing`: the bank's answer is awaited. `approved`: paid.
    `cancelled`: failed, see `statusMessage`.
    https://docs.old.palomma.com/api-documentation/payinLinks/status.md"""
    reference: str | None = None
    """The merchant's own identifier of the payin link."""
    description: str | None = None
    """The merchant's own remark."""
    customer_id: str | None = None
    """Id of the customer who is to pay."""
    customer_details: CustomerDetails | None = None
    """Copy of the customer inside another object."""
    status_message: StatusMessage | str | None = None
    """Why an object was cancelled. `AUTHENTICATION_FAILED`: wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank
    could not be reached. `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the
    bank's own rules. `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number.
    `NOT_ENOUGH_FUNDS`: too little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to
    another document number. `ERROR`: anything else; ask Palomma.
    https://palomma-api.mintlify.app/api-documentation/statusMessages"""
    payment_url: str | None = None
    """Where to send the customer to pay."""
    redirect_url: str | None = None
    """Where Palomma sends the customer afterwards."""
    amount: int | None = None
    """Amount to collect, in whole COP."""
    amount_collected: int | None = None
    """Amount collected so far, in whole COP."""
    fee: int | None = None
    """Palomma's fee in whole COP, taken out of `amountCollected` at settlement."""
    type_: PayinLinkType | str | None = None
    """Kind of payin link. `general` lets Palomma's page ask for the payment details; a link of another kind
    carries them itself. Whether a general link takes another type once it is paid is not documented."""
    expiration: str | None = None
    """Until when the link can be paid. Left a plain string, since the pages give two formats."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; not always a ULID, `default` occurs."""
    created_at: datetime.datetime | str | None = None
    """When the payin link was created."""
    updated_at: datetime.datetime | str | None = None
    """When the payin link last changed."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("status", "status", object, True, False),
        Field("reference", "reference", object, False, False),
        Field("description", "description", object, False, False),
        Field("customer_id", "customerId", object, False, False),
        Field("customer_details", "customerDetails", object, False, True),
        Field("status_message", "statusMessage", object, False, False),
        Field("payment_url", "paymentUrl", object, False, False),
        Field("redirect_url", "redirectUrl", object, False, False),
        Field("amount", "amount", object, False, False),
        Field("amount_collected", "amountCollected", object, False, False),
        Field("fee", "fee", object, False, False),
        Field("type_", "type", object, False, False),
        Field("expiration", "expiration", object, False, False),
        Field("target_merchant_account_id", "targetMerchantAccountId", object, False, False),
        Field("created_at", "createdAt", object, False, False),
        Field("updated_at", "updatedAt", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinLink:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("PayinLink has no id")
        status = get("status")
        if not isinstance(status, str):
            raise ShapeError("PayinLink has no status")
        customer_details = get("customerDetails")
        self = cls(
            id,
            status,
            get("reference"),
            get("description"),
            get("customerId"),
            CustomerDetails.from_dict(customer_details) if isinstance(customer_details, dict) else customer_details,
            get("statusMessage"),
            get("paymentUrl"),
            get("redirectUrl"),
            get("amount"),
            get("amountCollected"),
            get("fee"),
            get("type"),
            get("expiration"),
            get("targetMerchantAccountId"),
            read_datetime(get("createdAt")),
            read_datetime(get("updatedAt")),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinLink._fields)
