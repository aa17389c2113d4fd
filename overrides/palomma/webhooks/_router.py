"""From a verified event to the one function that handles it, once."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from palomma._errors import ConfigurationError

from ._event import Event
from ._inbox import Claim, Inbox

__all__ = ["Outcome", "Router"]

_Handler = TypeVar("_Handler", bound=Callable[..., Any])


class Outcome(enum.Enum):
    """What became of an event."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    STALE = "stale"
    BUSY = "busy"
    IGNORED = "ignored"

    @property
    def http_status(self) -> int:
        """What to answer: 503 asks Palomma to deliver again, 200 says that there is no need to."""
        return 503 if self is Outcome.BUSY else 200


@attrs.frozen
class _Route:
    handler: Callable[..., Any]
    transaction: bool


class Router:
    """Sends each event to its handler, if the inbox grants it.

    A handler that raises gives its event back and the exception goes on to your framework, which answers 500, so that
    Palomma delivers again. An event type without a handler is ignored; `"*"` handles those.
    https://docs.palomma.com/webhooks/explanation

        webhooks = Router(SqlInbox("postgresql+psycopg://..."))

        @webhooks.on("payout-request.update")
        def paid(event: Event) -> None: ...

        status = webhooks.handle(webhook.verify(request.headers, raw_body)).http_status
    """

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._routes: dict[str, _Route] = {}

    def on(self, event_type: str, *, transaction: bool = False) -> Callable[[_Handler], _Handler]:
        """Register the handler of an event type: a function or a coroutine function of one Event.

        With `transaction=True` it is a function of an Event and a SQLAlchemy Connection. What it writes there is
        committed together with the fact that the event is done: both or neither, whenever the process dies.
        Raises ConfigurationError for a second handler of a type, and where there can be no transaction.
        """

        def register(handler: _Handler) -> _Handler:
            if event_type in self._routes:
                raise ConfigurationError(f"{event_type} has a handler already: call the second function from the first")
            if transaction and (inspect.iscoroutinefunction(handler) or not hasattr(self._inbox, "begin")):
                raise ConfigurationError("transaction=True needs a plain function, and a SqlInbox to commit with")
            self._routes[event_type] = _Route(handler, transaction)
            return handler

        return register

    def handle(self, event: Event) -> Outcome:
        """Handle an event, unless that was done or is being done. Raises what the handler raises."""
        route = self._route(event)
        if route is None:
            return Outcome.IGNORED
        claim = self._inbox.claim(event.webhook_id, event.version)
        if claim:
            self._run(route, event, claim)
        return Outcome.HANDLED if claim else Outcome(claim.state)

    async def handle_async(self, event: Event) -> Outcome:
        """`handle` for asyncio. The inbox, and handlers that are plain functions, run in threads."""
        import asyncio  # here, since it loads ssl, and a process that gets here has loaded it

        route = self._route(event)
        if route is None or not inspect.iscoroutinefunction(route.handler):
            return await asyncio.to_thread(self.handle, event)
        claim = await asyncio.to_thread(self._inbox.claim, event.webhook_id, event.version)
        if claim:
            try:
                await route.handler(event)
            except BaseException:
                await asyncio.to_thread(self._inbox.release, claim)
                raise
            # Outside of `try`: if this is cancelled its thread goes on, and a release could undo what it does.
            await asyncio.to_thread(self._inbox.done, claim)
        return Outcome.HANDLED if claim else Outcome(claim.state)

    def _route(self, event: Event) -> _Route | None:
        return self._routes.get(event.event_type) or self._routes.get("*")

    def _run(self, route: _Route, event: Event, claim: Claim) -> None:
        inbox: Any = self._inbox
        try:
            if route.transaction:
                with inbox.begin() as connection:
                    _call(route.handler, event, connection)
                    inbox.done(claim, connection)
            else:
                _call(route.handler, event)
                inbox.done(claim)
        except BaseException:
            inbox.release(claim)
            raise


def _call(handler: Callable[..., Any], *arguments: Any) -> None:
    result = handler(*arguments)
    # Nobody would await it, and the event would count as handled.
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise ConfigurationError(
            "this handler is async: register an `async def` function, and await handle_async(event)"
        )
