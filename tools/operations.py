"""The tables of operations and of states in the pages, which `make generate` writes by cog."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import yaml

from palomma_api.client import operation, operations
from palomma_api.contract import LIFECYCLES

__all__ = ["states", "table"]


SENTENCES = Path(__file__).parents[1] / "docs/es/sentences.yaml"


def table(language: str = "en") -> str:
    """Return a Markdown table of every operation of the contract."""
    spanish = yaml.safe_load(SENTENCES.read_text(encoding="utf-8")) if language == "es" else {}
    rows = ["| client | operation | |" if language == "en" else "| cliente | operación | |", "|---|---|---|"]
    for id in operations():
        fact = operation(id)
        resource, method = fact.name.split(".")
        classes = vars(import_module(f"palomma_api.api.{resource}")).values()
        owner = next(each for each in classes if inspect.isclass(each) and method in vars(each))
        summary = (inspect.getdoc(getattr(owner, method)) or "").splitlines()[0]
        rows.append(f"| `{fact.name}` | `{fact.method} {fact.path}` | {spanish.get(summary, summary).rstrip('.')} |")
    return "\n" + "\n".join(rows) + "\n\n"


def states() -> str:
    """Return the rows of each object's states, on the way and final, as Markdown."""
    rows = ["\n| object | on the way | final |", "|---|---|---|"]
    for read in map(operation, operations()):
        model = getattr(read.answers[0].kind, "name", "")
        if read.read_by and read.final and model in LIFECYCLES:
            known = LIFECYCLES[model].follows
            cells = [
                ", ".join(f"`{each}`" for each in known if (each in read.final) is final) for final in (False, True)
            ]
            rows.append(f"| {re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', model).lower()} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n\n"
