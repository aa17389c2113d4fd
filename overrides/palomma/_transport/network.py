"""Sockets on which every wait has an end. They know nothing of HTTP.

Whatever takes time here is a generator, a `Steps`: it yields a `Wait` where a blocking program would block, and is told
whether the socket became ready in time. So connecting, TLS, reading and writing are written once, and there are two
short drivers: `run` polls, `run_async` awaits. The sockets themselves never block.

- R4: the deadline is asked again before each wait, so a peer that sends a byte a second holds no call longer.
- R4: no lock is held here. Another thread may fork, and a signal handler may raise, between any two lines.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
from _thread import start_new_thread
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from typing import TypeAlias, TypeVar

import httpx

from palomma._options import default_context
from palomma._sansio import Deadline

T = TypeVar("T")
Doing: TypeAlias = tuple[str, Callable[[str], Exception], Callable[[str], Exception]]
Timeouts: TypeAlias = Mapping[str, float | None]
"""What httpx calls so: seconds for connect, write, read and pool. Each may be the `Deadline` of the whole call."""

READ, WRITE = 1, 4  # as `select.POLLIN` and `POLLOUT`, which Windows lacks
READ_BYTES = 64 * 1024
# What a socket raises where it would block, and what it lacks then besides what the operation itself needs.
LACKS = {BlockingIOError: 0, ssl.SSLWantReadError: READ, ssl.SSLWantWriteError: WRITE}
# What a request is doing: the name of its timeout, and the errors of httpx for late and for failed.
CONNECTING = "connect", httpx.ConnectTimeout, httpx.ConnectError
WRITING = "write", httpx.WriteTimeout, httpx.WriteError
READING = "read", httpx.ReadTimeout, httpx.ReadError
QUEUEING = "pool", httpx.PoolTimeout, httpx.PoolTimeout


Wait: TypeAlias = tuple[socket.socket, int, float | None]
"""Wait until the socket can be read or written, at most so many seconds. READ | WRITE: until it can be either."""
Steps: TypeAlias = Generator[Wait, bool, T]
"""Yield a `Wait` each time; are sent whether the socket was ready in time."""


def run(steps: Steps[T]) -> T:
    """Do `steps`, and block where they wait. Return what they return."""
    try:
        wait = next(steps)
        while True:
            wait = steps.send(_poll(*wait))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()  # if a signal handler raised, they clean up now and not some time later


def _poll(sock: socket.socket, events: int, seconds: float | None) -> bool:
    if not hasattr(select, "poll"):  # Windows, where `select` knows no limit
        return any(select.select([sock] if events & READ else [], [sock] if events & WRITE else [], [sock], seconds))
    poll = select.poll()  # elsewhere `select` can't wait for a file descriptor above 1,023
    poll.register(sock, events)
    return bool(poll.poll(None if seconds is None else seconds * 1000))


async def run_async(steps: Steps[T]) -> T:
    """Do `steps` under asyncio or trio. Return what they return."""
    import anyio  # here, since the blocking client has no use for it and it takes a while to import

    try:
        sock, events, seconds = next(steps)
        while True:
            with anyio.move_on_after(seconds) as scope:
                await _ready(sock, events)
            sock, events, seconds = steps.send(not scope.cancelled_caught)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()


async def _ready(sock: socket.socket, events: int, then: Callable[[], None] = lambda: None) -> None:
    import anyio

    if events == READ | WRITE:  # whichever is ready first ends the other's wait
        async with anyio.create_task_group() as waits:
            for event in (READ, WRITE):
                waits.start_soon(_ready, sock, event, waits.cancel_scope.cancel)
    else:
        await (anyio.wait_readable if events == READ else anyio.wait_writable)(sock)
        then()


def seconds_left(timeouts: Timeouts, doing: Doing) -> float | None:
    """Return how long one wait may take; None: for ever. Raises httpx's timeout if nothing is left."""
    timeout = timeouts.get(doing[0])
    left = timeout.left() if isinstance(timeout, Deadline) else timeout
    if left is not None and left <= 0:
        raise doing[1]("the deadline of the call has passed")
    return None if left is None else min(left, 1_000_000.0)  # eleven days: `poll` takes no more than 24


