"""The contract tooling, which is no part of the wheel, made importable; and one run that several tests look at."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from contract.__main__ import against_mock
from contract.run import Run
from palomma_mock import MockServer


@pytest.fixture(scope="session")
def clean() -> Run:
    """A run against the mock as it is, with few examples."""
    return against_mock(seed=7, examples=2)


@pytest.fixture
def mock() -> Iterator[MockServer]:
    """A mock on loopback, on a clock that stands still."""
    with MockServer(seed=1, auto_approve=True, start=1_770_000_000.0) as server:
        yield server
