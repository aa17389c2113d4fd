"""The sandbox's time: a clock that only tests and users move faster, and how instants are written."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "frozen_clock", "instant"]


class Clock:
    """Seconds since the epoch: the source's, plus everything it was advanced by."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.offset = 0.0

    def now(self) -> float:
        """The present instant, in seconds since the epoch."""
        return self._source() + self.offset

    def advance(self, seconds: float) -> None:
        """Move forward by so many seconds. Raises ValueError for a step back, and for a step without end."""
        if not 0 <= seconds < math.inf:
            raise ValueError("the clock only moves forward, by a finite number of seconds")
        self.offset += seconds


def frozen_clock(start: float | None = None) -> Clock:
    """A clock that stands still, at the present unless told otherwise, until it is advanced."""
    at = float(int(time.time() if start is None else start))
    return Clock(lambda: at)


def instant(seconds: float) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`. Palomma states neither precision nor zone."""
    # Whole milliseconds first: formatting a float would cut .9999 down to the millisecond before.
    moment = datetime.fromtimestamp(round(seconds * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
