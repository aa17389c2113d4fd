"""The journal's moves under everything that can go wrong, in virtual time; and that the simulation misses each rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from .rules import RULES, Rule, violations
from .simulation import plans, simulate
from .world import Plan

SEED = 20_240_215
QUICK = 80
"""Worlds in which most rules are missed already."""


def _part(arguments: tuple[int, int, dict[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    count, seed, fixed = arguments
    return simulate(plans(count, seed, **fixed))


@pytest.mark.parametrize("worlds", [60, pytest.param(10_000, marks=pytest.mark.deep)])
def test_nothing_is_paid_twice_or_lost(worlds: int, record_property: Callable[[str, object], None]) -> None:
    """With a quiet period of D + L + P: no duplicate, none lost, none wrongly confirmed, in 25 payments a world."""
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(_part, [(worlds // 10, SEED + part, {}) for part in range(10)]))
    wrong = sum((each for each, _ in results), Counter[str]())
    seen = sum((each for _, each in results), Counter[str]())

    assert wrong == Counter()
    assert seen["rows"] > 24 * worlds and seen["killed"] > worlds
    assert min(seen[state] for state in ("confirmed", "review", "refused", "in progress", "differs")) > worlds / 10
    record_property("seen", dict(seen))


def test_too_short_a_quiet_period_pays_twice() -> None:
    """With a tenth of D + L + P something is paid twice: the simulation can see it."""
    wrong, _ = simulate(
        plans(200, SEED, patience=0.1, resend="after_quiet"), enough=lambda wrong: wrong["duplicate"] > 2
    )

    assert wrong["duplicate"] > 2


def _check(rule: Rule, worlds: int) -> None:
    count, tried, _ = violations(worlds, rule)
    assert count > 0

    def same() -> Iterator[Plan]:
        return plans(tried, 0, **rule.world)

    wrong, _ = simulate(same())
    assert wrong[rule.found] == 0 or rule.world.get("patience", 1.0) < 1.0


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.rare], ids=lambda rule: rule.text)
def test_a_rule_taken_away_is_missed(rule: Rule) -> None:
    """The same worlds, without one rule, find what that rule prevents."""
    _check(rule, QUICK)


@pytest.mark.deep
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.rare], ids=lambda rule: rule.text)
def test_a_rule_that_is_rarely_needed_is_missed_too(rule: Rule) -> None:
    """The same, where it takes more worlds."""
    _check(rule, 100 * QUICK)
