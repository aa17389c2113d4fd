"""A server that costs as little as Python allows, so that what is measured is the client: constant answers, kept alive.

    python bench/server.py

Runs in a process of its own and prints its port. A create is answered with the reference it came with, a list with a
page of 100 objects and the cursor of the next, up to page 1,000, and `/connections` with how many sockets are open now
and were at most.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from objects import PAGE_SIZE, payout_target

PAGES = 1000
ITEMS = json.dumps([payout_target(number) for number in range(PAGE_SIZE)], separators=(",", ":")).encode()
CREATED = json.dumps(payout_target(0) | {"reference": "<here>"}, separators=(",", ":")).encode().split(b"<here>")
LENGTH, MARK = b"content-length:", b'"reference":'


class Sockets:
    """The open connections, and how many there were at most."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.ready = selectors.EpollSelector() if hasattr(selectors, "EpollSelector") else selectors.DefaultSelector()
        self.ready.register(self.listening, selectors.EVENT_READ, None)
        self.now = self.most = 0

    def accept(self) -> None:
        connection, _ = self.listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ready.register(connection, selectors.EVENT_READ, bytearray())
        self.now += 1
        self.most = max(self.most, self.now)

    def close(self, connection: socket.socket) -> None:
        self.ready.unregister(connection)
        connection.close()
        self.now -= 1

    def serve(self) -> None:
        while True:
            for key, _ in self.ready.select():
                if key.data is None:
                    self.accept()
                else:
                    self.read(key.fileobj, key.data)  # type: ignore[arg-type]

    def read(self, connection: socket.socket, buffer: bytearray) -> None:
        with suppress(ConnectionError):
            data = connection.recv(65536)
            if data:
                buffer += data
                if complete(buffer):
                    connection.sendall(self.answer(buffer))
                    buffer.clear()
                return
        self.close(connection)

    def answer(self, request: bytearray) -> bytes:
        if request.startswith(b"GET /connections"):
            body = b'{"now":%d,"most":%d}' % (self.now, self.most)
            self.most = self.now
        else:
            body = page(request) if request.startswith(b"GET") else created(request)
        return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def complete(request: bytearray) -> bool:
    end = request.find(b"\r\n\r\n")
    if end < 0 or request.startswith(b"GET"):
        return end >= 0
    start = request.lower().find(LENGTH, 0, end) + len(LENGTH)
    return len(request) >= end + 4 + int(request[start : request.find(b"\r\n", start)])


def created(request: bytearray) -> bytes:
    start = request.index(b'"', request.index(MARK) + len(MARK)) + 1
    return CREATED[0] + request[start : request.index(b'"', start)] + CREATED[1]


def page(request: bytearray) -> bytes:
    target = request[: request.index(b" HTTP")]
    number = int(target.partition(b"cursor=")[2] or 1)
    cursor = b',"cursor":"%d"' % (number + 1) if number < PAGES else b""
    return b'{"items":%s,"count":%d%s}' % (ITEMS, PAGE_SIZE * PAGES, cursor)


@contextmanager
def serving() -> Iterator[str]:
    """The base URL of a server that lives as long as the block."""
    with subprocess.Popen([sys.executable, Path(__file__)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v0"
        finally:
            process.kill()


if __name__ == "__main__":
    sockets = Sockets()
    print(sockets.listening.getsockname()[1], flush=True)
    sockets.serve()
