"""Generate clients of other people's OpenAPI documents: python -m tests.generated.foreign FILE_OR_FOLDER …

For each document: how many operations it has; how many ours generates, type-checked; how many it refuses by name; how
many are left broken; and how many the stock generator writes. What is refused is taken out and the rest tried again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import yaml

ROOT = Path(__file__).parents[2]
VERBS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
LINE = re.compile(r"^(?P<what>.+) (?:is|are) not supported: .+; .+$", re.MULTILINE)
OPERATION = re.compile(r"\b(?P<verb>GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|TRACE) (?P<path>/\S*)")
BEARER = {"type": "http", "scheme": "bearer"}
ROUNDS = 12


@attrs.define
class Outcome:
    """What became of one document."""

    name: str
    operations: int
    refused: int = 0
    generated: int = 0
    stock: str = "-"
    said: list[str] = attrs.field(factory=list)

    @property
    def broken(self) -> int:
        """Operations that are neither generated nor refused."""
        return self.operations - self.refused - self.generated


def operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the verb and path of each operation."""
    return [(verb, path) for path, item in (document.get("paths") or {}).items() for verb in VERBS if verb in item]


def read(path: Path) -> dict[str, Any]:
    """Read a document."""
    text = path.read_text()
    found: dict[str, Any] = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return found


def try_ours(outcome: Outcome, document: dict[str, Any], folder: Path) -> None:
    """Generate, take out what is refused, and generate again, until it works or nothing more is named."""
    for turn in range(ROUNDS):
        contract, output = folder / "contract.json", folder / f"generated{turn}"
        contract.write_text(json.dumps(document, default=str))
        command = [sys.executable, "openapi/generate.py", "--contract", str(contract), "--output", str(output)]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if made.returncode == 0:
            outcome.generated = len(operations(document))
            return
        if not take_out(outcome, document, made.stderr):
            outcome.said.append(f"BROKEN {_last(made.stderr)}")
            return


def take_out(outcome: Outcome, document: dict[str, Any], told: str) -> bool:
    """Remove what a refusal names; return whether anything was."""
    before = len(operations(document))
    changed = [set_aside(document, line["what"]) for line in LINE.finditer(told)]
    outcome.said += [line.group()[:200] for line in LINE.finditer(told)]
    outcome.refused += before - len(operations(document))
    return any(changed)


def set_aside(document: dict[str, Any], what: str) -> bool:
    """Remove an operation; or replace the document's security, servers, webhooks, or a reference or schema, with its
    operations."""
    found, reference = OPERATION.search(what), re.search(r"\$ref (\S+)", what)
    schema = re.search(r"components[./]schemas[./]([^\s:,]+)", what)
    if "security" in what.lower():
        document.setdefault("components", {})["securitySchemes"] = {"Bearer": BEARER}
        document["security"] = [{"Bearer": []}]
        for verb, path in operations(document):
            document["paths"][path][verb].pop("security", None)
    elif found:
        return document["paths"].get(found["path"], {}).pop(found["verb"].lower(), None) is not None
    elif reference or schema:
        return without(document, reference[1] if reference else f"#/components/schemas/{schema[1]}")  # type: ignore[index]
    elif "server" in what.lower():
        document["servers"] = [{"url": "https://sandbox.example.com", "description": "Sandbox"}]
    elif "webhook" in what.lower():
        document.pop("webhooks", None)
    else:
        return False
    return True


def without(document: dict[str, Any], reference: str) -> bool:
    """Remove the operations that use a reference, and the reference."""
    using, before = {reference}, len(operations(document))
    while True:
        more = {f"#/components/{part}/{name}" for part, nodes in document.get("components", {}).items()
                for name, node in nodes.items() if any(f"'$ref': {each!r}" in str(node) for each in using)}  # fmt: skip
        if more <= using:
            break
        using |= more
    for verb, path in operations(document):
        if any(f"'$ref': {each!r}" in str(document["paths"][path]) for each in using):
            del document["paths"][path][verb]
    for each in using - {reference}:
        _, _, part, name = each.split("/")
        document["components"][part].pop(name, None)
    gone = document.get("components", {}).get("schemas", {}).pop(reference.rpartition("/")[2], None)
    return gone is not None or len(using) > 1 or len(operations(document)) < before


def try_stock(outcome: Outcome, path: Path, folder: Path) -> None:
    """Count the operations that openapi-python-client writes with its own templates."""
    output = folder / "stock"
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # it calls ruff
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(path.resolve()),
               "--meta", "none", "--output-path", str(output), "--overwrite"]  # fmt: skip
    made = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": tools}, capture_output=True, text=True)
    written = [each for each in output.glob("api/*/*.py") if each.name != "__init__.py"]
    outcome.stock = f"{len(written)}" if written or made.returncode == 0 else f"0 ({_last(made.stdout)[:40]})"


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if not line.startswith("Nothing was written")]
    return (lines or ["no word"])[-1][:200]


def tried(path: Path, *, stock: bool) -> Outcome:
    """Try one document with both generators."""
    document = read(path)
    outcome = Outcome(path.name, len(operations(document)))
    with tempfile.TemporaryDirectory(prefix="palomma-foreign-") as folder:
        try_ours(outcome, document, Path(folder))
        if stock:
            try_stock(outcome, path, Path(folder))
    return outcome


def _documents(given: list[Path]) -> Iterator[Path]:
    for path in given:
        yield from sorted(path.iterdir()) if path.is_dir() else [path]


def main() -> int:
    """Print the table; return 1 if an operation is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated.foreign", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="documents, or folders of them")
    parser.add_argument("--no-stock", action="store_true", help="leave the stock generator out")
    parser.add_argument("--verbose", action="store_true", help="print each refusal")
    given = parser.parse_args()
    print(f"{'document':40}{'operations':>11}{'generated':>11}{'refused':>9}{'broken':>8}  stock")
    broken = 0
    for path in _documents(given.paths):
        one = tried(path, stock=not given.no_stock)
        broken += one.broken
        print(f"{one.name:40}{one.operations:>11}{one.generated:>11}{one.refused:>9}{one.broken:>8}  {one.stock}",
              flush=True)  # fmt: skip
        shown = one.said if given.verbose else [each for each in one.said if each.startswith("BROKEN")]
        print(*(f"    {each}" for each in shown), sep="\n", end="\n" if shown else "", flush=True)
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
