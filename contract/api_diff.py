"""What an edit of palomma.yaml means for users of the client, by operation and member.

The client reads liberally and writes strictly, and that decides what breaks a user: a value that an answer may newly
have doesn't, since it is read as it comes; a value that a request may no longer have does.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .report import table
from .spec import FILE, ROOT, SPEC, Node, Operation, Spec

__all__ = ["Change", "changes", "main", "unannounced"]

HEAD = ("operation", "where", "member", "change", "breaking")
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_LIMITS = (*_LEAST, *_MOST, "pattern", "format")
_TYPED = {"date-time", "date", "uuid"}  # formats that are types of their own in the client


class Change(NamedTuple):
    """One difference, as a user of the client meets it."""

    operation: str
    where: str
    member: str
    what: str
    breaking: bool


class Facts(NamedTuple):
    """What the contract says about one member."""

    required: bool
    types: frozenset[str]
    values: frozenset[str] | None
    limits: Mapping[str, Any]


def _facts(schema: Node, required: bool) -> Facts:
    kind = schema.get("type", [])
    types = {kind} if isinstance(kind, str) else set(kind)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return Facts(
        required,
        frozenset(types | ({"integer"} if "number" in types else set())),  # every integer is a number
        None if values is None else frozenset(map(str, values)),
        {name: schema[name] for name in _LIMITS if name in schema},
    )


def _kinds(spec: Spec, node: Node) -> dict[str, Node]:
    """What a schema may be, by name: itself, or each of its alternatives."""
    schema = spec.resolved(node)
    if alternatives := schema.get("oneOf") or schema.get("anyOf"):
        return {name: kind for each in alternatives for name, kind in _kinds(spec, each).items()}
    merged = schema
    for part in schema.get("allOf", []):
        other = next(iter(_kinds(spec, part).values()))
        properties = {**other.get("properties", {}), **merged.get("properties", {})}
        merged = {**other, **merged, "properties": properties}
        merged["required"] = [*merged.get("required", []), *other.get("required", [])]
    name = node.get("$ref", "").rpartition("/")[2] or str(schema.get("title", schema.get("type", "")))
    return {name: merged}


def _members(spec: Spec, schema: Node, place: str = "", required: bool = True) -> Iterator[tuple[str, Facts]]:
    """Every member below a schema, by its path; of alternatives inside, those of the first."""
    if place:
        yield place, _facts(schema, required)
    if "items" in schema:
        yield from _members(spec, _first(spec, schema["items"]), f"{place}[]")
    for name, member in schema.get("properties", {}).items():
        wanted = name in schema.get("required", [])
        yield from _members(spec, _first(spec, member), f"{place}.{name}".lstrip("."), wanted)


def _first(spec: Spec, node: Node) -> Node:
    return next(iter(_kinds(spec, node).values()))


def _parameters(spec: Spec, nodes: Iterable[Node]) -> dict[str, Facts]:
    return {each["name"]: _facts(spec.resolved(each["schema"]), each.get("required", False)) for each in nodes}


def _tighter(old: Mapping[str, Any], new: Mapping[str, Any], asked: bool) -> Iterator[tuple[str, bool]]:
    """Each limit that changed, and whether that breaks: a request that may say less, an answer of another type."""
    for name in [name for name in _LIMITS if old.get(name) != new.get(name)]:
        if name not in new or name not in old:
            less = name in new
        elif name in _LEAST:
            less = new[name] > old[name]
        else:
            less = name not in _MOST or new[name] < old[name]  # another pattern or format counts as narrower
        typed = name == "format" and bool({old.get(name), new.get(name)} & _TYPED)
        yield f"{name}: {old.get(name, 'none')} → {new.get(name, 'none')}", less if asked and not typed else typed


def _values(old: Facts, new: Facts) -> Iterator[tuple[str, bool]]:
    """Each value that came or went, and whether it went."""
    if old.values is None or new.values is None:
        if old.values != new.values:
            yield ("closed list of values" if old.values is None else "any value"), old.values is None
        return
    yield from ((f"value `{value}` added", False) for value in sorted(new.values - old.values))
    yield from ((f"value `{value}` removed", True) for value in sorted(old.values - new.values))


def _differences(old: Facts, new: Facts, asked: bool) -> Iterator[tuple[str, bool]]:
    """What changed about a member that both have. `asked` of a request; else it stands in an answer."""
    if old.required != new.required:
        # An answer's member that may now be missing is typed `| None`: a type checker stops its users.
        yield ("required" if new.required else "optional"), new.required == asked
    if old.types != new.types:
        fits = old.types < new.types if asked else new.types < old.types
        yield f"type: {_written(old.types)} → {_written(new.types)}", not fits
    yield from ((what, less and asked) for what, less in _values(old, new))
    yield from _tighter(old.limits, new.limits, asked)


def _written(types: frozenset[str]) -> str:
    return "|".join(sorted(types - {"integer"} if "number" in types else types))


def _compared(id: str, where: str, old: Mapping[str, Facts], new: Mapping[str, Facts]) -> Iterator[Change]:
    asked = where == "request"
    for member in sorted(old.keys() - new.keys()):
        yield Change(id, where, member, "removed", True)
    for member in sorted(new.keys() - old.keys()):
        needed = asked and new[member].required and ("." not in member or member.rpartition(".")[0] in old)
        yield Change(id, where, member, "added, required" if needed else "added", needed)
    for member in sorted(old.keys() & new.keys()):
        for what, breaking in _differences(old[member], new[member], asked):
            yield Change(id, where, member, what, breaking)


def _gone_and_new(old: Mapping[str, Any], new: Mapping[str, Any], where: str, owner: str = "") -> Iterator[Change]:
    """What only one side has, by its own name, or as a member of an owner."""
    for name in [*sorted(old.keys() - new.keys()), *sorted(new.keys() - old.keys())]:
        what = "removed" if name in old else "added"
        yield Change(owner or name, where, name if owner else "", what, name in old)


class _Comparison:
    def __init__(self, old: Spec, new: Spec) -> None:
        self.old, self.new = old, new

    def schemas(self, id: str, where: str, old: Node | None, new: Node | None) -> Iterator[Change]:
        """Two schemas: the alternatives that came or went, and the members of those that both have."""
        before, after = (_kinds(s, n) if n else {} for s, n in ((self.old, old), (self.new, new)))
        if len(before) == len(after) == 1 and before.keys() != after.keys():
            after = dict(zip(before, after.values(), strict=True))  # another name; `names` tells of it
        gone = where == "request"
        yield from (Change(id, where, name, "alternative removed", gone) for name in before.keys() - after.keys())
        yield from (Change(id, where, name, "alternative added", False) for name in after.keys() - before.keys())
        for number, name in enumerate(name for name in before if name in after):
            own = {f"{name}." if number else "": (self.old, before[name], self.new, after[name])}
            for prefix, (one, a, other, b) in own.items():
                found = _compared(id, where, dict(_members(one, a)), dict(_members(other, b)))
                yield from (each._replace(member=prefix + each.member) for each in found)

    def operation(self, before: Operation, after: Operation) -> Iterator[Change]:
        """One operation that both have."""
        id, tags = before.id, [spec.node(each)["tags"] for spec, each in ((self.old, before), (self.new, after))]
        if (before.method, before.path) != (after.method, after.path):
            yield Change(id, "operation", "", f"moved to {after.method} {after.path}", True)
        if tags[0][:1] != tags[1][:1]:
            yield Change(id, "operation", "", f"tag: {tags[0][:1]} → {tags[1][:1]}", True)
        for code in sorted(before.responses.keys() ^ after.responses.keys()):
            yield Change(id, "status", code, "added" if code in after.responses else "removed", False)
        parameters = [_parameters(s, o.parameters.values()) for s, o in ((self.old, before), (self.new, after))]
        yield from _compared(id, "request", *parameters)
        bodies = [Spec.sent({"requestBody": each.body}) if each.body else None for each in (before, after)]
        yield from self.schemas(id, "request", *bodies)
        for code in sorted(before.responses.keys() & after.responses.keys()):
            where = "answer" if code[0] == "2" else f"error {code}"
            yield from self.schemas(id, where, before.schema(code), after.schema(code))

    def operations(self) -> Iterator[Change]:
        """Every operation."""
        old, new = self.old.operations, self.new.operations
        yield from _gone_and_new(old, new, "operation")
        for id in sorted(old.keys() & new.keys()):
            yield from self.operation(old[id], new[id])

    def webhooks(self) -> Iterator[Change]:
        """Every event: what a merchant's endpoint is sent."""
        old, new = (spec.document.get("webhooks", {}) for spec in (self.old, self.new))
        yield from _gone_and_new(old, new, "webhook")
        for name in sorted(old.keys() & new.keys()):
            sides = ((self.old, old[name]["post"]), (self.new, new[name]["post"]))
            headers = [_parameters(s, map(s.resolved, post.get("parameters", []))) for s, post in sides]
            yield from _compared(name, "webhook", *headers)
            yield from self.schemas(name, "webhook", *(s.sent(post) for s, post in sides))

    def names(self) -> Iterator[Change]:
        """What the client names after the contract: models, servers, how to show the key."""
        for where in ("schemas", "securitySchemes"):
            old, new = (spec.document.get("components", {}).get(where, {}) for spec in (self.old, self.new))
            yield from _gone_and_new(old, new, where, "components")
        # The last of them, the ways to show the key, have no members to compare.
        changed = [name for name in sorted(old.keys() & new.keys()) if _bare(old[name]) != _bare(new[name])]
        yield from (Change("components", "securitySchemes", name, "changed", True) for name in changed)
        servers = (spec.document.get("servers", []) for spec in (self.old, self.new))
        old, new = ({str(each.get("x-environment", each["url"])): each["url"] for each in side} for side in servers)
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield Change("servers", name, "", f"{old.get(name)} → {new.get(name)}", name in old)
        if self.old.document.get("security") != self.new.document.get("security"):
            yield Change("security", "", "", "changed", True)


