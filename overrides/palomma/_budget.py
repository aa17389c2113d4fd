"""A retry budget for the whole process, so that an outage at Palomma is not multiplied by its clients.

The token bucket of AWS's standard retry mode:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from threading import Lock

__all__ = ["PROCESS_BUDGET", "RetryBudget"]


class RetryBudget:
    """`capacity` tokens; a retry costs `cost`, which a success brings back, and a first success brings one."""

    def __init__(self, capacity: int = 500, cost: int = 14) -> None:
        self.capacity = capacity
        self.cost = cost
        self.tokens = capacity
        self._lock = Lock()

    def take(self) -> bool:
        """Whether there are tokens for one more retry; takes them if so."""
        with self._lock:
            if self.tokens < self.cost:
                return False
            self.tokens -= self.cost
            return True

    def succeeded(self, *, retried: bool) -> None:
        """Note a success."""
        if self.tokens < self.capacity:
            with self._lock:
                self.tokens = min(self.capacity, self.tokens + (self.cost if retried else 1))


PROCESS_BUDGET = RetryBudget()
