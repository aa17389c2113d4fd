"""Files as spreadsheets write them: CSV in any of their dialects, and XLSX. Lines come one by one, as texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ._contract import fold
from ._session import CommandError, stop

__all__ = ["Line", "Table", "amount_of", "table_of"]

T = TypeVar("T")
TITLES = 10
"""Lines among which the header is: a title, or Excel's `sep=;`, may stand above it."""
DIGITS = 15
"""Excel keeps no more of a number: those behind are lost, so a longer one is none."""
_SEPARATORS = ";,\t|"
_GROUPED = re.compile(r"\d{1,3}(?:([.,'’ ])\d{3})(?:\1\d{3})*")


class Line(NamedTuple):
    """One line of a file: its number as a spreadsheet shows it, and its cells."""

    number: int
    cells: list[str]


class Table(NamedTuple):
    """What a file holds."""

    header: Line
    columns: list[str | None]
    """Which of the columns that were asked for each cell of the header is, if any."""
    lines: Iterator[Line]

    @property
    def others(self) -> list[str]:
        """The names of the columns that nobody asked for."""
        return [cell for cell, column in zip(self.header.cells, self.columns, strict=True) if cell and not column]

    def name(self, column: str) -> str:
        """Return how the file calls a column."""
        return self.header.cells[self.columns.index(column)] if column in self.columns else column

    def cells(self, line: Line) -> dict[str, str]:
        """Return what a line has in the columns that were asked for. What stands outside of all columns is in ``."""
        width = len(self.columns)
        named = {column: cell for column, cell in zip(self.columns, line.cells, strict=False) if column}
        return dict.fromkeys(filter(None, self.columns), "") | named | {"": "".join(line.cells[width:])}


def table_of(path: Path, names: Mapping[str, Sequence[str]]) -> Table:
    """Return a file's table, its columns known by any of their names. Raise `CommandError` for what is no table."""
    known = {fold(each): column for column, spellings in names.items() for each in (column, *spellings)}

    def columns(cells: Iterable[str]) -> list[str | None]:
        return [known.get(fold(cell)) for cell in cells]

    def is_header(cells: Iterable[str]) -> bool:
        return sum(column is not None for column in columns(cells)) > 1

    lines = _read(path, is_header)
    above = list(islice(lines, TITLES))
    place = next((place for place, line in enumerate(above) if is_header(line.cells)), 0)
    header = above[place] if above else Line(1, [])
    return Table(header, columns(header.cells), chain(above[place + 1 :], lines))


def _read(path: Path, is_header: Callable[[Iterable[str]], bool]) -> Iterator[Line]:
    """Yield the lines that aren't empty."""
    try:
        raw = path.read_bytes()
        found = _sheet(raw, is_header) if raw.startswith(b"PK\x03\x04") else _csv(raw, is_header)
        for number, cells in enumerate(found, 1):
            texts = [text_of(cell) for cell in cells]
            if any(texts):
                yield Line(number, texts)
    except CommandError:
        raise
    except FileNotFoundError:
        stop(2, "file_absent", file=path)
    except Exception as problem:  # whatever the readers of foreign files raise
        stop(2, "file_foreign", file=path, problem=type(problem).__name__)


def _csv(raw: bytes, is_header: Callable[[Iterable[str]], bool]) -> Iterator[list[str]]:
    text = _decoded(raw)
    if "\0" in text or text.lstrip().startswith(("<", "%PDF", "{")):
        raise ValueError
    first = [line for line in text.splitlines() if line.strip()][:TITLES]
    said = (mark for mark in _SEPARATORS for line in first if is_header(line.split(mark)))
    mark = next(said, None) or max(_SEPARATORS, key="".join(first[:1]).count)
    return csv.reader(io.StringIO(text, newline=None), delimiter=mark)


def _decoded(raw: bytes) -> str:
    for encoding in ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]:
        with suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("latin-1")


def _sheet(raw: bytes, is_header: Callable[[Iterable[str]], bool]) -> Iterator[Sequence[Any]]:
    """Return the rows of the sheet that has the header. Raise `CommandError` if several have."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    good = []
    for sheet in shown:
        sheet.reset_dimensions()  # what the file says of them may be wrong
        first = sheet.iter_rows(max_row=TITLES, values_only=True)
        good += [sheet] if any(is_header(map(text_of, row)) for row in first) else []
    if len(good) > 1:
        stop(2, "file_sheets", names=", ".join(sheet.title for sheet in good))
    yield from (good or shown)[0].iter_rows(values_only=True)


def text_of(cell: Any) -> str:
    """Return a cell as text: a whole number without decimals, spaces of all kinds as one."""
    if isinstance(cell, (int, float)) and abs(cell) >= 10**DIGITS:
        return f"{cell:.{DIGITS - 1}E}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def amount_of(text: str) -> int | None:
    """Return whole pesos as people write them: `1.250.000`, `$ 50.000`, `50000,00`. None for what is none for sure."""
    bare = re.sub(r"^(COP)?\s*\$?\s*|\s*(COP|pesos)$", "", text.strip(), flags=re.IGNORECASE)
    whole = re.sub(r"(?<=\d)[.,]0{1,2}$", "", bare)  # cents that are none
    cents_alike = whole != bare and bare[len(whole)] in whole
    if (re.fullmatch(r"\d+", whole, re.ASCII) or _GROUPED.fullmatch(whole)) and not cents_alike:
        digits = re.sub(r"\D", "", whole)
        return int(digits) if digits.isascii() and len(digits) <= DIGITS else None
    return None
