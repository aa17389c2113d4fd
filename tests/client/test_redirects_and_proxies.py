"""Neither a redirect nor a proxy of the environment gets to see the key or a body."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from palomma import APIError, AsyncPalomma, ConfigurationError, NotSentError, OutcomeUnknownError, Palomma
from tests.faults.kinds import trusting
from tests.faults.server import Connection, FaultServer, answer, obedient

from .conftest import KEY, settings

STATUSES = (301, 302, 303, 307, 308)


def _call(blocking: bool, method: str, **setup: Any) -> Any:
    """One call with a new client."""
    name, arguments = {
        "GET": ("get", {"payout_request_id": "a"}),
        "POST": ("create", {"payout_target_id": "t", "amount": 1}),
    }[method]

    async def main() -> Any:
        async with AsyncPalomma(**setup) as client:
            return await getattr(client.payout_requests, name)(**arguments)

    if not blocking:
        return asyncio.run(main())
    with Palomma(**setup) as client:
        return getattr(client.payout_requests, name)(**arguments)


@pytest.mark.parametrize("blocking", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", STATUSES)
def test_a_redirect_is_never_followed(
    status: int, method: str, blocking: bool, serve: Callable[..., FaultServer]
) -> None:
    """Not a byte arrives at the other origin, whatever the redirect."""
    other = serve(obedient)

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(answer(b"", f"{status} Moved", f"Location: http://127.0.0.1:{other.port}/v0/payoutRequests"))

    with pytest.raises((APIError, OutcomeUnknownError)) as raised:
        _call(blocking, method, **settings(serve(behave)))

    assert (raised.value.status_code, raised.value.attempts) == (status, 1)
    assert (other.connections, other.bytes_in) == (0, b"")


@pytest.mark.parametrize("blocking", [True, False])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_sees_no_key(
    name: str, blocking: bool, serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain http goes past every proxy; https goes through one as a CONNECT, which shows host and port alone."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(answer(b"", "403 Forbidden"))

    proxy, server = serve(behave), serve(obedient)
    monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    _call(blocking, "POST", **settings(server))
    assert (proxy.connections, server.received) == (0, ["POST"])

    if "http_" not in name.lower():
        with pytest.raises(NotSentError):
            _call(blocking, "POST", **settings(server, base_url="https://api.palomma.test/v0", max_retries=0))
        assert proxy.bytes_in.startswith(b"CONNECT api.palomma.test:443 HTTP/1.1\r\n")
        assert KEY.encode() not in proxy.bytes_in
        assert b"uthorization: Bearer" not in proxy.bytes_in


@pytest.mark.parametrize("blocking", [True, False])
def test_no_proxy_is_heeded(blocking: bool, serve: Callable[..., FaultServer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A host in NO_PROXY is called directly."""
    proxy = serve(obedient)
    monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = serve(obedient, listening=False)

    with pytest.raises(NotSentError):
        base_url = f"https://127.0.0.1:{server.port}"
        _call(blocking, "GET", **settings(server, base_url=base_url, max_retries=0, ssl_context=trusting()))

    assert proxy.connections == 0


def test_a_proxy_with_credentials(serve: Callable[..., FaultServer]) -> None:
    """A proxy's user and password go to the proxy, in the CONNECT."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(answer(b"", "502 Bad Gateway"))

    proxy = serve(behave)
    with pytest.raises(NotSentError):
        address = f"http://user:pass@127.0.0.1:{proxy.port}"
        _call(True, "GET", api_key=KEY, base_url="https://api.palomma.test", proxy=address, max_retries=0)

    assert proxy.requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"


def test_a_proxy_is_refused_without_tls() -> None:
    """A proxy in front of an http:// address would see the key."""
    with pytest.raises(ConfigurationError, match="without TLS it would see the key"):
        Palomma(KEY, base_url="http://127.0.0.1:1", proxy="http://proxy.example:3128")
