"""The time of an attempt, asked before each write: by the wall clock and by one that counts while a machine sleeps."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from functools import partial

from palomma._sansio import Clock, Deadline

__all__ = ["Alone", "Fence"]

Clocks = tuple[Callable[[], float], ...]
CLOCKS: Clocks = (
    time.time,
    partial(time.clock_gettime, time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic,
)


class Alone(Deadline):
    """A deadline whose request wants a connection that serves no other."""

    def isolate(self, sock: socket.socket) -> None:
        """Let the kernel send nothing once `sock` is closed, nor after this deadline, whatever stops the process: the
        connection is reset instead (R1)."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # pragma: no branch (Linux has it)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, max(1, int(self.left() * 1000)))


class Fenced(Alone):
    """A deadline that the clock of the wall, or a sleep of the machine, can only bring nearer."""

    fence: Fence

    def left(self) -> float:
        return min(super().left(), self.fence.left())


class Fence:
    """Until when the owner of a row may send. It counts from when it was made: before the row was written."""

    def __init__(self, seconds: float, clocks: Clocks = CLOCKS) -> None:
        self._ends = [(clock, clock() + seconds) for clock in clocks]
        self._last: Deadline | None = None

    def left(self) -> float:
        """Return how many seconds are left; never negative."""
        return max(0.0, min(end - clock() for clock, end in self._ends))

    @property
    def passed(self) -> bool:
        """Whether a byte of the last attempt may have left this machine."""
        return self._last is not None and self._last.sent

    def deadline(self, at: float, clock: Clock) -> Deadline:
        """Return the deadline of an attempt, no later than this fence allows."""
        deadline = Fenced(min(at, clock.monotonic() + self.left()), clock)
        deadline.fence = self
        self._last = deadline
        return deadline
