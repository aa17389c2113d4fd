"""Every kind of fault ends in the row of the decision table, for a read and a create, blocking and awaiting."""

from __future__ import annotations

import pytest

from palomma import ConflictError, OutcomeUnknownError, PalommaError

from .kinds import KINDS, RETURNS
from .runs import ID, Run, Tally

CLIENTS = ("sync", "asyncio", "trio")
RUNS = [Run(kind, client, method) for kind in KINDS for client in CLIENTS for method in ("GET", "POST")]
# Refused as "not processed": the only creates that go out twice.
AGAIN = {name for name in KINDS if name.startswith(("421", "425", "429"))}


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_a_fault_ends_in_its_row(run: Run, tally: Tally) -> None:
    """The outcome, the number of attempts, what the server got, the deadline and the error's facts are as told."""
    result, kind = tally.results[run], KINDS[run.kind]
    row = kind.row
    expected = (row.get, row.get_attempts) if run.method == "GET" else (row.post, row.post_attempts)

    assert result.error is None or isinstance(result.error, PalommaError)
    assert (result.outcome, result.attempts) == expected, result.error
    assert result.received == ([run.method] * result.attempts if kind.sent else [])
    assert not result.overdue
    if run.method == "POST" and run.kind not in AGAIN:
        assert len(result.received) <= 1


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_what_a_run_tells(run: Run, tally: Tally) -> None:
    """A returned object is the one asked for, never a left-over; an error says what was called, and how to find it."""
    result = tally.results[run]
    if result.outcome == RETURNS:
        assert result.value.id in (ID, "1")
        return
    error = result.error
    assert isinstance(error, PalommaError)
    expected = {
        "GET": ("getPayoutRequestById", "GET", "/payoutRequests/{payoutRequestId}"),
        "POST": ("createPayoutRequest", "POST", "/payoutRequests"),
    }[run.method]
    assert (error.operation, error.method, error.path) == expected
    assert (error.reference is not None) == (run.method == "POST")
    assert 0 < error.elapsed <= result.seconds
    assert len(str(error)) < 1500
    assert ("money may have moved" in str(error)) == (
        isinstance(error, OutcomeUnknownError) and not isinstance(error, ConflictError)
    )


def test_there_are_enough_kinds() -> None:
    """The table holds at least 45 kinds of fault."""
    assert len(KINDS) >= 45
