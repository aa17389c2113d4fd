"""A retry budget for the whole process, so that an outage at Palomma is not multiplied by its clients.

The token bucket of AWS's standard retry mode:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from collections import deque
from itertools import repeat

__all__ = ["PROCESS_BUDGET", "RetryBudget"]


class RetryBudget:
    """`capacity` tokens; a retry costs `cost`, which a success brings back, and a first success brings one.

    No lock guards the tokens, since a forked child could find it held for ever (R4): a deque, whose steps are each
    atomic, holds them. It lets go of what exceeds its length.
    """

    def __init__(self, capacity: int = 500, cost: int = 14) -> None:
        self.cost = cost
        self._tokens = deque(repeat(None, capacity), capacity)

    @property
    def tokens(self) -> int:
        """How many there are."""
        return len(self._tokens)

    def take(self) -> bool:
        """Take the tokens for one more retry. Return whether there were enough; otherwise none is taken."""
        taken = 0
        try:
            while taken < self.cost:
                self._tokens.pop()
                taken += 1
        except IndexError:
            self._tokens.extend(repeat(None, taken))
        return taken == self.cost

    def succeeded(self, *, retried: bool) -> None:
        """Note a success."""
        self._tokens.extend(repeat(None, self.cost if retried else 1))


PROCESS_BUDGET = RetryBudget()
