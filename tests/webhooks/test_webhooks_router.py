"""Router: each event to its handler, once."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import attrs
import pytest
import sqlalchemy as sa
from webhook_facts import KEY, Clock, delivery, state, with_members

from palomma import webhooks
from palomma._errors import ConfigurationError
from palomma.models import PayinLink, PayoutRequest
from palomma.webhooks import (
    ClaimLostError,
    Event,
    MemoryInbox,
    Outcome,
    Router,
    SqlInbox,
    UnreadableEventError,
    Webhook,
)

if TYPE_CHECKING:
    from palomma import models


def event(webhook_id: str = "a", second: int = 1, event_type: str = "payout-request.update") -> Event:
    return Webhook(KEY).verify(delivery(state(webhook_id, "object", second, event_type)))


def handle(router: Router, received: Event) -> Outcome:
    return router.handle(received)


def handle_async(router: Router, received: Event) -> Outcome:
    return asyncio.run(router.handle_async(received))


def plain(act: Callable[[Event], Any]) -> Callable[[Event], Any]:
    return lambda received: act(received)


def coroutine(act: Callable[[Event], Any]) -> Callable[[Event], Awaitable[Any]]:
    async def handler(received: Event) -> Any:
        return act(received)

    return handler


class Killed(BaseException):
    """Whatever ends a handler without being an Exception."""


WORLDS = pytest.mark.parametrize(
    ("run", "colour"),
    [(handle, plain), (handle_async, plain), (handle_async, coroutine)],
    ids=["sync", "sync handler in asyncio", "async"],
)


@WORLDS
def test_handled_once(run: Any, colour: Any, inbox: Any) -> None:
    """An event goes to the handler of its type once; what Palomma sends again is answered and not handled."""
    seen: list[Event] = []
    router = Router(inbox)
    router.on("payout-request.update")(colour(seen.append))
    outcomes = [
        run(router, event("a", 2)),
        run(router, event("a", 2)),
        run(router, event("b", 1)),
        run(router, event("b", 1)),
    ]

    assert seen == [event("a", 2)]
    assert outcomes == [Outcome.HANDLED, Outcome.DUPLICATE, Outcome.STALE, Outcome.DUPLICATE]


@WORLDS
@pytest.mark.parametrize("failure", [ValueError("x"), Killed(), SystemExit(1)], ids=repr)
def test_a_handler_that_dies_is_run_again(run: Any, colour: Any, failure: BaseException, inbox: Any) -> None:
    """A handler's exception goes on to the framework, and the next delivery is handled."""
    seen: list[Event] = []

    def fail_first(received: Event) -> None:
        seen.append(received)
        if len(seen) == 1:
            raise failure

    router = Router(inbox)
    router.on("payout-request.update")(colour(fail_first))
    with pytest.raises(type(failure)):
        run(router, event())

    assert [run(router, event()), run(router, event()), len(seen)] == [Outcome.HANDLED, Outcome.DUPLICATE, 2]


@WORLDS
def test_busy(run: Any, colour: Any, inbox: Any) -> None:
    """An event that another worker has is not handled here: Palomma is asked to come again."""
    inbox.claim("a")
    router = Router(inbox)
    router.on("*")(colour(lambda _: pytest.fail("handled twice")))

    assert run(router, event()) is Outcome.BUSY


@WORLDS
def test_lost_claim(run: Any, colour: Any, inbox: Any, clock: Clock) -> None:
    """Whoever called a handler that outlived its lease is told, if another worker took the event."""

    def outlive(received: Event) -> None:
        clock.now += 60
        assert inbox.claim("a", received.version)

    router = Router(inbox)
    router.on("payout-request.update")(colour(outlive))
    with pytest.raises(ClaimLostError):
        run(router, event())


@WORLDS
def test_routes(run: Any, colour: Any) -> None:
    """A type without a handler is ignored; `*` takes what no other handler does."""
    seen: list[tuple[str, str]] = []
    router = Router(MemoryInbox())
    router.on("payout-request.update")(colour(lambda received: seen.append(("one", received.webhook_id))))
    ignored = run(router, event("a", event_type="invoice.paid"))
    router.on("*")(colour(lambda received: seen.append(("any", received.webhook_id))))
    outcomes = [run(router, event("a", event_type="invoice.paid")), run(router, event("b"))]

    assert (ignored, outcomes) == (Outcome.IGNORED, [Outcome.HANDLED] * 2)
    assert seen == [("any", "a"), ("one", "b")]


