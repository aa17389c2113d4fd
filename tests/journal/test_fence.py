"""What the kernel does with a journalled create once its time is over, whatever its process does."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from palomma.journal._fence import Alone

PATIENCE = 30.0


@pytest.fixture
def deaf() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connection whose other end stops reading: the kernel keeps what it can't deliver."""
    with closing(socket.socket()) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with closing(socket.create_connection(listener.getsockname(), timeout=PATIENCE)) as ours:
            theirs, _ = listener.accept()
            with closing(theirs):
                theirs.settimeout(PATIENCE)
                yield ours, theirs


def test_what_cant_be_delivered_in_time_is_given_up(deaf: tuple[socket.socket, socket.socket]) -> None:
    """TCP_USER_TIMEOUT: the kernel ends the connection by itself, also while its process is stopped."""
    ours, _ = deaf
    Alone(time.monotonic() + 0.3, time).isolate(ours)

    with pytest.raises(OSError) as caught:
        while True:
            ours.sendall(b"x" * 2**20)
    assert caught.value.errno == errno.ETIMEDOUT


def test_what_is_closed_is_reset(deaf: tuple[socket.socket, socket.socket]) -> None:
    """SO_LINGER of zero seconds: what the other end hasn't got by then it never gets."""
    ours, theirs = deaf
    Alone(time.monotonic() + PATIENCE, time).isolate(ours)
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            ours.send(b"x" * 2**20)
    ours.close()

    with pytest.raises(ConnectionResetError):
        while theirs.recv(2**20):
            pass
