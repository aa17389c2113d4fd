"""Router: each event to its handler, once."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from webhook_facts import KEY, Clock, delivery, state

from palomma._errors import ConfigurationError
from palomma.webhooks import ClaimLostError, Event, MemoryInbox, Outcome, Router, SqlInbox, Webhook


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
    """A handler that outlived its lease does not count as having handled the event, if another worker took it."""

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
