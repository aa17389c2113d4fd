"""How everything is measured: in turns, so that what slows the machine down slows all candidates, and by medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

__all__ = ["Cost", "Costs", "Quartiles", "in_turns", "in_turns_async", "median", "ratio", "turns"]


class Cost(NamedTuple):
    """What a round took: seconds by the clock, seconds of CPU, and, of a whole process, MiB."""

    wall: float
    cpu: float
    memory: float = 0.0


class Quartiles(NamedTuple):
    """Half of the rounds lie between `low` and `high`."""

    low: float
    median: float
    high: float


Costs = Mapping[str, Sequence[Cost]]


def turns(names: Sequence[str], rounds: int) -> Iterator[tuple[str, bool]]:
    """Whose turn it is, and whether it counts: a round goes before. Each round takes the order of the last backwards,
    so that nobody always runs after the same neighbour."""
    for number in range(rounds + 1):
        for name in names[:: -1 if number % 2 else 1]:
            yield name, number > 0


def in_turns(candidates: Mapping[str, Callable[[], object]], rounds: int) -> Costs:
    """What each round of each candidate cost."""
    costs: dict[str, list[Cost]] = {name: [] for name in candidates}
    for name, counts in turns(list(candidates), rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        candidates[name]()
        cost = Cost(time.perf_counter() - wall, time.process_time() - cpu)
        if counts:
            costs[name].append(cost)
    return costs


async def in_turns_async(candidates: Mapping[str, Callable[[], Awaitable[object]]], rounds: int) -> Costs:
    """The same for what is awaited."""
    costs: dict[str, list[Cost]] = {name: [] for name in candidates}
    for name, counts in turns(list(candidates), rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        await candidates[name]()
        cost = Cost(time.perf_counter() - wall, time.process_time() - cpu)
        if counts:
            costs[name].append(cost)
    return costs


def median(costs: Costs, name: str, by: str = "wall") -> float:
    """Of one round."""
    return statistics.median(getattr(cost, by) for cost in costs[name])


def ratio(costs: Costs, name: str, base: str, by: str = "wall") -> Quartiles:
    """What `name` cost for each second, or MiB, of `base`, round by round."""
    pairs = zip(costs[name], costs[base], strict=True)
    return Quartiles(*statistics.quantiles((getattr(ours, by) / getattr(theirs, by) for ours, theirs in pairs), n=4))
