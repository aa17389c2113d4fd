"""Data on standard output: a table for people, jsonl, json and csv for programs. Nothing else is written there."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from ._words import pesos

__all__ = ["check_writable", "flat", "safe", "save", "write"]

ROWS = 500
"""Rows of one table; those after come in a table of their own, so that any number takes the same memory."""
Row = Mapping[str, Any]


def write(rows: Iterable[Row], form: str, stream: TextIO, lang: str, *, one: bool = False) -> None:
    """Write rows as they come. `one`: it is a single object, which a table shows a member a line."""
    if form == "csv":
        _csv(rows, stream, lang)
    elif form == "table":
        _tables(rows, stream, lang, one)
    elif form == "json" and not one:
        _array(rows, stream)
    else:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False, indent=2 if form == "json" else None), file=stream, flush=True)


def _array(rows: Iterable[Row], stream: TextIO) -> None:
    before = "["
    for row in rows:
        print(before, json.dumps(row, ensure_ascii=False), sep="\n", end="", file=stream)
        before = ","
    print("[]" if before == "[" else "\n]", file=stream)


def flat(row: Row, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the plain members of an object, nested ones as `customerDetails.name`."""
    for name, value in row.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}.")
        else:
            yield before + name, ", ".join(map(str, value)) if isinstance(value, list) else value


def safe(value: Any) -> Any:
    """Return what a spreadsheet shows as it is: a text that begins like a formula would be worked out."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _csv(rows: Iterable[Row], stream: TextIO, lang: str) -> None:
    """Write CSV as the spreadsheets of `lang` read it. The first rows say which columns there are."""
    coming = iter(rows)
    first = [dict(flat(row)) for row in islice(coming, ROWS)]
    names = list(dict.fromkeys(chain.from_iterable(first)))
    table = csv.writer(stream, delimiter=";" if lang == "es" else ",", lineterminator="\n")
    table.writerow(names)
    for row in chain(first, (dict(flat(row)) for row in coming)):
        table.writerow([safe(row.get(name)) for name in names])


def _tables(rows: Iterable[Row], stream: TextIO, lang: str, one: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=one)
    coming = iter(rows)
    while part := [dict(flat(row)) for row in islice(coming, ROWS)]:
        if one:
            width = max(map(len, part[0]))
            for name, value in part[0].items():
                console.print(Text(f"{name:<{width}}  {shown(value, lang)}"))
        else:
            console.print(_table(part, console.width, lang))


def shown(value: Any, lang: str) -> str:
    """Return a value as people read it."""
    if value is None:
        return ""
    return pesos(value, lang) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _table(rows: list[dict[str, Any]], width: int, lang: str) -> Any:
    """Return a table of the first columns that there is room for; all are in the other forms."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    kept: list[list[str]] = []
    for name in dict.fromkeys(chain.from_iterable(rows)):
        cells = [shown(row.get(name), lang) for row in rows]
        room = max(map(len, (name, *cells))) + 2
        if kept and room > width:
            continue
        width -= room
        kept.append(cells)
        numbers = all(isinstance(row.get(name), (int, type(None))) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for line in zip(*kept, strict=True):
        table.add_row(*map(Text, line))
    return table


def check_writable(path: Path) -> None:
    """Raise `OSError` now for a file that can't be written, such as one that is open in Excel."""
    is_new = not path.exists()
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    if is_new:
        path.unlink()


def save(rows: Iterable[Row], path: Path, lang: str) -> None:
    """Write rows of equal columns to a file for spreadsheets, XLSX or CSV, that this user alone can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        # With the mark by which Excel knows UTF-8, and the separator that it expects.
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        append, book = csv.writer(text, delimiter=";" if lang == "es" else ",").writerow, None
        if path.suffix.lower() == ".xlsx":
            from openpyxl import Workbook  # type: ignore[import-untyped]

            book = Workbook(write_only=True)
            append = book.create_sheet().append
        for number, row in enumerate(rows):
            if number == 0:
                append(list(row))
            append([safe(value) for value in row.values()])
        if book is not None:
            book.save(file)
