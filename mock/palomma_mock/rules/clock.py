"""The mock's time: a clock that only tests and users move faster."""

import time
from collections.abc import Callable

from .calendar import LAST


class Clock:
    """Seconds since the epoch: the source's, plus everything it was advanced by."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.offset = 0.0

    def now(self) -> float:
        """Return the present instant, in seconds since the epoch, between 1970 and the end of the mock's time."""
        return min(max(0.0, self._source() + self.offset), LAST)

    def advance(self, seconds: float) -> None:
        """Move forward by so many seconds. Raises ValueError for a step back, and beyond the year 9000."""
        if not 0 <= seconds <= LAST - self.now():
            raise ValueError("seconds: the clock only moves forward, and not beyond the year 9000")
        self.offset += seconds


def frozen_clock(start: float | None = None) -> Clock:
    """Return a clock that stands still, at the present unless told otherwise, until it is advanced."""
    at = float(int(time.time() if start is None else start))
    return Clock(lambda: at)
