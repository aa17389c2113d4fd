"""R6: a status stands in the contract alone. Hand-written code names one only where it is argued here."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from palomma_api.contract import LIFECYCLES
from palomma_api.texts import TEXTS

ROOT = Path(__file__).parents[2]
STATUSES = {value for each in LIFECYCLES.values() for value in (*each.follows, *TEXTS[each.reasons])}
QUOTED = re.compile(rf"""(["'`])({"|".join(sorted(STATUSES))})\1""")
# Tests say what they expect. The documentation tells people what each status means, and what to write in a program of
# their own: tests/docs runs those, and mypy knows which statuses there are.
FREE = ("openapi/palomma.yaml", "generated/", "tests/", "docs/", "README", "CHANGELOG.md", "tools/package-lock.json")
CALL = "a call that was cancelled, as asyncio says it, which is no object's status"
ARGUED = {
    "mock/palomma_mock/rules/states.py": "how a bank decides, which the contract can't say; the mock asks it",
    "examples/shop/_store.py": "what a shop decides on, typed: to mypy a status that the contract lacks is an error",
    "bench/objects.py": "an answer as Palomma sends it",
    "bench/webhook_verify.py": "a body as Palomma sends it",
    "overrides/palomma/_instrumentation.py": CALL,
    "overrides/palomma/_sansio.py": CALL,
}


def named(path: str, text: str) -> set[str]:
    """Return the statuses that a file names: a program in its texts (its docstrings explain), a page in quotes."""
    if not path.endswith(".py"):
        return {match[2] for match in QUOTED.finditer(text)}
    nodes = list(ast.walk(ast.parse(text)))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts & STATUSES


def hand_written() -> list[str]:
    """Return the paths of code and pages that are written by hand."""
    kinds = [f"*.{kind}" for kind in ("py", "html", "js", "json", "toml", "yaml", "yml", "md")]
    listed = subprocess.run(["git", "ls-files", *kinds], cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for path in listed.stdout.splitlines() if not path.startswith(FREE) and (ROOT / path).is_file()]


def test_no_other_file_names_a_status() -> None:
    """Neither code, nor a page of the mock or the shop. What is argued for is needed, and calls have this one only."""
    found = {path: some for path in hand_written() if (some := named(path, (ROOT / path).read_text("utf-8")))}

    assert found.keys() == ARGUED.keys()
    assert set().union(*(found[path] for path, why in ARGUED.items() if why is CALL)) == {"cancelled"}


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_a_status_is_seen(status: str) -> None:
    """In a program and on a page, in any quotes; where it stands alone, not within other words."""
    assert named("page.html", f'{{% if status == "{status}" %}}') == named("words.toml", f"'{status}'") == {status}
    assert named("code.py", f'x.get("{status}")') == named("code.py", f"x[f'{{y}}', '{status}']") == {status}
    assert named("code.py", f'"""On `{status}`."""') == named("page.html", f'"no {status} here"') == set()
