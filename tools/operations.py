"""The README's table of operations, which `make generate` writes by cog."""

from __future__ import annotations

import inspect
from importlib import import_module

from palomma_api.client import operation, operations

__all__ = ["table"]


def table() -> str:
    """Return a Markdown table of every operation of the contract."""
    rows = ["| client | operation | |", "|---|---|---|"]
    for id in operations():
        fact = operation(id)
        resource, method = fact.name.split(".")
        classes = vars(import_module(f"palomma_api.api.{resource}")).values()
        owner = next(each for each in classes if inspect.isclass(each) and method in vars(each))
        summary = inspect.getdoc(getattr(owner, method)) or ""
        rows.append(f"| `{fact.name}` | `{fact.method} {fact.path}` | {summary.splitlines()[0].rstrip('.')} |")
    return "\n" + "\n".join(rows) + "\n\n"
