from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..models.payin_source_type import PayinSourceType
from ..types import Field, Model


@define(repr=False)
class PayinSourceDetails(Model):
    """Copy of the payin source inside a payin request."""

    reference: str | None = None
    """The merchant's own identifier of the payin source."""
    description: str | None = None
    """The merchant's own remark."""
    partial_payins_enabled: bool | None = None
    """Whether a debit may collect less than asked when the funds fall short; Bancolombia only."""
    type_: PayinSourceType | str | None = None
    """Kind of payin source."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("reference", "reference", object, False, False),
        Field("description", "description", object, False, False),
        Field("partial_payins_enabled", "partialPayinsEnabled", object, False, False),
        Field("type_", "type", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinSourceDetails:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        self = cls(
            get("reference"),
            get("description"),
            get("partialPayinsEnabled"),
            get("type"),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinSourceDetails._fields)
