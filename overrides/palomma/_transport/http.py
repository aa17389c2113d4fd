"""httpx transports on h11, with the guarantees that payments need. Their sockets are in `network`.

- R1: they know whether a byte of a request left this machine. That decides between "try again" and "look it up".
- R1: a connection is used again only if h11 saw the exact end of the last answer and nothing came after it:
  the next call would take what is left over for its own answer.
- R4: the deadline is the whole call's, and the queue for a connection is part of the call.
- R4: a connection belongs to one process and one event loop. A forked child and another loop make their own.
- R4: there are no locks. Whatever a signal handler raises, and wherever, the next call finds its place.
"""

from __future__ import annotations

import os
import ssl
import time
import weakref
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeAlias

import h11
import httpx

from palomma._sansio import Deadline

from . import network as net

__all__ = ["AsyncTransport", "Transport"]

KEEPALIVE_SECONDS = 5.0
# A head of an answer, or a size of a chunk, of more than 100 KiB is an error.
_new_parser = partial(h11.Connection, h11.CLIENT, max_incomplete_event_size=100 * 1024)
# h11 checks a head longer than all else takes that it does for a call, and most calls have one that another had.
_checked = lru_cache(64)(h11.Request)

Settings: TypeAlias = tuple[httpx.URL | None, ssl.SSLContext | None]
"""The proxy, and how to speak TLS."""


class _Connection(net.Channel):
    """HTTP over a channel, one request after the other."""

    idle_since: float | None = None
    """None until its first request was answered."""

    def __init__(self, origin: tuple[str, str, int]) -> None:
        super().__init__()
        self.origin = origin
        self._http = _new_parser()
        self._early: object = None
        """An answer that came before the request was written."""

    def open(self, proxy: httpx.URL | None, context: ssl.SSLContext | None) -> net.Steps[None]:
        """Connect, through the proxy if there is one."""
        scheme, host, port = self.origin
        yield from self.connect(*((host, port) if proxy is None else (proxy.host, proxy.port or 80)))
        if proxy is not None:
            yield from self._ask_for_a_tunnel(proxy)
        if scheme == "https":
            yield from self.start_tls(host, context)

    def _ask_for_a_tunnel(self, proxy: httpx.URL) -> net.Steps[None]:
        target, login = b"%b:%d" % (self.origin[1].encode(), self.origin[2]), f"{proxy.username}:{proxy.password}"
        headers = [(b"Host", target)]
        headers += [(b"Proxy-Authorization", b"Basic " + b64encode(login.encode()))] * bool(proxy.userinfo)
        yield from self.send(h11.Request(method="CONNECT", target=target, headers=headers), b"", None)
        answer = yield from self.head()
        # The server sends nothing before TLS has begun: what came with the proxy's answer is not the server's.
        if not 200 <= answer.status_code < 300 or self._http.trailing_data[0]:
            raise httpx.ProxyError(f"{answer.status_code} {answer.reason.decode('ascii', 'replace')}")
        self._http = _new_parser()

    def send(self, head: h11.Request, content: bytes, deadline: float | None) -> net.Steps[None]:
        """Write a request; tell its `deadline` when a byte of it may be gone. The tunnel's request has none.

        An answer may come before all is written. It counts if the connection is fresh; on a used one it may be about
        what went before (R1): raises `httpx.RemoteProtocolError`.
        """
        rest = memoryview(b"".join(filter(None, map(self._http.send, (head, h11.Data(content), h11.EndOfMessage())))))
        del head, content  # while this waits, no frame shows the key or an account (R5)
        with suppress(httpx.WriteError):  # if the server said why before it hung up, `head` reads it
            while rest and self._early is None:
                write = partial(self._write, deadline, rest)
                rest = rest[(yield from self.do(net.WRITING, write, net.READ | net.WRITE)) :]
        if rest:
            self._http.send_failed()
            if self.idle_since is not None:
                raise httpx.RemoteProtocolError("the server hung up or answered before the request was written")

    def _write(self, deadline: float | None, rest: memoryview) -> int:
        """Write a piece. If the server takes nothing more, read what it says meanwhile."""
        if isinstance(deadline, Deadline):
            deadline.sent = True
        try:
            return self.sock.send(rest)
        except tuple(net.LACKS):
            if (data := self.read_now()) is None:
                raise
            self._http.receive_data(data)
            while self._early is None and (event := self._http.next_event()) is not h11.NEED_DATA:
                self._early = event if isinstance(event, h11.Response) else None
            return 0

    def head(self) -> net.Steps[h11.Response]:
        """Read until the head of the final answer. What goes before it (1xx) says nothing."""
        event, self._early = self._early, None
        if event is None:  # then nothing that came so far is whole
            self._http.receive_data((yield from self.read()))
        while not isinstance(event, h11.Response):
            event = yield from self._event()
        return event

    def chunk(self) -> net.Steps[bytes | None]:
        """Read on in the body of the answer. Return None at its end, however often that is asked for."""
        event = (yield from self._event()) if self._http.their_state is h11.SEND_BODY else None
        return bytes(event.data) if isinstance(event, h11.Data) else None

    def _event(self) -> net.Steps[object]:
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                self._http.receive_data((yield from self.read()))
            return event
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error

    def can_serve_again(self) -> bool:
        """Prepare for another request, if request and answer are complete and nothing came besides (R1)."""
        if not (self._http.our_state is self._http.their_state is h11.DONE) or self._http.trailing_data != (b"", False):
            return False
        self._http.start_next_cycle()
        self.idle_since = time.monotonic()
        return True


