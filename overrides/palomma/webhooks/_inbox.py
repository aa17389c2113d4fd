"""Handled once: who may handle a delivery now, and which deliveries nobody need handle again.

Palomma repeats deliveries and doesn't promise their order: https://docs.palomma.com/webhooks/explanation
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Literal, Protocol

import attrs

from ._errors import ClaimLostError
from ._event import ObjectVersion

__all__ = ["Claim", "Inbox", "MemoryInbox", "State"]

State = Literal["granted", "duplicate", "stale", "busy"]


@attrs.frozen
class Claim:
    """What an inbox answers to `claim`; true only if the event is yours to handle.

    `granted`: handle it, then call `done`, or `release` if you could not. `duplicate`: it was handled. `stale`: a newer
    state of its object was handled. `busy`: another worker has the event or its object; ask for another delivery.
    `token` proves to the inbox that the lease is still yours.
    """

    webhook_id: str
    state: State
    token: str = ""
    version: ObjectVersion | None = None

    def __bool__(self) -> bool:
        return self.state == "granted"


class Inbox(Protocol):
    """The protocol that a Router works with. A claim neither done nor released within its lease is free again."""

    def claim(self, webhook_id: str, version: ObjectVersion | None = None, /) -> Claim: ...

    def done(self, claim: Claim, /) -> None: ...

    def release(self, claim: Claim, /) -> None: ...


class MemoryInbox:
    """An inbox for one process, which forgets all when that ends: for tests and first steps; else take SqlInbox.

    `lease` in seconds is how long a claim holds; the last `keep` handled events and objects are remembered.
    """

    def __init__(
        self, *, lease: float = 60.0, keep: int = 100_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lease = lease
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._handled: dict[str, None] = {}
        self._versions: dict[str, int] = {}
        self._leases: dict[_Leased, tuple[str, float]] = {}

    def claim(self, webhook_id: str, version: ObjectVersion | None = None) -> Claim:
        """Ask for an event; `version` also asks for its object, so that this never moves backwards."""
        with self._lock:
            claim = Claim(webhook_id, self._state(webhook_id, version), uuid.uuid4().hex, version)
            if claim.state == "stale":
                _remember(self._handled, webhook_id, None, self._keep)
            if claim:
                self._leases.update(dict.fromkeys(_leased(claim), (claim.token, self._clock() + self._lease)))
            return claim

    def done(self, claim: Claim) -> None:
        """Never hand this event out again. Raises ClaimLostError if the lease ran out and another worker has it."""
        with self._lock:
            if not self._owns(claim):
                raise ClaimLostError(claim.webhook_id)
            self._drop(claim)
            _remember(self._handled, claim.webhook_id, None, self._keep)
            if claim.version is not None:
                _remember(self._versions, claim.version.key, claim.version.updated_at, self._keep)

    def release(self, claim: Claim) -> None:
        """Give an unhandled event back at once, instead of when its lease ends."""
        with self._lock:
            if self._owns(claim):
                self._drop(claim)

    def _state(self, webhook_id: str, version: ObjectVersion | None) -> State:
        if webhook_id in self._handled:
            return "duplicate"
        if self._held(("event", webhook_id)):
            return "busy"
        if version is None:
            return "granted"
        if self._versions.get(version.key, version.updated_at) > version.updated_at:
            return "stale"
        return "busy" if self._held(("object", version.key)) else "granted"

    def _held(self, name: _Leased) -> bool:
        return name in self._leases and self._leases[name][1] > self._clock()

    def _owns(self, claim: Claim) -> bool:
        return all(name in self._leases and self._leases[name][0] == claim.token for name in _leased(claim))

    def _drop(self, claim: Claim) -> None:
        for name in _leased(claim):
            del self._leases[name]


_Leased = tuple[Literal["event", "object"], str]


def _leased(claim: Claim) -> list[_Leased]:
    # The object too: two states of one object, handled at the same time, could end in either order.
    event: list[_Leased] = [("event", claim.webhook_id)]
    return event if claim.version is None else [*event, ("object", claim.version.key)]


def _remember(memory: dict[str, Any], key: str, value: Any, keep: int) -> None:
    memory.pop(key, None)
    memory[key] = value
    if len(memory) > keep:
        del memory[next(iter(memory))]
