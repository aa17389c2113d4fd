from __future__ import annotations

import datetime as _datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import PayinSettlement


@_attrs.frozen(repr=False, weakref_slot=False)
class PayinSettlementEvent(_model.Model):
    """Notification of a changed payin settlement."""

    webhook_id: str
    """Id of the notification; the same when it is sent again. Remember it once the notification is
    handled, and ignore repeats."""
    timestamp: _datetime.datetime
    """When the notification was created; the same when it is sent again."""
    event_type: Literal["payin-settlement.update"] | _values.Undocumented
    """What happened."""
    event: PayinSettlement
    """What one settlement cycle paid out to a merchant account. It has no status, and no page tells which
    payins it holds."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("webhook_id", "webhookId", _values.TEXT, required=True),
        _model.Field("timestamp", "timestamp", _values.MOMENT, required=True),
        _model.Field("event_type", "eventType", _values.one_of("payin-settlement.update"), required=True),
        _model.Field("event", "event", _values.ModelKind("PayinSettlement"), required=True),
    )
