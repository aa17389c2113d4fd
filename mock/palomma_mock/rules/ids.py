"""ULIDs, as in every example of the documentation: 48 bits of milliseconds, 80 of chance, never out of order."""

import random

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Two characters, ten bits, at a time.
_PAIRS = [first + second for first in _CROCKFORD for second in _CROCKFORD]
_SHIFTS = range(120, -1, -10)
_CHANCE_BITS = 80


def _encoded(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


class Ids:
    """A source of ids; the same seed and the same clock give the same ids."""

    def __init__(self, seed: int | str | None = None) -> None:
        self._random = random.Random(seed)
        self._last = 0

    def new(self, now: float) -> str:
        """Return the next id, greater than every one before it."""
        fresh = int(now * 1000) << _CHANCE_BITS | self._random.getrandbits(_CHANCE_BITS)
        # A standing clock (or one behind a saved state) must not bring an id back: count on from the last.
        self._last = fresh if fresh >> _CHANCE_BITS > self._last >> _CHANCE_BITS else self._last + 1
        return _encoded(self._last)
