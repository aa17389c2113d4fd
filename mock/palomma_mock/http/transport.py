"""The mock without a socket: an httpx transport, for both kinds of client, that answers in this process."""

import asyncio
import time
from collections.abc import Callable

import httpx

from palomma_mock.rules.faults import Delivery
from palomma_mock.rules.messages import MAX_BODY, Request
from palomma_mock.state.mock import Mock


def _request(request: httpx.Request, body: bytes) -> Request:
    headers = {name.lower(): value for name, value in request.headers.items()}
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    origin = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
    return Request(request.method, path, query, headers, body if len(body) <= MAX_BODY else None, origin)


class MockTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """`Palomma(key, base_url=…/v0, transport=MockTransport(mock))`. No webhooks are sent; read `mock.webhooks`."""

    def __init__(self, mock: Mock, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.mock = mock
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a synchronous client."""
        delivery = self.mock.exchange(_request(request, request.read()))
        if delivery.wait:
            self._sleep(delivery.wait)
        return self._response(delivery, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        delivery = self.mock.exchange(_request(request, await request.aread()))
        if delivery.wait:
            await asyncio.sleep(delivery.wait)
        return self._response(delivery, request)

    def _response(self, delivery: Delivery, request: httpx.Request) -> httpx.Response:
        self.mock.settle()
        if delivery.then == "reset":
            raise httpx.ReadError("palomma-mock lost the connection", request=request)
        if delivery.then == "close":
            raise httpx.RemoteProtocolError("palomma-mock cut the answer short", request=request)
        answer = delivery.answer
        # An answer too many can't follow where there is no connection.
        return httpx.Response(answer.status, headers=list(answer.headers), content=answer.body, request=request)