class _LookUp:
    """The look-up of one name, in a thread of its own since no timeout reaches `getaddrinfo`.

    All calls that want a name at the same time share one thread, so a resolver that hangs costs one thread a name.
    Python waits for such a thread neither when it ends nor at the end of `asyncio.run`.
    """

    running: dict[tuple[int, str, int], _LookUp] = {}  # noqa: RUF012

    def __init__(self) -> None:
        self.addresses: list[tuple[int, tuple[object, ...]]] | Exception = []
        self.done, self._end = socket.socketpair()
        """`done` becomes readable when the addresses are there, and a socket is what both drivers can wait for."""
        self._thread: int | None = None

    def __del__(self) -> None:
        self.done.close()
        self._end.close()

    @classmethod
    def of(cls, host: str, port: int) -> _LookUp:
        key = os.getpid(), host, port  # a forked child has its parent's entries but not its threads
        look_up = cls.running.get(key) or cls.running.setdefault(key, cls())
        if look_up._thread is None:  # a signal handler may raise before this: then the next call starts it
            look_up._thread = start_new_thread(look_up._run, (key,))
        return look_up

    def _run(self, key: tuple[int, str, int]) -> None:  # pragma: no cover (it sees no thread that `_thread` starts)
        try:
            # As bytes: for a text Python would import its IDNA codec here, under a lock that a fork could leave held.
            found = socket.getaddrinfo(key[1].encode(), key[2], type=socket.SOCK_STREAM)
            self.addresses = list(dict.fromkeys((int(family), address) for family, *_, address in found))
        except Exception as error:
            self.addresses = error
        self.running.pop(key, None)
        self._end.shutdown(socket.SHUT_WR)  # a close would not be seen while a forked child has a copy of the socket


class Channel:
    """A connection to a server, plain or TLS. It serves one request at a time."""

    timeouts: Timeouts
    """Of that request."""

    def __init__(self) -> None:
        self.sock = socket.socket()  # for now; connecting replaces it

    def do(self, doing: Doing, operation: Callable[[], T], events: int, first: bool = False) -> Steps[T]:
        """Try an operation of the socket until it is done.

        Args:
            doing: what for; decides about timeout and errors.
            events: what to wait for before it is tried again.
            first: wait before it is tried at all. A flood of data would otherwise keep other tasks from running.
        """
        _, expired, failed = doing
        lacks = events if first else 0
        while True:
            left = seconds_left(self.timeouts, doing)
            if lacks and not (yield self.sock, lacks, left):
                raise expired("timed out")
            try:
                return operation()
            except tuple(LACKS) as error:
                lacks = events | LACKS[type(error)]
            except OSError as error:
                raise failed(str(error)) from error

    def connect(self, host: str, port: int) -> Steps[None]:
        """Connect to the first address of `host` that accepts. They are tried one by one, within the one deadline."""
        addresses = yield from self._resolve(host, port)
        for number, (family, address) in enumerate(addresses, 1):  # pragma: no branch (the last returns or raises)
            self._replace(socket.socket(family))
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            try:
                return (yield from self.do(CONNECTING, partial(self._connect, address), WRITE))
            except httpx.ConnectError:
                if number == len(addresses):
                    raise

    def _replace(self, sock: socket.socket) -> None:
        self.sock.close()
        self.sock = sock
        sock.setblocking(False)

    def _connect(self, address: tuple[object, ...]) -> None:
        # EISCONN is the yes to who asks for the second time.
        if (code := self.sock.connect_ex(address)) not in (0, errno.EISCONN):
            raise OSError(code, os.strerror(code))

    def _resolve(self, host: str, port: int) -> Steps[list[tuple[int, tuple[object, ...]]]]:
        with suppress(ValueError):  # it is a name, and no address
            return [(socket.AF_INET if ip_address(host).version == 4 else socket.AF_INET6, (host, port))]
        look_up = _LookUp.of(host, port)
        self._replace(look_up.done.dup())  # a copy, since an event loop lets one task alone wait for a socket
        resolving = "connect", lambda _: httpx.ConnectTimeout(f"{host} was not resolved in time"), httpx.ConnectError
        yield from self.do(resolving, partial(self.sock.recv, 1), READ, first=True)
        if isinstance(look_up.addresses, Exception) or not look_up.addresses:
            raise httpx.ConnectError(f"{host} can't be resolved: {look_up.addresses}")
        return look_up.addresses

    def start_tls(self, host: str, context: ssl.SSLContext | None) -> Steps[None]:
        """Shake hands. Raises `httpx.ConnectError`, also for a certificate that isn't trusted."""
        context = context or default_context()
        context.set_alpn_protocols(["http/1.1"])
        # Who hangs up without TLS's own goodbye may be an attacker: that ends no answer.
        wrap = partial(context.wrap_socket, do_handshake_on_connect=False, suppress_ragged_eofs=False)
        self.sock = tls = wrap(self.sock, server_hostname=host)
        yield from self.do(CONNECTING, tls.do_handshake, 0)

    def read(self) -> Steps[bytes]:
        """Return what comes next; empty at the end."""
        return self.do(READING, partial(self.sock.recv, READ_BYTES), READ, first=True)

    def read_now(self) -> bytes | None:
        """Return what has come already; None if nothing has, empty at the end, also at a bad one.

        It has to be a read: TLS 1.3's session tickets make a socket readable and are no data.
        """
        try:
            return self.sock.recv(READ_BYTES)
        except OSError as error:
            return None if type(error) in LACKS else b""
