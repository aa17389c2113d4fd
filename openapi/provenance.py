"""Print, as Markdown, what Palomma documents and what we assume: the marks that the head of palomma.yaml explains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

NOTES = {  # what a mark says where the contract gives no note of its own; by keyword, or by keyword and value
    "required": "No page promises which members are always there.",
    "minLength": "No page says whether an empty string is taken.",
    "minItems": "No page says whether an empty list is taken.",
    "type": "The pages say number; amounts have no cents.",
    "minimum": "No page gives a lower bound.",
    "format date-time": "Some pages say ISO string, newer ones date-time; precision and zone are not stated.",
    "format date-time-local": "The page shows the pattern; the format is its name in OpenAPI's registry.",
    "format date": "The page shows a day such as 2024-08-28, but no format.",
    "format uri": "The pages say string.",
    "operationId": "The page does not show the name of the operation.",
    "x-utc-offset": "No page names the zone; that of Bogotá is assumed.",
    "x-provenance-parameters": "The page shows no filters; the other lists of this API have these.",
    "x-provenance-responses": "No page lists these answers of this operation.",
}
GROUPS = re.compile("paths|webhooks|components|schemas|responses|parameters|securitySchemes|servers|schema|properties")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
HEAD = """# What Palomma documents, and what we assume

Made by `openapi/provenance.py` from `openapi/palomma.yaml`. Whatever the second table does not name is stated by the
documentation page of its operation.
"""


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with its request line, webhooks included."""
    for path, item in [*spec.get("paths", {}).items(), *spec.get("webhooks", {}).items()]:
        for method in filter(METHODS.__contains__, item):
            yield f"{method.upper()} {path}", item[method]


def documentation(operation: dict[str, Any]) -> str:
    """Return the page that an operation names, by `externalDocs` or in its description."""
    found = re.search(r"https://\S+", operation.get("description", ""))
    return str(operation.get("externalDocs", {}).get("url", found[0] if found else ""))


def marks(node: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Every mark below a node, in the order of the document: its place, what is marked, a note."""
    if isinstance(node, list):
        for item in node:
            yield from marks(item, f"{place}?{item['name']}" if isinstance(item, dict) and "name" in item else place)
    elif isinstance(node, dict):
        place = node["url"] if "x-provenance" in node and "url" in node else place
        for key, mark in node.items():
            if key.startswith("x-provenance"):
                yield place, *described(node, key, mark)
            elif key in METHODS and isinstance(mark, dict) and "responses" in mark:
                yield from marks(mark, mark.get("operationId", f"{key.upper()} {place}"))
            elif key not in ("example", "examples"):
                yield from marks(mark, place if GROUPS.fullmatch(key) else f"{place}.{key}".lstrip("."))


def described(node: dict[str, Any], key: str, mark: str | dict[str, str]) -> tuple[str, str]:
    """Return what a mark is about, and a note on it."""
    names = mark if isinstance(mark, dict) else {}
    what = ", ".join(sorted(set(names.values()))) + ": " + ", ".join(map(str, names)) if names else str(mark)
    known = [NOTES.get(f"{name} {node.get(name)}", NOTES.get(name)) for name in [key, *names]]
    note = " ".join(filter(None, known))
    if key == "x-provenance" or "x-provenance" not in node:  # else the node's own note is about that mark
        note = " ".join(filter(None, [node.get("x-note", note), node.get("x-source")]))
    return what, note


def page(spec: dict[str, Any]) -> str:
    """Return the whole Markdown page."""
    lines = [HEAD, "## Documented\n", "| Operation | Request | Page |", "|---|---|---|"]
    for request, operation in operations(spec):
        lines.append(f"| `{operation.get('operationId', '')}` | `{request}` | {documentation(operation)} |")
    lines += ["\n## Assumed or contradictory\n", "| Place | What | Note |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{place}` | {what} | {note} |" for place, what, note in marks(spec))])


if __name__ == "__main__":
    print(page(yaml.safe_load(Path(__file__).with_name("palomma.yaml").read_text(encoding="utf-8"))))