def test_http_status() -> None:
    """Only an event that somebody else is handling is asked for again."""
    assert {outcome.value: outcome.http_status for outcome in Outcome} == {
        "handled": 200, "duplicate": 200, "stale": 200, "busy": 503, "ignored": 200,
        "conflict": 409,
    }  # fmt: skip


def test_decorated_functions_stay_what_they_were() -> None:
    """`on` returns the handler itself, so that it can be called and tested alone."""

    def paid(received: Event) -> str:
        return received.webhook_id

    assert Router(MemoryInbox()).on("payout-request.update")(paid) is paid


def test_one_handler_per_type() -> None:
    """A second handler of a type is refused: if it failed, the first would run again."""
    router = Router(MemoryInbox())
    router.on("payout-request.update")(print)
    with pytest.raises(ConfigurationError, match=r"payout-request\.update has a handler already"):
        router.on("payout-request.update")(print)


class AsyncCallable:
    async def __call__(self, received: Event) -> None:
        raise AssertionError("never awaited")


class NeverReady:
    def __await__(self) -> Any:
        raise AssertionError("never awaited")


@pytest.mark.parametrize("run", [handle, handle_async])
@pytest.mark.parametrize("handler", [AsyncCallable(), lambda _: NeverReady()], ids=["coroutine", "awaitable"])
def test_nothing_is_left_unawaited(run: Any, handler: Any) -> None:
    """A handler that turns out to be async is an error, and its event is not taken for handled."""
    inbox = MemoryInbox()
    router = Router(inbox)
    router.on("payout-request.update")(handler)
    with pytest.raises(ConfigurationError, match="async def"):
        run(router, event())

    assert inbox.claim("a").state == "granted"


def test_async_handler_in_a_sync_program() -> None:
    """An async handler cannot be run by `handle`, which says so."""
    router = Router(MemoryInbox())
    router.on("payout-request.update")(coroutine(lambda _: None))
    with pytest.raises(ConfigurationError, match="await handle_async"):
        router.handle(event())


def test_plain_handlers_do_not_block_the_loop() -> None:
    """In asyncio, a plain function runs in a thread, with the caller's context variables."""
    colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour")
    seen: list[tuple[bool, str]] = []
    router = Router(MemoryInbox())
    router.on("*")(lambda _: seen.append((threading.current_thread() is threading.main_thread(), colour.get())))

    async def main() -> None:
        colour.set("red")
        await router.handle_async(event())

    asyncio.run(main())

    assert seen == [(False, "red")]


