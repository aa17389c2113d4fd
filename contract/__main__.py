"""`python -m contract`: the run against the mock, or, with $BASE_URL, the careful one against a sandbox."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable

from . import api_diff, drift, report, sandbox
from .checks import Watch
from .run import Run, fuzz
from .spec import ROOT, SPEC
from .target import App, Target
from .walk import Walk, walk
from .webhooks import deliver
from .world import true_requests

SEED, EXAMPLES, DEEP = 1, 30, 400


def against_mock(
    seed: int,
    examples: int,
    around: Callable[[App], App] | None = None,
    until: Callable[[Run], bool] = lambda run: False,
) -> Run:
    """Everything, against a mock in this process, until its end or until a condition holds."""
    run = Run()
    target = Target(seed, around)
    watch = Watch(SPEC, target.key)
    try:
        walk(target, watch, run, lambda: until(run))
        if not until(run):
            deliver(run, seed)
        if not until(run):
            schema = target.schema(seed, examples)
            # What is known now: schemathesis sends from threads of its own, and the same requests each time.
            known = Watch(SPEC, target.key)
            known.objects, known.kinds, known.made = dict(watch.objects), dict(watch.kinds), dict(watch.made)
            with true_requests(Walk(target, known, run)):
                fuzz(schema, run, watch, target.now, lambda: until(run))
        return run
    finally:
        target.close()


def main() -> int:
    """Run, write build/contract/, print the figures; 1 if anything was found or left out."""
    parser = argparse.ArgumentParser(prog="python -m contract", description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed sends the same requests (%(default)s)")
    parser.add_argument("--deep", action="store_true", help=f"a random seed, and {DEEP} examples instead of {EXAMPLES}")
    parser.add_argument("--report", action="store_true", help="what the last careful run saw, as tables")
    parser.add_argument("--patch", action="store_true", help="the same as an edit of the contract, as a diff")
    parser.add_argument("--diff", metavar="REF", help="what changed in the contract since a git ref, for users")
    parser.add_argument("--check", action="store_true", help="with --diff: fail if the changelog lacks what breaks")
    given = parser.parse_args()
    base_url = os.environ.get("BASE_URL")
    if given.diff:
        return api_diff.main(given.diff, given.check)
    if given.report or given.patch:
        return drift.main(patch=given.patch)
    if base_url:
        return sandbox.main(base_url, os.environ)
    seed = random.SystemRandom().randrange(2**32) if given.deep else given.seed
    print(f"seed {seed}", flush=True)
    run = against_mock(seed, DEEP if given.deep else EXAMPLES)
    report.write(run, f"Contract run, seed {seed}")
    print(*report.lines(run), f"written: {report.OUT.relative_to(ROOT)}/", sep="\n")
    return 0 if run.complete else 1


if __name__ == "__main__":
    sys.exit(main())
