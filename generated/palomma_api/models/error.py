from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    pass


@_attrs.frozen(repr=False, weakref_slot=False)
class Error(_model.Model):
    """Body of every error answer. There is no error code; no page promises that `message` is present."""

    message: str | None = None
    """What went wrong, for a human."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (_model.Field("message", "message", _values.TEXT),)
