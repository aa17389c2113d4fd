from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import MerchantAccountType


@_attrs.frozen(repr=False, weakref_slot=False)
class MerchantAccount(_model.Model):
    """A balance of the merchant."""

    id: str
    """Id of the merchant account; not always a ULID, `default` occurs."""
    description: str | None = None
    """What the account is for."""
    unsettled_amount: int | None = None
    """Collected but not yet settled, in whole COP."""
    payout_limit_balance: int | None = None
    """What payouts may still use, in whole COP, where Palomma set such a limit; only Palomma refills it."""
    type_: MerchantAccountType | _values.Undocumented | None = None
    """`aggregator` keeps a balance that payouts can use; the money of a `gateway` account is sent on at
    each settlement."""
    available_balance: int | None = None
    """What payouts can use, in whole COP. Only on an `aggregator` account."""
    payins_enabled: bool | None = None
    """Whether the account can receive payins. Only on a `gateway` account."""
    payouts_enabled: bool | None = None
    """Whether payouts can be made from the account. Only on a `gateway` account."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("id", "id", _values.TEXT, required=True),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("unsettled_amount", "unsettledAmount", _values.INTEGER),
        _model.Field("payout_limit_balance", "payoutLimitBalance", _values.INTEGER),
        _model.Field("type_", "type", _values.ListedKind("MerchantAccountType")),
        _model.Field("available_balance", "availableBalance", _values.INTEGER),
        _model.Field("payins_enabled", "payinsEnabled", _values.BOOLEAN),
        _model.Field("payouts_enabled", "payoutsEnabled", _values.BOOLEAN),
    )
