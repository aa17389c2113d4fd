from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayinSourceType


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinSourceDetails(_model.Model):
    """Copy of the payin source inside a payin request."""

    reference: str | None = None
    """The merchant's own identifier of the payin source."""
    description: str | None = None
    """The merchant's own remark."""
    partial_payins_enabled: bool | None = None
    """Whether a debit may collect less than asked when the funds fall short; Bancolombia only."""
    type_: PayinSourceType | _values.Undocumented | None = None
    """Kind of payin source."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("partial_payins_enabled", "partialPayinsEnabled", _values.BOOLEAN),
        _model.Field("type_", "type", _values.ListedKind("PayinSourceType")),
    )
