"""The transports: httpx's interface over httpcore's pools, with what payments need besides.

- The deadline of the whole call holds inside each connect, TLS handshake, write and read, since httpx's timeouts are
  per read and a slow server can hold such a call for ever.
- They know whether a byte of the request left this machine: the difference between "try again" and "look it up".
- An answer that was there before the request was sent belongs to another call, and is refused.
- Connections are never shared with a forked child or another event loop, nor kept after a cancellation.

One wait is beyond the deadline: the blocking `getaddrinfo`, which no timeout reaches. The resolver's own settings
bound it (`options timeout:` in resolv.conf); the async client waits for it in a thread, up to the deadline.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from threading import Lock
from typing import Any

import anyio.lowlevel
import httpcore
import httpx

from ._flow import Deadline

__all__ = ["AsyncTransport", "Transport"]

MAX_CONNECTIONS = 100
MAX_KEEPALIVE = 20
KEEPALIVE_SECONDS = 5.0
# Small enough that the kernel takes each in one go, so that the deadline is looked at between any two.
WRITE_BYTES = 16 * 1024
TAIL_BYTES = 64


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


def _note_received(timeout: float | None) -> None:
    if isinstance(timeout, Deadline):
        timeout.received = True


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner
        self.tail = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        _note_received(timeout)
        self.tail = data[-TAIL_BYTES:] or self.tail
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
        try:
            addresses = list(
                dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            )
        except OSError as error:
            raise httpcore.ConnectError(f"{host} can't be resolved: {error}") from None
        for address in addresses[:-1]:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return self._connect(addresses[-1], port, timeout, local_address, socket_options)

    def _connect(self, address: str, port: int, timeout: float | None, *options: Any) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(address, port, _left(timeout, httpcore.ConnectTimeout), *options))


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self.tail = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        _note_received(timeout)
        self.tail = data[-TAIL_BYTES:] or self.tail
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


class _AsyncBackend(httpcore.AnyIOBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await super().connect_tcp(host, port, left, local_address, socket_options))


@contextmanager
def _as_httpx() -> Iterator[None]:
    """httpcore's exceptions as httpx's of the same name, without the request: that one holds the API key."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        raise kind(str(error)) from error


def _options(
    url: str, proxy: str | None, ssl_context: ssl.SSLContext | None, max_connections: int
) -> dict[str, Any]:
    context = ssl_context or (_tls() if url.startswith("https") else None)
    options: dict[str, Any] = {
        "ssl_context": context,
        "max_connections": max_connections,
        "max_keepalive_connections": MAX_KEEPALIVE,
        "keepalive_expiry": KEEPALIVE_SECONDS,
    }
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


def _refuse_stale(request: httpx.Request) -> None:
    deadline = request.extensions.get("timeout", {}).get("read")
    if isinstance(deadline, Deadline) and not deadline.received:
        raise httpx.RemoteProtocolError("an answer was waiting before the request was sent")


def _has_more(response: httpcore.Response, last: bytes) -> bool:
    """Whether more than this answer came with it: the beginning of another, for which a later request would take it.

    `last` is the end of the body. What the socket gave last must end with it, or with the empty line after a head or
    after chunks.
    """
    chunked = any(name.lower() == b"transfer-encoding" for name, _ in response.headers)
    tail: bytes = getattr(response.extensions.get("network_stream"), "tail", b"")
    return not tail.endswith(b"\r\n\r\n" if chunked or not last else last[-TAIL_BYTES:])


class _Pool:
    """A pool and who uses it: a retired one is closed by the last of them."""

    def __init__(self, core: Any, owner: object) -> None:
        self.core = core
        self.owner = owner
        self.users = 0
        self.retired = False


