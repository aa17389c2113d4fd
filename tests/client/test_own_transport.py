"""A transport of the caller's: what it can't tell counts as sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from palomma import AsyncPalomma, ConfigurationError, Outcome, Palomma, RetryBudget
from palomma._transport.http import AsyncTransport, Transport
from tests.faults.server import Connection, FaultServer, obedient

from .conftest import KEY, settings

OK = {"id": "1", "status": "processing"}


class OddError(Exception):
    """An error that can't be made from a text, nor shown."""

    def __init__(self, one: object, two: object) -> None:
        super().__init__(one, two)

    def __str__(self) -> str:
        raise RuntimeError("unspeakable")


class OddTransportError(httpx.TransportError):
    def __init__(self, one: object, two: object) -> None:
        super().__init__(f"{one} {two}")


def _endless_chain() -> Exception:
    first, second = ValueError("first"), RuntimeError("second")
    first.__cause__, second.__cause__ = second, first
    return second


FAILURES: list[tuple[Callable[[], BaseException], str, str]] = [
    (lambda: httpx.ConnectError("refused"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.ConnectTimeout("late"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.PoolTimeout("full"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.UnsupportedProtocol("gopher"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.LocalProtocolError("bad header"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.ReadError("reset"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.ReadTimeout("late"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.WriteError("reset"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.RemoteProtocolError("no HTTP"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.ProxyError("403"), "ResponseError", "OutcomeUnknownError"),
    (lambda: httpx.DecodingError("gzip"), "ResponseError", "OutcomeUnknownError"),
    (lambda: OSError(5, "I/O"), "ResponseError", "OutcomeUnknownError"),
    (lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "ResponseError", "OutcomeUnknownError"),
    (lambda: ExceptionGroup("several", [OSError(1)]), "ResponseError", "OutcomeUnknownError"),
    (lambda: OddError(1, 2), "ResponseError", "OutcomeUnknownError"),
    (lambda: OddTransportError(1, 2), "ResponseError", "OutcomeUnknownError"),
    (_endless_chain, "ResponseError", "OutcomeUnknownError"),
    (lambda: RuntimeError(f"{KEY} 98765432101"), "ResponseError", "OutcomeUnknownError"),
]


def _setup(transport: Any, **more: Any) -> dict[str, Any]:
    return {
        "api_key": KEY, "base_url": "https://api.palomma.test/v0", "max_retries": 0, "transport": transport,
        "retry_budget": RetryBudget(), **more,
    }  # fmt: skip


def _outcome(blocking: bool, method: str, setup: dict[str, Any]) -> Any:
    name, arguments = ("get", ("1",)) if method == "GET" else ("create", ())
    body = {} if method == "GET" else {"payout_target_id": "t", "amount": 1}

    async def main() -> Any:
        async with AsyncPalomma(**setup) as client:
            return await getattr(client.payout_requests, name)(*arguments, **body)

    try:
        if not blocking:
            return asyncio.run(main())
        with Palomma(**setup) as client:
            return getattr(client.payout_requests, name)(*arguments, **body)
    except Exception as error:
        return error


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("failure", "get", "post"), FAILURES, ids=lambda value: getattr(value, "__name__", value))
def test_a_failure_of_the_transport(
    failure: Callable[[], Exception], get: str, post: str, method: str, blocking: bool
) -> None:
    """Whatever a transport of the caller's raises counts as sent, and the caller gets an error of ours."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise failure()

    error = _outcome(blocking, method, _setup(httpx.MockTransport(handle)))

    assert type(error).__name__ == (get if method == "GET" else post)
    assert KEY not in str(error) + repr(error.__cause__)
    assert "98765432101" not in str(error) + repr(error.__cause__)


class _Breaks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that fails half way."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"id": "1", '
        raise OddTransportError(1, 2)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b'{"id": "1", '
        raise OddTransportError(1, 2)


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_half_a_body_of_the_transport(blocking: bool) -> None:
    """A create whose answer breaks off is unknown, and keeps what was read."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=_Breaks()))

    error = _outcome(blocking, "POST", _setup(transport))

    assert (type(error).__name__, error.body) == ("OutcomeUnknownError", b'{"id": "1", ')


class _Whole(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in one piece."""

    def __iter__(self) -> Iterator[bytes]:
        yield json.dumps(OK).encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield json.dumps(OK).encode()


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize("read", [True, False])
def test_an_answer_of_the_transport(read: bool, blocking: bool) -> None:
    """An answer is taken as it is, also from a transport that has looked into it already."""

    def handle(request: httpx.Request) -> httpx.Response:
        response = httpx.Response(200, stream=_Whole())
        if read:
            response.read()
        return response

    assert _outcome(blocking, "POST", _setup(httpx.MockTransport(handle))).id == "1"


@pytest.mark.parametrize("status", [421, 503])
@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_a_transport_without_connections_to_drop(status: int, blocking: bool) -> None:
    """Where a fresh connection is asked for, a transport of the caller's is simply asked again."""
    answers = iter([status, 200])
    transport = httpx.MockTransport(lambda request: httpx.Response(next(answers), json=OK))

    assert _outcome(blocking, "GET", _setup(transport, max_retries=1)).id == "1"


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize(
    ("behave", "method", "expected"),
    [
        (obedient, "GET", "PayoutRequest"),
        (obedient, "POST", "PayoutRequest"),
        (lambda c: (c.request(), c.reset()), "GET", "ResponseError"),
        (lambda c: (c.request(), c.reset()), "POST", "OutcomeUnknownError"),
        (lambda c: (c.request(), c.gone()), "POST", "OutcomeUnknownError"),
        (None, "POST", "NotSentError"),
    ],
)
def test_httpx_own_transports(
    behave: Callable[[Connection], object] | None,
    method: str,
    expected: str,
    blocking: bool,
    serve: Callable[..., FaultServer],
) -> None:
    """httpx.HTTPTransport and its async twin end in the table's rows, too."""
    server = serve(behave or obedient, listening=behave is not None)
    transport = httpx.HTTPTransport() if blocking else httpx.AsyncHTTPTransport()

    result = _outcome(blocking, method, settings(server, transport=transport, max_retries=0, timeout=0.5))

    assert type(result).__name__ == expected


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_the_process_goes_through(raised: type[BaseException], caplog: pytest.LogCaptureFixture) -> None:
    """KeyboardInterrupt and its like propagate; the create that was in flight is in the log."""

    def handle(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(raised), Palomma(**_setup(httpx.MockTransport(handle))) as client:
        client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")

    assert caplog.messages == ["createPayoutRequest reference=order-7 ended cancelled: money may have moved"]


def test_a_transport_of_ones_own_goes_past_the_proxies_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that we don't speak to is no reason to refuse a transport that may."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")

    assert _outcome(True, "GET", _setup(httpx.MockTransport(lambda request: httpx.Response(200, json=OK)))).id == "1"


class TimeLimitError(Exception):
    """What a signal handler of the caller's raises."""


class _Interrupted(Transport):
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise TimeLimitError


class _AsyncInterrupted(AsyncTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise TimeLimitError


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_error_of_our_transport_goes_through(method: str, blocking: bool) -> None:
    """A time limit that falls into our transport is the caller's to see, and ends the call as a cancellation does."""
    outcomes: list[Outcome] = []
    transport = _Interrupted() if blocking else _AsyncInterrupted()

    error = _outcome(blocking, method, _setup(transport, max_retries=2, on_outcome=outcomes.append))

    assert type(error) is TimeLimitError
    assert [(outcome.result, outcome.attempts) for outcome in outcomes] == [("cancelled", 1)]


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_a_run_of_pytest_pays_nobody_by_accident(blocking: bool) -> None:
    """Another host than this machine is refused at the first call, and no client's making is a call."""
    error = _outcome(blocking, "POST", {"api_key": KEY, "base_url": "https://api.palomma.invalid/v0"})

    assert type(error) is ConfigurationError
    assert "would really go to api.palomma.invalid" in str(error)
