"""`palomma reconcile`: the merchant's own list, or the bank's movements, against Palomma. All differences are rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from palomma._lookup.identity import NO_LENGTH, may_be_ours, plain

from ._session import Session, stop
from ._settlements import business_days
from ._statement import is_done, settlements_of
from ._table import amount_of, table_of
from ._words import day_of

__all__ = ["Wanted", "reconcile"]

OWN: Mapping[str, tuple[str, ...]] = {"reference": ("referencia", "id"), "amount": ("valor", "monto")}
BANK: Mapping[str, tuple[str, ...]] = {"day": ("fecha", "date"), "amount": ("valor", "monto", "credito", "abono")}
FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S")
Row = dict[str, Any]


def reconcile(
    session: Session, file: Path | None = None, *, bank: Path | None = None,
    resource: Literal["payout-requests", "payin-requests", "payin-links"] = "payout-requests",
    from_: date | None = None, to: date | None = None,
) -> int:  # fmt: skip
    """Write what differs. Return 0 only if nothing does."""
    if (file is None) == (bank is None):
        stop(2, "file_or_bank")
    first, last = (day.isoformat() if day else None for day in (from_, to))
    count = 0

    def counted(rows: Iterator[Row]) -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield session.named(row)

    with session.client() as client:
        if bank is not None:
            session.write(counted(_with_bank(client, _read(bank, BANK), first, last)))
        else:
            things = getattr(client, resource.replace("-", "_")).iterate(page_size=100)
            session.write(counted(compare(_own(_read(file or Path(), OWN)), things, first, last)))
    session.tell("differences" if count else "all_agree", count=count)
    return int(count > 0)


def _read(file: Path, names: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, dict[str, str]]]:
    table = table_of(file, names)
    absent = [f"{name} / {names[name][0]}" for name in names if name not in table.columns]
    if absent:
        stop(2, "file_columns", names=", ".join(absent))
    for line in table.lines:
        yield line.number, table.cells(line)


def _own(lines: Iterator[tuple[int, dict[str, str]]]) -> dict[str, int]:
    own: dict[str, int] = {}
    for line, cells in lines:
        amount, reference = amount_of(cells["amount"]), cells["reference"]
        if amount is None or not reference or reference in own:
            stop(2, "file_line", line=line)
        own[reference] = amount
    return own


def compare(own: Mapping[str, int], things: Iterator[Any], first: str | None, last: str | None) -> Iterator[Row]:
    """Yield what differs between references with amounts and Palomma's objects, of a period if one is given."""
    met: set[str] = set()
    wanted = Wanted(own)
    for thing in things:
        reference = thing.reference or ""
        name = wanted.match(reference)
        row = {"reference": name or reference, "own": own.get(name or ""), "palomma": thing.amount, "id": thing.id,
               "state": thing.status}  # fmt: skip
        if name is None:
            day = day_of(thing.created_at) if isinstance(thing.created_at, datetime) else ""
            if (first or last) and (first or "") <= day <= (last or "9"):
                yield {"result": "extra", **row}
            continue
        if name in met:
            yield {"result": "duplicate", **row}
        elif name != reference:
            yield {"result": "rewritten", **row}
        elif thing.amount != own[name]:
            yield {"result": "amount", **row}
        elif not is_done(thing):
            yield {"result": "state", **row}
        met.add(name)
    for reference, amount in own.items():
        if reference not in met:
            yield {"result": "missing", "reference": reference, "own": amount, "palomma": None, "id": "", "state": ""}


class Wanted:
    """References, found again also as Palomma may have rewritten them: trimmed, in another case, or cut."""

    def __init__(self, references: Iterable[str]) -> None:
        self._exact = frozenset(references)
        self._folded = {plain(reference): reference for reference in self._exact}
        self._sorted = sorted(self._folded)

    def match(self, other: object) -> str | None:
        """Return the reference that `other` is, or may be."""
        if not isinstance(other, str) or other in self._exact:
            return other if isinstance(other, str) else None
        after = bisect_left(self._sorted, plain(other))  # one that was cut is the beginning of the one that follows it
        near = self._folded[self._sorted[after]] if after < len(self._sorted) else ""
        return near if near and may_be_ours(near, other, 1, NO_LENGTH) else None


def _with_bank(
    client: Any, lines: Iterator[tuple[int, dict[str, str]]], first: str | None, last: str | None
) -> Iterator[Row]:
    deposits = []
    for line, cells in lines:
        amount, day = amount_of(cells["amount"]), _day(cells["day"])
        if day is None or (amount is None and not cells["amount"].startswith("-")):
            stop(2, "file_line", line=line)
        if amount is not None:
            deposits.append((day, amount))
    due = [
        (date.fromisoformat(slot.day), sums.collected - sums.fees, id)
        for slot, (sums, id) in settlements_of(client)
        if (first or "") <= slot.day <= (last or "9")
    ]
    yield from match(sorted(due), sorted(deposits))


def match(due: list[tuple[date, int, str]], deposits: list[tuple[date, int]]) -> Iterator[Row]:
    """Yield the settlements without a deposit of the same net, at most a business day apart, and the other deposits."""
    left = list(deposits)
    for day, net, id in due:
        found = next((each for each in left if each[1] == net and _near(day, each[0])), None)
        if found is None:
            yield {"result": "missing", "day": day.isoformat(), "palomma": net, "bank": None, "id": id}
        else:
            left.remove(found)
    for day, amount in left:
        yield {"result": "extra", "day": day.isoformat(), "palomma": None, "bank": amount, "id": ""}


def _near(day: date, other: date) -> bool:
    early, late = sorted((day, other))
    return late <= business_days(early, 1)


def _day(text: str) -> date | None:
    for form in FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
