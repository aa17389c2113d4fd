"""The Starlette application: the API under /v0, the payer's pages, the dashboard, and the control API if it is on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from ._api import BASE_PATH, MAX_BODY, Answer, Request, error, origin_of
from ._clock import Clock
from ._control import control_routes
from ._dashboard import dashboard_routes
from ._delivery import Courier
from ._faults import Delivery
from ._mock import Mock
from ._pages import pay_routes
from ._protocol import EXTENSION, broken
from ._settings import Settings

__all__ = ["create_app", "serve_mock"]


async def _body(receive: Receive) -> bytes | None:
    """The body, or None if it is too large; read to its end all the same, so that the caller hears why."""
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks) if size <= MAX_BODY else None


def _request(scope: Scope, body: bytes | None) -> Request:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host, port = scope.get("server") or ("127.0.0.1", None)
    served = f"{scope['scheme']}://{host}" + (f":{port}" if port else "")
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    origin = origin_of(scope["scheme"], headers.get("host", ""), served)
    return Request(scope["method"], path, query, headers, body, origin)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _break(delivery: Delivery, scope: Scope, receive: Receive, send: Send) -> None:
    transport = scope.get("extensions", {}).get(EXTENSION)
    if transport is None:
        raise RuntimeError(f"a fault that is delivered {delivery.manner} needs palomma-mock's own server")
    if delivery.manner == "twice":
        await _send(delivery.answer, send)
        broken(delivery, transport)
        return
    broken(delivery, transport)
    await _gone(receive)


async def _gone(receive: Receive, patience: float | None = None) -> bool:
    """Whether the caller hangs up within so many seconds (or ever): all that is left to receive after the body."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await receive()
            return True
    return False


def _api(mock: Mock) -> Callable[[Scope, Receive, Send], Any]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        delivery = mock.exchange(_request(scope, await _body(receive)))
        if delivery.wait and await _gone(receive, delivery.wait):
            return
        if delivery.manner == "whole":
            await _send(delivery.answer, send)
        else:
            await _break(delivery, scope, receive, send)

    return app


async def _not_found(request: HTTPRequest, problem: Exception) -> Response:
    answer = error(getattr(problem, "status_code", 404), "Not found")
    return Response(answer.body, answer.status, media_type="application/json")


def serve_mock(mock: Mock, on_start: Callable[[Courier], None] = lambda courier: None) -> Starlette:
    """The application around a mock."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        courier = Courier(mock)
        task = asyncio.create_task(courier.run())
        on_start(courier)
        yield
        await courier.stop(task)
        mock.close()

    routes: list[BaseRoute] = [Mount(BASE_PATH, app=_api(mock)), *pay_routes(mock), *dashboard_routes(mock)]
    if mock.sandbox.settings.control:
        routes += control_routes(mock)
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _not_found})
    app.router.redirect_slashes = False
    app.state.mock = mock
    return app


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Starlette:
    """A mock as an ASGI application, with the API under /v0."""
    return serve_mock(Mock(settings, clock))
