"""Where the mock keeps everything: one SQLite database, in memory unless a file is named.

Lists are read by position in an index that also holds the filters, so a page costs the same at any depth and any size.
"""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from weakref import finalize

import msgspec

from palomma_mock.rules.objects import New
from palomma_mock.rules.schema import Members

_SCHEMA_VERSION = 3
_LARGEST = 2**63 - 1
_UNKNOWN = -1.0
# Older notices are forgotten, so that a mock left running doesn't grow by its webhooks alone.
_NOTICES_KEPT = 1000
# Members that lists filter by through an index; others are looked for in the JSON.
_COLUMNS = ("reference", "status", "owner")
_SCHEMA = Path(__file__).with_name("schema.sql")


class StateError(Exception):
    """The state file can't be used; the message says why."""


class Record(NamedTuple):
    """One stored object: what the API shows of it, and what it doesn't."""

    seq: int
    kind: str
    id: str
    members: Members
    hidden: Members
    request: bytes = b""


class Due(NamedTuple):
    """A change that is to happen at an instant."""

    at: float
    kind: str
    id: str
    what: Any


class Notice(msgspec.Struct):
    """One webhook notification, ready to be sent, and what became of it.

    Attributes:
        body: What is sent, and `headers` what goes with it: hand them to a receiver of yours.
        state: `waiting`, `delivered`, `failed` or `unsent`.
        attempts: What each attempt came to: `at`, and `status` and `body`, or `error`.
    """

    webhook_id: str
    timestamp: str
    event_type: str
    object_id: str
    body: str
    headers: dict[str, str]
    scenario: str = ""
    state: str = "unsent"
    attempts: list[dict[str, Any]] = []
    seq: int = 0
    due: float | None = None