class Transport(httpx.BaseTransport):
    """Blocking."""

    def __init__(
        self,
        url: str,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._settings = url, proxy, ssl_context, max_connections
        self._pool: _Pool | None = None
        self._lock = Lock()

    def _acquire(self) -> _Pool:
        if self._pool is not None and self._pool.owner != os.getpid():
            # A forked child: the sockets are its parent's, and so may be the lock.
            self._pool, self._lock = None, Lock()
        with self._lock:
            if self._pool is None:
                kind = httpcore.ConnectionPool if self._settings[1] is None else httpcore.HTTPProxy
                self._pool = _Pool(kind(network_backend=_Backend(), **_options(*self._settings)), os.getpid())
            self._pool.users += 1
            return self._pool

    def _release(self, pool: _Pool, users: int = 1) -> None:
        with self._lock:
            pool.users -= users
            last = pool.retired and pool.users == 0
        if last:
            with suppress(Exception):  # what is thrown away must not cost an outcome
                pool.core.close()

    def drop(self) -> None:
        """Start anew: no later request uses a connection that exists now."""
        with self._lock:
            pool, self._pool = self._pool, None
            if pool is not None:
                pool.retired = True
        if pool is not None:
            self._release(pool, users=0)

    close = drop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._acquire()
        try:
            with _as_httpx():
                response = pool.core.handle_request(_core_request(request))
            body = _Body(self, pool, response)
        except BaseException:
            self._release(pool)
            raise
        try:
            _refuse_stale(request)
        except httpx.RemoteProtocolError:
            self.drop()
            body.close()
            raise
        return httpx.Response(response.status, headers=response.headers, stream=body)


class _Body(httpx.SyncByteStream):
    def __init__(self, transport: Transport, pool: _Pool, response: httpcore.Response) -> None:
        self._transport = transport
        self._pool = pool
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        chunk = b""
        with _as_httpx():
            for chunk in self._response.iter_stream():
                yield chunk
        if _has_more(self._response, chunk):
            self._transport.drop()

    def close(self) -> None:
        try:
            with suppress(Exception):  # what was read counts, however the closing goes
                self._response.close()
        finally:
            self._transport._release(self._pool)


class AsyncTransport(httpx.AsyncBaseTransport):
    """To be awaited."""

    def __init__(
        self,
        url: str,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._settings = url, proxy, ssl_context, max_connections
        self._pool: _Pool | None = None

    def _acquire(self) -> _Pool:
        owner = os.getpid(), anyio.lowlevel.current_token()
        if self._pool is None or self._pool.owner != owner:
            # Another loop, or a forked child: the sockets of the former are not ours to close, but its last user's.
            if self._pool is not None:
                self._pool.retired = True
            kind = httpcore.AsyncConnectionPool if self._settings[1] is None else httpcore.AsyncHTTPProxy
            self._pool = _Pool(kind(network_backend=_AsyncBackend(), **_options(*self._settings)), owner)
        self._pool.users += 1
        return self._pool

    async def _release(self, pool: _Pool, users: int = 1) -> None:
        pool.users -= users
        if pool.retired and pool.users == 0:
            with anyio.CancelScope(shield=True), suppress(Exception):
                await pool.core.aclose()

    async def drop(self) -> None:
        """Start anew: no later request uses a connection that exists now."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.retired = True
            await self._release(pool, users=0)

    aclose = drop

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._acquire()
        try:
            with _as_httpx():
                response = await pool.core.handle_async_request(_core_request(request))
            body = _AsyncBody(self, pool, response)
        except BaseException as error:
            await self._stop(pool, error)
            raise
        try:
            _refuse_stale(request)
        except httpx.RemoteProtocolError:
            await self.drop()
            await body.aclose()
            raise
        return httpx.Response(response.status, headers=response.headers, stream=body)

    async def _stop(self, pool: _Pool, error: BaseException) -> None:
        if not isinstance(error, Exception) and pool is self._pool:
            # A cancelled request can leave its connection in the pool for ever, as one that is neither used nor free.
            # https://github.com/encode/httpcore/issues/830
            self._pool, pool.retired = None, True
        await self._release(pool)


class _AsyncBody(httpx.AsyncByteStream):
    def __init__(self, transport: AsyncTransport, pool: _Pool, response: httpcore.Response) -> None:
        self._transport = transport
        self._pool = pool
        self._response = response
        self._error: BaseException = Exception()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunk = b""
        try:
            with _as_httpx():
                async for chunk in self._response.aiter_stream():
                    yield chunk
        except BaseException as error:
            self._error = error
            raise
        if _has_more(self._response, chunk):
            await self._transport.drop()

    async def aclose(self) -> None:
        try:
            with suppress(Exception), anyio.CancelScope(shield=True):
                await self._response.aclose()
        finally:
            await self._transport._stop(self._pool, self._error)