class SlowInbox(MemoryInbox):
    """An inbox whose `done` says when it began, and waits for a word to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.go_on = threading.Event(), threading.Event()

    def done(self, claim: Any) -> None:
        self.began.set()
        self.go_on.wait()
        super().done(claim)


def test_cancelled_while_an_event_is_marked_done() -> None:
    """A client that hangs up while `done` is being written doesn't make the event be handled again."""
    inbox = SlowInbox()
    router = Router(inbox)
    router.on("*")(coroutine(lambda _: None))

    async def main() -> None:
        task = asyncio.create_task(router.handle_async(event()))
        await asyncio.to_thread(inbox.began.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        states = inbox.claim("a").state
        inbox.go_on.set()
        assert states == "busy"

    asyncio.run(main())

    assert inbox.claim("a").state == "duplicate"


def test_cancelled_handler() -> None:
    """A handler that is cancelled gives its event back."""
    inbox = MemoryInbox()
    router = Router(inbox)

    async def main() -> None:
        started = asyncio.Event()

        @router.on("*")
        async def never_ends(_: Event) -> None:
            started.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(router.handle_async(event()))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert inbox.claim("a").state == "granted"


@pytest.mark.parametrize("run", [handle, handle_async])
def test_transaction(run: Any, sql_inbox: SqlInbox, engine: sa.Engine) -> None:
    """What a handler writes to its connection stands exactly if its event is done."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE effects (name TEXT)"))
    failures = [RuntimeError("the first attempt dies")]
    router = Router(sql_inbox)

    @router.on("payout-request.update", transaction=True)
    def write(received: Event, connection: sa.Connection) -> None:
        connection.execute(sa.text("INSERT INTO effects VALUES (:name)"), {"name": received.webhook_id})
        if failures:
            raise failures.pop()

    with pytest.raises(RuntimeError):
        run(router, event())
    outcomes = [run(router, event()), run(router, event())]
    with engine.connect() as connection:
        effects = list(connection.scalars(sa.text("SELECT name FROM effects")))

    assert (outcomes, effects) == ([Outcome.HANDLED, Outcome.DUPLICATE], ["a"])


def test_lost_claim_in_a_transaction(sql_inbox: SqlInbox, engine: sa.Engine, clock: Clock) -> None:
    """Nothing stands of a handler that outlived its lease and lost its claim."""
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE effects (name TEXT)"))
    router = Router(sql_inbox)

    @router.on("*", transaction=True)
    def outlive(received: Event, connection: sa.Connection) -> None:
        clock.now += 60
        assert sql_inbox.claim("a", received.version)
        connection.execute(sa.text("INSERT INTO effects VALUES ('lost')"))

    with pytest.raises(ClaimLostError):
        router.handle(event())
    with engine.connect() as connection:
        assert list(connection.scalars(sa.text("SELECT name FROM effects"))) == []


def test_transactions_need_a_database_and_a_plain_function(tmp_path: Any) -> None:
    """Where nothing could be committed together, this is refused when the handler is registered."""
    database = SqlInbox(f"sqlite:///{tmp_path}/inbox.db")
    for router, handler in ((Router(MemoryInbox()), plain(print)), (Router(database), coroutine(print))):
        with pytest.raises(ConfigurationError, match="transaction=True needs"):
            router.on("*", transaction=True)(handler)


def link(**members: Any) -> Event:
    """A delivery about a payin link."""
    resource = {"id": "l", "status": "approved", "updatedAt": "2026-01-01T00:00:00Z", **members}
    return Webhook(KEY).verify(delivery(with_members(eventType="payin-link.update", event=resource)))


def takes_link(received: PayinLink) -> None: ...
def takes_named_link(received: PayinLink) -> None: ...
def takes_link_of_checkers(received: models.PayinLink) -> None: ...
def takes_link_or_nothing(received: PayinLink | None) -> None: ...
def takes_event(received: Event) -> None: ...
def takes_named_event(received: webhooks.Event) -> None: ...
def takes_any(received: Any) -> None: ...
def takes_object(received: object) -> None: ...
def takes_unsaid(received) -> None: ...  # type: ignore[no-untyped-def]


Link = PayinLink


def takes_alias(received: Link) -> None: ...
def takes_what_only_checkers_find(received: webhooks.nowhere.PayinLink) -> None: ...  # type: ignore[name-defined]


async def takes_link_async(received: PayinLink) -> None: ...


LINKS = [
    takes_alias,
    takes_what_only_checkers_find,
    takes_link,
    takes_named_link,
    takes_link_of_checkers,
    takes_link_or_nothing,
    takes_link_async,
]
EVENTS = [takes_event, takes_named_event, takes_any, takes_object, takes_unsaid]


@pytest.mark.parametrize(
    ("handler", "kind"), [*((each, PayinLink) for each in LINKS), *((each, Event) for each in EVENTS)]
)
def test_a_handler_is_handed_what_it_is_annotated_with(handler: Any, kind: type) -> None:
    """A PayinLink to whoever wants one, the event to everybody else."""
    seen: list[Any] = []

    @functools.wraps(handler)
    async def recorded(received: Any) -> None:
        seen.append(received)

    router = Router(MemoryInbox())
    router.on("payin-link.update")(recorded)
    asyncio.run(router.handle_async(link()))

    assert seen == [link() if kind is Event else link().event]


def test_a_model_in_a_transaction(sql_inbox: SqlInbox) -> None:
    """The object is handed over there, too."""
    seen: list[Any] = []
    router = Router(sql_inbox)

    @router.on("payin-link.update", transaction=True)
    def write(received: PayinLink, connection: sa.Connection) -> None:
        seen.append(received)

    assert (router.handle(link()), seen) == (Outcome.HANDLED, [link().event])


class Another:
    """No model."""


Another.__name__ = "PayinLink"


def takes_another(received: Another) -> None: ...
def takes_list(received: list[PayinLink]) -> None: ...
def takes_dict(received: dict[str, Any]) -> None: ...
def takes_payout(received: PayoutRequest) -> None: ...
def takes_unreadable(received: nowhere.Link) -> None: ...  # type: ignore[name-defined] # noqa: F821


@pytest.mark.parametrize("handler", [takes_another, takes_list, takes_dict, takes_payout, takes_unreadable])
def test_another_annotation_is_refused(handler: Any) -> None:
    """What an event doesn't bring can't be handed over, which is said when the handler is registered."""
    with pytest.raises(ConfigurationError, match=r"^payin-link\.update: annotate .* with PayinLink or Event$"):
        Router(MemoryInbox()).on("payin-link.update")(handler)


def test_all_events_bring_no_one_model() -> None:
    """A handler of everything takes events."""
    with pytest.raises(ConfigurationError, match=r"^\*: annotate the first parameter of the handler with Event$"):
        Router(MemoryInbox()).on("*")(takes_link)


def test_handlers_without_a_signature_or_a_parameter() -> None:
    """They are taken as they are."""
    router = Router(MemoryInbox())
    router.on("payin-link.update")(lambda: None)
    router.on("payout-request.update")(dict)

    with pytest.raises(TypeError):
        router.handle(link())


@WORLDS
def test_an_unreadable_object_is_not_taken_for_handled(run: Any, colour: Any) -> None:
    """An object without a status is no PayinLink: the handler isn't called, and the event comes again."""
    inbox = MemoryInbox()
    router = Router(inbox)
    handler = colour(lambda _: pytest.fail("called"))
    handler.__annotations__["received"] = PayinLink
    handler.__signature__ = inspect.signature(takes_link)
    router.on("payin-link.update")(handler)
    received = link(status=None)
    with pytest.raises(UnreadableEventError, match=r"lacks what its model needs: let the handler take an Event"):
        run(router, received)

    assert inbox.claim(received.webhook_id).state == "granted"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("payin-link.updated", r"\. Did you mean 'payin-link\.update'\?"),
        ("PAYIN", r"\."),
        ("", r"\."),
    ],
)
def test_misspelt_event_types(name: str, hint: str) -> None:
    """A type that the contract doesn't have would wait for ever; it is refused, with the nearest name."""
    text = rf"^this version knows no event type '{name}'{hint} If Palomma sends it, say unknown=True$"
    with pytest.raises(ConfigurationError, match=text):
        Router(MemoryInbox()).on(name)  # type: ignore[call-overload]


