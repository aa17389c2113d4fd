"""Is this tree fit to be released? The changelog, and distributions that come out the same twice.

python tools/release.py              all checks
python tools/release.py --tag v0.1.0 and this tag names the version, which the changelog has a section for
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECTION = re.compile(r"^## \[(?P<version>[^]]+)\](?: - (?P<date>\S+))?$", re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
MOST = 450_000
EPOCH = "1767225600"  # a build takes its time stamps from here, not from the clock


def version() -> str:
    """Return the package's version, from the one place where it stands."""
    text = (ROOT / "overrides/palomma/__init__.py").read_text(encoding="utf-8")
    (found,) = re.findall(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    return str(found)


def changelog_problems(text: str, current: str, *, released: bool = False) -> Iterator[str]:
    """Yield what https://keepachangelog.com/en/1.1.0/ asks for and `text` lacks."""
    sections = [(match["version"], match["date"]) for match in SECTION.finditer(text)]
    if not sections or sections[0][0] != "Unreleased":
        yield "the first section must be [Unreleased]"
        return
    for heading in re.findall(r"^## .*$", text, re.MULTILINE):
        if not SECTION.fullmatch(heading):
            yield f"not a section: {heading!r}"
    for kind in re.findall(r"^### (.*)$", text, re.MULTILINE):
        if kind not in KINDS:
            yield f"not a kind of change: {kind!r}"
    yield from _order(sections[1:])
    if sections[1:] and sections[1][0] != current and not text.partition("## [Unreleased]")[2].startswith("\n\n###"):
        yield f"__version__ is {current}, the newest section {sections[1][0]}, and nothing is unreleased"
    if released and (not sections[1:] or sections[1][0] != current):
        yield f"there is no section for {current}"


def _order(sections: list[tuple[str, str | None]]) -> Iterator[str]:
    """Yield what is wrong with the order of the versions: newest first, each with its date."""
    days = []
    for name, day in sections:
        try:
            days.append(date.fromisoformat(day or ""))
        except ValueError:
            yield f"[{name}] needs a date such as 2026-01-31"
        if not re.fullmatch(r"\d+\.\d+\.\d+\S*", name):
            yield f"[{name}] is not a version"
    if days != sorted(days, reverse=True):
        yield "the newest version comes first"


def build(folder: Path) -> dict[str, str]:
    """Build both distributions; their names and hashes."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def distribution_problems(keep: Path | None) -> Iterator[str]:
    """Build twice, compare, and look at what came out."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        hashes = build(Path(one))
        if hashes != build(Path(other)):
            yield "two builds of one tree differ"
        files = [str(Path(one, name)) for name in hashes]
        wheels = [name for name in files if name.endswith(".whl")]
        yield from _said("twine", "check", "--strict", *files)
        # W009: four packages are what we ship.
        yield from _said("check_wheel_contents", "--ignore", "W009", *wheels)
        yield from (f"{name} is larger than {MOST} bytes" for name in wheels if Path(name).stat().st_size > MOST)
        print(*(f"{digest}  {name}" for name, digest in hashes.items()), sep="\n")
        if keep:
            shutil.copytree(one, keep, dirs_exist_ok=True)


def _said(tool: str, *arguments: str) -> Iterator[str]:
    done = subprocess.run([sys.executable, "-m", tool, *arguments], capture_output=True, text=True)
    if done.returncode:
        yield f"{tool}: {done.stdout}{done.stderr}"


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    parser = argparse.ArgumentParser(description="Is this tree fit to be released?")
    parser.add_argument("--tag")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    tag = options.tag
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    problems = [*changelog_problems(text, version(), released=tag is not None), *distribution_problems(options.keep)]
    if tag not in (None, f"v{version()}"):
        problems.append(f"the tag {tag} is not v{version()}")
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    raise SystemExit(main())
