from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayinLinkMethod


@_attrs.frozen(repr=False, weakref_slot=False)
class CreatePayinLink(_model.Model):
    """A general payin link to create, for which Palomma's page asks the customer how to pay."""

    type_: ClassVar[Literal["general"]] = "general"
    customer_id: str
    """Id of the customer who is to pay."""
    redirect_url: str
    """Where Palomma sends the customer afterwards."""
    amount: int
    """Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless
    Palomma raises it (more than 1500)."""
    available_types: Sequence[PayinLinkMethod]
    """The means of payment that the customer can choose from."""
    reference: str | None = None
    """The merchant's own identifier of the payin link. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""
    expiration: _datetime.datetime | str | None = None
    """Until when the link can be paid, as local date and time without zone such as 2024-03-01T18:30:00.
    Not before now, and at most the end of the seventh day after creation; the end of the next day when
    absent. The link expires shortly after this moment. The zone is not documented."""
    target_merchant_account_id: str | None = None
    """Id of the merchant account that receives the money; the default account when absent."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("customer_id", "customerId", _values.TEXT, required=True),
        _model.Field("redirect_url", "redirectUrl", _values.TEXT, required=True),
        _model.Field("amount", "amount", _values.INTEGER, required=True),
        _model.Field("type_", "type", _values.one_of("general"), required=True, constant="general"),
        _model.Field(
            "available_types", "availableTypes", _values.list_of(_values.ListedKind("PayinLinkMethod")), required=True
        ),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("expiration", "expiration", _values.local_moment("-05:00")),
        _model.Field("target_merchant_account_id", "targetMerchantAccountId", _values.TEXT),
    )