class Store:
    """Objects in the order they were made, what is due, and the notices. Whoever calls holds the mock's lock."""

    def __init__(self, path: str = ":memory:") -> None:
        self._path = path
        self._db = self._opened()
        # When the next change is due. Each call asks, so it is looked up only after the table changed.
        self._next_at: float | None = _UNKNOWN
        self._close = finalize(self, self._db.close)  # a mock in a test is rarely closed

    def _opened(self) -> sqlite3.Connection:
        with ExitStack() as stack:
            try:
                db = sqlite3.connect(self._path, check_same_thread=False, timeout=0)
                stack.callback(db.close)
                self._prepare(db)
            except sqlite3.Error as error:
                raise StateError(f"{self._path}: {error}") from None
            stack.pop_all()
            return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        # One mock per file: a second one is refused at once rather than blocked later, in the middle of an answer.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version != (_SCHEMA_VERSION if tables else 0):
            raise StateError(f"{self._path}: not a state file of this version of palomma-mock")
        if not tables:
            for statement in _SCHEMA.read_text().split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        db.commit()

    def close(self) -> None:
        """Leave the file to others."""
        if self._close.alive:
            self._db.commit()
        self._close()

    def clear(self) -> None:
        """Forget everything."""
        for table in ("objects", "due", "unsettled", "notices", "keys", "meta"):
            self._db.execute(f"DELETE FROM {table}")
        self._next_at = _UNKNOWN

    def transaction(self) -> sqlite3.Connection:
        """Return a context: all or nothing of what is written inside."""
        return self._db

    def _do(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._db.execute(statement, values)

    def _one(self, query: str, *values: Any) -> Any:
        """Return the first row; of a single column, its value; None if there is none."""
        row = self._db.execute(query, values).fetchone()
        return row[0] if row and len(row) == 1 else row

    # Objects

    def add(self, kind: str, new: New, shown: float = 0.0, listed: float = 0.0) -> bytes:
        """Keep a new object, found by id and in lists from these times on, and return it as JSON."""
        raw, kept = msgspec.json.encode(new.members), msgspec.json.encode(new.hidden)
        row = (kind, new.id, *_texts(new.members), new.owner, raw, kept, new.request, shown, listed)
        self._do("INSERT INTO objects VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *row)
        return raw

    def change(self, kind: str, id: str, members: Members, hidden: Members | None = None) -> None:
        """Replace what is kept of an object."""
        kept = None if hidden is None else msgspec.json.encode(hidden)
        changes = "members = ?, reference = ?, status = ?, hidden = coalesce(?, hidden)"
        row = (msgspec.json.encode(members), *_texts(members), kept, kind, id)
        self._do(f"UPDATE objects SET {changes} WHERE kind = ? AND id = ?", *row)

    def delete(self, kind: str, id: str) -> None:
        """Forget an object, and what was to happen to it."""
        self._do("DELETE FROM objects WHERE kind = ? AND id = ?", kind, id)
        self.unschedule(kind, id)

    def raw(self, kind: str, id: str, owner: str | None = None, now: float = math.inf) -> bytes | None:
        """Return an object as JSON, if it is shown by now (and belongs to the owner, if one is given)."""
        query = "SELECT members FROM objects WHERE kind = ? AND id = ? AND shown <= ? AND (? IS NULL OR owner = ?)"
        found: bytes | None = self._one(query, kind, id, now, owner, owner)
        return found

    def get(self, kind: str, id: str) -> Record | None:
        """Return an object, if it exists."""
        return next(self._records("kind = ? AND id = ?", kind, id), None)

    def page(
        self, kind: str, filters: Mapping[str, Any], limit: int, begin: tuple[int | None, int], now: float
    ) -> tuple[list[bytes], int | None]:
        """Return objects as JSON, newest first, and the position to go on from, if there are more.

        `begin` is the position that the page before ended with, and how many objects to pass over.
        """
        before, offset = begin
        where, values = "", [kind, now]
        for name, value in filters.items():
            where += f" AND {name} = ?" if name in _COLUMNS else " AND json_extract(members, ?) = ?"
            values += [value] if name in _COLUMNS else [f'$."{name}"', value]
        if before is not None:
            where, values = where + " AND seq < ?", [*values, before]
        query = f"SELECT seq, members FROM objects WHERE kind = ? AND listed <= ?{where} ORDER BY seq DESC"
        rows = self._do(f"{query} LIMIT ? OFFSET ?", *values, limit + 1, offset).fetchall()
        return [row[1] for row in rows[:limit]], rows[limit - 1][0] if len(rows) > limit else None

    def latest(self, kind: str, limit: int, status: str = "", before: int = _LARGEST) -> list[Record]:
        """Return the newest objects of a kind (in a state, made before one), shown or not."""
        where, values = ("AND status = ?", [status]) if status else ("", [])
        clause = f"kind = ? {where} AND seq < ? ORDER BY seq DESC LIMIT ?"
        return list(self._records(clause, kind, *values, before, limit))

    def search(self, kind: str, text: str, limit: int) -> list[Record]:
        """Return the newest objects that have this id, this reference or its beginning, or such a customer."""
        whose = "SELECT id FROM objects WHERE kind = 'customers' AND reference >= ? AND reference < ? LIMIT 20"
        ways = ["id = ?", "reference >= ? AND reference < ?", "owner = ? ORDER BY seq DESC", f"owner IN ({whose})"]
        begins = (text, text + "\U0010ffff")
        # Each way has its index; together they would have none.
        found = " UNION ".join(
            f"SELECT * FROM (SELECT seq FROM objects WHERE kind = ? AND {way} LIMIT ?)" for way in ways
        )
        values = [kind, text, limit, kind, *begins, limit, kind, text, limit, kind, *begins, limit]
        return list(self._records(f"seq IN ({found}) ORDER BY seq DESC LIMIT ?", *values, limit))

    def _records(self, where: str, *values: Any) -> Iterator[Record]:
        query = f"SELECT seq, kind, id, members, hidden, request FROM objects WHERE {where}"
        for seq, kind, id, members, hidden, request in self._do(query, *values):
            yield Record(seq, kind, id, msgspec.json.decode(members), msgspec.json.decode(hidden), request)

    def has_reference(self, kind: str, reference: str) -> bool:
        """Whether an object of this kind has this reference."""
        return bool(self._one("SELECT 1 FROM objects WHERE kind = ? AND reference = ? LIMIT 1", kind, reference))

    def count(self, kind: str, status: str = "") -> int:
        """Return how many objects of a kind there are (in a state)."""
        where, values = ("AND status = ?", [status]) if status else ("", [])
        return int(self._one(f"SELECT count(*) FROM objects WHERE kind = ? {where}", kind, *values))

    def last(self) -> int:
        """Return the position of the newest object."""
        return int(self._one("SELECT coalesce(max(seq), 0) FROM objects"))

    # What is due

    def schedule(self, dues: Iterable[Due]) -> None:
        """Have changes happen later."""
        rows = [(due.at, due.kind, due.id, msgspec.json.encode(due.what)) for due in dues]
        self._db.executemany("INSERT INTO due VALUES (NULL, ?, ?, ?, ?)", rows)
        self._next_at = _UNKNOWN

    def unschedule(self, kind: str, id: str) -> None:
        """Drop what was to happen to an object."""
        self._do("DELETE FROM due WHERE kind = ? AND id = ?", kind, id)
        self._next_at = _UNKNOWN

    def next_at(self) -> float | None:
        """Return when the next change is due."""
        if self._next_at != _UNKNOWN:
            return self._next_at
        at: float | None = self._one("SELECT min(at) FROM due")
        # What a transaction shows may never have been.
        self._next_at = _UNKNOWN if self._db.in_transaction else at
        return at

    def pop_due(self, now: float) -> Due | None:
        """Take and return the earliest change that is due by now."""
        row = self._one("SELECT seq, at, kind, id, what FROM due WHERE at <= ? ORDER BY at, seq LIMIT 1", now)
        if row is None:
            return None
        self._do("DELETE FROM due WHERE seq = ?", row[0])
        self._next_at = _UNKNOWN
        return Due(row[1], row[2], row[3], msgspec.json.decode(row[4]))

    def add_unsettled(self, account: str, at: float, collected: int, fee: int) -> bool:
        """Keep a payin for its settlement; return whether it is the settlement's first."""
        before = self._one("SELECT 1 FROM unsettled WHERE account = ? AND at = ? LIMIT 1", account, at)
        self._do("INSERT INTO unsettled VALUES (?, ?, ?, ?)", at, account, collected, fee)
        return not before

    def take_unsettled(self, account: str, at: float) -> tuple[int, int, int]:
        """Return number, sum and fees of the payins of one settlement, which are no longer unsettled after this."""
        query = "SELECT count(*), sum(collected), sum(fee) FROM unsettled WHERE account = ? AND at = ?"
        payins: tuple[int, int, int] = self._one(query, account, at)
        self._do("DELETE FROM unsettled WHERE account = ? AND at = ?", account, at)
        return payins

    # Notices

    def add_notice(self, notice: Notice) -> None:
        """Keep a new notice."""
        cursor = self._do("INSERT INTO notices VALUES (NULL, ?, ?)", notice.due, msgspec.json.encode(notice))
        notice.seq = cursor.lastrowid or 0
        self._do("DELETE FROM notices WHERE seq <= ?", notice.seq - _NOTICES_KEPT)

    def change_notice(self, notice: Notice) -> None:
        """Replace what is kept of a notice."""
        body = msgspec.json.encode(notice)
        self._do("UPDATE notices SET due = ?, body = ? WHERE seq = ?", notice.due, body, notice.seq)

    def requeue_notice(self, notice: Notice) -> None:
        """Replace what is kept of a notice, and have it behind all others."""
        self._do("DELETE FROM notices WHERE seq = ?", notice.seq)
        self.add_notice(notice)

    def notice(self, seq: int) -> Notice | None:
        """Return a notice, if it exists."""
        return next(self._notices("WHERE seq = ?", seq), None) if abs(seq) <= _LARGEST else None

    def notices(self, limit: int = _NOTICES_KEPT, object_id: str | None = None) -> list[Notice]:
        """Return the latest notices (of an object), newest first."""
        where = "WHERE ?1 IS NULL OR json_extract(body, '$.object_id') = ?1 ORDER BY seq DESC LIMIT ?2"
        return list(self._notices(where, object_id, limit))

    def due_notice(self, now: float) -> Notice | None:
        """Return the notice that is to be sent next, by now."""
        return next(self._notices("WHERE due <= ? ORDER BY due, seq LIMIT 1", now), None)

    def next_notice_at(self) -> float | None:
        """Return when the next notice is to be sent."""
        at: float | None = self._one("SELECT min(due) FROM notices WHERE due IS NOT NULL")
        return at

    def _notices(self, clause: str, *values: Any) -> Iterator[Notice]:
        for seq, due, body in self._do(f"SELECT seq, due, body FROM notices {clause}", *values):
            notice = _NOTICE.decode(body)
            notice.seq, notice.due = seq, due
            yield notice

    # Idempotency keys, and odds and ends

    def key(self, operation: str, key: str, now: float) -> tuple[bytes, bytes] | None:
        """Return body and answer of the call that had this key, unless it is too old."""
        query = "SELECT body, answer FROM keys WHERE operation = ? AND key = ? AND until > ?"
        kept: tuple[bytes, bytes] | None = self._one(query, operation, key, now)
        return kept

    def add_key(self, operation: str, key: str, body: bytes, answer: bytes, until: float) -> None:
        """Keep the answer of a call with a key."""
        self._do("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)", operation, key, body, answer, until)

    def number(self, name: str) -> float:
        """Return a kept number, 0 if never set."""
        return float(self._one("SELECT value FROM meta WHERE name = ?", name) or 0)

    def set_number(self, name: str, value: float) -> None:
        """Keep a number."""
        self._do("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)


_NOTICE = msgspec.json.Decoder(Notice)


def _texts(members: Members) -> tuple[str | None, str | None]:
    reference, status = members.get("reference"), members.get("status")
    return reference if isinstance(reference, str) else None, status if isinstance(status, str) else None
