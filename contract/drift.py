"""What a server answered differently from the contract, as tables to edit palomma.yaml from, and as the edit itself."""

from __future__ import annotations

import difflib
import json
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .mask import shape_of
from .report import OUT, table
from .spec import FILE, SPEC, Node, Spec, pointed

__all__ = ["Drift", "Row", "main", "observe", "patched"]

DIFFERENCES = ("schema", "member", "what", "answers", "of", "in palomma.yaml")
MEMBERS = ("schema", "member", "answers", "of", "types", "values or shapes")
FAILURES = ("operation", "what passed", "times")
_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
_SLOW = 3_000  # milliseconds
_FEW = 6  # values that a row shows
Pointer = tuple[str, ...]


class Edit(NamedTuple):
    """What to do at a place of the contract: `add` to or `drop` from what is there, or `set` it."""

    way: str
    place: Pointer
    value: str


class Row(NamedTuple):
    """One kind of difference; `answers` of the `of` answers that hold such an object have it."""

    schema: str
    member: str
    what: str
    answers: int
    of: int
    edit: Edit | None

    @property
    def cells(self) -> tuple[object, ...]:
        """The row of a table."""
        edit = self.edit and f"{self.edit.way} `{self.edit.value}` at {'.'.join(self.edit.place)}"
        return (*self[:5], edit or "")


