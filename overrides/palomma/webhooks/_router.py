"""From a verified event to the one function that handles it, once."""

from __future__ import annotations

import enum
import inspect
import logging
from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import attrs

from palomma._errors import ConfigurationError
from palomma_api.contract import ENVIRONMENTS, EVENTS
from palomma_api.handlers import Handlers
from palomma_api.runtime.model import Model, suggest

from ._errors import UnreadableEventError, WebhookVerificationError
from ._event import Event, model_of
from ._inbox import Claim, Inbox
from ._verify import Headers, Webhook

if TYPE_CHECKING:
    from palomma.journal import Journal

__all__ = ["Outcome", "Router"]

_log = logging.getLogger("palomma")


class Outcome(enum.Enum):
    """What became of an event."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    STALE = "stale"
    BUSY = "busy"
    IGNORED = "ignored"
    CONFLICT = "conflict"

    @property
    def http_status(self) -> int:
        """What to answer: 200 says that there is no need to deliver again. 503 and 409 don't."""
        return {Outcome.BUSY: 503, Outcome.CONFLICT: 409}.get(self, 200)


@attrs.frozen
class _Route:
    handler: Callable[..., Any]
    transaction: bool
    takes_model: bool
    """Whether the handler takes the object as a model; else it takes the event."""

    def argument(self, event: Event) -> Any:
        """What the handler is handed. Raise `UnreadableEventError` if that can't be made."""
        if self.takes_model and not isinstance(event.event, Model):
            raise UnreadableEventError(event.webhook_id)
        return event.event if self.takes_model else event


class Router(Handlers[Event]):
    """Sends each event to its handler, if the inbox grants it.

    A handler that raises gives its event back and the exception goes on to your framework, which answers 500, so that
    Palomma delivers again. An event type without a handler is ignored, which is logged once; `"*"` handles those.
    https://docs.palomma.com/webhooks/explanation

        webhooks = Router(SqlInbox("postgresql+psycopg://..."))

        @webhooks.on("payout-request.update")
        def paid(payout: PayoutRequest) -> None: ...

        status, text = webhooks.receive(webhook, request.headers, raw_body)
    """

    def __init__(
        self, inbox: Inbox, *, journal: Journal | None = None, environment: str = "", account: str | None = None
    ) -> None:
        """Set up a router. With a `journal`, events confirm its rows of this `environment` and `account`, too."""
        if journal is not None and environment not in ENVIRONMENTS:
            raise ConfigurationError(f"with a journal, a Router needs environment={' or '.join(ENVIRONMENTS)}")
        self._inbox = inbox
        self._confirm = None if journal is None else partial(journal.on_event, environment=environment, account=account)
        self._routes: dict[str, _Route] = {}
        self._ignored: set[str] = set()

    def takes(self, event_type: str) -> bool:
        """Return whether an event of this type has a handler."""
        return event_type in self._routes or "*" in self._routes

    def receive(self, webhook: Webhook, headers: Headers, body: bytes | None = None) -> tuple[int, str]:
        """Verify and handle a delivery, and return the HTTP status and the text to answer with.

        Raises what the handler raises, and `ClaimLostError`: let your framework answer 500.
        """
        try:
            event = webhook.verify(headers, body)
        except WebhookVerificationError as error:
            return 400, error.reason
        outcome = self.handle(event)
        return outcome.http_status, outcome.value

    async def receive_async(self, webhook: Webhook, headers: Headers, body: bytes | None = None) -> tuple[int, str]:
        """`receive` for asyncio."""
        try:
            event = webhook.verify(headers, body)
        except WebhookVerificationError as error:
            return 400, error.reason
        outcome = await self.handle_async(event)
        return outcome.http_status, outcome.value

    def _register(self, event_type: str, transaction: bool, unknown: bool) -> Any:
        _require_announced(event_type, unknown)

        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            if event_type in self._routes:
                raise ConfigurationError(f"{event_type} has a handler already: call the second function from the first")
            if transaction and (inspect.iscoroutinefunction(handler) or not hasattr(self._inbox, "begin")):
                raise ConfigurationError("transaction=True needs a plain function, and a SqlInbox to commit with")
            self._routes[event_type] = _Route(handler, transaction, _takes_model(handler, event_type))
            return handler

        return register

    def handle(self, event: Event) -> Outcome:
        """Handle an event, unless that was done or is being done. Raises what the handler raises."""
        route = self._route(event)
        if self._confirm is not None:
            self._confirm(event)
        if route is None:
            return Outcome.IGNORED
        claim = _noted(self._inbox.claim(event.webhook_id, event.version, event.digest))
        if claim:
            self._run(route, event, claim)
        return Outcome.HANDLED if claim else Outcome(claim.state)

    async def handle_async(self, event: Event) -> Outcome:
        """`handle` for asyncio. The inbox, and handlers that are plain functions, run in threads."""
        import asyncio  # here, since it loads ssl, and a process that gets here has loaded it

        route = self._route(event)
        if route is None or not inspect.iscoroutinefunction(route.handler):
            return await asyncio.to_thread(self.handle, event)
        if self._confirm is not None:
            await asyncio.to_thread(self._confirm, event)
        claim = _noted(await asyncio.to_thread(self._inbox.claim, event.webhook_id, event.version, event.digest))
        if claim:
            try:
                await route.handler(route.argument(event))
            except BaseException:
                await asyncio.to_thread(self._inbox.release, claim)
                raise
            # Outside of `try`: if this is cancelled its thread goes on, and a release could undo what it does.
            await asyncio.to_thread(self._inbox.done, claim)
        return Outcome.HANDLED if claim else Outcome(claim.state)

    def _route(self, event: Event) -> _Route | None:
        if not isinstance(event, Event):
            raise TypeError(
                f"an Event is handled, as Webhook.verify returns it, not {type(event).__name__}: "
                "router.handle(webhook.verify(request.headers, raw_body))"
            )
        route = self._routes.get(event.event_type) or self._routes.get("*")
        if route is None and event.event_type not in self._ignored:
            self._ignored.add(event.event_type)
            _log.warning("webhooks of type %s are ignored: no handler is registered", event.event_type)
        return route

    def _run(self, route: _Route, event: Event, claim: Claim) -> None:
        inbox: Any = self._inbox
        try:
            if route.transaction:
                with inbox.begin() as connection:
                    _call(route.handler, route.argument(event), connection)
                    inbox.done(claim, connection)
            else:
                _call(route.handler, route.argument(event))
                inbox.done(claim)
        except BaseException:
            inbox.release(claim)
            raise


