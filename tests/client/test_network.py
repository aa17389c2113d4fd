"""Sockets and h11 at their edges: early answers, look-ups that hang, cancelled calls, Windows' way to wait."""

from __future__ import annotations

import asyncio
import json
import select
import socket
import threading
import time
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

import anyio
import httpx
import pytest

from palomma import APIError, AsyncPalomma, NotSentError, Palomma, PalommaError
from palomma._sansio import Deadline
from palomma._transport.http import AsyncTransport, Transport
from palomma.models import BankAccount
from tests.faults.kinds import KINDS, trusting
from tests.faults.server import Connection, FaultServer, answer, obedient, told

from .conftest import KEY, settings
from .test_leaks import OURS

LONG = "x" * 8_000_000
ACCOUNT = "98765432101"


def _target(client: Any, description: str = LONG) -> Any:
    account = BankAccount("bancolombia", "savings", ACCOUNT)
    return client.payout_targets.create(
        customer_id="c", redirect_url="https://shop.example", bank_account=account, description=description
    )


def _outcome(blocking: bool, server: FaultServer, warm: bool = False, **more: Any) -> str:
    """The name of what a create with a long body ends in."""
    setup = settings(server, max_retries=0, timeout=3.0) | more

    async def main() -> Any:
        async with AsyncPalomma(**setup) as client:
            if warm:
                await client.payout_requests.get("a")
            return await _target(client)

    try:
        if not blocking:
            return type(asyncio.run(main())).__name__
        with Palomma(**setup) as client:
            if warm:
                client.payout_requests.get("a")
            return type(_target(client)).__name__
    except PalommaError as error:
        return f"{type(error).__name__} {error.status_code}"


def _early(*parts: bytes) -> Callable[[Connection], None]:
    """Reads the head of a request and no more, answers, keeps the connection open and reads no more."""

    def behave(connection: Connection) -> None:
        connection.arrived()
        time.sleep(0.1)
        for part in parts:
            connection.send(part)
            time.sleep(0.02)
        connection.server.stopped.wait(5)

    return behave


