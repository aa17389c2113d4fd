"""The transports: httpx's interface over httpcore's pools, with what payments need besides.

- The deadline of the whole call holds inside each connect, TLS handshake, write and read, since httpx's timeouts are
  per read and a slow server can hold such a call for ever.
- They know whether a byte of the request left this machine: the difference between "try again" and "look it up".
- What comes with an answer and is no part of it costs the connection: a later request would take it for its own.
- Connections are never shared with a forked child or another event loop, nor kept after a cancellation.
"""

from __future__ import annotations

import logging
import os
import socket
import ssl
import time
from collections import deque
from collections.abc import AsyncIterable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from threading import Lock, Semaphore, Thread
from typing import Any, Self, cast

import anyio
import httpcore
import httpx

from ._discreet import shows_no_answer
from ._flow import Deadline

__all__ = ["AsyncTransport", "Transport"]

MAX_CONNECTIONS = 100
KEEPALIVE_SECONDS = 5.0
# Small enough that the kernel takes each in one go, so that the deadline is looked at between any two.
WRITE_BYTES = 16 * 1024
# Longer answers cost their connection: whether more came with them is not known.
CHECKED_BYTES = 1024 * 1024

for _name in ("http11", "http2"):
    logging.getLogger(f"{httpcore.__name__}.{_name}").addFilter(shows_no_answer)


@cache
def _tls() -> ssl.SSLContext:
    """One context for the process: making it costs more than all else in a client."""
    return httpx.create_ssl_context()


def _left(timeout: float | None, expired: type[Exception]) -> float | None:
    """The seconds that one operation on a socket may take."""
    if not isinstance(timeout, Deadline):
        return timeout
    left = timeout.left()
    if left <= 0:
        raise expired("the deadline of the call has passed")
    return left


def _note_sent(timeout: float | None, data: bytes) -> None:
    # A CONNECT goes to the proxy and carries nothing of the request; nor does the empty end of its body.
    if isinstance(timeout, Deadline) and data and not data.startswith(b"CONNECT "):
        timeout.sent = True


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.received = bytearray()
        """What came of an answer so far, or its beginning."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        if len(self.received) < CHECKED_BYTES:
            self.received += data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), WRITE_BYTES):
            left = _left(timeout, httpcore.WriteTimeout)
            _note_sent(timeout, buffer)
            self._inner.write(buffer[start : start + WRITE_BYTES], left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _resolve(host: str, port: int, timeout: float | None) -> list[str]:
    """The addresses of `host`. Looked up in a thread, since no timeout reaches `getaddrinfo`; a late answer is lost."""
    found: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(str(info[4][0]) for info in infos)))
        except Exception as error:
            found.set_exception(error)

    Thread(target=look_up, name=f"resolves {host}", daemon=True).start()
    try:
        return found.result(timeout)
    except TimeoutError:
        raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from None
    except OSError as error:
        raise httpcore.ConnectError(f"{host} can't be resolved: {error}") from None


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        # One address at a time: socket.create_connection would give each of them the whole timeout.
        addresses = _resolve(host, port, _left(timeout, httpcore.ConnectTimeout))
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return self._connect(addresses[-1], port, timeout, local_address, socket_options)

    def _connect(self, address: str, port: int, timeout: float | None, *options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(address, port, _left(timeout, httpcore.ConnectTimeout), *options))


class _AsyncStream(httpcore.AsyncNetworkStream):
    """The async twin of `_Stream`."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.received = bytearray()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        if len(self.received) < CHECKED_BYTES:
            self.received += data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = _left(timeout, httpcore.WriteTimeout)
        _note_sent(timeout, buffer)
        await self._inner.write(buffer, left)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    def __init__(self) -> None:
        self._inner: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._inner.connect_tcp(host, port, left, local_address, socket_options))


_CORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


def _as_httpx(error: Exception) -> httpx.TransportError:
    """httpcore's exception as httpx's of the same name, without the request: that one holds the API key."""
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
    return kind(str(error))


def _options(url: str, proxy: str | None, ssl_context: ssl.SSLContext | None) -> dict[str, Any]:
    context = ssl_context or (_tls() if url.startswith("https") else None)
    options: dict[str, Any] = {"ssl_context": context, "keepalive_expiry": KEEPALIVE_SECONDS}
    if proxy is not None:
        address = httpx.URL(proxy)
        options["proxy_url"] = httpcore.URL(f"{address.scheme}://{address.netloc.decode()}")
        options["proxy_auth"] = (address.username, address.password) if address.userinfo else None
    return options