def _bare(scheme: Node) -> Node:
    return {name: value for name, value in scheme.items() if name != "description" and not name.startswith("x-")}


def changes(old: Spec, new: Spec) -> list[Change]:
    """Everything that changed between two contracts."""
    compared = _Comparison(old, new)
    return [*compared.operations(), *compared.webhooks(), *compared.names()]


def unannounced(found: list[Change], changelog: str) -> list[Change]:
    """The breaking changes whose member or operation the Unreleased section doesn't name in backticks."""
    section = re.search(r"^## \[?Unreleased\]?.*?$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`([^`]+)`", section[1] if section else ""))
    return [each for each in found if each.breaking and not named & {each.operation, each.member, _last(each.member)}]


def _last(member: str) -> str:
    return member.rpartition(".")[2].removesuffix("[]") or member


def _at(ref: str) -> Spec:
    """The contract as it was. Raises CalledProcessError for a ref that git doesn't know."""
    command = ["git", "show", f"{ref}:{FILE.relative_to(ROOT)}"]
    return Spec.read(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def main(ref: str, check: bool = False) -> int:
    """Print the table since a git ref; with `check`, 1 if a breaking change isn't announced."""
    found = changes(_at(ref), SPEC)
    print(table(HEAD, [(*each[:4], "BREAKING" if each.breaking else "") for each in found]) if found else "No change.")
    changelog = ROOT / "CHANGELOG.md"
    missing = unannounced(found, changelog.read_text(encoding="utf-8") if changelog.exists() else "")
    for each in missing if check else ():
        print(f"CHANGELOG.md, Unreleased: say that this breaks: {' '.join(each[:4])}")
    return 1 if check and missing else 0
