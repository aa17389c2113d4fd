"""A run finds what it should: each mutant is one small fault of the mock, and each is found.

One of each family here; all with `pytest -m deep tests/contract/test_mutants.py -s`, which prints them as a table.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from first_mutants import KNOWN
from later_mutants import LATER
from mutation import Mutant, Patch, killed_by, unchanged
from own_mutants import OWN
from strange_mutants import STRANGERS

from contract.checks import CHECKS
from contract.report import table

ALL: dict[str, Callable[[], Mutant | Patch]] = {**KNOWN, **OWN, **STRANGERS, **LATER}
# One of each family, as the tables head them.
FEW = {
    "statuses": "no key answers 403",
    "what an answer is made of": "a 404 is an HTML page",
    "auth": "one resource asks for no key",
    "errors": "405 is empty",
    "methods and paths": "a slash at the end is forgiven",
    "ids": "an unknown id answers 410",
    "requests": "any bank will do",
    "members": "an id is a number",
    "times": "updatedAt is before createdAt",
    "states": "cancelled reads as approved",
    "money": "a partial debit collects all",
    "lists, pages, filters": "a cursor leads back",
    "counts": "a create makes two",
    "webhooks": "the signature is SHA-1",
    "now and then": "one answer of twenty lacks its id",
}


@pytest.mark.parametrize("name", FEW.values(), ids=FEW)
def test_a_mutant_is_killed(name: str) -> None:
    """One small fault of the mock is found."""
    assert killed_by(ALL[name]()) is not None


def test_the_names_are_different() -> None:
    """No mutant hides another one; and there are more than the 150 that were asked for, strangers not counted."""
    assert len(ALL) == len(KNOWN) + len(OWN) + len(STRANGERS) + len(LATER)
    assert len(KNOWN) + len(OWN) >= 150


@pytest.mark.deep
def test_the_wrapper_alone_is_not_refused() -> None:
    """A mutant that changes nothing survives, so what kills the others is their fault."""
    assert killed_by(unchanged, examples=3) is None


@pytest.mark.deep
def test_all_mutants_are_killed(capsys: pytest.CaptureFixture[str]) -> None:
    """The table says by which check; a survivor is a missing check, and a check that kills none is no check."""
    found = {name: killed_by(make()) for name, make in ALL.items()}

    rows = [(name, each.check if each else "SURVIVED", each.operation if each else "") for name, each in found.items()]
    with capsys.disabled():
        print(f"\n{table(('mutant', 'check', 'operation'), rows)}")
    assert [name for name, each in found.items() if each is None] == []
    assert {check.__name__ for check in CHECKS} <= {each.check for each in found.values() if each}