def _core_request(request: httpx.Request) -> httpcore.Request:
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _has_more(response: httpcore.Response, body: int) -> bool:
    """Whether more came than this answer, whose body is `body` bytes long."""
    stream: Any = response.extensions["network_stream"]  # a `_Stream`, or its async twin
    wire: bytearray = stream.received
    stream.received = bytearray()  # an idle connection keeps nothing of what it served
    if _holds_a_record(stream.get_extra_info("ssl_object")):
        return True
    start = wire.find(b"\r\n\r\n") + 4
    if any(name.lower() == b"transfer-encoding" for name, _ in response.headers):
        return wire.find(b"0\r\n\r\n", start) != len(wire) - 5
    return len(wire) != start + body


def _holds_a_record(tls: ssl.SSLSocket | ssl.SSLObject | None) -> bool:
    """Whether `tls` has what it read with the answer and did not give out: the socket wouldn't be readable for it."""
    if not isinstance(tls, ssl.SSLObject):  # an `SSLSocket` takes record by record
        return False
    try:
        tls.read(1)
    except ssl.SSLError as error:
        return not isinstance(error, ssl.SSLWantReadError)
    return True


def _wait(request: httpx.Request) -> float | None:
    """Seconds to wait for a connection when all are in use."""
    return _left(request.extensions.get("timeout", {}).get("pool"), httpcore.PoolTimeout)


class _Pool:
    """The idle connections, the last used on top, and how many calls there may be at a time.

    httpcore's pool makes the connections, and no more: it would look at all of them before and after every request,
    and keep for ever one that a cancelled request left neither used nor free.
    https://github.com/encode/httpcore/issues/830
    """

    def __init__(self, core: Any, owner: object, permits: Any) -> None:
        self._core = core
        self.owner = owner
        self.permits = permits
        self._idle: deque[tuple[float, Any]] = deque()
        self._retired = False

    def take(self, origin: httpcore.Origin) -> tuple[Any, list[Any]]:
        """A connection, idle or new, and those that are to be closed."""
        expired = []
        if self._idle and self._idle[0][0] < time.monotonic() - KEEPALIVE_SECONDS:
            expired.append(self._idle.popleft()[1])
        while self._idle:
            connection = self._idle.pop()[1]
            if not connection.has_expired():
                return connection, expired
            expired.append(connection)
        return self._core.create_connection(origin), expired

    def give(self, connection: Any, clean: bool) -> list[Any]:
        """Keep `connection` for another request, if it can serve one; else it is to be closed."""
        if connection is None:
            return []
        if self._retired or not (clean and connection.is_available()):
            return [connection]
        self._idle.append((time.monotonic(), connection))
        return []

    def retire(self) -> list[Any]:
        """Serve no more. What is in flight goes on; the idle connections are to be closed."""
        self._retired = True
        idle, self._idle = self._idle, deque()
        return [connection for _, connection in idle]


class Transport(httpx.BaseTransport):
    """Blocking."""

    def __init__(
        self,
        url: str,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._settings = url, proxy, ssl_context
        self._max_connections = max_connections
        self._pool: _Pool | None = None
        self._lock = Lock()

    def _current(self) -> _Pool:
        if self._pool is not None and self._pool.owner != os.getpid():
            # A forked child: the sockets are its parent's, and so may be the lock.
            self._pool, self._lock = None, Lock()
        with self._lock:
            if self._pool is None:
                kind = httpcore.ConnectionPool if self._settings[1] is None else httpcore.HTTPProxy
                core = kind(network_backend=_Backend(), **_options(*self._settings))
                self._pool = _Pool(core, os.getpid(), Semaphore(self._max_connections))
            return self._pool

    def _give(self, pool: _Pool, connection: Any, clean: bool = True) -> None:
        try:
            with self._lock:
                closing = pool.give(connection, clean)
            _close(closing)
        finally:
            pool.permits.release()

    def drop(self) -> None:
        """Start anew: no later request uses a connection that exists now."""
        with self._lock:
            pool, self._pool = self._pool, None
            closing = pool.retire() if pool is not None else []
        _close(closing)

    close = drop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        core, pool = _core_request(request), self._current()
        try:
            body = self._exchange(pool, core, _wait(request))
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error
        return httpx.Response(body.core.status, headers=body.core.headers, stream=body)

    def _exchange(self, pool: _Pool, request: httpcore.Request, wait: float | None) -> _Body:
        if not pool.permits.acquire(timeout=wait):
            raise httpcore.PoolTimeout("all connections are in use")
        connection = None
        try:
            with self._lock:
                connection, expired = pool.take(request.url.origin)
            _close(expired)
            return _Body(self, pool, connection, connection.handle_request(request))
        except BaseException:
            self._give(pool, connection)
            raise


def _close(connections: list[Any]) -> None:
    for connection in connections:
        with suppress(Exception):  # what is thrown away must not cost an outcome
            connection.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, transport: Transport, pool: _Pool, connection: Any, core: httpcore.Response) -> None:
        self._transport = transport
        self._pool = pool
        self._connection = connection
        self.core = core
        self._clean = True
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        length = 0
        try:
            for chunk in cast(Iterable[bytes], self.core.stream):
                length += len(chunk)
                yield chunk
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error
        self._clean = not _has_more(self.core, length)

    def close(self) -> None:
        if not self._closed:  # a connection that is given back twice would serve two calls at a time
            self._closed = True
            try:
                with suppress(Exception):  # what was read counts, however the closing goes
                    self.core.close()
            finally:
                self._transport._give(self._pool, self._connection, self._clean)


