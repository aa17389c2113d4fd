from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    pass


@_attrs.frozen(repr=False, weakref_slot=False)
class CreatePayoutRequest(_model.Model):
    """A transfer to make."""

    payout_target_id: str
    """Id of an active payout target."""
    amount: int
    """Amount to send in whole COP, more than 1000. The maximum is set per merchant, 5000000 unless Palomma
    raises it (more than 1000)."""
    reference: str | None = None
    """The merchant's own identifier of the payout request. Palomma does not say that it must be unique."""
    source_merchant_account_id: str | None = None
    """Id of the merchant account that the money comes from; the default account when absent."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("payout_target_id", "payoutTargetId", _values.TEXT, required=True),
        _model.Field("amount", "amount", _values.INTEGER, required=True),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("source_merchant_account_id", "sourceMerchantAccountId", _values.TEXT),
    )
