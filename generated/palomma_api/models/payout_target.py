from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import CustomerDetails, PayoutTargetStatus, PayoutTargetType, StatusMessage


@_attrs.frozen(repr=False, weakref_slot=False)
class PayoutTarget(_model.Model):
    """An account that money can be sent to. The bank account itself is not echoed."""

    id: str
    """Id of the payout target."""
    status: PayoutTargetStatus | _values.Undocumented
    """`pending`: the customer has not verified the account yet. `processing`: the bank verifies it.
    `active`: can be paid. `cancelled`: failed, see `statusMessage`."""
    reference: str | None = None
    """The merchant's own identifier of the payout target."""
    description: str | None = None
    """The merchant's own remark."""
    customer_id: str | None = None
    """Id of the customer who owns the account."""
    customer_details: CustomerDetails | None = None
    """Copy of the customer inside another object."""
    status_message: StatusMessage | _values.Undocumented | None = None
    """Why an object was cancelled. Only present when its `status` is `cancelled`. `AUTHENTICATION_FAILED`:
    wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank could not be reached.
    `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the bank's own rules.
    `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number. `NOT_ENOUGH_FUNDS`: too
    little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to another document
    number. `ERROR`: anything else; ask Palomma."""
    auth_url: str | None = None
    """Where to send the customer to verify the account."""
    redirect_url: str | None = None
    """Where Palomma sends the customer afterwards."""
    type_: PayoutTargetType | _values.Undocumented | None = None
    """Kind of payout target."""
    created_at: _datetime.datetime | None = None
    """When the payout target was created."""
    updated_at: _datetime.datetime | None = None
    """When the payout target last changed."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("id", "id", _values.TEXT, required=True),
        _model.Field("status", "status", _values.ListedKind("PayoutTargetStatus"), required=True),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("customer_id", "customerId", _values.TEXT),
        _model.Field("customer_details", "customerDetails", _values.ModelKind("CustomerDetails")),
        _model.Field("status_message", "statusMessage", _values.ListedKind("StatusMessage")),
        _model.Field("auth_url", "authUrl", _values.TEXT),
        _model.Field("redirect_url", "redirectUrl", _values.TEXT),
        _model.Field("type_", "type", _values.ListedKind("PayoutTargetType")),
        _model.Field("created_at", "createdAt", _values.MOMENT),
        _model.Field("updated_at", "updatedAt", _values.MOMENT),
    )