class Drift:
    """Differences and members, counted once for each answer; and failures that pass."""

    def __init__(self, spec: Spec = SPEC) -> None:
        self.spec = spec
        self.failures: Counter[tuple[str, str]] = Counter()
        self.statuses: Counter[str] = Counter()
        self._differences: Counter[tuple[str, str, str]] = Counter()
        self._edits: dict[tuple[str, str, str], Edit | None] = {}
        self._answers: Counter[str] = Counter()
        self._present: Counter[tuple[str, str]] = Counter()
        self._types: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._values: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._now: set[tuple[str, str, str]] = set()
        self._met: set[str] = set()
        self._had: set[tuple[str, str]] = set()

    def failed(self, operation: str, what: str) -> None:
        """Count what says nothing about the contract: no answer, a gateway's 502, a 429."""
        self.failures[operation, what] += 1
        if what.startswith("no answer"):
            self.statuses["none"] += 1

    def answer(self, operation: str, status: int, media: str, body: Any, milliseconds: float = 0) -> None:
        """Compare one answer."""
        self.statuses["understood" if status // 100 == 2 and media != "text/html" else str(status)] += 1
        node = self.spec.operations[operation]
        if milliseconds > _SLOW:
            self.failed(operation, f"more than {_SLOW // 1000} s")
        if status == 429 or status >= 500:
            self.failed(operation, str(status))
            return
        self._now, self._met, self._had = set(), {operation}, set()
        schema = node.schema(status)
        pointer = ("paths", node.path, node.method.lower(), "responses")
        if schema is None:
            edit = Edit("add", pointer, str(status)) if status // 100 == 2 or status // 100 == 4 else None
            self._differs(operation, "(status)", f"was the undocumented {status}", edit)
            schema = node.schema(200) if status // 100 == 2 else None
        if media != "application/json":
            self._differs(operation, "(content type)", f"was {media or 'absent'}")
        if schema is not None and (body is not None or media == "application/json"):
            self._visit(schema, body, operation, "(body)", ())
        self._differences.update(self._now)
        self._answers.update(self._met)
        self._present.update(self._had)

    def _differs(self, owner: str, place: str, what: str, edit: Edit | None = None) -> None:
        self._now.add((owner, place, what))
        self._edits[owner, place, what] = edit

    def _visit(self, node: Node, value: Any, owner: str, place: str, at: Pointer) -> None:
        schema = self.spec.resolved(node)
        if "$ref" in node:
            at = tuple(node["$ref"].removeprefix("#/").split("/"))
        if "type" in schema and not self.spec.validator({"type": schema["type"]}).is_valid(value):
            types = ", ".join(sorted({*_allowed(schema), _kind(value)})).replace("null", '"null"')
            edit = Edit("set", (*at, "type"), f"[{types}]") if at and schema["type"] != "object" else None
            self._differs(owner, place, f"was {_kind(value)}, not {' or '.join(_allowed(schema))}", edit)
            return
        if "$ref" in node and "properties" in schema:
            owner, place = at[-1], ""
            self._met.add(owner)
        if isinstance(value, dict):
            self._object(schema, value, owner, place, at)
        elif isinstance(value, list):
            for item in value:
                self._visit(schema.get("items", {}), item, owner, f"{place}[]", (*at, "items"))
        else:
            self._scalar(schema, value, owner, place, at)

    def _object(self, schema: Node, value: Mapping[str, Any], owner: str, place: str, at: Pointer) -> None:
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                edit = Edit("drop", (*at, "required"), name)
                self._differs(owner, f"{place}.{name}".lstrip("."), "was missing, though required", edit)
        for name, member in value.items():
            full = f"{place}.{name}".lstrip(".")
            self._had.add((owner, full))
            self._types[owner, full][_kind(member)] += 1
            if isinstance(member, str | int | float) and not isinstance(member, bool):
                closed = "enum" in self.spec.resolved(properties.get(name, {}))
                self._values[owner, full][str(member) if closed else _shown(member)] += 1
            if name in properties:
                self._visit(properties[name], member, owner, full, (*at, "properties", name))
                self._conditions(self.spec.resolved(properties[name]), value, owner, full)
            else:
                new = Edit("add", (*at, "properties"), f"{name}: {{type: {_kind(member)}}}") if properties else None
                self._differs(owner, full, f"is undocumented ({_described(member)})", new)
                if "items" in properties and isinstance(member, list) and "items" not in value:
                    self._visit(properties["items"], member, owner, full, (*at, "properties", "items"))

    def _conditions(self, node: Node, value: Mapping[str, Any], owner: str, place: str) -> None:
        when = node.get("x-present")
        for name, values in when.items() if isinstance(when, dict) else ():
            if value.get(name) not in values:
                self._differs(owner, place, f"was there while `{name}` was `{value.get(name)}`")

    def _scalar(self, schema: Node, value: Any, owner: str, place: str, at: Pointer) -> None:
        for error in self.spec.validator(schema).iter_errors(value):
            kind = error.kind.name
            if kind in ("enum", "constant"):
                edit = Edit("add", (*at, "enum"), str(value))
                self._differs(owner, place, f"had the undocumented value `{value}`", edit)
            else:  # the value itself may be personal
                edit = Edit("drop", (*at, kind), str(schema.get(kind)))
                self._differs(owner, place, f"broke {kind}: {schema.get(kind)}, written {_shown(value)}", edit)

    def rows(self) -> list[Row]:
        """The differences by schema and member."""
        found = sorted(self._differences.items())
        return [Row(*key, count, self._answers[key[0]], self._edits[key]) for key, count in found]

    def members(self) -> Iterator[tuple[object, ...]]:
        """Each member of each schema that was met: where it was, and how. What never came says `never`."""
        schemas = self.spec.document["components"]["schemas"]
        for owner in sorted(self._answers.keys() & schemas.keys()):
            met = [name for one, name in sorted(self._present) if one == owner]
            for name in dict.fromkeys([*schemas[owner].get("properties", {}), *met]):
                key, values = (owner, name), [value for value, _ in self._values[owner, name].most_common()]
                shown = ", ".join([*values[:_FEW], *(["…"] if len(values) > _FEW else [])])
                yield *key, self._present[key] or "never", self._answers[owner], ", ".join(self._types[key]), shown

    def verdict(self) -> str:
        """What it looks like when nothing was understood; empty if something was."""
        if self.statuses["understood"] or not self.statuses:
            return ""
        if set(self.statuses) == {"none"}:
            return "No request was answered: is the base URL right, and does the network reach it?"
        if set(self.statuses) == {"401"}:
            return "Every request was answered 401: the key is not one of this server."
        return "Nothing here answers as this API does: is the base URL right, down to its version?"


def _kind(value: Any) -> str:
    return _TYPES.get(type(value), "null")


def _allowed(schema: Node) -> list[str]:
    allowed = schema["type"]
    return allowed if isinstance(allowed, list) else [str(allowed)]


def _shown(value: Any) -> str:
    """The shape of a text; numbers as they are, since only amounts are left of them."""
    return shape_of(value) if isinstance(value, str) else str(value)


def _described(value: Any) -> str:
    if isinstance(value, dict):
        return "object of " + ", ".join(f"{name}: {_described(each)}" for name, each in value.items())
    if isinstance(value, list):
        return "array of " + (_described(value[0]) if value else "nothing")
    return f"{_kind(value)} {shape_of(value)}" if isinstance(value, str) else _kind(value)


def observe(entries: Iterable[Mapping[str, Any]], spec: Spec = SPEC) -> Drift:
    """The differences in an archive of answers."""
    drift = Drift(spec)
    for each in entries:
        operation, _, failure = each["comment"].partition(" ")
        if failure:
            drift.failed(operation, failure)
            continue
        content, status = each["response"]["content"], each["response"]["status"]
        drift.answer(operation, status, content["mimeType"], _body(content.get("text", "")), each["time"])
    return drift


def _body(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


# The edit


def patched(rows: Iterable[Row], text: str) -> str:
    """The contract's text after every edit that the rows name; what can't be done by itself is left out."""
    root, spec = yaml.compose(text, yaml.CSafeLoader), Spec.read(text).document
    assert root is not None
    changes: set[tuple[int, int, str]] = set()
    for edit in {row.edit for row in rows if row.edit}:
        try:
            changes.add(_change(root, spec, text, edit))
        except LookupError:
            continue
    for begin, end, new in sorted(changes, reverse=True):
        text = text[:begin] + new + text[end:]
    return text


def _found(node: yaml.Node, place: Pointer) -> tuple[yaml.Node | None, yaml.Node]:
    """The key and the value at a place. Raises LookupError."""
    key: yaml.Node | None = None
    for name in place:
        pairs = [pair for pair in node.value if pair[0].value == name] if isinstance(node, yaml.MappingNode) else []
        key, node = pairs[0]  # a LookupError if there is none
    return key, node


def _change(root: yaml.Node, spec: Node, text: str, edit: Edit) -> tuple[int, int, str]:
    key, node = _found(root, edit.place)
    assert key is not None
    begin, end = node.start_mark.index, node.end_mark.index
    line = text.rindex("\n", 0, key.start_mark.index) + 1
    indent = " " * (key.start_mark.column + 2)
    if edit.way == "set":
        return begin, end, edit.value
    if edit.way == "drop" and isinstance(node, yaml.SequenceNode):
        left = [each.value for each in node.value if each.value != edit.value]
        return (begin, end, f"[{', '.join(left)}]") if left else (line, end + 1, "")
    if edit.way == "drop":
        return line, end + 1, ""
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        return end - 1, end - 1, f", {edit.value}"
    if isinstance(node, yaml.SequenceNode):
        last = node.value[-1]
        return last.end_mark.index, last.end_mark.index, f"\n{' ' * (last.start_mark.column - 2)}- {edit.value}"
    after = text.index("\n", key.end_mark.index) + 1
    if edit.place[-1] == "responses":
        schema = pointed(spec, "/" + "/".join(each.replace("/", "~1") for each in edit.place)).get("200", {})
        named = schema.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")
        body = f'\n  content: {{application/json: {{schema: {{$ref: "{named}"}}}}}}' if edit.value[0] == "2" else ""
        lines = f'"{edit.value}":\n  description: Seen at the server.{body}\n'
        return after, after, textwrap.indent(lines, indent)
    return after, after, f"{indent}{edit.value}\n"


def main(path: Path = OUT / "sandbox.har", patch: bool = False) -> int:
    """Print the tables, or the edit as a diff, and write both beside the archive."""
    if not path.exists():
        print(f"no {path.name}: run `make contract BASE_URL=…` first")
        return 2
    drift = observe(json.loads(path.read_text(encoding="utf-8"))["log"]["entries"])
    rows, old = drift.rows(), FILE.read_text(encoding="utf-8")
    differs = table(DIFFERENCES, [each.cells for each in rows]) if rows else "No answer differed from the contract."
    passed = table(FAILURES, [(*key, count) for key, count in sorted(drift.failures.items())])
    parts = [drift.verdict(), differs, *(("What says nothing about the contract:", passed) if drift.failures else ())]
    seen = f"What was there:\n\n{table(MEMBERS, drift.members())}"
    before, after = (each.splitlines(keepends=True) for each in (old, patched(rows, old)))
    name = f"openapi/{FILE.name}"
    diff = "".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"))
    (path.parent / "drift.md").write_text("\n\n".join([*filter(None, parts), seen, ""]), encoding="utf-8")
    (path.parent / "drift.diff").write_text(diff, encoding="utf-8")
    print(diff if patch else "\n\n".join(filter(None, parts)))
    return 0
