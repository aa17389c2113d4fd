"""Handled once: who may handle a delivery now, and which deliveries nobody need handle again.

Palomma repeats deliveries and doesn't promise their order: https://docs.palomma.com/webhooks/explanation
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Literal, Protocol

import attrs

from ._errors import ClaimLostError
from ._event import ObjectVersion

__all__ = ["MAX_SKEW", "Claim", "Inbox", "MemoryInbox", "State", "repeated", "warn_if_late"]

State = Literal["granted", "duplicate", "stale", "busy", "conflict"]
MAX_SKEW = 300.0
_log = logging.getLogger("palomma")


@attrs.frozen
class Claim:
    """What an inbox answers to `claim`; true only if the event is yours to handle.

    `granted`: handle it, then call `done`, or `release` if you could not. `duplicate`: it was handled. `stale`: a newer
    state of its object was handled. `busy`: another worker has the event or its object; ask for another delivery.
    `conflict`: an event of this id was handled, and said something else. `token` proves to the inbox that the lease is
    still yours, `at` is when it began, and `previous` the state of the object that was handled last.
    """

    webhook_id: str
    state: State
    token: str = ""
    version: ObjectVersion | None = None
    digest: str = ""
    at: float = 0.0
    previous: str | None = None

    def __bool__(self) -> bool:
        return self.state == "granted"


class Inbox(Protocol):
    """The protocol that a Router works with. A claim neither done nor released within its lease is free again."""

    def claim(self, webhook_id: str, version: ObjectVersion | None = None, digest: str = "", /) -> Claim: ...

    def done(self, claim: Claim, /) -> None: ...

    def release(self, claim: Claim, /) -> None: ...


@attrs.frozen
class _Handled:
    """The state of an object that was handled last, and when, in microseconds."""

    version: ObjectVersion
    at: int

    def makes_stale(self, version: ObjectVersion, now: int, max_skew: int) -> bool:
        """Return whether another state, which is claimed now, is older than this one.

        The later `updatedAt` is newer; of one moment, a state that can't follow is older. A date in the future says
        nothing: then what can't follow is older too, unless it is dated after this one was handled.
        """
        ahead = self.version.updated_at > self.at + max_skew
        if (
            version.updated_at > (self.at if ahead else self.version.updated_at)
            and version.updated_at <= now + max_skew
        ):
            return False
        if ahead or version.updated_at >= self.version.updated_at:
            return self.version.state in version.never_after
        return True


class MemoryInbox:
    """An inbox for one process, which forgets all when that ends: for tests and first steps; else take SqlInbox.

    `lease` in seconds is how long a claim holds; the last `keep` handled events and objects are remembered. An
    `updatedAt` more than `max_skew` seconds in the future orders nothing.
    """

    def __init__(
        self,
        *,
        lease: float = 60.0,
        keep: int = 100_000,
        max_skew: float = MAX_SKEW,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._lease = lease
        self._keep = keep
        self._max_skew = round(max_skew * 1e6)
        self._clock = clock
        self._lock = threading.Lock()
        self._digests: dict[str, str] = {}
        self._objects: dict[str, _Handled] = {}
        self._leases: dict[_Leased, tuple[str, float]] = {}

    def claim(self, webhook_id: str, version: ObjectVersion | None = None, digest: str = "") -> Claim:
        """Ask for an event; `version` also asks for its object, so that this never moves backwards.

        `digest` stands for what the event says: one of the same id that says something else is a conflict.
        """
        with self._lock:
            before = self._objects.get(version.key) if version is not None else None
            state = self._state(webhook_id, version, digest)
            previous = before.version.state if before else None
            claim = Claim(webhook_id, state, uuid.uuid4().hex, version, digest, self._clock(), previous)
            if claim.state == "stale":
                _remember(self._digests, webhook_id, digest, self._keep)
            if claim:
                self._leases.update(dict.fromkeys(_leased(claim), (claim.token, claim.at + self._lease)))
            return claim

    def done(self, claim: Claim) -> None:
        """Never hand this event out again. Raises ClaimLostError if the lease ran out and another worker has it."""
        with self._lock:
            if not self._owns(claim):
                raise ClaimLostError(claim.webhook_id)
            self._drop(claim)
            _remember(self._digests, claim.webhook_id, claim.digest, self._keep)
            if claim.version is not None:
                handled = _Handled(claim.version, round(claim.at * 1e6))
                _remember(self._objects, claim.version.key, handled, self._keep)
            warn_if_late(claim, self._clock(), self._lease)

    def release(self, claim: Claim) -> None:
        """Give an unhandled event back at once, instead of when its lease ends."""
        with self._lock:
            if self._owns(claim):
                self._drop(claim)

    def _state(self, webhook_id: str, version: ObjectVersion | None, digest: str) -> State:
        if webhook_id in self._digests:
            return repeated(self._digests[webhook_id], digest)
        if self._held(("event", webhook_id)):
            return "busy"
        if version is None:
            return "granted"
        handled = self._objects.get(version.key)
        if handled and handled.makes_stale(version, round(self._clock() * 1e6), self._max_skew):
            return "stale"
        return "busy" if self._held(("object", version.key)) else "granted"

    def _held(self, name: _Leased) -> bool:
        return name in self._leases and self._leases[name][1] > self._clock()

    def _owns(self, claim: Claim) -> bool:
        return all(name in self._leases and self._leases[name][0] == claim.token for name in _leased(claim))

    def _drop(self, claim: Claim) -> None:
        for name in _leased(claim):
            del self._leases[name]


def repeated(before: str, digest: str) -> Literal["duplicate", "conflict"]:
    """Return what a delivery of an id that was handled is, by the digests of both; an empty one says nothing."""
    return "conflict" if before and digest and before != digest else "duplicate"


def warn_if_late(claim: Claim, now: float, lease: float) -> None:
    """Log that a handler took longer than its lease: this time no other worker took its event."""
    if now > claim.at + lease:
        _log.warning(
            "webhook %s: its handler took %.1f s, longer than the lease of %.1f s; another worker could have taken it",
            claim.webhook_id, now - claim.at, lease,
        )  # fmt: skip


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
