from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..models.payout_target_type import PayoutTargetType
from ..types import Field, Model


@define(repr=False)
class PayoutTargetDetails(Model):
    """Copy of the payout target inside a payout request."""

    reference: str | None = None
    """The merchant's own identifier of the payout target."""
    description: str | None = None
    """The merchant's own remark."""
    type_: PayoutTargetType | str | None = None
    """Kind of payout target."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("reference", "reference", object, False, False),
        Field("description", "description", object, False, False),
        Field("type_", "type", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayoutTargetDetails:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        self = cls(
            get("reference"),
            get("description"),
            get("type"),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayoutTargetDetails._fields)
