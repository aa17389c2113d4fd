"""Every measurement, and the page that tells them: docs/performance.md.

    python bench/run.py [--quick] [--only sync,async,…]

The page is written by a run of all. Needs two cores, one for the client and one for the server; the quieter the
machine, the better. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import report
from calls import async_calls, growth, sync_calls
from reading import paging, reading
from server import serving
from startup import startup
from tails import tails

from tools import tools

MEASUREMENTS = {
    "sync": (sync_calls, 600),
    "async": (async_calls, 60),
    "growth": (growth, 3),
    "tails": (tails, 25),
    "startup": (startup, 25),
    "reading": (reading, 300),
    "paging": (paging, 1),
    "tools": (tools, 1),
}
QUICK = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"a {QUICK}th of the rounds")
    parser.add_argument("--only", help="names, with commas; prints, and leaves the page alone")
    given = parser.parse_args()
    names = given.only.split(",") if given.only else list(MEASUREMENTS)
    sections = []
    for name in names:
        measure, rounds = MEASUREMENTS[name]
        with serving() as url:
            sections.append(measure(url, max(3, rounds // QUICK) if given.quick else rounds))
        print(f"\n{sections[-1].title}")
        for row in sections[-1].rows:
            print(f"  {row.what:50}", *(f"{cell:>18}" for cell in row.cells[:4]), flush=True)
    if not given.only:
        report.write(sections, " ".join(["python", f"bench/{Path(__file__).name}", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
