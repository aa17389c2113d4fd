from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import CustomerDetails, PayoutRequestStatus, PayoutTargetDetails, StatusMessage


@_attrs.frozen(repr=False, weakref_slot=False)
class PayoutRequest(_model.Model):
    """A transfer to a payout target."""

    id: str
    """Id of the payout request."""
    status: PayoutRequestStatus | _values.Undocumented
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
    status_message: StatusMessage | _values.Undocumented | None = None
    """Why an object was cancelled. Only present when its `status` is `cancelled`. `AUTHENTICATION_FAILED`:
    wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank could not be reached.
    `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the bank's own rules.
    `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number. `NOT_ENOUGH_FUNDS`: too
    little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to another document
    number. `ERROR`: anything else; ask Palomma."""
    amount: int | None = None
    """Amount to send, in whole COP."""
    amount_sent: int | None = None
    """The amount from the start, 0 once cancelled, in whole COP. It is no proof of success; only the
    status is."""
    fee: int | None = None
    """Palomma's fee in whole COP. From which amount it is taken is not documented for payouts."""
    source_merchant_account_id: str | None = None
    """Id of the merchant account that the money comes from; not always a ULID, `default` occurs."""
    created_at: _datetime.datetime | None = None
    """When the payout request was created."""
    updated_at: _datetime.datetime | None = None
    """When the payout request last changed."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("id", "id", _values.TEXT, required=True),
        _model.Field("status", "status", _values.ListedKind("PayoutRequestStatus"), required=True),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("customer_id", "customerId", _values.TEXT),
        _model.Field("customer_details", "customerDetails", _values.ModelKind("CustomerDetails")),
        _model.Field("payout_target_id", "payoutTargetId", _values.TEXT),
        _model.Field("payout_target_details", "payoutTargetDetails", _values.ModelKind("PayoutTargetDetails")),
        _model.Field("status_message", "statusMessage", _values.ListedKind("StatusMessage")),
        _model.Field("amount", "amount", _values.INTEGER),
        _model.Field("amount_sent", "amountSent", _values.INTEGER),
        _model.Field("fee", "fee", _values.INTEGER),
        _model.Field("source_merchant_account_id", "sourceMerchantAccountId", _values.TEXT),
        _model.Field("created_at", "createdAt", _values.MOMENT),
        _model.Field("updated_at", "updatedAt", _values.MOMENT),
    )
