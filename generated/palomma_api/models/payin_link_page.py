from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.payin_link import PayinLink
from ..types import Field, Model


@define(repr=False)
class PayinLinkPage(Model):
    """One page of payin links."""

    items: list[PayinLink]
    """The payin links of this page."""
    cursor: str | None = None
    """What to send as `cursor` to get the next page; null or absent on the last page."""
    count: int | None = None
    """Number of items returned. Whether it counts this page or all pages is not documented."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("items", "items", object, True, False),
        Field("cursor", "cursor", object, False, False),
        Field("count", "count", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinLinkPage:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        items = get("items")
        if not isinstance(items, list):
            raise ShapeError("PayinLinkPage has no items")
        self = cls(
            [PayinLink.from_dict(item) for item in items],
            get("cursor"),
            get("count"),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinLinkPage._fields)
