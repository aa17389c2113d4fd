"""Money-safety of the flow over many simulated calls, and that the simulation would notice if it weren't safe."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from palomma import APIError, ResponseError, ServerError
from palomma._sansio import Answer, Failure, Verdict, judge

from .simulation import simulate

CALLS = 200_000


@pytest.fixture(autouse=True)
def without_log(caplog: pytest.LogCaptureFixture) -> None:
    """100,000 warnings say no more than one."""
    caplog.set_level(logging.CRITICAL + 1, logger="palomma")


def test_no_call_breaks_a_promise(record_property: Callable[[str, object], None]) -> None:
    """In 200,000 calls: no second create after an unknown outcome, no unknown outcome reported as a failure, no retry
    earlier than told, no deadline passed, nobody else's object returned."""
    outcomes, faults = simulate(CALLS, seed=20240215)

    assert faults == Counter()
    assert sum(outcomes.values()) == CALLS
    assert set(outcomes) >= {"returned", "OutcomeUnknownError", "NotSentError", "ResponseError", "RateLimitError"}
    record_property("outcomes", dict(outcomes))


def _creates(call: Any) -> bool:
    return call.operation.method == "POST"


def _changed(verdict: Verdict, **changes: Any) -> Verdict:
    vars(verdict).update(changes)
    return verdict


def _retried_after_the_first_byte(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    return _changed(verdict, again=True) if isinstance(result, Failure) else verdict


def _retried_after_5xx(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    return _changed(verdict, again=True) if isinstance(result, Answer) and result.status >= 500 else verdict


def _5xx_is_a_failure(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    return _changed(verdict, error=ServerError) if isinstance(result, Answer) and result.status >= 500 else verdict


def _408_is_a_failure(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    return _changed(verdict, error=APIError) if isinstance(result, Answer) and result.status == 408 else verdict


def _303_is_a_failure(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    return _changed(verdict, error=APIError) if isinstance(result, Answer) and result.status == 303 else verdict


def _unreadable_is_a_failure(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    unreadable = isinstance(result, Answer) and result.status == 200 and verdict.error
    return _changed(verdict, error=ResponseError) if unreadable else verdict


def _lost_is_a_failure(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    verdict = judge(call, reference, result, *more)
    return _changed(verdict, error=ResponseError) if isinstance(result, Failure) and result.sent else verdict


def _any_echo_is_ours(call: Any, reference: Any, result: Any, *more: Any) -> Verdict:
    return judge(call, None, result, *more)


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (_retried_after_the_first_byte, "a second create after an unknown outcome"),
        (_retried_after_5xx, "a second create after an unknown outcome"),
        (_5xx_is_a_failure, "an unknown outcome was reported as a failure"),
        (_408_is_a_failure, "an unknown outcome was reported as a failure"),
        (_303_is_a_failure, "an unknown outcome was reported as a failure"),
        (_unreadable_is_a_failure, "an unknown outcome was reported as a failure"),
        (_lost_is_a_failure, "an unknown outcome was reported as a failure"),
        (_any_echo_is_ours, "another call's object was returned"),
    ],
)
def test_a_rule_taken_out_is_missed(table: Callable[..., Verdict], found: str) -> None:
    """The same simulation with one rule of the table removed finds what that rule prevents."""
    _, faults = simulate(3_000, seed=7, table=table)

    assert faults[found] > 0


def test_an_impatient_driver_is_noticed() -> None:
    """The same simulation finds retries earlier than told when half of each wait is slept."""
    _, faults = simulate(3_000, seed=7, hurry=0.5)

    assert faults["a retry earlier than told"] > 0
