from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayinSettlementCycle


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinSettlement(_model.Model):
    """What one settlement cycle paid out to a merchant account. It has no status, and no page tells which
    payins it holds."""

    id: str
    """Id of the payin settlement."""
    merchant_account_id: str | None = None
    """Id of the merchant account."""
    total_amount_collected: int | None = None
    """Sum of the amounts collected, in whole COP."""
    total_fees: int | None = None
    """Sum of the fees, in whole COP."""
    number_of_payins: int | None = None
    """How many payins were settled."""
    payin_settlement_date: _datetime.date | None = None
    """Day of the settlement."""
    payin_settlement_cycle: PayinSettlementCycle | int | None = None
    """Hour of the day at which a settlement was made. How five cycles a day go with funds that are
    available on the next business day is not documented."""
    created_at: _datetime.datetime | None = None
    """When the payin settlement was created."""
    updated_at: _datetime.datetime | None = None
    """When the payin settlement last changed."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("id", "id", _values.TEXT, required=True),
        _model.Field("merchant_account_id", "merchantAccountId", _values.TEXT),
        _model.Field("total_amount_collected", "totalAmountCollected", _values.INTEGER),
        _model.Field("total_fees", "totalFees", _values.INTEGER),
        _model.Field("number_of_payins", "numberOfPayins", _values.INTEGER),
        _model.Field("payin_settlement_date", "payinSettlementDate", _values.DAY),
        _model.Field("payin_settlement_cycle", "payinSettlementCycle", _values.ListedKind("PayinSettlementCycle")),
        _model.Field("created_at", "createdAt", _values.MOMENT),
        _model.Field("updated_at", "updatedAt", _values.MOMENT),
    )
