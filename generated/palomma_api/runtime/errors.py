"""The one error that generated code raises by itself."""

from __future__ import annotations


class ShapeError(ValueError):
    """A response lacks what the contract requires of it. The text names the place, never a value."""
