"""A journal's store in memory, to measure what all but the database costs. Nothing of it outlives its process."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from typing import Any

from attrs import evolve

from palomma.journal._moves import Entry, Key, State
from palomma.journal._store import Swap

__all__ = ["MemoryStore"]


class MemoryStore:
    """What `pay` asks of a store."""

    def __init__(self, database: object) -> None:
        self.salt = b"x" * 32
        self._rows: dict[Key, Entry] = {}
        self._objects: dict[tuple[str, str, str], Key] = {}
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """There is nothing to open."""

    close = prepare

    def read(self, key: Key, *seconds: float) -> tuple[Entry | None, float]:
        return self._rows.get(key), time.time()

    def swap(self, before: Entry | None, after: Entry, *seconds: float) -> Swap:
        with self._lock:
            row = self._rows.get(after.id)
            if _place(row) != _place(before):
                return "lost"
            if after.object_id is not None:
                object_ = after.environment, after.operation, after.object_id
                if self._objects.setdefault(object_, after.id) != after.id:
                    return "taken"
            self._rows[after.id] = evolve(after, changed_at=time.time())
            return "done"

    def entries(self, states: Collection[State] = (), **where: Any) -> Iterator[Entry]:
        return (entry for entry in list(self._rows.values()) if not states or entry.state in states)


def _place(row: Entry | None) -> tuple[Any, ...] | None:
    return None if row is None else (row.state, row.attempt)
