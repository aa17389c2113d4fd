from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import CustomerDetails, PayinLinkStatus, PayinLinkType, StatusMessage


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinLink(_model.Model):
    """A one-time collection, paid by the customer on a page hosted by Palomma."""

    id: str
    """Id of the payin link."""
    status: PayinLinkStatus | _values.Undocumented
    """`pending`: the customer has not paid yet. `processing`: the bank's answer is awaited. `approved`:
    paid. `cancelled`: failed, see `statusMessage`."""
    reference: str | None = None
    """The merchant's own identifier of the payin link."""
    description: str | None = None
    """The merchant's own remark."""
    customer_id: str | None = None
    """Id of the customer who is to pay."""
    customer_details: CustomerDetails | None = None
    """Copy of the customer inside another object."""
    status_message: StatusMessage | _values.Undocumented | None = None
    """Why an object was cancelled. Only present when its `status` is `cancelled`. `AUTHENTICATION_FAILED`:
    wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank could not be reached.
    `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the bank's own rules.
    `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number. `NOT_ENOUGH_FUNDS`: too
    little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to another document
    number. `ERROR`: anything else; ask Palomma."""
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
    type_: PayinLinkType | _values.Undocumented | None = None
    """Kind of payin link. `general` lets Palomma's page ask for the payment details; a link of another
    kind carries them itself. Whether a general link takes another type once it is paid is not
    documented."""
    expiration: str | None = None
    """Until when the link can be paid; it expires shortly after. Left a plain string, since the pages give
    two formats."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; not always a ULID, `default` occurs."""
    created_at: _datetime.datetime | None = None
    """When the payin link was created."""
    updated_at: _datetime.datetime | None = None
    """When the payin link last changed."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("id", "id", _values.TEXT, required=True),
        _model.Field("status", "status", _values.ListedKind("PayinLinkStatus"), required=True),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("customer_id", "customerId", _values.TEXT),
        _model.Field("customer_details", "customerDetails", _values.ModelKind("CustomerDetails")),
        _model.Field("status_message", "statusMessage", _values.ListedKind("StatusMessage")),
        _model.Field("payment_url", "paymentUrl", _values.TEXT),
        _model.Field("redirect_url", "redirectUrl", _values.TEXT),
        _model.Field("amount", "amount", _values.INTEGER),
        _model.Field("amount_collected", "amountCollected", _values.INTEGER),
        _model.Field("fee", "fee", _values.INTEGER),
        _model.Field("type_", "type", _values.ListedKind("PayinLinkType")),
        _model.Field("expiration", "expiration", _values.TEXT),
        _model.Field("target_merchant_account_id", "targetMerchantAccountId", _values.TEXT),
        _model.Field("created_at", "createdAt", _values.MOMENT),
        _model.Field("updated_at", "updatedAt", _values.MOMENT),
    )
