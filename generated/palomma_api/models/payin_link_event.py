from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.payin_link import PayinLink
from ..types import Field, Model, read_datetime


@define(repr=False)
class PayinLinkEvent(Model):
    """Notification of a changed payin link.
    https://docs.palomma.com/webhooks/explanation"""

    webhook_id: str
    """Id of the notification; the same when it is sent again."""
    timestamp: datetime.datetime | str
    """When the notification was created; the same when it is sent again."""
    event_type: str
    """What happened."""
    event: PayinLink
    """A one-time collection, paid by the customer on a page hosted by Palomma.
    https://docs.palomma.com/api-documentation/payinLinks/object"""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("webhook_id", "webhookId", object, True, False),
        Field("timestamp", "timestamp", object, True, False),
        Field("event_type", "eventType", object, True, False),
        Field("event", "event", object, True, True),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinLinkEvent:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        webhook_id = get("webhookId")
        if not isinstance(webhook_id, str):
            raise ShapeError("PayinLinkEvent has no webhookId")
        timestamp = get("timestamp")
        if not isinstance(timestamp, str):
            raise ShapeError("PayinLinkEvent has no timestamp")
        event_type = get("eventType")
        if not isinstance(event_type, str):
            raise ShapeError("PayinLinkEvent has no eventType")
        event = get("event")
        if not isinstance(event, dict):
            raise ShapeError("PayinLinkEvent has no event")
        self = cls(
            webhook_id,
            read_datetime(timestamp),
            event_type,
            PayinLink.from_dict(event) if isinstance(event, dict) else event,
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinLinkEvent._fields)
