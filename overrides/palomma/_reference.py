"""References that the client mints: ULIDs, unique and in the order of their time. https://github.com/ulid/spec"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import SystemRandom

from palomma_api.runtime.values import load

__all__ = ["mint_reference", "new_key"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
# What the module `secrets` calls `randbits`, without its import.
_randbits = SystemRandom().getrandbits


def mint_reference(now: Callable[[], float] = time.time, random: Callable[[int], int] = _randbits) -> str:
    """Return a reference of 26 characters: 48 bits of milliseconds, 80 bits of randomness."""
    number = (int(now() * 1000) & (2**48 - 1)) << 80 | random(80)
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def new_key() -> str:
    """Return an idempotency key: a UUID, the form that all servers take which ask for a form."""
    return str(load("uuid", None, "UUID")(int=_randbits(128), version=4))
