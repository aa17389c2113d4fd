"""A run finds what it should: each mutant is one small fault of the mock, and each is found.

A twelfth of them here; all with `pytest -m deep tests/contract/test_mutants.py -s`, which prints them as a table.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from first_mutants import KNOWN
from mutation import Mutant, Patch, killed_by, unchanged
from own_mutants import OWN
from strange_mutants import STRANGERS

from contract.checks import CHECKS
from contract.report import table

ALL: dict[str, Callable[[], Mutant | Patch]] = {**KNOWN, **OWN, **STRANGERS}
FEW = list(ALL)[5::12]


@pytest.mark.parametrize("name", FEW)
def test_a_mutant_is_killed(name: str) -> None:
    """One small fault of the mock is found."""
    assert killed_by(ALL[name]()) is not None


def test_the_names_are_different() -> None:
    """No mutant hides another one; and there are more than the 150 that were asked for, strangers not counted."""
    assert len(ALL) == len(KNOWN) + len(OWN) + len(STRANGERS)
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
