from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.customer_details import CustomerDetails
from ..models.payout_request_status import PayoutRequestStatus
from ..models.payout_target_details import PayoutTargetDetails
from ..models.status_message import StatusMessage
from ..types import Field, Model, read_datetime


@define(repr=False)
class PayoutRequest(Model):
    """A transfer to a payout target.
    https://docs.palomma.com/api-documentation/payoutRequests/get"""

    id: str
    """Id of the payout request."""
    status: PayoutRequestStatus | str
    """`processing`: sent to the bank. `approved`: paid. `cancelled`: failed, see `statusMessage`."""
    reference: str | None = None
    """The merchant's own identifier of the payout request."""
    customer_id: str | None = None
    """Id of the customer who is paid."""
    customer_details: CustomerDetails | None = None
    """Copy of the customer inside another object."""
    payout_target_id: str | None = None
    """Id of the payout target that is paid."""
    payout_target_details: PayoutTargetDetails | None = None
    """Copy of the payout target inside a payout request."""
    status_message: StatusMessage | str | None = None
    """Why an object was cancelled. `AUTHENTICATION_FAILED`: wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank
    could not be reached. `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the
    bank's own rules. `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number.
    `NOT_ENOUGH_FUNDS`: too little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to
    another document number. `ERROR`: anything else; ask Palomma.
    https://palomma-api.mintlify.app/api-documentation/statusMessages"""
    amount: int | None = None
    """Amount to send, in whole COP."""
    amount_sent: int | None = None
    """The amount from the start, 0 once cancelled, in whole COP. It is no proof of success; only the status is."""
    fee: int | None = None
    """Palomma's fee in whole COP. From which amount it is taken is not documented for payouts."""
    source_merchant_account_id: str | None = None
    """Id of the merchant account that the money comes from; not always a ULID, `default` occurs."""
    created_at: datetime.datetime | str | None = None
    """When the payout request was created."""
    updated_at: datetime.datetime | str | None = None
    """When the payout request last changed."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("status", "status", object, True, False),
        Field("reference", "reference", object, False, False),
        Field("customer_id", "customerId", object, False, False),
        Field("customer_details", "customerDetails", object, False, True),
        Field("payout_target_id", "payoutTargetId", object, False, False),
        Field("payout_target_details", "payoutTargetDetails", object, False, True),
        Field("status_message", "statusMessage", object, False, False),
        Field("amount", "amount", object, False, False),
        Field("amount_sent", "amountSent", object, False, False),
        Field("fee", "fee", object, False, False),
        Field("source_merchant_account_id", "sourceMerchantAccountId", object, False, False),
        Field("created_at", "createdAt", object, False, False),
        Field("updated_at", "updatedAt", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayoutRequest:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("PayoutRequest has no id")
        status = get("status")
        if not isinstance(status, str):
            raise ShapeError("PayoutRequest has no status")
        customer_details = get("customerDetails")
        payout_target_details = get("payoutTargetDetails")
        self = cls(
            id,
            status,
            get("reference"),
            get("customerId"),
            CustomerDetails.from_dict(customer_details) if isinstance(customer_details, dict) else customer_details,
            get("payoutTargetId"),
            PayoutTargetDetails.from_dict(payout_target_details)
            if isinstance(payout_target_details, dict)
            else payout_target_details,
            get("statusMessage"),
            get("amount"),
            get("amountSent"),
            get("fee"),
            get("sourceMerchantAccountId"),
            read_datetime(get("createdAt")),
            read_datetime(get("updatedAt")),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayoutRequest._fields)
