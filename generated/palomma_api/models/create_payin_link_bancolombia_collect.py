from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    pass


@_attrs.frozen(repr=False, weakref_slot=False)
class CreatePayinLinkBancolombiaCollect(_model.Model):
    """A payin link that is paid with Bancolombia's collection service. Palomma names this body and its
    `type`, but no page shows its other members: those named here are the ones of a general link. Send
    beside them whatever Palomma told you to."""

    type_: ClassVar[Literal["bancolombiaCollect"]] = "bancolombiaCollect"
    customer_id: str
    """Id of the customer who is to pay."""
    amount: int
    """Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless
    Palomma raises it (more than 1500)."""
    redirect_url: str | None = None
    """Where Palomma sends the customer afterwards."""
    reference: str | None = None
    """The merchant's own identifier of the payin link. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""
    expiration: _datetime.datetime | str | None = None
    """Until when the link can be paid, as in a general link."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; the default account when absent."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("customer_id", "customerId", _values.TEXT, required=True),
        _model.Field("amount", "amount", _values.INTEGER, required=True),
        _model.Field(
            "type_", "type", _values.one_of("bancolombiaCollect"), required=True, constant="bancolombiaCollect"
        ),
        _model.Field("redirect_url", "redirectUrl", _values.TEXT),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("expiration", "expiration", _values.local_moment("-05:00")),
        _model.Field("target_merchant_account_id", "targetMerchantAccountId", _values.TEXT),
    )
