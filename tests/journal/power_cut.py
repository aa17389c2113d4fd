"""A disk that forgets what was not synced: writes are recorded as a process makes them, and played back up to a cut.

`recorder.c`, preloaded into the process, writes down what it does to the files of one folder. `Disk` plays that back
and knows at each moment what a power cut may leave: of a file what was synced, and of the writes since then any part,
in any order, each whole, torn or lost; of the folder the names that were synced, and any of those since then.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple

__all__ = ["Disk", "Record", "compile_recorder", "environment", "read_records"]

_HEAD = struct.Struct("<iiqq")
SECTOR = 512


class Record(NamedTuple):
    """One thing that the process did: `o`pen, `w`rite, `t`runcate, `s`ync, `u`nlink, or a `n`ote of its own."""

    kind: str
    file: int
    offset: int
    data: bytes


def compile_recorder(folder: Path) -> Path | None:
    """Return the library to preload; None without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "recorder.so"
    source = Path(__file__).with_name("recorder.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def environment(library: Path, folder: Path, record: Path) -> dict[str, str]:
    """Return the environment of a process of which what it does to `folder` is recorded."""
    return {**os.environ, "LD_PRELOAD": str(library), "RECORDED_FOLDER": str(folder), "RECORD": str(record)}


def read_records(record: Path) -> Iterator[Record]:
    """Return what was recorded, in order."""
    content = record.read_bytes()
    place = 0
    while place < len(content):
        kind, file, offset, length = _HEAD.unpack_from(content, place)
        place += _HEAD.size
        yield Record(chr(kind), file, offset, content[place : place + length])
        place += length


@dataclass
class _File:
    """What of a file is on the disk for sure, and what was done to it since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Record] = field(default_factory=list)

    def sync(self) -> None:
        for record in self.since:
            _apply(self.synced, record)
        self.since.clear()

    def survivor(self, chance: Random, kept: float) -> bytes:
        """Return what a power cut leaves: each write since the last sync whole, torn or lost."""
        content = self.synced.copy()
        for record in self.since:
            if chance.random() < kept:
                _apply(content, record)
            elif record.kind == "w" and len(record.data) > SECTOR and chance.random() < kept:
                first = SECTOR * chance.randrange(len(record.data) // SECTOR)
                torn = record.data[first : first + SECTOR]
                _apply(content, record._replace(offset=record.offset + first, data=torn))
        return bytes(content)


def _apply(content: bytearray, record: Record) -> None:
    if record.kind == "t":
        content[record.offset :] = bytes(max(0, record.offset - len(content)))
        return
    content.extend(bytes(max(0, record.offset - len(content))))
    content[record.offset : record.offset + len(record.data)] = record.data


class Disk:
    """One folder, as a power cut would leave it."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, _File] = {}
        self._synced_names: dict[str, _File] = {}
        self._open: dict[int, str] = {}
        self._renamed: list[tuple[str, _File | None]] = []

    def play(self, record: Record) -> None:
        """Do what the process did."""
        if record.kind == "o":
            self._open_file(record)
        elif record.kind == "u":
            self._name(record.data.decode(), None)
        elif record.kind != "n":
            self._change(self._open[record.file], record)

    def _open_file(self, record: Record) -> None:
        name = record.data.decode()
        self._open[record.file] = name
        if name != self._folder and name not in self._names:
            self._name(name, _File())
        if record.offset:
            self._change(name, Record("t", record.file, 0, b""))

    def _name(self, name: str, file: _File | None) -> None:
        self._renamed.append((name, file))
        _set(self._names, name, file)

    def _change(self, name: str, record: Record) -> None:
        if record.kind == "s" and name == self._folder:
            self._synced_names = self._names.copy()
            self._renamed.clear()
        elif name in self._names:  # a file that was unlinked while it was open is nobody's any more
            file = self._names[name]
            file.sync() if record.kind == "s" else file.since.append(record)

    def cut(self, chance: Random, target: Path) -> None:
        """Write into an empty folder what may be left if the power fails now."""
        names = self._synced_names.copy()
        kept = chance.choice((0.0, 0.0, 0.5, 0.9))
        for name, file in self._renamed:
            if chance.random() < kept:
                _set(names, name, file)
        for name, file in names.items():
            (target / Path(name).name).write_bytes(file.survivor(chance, kept))


def _set(names: dict[str, _File], name: str, file: _File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file
