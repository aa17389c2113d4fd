"""What a verified delivery says."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeGuard

import attrs

from palomma_api.contract import ENVELOPE, EVENTS
from palomma_api.runtime.values import read_datetime

__all__ = ["Event", "ObjectVersion", "is_name", "microseconds"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NAME = 255


@attrs.frozen
class ObjectVersion:
    """Which state of which object an event brings: its key, and its `updatedAt` in microseconds since 1970, UTC."""

    key: str
    updated_at: int


@attrs.frozen(slots=False)
class Event:
    """A verified webhook.

    `event` is the generated model that `event_type` names (`payin-link.update`: `PayinLink`), made when first read. If
    no such model exists, or it cannot read the object, this is the plain dict: news from Palomma is data, no error.
    `timestamp` is when Palomma first made the notification; what is no date stays text. `raw` is all that was signed.
    https://docs.palomma.com/webhooks/explanation
    """

    webhook_id: str
    timestamp: datetime | str
    event_type: str
    raw: dict[str, Any] = attrs.field(repr=False, hash=False)  # names, documents and phone numbers: not for logs

    @cached_property
    def event(self) -> Any:
        return _typed(self.event_type, self.object)

    @property
    def object(self) -> dict[str, Any]:
        """The object as it came."""
        members: dict[str, Any] = self.raw[ENVELOPE.object] if ENVELOPE else {}
        return members

    @property
    def resource(self) -> str:
        """What `event` is: the event type up to its dot, such as `payin-link`."""
        return self.event_type.partition(".")[0]

    @property
    def version(self) -> ObjectVersion | None:
        """What an inbox needs to refuse older states; None if the object has no readable `id` or `updatedAt`."""
        identifier, updated_at = self.object.get("id"), read_datetime(self.object.get("updatedAt"))
        if not isinstance(updated_at, datetime) or not is_name(identifier):
            return None
        return ObjectVersion(f"{self.resource}:{identifier}", microseconds(updated_at))


def is_name(value: object) -> TypeGuard[str]:
    """Whether a value can be a key in any database: text of 1 to 255 characters, no control or surrogate among them."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, of a datetime that has a zone: exact, unlike its timestamp()."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _typed(event_type: str, members: dict[str, Any]) -> Any:
    # A new event of a resource that the contract has is an object of that resource (R3).
    resource = event_type.partition(".")[0]
    same = (name for known, name in EVENTS.items() if known.partition(".")[0] == resource)
    name = EVENTS.get(event_type) or next(same, "")
    model: Any = getattr(importlib.import_module("palomma_api.models"), name, None) if name else None
    if not hasattr(model, "from_dict"):
        return members
    try:
        return model.from_dict(members)
    except ValueError:
        return members
