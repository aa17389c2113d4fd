"""Files as spreadsheets write them: CSV in any of their dialects, and XLSX. Lines come one by one, as texts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ._contract import fold

__all__ = ["Line", "amount_of", "columns_of", "lines_of"]

_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_SEPARATORS = ";,\t|"
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*")


class Line(NamedTuple):
    """One line of a file: its number as a spreadsheet shows it, and its cells."""

    number: int
    cells: list[str]


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the lines of a file that aren't empty, the header first. Raise `OSError`, `ValueError`."""
    with path.open("rb") as file:
        start = file.read(4)
    found = _sheet(path) if start.startswith(b"PK\x03\x04") else _csv(path, start)
    for number, cells in found:
        texts = [text_of(cell) for cell in cells]
        if any(texts):
            yield Line(number, texts)


def _csv(path: Path, start: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    text = _decoded(path.read_bytes(), start)
    header = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text), delimiter=max(_SEPARATORS, key=header.count))
    before = 0
    for cells in reader:
        yield before + 1, cells
        before = reader.line_num


def _decoded(raw: bytes, start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16")
    for encoding in _ENCODINGS[:-1]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode(_ENCODINGS[-1])


def _sheet(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        yield from enumerate(book.worksheets[0].iter_rows(values_only=True), 1)
    finally:
        book.close()


def text_of(cell: Any) -> str:
    """Return a cell as text: a whole number without decimals, spaces of all kinds as one."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def amount_of(text: str) -> int | None:
    """Return whole pesos as people write them: `1.250.000`, `$ 50.000`, `50000,00`. None for what is none for sure."""
    bare = re.sub(r"^(COP)?\s*\$?\s*|\s*(COP|pesos)$", "", text.strip(), flags=re.IGNORECASE)
    whole = re.sub(r"(?<=\d)[.,]0{1,2}$", "", bare)  # cents that are none
    if (
        whole.isascii()
        and (whole.isdigit() or _GROUPED.fullmatch(whole))
        and not (whole != bare and bare[len(whole)] in whole)
    ):
        return int(re.sub(r"\D", "", whole))
    return None


def columns_of(header: Line, names: Mapping[str, Sequence[str]]) -> tuple[dict[str, int], list[str]]:
    """Return where the known columns are, and the names of the others. A name that stands twice is among those."""
    known = {fold(each): column for column, spellings in names.items() for each in (column, *spellings)}
    found: dict[str, int] = {}
    others = []
    for place, cell in enumerate(header.cells):
        column = known.get(fold(cell))
        if column is None or column in found:
            others.append(cell)
        else:
            found[column] = place
    return found, [name for name in others if name]
