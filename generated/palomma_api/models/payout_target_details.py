from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayoutTargetType


@_attrs.frozen(repr=False, weakref_slot=False)
class PayoutTargetDetails(_model.Model):
    """Copy of the payout target inside a payout request."""

    reference: str | None = None
    """The merchant's own identifier of the payout target."""
    description: str | None = None
    """The merchant's own remark."""
    type_: PayoutTargetType | _values.Undocumented | None = None
    """Kind of payout target."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("type_", "type", _values.ListedKind("PayoutTargetType")),
    )
