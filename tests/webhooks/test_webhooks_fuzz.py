"""A short run of fuzz_headers.py; `make fuzz-webhooks` does a million."""

from __future__ import annotations

from fuzz_headers import rehearse, rehearse_signed


def test_random_and_mutated_headers() -> None:
    """None is accepted, none ends in a foreign exception, and the genuine ones among them are all accepted."""
    ends = rehearse(20_000, seed=1)

    assert [name for name in ends if name.split()[0].isupper()] == []
    assert {"genuine", "signature_mismatch", "signature_format", "header_missing", "header_encoding"} < set(ends)


def test_mutated_bodies_signed_rightly() -> None:
    """What is signed rightly and is odd is read or refused, and never ends in a foreign exception."""
    ends = rehearse_signed(5_000, seed=1)

    assert set(ends) == {"read", "json", "shape", "data_encoding"}
