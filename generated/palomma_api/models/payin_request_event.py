from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.payin_request import PayinRequest
from ..types import Field, Model, read_datetime


@define(repr=False)
class PayinRequestEvent(Model):
    """Notification of a changed payin request.
    https://docs.palomma.com/webhooks/explanation"""

    webhook_id: str
    """Id of the notification; the same when it is sent again."""
    timestamp: datetime.datetime | str
    """When the notification was created; the same when it is sent again."""
    event_type: str
    """What happened."""
    event: PayinRequest
    """A debit from a payin source.
    https://docs.palomma.com/api-documentation/payinRequests/object"""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("webhook_id", "webhookId", object, True, False),
        Field("timestamp", "timestamp", object, True, False),
        Field("event_type", "eventType", object, True, False),
        Field("event", "event", object, True, True),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinRequestEvent:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        webhook_id = get("webhookId")
        if not isinstance(webhook_id, str):
            raise ShapeError("PayinRequestEvent has no webhookId")
        timestamp = get("timestamp")
        if not isinstance(timestamp, str):
            raise ShapeError("PayinRequestEvent has no timestamp")
        event_type = get("eventType")
        if not isinstance(event_type, str):
            raise ShapeError("PayinRequestEvent has no eventType")
        event = get("event")
        if not isinstance(event, dict):
            raise ShapeError("PayinRequestEvent has no event")
        self = cls(
            webhook_id,
            read_datetime(timestamp),
            event_type,
            PayinRequest.from_dict(event) if isinstance(event, dict) else event,
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinRequestEvent._fields)