def test_news() -> None:
    """A type that Palomma added can be taken before this version knows it."""
    router = Router(MemoryInbox())
    router.on("invoice.paid", unknown=True)(takes_event)
    router.on("payin-link.refunded", unknown=True)(takes_link)  # of a known object: its model

    assert router.handle(event("a", event_type="invoice.paid")) is Outcome.HANDLED


@pytest.mark.parametrize("odd", [takes_event, None, 7])
def test_on_without_an_event_type(odd: Any) -> None:
    """`@router.on` without brackets says how it is written."""
    with pytest.raises(ConfigurationError, match=r"such as @router\.on\("):
        Router(MemoryInbox()).on(odd)


@pytest.mark.parametrize("run", [handle, handle_async])
@pytest.mark.parametrize("odd", [{"eventType": "x"}, b"{}", None, MemoryInbox()], ids=lambda odd: type(odd).__name__)
def test_what_is_no_event(run: Any, odd: Any) -> None:
    """Only what was verified can be handled; the error says how to get it."""
    name = type(odd).__name__
    with pytest.raises(TypeError, match=rf"not {name}: router\.handle\(webhook\.verify\(request\.headers, raw_body\)"):
        run(Router(MemoryInbox()), odd)


def test_ignored_types_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody handles it, and it won't come again: a person is told, once per type."""
    router = Router(MemoryInbox())
    for name in ("a", "b"):
        router.handle(event(name))
        router.handle(event(name, event_type="invoice.paid"))

    assert [record.getMessage() for record in caplog.records] == [
        "webhooks of type payout-request.update are ignored: no handler is registered",
        "webhooks of type invoice.paid are ignored: no handler is registered",
    ]


