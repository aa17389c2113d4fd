"""The ASGI application: the API under its base path, the pages, and the control API if it is on."""

import asyncio
import ipaddress
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from palomma_mock.pages.dashboard import Dashboard
from palomma_mock.pages.payer import pay_routes
from palomma_mock.pages.web import static_files
from palomma_mock.rules.clock import Clock
from palomma_mock.rules.faults import Delivery
from palomma_mock.rules.messages import MAX_BODY, Answer, Request, error
from palomma_mock.rules.settings import Settings
from palomma_mock.state.courier import Courier
from palomma_mock.state.mock import Mock

from .control import control_routes
from .protocol import EXTENSION

# RFC 3986: a name or an IPv4 address, or an IPv6 address in brackets; then a port.
_AUTHORITY = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
# How much of a body that is too large is read, so that the caller hears why.
_DRAINED = 16 * MAX_BODY
_ENDLESS = b"..."


def is_loopback(name: str) -> bool:
    """Whether a name or an address is this machine's own, and nobody else's."""
    try:
        return name == "127.0.0.1" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


@lru_cache(256)
def _is_known(host: str, allowed: tuple[str, ...], served: str) -> bool:
    """Whether a Host header names this machine. A page elsewhere whose name was made to lead here has its own."""
    match = _AUTHORITY.fullmatch(host)
    name = match[1].strip("[]").lower().removesuffix(".") if match else ""
    return bool(match) and (is_loopback(name) or name in (served, *map(str.lower, allowed)))


async def _body(receive: Receive) -> bytes | None:
    """Return the body, None if it is too large, or `_ENDLESS` if it didn't end at all."""
    body, size, more = b"", 0, True
    while more and size <= _DRAINED:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        body += chunk if size <= MAX_BODY else b""
        more = message.get("more_body", False)
    return _ENDLESS if more else body if size <= MAX_BODY else None


def _request(scope: Scope, headers: dict[str, str], body: bytes | None, url: str | None) -> Request:
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    origin = url or f"{scope['scheme']}://{headers.get('host', '')}"
    return Request(scope["method"], path, scope["query_string"].decode("latin-1"), headers, body, origin)


def _headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    length = [] if answer.status == 204 else [(b"content-length", b"%d" % len(answer.body))]
    return [(name.encode(), value.encode("latin-1")) for name, value in answer.headers] + length


async def _send(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer)})
    await send({"type": "http.response.body", "body": answer.body})


async def _gone(receive: Receive, patience: float | None = None) -> bool:
    """Whether the caller hangs up within so many seconds (or ever): all that is left to receive after the body."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await receive()
            return True
    return False


async def _deliver(delivery: Delivery, scope: Scope, receive: Receive, send: Send) -> None:
    if delivery.wait and await _gone(receive, delivery.wait):
        return
    carry_out = scope.get("extensions", {}).get(EXTENSION)
    if carry_out:
        await carry_out(delivery, _headers(delivery.answer))
    elif delivery.raw is None:
        await _send(delivery.answer, send)
    else:
        raise RuntimeError("a fault that breaks a connection needs palomma-mock's own server")
    if delivery.then != "keep":
        await _gone(receive)


class App(Starlette):
    """The pages, and beside Starlette's routes, for speed, the API. What was meant for another host is refused."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        mock: Mock = self.state.mock
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not _is_known(headers.get("host", ""), mock.settings.allowed_hosts, (scope.get("server") or ("", None))[0]):
            await _send(error(403, "host: not this machine; allow its name with --allowed-hosts"), send)
        elif not scope["path"].startswith(mock.contract.base + "/"):
            await super().__call__(scope, receive, send)
        elif (body := await _body(receive)) is not _ENDLESS:
            delivery = mock.exchange(_request(scope, headers, body, mock.settings.public_url))
            await _deliver(delivery, scope, receive, send)
        else:
            await _send(error(413, "body: too large", ("connection", "close")), send)


def create_app(
    mock: Mock | Settings | None = None,
    clock: Clock | None = None,
    *,
    on_start: Callable[[Courier], None] = lambda courier: None,
) -> App:
    """Return a mock as an ASGI application. `app.state.mock` is the mock; `on_start` is told of its courier."""
    mock = mock if isinstance(mock, Mock) else Mock(mock, clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        courier = Courier(mock)
        task = asyncio.create_task(courier.run())
        on_start(courier)
        yield
        await courier.stop(task)
        mock.close()

    async def not_found(request: HTTPRequest, problem: Exception) -> Response:
        answer = error(404, f"Not found; the API is under {mock.contract.base}/")
        return Response(answer.body, answer.status, media_type="application/json")

    routes: list[Any] = [*pay_routes(mock), *Dashboard(mock).routes(), Mount("/static", static_files())]
    if mock.settings.control:
        routes += control_routes(mock)
    app = App(routes=routes, lifespan=lifespan, exception_handlers={404: not_found})
    app.router.redirect_slashes = False
    app.state.mock = mock
    return app
