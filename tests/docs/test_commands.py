"""Every command on every page can be run: programs, targets, options, modules and files exist. None is unknown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from palomma_mock._cli import parser

from .conftest import DOCS

ROOT = DOCS.parent
BLOCK = re.compile(r"^ *```(sh|console|powershell)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"""export \w+=\S+|\$env:\w+ = "[^"]+"|""")
# How to make and to enter an environment, on every system: nothing of ours is in these.
ENVIRONMENT = {
    "python3 -m venv .venv", "py -m venv .venv", "uv venv", ". .venv/bin/activate", r".venv\Scripts\Activate.ps1",
}  # fmt: skip


def pages() -> list[Path]:
    """Return every page that somebody wrote."""
    written = [
        *ROOT.glob("*.md"),
        ROOT / "overrides/palomma/SKILL.md",
        *DOCS.rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
    ]
    return [page for page in written if "reference/errors/" not in page.as_posix() and page.parent.name != "resources"]


def commands(page: Path) -> list[str]:
    """Return the commands of a page: in a console what follows the prompt, elsewhere every line."""
    found = []
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
        if kind == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        found += [re.sub(r"(^|\s+)# .*", "", line) for line in lines]
    return [line for line in found if line]


COMMANDS = sorted({command for page in pages() for command in commands(page)})


def problem(command: str) -> str | None:
    """Return what is wrong with a command; None if it can be run."""
    if command in ENVIRONMENT or SETTING.fullmatch(command):
        return None
    words = shlex.split(command.partition(" > ")[0].replace("…", "x").removeprefix(".venv/bin/"))
    match words:
        case ["python", "-m", "pytest", *given]:
            absent = [each for each in given if each.startswith("tests") and not (ROOT / each).exists()]
            return f"there is no {absent}" if absent else None
        case ["pip", "install", *wanted] | ["uv", "add" | "tool", *wanted] | ["uv", "pip", "install", *wanted]:
            return _not_to_install([each for each in wanted if not each.startswith("-") and each != "install"])
        case ["make", *wanted]:
            done = subprocess.run(["make", "--dry-run", *wanted], cwd=ROOT, capture_output=True, text=True)
            return done.stderr if done.returncode else None
        case ["palomma-mock", *options]:
            try:
                parser().parse_args(options)
            except SystemExit:
                return f"palomma-mock does not know {options}"
            return None
        case ["python", "-m", module, *_]:
            return None if find_spec(module) or (ROOT / module).exists() else f"there is no module {module}"
        case ["python", "-c", code]:
            return None if compile(code, "-c", "exec") else ""
        case ["palomma", *words]:
            return _not_of_palomma(words)
        case ["python", file, *_]:
            known = (ROOT / file).exists() or any(f"`{file}`" in page.read_text(encoding="utf-8") for page in pages())
            return None if known else f"there is no file {file}"
        case ["curl" | "git", *_]:
            return None
    return "nothing here knows how to try it: say so in tests/docs/test_commands.py"


def _not_of_palomma(words: list[str]) -> str | None:
    """Return what the command palomma says of words that it doesn't understand; nothing is run."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from palomma.cli import main; sys.exit(main())", *words, "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    return done.stderr or done.stdout if done.returncode else None


def _not_to_install(wanted: list[str]) -> str | None:
    """Return the first requirement that isn't this package with extras that it has."""
    extras = set(metadata("palomma").get_all("Provides-Extra", ()))
    for each in map(Requirement, wanted):
        if each.name == "palomma" and not each.extras <= extras:
            return f"palomma has no extra {each.extras - extras}"
    return None


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_can_be_run(command: str):
    """As the page prints it."""
    assert problem(command) is None


@pytest.mark.parametrize(
    "command",
    [
        "make everything",
        "palomma-mock --fast",
        "pip install 'palomma[fast]'",
        "python -m palomma.fast",
        "python fast.py",
        "fast",
    ],
)
def test_a_command_that_cannot_be_run_is_seen(command: str):
    """Each kind of mistake."""
    assert problem(command)


def test_windows_and_posix_say_the_same():
    """The settings of the quickstart, in both notations."""
    text = (DOCS / "quickstart.md").read_text(encoding="utf-8")

    posix = dict(re.findall(r"^export (\w+)=(\S+)$", text, re.MULTILINE))
    assert posix and posix == dict(re.findall(r"^\$env:(\w+) = \"([^\"]+)\"$", text, re.MULTILINE))
