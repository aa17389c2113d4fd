"""How everything is measured: in turns, so that what slows the machine down slows all candidates, and by medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

__all__ = ["Cost", "in_turns", "in_turns_async", "median", "ratio"]


class Cost(NamedTuple):
    """Seconds that a round took: by the clock, and of this process's CPU."""

    wall: float
    cpu: float


Costs = Mapping[str, Sequence[Cost]]


def in_turns(candidates: Mapping[str, Callable[[], object]], rounds: int) -> Costs:
    """What each round of each candidate cost. One round goes before, unmeasured."""
    costs: dict[str, list[Cost]] = {name: [] for name in candidates}
    for number in range(rounds + 1):
        for name, work in candidates.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            cost = Cost(time.perf_counter() - wall, time.process_time() - cpu)
            if number:
                costs[name].append(cost)
    return costs


async def in_turns_async(candidates: Mapping[str, Callable[[], Awaitable[object]]], rounds: int) -> Costs:
    """The same for what is awaited."""
    costs: dict[str, list[Cost]] = {name: [] for name in candidates}
    for number in range(rounds + 1):
        for name, work in candidates.items():
            wall, cpu = time.perf_counter(), time.process_time()
            await work()
            cost = Cost(time.perf_counter() - wall, time.process_time() - cpu)
            if number:
                costs[name].append(cost)
    return costs


def median(costs: Costs, name: str, by: str = "wall") -> float:
    """Seconds of one round."""
    return statistics.median(getattr(cost, by) for cost in costs[name])


def ratio(costs: Costs, name: str, base: str, by: str = "wall") -> float:
    """The median, over the rounds, of what `name` cost for each second of `base`."""
    pairs = zip(costs[name], costs[base], strict=True)
    return statistics.median(getattr(ours, by) / getattr(theirs, by) for ours, theirs in pairs)