class AsyncTransport(httpx.AsyncBaseTransport):
    """To be awaited."""

    def __init__(
        self,
        url: str,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._settings = url, proxy, ssl_context
        self._max_connections = max_connections
        self._pool: _Pool | None = None

    def _current(self) -> _Pool:
        import anyio.lowlevel  # here, since the blocking client has no use for it

        owner = os.getpid(), anyio.lowlevel.current_token()
        if self._pool is None or self._pool.owner != owner:
            # Another loop, or a forked child: the sockets of the former are not ours to close, but its last user's.
            if self._pool is not None:
                self._pool.retire()
            kind = httpcore.AsyncConnectionPool if self._settings[1] is None else httpcore.AsyncHTTPProxy
            core = kind(network_backend=_AsyncBackend(), **_options(*self._settings))
            self._pool = _Pool(core, owner, anyio.Semaphore(self._max_connections))
        return self._pool

    async def _give(self, pool: _Pool, connection: Any, clean: bool = True) -> None:
        try:
            await _aclose(pool.give(connection, clean))
        finally:
            pool.permits.release()

    async def drop(self) -> None:
        """Start anew: no later request uses a connection that exists now."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await _aclose(pool.retire())

    aclose = drop

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        core, pool = _core_request(request), self._current()
        try:
            await _admit(pool, _wait(request))
            body = await self._exchange(pool, core)
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error
        return httpx.Response(body.core.status, headers=body.core.headers, stream=body)

    async def _exchange(self, pool: _Pool, request: httpcore.Request) -> _AsyncBody:
        connection = None
        try:
            connection, expired = pool.take(request.url.origin)
            await _aclose(expired)
            return _AsyncBody(self, pool, connection, await connection.handle_async_request(request))
        except BaseException:
            await self._give(pool, connection)
            raise


async def _admit(pool: _Pool, wait: float | None) -> None:
    try:
        pool.permits.acquire_nowait()
    except anyio.WouldBlock:
        with anyio.move_on_after(wait):
            await pool.permits.acquire()
            return
        raise httpcore.PoolTimeout("all connections are in use") from None


async def _aclose(connections: list[Any]) -> None:
    for connection in connections:
        with anyio.CancelScope(shield=True), suppress(Exception):
            await connection.aclose()


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, transport: AsyncTransport, pool: _Pool, connection: Any, core: httpcore.Response) -> None:
        self._transport = transport
        self._pool = pool
        self._connection = connection
        self.core = core
        # Not within a generator of ours: one that isn't exhausted would be closed some time later, by whoever runs us.
        self._chunks: Any = aiter(cast(AsyncIterable[bytes], core.stream))
        self._length = 0
        self._clean = True
        self._closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        try:
            chunk: bytes = await anext(self._chunks)
        except StopAsyncIteration:
            self._clean = not _has_more(self.core, self._length)
            raise
        except _CORE_ERRORS as error:
            raise _as_httpx(error) from error
        self._length += len(chunk)
        return chunk

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            try:
                with suppress(Exception), anyio.CancelScope(shield=True):
                    await self._chunks.aclose()
                    await self.core.aclose()
            finally:
                await self._transport._give(self._pool, self._connection, self._clean)
