"""What webhooks should have told and did not: the lists of the API, handed to the same router."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from palomma._errors import ConfigurationError
from palomma_api.contract import ENVELOPE, LISTS
from palomma_api.runtime.values import read_datetime

from ._event import Event, digest_of, members_of, microseconds
from ._router import Outcome, Router

if TYPE_CHECKING:
    from palomma import AsyncPalomma, Palomma

__all__ = ["catch_up", "catch_up_async"]


def catch_up(client: Palomma, router: Router, since: datetime) -> int:
    """Hand what changed `since` then to the router, as webhooks would have, and return how many were handled.

    Each state of an object is handled once, be it found here or told by a webhook, now or later. Of a state that came
    and went in between nothing is known. The `timestamp` of such an event is the object's `updatedAt`. Only lists whose
    events have a handler are walked, to their ends: Palomma can't be asked for a date and documents no order, so the
    cost grows with all that there ever was.

    Raises ConfigurationError for a `since` without a zone, what a list raises, and at the end an ExceptionGroup of what
    handlers raised: what they failed at is handed to them again next time.
    """
    handled, failures, start = 0, list[Exception](), _start(since)
    for event_type, walk in _walks(router):
        for item in _items(client, walk):
            try:
                event = _event(event_type, item, start)
                handled += event is not None and router.handle(event) is Outcome.HANDLED
            except Exception as error:  # one object that can't be handled keeps no other from it
                failures.append(error)
    return _end(handled, failures)


async def catch_up_async(client: AsyncPalomma, router: Router, since: datetime) -> int:
    """`catch_up` for asyncio."""
    handled, failures, start = 0, list[Exception](), _start(since)
    for event_type, walk in _walks(router):
        async for item in _aitems(client, walk):
            try:
                event = _event(event_type, item, start)
                handled += event is not None and await router.handle_async(event) is Outcome.HANDLED
            except Exception as error:
                failures.append(error)
    return _end(handled, failures)


def _walks(router: Router) -> list[tuple[str, tuple[str, ...]]]:
    return [(event_type, walk) for event_type, walk in LISTS.items() if router.takes(event_type)]


def _items(client: Palomma, walk: tuple[str, ...]) -> Iterator[Any]:
    *before, last = (attrgetter(name)(client) for name in walk)
    if not before:
        yield from last()
    for parent in (item for method in before for item in method()):
        yield from last(parent.id)


async def _aitems(client: AsyncPalomma, walk: tuple[str, ...]) -> AsyncIterator[Any]:
    *before, last = (attrgetter(name)(client) for name in walk)
    if not before:
        async for item in last():
            yield item
    for method in before:
        async for parent in method():
            async for item in last(parent.id):
                yield item


def _start(since: datetime) -> int:
    if since.tzinfo is None:
        raise ConfigurationError("since= needs a time zone, such as datetime.now(UTC) - timedelta(days=1)")
    return microseconds(since)


def _event(event_type: str, item: Any, start: int) -> Event | None:
    """Return the webhook that would have told of an object; None if it has not changed since."""
    assert ENVELOPE is not None
    members = members_of(item)
    # What two walks find alike is one event, with one id, and so is handled once.
    said = (f"catch-up:{digest_of(members)}", str(members.get("updatedAt")), event_type, members)
    event = Event(said[0], read_datetime(said[1]), event_type, dict(zip(ENVELOPE, said, strict=True)))
    return event if event.version is None or event.version.updated_at >= start else None


def _end(handled: int, failures: list[Exception]) -> int:
    if failures:
        raise ExceptionGroup("handlers failed while catching up", failures)
    return handled
