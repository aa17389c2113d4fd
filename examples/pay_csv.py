"""Pay a CSV of payouts. Killed at any point and started again, it pays nobody twice.

    python examples/pay_csv.py payouts.csv

The file has the columns `id`, `payout_target_id` and `amount` (whole COP). `id` is yours, such as an invoice number,
and unique in the file; after the batch's name (`--batch`, else the file's name) it makes the payout's reference. So a
row keeps its reference whatever happens, and before a payout is created it is looked up by that reference. References
show in logs: put no personal data into them.

Beside the file grows a journal (`payouts.csv.journal`) where each create is noted, on disk, before it is sent. It tells
how long ago a create that nobody saw the end of was sent: only after `--settle` seconds is "not found" believed.
Palomma does not document how soon a payout can be found; choose the number with them.

The key comes from PALOMMA_API_KEY, as ever. Exit codes: 0 all are paid or on their way, 1 some are not, 2 nothing was
tried. For POSIX systems: the journal is locked, so that two runs of one file don't mix.
"""

from __future__ import annotations

import argparse
import csv
import fcntl
import json
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TextIO

from palomma import (
    AuthenticationError,
    BadRequestError,
    OutcomeUnknownError,
    Palomma,
    PalommaError,
    PermissionDeniedError,
    describe,
)
from palomma.models import PayoutRequest

COLUMNS = ("id", "payout_target_id", "amount")
BAR = 30


class FileError(Exception):
    """The file can't be paid as it is. Nothing was sent."""


@dataclass(frozen=True)
class Row:
    """One line of the file."""

    id: str
    target: str
    amount: int
    reference: str


@dataclass
class Result:
    """What became of a row."""

    row: Row
    state: str
    payout: PayoutRequest | None = None
    text: str = ""


def read_rows(path: Path, batch: str) -> list[Row]:
    """The rows, all checked before the first is paid. Raises `FileError`."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise FileError(f"{path}: no column {', '.join(missing)}")
        rows = [_row(path, reader.line_num, line, batch) for line in reader]
    if "/" in batch:
        raise FileError(f"{batch!r} can't be the name of a batch: no slashes")
    twice = {row.id for row in rows if sum(other.id == row.id for other in rows) > 1}
    if twice:
        raise FileError(f"{path}: these ids occur more than once: {', '.join(sorted(twice))}")
    return rows


def _row(path: Path, number: int, line: dict[str, str | None], batch: str) -> Row:
    id, target, amount = ((line[name] or "").strip() for name in COLUMNS)
    if not id or not target or not re.fullmatch("[0-9]+", amount):
        raise FileError(f"{path}, line {number}: id and payout_target_id must be there, amount be whole pesos")
    return Row(id, target, int(amount), f"{batch}/{id}")


class Journal:
    """One line of JSON for each create that is about to be sent. What is in here may have been sent."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.sent: dict[str, float] = dict(_notes(file))

    def about_to_send(self, reference: str) -> None:
        """On disk when this returns."""
        self.sent[reference] = time.time()
        self._file.write("\n" + json.dumps({"reference": reference, "at": self.sent[reference]}))
        self._file.flush()
        os.fsync(self._file.fileno())


