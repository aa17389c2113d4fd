"""A server that misbehaves on purpose: raw sockets on a free port of this machine, one thread per connection.

What it does with a connection is a function `behave(connection)`. It counts the requests whose first byte arrived.
"""

from __future__ import annotations

import json
import select
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import unquote

__all__ = ["Connection", "FaultServer", "Received", "answer", "serving", "told"]


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def members(self) -> dict[str, Any]:
        members: dict[str, Any] = json.loads(self.body) if self.body else {}
        return members


def told(request: Received, **members: object) -> bytes:
    """The object that a request is about, as a good server tells it; `members` on top, None takes one away."""
    sent = request.members
    known = {
        "id": unquote(request.target.rpartition("/")[2]) if request.method == "GET" else "01HPR9B3N7Q2W5Y8A1C4E6G9J0",
        "status": "processing",
        "reference": sent.get("reference"),
        "amount": sent.get("amount", 1001),
    }
    merged = known | members
    return json.dumps({name: value for name, value in merged.items() if value is not None}).encode()


def answer(body: bytes = b"", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """A whole HTTP answer; `length` lies about the body's."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@dataclass
class Connection:
    """One accepted connection."""

    sock: socket.socket
    server: FaultServer
    index: int
    """0 for the server's first connection."""
    buffer: bytes = b""
    counted: bool = False

    def arrived(self) -> None:
        """Wait until the first byte of a request is here, without reading it."""
        start = self.sock.recv(4, socket.MSG_PEEK)
        if start:
            self._count(start.decode("latin-1").strip())

    def _count(self, method: str) -> None:
        if not self.counted:
            self.counted = True
            self.server.note(method)

    def request(self) -> Received | None:
        """The next request, read to its end; None if the client went away."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        self._count(method)
        self.counted = False
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = self._exactly(int(headers.get("content-length", 0)))
        if body is None:
            return None
        received = Received(method, target, headers, body)
        self.server.requests.append(received)
        return received

    def _until(self, end: bytes) -> bytes | None:
        while end not in self.buffer:
            if not self._fill():
                return None
        head, _, self.buffer = self.buffer.partition(end)
        return head

    def _exactly(self, length: int) -> bytes | None:
        while len(self.buffer) < length:
            if not self._fill():
                return None
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return body

    def _fill(self) -> bool:
        data = self.sock.recv(65536)
        self.server.bytes_in += data
        self.buffer += data
        return bool(data)

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.sock.sendall(part)

    def drip(self, data: bytes, pause: float) -> None:
        """One byte at a time, until the client has enough of it."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            if self.server.stopped.wait(pause):
                return

    def reset(self) -> None:
        """RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def finish(self) -> None:
        """FIN, and read what still comes, so that no RST follows it."""
        self.sock.shutdown(socket.SHUT_WR)
        self.gone()

    def gone(self) -> None:
        """Wait until the client goes away."""
        with suppress(OSError):
            while self.sock.recv(65536):
                pass

    def close(self) -> None:
        self.sock.close()

    def start_tls(self, context: ssl.SSLContext) -> None:
        self.sock = self.server.adopt(context.wrap_socket(self.sock, server_side=True))


@dataclass
class FaultServer:
    """Listens from `start` to `stop`."""

    behave: Callable[[Connection], object]
    listening: bool = True
    """False: the port refuses every connection."""
    swallowing: bool = False
    """The queue of connections is full: no SYN is answered."""
    received: list[str] = field(default_factory=list)
    """The methods of the requests whose first byte arrived."""
    requests: list[Received] = field(default_factory=list)
    bytes_in: bytes = b""
    connections: int = 0
    stopped: Event = field(default_factory=Event)
    idle_closed: Event = field(default_factory=Event)
    """Set by a behaviour that closed a connection while it was idle."""
    _lock: Lock = field(default_factory=Lock)
    _socks: list[socket.socket] = field(default_factory=list)
    _threads: list[Thread] = field(default_factory=list)

    def start(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        if self.swallowing:
            self._listener.listen(0)
            for _ in range(4):
                filler = self.adopt(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", self.port))
        elif self.listening:
            self._listener.listen(128)
            self._spawn(self._accept)

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            if not select.select([self._listener], [], [], 0.5)[0]:
                continue
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            connection = Connection(self.adopt(sock), self, self.connections)
            self.connections += 1
            self._spawn(self._handle, connection)

    def _handle(self, connection: Connection) -> None:
        with suppress(OSError, ssl.SSLError):
            self.behave(connection)
        with suppress(OSError):
            connection.close()

    def adopt(self, sock: Any) -> Any:
        """Close `sock` at the end, whatever becomes of it."""
        with self._lock:
            self._socks.append(sock)
        return sock

    def note(self, method: str) -> None:
        if method != "CONNECT":  # a proxy's, and no request of the call
            with self._lock:
                self.received.append(method)

    def stop(self) -> None:
        self.stopped.set()
        for sock in [self._listener, *self._socks]:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join()
        for sock in [self._listener, *self._socks]:
            sock.close()


@contextmanager
def serving(behave: Callable[[Connection], object], **settings: Any) -> Iterator[FaultServer]:
    """A fault server, stopped at the end."""
    server = FaultServer(behave, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def obedient(connection: Connection) -> None:
    """What a good server does: answers every request of a connection."""
    while (request := connection.request()) is not None:
        connection.send(answer(told(request)))