def _require_announced(event_type: object, unknown: bool) -> None:
    if not isinstance(event_type, str):
        example, kind = next(iter(EVENTS), "*"), type(event_type).__name__
        raise ConfigurationError(f"on() takes the type of an event, such as @router.on({example!r}), not a {kind}")
    if not unknown and event_type not in (*EVENTS, "*"):
        near = suggest(event_type, EVENTS) or "."
        raise ConfigurationError(
            f"this version knows no event type {event_type!r}{near} If Palomma sends it, say unknown=True"
        )


def _takes_model(handler: Callable[..., Any], event_type: str) -> bool:
    """Return whether a handler's first parameter is annotated with the event's model; else it takes the event."""
    model, kinds = model_of(event_type), _annotated(handler)
    takes_model = model is not None and _is_among(model, kinds)
    if kinds and not takes_model and not any(_is_among(each, kinds) for each in (Event, Any, object)):
        either = f"{model.__name__} or Event" if model else "Event"
        raise ConfigurationError(f"{event_type}: annotate the first parameter of the handler with {either}")
    return takes_model


def _is_among(kind: Any, kinds: tuple[Any, ...]) -> bool:
    """Return whether a class is among others, some of which are known by their names only."""
    return any(each in (kind, getattr(kind, "__name__", kind)) for each in kinds)


def _annotated(handler: Callable[..., Any]) -> tuple[Any, ...]:
    """Return what the first parameter is annotated with: a class, or several; names where they can't be read."""
    try:
        first = next(iter(_signature(handler).parameters.values()), None)
    except ValueError:  # some builtins have no signature
        return ()
    if first is None or first.annotation is inspect.Parameter.empty:
        return ()
    if isinstance(first.annotation, str):
        return tuple(part.strip().rpartition(".")[2] for part in first.annotation.split("|"))
    return get_args(first.annotation) if get_origin(first.annotation) in (Union, UnionType) else (first.annotation,)


def _signature(handler: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(handler, eval_str=True)
    except (NameError, AttributeError):  # imported for type checkers only
        return inspect.signature(handler)


def _noted(claim: Claim) -> Claim:
    """Log what a person should look at."""
    if claim.state == "conflict":
        _log.error("webhook %s was handled, and now says something else: refused", claim.webhook_id)
    elif claim and claim.version and claim.version.is_unexpected_after(claim.previous):
        _log.warning(
            "webhook %s: %s is %r, after %r: the contract doesn't know that",
            claim.webhook_id, claim.version.key, claim.version.state, claim.previous,
        )  # fmt: skip
    return claim


def _call(handler: Callable[..., Any], *arguments: Any) -> None:
    result = handler(*arguments)
    # Nobody would await it, and the event would count as handled.
    if inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise ConfigurationError(
            "this handler is async: register an `async def` function, and await handle_async(event)"
        )
