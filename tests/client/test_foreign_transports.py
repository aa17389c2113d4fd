"""Ten transports of the caller's, on which no create goes out twice."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import httpx2
import httpx_aiohttp
import pytest
import respx

from palomma import AsyncPalomma, OutcomeUnknownError, Palomma, PalommaError
from tests.faults.server import Connection, FaultServer, obedient

from .conftest import settings

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """What is behind a mock's handler is closed when it's collected: here, and not in some later test."""
    yield
    gc.collect()


class Subclass(httpx.HTTPTransport):
    """Any method may have been overridden."""


class AsyncSubclass(httpx.AsyncHTTPTransport):
    """Any method may have been overridden."""


class Liar(httpx.BaseTransport):
    """Sends, and says that it could not connect."""

    def __init__(self, error: Exception) -> None:
        self.inner, self.error = httpx.HTTPTransport(), error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.inner.handle_request(request).read()
        raise self.error

    def close(self) -> None:
        self.inner.close()


def _through(transport: Any) -> Any:
    """A transport whose answers come from a handler, which asks the server."""
    return lambda request: transport.handle_request(request)


def _router() -> httpx.BaseTransport:
    router = respx.Router()
    router.route().mock(side_effect=_through(httpx.HTTPTransport()))
    return httpx.MockTransport(router.handler)


BELIEVED: dict[str, Callable[[], Any]] = {
    "httpx": httpx.HTTPTransport,
    "httpx, async": httpx.AsyncHTTPTransport,
    "httpx2": httpx2.HTTPTransport,
    "httpx2, async": httpx2.AsyncHTTPTransport,
}
OTHERS: dict[str, Callable[[], Any]] = {
    "a subclass": Subclass,
    "a subclass, async": AsyncSubclass,
    "aiohttp, async": httpx_aiohttp.AiohttpTransport,
    "a mock": lambda: httpx.MockTransport(_through(httpx.HTTPTransport())),
    "respx's router": _router,
    "a liar": lambda: Liar(httpx.ConnectTimeout("could not connect")),
}
ALL = BELIEVED | OTHERS


def _create(name: str, server: FaultServer) -> Any:
    setup = settings(server, transport=ALL[name](), timeout=3.0)

    async def main() -> Any:
        async with AsyncPalomma(**setup) as client:
            return await client.payout_requests.create(payout_target_id="t", amount=1)

    try:
        if name.endswith("async"):
            return asyncio.run(main())
        with Palomma(**setup) as client:
            return client.payout_requests.create(payout_target_id="t", amount=1)
    except PalommaError as error:
        return error


@pytest.mark.parametrize("end", [Connection.finish, Connection.reset, Connection.close])
@pytest.mark.parametrize("name", ALL)
def test_a_server_that_hangs_up_gets_one_create(
    name: str, end: Callable[[Connection], object], serve: Callable[..., FaultServer]
) -> None:
    """A create that was read and not answered is unknown, and was sent once, whatever the transport makes of it."""
    server = serve(lambda connection: (connection.request(), end(connection)))

    result = _create(name, server)

    assert (type(result), server.received) == (OutcomeUnknownError, ["POST"])


@pytest.mark.parametrize("name", ALL)
def test_a_server_that_refuses(name: str, serve: Callable[..., FaultServer]) -> None:
    """ "Not sent" is believed of httpx's and httpx2's own transports, and they try again; of others it's unknown."""
    result = _create(name, serve(obedient, listening=False))

    expected = ("NotSentError", 3) if name in BELIEVED else ("OutcomeUnknownError", 1)
    assert (type(result).__name__, result.attempts) == expected


@pytest.mark.parametrize("name", ALL)
def test_a_good_server(name: str, serve: Callable[..., FaultServer]) -> None:
    """All of them serve as they are, beside each other; one that raises after it has sent is unknown."""
    server = serve(obedient)

    result = _create(name, server)

    expected = "OutcomeUnknownError" if name == "a liar" else "PayoutRequest"
    assert (type(result).__name__, server.received) == (expected, ["POST"])


class _FailsLater(httpx.SyncByteStream):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def __iter__(self) -> Any:
        raise self.error
        yield b""


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("late"), httpx.PoolTimeout("late"), httpx.LocalProtocolError("x")]
)
def test_an_answer_proves_that_it_was_sent(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a head has come a create is unknown, even if a transport that is believed says otherwise of the body."""
    calls: list[httpx.Request] = []

    def handle_request(self: object, request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, stream=_FailsLater(error))

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle_request)
    client = Palomma("key", base_url="http://127.0.0.1:9/v0", transport=httpx.HTTPTransport())
    with client, pytest.raises(OutcomeUnknownError):
        client.payout_requests.create(payout_target_id="t", amount=1)
    assert len(calls) == 1
