"""Print what becomes of each change of the contract: python -m tests.generated.changes [NAME or GROUP …]"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from . import CHANGES
from ._run import Verdict, attempt


def main() -> int:
    """Try the changes; return 1 if one is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated.changes", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="changes or their files; all if none is named")
    parser.add_argument("--processes", type=int, default=2, help="how many at once (2)")
    parser.add_argument("--no-types", action="store_true", help="leave out the type check")
    parser.add_argument("--list", action="store_true", help="name the changes and do nothing")
    given = parser.parse_args()
    names = _named(given.names)
    if given.list:
        print(*(f"{name:45} {CHANGES[name].likelihood}  {CHANGES[name].text}" for name in names), sep="\n")
        return 0
    verdicts = []
    for verdict in tried(names, given.processes, types=not given.no_types):
        verdicts.append(verdict)
        print(_line(verdict), flush=True)
    print(*_sums(verdicts), sep="\n")
    return int(not all(verdict.good for verdict in verdicts))


def _named(names: list[str]) -> list[str]:
    unknown = [name for name in names if name not in CHANGES and name not in {each.group for each in CHANGES.values()}]
    if unknown:
        sys.exit(f"There is no change called {', '.join(unknown)}; --list names all")
    return [name for name, change in CHANGES.items() if not names or name in names or change.group in names]


def tried(names: list[str], processes: int, *, types: bool = True) -> Iterator[Verdict]:
    """Try changes, several at once; each worker keeps what its type checks learn."""
    with tempfile.TemporaryDirectory(prefix="palomma-types-") as folder, ThreadPoolExecutor(processes) as pool:
        caches: SimpleQueue[Path] = SimpleQueue()
        for number in range(processes):
            caches.put(Path(folder) / str(number))

        def one(name: str) -> Verdict:
            cache = caches.get()
            try:
                return attempt(name, cache, types=types)
            finally:
                caches.put(cache)

        yield from pool.map(one, names)


def _line(verdict: Verdict) -> str:
    change = verdict.change
    ending = verdict.ending if verdict.good else verdict.ending.upper()
    where = f"{verdict.stage}: " if verdict.ending == "BROKEN" else ""
    return f"{change.name:45} {change.likelihood}  {ending:8} {where}{verdict.reason}".rstrip()


def _sums(verdicts: list[Verdict]) -> Iterator[str]:
    yield f"\n{'':12}{'all':>6}{'likely':>8}{'plausible':>11}{'rare':>6}"
    for ending in ("holds", "refused", "BROKEN"):
        counted = Counter(verdict.change.likelihood for verdict in verdicts if verdict.ending == ending)
        yield f"{ending:12}{counted.total():>6}{counted[1]:>8}{counted[2]:>11}{counted[3]:>6}"
    counted = Counter(verdict.change.likelihood for verdict in verdicts)
    yield f"{'changes':12}{counted.total():>6}{counted[1]:>8}{counted[2]:>11}{counted[3]:>6}"


if __name__ == "__main__":
    sys.exit(main())
