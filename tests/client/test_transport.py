"""Our transports by themselves: connecting, queueing, and use by httpx's own clients."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import pytest

from palomma import AsyncPalomma, NotSentError, Palomma, PalommaError
from palomma._sansio import Deadline
from palomma._transport.http import AsyncTransport, Transport
from palomma.models import BankAccount
from tests.faults.kinds import KINDS, trusting
from tests.faults.server import Connection, FaultServer, answer, obedient, told

from .conftest import settings


def test_httpx_can_use_them(serve: Callable[..., FaultServer]) -> None:
    """httpx's clients take our transports, with httpx's own timeouts."""
    server = serve(obedient)
    url = f"http://127.0.0.1:{server.port}/v0/payoutRequests/a"

    async def main() -> str:
        async with httpx.AsyncClient(transport=AsyncTransport(), trust_env=False) as client:
            return (await client.get(url)).json()["id"]  # type: ignore[no-any-return]

    with httpx.Client(transport=Transport(), trust_env=False) as client:
        assert [client.get(url).json()["id"], client.get(url, timeout=None).json()["id"]] == ["a", "a"]
    assert asyncio.run(main()) == "a"


@pytest.mark.parametrize("kind", ["gzip in name only", "chunks", "TLS"])
def test_a_connection_serves_many_calls(serve: Callable[..., FaultServer], kind: str) -> None:
    """What looks for left-over answers mistakes no whole one for more."""

    def setup() -> tuple[FaultServer, dict[str, Any]]:
        server = serve(KINDS[kind].behave)
        scheme = "https" if KINDS[kind].tls else "http"
        return server, settings(server, base_url=f"{scheme}://127.0.0.1:{server.port}/v0", ssl_context=trusting())

    async def main(**more: Any) -> None:
        async with AsyncPalomma(**more) as client:
            for id in "abc":
                assert (await client.payout_requests.get(id)).id == id

    server, more = setup()
    with Palomma(**more) as client:
        assert [client.payout_requests.get(id).id for id in "abc"] == ["a", "b", "c"]
    async_server, more = setup()
    asyncio.run(main(**more))

    assert (server.connections, async_server.connections) == (1, 1)


def test_a_long_answer_keeps_its_connection(serve: Callable[..., FaultServer]) -> None:
    """The end of an answer is known exactly, however long it is."""

    def long(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            connection.send(answer(told(request, description="x" * 2_000_000)))

    server = serve(long)
    with Palomma(**settings(server)) as client:
        assert [client.payout_requests.get(id).id for id in "ab"] == ["a", "b"]
    assert server.connections == 1


def test_a_long_request_arrives_whole(serve: Callable[..., FaultServer]) -> None:
    """Whatever the kernel takes at a time."""
    server, text = serve(obedient), "0123456789" * 100_000
    more: dict[str, Any] = {"customer_id": "c", "redirect_url": "https://shop.example", "description": text}
    more["bank_account"] = BankAccount("bancolombia", "savings", "12345678901")

    async def main() -> None:
        async with AsyncPalomma(**settings(server)) as client:
            await client.payout_targets.create(**more)

    with Palomma(**settings(server)) as client:
        client.payout_targets.create(**more)
    asyncio.run(main())

    assert [json.loads(request.body)["description"] == text for request in server.requests] == [True, True]


def test_a_left_over_answer_costs_its_connection_alone(serve: Callable[..., FaultServer]) -> None:
    """The others serve on."""
    server = serve(KINDS["two answers at once"].behave)
    url = f"http://127.0.0.1:{server.port}/v0/payoutRequests/"
    transport = Transport()
    first, second = (transport.handle_request(httpx.Request("GET", f"{url}{id}")) for id in "ab")
    for response in (second, first):
        response.read()
        response.close()
    third = transport.handle_request(httpx.Request("GET", f"{url}c"))
    third.read()
    transport.close()

    assert [response.json()["id"] for response in (first, second, third)] == ["a", "b", "c"]
    assert server.connections == 2


def _resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """What the resolver of this machine says of a name."""

    def getaddrinfo(host: bytes, port: int, **more: Any) -> list[Any]:
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _client(server: FaultServer, **more: Any) -> Palomma:
    return Palomma(**settings(server, base_url=f"http://mock.localhost:{server.port}/v0", max_retries=0, **more))


@pytest.mark.parametrize("hosts", [(2, 2, 3, 1, 4), (2, 1)])
def test_each_address_is_tried(
    serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch, hosts: tuple[int, ...]
) -> None:
    """A host with several addresses is reached at the first one that answers."""
    server = serve(obedient)
    _resolved(monkeypatch, *(f"127.0.0.{host}" for host in hosts))
    with _client(server) as client:
        assert client.payout_requests.get("a").id == "a"


def test_no_address_answers(serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none answers, nothing was sent."""
    server = serve(obedient)
    _resolved(monkeypatch, "127.0.0.2", "127.0.0.3")
    with _client(server) as client, pytest.raises(NotSentError, match="ConnectError"):
        client.payout_requests.create(payout_target_id="t", amount=1)
    assert server.connections == 0


