"""An optional transport over aiohttp, for hundreds of concurrent calls: `pip install "palomma[aiohttp]"`.

```python
from palomma import AsyncPalomma
from palomma.aiohttp import AiohttpTransport

async with AsyncPalomma("your-key", transport=AiohttpTransport()) as client:
    ...
```

It is faster than the client's own, and knows less:

- Sent counts from the moment there is a connection, a little before the first byte. So it never says "not sent" of
  what was sent; of what was not it may say "unknown".
- An answer that was left over on a kept-alive connection is noticed by the reference it echoes (a create), or not at
  all (a read).
- It can't drop its connections, so after a 421 or 425 the same one may be used again.
- A 101 that nobody asked for is an answer like another, a transfer coding that it doesn't know is taken for none, and
  bytes after an answer that come with it make the answer unreadable (a create: outcome unknown).
- asyncio only, and one event loop per transport. No proxy.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import cast

import aiohttp
import httpx
import httpx_aiohttp

__all__ = ["AiohttpTransport"]

MAX_CONNECTIONS = 100
KEEPALIVE_SECONDS = 5.0


class _Progress:
    """How far the request of this task came."""

    connected = False


_progress: ContextVar[_Progress] = ContextVar("palomma_progress")


async def _note_connected(*_: object) -> None:
    _progress.get().connected = True


class AiohttpTransport(httpx.AsyncBaseTransport):
    """For `AsyncPalomma(transport=…)`. What it can't tell is listed above, and in docs/performance.md."""

    def __init__(self, ssl_context: ssl.SSLContext | None = None, max_connections: int = MAX_CONNECTIONS) -> None:
        self._ssl_context = ssl_context
        self._max_connections = max_connections
        self._inner: httpx_aiohttp.AiohttpTransport | None = None

    def _open(self) -> httpx_aiohttp.AiohttpTransport:
        if self._inner is None:  # here, since aiohttp asks for a running loop
            context = self._ssl_context or httpx.create_ssl_context()
            connector = aiohttp.TCPConnector(
                ssl=context, limit=self._max_connections, keepalive_timeout=KEEPALIVE_SECONDS
            )
            trace = aiohttp.TraceConfig()
            trace.on_connection_create_end.append(_note_connected)
            trace.on_connection_reuseconn.append(_note_connected)
            session = aiohttp.ClientSession(
                connector=connector, trace_configs=[trace], cookie_jar=aiohttp.DummyCookieJar()
            )
            self._inner = httpx_aiohttp.AiohttpTransport(verify=context, client=session)
        return self._inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        inner, progress = self._open(), _Progress()
        _progress.set(progress)
        at = asyncio.get_running_loop().time() + float(request.extensions["timeout"]["read"])
        async with _classified(progress, at):
            response = await inner.handle_async_request(request)
        stream = _Body(cast(httpx.AsyncByteStream, response.stream), progress, at)
        return httpx.Response(response.status_code, headers=response.headers, stream=stream)

    async def aclose(self) -> None:
        if self._inner is not None:
            await self._inner.aclose()


@asynccontextmanager
async def _classified(progress: _Progress, at: float) -> AsyncIterator[None]:
    """Ends at the deadline, and names every failure by whether there was a connection.

    httpx-aiohttp calls a server that hangs up after it has the request a `ConnectTimeout`, which would be sent again.
    """
    try:
        async with asyncio.timeout_at(at):
            yield
    except TimeoutError as error:
        kind: type[httpx.TransportError] = httpx.ReadTimeout if progress.connected else httpx.ConnectTimeout
        raise kind("the deadline of the call has passed") from error
    except (httpx.TransportError, aiohttp.ClientError, OSError) as error:
        kind = httpx.ReadError if progress.connected else httpx.ConnectError
        raise kind(f"{type(error).__name__}: {error}") from error


class _Body(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, progress: _Progress, at: float) -> None:
        self._inner = inner
        self._progress = progress
        self._at = at

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._inner)
        while True:
            # One by one: a timeout that outlives its block would cancel whatever its task does later.
            async with _classified(self._progress, self._at):
                chunk = await anext(chunks, None)
            if chunk is None:
                return
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
