"""A corpus of changes that a payments API may plausibly make to its contract, and what must hold after each.

Each change is one function. Up to its `yield` it changes the contract; what it yields, if anything, are lines of a
user's code to type-check; after the `yield`, in a process that imports the changed client, it uses both clients and
asserts what they send and return. `python -m tests.generated.changes` prints the table.
"""

from __future__ import annotations

from . import answers, bodies, errors, events, keys, names, operations, pages, parameters, servers
from ._change import CHANGES, Change

__all__ = ["CHANGES", "Change"]

_ = (answers, bodies, errors, events, keys, names, operations, pages, parameters, servers)