def test_an_unknown_host(serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that can't be resolved: nothing was sent."""
    _resolved(monkeypatch)
    with _client(serve(obedient)) as client, pytest.raises(NotSentError, match=r"mock\.localhost can't be resolved"):
        client.payout_requests.create(payout_target_id="t", amount=1)


def test_a_resolver_that_hangs(serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline holds there too, and nothing was sent."""
    found = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found.wait(10) and [])
    with _client(serve(obedient), timeout=0.2) as client, pytest.raises(NotSentError, match="not resolved in time"):
        client.payout_requests.create(payout_target_id="t", amount=1)
    found.set()


def _holding(connection: Connection) -> None:
    """Never answers, and says when it has a request."""
    connection.request()
    connection.server.idle_closed.set()
    connection.gone()


def test_a_queue_is_part_of_the_call(serve: Callable[..., FaultServer]) -> None:
    """A call that gets no connection before its deadline was not sent; the one that had it is not disturbed."""
    server = serve(_holding)
    transport = Transport(limit=1)
    setup = settings(server, transport=transport, timeout=1.0, max_retries=0)
    with Palomma(**setup) as client, ThreadPoolExecutor(1) as pool:
        holding = pool.submit(client.payout_requests.get, "a")
        server.idle_closed.wait(5)
        with pytest.raises(NotSentError, match="all connections are in use"):
            client.with_options(timeout=0.2).payout_requests.create(payout_target_id="t", amount=1)
        assert type(holding.exception()).__name__ == "ResponseError"

    assert server.received == ["GET"]


def test_an_async_queue_is_part_of_the_call(serve: Callable[..., FaultServer]) -> None:
    """The same where calls are awaited."""
    server = serve(_holding)
    transport = AsyncTransport(limit=1)

    async def main() -> list[str]:
        async with AsyncPalomma(**settings(server, transport=transport, timeout=1.0, max_retries=0)) as client:
            holding = asyncio.create_task(client.payout_requests.get("a"))
            await asyncio.to_thread(server.idle_closed.wait, 5)
            waiting = client.with_options(timeout=0.2).payout_requests.create(payout_target_id="t", amount=1)
            errors = await asyncio.gather(holding, waiting, return_exceptions=True)
            return [type(error).__name__ for error in errors if isinstance(error, PalommaError)]

    assert asyncio.run(main()) == ["ResponseError", "NotSentError"]
    assert server.received == ["GET"]


def test_a_stream_closed_twice_is_given_back_once(serve: Callable[..., FaultServer]) -> None:
    """One connection serves one call at a time, however often an answer is closed."""
    server = serve(obedient)
    url = f"http://127.0.0.1:{server.port}/v0/payoutRequests/"
    third = httpx.Request("GET", f"{url}c", extensions={"timeout": {"pool": 0.01}})

    async def main() -> list[bytes]:
        transport = AsyncTransport(limit=1)
        first = await transport.handle_async_request(httpx.Request("GET", f"{url}a"))
        await first.aread()
        await first.stream.aclose()  # type: ignore[union-attr]
        second = await transport.handle_async_request(httpx.Request("GET", f"{url}b"))
        await first.stream.aclose()  # type: ignore[union-attr]
        with pytest.raises(httpx.PoolTimeout):
            await transport.handle_async_request(third)
        await second.aread()
        await transport.aclose()
        return [first.json()["id"], second.json()["id"]]

    transport = Transport(limit=1)
    first = transport.handle_request(httpx.Request("GET", f"{url}a"))
    first.read()
    first.stream.close()  # type: ignore[union-attr]
    second = transport.handle_request(httpx.Request("GET", f"{url}b"))
    first.stream.close()  # type: ignore[union-attr]
    with pytest.raises(httpx.PoolTimeout):
        transport.handle_request(third)
    second.read()
    transport.close()

    assert [first.json()["id"], second.json()["id"]] == ["a", "b"]
    assert asyncio.run(main()) == ["a", "b"]
    assert server.connections == 2


def test_a_request_that_cannot_begin_keeps_no_place() -> None:
    """What fails before there is a connection gives its place in the queue back."""
    transport = Transport(limit=1)
    for _ in range(3):
        with pytest.raises(Exception, match="ftp"):
            transport.handle_request(httpx.Request("GET", "ftp://127.0.0.1/"))


# The child's copies of its parent's sockets are closed when they are collected: a shutdown would reach the peer.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_another_process_makes_its_own_connections(
    serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the process has another id than the one that made the connections, they are left alone."""
    server = serve(obedient)
    with Palomma(**settings(server)) as client:
        client.payout_requests.get("a")
        monkeypatch.setattr(os, "getpid", lambda: -1)
        client.payout_requests.get("b")
        client.payout_requests.get("c")
    gc.collect()

    assert server.connections == 2


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize(("late", "error"), [("pool", httpx.PoolTimeout), ("write", httpx.WriteTimeout)])
def test_nothing_is_written_after_the_deadline(
    late: str, error: type[Exception], blocking: bool, serve: Callable[..., FaultServer]
) -> None:
    """Not even on a connection that is ready: the deadline is asked before each write, and nothing counts as sent."""
    server = serve(obedient)
    url = f"http://127.0.0.1:{server.port}/v0/payoutRequests/a"
    over = Deadline(time.monotonic() - 1, time)
    warm, create = httpx.Request("GET", url), httpx.Request("POST", url, extensions={"timeout": {late: over}})

    async def main() -> None:
        async with AsyncTransport() as transport:
            await (await transport.handle_async_request(warm)).aread()
            with pytest.raises(error):
                await transport.handle_async_request(create)

    if not blocking:
        asyncio.run(main())
    else:
        with Transport() as transport:
            transport.handle_request(warm).read()
            with pytest.raises(error):
                transport.handle_request(create)
    assert (server.received, over.sent) == (["GET"], False)


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_answer_that_nobody_closes_gives_its_place_back(serve: Callable[..., FaultServer]) -> None:
    """A signal handler that raises before an answer is closed leaves nobody to close it: then its end does."""
    url = f"http://127.0.0.1:{serve(obedient).port}/v0/payoutRequests/a"
    with Transport(limit=1) as transport:
        for _ in range(3):
            request = httpx.Request("GET", url, extensions={"timeout": {"pool": 0.5}})
            response = transport.handle_request(request)
            response.extensions["circle"] = response  # as an exception and its frames are one
            del response
            gc.collect()
