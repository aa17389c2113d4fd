"""Print, as Markdown, what Palomma documents and what we assume: the marks that the head of palomma.yaml explains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

NOTES = {  # what a mark says where the contract gives no note of its own
    "required": "No page promises which members are always there.",
    "minLength": "No page says whether an empty string is taken.",
    "minItems": "No page says whether an empty list is taken.",
    "type": "The pages say number; amounts have no cents.",
    "minimum": "No page gives a lower bound.",
    "operationId": "The page does not show the name of the operation.",
    "x-provenance-responses": "No page lists these answers of this operation.",
}
GROUPS = re.compile("paths|webhooks|components|schemas|responses|parameters|securitySchemes|servers|schema|properties")
HEAD = """# What Palomma documents, and what we assume

Made by `openapi/provenance.py` from `openapi/palomma.yaml`. Whatever the second table does not name is stated by the
documentation page of its operation.
"""


def marks(node: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Every mark below a node, in the order of the document: its place, what is marked, a note."""
    if isinstance(node, list):
        for item in node:
            yield from marks(item, f"{place}?{item['name']}" if isinstance(item, dict) and "name" in item else place)
    elif isinstance(node, dict):
        place = node.get("operationId") or (node["url"] if "x-provenance" in node and "url" in node else place)
        for key, mark in node.items():
            if key.startswith("x-provenance"):
                names = mark if isinstance(mark, dict) else {}
                what = ", ".join(sorted(set(names.values()))) + ": " + ", ".join(map(str, names)) if names else mark
                note = " ".join(NOTES[name] for name in [key, *names] if name in NOTES)
                if key == "x-provenance" or "x-provenance" not in node:  # else the node's own note is about that mark
                    note = " ".join(filter(None, [node.get("x-note", note), node.get("x-source")]))
                yield place, what, note
            elif key not in ("example", "examples"):
                yield from marks(mark, place if GROUPS.fullmatch(key) else f"{place}.{key}".lstrip("."))


def page(spec: dict[str, Any]) -> str:
    """The whole Markdown page."""
    lines = [HEAD, "## Documented\n", "| Operation | Request | Page |", "|---|---|---|"]
    for path, item in {**spec["paths"], **spec["webhooks"]}.items():
        for method, operation in item.items():
            url = re.search(r"https://\S+", operation["description"])
            lines.append(f"| `{operation['operationId']}` | `{method.upper()} {path}` | {url[0] if url else ''} |")
    lines += ["\n## Assumed or contradictory\n", "| Place | What | Note |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| `{place}` | {what} | {note} |" for place, what, note in marks(spec))])


if __name__ == "__main__":
    print(page(yaml.safe_load(Path(__file__).with_name("palomma.yaml").read_text(encoding="utf-8"))))
