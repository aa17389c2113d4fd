"""What a sandbox answered differently from the contract, as a table to edit palomma.yaml from."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from . import har
from .report import OUT, html_table, page, table
from .spec import SPEC, Node, Spec

__all__ = ["HEAD", "Drift", "Row", "main", "observe", "rows"]

HEAD = ("schema", "member", "what", "answers", "of")
_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}


class Row(NamedTuple):
    """One kind of difference; `answers` of the `of` answers that hold such an object have it."""

    schema: str
    member: str
    what: str
    answers: int
    of: int

    def __str__(self) -> str:
        return f"`{self.member}` {self.what} in {self.answers} of {self.of} answers"


class Drift:
    """Differences, counted once for each answer."""

    def __init__(self, spec: Spec = SPEC) -> None:
        self.spec = spec
        self._differences: Counter[tuple[str, str, str]] = Counter()
        self._answers: Counter[str] = Counter()
        self._now: set[tuple[str, str, str]] = set()
        self._met: set[str] = set()

    def answer(self, operation: str, status: int, media: str, body: Any) -> None:
        """Compare one answer."""
        self._now, self._met = set(), {operation}
        schema = self.spec.operations[operation].schema(status)
        if schema is None:
            self._now.add((operation, "(status)", f"was the undocumented {status}"))
        elif media.partition(";")[0].strip() != "application/json":
            self._now.add((operation, "(content type)", f"was {media or 'absent'}"))
        else:
            self._visit(schema, body, operation, "(body)")
        self._differences.update(self._now)
        self._answers.update(self._met)

    def _visit(self, node: Node, value: Any, owner: str, place: str) -> None:
        schema = self.spec.resolved(node)
        if not self._of_its_type(schema, value):
            self._now.add((owner, place, f"was {_kind(value)}, not {_allowed(schema)}"))
            return
        if "$ref" in node and "properties" in schema:
            owner, place = node["$ref"].rpartition("/")[2], ""
            self._met.add(owner)
        if isinstance(value, dict):
            self._object(schema, value, owner, place)
        elif isinstance(value, list):
            for item in value:
                self._visit(schema.get("items", {}), item, owner, f"{place}[]")
        else:
            self._scalar(schema, value, owner, place)

    def _object(self, schema: Node, value: Mapping[str, Any], owner: str, place: str) -> None:
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                self._now.add((owner, f"{place}.{name}".lstrip("."), "was missing, though required"))
        for name, member in value.items():
            if name in properties:
                self._visit(properties[name], member, owner, f"{place}.{name}".lstrip("."))
            else:
                self._now.add(
                    (owner, f"{place}.{name}".lstrip("."), f"is undocumented ({_TYPES.get(type(member), 'null')})")
                )

    def _scalar(self, schema: Node, value: Any, owner: str, place: str) -> None:
        for error in self.spec.validator(schema).iter_errors(value):
            if error.validator in ("enum", "const"):
                what = f"had the undocumented value `{value}`"
            else:  # the value itself may be personal
                what = f"broke {error.validator}: {error.validator_value}"
            self._now.add((owner, place, what))

    def _of_its_type(self, schema: Node, value: Any) -> bool:
        return "type" not in schema or self.spec.validator({"type": schema["type"]}).is_valid(value)

    def rows(self) -> list[Row]:
        """The differences by schema and member."""
        return [Row(*key, count, self._answers[key[0]]) for key, count in sorted(self._differences.items())]


def _kind(value: Any) -> str:
    return _TYPES.get(type(value), "null")


def _allowed(schema: Node) -> str:
    allowed = schema["type"]
    return " or ".join(allowed) if isinstance(allowed, list) else str(allowed)


def _body(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def observe(entries: Iterable[Mapping[str, Any]], spec: Spec = SPEC) -> Drift:
    """The differences in an archive of answers."""
    drift = Drift(spec)
    for each in entries:
        content = each["response"]["content"]
        drift.answer(each["comment"], each["response"]["status"], content["mimeType"], _body(content["text"]))
    return drift


def rows(path: Path) -> list[Row]:
    """The differences in an archive file."""
    return observe(har.read(path)).rows()


def main(path: Path = OUT / "sandbox.har") -> int:
    """Print the table, and write it as drift.md and drift.html."""
    if not path.exists():
        print(f"no {path.name}: run `make contract BASE_URL=…` first")
        return 2
    found = rows(path)
    written = table(HEAD, found) if found else "No answer differed from the contract."
    (path.parent / "drift.md").write_text(f"{written}\n", encoding="utf-8")
    (path.parent / "drift.html").write_text(page("Drift", html_table(HEAD, found)), encoding="utf-8")
    print(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
