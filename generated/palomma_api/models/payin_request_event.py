from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayinRequest


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinRequestEvent(_model.Model):
    """Notification of a changed payin request."""

    webhook_id: str
    """Id of the notification; the same when it is sent again. Remember it once the notification is
    handled, and ignore repeats."""
    timestamp: _datetime.datetime
    """When the notification was created; the same when it is sent again."""
    event_type: Literal["payin-request.update"] | _values.Undocumented
    """What happened."""
    event: PayinRequest
    """A debit from a payin source."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("webhook_id", "webhookId", _values.TEXT, required=True),
        _model.Field("timestamp", "timestamp", _values.MOMENT, required=True),
        _model.Field("event_type", "eventType", _values.one_of("payin-request.update"), required=True),
        _model.Field("event", "event", _values.ModelKind("PayinRequest"), required=True),
    )