REFUSAL = answer(b'{"message": "too long"}', "413 Content Too Large")


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((REFUSAL,), "APIError 413"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", REFUSAL), "APIError 413"),
        ((REFUSAL[:30], REFUSAL[30:]), "APIError 413"),
        ((b"no HTTP\r\n\r\n",), "OutcomeUnknownError None"),
    ],
)
def test_an_early_answer_is_read(
    parts: tuple[bytes, ...], expected: str, blocking: bool, serve: Callable[..., FaultServer]
) -> None:
    """A server that answers before it has read a long body, and reads no more of it, is listened to."""
    assert _outcome(blocking, serve(_early(*parts))) == expected


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_an_early_answer_costs_its_connection(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """The server would take the next request for the rest of the body that it didn't read."""
    server = serve(lambda connection: (obedient if connection.index else _early(REFUSAL))(connection))
    setup = settings(server, max_retries=0, timeout=3.0)

    async def main() -> str:
        async with AsyncPalomma(**setup) as client:
            with pytest.raises(APIError):
                await _target(client)
            return (await client.payout_requests.get("next")).id

    if not blocking:
        assert asyncio.run(main()) == "next"
        return
    with Palomma(**setup) as client:
        with pytest.raises(APIError):
            _target(client)
        assert client.payout_requests.get("next").id == "next"


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_an_early_end(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """A server that hangs up meanwhile: what was sent of a create is unknown."""
    server = serve(lambda c: (c.arrived(), c.sock.shutdown(socket.SHUT_WR), c.gone()))
    assert _outcome(blocking, server) == "OutcomeUnknownError None"


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_an_early_answer_on_a_used_connection_is_nobodys(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """It may be about what went before: a refusal that comes there before all was written leaves a create unknown."""

    def behave(connection: Connection) -> None:
        request = connection.request()
        assert request is not None
        connection.send(answer(told(request)))
        _early(REFUSAL)(connection)

    assert _outcome(blocking, serve(behave), warm=True) == "OutcomeUnknownError None"


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_a_server_that_takes_nothing_more(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """The deadline holds while a body is written."""
    assert _outcome(blocking, serve(_early()), timeout=0.5) == "OutcomeUnknownError None"


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_a_long_body_over_tls(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """Session tickets that come meanwhile are no answer."""
    server = serve(KINDS["TLS"].behave)
    more = {"base_url": f"https://127.0.0.1:{server.port}/v0", "ssl_context": trusting(), "timeout": 10.0}
    assert _outcome(blocking, server, **more) == "PayoutTarget"
    assert [len(json.loads(request.body)["description"]) for request in server.requests] == [len(LONG)]


def test_waiting_as_windows_does(serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no `poll`, `select` does the same."""
    monkeypatch.delattr(select, "poll")
    server = serve(obedient)
    with Palomma(**settings(server)) as client:
        assert client.payout_requests.get("a").id == "a"
        _target(client)
    silent = settings(serve(lambda c: c.gone()), timeout=0.2, max_retries=0)
    with Palomma(**silent) as client, pytest.raises(PalommaError, match="timed out"):
        client.payout_requests.get("a")


def test_a_program_does_not_wait_for_a_resolver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """`asyncio.run` is over when the call is; sixty calls for one name have one thread."""
    hanging, told = threading.Event(), list[str]()

    def hangs(*_: Any, **__: Any) -> list[Any]:
        told.append("asked")
        hanging.wait(10)
        told.append("answered")
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    setup: dict[str, Any] = {"api_key": "key", "base_url": "http://slow.localhost/v0", "timeout": 0.5, "max_retries": 0}

    async def main() -> set[str]:
        async with AsyncPalomma(**setup) as client:
            calls = (client.payout_requests.get(str(number)) for number in range(60))
            return {type(error).__name__ for error in await asyncio.gather(*calls, return_exceptions=True)}

    assert asyncio.run(main()) == {"NotSentError"}
    assert told == ["asked"]
    hanging.set()


def test_a_name_without_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that says nothing at all: nothing was sent."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with Palomma("key", base_url="http://none.localhost/v0", max_retries=0) as client, pytest.raises(NotSentError):
        client.payout_requests.get("a")


def test_no_more_threads(monkeypatch: pytest.MonkeyPatch, serve: Callable[..., FaultServer]) -> None:
    """If a look-up can't begin, nothing was sent, and the next one begins anew."""
    server = serve(obedient)
    url = f"http://lookup.localhost:{server.port}/v0"
    with monkeypatch.context() as patched, Palomma("key", base_url=url, max_retries=0) as client:
        patched.setattr("palomma._transport.network.start_new_thread", _no_thread)
        with pytest.raises(NotSentError, match="can't start new thread"):
            client.payout_requests.get("a")
    with monkeypatch.context() as patched, Palomma("key", base_url=url, max_retries=0) as client:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
        patched.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert client.payout_requests.get("a").id == "a"


def _no_thread(*arguments: object) -> int:
    raise RuntimeError("can't start new thread")


def _shown(trace: TracebackType | None) -> str:
    frames = traceback.StackSummary.extract(traceback.walk_tb(trace), capture_locals=True)
    return "".join(str(frame.locals) for frame in frames if frame.filename.startswith(OURS))


@pytest.mark.parametrize("tls", [False, True])
def test_the_frames_of_a_cancelled_call_show_nothing(tls: bool, serve: Callable[..., FaultServer]) -> None:
    """Cancelled at any turn of the loop: no frame of ours holds the key, the account, or what came of the answer."""

    def half(connection: Connection) -> None:
        connection.request()
        connection.send(answer(f'{{"echo": "{KEY} {ACCOUNT}'.encode(), length=999))
        connection.gone()

    server = serve(KINDS["TLS"].behave if tls else half)
    scheme = "https" if tls else "http"
    setup = settings(server, base_url=f"{scheme}://127.0.0.1:{server.port}/v0", ssl_context=trusting())
    shown: list[str] = []

    async def cancelled(client: AsyncPalomma, ticks: int) -> None:
        task = asyncio.create_task(_target(client, "short"))
        for _ in range(ticks):
            await asyncio.sleep(0 if ticks < 60 else 0.001)
        task.cancel()
        try:
            await task
        except (asyncio.CancelledError, PalommaError) as error:
            shown.append(_shown(error.__traceback__))

    async def main() -> None:
        async with AsyncPalomma(**setup) as client:
            for ticks in [*range(1, 50), 100]:
                await cancelled(client, ticks)

    asyncio.run(main())
    assert len(shown) >= 5
    assert [canary for canary in (KEY, ACCOUNT) for text in shown if canary in text] == []


class _Interrupted(Deadline):
    """As if a signal came just before a write."""

    def left(self) -> float:
        raise KeyboardInterrupt


def test_the_frames_of_an_interrupted_write_show_nothing(serve: Callable[..., FaultServer]) -> None:
    """What is to be written, the head with the key and the body, is a local variable of no frame by then."""
    url = f"http://127.0.0.1:{serve(obedient).port}/v0/payoutTargets"
    deadline = _Interrupted(time.monotonic() + 1, time)
    more: dict[str, Any] = {"content": ACCOUNT, "extensions": {"timeout": {"write": deadline}}}
    request = httpx.Request("POST", url, headers={"Authorization": f"Bearer {KEY}"}, **more)
    with Transport() as transport, pytest.raises(KeyboardInterrupt) as raised:
        transport.handle_request(request)

    shown = _shown(raised.tb)
    assert "memory" in shown  # the frame that writes is there
    assert [canary for canary in (KEY, ACCOUNT) if canary in shown] == []


def test_loops_in_threads_keep_their_connections(serve: Callable[..., FaultServer]) -> None:
    """Two event loops at a time have a pool each: neither closes the other's."""
    server = serve(obedient)
    client = AsyncPalomma(**settings(server))
    met = threading.Barrier(2)

    async def main() -> None:
        for number in range(5):
            await asyncio.to_thread(met.wait, 5)
            assert (await client.payout_requests.get(str(number))).id == str(number)

    threads = [threading.Thread(target=asyncio.run, args=(main(),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asyncio.run(client.aclose())
    assert server.connections == 2


def test_a_pool_in_use_is_retired_gently(serve: Callable[..., FaultServer]) -> None:
    """An answer that is being read when connections are dropped is read to its end; then its connection is closed."""
    server = serve(obedient)
    url = f"http://127.0.0.1:{server.port}/v0/payoutRequests/"
    transport = Transport()
    response = transport.handle_request(httpx.Request("GET", f"{url}a"))
    transport.drop()
    response.read()
    again = transport.handle_request(httpx.Request("GET", f"{url}b"))
    again.read()
    transport.close()

    assert (response.json()["id"], again.json()["id"], server.connections) == ("a", "b", 2)


def test_a_closed_answer_reads_nothing(serve: Callable[..., FaultServer]) -> None:
    """Another call may be using its connection by then."""
    url = f"http://127.0.0.1:{serve(obedient).port}/v0/payoutRequests/a"

    async def main() -> None:
        transport = AsyncTransport()
        response = await transport.handle_async_request(httpx.Request("GET", url))
        await response.aclose()
        with pytest.raises(httpx.StreamClosed):
            await anext(aiter(response.stream))  # type: ignore[arg-type]
        await transport.aclose()

    anyio.run(main)
