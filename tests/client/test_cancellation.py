"""A cancelled call leaves the others alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from random import Random
from threading import Semaphore

import pytest
import trio

from palomma import AsyncPalomma, Outcome
from palomma._transport.http import AsyncTransport
from tests.faults.server import Connection, FaultServer, obedient

from .conftest import settings

CONNECTIONS = 5


def _client(server: FaultServer, **more: object) -> AsyncPalomma:
    transport = AsyncTransport(limit=CONNECTIONS)
    return AsyncPalomma(**settings(server, transport=transport, **more))


async def _cancelled(client: AsyncPalomma, number: int, ticks: int) -> str:
    """One call, cancelled after so many turns of the loop."""
    task = asyncio.create_task(client.payout_requests.get(f"id-{number}"))
    for _ in range(ticks):
        await asyncio.sleep(0)
    task.cancel()
    (result,) = await asyncio.gather(task, return_exceptions=True)
    return type(result).__name__


@pytest.mark.parametrize("seed", range(10))
def test_the_pool_outlives_cancellation(seed: int, serve: Callable[..., FaultServer]) -> None:
    """1,200 calls cancelled at any turn of the loop over a pool of 5; then 10 of 10 calls succeed."""
    server = serve(obedient)
    random = Random(seed)

    async def main() -> list[str]:
        async with _client(server) as client:
            for batch in range(60):
                results = await asyncio.gather(
                    *(_cancelled(client, batch * 20 + number, random.randrange(60)) for number in range(20))
                )
                assert set(results) <= {"CancelledError", "PayoutRequest"}
            found = await asyncio.gather(*(client.payout_requests.get(f"last-{number}") for number in range(10)))
            return [request.id for request in found]

    assert asyncio.run(main()) == [f"last-{number}" for number in range(10)]


@pytest.mark.parametrize("seed", range(2))
def test_the_pool_outlives_cancellation_in_trio(seed: int, serve: Callable[..., FaultServer]) -> None:
    """The same under trio."""
    server = serve(obedient)
    random = Random(seed)

    async def cancelled(client: AsyncPalomma, number: int, ticks: int) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(client.payout_requests.get, f"id-{number}")
            for _ in range(ticks):
                await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()

    async def main() -> list[str]:
        async with _client(server) as client:
            for batch in range(60):
                async with trio.open_nursery() as nursery:
                    for number in range(20):
                        nursery.start_soon(cancelled, client, batch * 20 + number, random.randrange(60))
            return [(await client.payout_requests.get(f"last-{number}")).id for number in range(10)]

    assert trio.run(main) == [f"last-{number}" for number in range(10)]


def test_a_cancelled_create_is_told(serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture) -> None:
    """Cancelling a create in flight propagates, is logged with its reference, and observers hear of it."""
    arrived = asyncio.Event()
    outcomes: list[Outcome] = []

    def behave(connection: Connection) -> None:
        connection.request()
        loop.call_soon_threadsafe(arrived.set)
        connection.gone()

    server = serve(behave)

    async def main() -> None:
        nonlocal loop
        loop = asyncio.get_running_loop()
        async with _client(server, on_outcome=outcomes.append) as client:
            create = client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")
            task = asyncio.create_task(create)
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    loop: asyncio.AbstractEventLoop
    with caplog.at_level(logging.WARNING, logger="palomma"):
        asyncio.run(main())

    assert [(o.result, o.reference, o.attempts, o.error) for o in outcomes] == [("cancelled", "order-7", 1, None)]
    assert caplog.messages == ["createPayoutRequest reference=order-7 ended cancelled: money may have moved"]


def test_a_call_in_the_queue_can_be_cancelled(serve: Callable[..., FaultServer]) -> None:
    """Calls that wait for a connection are cancelled without harm to those that have one."""
    arrived = Semaphore(0)
    server = serve(lambda connection: (connection.request(), arrived.release(), connection.gone()))

    async def main() -> None:
        async with _client(server, timeout=1.0, max_retries=0) as client:
            tasks = [asyncio.create_task(client.payout_requests.get(f"id-{n}")) for n in range(CONNECTIONS * 3)]
            for _ in range(CONNECTIONS):
                await asyncio.to_thread(arrived.acquire)
            for task in tasks[CONNECTIONS:]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            names = [type(result).__name__ for result in results]
            assert names == ["ResponseError"] * CONNECTIONS + ["CancelledError"] * CONNECTIONS * 2

    asyncio.run(main())
