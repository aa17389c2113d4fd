from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayinLink


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinLinkPage(_model.Model):
    """One page of payin links."""

    items: list[PayinLink]
    """The payin links of this page."""
    cursor: str | None = None
    """What to send as `cursor` to get the next page; null or absent on the last page."""
    count: int | None = None
    """Number of items returned. Whether it counts this page or all pages is not documented."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("items", "items", _values.list_of(_values.ModelKind("PayinLink")), required=True),
        _model.Field("cursor", "cursor", _values.nullable(_values.TEXT)),
        _model.Field("count", "count", _values.INTEGER),
    )

    def __iter__(self) -> Iterator[PayinLink]:
        return iter(self.items or ())

    def __len__(self) -> int:
        return len(self.items or ())
