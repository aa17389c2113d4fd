"""Try one change: generate, type-check, use; and say how it ended."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import attrs
import yaml

from ._change import CHANGES, Change, Typed
from ._contract import ROOT, Contract

Ending = Literal["holds", "refused", "BROKEN"]
BEFORE = {"palomma_api/__init__.py": b"before", "palomma_schemas/__init__.py": b"before"}
REFUSAL = re.compile(r"^(?P<what>.+) (?:is|are) not supported: .+; .+$", re.MULTILINE)
SNIPPET = """\
import datetime
import uuid
from typing import assert_type

from palomma import Palomma, models


def use(client: Palomma) -> None:
"""


@attrs.frozen
class Verdict:
    """How a change ended, and why in a line."""

    change: Change
    ending: Ending
    stage: str
    reason: str

    @property
    def good(self) -> bool:
        """Whether this is what the change asks for."""
        return self.ending == "holds" or (self.ending == "refused" and self.change.may_refuse)


def attempt(name: str, cache: Path | None = None, *, types: bool = True) -> Verdict:
    """Try one change in a temporary folder; with `cache`, type checks of several changes share what they know."""
    change = CHANGES[name]
    with tempfile.TemporaryDirectory(prefix="palomma-change-") as folder:
        return _attempt(change, Path(folder), cache or Path(folder) / "mypy", types)


def _attempt(change: Change, folder: Path, cache: Path, types: bool) -> Verdict:
    contract = Contract()
    lines = next(change.steps(contract))
    document, output = folder / "palomma.yaml", folder / "generated"
    document.write_text(yaml.safe_dump(contract.document, sort_keys=False, allow_unicode=True))
    made = generate(document, output)
    if made.returncode:
        return _refused(change, contract.document, made, output)
    for stage, complaint in (
        ("ruff", _lint(output)),
        ("types", _types(output, lines, cache) if types else ""),
        ("use", _use(change, output)),
    ):
        if complaint:
            return Verdict(change, "BROKEN", stage, complaint)
    return Verdict(change, "holds", "use", "")


def generate(document: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Run the generator, over what was there before."""
    for path, content in BEFORE.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(content)
    command = [
        sys.executable,
        "openapi/generate.py",
        "--contract",
        str(document),
        "--output",
        str(output),
        "--no-types",
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def _refused(change: Change, document: dict[str, Any], made: subprocess.CompletedProcess[str], output: Path) -> Verdict:
    left = {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*") if path.is_file()}
    if left != BEFORE:
        return Verdict(change, "BROKEN", "generate", f"failed and changed the output: {_last(made.stderr)}")
    named = [found for found in REFUSAL.finditer(made.stderr) if _names(document, found["what"])]
    if made.returncode != 1 or "Traceback" in made.stderr or not named:
        return Verdict(change, "BROKEN", "generate", f"not refused by name: {_last(made.stderr or made.stdout)}")
    return Verdict(change, "refused", "generate", named[0].group())


def _names(document: dict[str, Any], what: str) -> bool:
    """Whether a refusal says what it is about: an operation, a schema, a reference, or one of the document's parts."""
    parts = {*document["paths"], *document["components"]["schemas"], *document.get("webhooks", {}), "server",
             "security", "webhook", *re.findall(r"'\$ref': '(.+?)'", str(document))}  # fmt: skip
    return any(part in what for part in parts)


def _lint(output: Path) -> str:
    rules = ["--isolated", "--no-cache", "--select", "F,E9", "--target-version", "py311", "--output-format", "concise"]
    ran = subprocess.run([sys.executable, "-m", "ruff", "check", *rules, str(output)], capture_output=True, text=True)
    return "" if ran.returncode == 0 else _first(ran.stdout + ran.stderr)


def _types(output: Path, lines: Typed | None, cache: Path) -> str:
    """Type-check the client and a user's lines; return the first complaint."""
    lines = lines or Typed()
    users = output.parent / "user.py"
    wrong = [f"    {line}  # wrong" for line in lines.wrong]
    users.write_text(SNIPPET + "\n".join([*(f"    {line}" for line in lines.right), *wrong, "    return None", ""]))
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=",
               "--cache-dir", cache, "--follow-imports=silent", "-p", "palomma_api", "-m", "user"]  # fmt: skip
    path = os.pathsep.join([str(output), str(output.parent), str(ROOT / "overrides")])
    ran = subprocess.run(list(map(str, command)), cwd=output.parent, env={**os.environ, "MYPYPATH": path},
                         capture_output=True, text=True)  # fmt: skip
    return _complaint(ran.stdout + ran.stderr, users)


def _complaint(told: str, users: Path) -> str:
    """Return what a type checker found that it should not, or did not find that it should."""
    source = users.read_text().splitlines()
    expected = {number for number, line in enumerate(source, 1) if line.endswith("# wrong")}
    errors = re.findall(r"^(.+?):(\d+): error: (.+)$", told, re.MULTILINE)
    found = {int(number) for path, number, _ in errors if Path(path).name == users.name}
    for path, number, text in errors:
        if Path(path).name != users.name or int(number) not in expected:
            shown = f" in `{_code(source[int(number) - 1])}`" if Path(path).name == users.name else ""
            return f"{Path(path).name}:{number}: {text}{shown}"
    if expected - found:
        return f"no type error for `{_code(source[min(expected - found) - 1])}`"
    return "" if not told.strip() or errors else _first(told)


def _code(line: str) -> str:
    return line.strip().removesuffix("  # wrong")


def _use(change: Change, output: Path) -> str:
    path = os.pathsep.join(map(str, (output, ROOT / "overrides", ROOT)))
    command = [sys.executable, "-m", "tests.generated.changes._calls", change.name]
    try:
        ran = subprocess.run(command, cwd=output, env={**os.environ, "PYTHONPATH": path}, capture_output=True,
                             text=True, timeout=60)  # fmt: skip
    except subprocess.TimeoutExpired:
        return "the calls take longer than 60 s"
    return "" if ran.returncode == 0 else _reason(ran.stderr)


def _reason(traceback: str) -> str:
    """Return where a change's check failed, and with what."""
    lines = traceback.strip().splitlines()
    at = [place for place, line in enumerate(lines) if "/changes/" in line and "_calls.py" not in line]
    code = lines[at[-1] + 1].strip() if at and at[-1] + 1 < len(lines) else ""
    return f"{lines[-1]}  [{code}]" if lines else "no word"


def _first(text: str) -> str:
    return next((line for line in text.strip().splitlines() if line.strip()), "no word")[:400]


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if not line.startswith("Nothing was written")]
    return (lines or ["no word"])[-1][:400]
