"""`python -m contract`: the run against the mock, or, with $BASE_URL, the careful one against a sandbox."""

from __future__ import annotations

import argparse
import os
import random
import sys

from . import report, sandbox
from .run import Run, fuzz
from .spec import ROOT
from .target import Target
from .walk import walk

SEED, EXAMPLES, DEEP = 1, 40, 400


def against_mock(seed: int, examples: int) -> Run:
    """Everything, against a mock in this process."""
    target = Target(seed, examples)
    try:
        run = fuzz(target.schema, Run())
        return walk(target.schema, target.world, run, target.fail_next)
    finally:
        target.close()


def main() -> int:
    """Run, write build/contract/, print the figures; 1 if anything was found or left out."""
    parser = argparse.ArgumentParser(prog="python -m contract", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed sends the same requests (%(default)s)")
    parser.add_argument("--deep", action="store_true", help=f"a random seed, and {DEEP} examples instead of {EXAMPLES}")
    given = parser.parse_args()
    if base_url := os.environ.get("BASE_URL"):
        return sandbox.main(base_url, os.environ)
    seed = random.SystemRandom().randrange(2**32) if given.deep else given.seed
    print(f"seed {seed}", flush=True)
    run = against_mock(seed, DEEP if given.deep else EXAMPLES)
    report.write(run, f"Contract run, seed {seed}")
    print(*report.lines(run), f"written: {report.OUT.relative_to(ROOT)}/", sep="\n")
    return 0 if run.complete else 1


if __name__ == "__main__":
    sys.exit(main())
