from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..types import Field, Model


@define(repr=False)
class Error(Model):
    """Body of every error answer. There is no error code; no page promises that `message` is present."""

    message: str | None = None
    """What went wrong, for a human."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (Field("message", "message", object, False, False),)

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> Error:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        self = cls(
            get("message"),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in Error._fields)
