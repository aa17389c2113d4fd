"""What the repository's own tools cost: generating, and the contract's test."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import Row, Section
from timing import Cost, median

__all__ = ["tools"]

ROOT = Path(__file__).parent.parent
CONTRACT = """
import time
from contract.__main__ import EXAMPLES, SEED, against_mock
start = time.perf_counter()
run = against_mock(SEED, EXAMPLES)
print("cases", run.cases, time.perf_counter() - start)
"""


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _generate() -> Cost:
    """What `make generate` costs, into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        start, cpu = time.perf_counter(), _cpu()
        command = ["make", "-o", "install", "generate", f"GENERATED={folder}", f"PROVENANCE={folder}/provenance.md"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        return Cost(time.perf_counter() - start, _cpu() - cpu)


def _contract() -> list[Row]:
    done = subprocess.run([sys.executable, "-c", CONTRACT], cwd=ROOT, check=False, capture_output=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("cases ")]
    return [Row("contract cases per second", int(cases) / float(took), unit="1/s") for _, cases, took in lines]


def tools(_: str, rounds: int) -> Section:
    """For those who work on the client."""
    costs = {"make generate": [_generate() for _ in range(5)]}
    return Section(
        "tools",
        "For those who work on it",
        "`make generate` once everything is in the disk's cache, and the contract's test against the mock.",
        [
            Row("`make generate`, warm, by the clock", median(costs, "make generate"), 3.0, unit="s"),
            Row("`make generate`, CPU", median(costs, "make generate", "cpu"), unit="s"),
            *_contract(),
        ],
        costs=costs,
        silent="what either finds.",
    )
