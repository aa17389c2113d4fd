from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.customer_details import CustomerDetails
from ..models.payout_target_status import PayoutTargetStatus
from ..models.payout_target_type import PayoutTargetType
from ..models.status_message import StatusMessage
from ..types import Field, Model, read_datetime


@define(repr=False)
class PayoutTarget(Model):
    """An account that money can be sent to. The bank account itself is not echoed.
    https://docs.palomma.com/api-documentation/payoutTargets/object"""

    id: str
    """Id of the payout target."""
    status: PayoutTargetStatus | str
    """`pending`: the customer has not verified the account yet. `processing`: the bank verifies it. `active`: can
    be paid. `cancelled`: failed, see `statusMessage`."""
    reference: str | None = None
    """The merchant's own identifier of the payout target."""
    description: str | None = None
    """The merchant's own remark."""
    customer_id: str | None = None
    """Id of the customer who owns the account."""
    customer_details: CustomerDetails | None = None
    """Copy of the customer inside another object."""
    status_message: StatusMessage | str | None = None
    """Why an object was cancelled. `AUTHENTICATION_FAILED`: wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank
    could not be reached. `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the
    bank's own rules. `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number.
    `NOT_ENOUGH_FUNDS`: too little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to
    another document number. `ERROR`: anything else; ask Palomma.
    https://palomma-api.mintlify.app/api-documentation/statusMessages"""
    auth_url: str | None = None
    """Where to send the customer to verify the account."""
    redirect_url: str | None = None
    """Where Palomma sends the customer afterwards."""
    type_: PayoutTargetType | str | None = None
    """Kind of payout target."""
    created_at: datetime.datetime | str | None = None
    """When the payout target was created."""
    updated_at: datetime.datetime | str | None = None
    """When the payout target last changed."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("status", "status", object, True, False),
        Field("reference", "reference", object, False, False),
        Field("description", "description", object, False, False),
        Field("customer_id", "customerId", object, False, False),
        Field("customer_details", "customerDetails", object, False, True),
        Field("status_message", "statusMessage", object, False, False),
        Field("auth_url", "authUrl", object, False, False),
        Field("redirect_url", "redirectUrl", object, False, False),
        Field("type_", "type", object, False, False),
        Field("created_at", "createdAt", object, False, False),
        Field("updated_at", "updatedAt", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayoutTarget:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("PayoutTarget has no id")
        status = get("status")
        if not isinstance(status, str):
            raise ShapeError("PayoutTarget has no status")
        customer_details = get("customerDetails")
        self = cls(
            id,
            status,
            get("reference"),
            get("description"),
            get("customerId"),
            CustomerDetails.from_dict(customer_details) if isinstance(customer_details, dict) else customer_details,
            get("statusMessage"),
            get("authUrl"),
            get("redirectUrl"),
            get("type"),
            read_datetime(get("createdAt")),
            read_datetime(get("updatedAt")),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayoutTarget._fields)
