"""The matrix of faults over the optional aiohttp transport: as safe as ours, in a few places less exact."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from time import monotonic

import pytest

from palomma import AsyncPalomma, PalommaError
from tests.faults.kinds import KINDS, RETURNS, Kind
from tests.faults.runs import CALLS, ID, SLACK, _settings
from tests.faults.server import FaultServer, serving

pytest.importorskip("httpx_aiohttp")
from palomma.aiohttp import AiohttpTransport

RUNS = [(name, method) for name, kind in KINDS.items() if not kind.proxy for method in CALLS]
AGAIN = ("421", "425", "429")
# What aiohttp may tell otherwise than httpcore. It reads what follows an answer as a part of the exchange if both come
# at once, a transfer coding that it doesn't know as none, and a 101 as an answer.
OTHERWISE = {
    ("101 unasked", "GET"): "APIError",
    ("bytes after the body", "GET"): "ResponseError",
    ("bytes after the body", "POST"): "OutcomeUnknownError",
    ("two answers, the second cut", "POST"): "OutcomeUnknownError",
    ("unknown transfer coding", "GET"): RETURNS,
    ("unknown transfer coding", "POST"): RETURNS,
}
# aiohttp's session is closed before its TLS connections are:
# https://docs.aiohttp.org/en/stable/client_advanced.html#graceful-shutdown
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module", autouse=True)
def _nothing_left() -> Iterator[None]:
    """What is left open is told here, and not in somebody else's test."""
    yield
    gc.collect()


async def _call(kind: Kind, method: str, server: FaultServer) -> str:
    name, arguments = CALLS[method]
    settings = _settings(kind, server)
    transport = AiohttpTransport(settings.pop("ssl_context", None))
    async with AsyncPalomma(**settings, transport=transport) as client:
        if kind.warm:
            await client.payout_requests.get(ID)
            await asyncio.to_thread(server.idle_closed.wait, 5)
            server.received.clear()
        try:
            await getattr(client.payout_requests, name)(**arguments)
        except PalommaError as error:
            return type(error).__name__
        return RETURNS


@pytest.mark.parametrize(("name", "method"), RUNS)
def test_a_fault_ends_in_its_row(name: str, method: str) -> None:
    """The outcome is the decision table's, but for those listed; no second create, no "not sent" of what was sent."""
    kind = KINDS[name]
    with serving(kind.behave, listening=kind.listening, swallowing=kind.swallowing) as server:
        start = monotonic()
        outcome = asyncio.run(_call(kind, method, server))
        seconds, received = monotonic() - start, list(server.received)

    expected = kind.row.get if method == "GET" else kind.row.post
    assert outcome in (expected, OTHERWISE.get((name, method)))
    assert outcome != "NotSentError" or not received
    assert method == "GET" or len(received) <= 1 or name.startswith(AGAIN)
    assert seconds <= kind.timeout * 1.2 + SLACK * 2


def test_a_transport_that_was_never_used_closes() -> None:
    """A client that is closed before its first call has nothing to close, and says nothing."""
    assert asyncio.run(AiohttpTransport().aclose()) is None  # type: ignore[func-returns-value]
