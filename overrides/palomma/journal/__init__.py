"""Exactly once, over crashes, workers and machines: each create is written down before it is sent."""

from __future__ import annotations

from ._moves import MOVES, Entry, Key

__all__ = ["MOVES", "Entry", "Key"]
