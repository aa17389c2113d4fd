from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.customer_details import CustomerDetails
from ..models.payin_request_status import PayinRequestStatus
from ..models.payin_source_details import PayinSourceDetails
from ..models.status_message import StatusMessage
from ..types import Field, Model, read_datetime


@define(repr=False)
class PayinRequest(Model):
    """A debit from a payin source.
    https://docs.palomma.com/api-documentation/payinRequests/object"""

    id: str
    """Id of the payin request."""
    status: PayinRequestStatus | str
    """`processing`: sent to the bank. `approved`: the whole amount was collected. `partial`: a part of it was
    collected, see `amountCollected`. `cancelled`: failed, see `statusMessage`.
    https://docs.palomma.com/api-documentation/payinRequests/status"""
    reference: str | None = None
    """The merchant's own identifier of the payin request."""
    customer_id: str | None = None
    """Id of the customer who is debited."""
    customer_details: CustomerDetails | None = None
    """Copy of the customer inside another object."""
    payin_source_id: str | None = None
    """Id of the payin source that is debited."""
    payin_source_details: PayinSourceDetails | None = None
    """Copy of the payin source inside a payin request."""
    status_message: StatusMessage | str | None = None
    """Why an object was cancelled. `AUTHENTICATION_FAILED`: wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank
    could not be reached. `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the
    bank's own rules. `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number.
    `NOT_ENOUGH_FUNDS`: too little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to
    another document number. `ERROR`: anything else; ask Palomma.
    https://palomma-api.mintlify.app/api-documentation/statusMessages"""
    amount: int | None = None
    """Amount asked for, in whole COP."""
    amount_collected: int | None = None
    """Amount collected, in whole COP; 0 until the status is `approved` or `partial`."""
    fee: int | None = None
    """Palomma's fee in whole COP, taken out of `amountCollected` at settlement."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; not always a ULID, `default` occurs."""
    created_at: datetime.datetime | str | None = None
    """When the payin request was created."""
    updated_at: datetime.datetime | str | None = None
    """When the payin request last changed."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("status", "status", object, True, False),
        Field("reference", "reference", object, False, False),
        Field("customer_id", "customerId", object, False, False),
        Field("customer_details", "customerDetails", object, False, True),
        Field("payin_source_id", "payinSourceId", object, False, False),
        Field("payin_source_details", "payinSourceDetails", object, False, True),
        Field("status_message", "statusMessage", object, False, False),
        Field("amount", "amount", object, False, False),
        Field("amount_collected", "amountCollected", object, False, False),
        Field("fee", "fee", object, False, False),
        Field("target_merchant_account_id", "targetMerchantAccountId", object, False, False),
        Field("created_at", "createdAt", object, False, False),
        Field("updated_at", "updatedAt", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinRequest:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("PayinRequest has no id")
        status = get("status")
        if not isinstance(status, str):
            raise ShapeError("PayinRequest has no status")
        customer_details = get("customerDetails")
        payin_source_details = get("payinSourceDetails")
        self = cls(
            id,
            status,
            get("reference"),
            get("customerId"),
            CustomerDetails.from_dict(customer_details) if isinstance(customer_details, dict) else customer_details,
            get("payinSourceId"),
            PayinSourceDetails.from_dict(payin_source_details)
            if isinstance(payin_source_details, dict)
            else payin_source_details,
            get("statusMessage"),
            get("amount"),
            get("amountCollected"),
            get("fee"),
            get("targetMerchantAccountId"),
            read_datetime(get("createdAt")),
            read_datetime(get("updatedAt")),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinRequest._fields)
