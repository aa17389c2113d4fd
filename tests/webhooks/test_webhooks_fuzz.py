"""A short run of fuzz_headers.py, and a long one among the deep tests."""

from __future__ import annotations

import pytest
from fuzz_headers import rehearse, rehearse_signed


@pytest.mark.parametrize("pairs", [20_000, pytest.param(1_000_000, marks=pytest.mark.deep)])
def test_random_and_mutated_headers(pairs: int) -> None:
    """None is accepted, none ends in a foreign exception, and the genuine ones among them are all accepted."""
    ends = rehearse(pairs, seed=1)

    assert [name for name in ends if name.split()[0].isupper()] == []
    assert {"genuine", "signature_mismatch", "signature_format", "header_missing", "header_encoding"} < set(ends)


def test_mutated_bodies_signed_rightly() -> None:
    """What is signed rightly and is odd is read or refused, and never ends in a foreign exception."""
    ends = rehearse_signed(5_000, seed=1)

    assert set(ends) == {"read", "json", "shape", "data_encoding"}