@WORLDS
def test_conflict(run: Any, colour: Any, inbox: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The id of a handled event with another payload is not acknowledged, and logged as an error."""
    router = Router(inbox)
    router.on("*")(colour(lambda _: None))
    outcomes = [run(router, event("a", second)) for second in (1, 2, 1)]

    assert outcomes == [Outcome.HANDLED, Outcome.CONFLICT, Outcome.DUPLICATE]
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "webhook a was handled, and now says something else: refused")
    ]


def test_news_of_money_is_logged(inbox: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A state that the contract doesn't expect after another, or at all, is handled, and a person is told."""
    router = Router(inbox)
    router.on("payin-link.update")(takes_event)
    for second, status in enumerate(["pending", "approved", "cancelled", "cancelled", "returned"]):
        moment = f"2026-01-01T00:00:0{second}Z"
        received = attrs.evolve(link(status=status, updatedAt=moment), webhook_id=status + moment)
        assert router.handle(received) is Outcome.HANDLED

    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "payin-link:l is 'cancelled', after 'approved': the contract doesn't know that",
        "payin-link:l is 'returned', after 'cancelled': the contract doesn't know that",
    ]


def test_what_is_not_handled_is_no_news(inbox: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A late or repeated word of a state that nobody announced, or one without a date, needs no person."""
    router = Router(inbox)
    router.on("payin-link.update")(takes_event)
    states = [
        ("a", "approved", "2026-01-01T00:00:05Z"),
        ("b", "returned", "2026-01-01T00:00:04Z"),
        ("c", "processing", "soon"),
    ]
    received = [attrs.evolve(link(status=status, updatedAt=at), webhook_id=name) for name, status, at in states]
    outcomes = [router.handle(each) for each in (*received, received[2])]

    assert [outcome.name for outcome in outcomes] == ["HANDLED", "STALE", "STALE", "DUPLICATE"]
    assert caplog.records == []


@pytest.mark.parametrize("odd", ["soon", None, 1_767_225_600_000, "2026-01-01T23:59:60Z"])
def test_without_a_date_the_states_count(inbox: Any, odd: Any) -> None:
    """What can't follow is stale; the same state once more may be news, since no date says that it isn't."""
    router, seen = Router(inbox), list[str]()
    router.on("payin-link.update")(lambda event: seen.append(event.object["status"]))
    for place, status in enumerate(["pending", "approved", "pending", "approved", "cancelled"]):
        router.handle(attrs.evolve(link(status=status, updatedAt=odd), webhook_id=f"{place}"))

    assert seen == ["pending", "approved", "approved"]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_receive(mode: str) -> None:
    """From headers and body to the status and text of the answer."""
    webhook, router = Webhook(KEY), Router(MemoryInbox())
    router.on("payout-request.update")(takes_event)

    def receive(headers: dict[str, str], body: bytes | None = None) -> tuple[int, str]:
        if mode == "async":
            return asyncio.run(router.receive_async(webhook, headers, body))
        return router.receive(webhook, headers, body)

    body = state("a", "object", 1)
    said = [receive(delivery(body), body), receive(delivery(body)), receive(delivery(body), b"{}"), receive({}, body)]

    assert said == [(200, "handled"), (200, "duplicate"), (400, "body_mismatch"), (400, "header_missing")]


def test_takes() -> None:
    """Whether an event would be handled."""
    router = Router(MemoryInbox())
    before = router.takes("payin-link.update")
    router.on("payin-link.update")(takes_event)
    with_one = router.takes("payin-link.update"), router.takes("payout-request.update")
    router.on("*")(takes_event)

    assert (before, with_one, router.takes("payout-request.update")) == (False, (True, False), True)