def _notes(file: IO[str]) -> Iterator[tuple[str, float]]:
    """A line that a kill cut short was not followed by a create, and is left out."""
    file.seek(0)
    for line in file:
        try:
            note = json.loads(line)
            yield note["reference"], note["at"]
        except (ValueError, KeyError, TypeError):
            continue


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal, for one process at a time. Raises `FileError`."""
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FileError(f"{path} is in use: this file is being paid by another process") from None
        yield Journal(file)


@dataclass
class Payer:
    """Pays rows, one after the other."""

    client: Palomma
    journal: Journal
    settle: float
    results: list[Result] = field(default_factory=list)
    locked_out: bool = False
    """Palomma refuses the key: no other row would fare better."""

    def pay(self, row: Row) -> Result:
        """Look the row up, and create its payout only if there is none."""
        try:
            payout = self.find(row)
            if payout is None:
                self.journal.about_to_send(row.reference)
                payout = self.client.payout_requests.create(
                    payout_target_id=row.target, amount=row.amount, reference=row.reference
                )
        except OutcomeUnknownError as error:
            return self._unknown(row, error)
        except BadRequestError as error:
            return Result(row, "refused", text=error.message or str(error))
        except PalommaError as error:
            self.locked_out = isinstance(error, (AuthenticationError, PermissionDeniedError))
            return Result(row, "failed", text=str(error))
        return self._found(row, payout)

    def find(self, row: Row) -> PayoutRequest | None:
        """The row's payout. What may still be on its way is waited for: "not found" must be old enough to be true."""
        found = self._look_up(row.reference)
        wait = self.settle - (time.time() - self.journal.sent.get(row.reference, 0.0))
        if found is None and wait > 0:
            time.sleep(min(wait, self.settle))
            found = self._look_up(row.reference)
        return found

    def _look_up(self, reference: str) -> PayoutRequest | None:
        payouts = self.client.payout_requests.iterate(reference=reference)
        found = {payout.id: payout for payout in payouts if payout.reference == reference}
        if len(found) > 1:
            raise PalommaError(f"several payouts have the reference {reference}: {', '.join(found)}")
        return next(iter(found.values()), None)

    def _unknown(self, row: Row, error: OutcomeUnknownError) -> Result:
        try:
            return self._found(row, self.client.payout_requests.reconcile(error))
        except OutcomeUnknownError:
            return Result(row, "unknown", text="it may exist or not: run this again, it will be looked up first")

    def _found(self, row: Row, payout: PayoutRequest) -> Result:
        if payout.amount not in (None, row.amount) or payout.payout_target_id not in (None, row.target):
            return Result(row, "differs", payout, "it was paid with another amount or target: the file was changed")
        return Result(row, payout.status, payout)

    def refresh(self) -> None:
        """Ask once more for what was on its way."""
        for result in self.results:
            if result.payout is not None and result.state == "processing":
                try:
                    result.payout = self.client.payout_requests.get(result.payout.id)
                except PalommaError:
                    continue  # it is as it was when we last knew
                result.state = result.payout.status


def progress(done: int, total: int, stream: TextIO) -> None:
    """A bar, where somebody looks."""
    if stream.isatty():
        full = BAR * done // total
        print(f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{total}", end="\n" if done == total else "", file=stream)
        stream.flush()


def summary(results: Iterable[Result]) -> Iterator[str]:
    """The table at the end, and the sum of each state."""
    results = list(results)
    width = max([len(result.row.id) for result in results], default=2)
    yield f"{'id':<{width}}  {'amount':>12}  {'state':<10}  payout"
    for result in results:
        text = result.text
        if result.payout and result.state == "cancelled":
            text = str(describe(result.payout, lang="en"))
        id = result.payout.id if result.payout else "-"
        yield f"{result.row.id:<{width}}  {result.row.amount:>12,}  {result.state:<10}  {id}  {text}".rstrip()
    yield ""
    for state in sorted({result.state for result in results}):
        amounts = [result.row.amount for result in results if result.state == state]
        yield f"{state:<10}  {len(amounts):>6} rows  {sum(amounts):>15,} COP"


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pay a CSV of payouts, nobody twice.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--batch", help="first part of the references (default: the file's name)")
    parser.add_argument("--settle", type=float, default=60.0, help="seconds until 'not found' is believed")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _run(client: Palomma, rows: list[Row], journal: Journal, settle: float) -> list[Result]:
    payer = Payer(client, journal, settle)
    for row in rows:
        progress(len(payer.results), len(rows), sys.stderr)
        payer.results.append(Result(row, "not tried") if payer.locked_out else payer.pay(row))
    progress(len(rows), len(rows) or 1, sys.stderr)
    payer.refresh()
    return payer.results


def _agreed(question: str) -> bool:
    return input(question + " [y/N] ").strip().lower() in ("y", "yes", "s", "si", "sí")


def main(arguments: list[str] | None = None, **client_options: Any) -> int:
    """The command. What is given besides goes to `Palomma`."""
    options = _options(arguments)
    try:
        rows = read_rows(options.file, options.batch or options.file.stem)
        with open_journal(Path(f"{options.file}.journal")) as journal, Palomma(**client_options) as client:
            question = f"Pay {len(rows)} rows, {sum(row.amount for row in rows):,} COP, through {client}?"
            if not options.yes and not _agreed(question):
                return 2
            results = _run(client, rows, journal, options.settle)
    except (FileError, OSError, PalommaError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print(*summary(results), sep="\n")
    return 0 if {result.state for result in results} <= {"approved", "processing"} else 1


if __name__ == "__main__":
    raise SystemExit(main())