class _Pool:
    """The idle connections of one process and event loop, the last used on top, and the places for calls."""

    def __init__(self, enter: Callable[..., Any], leave: Callable[[None], object]) -> None:
        self.enter, self.leave = enter, leave
        """Wait so many seconds for a place, and give it back."""
        self.guards: set[object] = set()
        self.used = time.monotonic()
        self._idle: list[_Connection] = []
        self._retired = False

    def take(self, origin: tuple[str, str, int]) -> _Connection | None:
        """Return an idle connection to `origin`, if there is one; close those that waited too long."""
        self.used = time.monotonic()
        with suppress(IndexError):  # there is none, or another thread took the last
            while True:
                is_old = (self._idle[0].idle_since or 0.0) < self.used - KEEPALIVE_SECONDS
                connection = self._idle.pop(0) if is_old else self._idle.pop()
                if not is_old and connection.origin == origin and connection.read_now() is None:
                    return connection
                connection.sock.close()
        return None

    def give_back(self, connection: _Connection, alone: bool) -> None:
        """Keep `connection` for another call, if it can serve one and isn't to be `alone`."""
        if connection.can_serve_again() and not alone:
            self._idle.append(connection)
        else:
            connection.sock.close()
        if self._retired:  # asked after the append: either this closes it, or whoever retires the pool just now
            self.retire()

    def retire(self) -> None:
        """Close the idle connections now, and those in use when their call is over."""
        self._retired = True
        with suppress(IndexError):
            while True:
                self._idle.pop().sock.close()


