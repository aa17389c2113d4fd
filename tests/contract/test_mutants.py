"""A run finds what it should: some of the mutants here, all of them with `make contract-mutants`."""

from __future__ import annotations

import pytest

from contract.mutants import MUTANTS, killed_by, unchanged

# The ones that a check of ours finds, or none would; and one of each kind that schemathesis finds by itself.
FEW = {
    "a create answers 201": "status_code_conformance",
    "an unknown id answers an invented object": "asks_for_unknown_ids",
    "auth is ignored": "ignored_auth",
    "an answer is text/plain": "content_type_conformance",
    "an undocumented member": "members_are_documented",
    "statusMessage while not cancelled": "message_only_when_cancelled",
    "an amount may be a string": "look_alikes_are_refused",
    "another amount is booked": "request_is_echoed",
    "what was created is gone": "asks_for_what_was_created",
    "the customerId filter is ignored": "filters_are_honoured",
    "a state runs backwards": "states_move_forward",
    "a page loses an object": "pages_are_complete",
}


@pytest.mark.parametrize(("name", "check"), FEW.items())
def test_a_mutant_is_killed(name: str, check: str) -> None:
    """One small fault of the mock is found, by the check that is there for it."""
    finding = killed_by(MUTANTS[name]())

    assert finding is not None
    assert check == finding.check


def test_the_wrapper_alone_is_not_refused() -> None:
    """A mutant that changes nothing survives, so what kills the others is their fault."""
    assert killed_by(unchanged, examples=3) is None


def test_there_are_enough_mutants() -> None:
    """The table has more than the forty that were asked for."""
    assert len(MUTANTS) >= 40
