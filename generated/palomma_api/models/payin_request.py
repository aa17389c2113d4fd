from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import CustomerDetails, PayinRequestStatus, PayinSourceDetails, StatusMessage


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinRequest(_model.Model):
    """A debit from a payin source."""

    id: str
    """Id of the payin request."""
    status: PayinRequestStatus | _values.Undocumented
    """`processing`: sent to the bank. `approved`: the whole amount was collected. `partial`: a part of it
    was collected, see `amountCollected`. `cancelled`: failed, see `statusMessage`."""
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
    status_message: StatusMessage | _values.Undocumented | None = None
    """Why an object was cancelled. Only present when its `status` is `cancelled`. `AUTHENTICATION_FAILED`:
    wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank could not be reached.
    `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the bank's own rules.
    `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number. `NOT_ENOUGH_FUNDS`: too
    little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to another document
    number. `ERROR`: anything else; ask Palomma."""
    amount: int | None = None
    """Amount asked for, in whole COP."""
    amount_collected: int | None = None
    """Amount collected, in whole COP; 0 until the status is `approved` or `partial`."""
    fee: int | None = None
    """Palomma's fee in whole COP, taken out of `amountCollected` at settlement."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; not always a ULID, `default` occurs."""
    created_at: _datetime.datetime | None = None
    """When the payin request was created."""
    updated_at: _datetime.datetime | None = None
    """When the payin request last changed."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("id", "id", _values.TEXT, required=True),
        _model.Field("status", "status", _values.ListedKind("PayinRequestStatus"), required=True),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("customer_id", "customerId", _values.TEXT),
        _model.Field("customer_details", "customerDetails", _values.ModelKind("CustomerDetails")),
        _model.Field("payin_source_id", "payinSourceId", _values.TEXT),
        _model.Field("payin_source_details", "payinSourceDetails", _values.ModelKind("PayinSourceDetails")),
        _model.Field("status_message", "statusMessage", _values.ListedKind("StatusMessage")),
        _model.Field("amount", "amount", _values.INTEGER),
        _model.Field("amount_collected", "amountCollected", _values.INTEGER),
        _model.Field("fee", "fee", _values.INTEGER),
        _model.Field("target_merchant_account_id", "targetMerchantAccountId", _values.TEXT),
        _model.Field("created_at", "createdAt", _values.MOMENT),
        _model.Field("updated_at", "updatedAt", _values.MOMENT),
    )
