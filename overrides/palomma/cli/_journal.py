"""`palomma journal`: what it holds, a decision about a row, and the work that is left."""

from __future__ import annotations

import getpass
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._session import Session, stop

if TYPE_CHECKING:
    from palomma import Palomma
    from palomma.journal import Entry, Journal

__all__ = ["opened", "resolve", "show", "status", "work"]

OPEN = ("unknown", "review")
"""The states of a row about which a person may decide."""


@contextmanager
def opened(session: Session, given: str | None, *, make: bool = False) -> Iterator[Journal]:
    """Open the journal that is given, or the profile's own: one for each environment and account.

    Raise `CommandError` if it isn't there, unless it shall be made.
    """
    name = f"{session.environment}-{session.profile.account or 'default'}"
    place = given or str(session.data_folder() / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name)}.db")
    shown = re.sub(r"(?<=://)[^/@]*@", "", place)  # without a password (R5)
    if make:
        session.tell("paying_journal", path=shown)
    elif "://" not in place and not Path(place).exists():
        stop(5, "journal_absent", path=shown)
    from sqlalchemy.exc import SQLAlchemyError

    from palomma.journal import Journal

    account, quiet_period = session.profile.account or "default", session.profile.quiet_period
    journal = Journal(place, account=account, quiet_period=quiet_period)
    try:
        journal.store.now()  # connects
    except SQLAlchemyError as problem:
        stop(2, "journal_closed", path=shown, problem=getattr(problem, "orig", None) or type(problem).__name__)
    with closing(journal):
        yield journal


@contextmanager
def _client(session: Session, given: str | None) -> Iterator[Palomma]:
    with opened(session, given) as journal, session.client(journal) as client:
        yield client


def status(session: Session, *, journal: str | None = None) -> int:
    """Write how many rows are in each state. Return 3 if the outcome of some isn't known."""
    with opened(session, journal) as book:
        counts = Counter(entry.state for entry in book.entries())
        session.write({"state": state, "count": count} for state, count in sorted(counts.items()))
        oldest = book.oldest_unknown()
    if oldest is not None:
        session.tell("journal_oldest", seconds=round(oldest))
    return 3 if counts["unknown"] or counts["review"] else 0


def show(session: Session, reference: str, *, journal: str | None = None) -> int:
    """Write the rows of a reference, their bodies masked."""
    with opened(session, journal) as book:
        rows = [_row(entry) for entry in book.entries() if entry.reference == reference]
    session.write(rows)
    return 0 if rows else 5


def _row(entry: Entry) -> dict[str, Any]:
    names = ("operation", "reference", "state", "reason", "object_id", "duplicate", "by", "because")
    moments = ("first_claim", "changed_at")
    when = {
        name: getattr(entry, name) and datetime.fromtimestamp(getattr(entry, name), UTC).isoformat() for name in moments
    }
    return {**{name: getattr(entry, name) for name in names}, **when, "members": dict(entry.members)}


def resolve(
    session: Session, reference: str, *, because: str, object_id: str | None = None, not_created: bool = False,
    by: str | None = None, journal: str | None = None,
) -> int:  # fmt: skip
    """Decide about a row that is unknown or in review: it is an object, or nothing was created."""
    if (object_id is None) != not_created:
        stop(2, "journal_either")
    with opened(session, journal) as book:
        entries = [entry for entry in book.entries() if entry.reference == reference and entry.state in OPEN]
    if len(entries) != 1:
        stop(5, "journal_none", name=reference)
    with _client(session, journal) as client:
        how: dict[str, Any] = {"object_id": object_id, "not_created": not_created, "because": because}
        session.write(
            [_row(client.resolve(entries[0].operation, reference, by=by or getpass.getuser(), **how))], one=True
        )
    return 0


def work(session: Session, *, once: bool = False, journal: str | None = None) -> int:
    """Send what `later` wrote and settle what is unknown, until Ctrl-C or once. Return 3 if some stays unknown."""
    with _client(session, journal) as client:
        settled = client.work(once=once)
    session.write([settled._asdict()], one=True)
    return 3 if settled.review or settled.still_unknown else 0