class _Exchange(httpx.SyncByteStream, httpx.AsyncByteStream):
    """One request and its answer, whose body this is. It holds a place of the pool until it is closed."""

    def __init__(self, pool: _Pool, request: httpx.Request) -> None:
        self.pool = pool
        self.timeouts: net.Timeouts = request.extensions.get("timeout", {})
        self._isolate: Callable[..., None] | None = getattr(self.timeouts.get("write"), "isolate", None)
        """Prepares a connection that shall serve this request alone."""
        self._connection: _Connection | None = None
        self.place: list[None] = []
        # The place goes back in one step of C code, so that no signal handler can raise half way (R4). There is one
        # item to step over, so a second step gives nothing back.
        self._leave = map(pool.leave, iter(self.place))
        # If a handler raises before `close` has begun, the step is made when this is collected. The pool keeps the
        # guard: one that is collected together with what it guards is never called.
        self._guard = weakref.ref(self, partial(next, self._leave))
        pool.guards.add(self._guard)

    def begin(self, request: httpx.Request, settings: Settings) -> net.Steps[httpx.Response]:
        """Send `request`, and read until the head of its answer."""
        try:
            url, port = request.url, {"http": 80, "https": 443}.get(request.url.scheme)
            if port is None:
                raise httpx.UnsupportedProtocol(f"{url.scheme}:// is not supported")
            origin = url.scheme, url.raw_host.decode(), url.port or port
            connection = self._connection = (not self._isolate and self.pool.take(origin)) or _Connection(origin)
            connection.timeouts = self.timeouts
            if connection.idle_since is None:
                yield from connection.open(*settings)
            if self._isolate:
                self._isolate(connection.sock)
            yield from connection.send(_head(request), request.content, self.timeouts.get("write"))
            head = yield from connection.head()
            return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=self)
        except BaseException as error:  # a cancelled call ends here, too
            self.close()
            if isinstance(error, h11.ProtocolError):  # local or remote; httpx's has the same name
                raise getattr(httpx, type(error).__name__)(str(error)) from error
            raise

    def _chunk(self) -> net.Steps[bytes | None]:
        if self._connection is None:  # another call may be using the connection
            raise httpx.StreamClosed
        return self._connection.chunk()

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: net.run(self._chunk()), None)  # until that is None

    # No async generator: the event loop would close one that isn't read to its end some time later.
    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if (chunk := await net.run_async(self._chunk())) is None:
            raise StopAsyncIteration
        return chunk

    def close(self) -> None:
        """Give connection and place back. Does nothing the second time."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self.pool.give_back(connection, alone=self._isolate is not None)
        next(self._leave, None)
        self.pool.guards.discard(self._guard)

    async def aclose(self) -> None:
        self.close()


def _head(request: httpx.Request) -> h11.Request:
    return _checked(method=request.method, target=request.url.raw_path, headers=tuple(request.headers.raw))


class _Base:
    """The settings of a transport, and its pools: one for each process and event loop that uses it."""

    def __init__(self, proxy: str | None = None, context: ssl.SSLContext | None = None, limit: int = 100) -> None:
        self._settings = httpx.URL(proxy) if proxy else None, context
        self._limit = limit  # of connections at a time
        self._pools: dict[tuple[int, object], _Pool] = {}
        """By the number of the process, and the event loop if there is one."""

    def _pool_of(self, loop: object, make: Callable[[], _Pool]) -> _Pool:
        if (pool := self._pools.get((os.getpid(), loop))) is None:
            pool = self._pools.setdefault((os.getpid(), loop), make())  # if two threads make one, the first counts
            # A parent's pool is of no use to its forked child, nor is that of a loop that ended. One that is only at
            # rest loses nothing by being made anew.
            self.drop(os.getpid(), time.monotonic() - KEEPALIVE_SECONDS)
        return pool

    def drop(self, process: int = 0, oldest: float = float("inf")) -> None:
        """Start anew: no later request uses a connection of now. Spare those of `process` used since `oldest`."""
        for owner, pool in list(self._pools.items()):
            if owner[0] != process or pool.used < oldest:
                self._pools.pop(owner, None)
                pool.retire()


class Transport(_Base, httpx.BaseTransport):
    """For blocking clients. Threads may share it."""

    def close(self) -> None:
        self.drop()

    def _new_pool(self) -> _Pool:
        places: SimpleQueue[None] = SimpleQueue()
        for _ in range(self._limit):
            places.put(None)
        return _Pool(partial(places.get, True), places.put)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`. Raises `httpx.TransportError`."""
        request.read()
        exchange = _Exchange(self._pool_of(None, self._new_pool), request)
        try:
            # Taken and noted by C code, as it goes back: no signal handler can lose it on the way (R4).
            exchange.place.extend(map(exchange.pool.enter, (net.seconds_left(exchange.timeouts, net.QUEUEING),)))
        except Empty:
            raise httpx.PoolTimeout("all connections are in use") from None
        return net.run(exchange.begin(request, self._settings))


class AsyncTransport(_Base, httpx.AsyncBaseTransport):
    """For async clients, under asyncio and trio."""

    def _new_pool(self) -> _Pool:
        import anyio

        places = anyio.Semaphore(self._limit, fast_acquire=True)

        async def enter(seconds: float | None) -> None:
            with suppress(anyio.WouldBlock):
                return places.acquire_nowait()
            with anyio.move_on_after(seconds):
                return await places.acquire()
            raise httpx.PoolTimeout("all connections are in use")

        return _Pool(enter, lambda place: places.release())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`. Raises `httpx.TransportError`."""
        import anyio.lowlevel

        await request.aread()
        exchange = _Exchange(self._pool_of(anyio.lowlevel.current_token(), self._new_pool), request)
        exchange.place.append(await exchange.pool.enter(net.seconds_left(exchange.timeouts, net.QUEUEING)))
        return await net.run_async(exchange.begin(request, self._settings))

    async def aclose(self) -> None:
        """Close the connections."""
        self.drop()
