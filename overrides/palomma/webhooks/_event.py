"""What a verified delivery says."""

from __future__ import annotations

import hashlib
import importlib
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, TypeGuard

import attrs

from palomma_api.contract import ENVELOPE, EVENTS, LIFECYCLES
from palomma_api.runtime.model import Model
from palomma_api.runtime.values import read_datetime, to_json_value

from ._json import canonical

__all__ = ["Event", "ObjectVersion", "digest_of", "is_name", "members_of", "microseconds", "model_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NAME = 255


@attrs.frozen
class ObjectVersion:
    """Which state of which object an event brings, so that an inbox can tell what is older.

    `updated_at` is in microseconds since 1970, UTC. `state` is what the contract calls the object's state; of an object
    without states it stands for all that the object says. It is stale beside one of `never_after` of the same moment.
    """

    key: str
    updated_at: int
    state: str = ""
    never_after: frozenset[str] = frozenset()
    announced: bool = True
    """Whether the contract lists the state, or has no states for this object."""

    def is_unexpected_after(self, previous: str | None) -> bool:
        """Return whether the contract doesn't know that this state comes after a previous one."""
        return not self.announced or (previous != self.state and previous in self.never_after)


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
        """What an inbox needs to refuse older states; None if the object has no readable `id`.

        Without a readable `updatedAt` only the states count, and the same state once more may be news.
        """
        identifier, updated_at = self.object.get("id"), read_datetime(self.object.get("updatedAt"))
        if not is_name(identifier):
            return None
        state, never_after, announced = self._order()
        if not isinstance(updated_at, datetime):  # one in the future orders nothing, either
            updated_at, never_after = datetime.max.replace(tzinfo=UTC), never_after - {state}
        key = f"{self.resource}:{identifier}"
        return ObjectVersion(key, microseconds(updated_at), state, never_after, announced)

    @property
    def digest(self) -> str:
        """A hash of all that was signed: Palomma's retries have the same."""
        return digest_of(self.raw)

    def _order(self) -> tuple[str, frozenset[str], bool]:
        """Return the state, the states that it can't come after, and whether the contract lists it."""
        lifecycle = LIFECYCLES.get(getattr(model_of(self.event_type), "__name__", ""))
        if lifecycle is None:
            # Through the model, since a list of the API may write the same moment in another way.
            whole = digest_of(members_of(self.event) if isinstance(self.event, Model) else self.event)
            return whole, frozenset((whole,)), True
        said, follows = self.object.get(lifecycle.state), lifecycle.follows
        state = said if is_name(said) else digest_of(said)
        if state not in follows:
            return state, frozenset((state,)), False
        return state, frozenset(follows) - frozenset(follows[state]), True


def is_name(value: object) -> TypeGuard[str]:
    """Return whether a value can be a key in any database: 1 to 255 characters, no control or surrogate."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME and value.isprintable()


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, of a datetime that has a zone: exact, unlike its timestamp()."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def digest_of(value: Any) -> str:
    """Return a hash of a JSON value, whatever the order of its members."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def members_of(model: Model) -> dict[str, Any]:
    """Return the JSON members of an object that came from Palomma. Unlike `to_dict` it refuses nothing."""
    values = {field.json_name: getattr(model, field.name) for field in model._fields}
    read = {name: _plain(value) for name, value in values.items() if value is not None}
    return {**read, **model.additional_properties}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return members_of(value)
    return [_plain(item) for item in value] if isinstance(value, list) else to_json_value(value)


def model_of(event_type: str) -> Any:
    """Return the model that an event brings; None if the contract has none."""
    # A new event of a resource that the contract has is an object of that resource (R3).
    resource = event_type.partition(".")[0]
    same = (name for known, name in EVENTS.items() if known.partition(".")[0] == resource)
    name = EVENTS.get(event_type) or next(same, "")
    return getattr(importlib.import_module("palomma_api.models"), name, None)


def _typed(event_type: str, members: dict[str, Any]) -> Any:
    read = getattr(model_of(event_type), "from_dict", None)
    try:
        return read(members) if read else members
    except ValueError:
        return members
