"""What an edit of palomma.yaml means for users of the client, by operation and member.

The client reads liberally and writes strictly, and that decides what breaks a user: a value that an answer may newly
have doesn't, since it is read as it comes; a value that a request may no longer have does.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .report import table
from .spec import FILE, ROOT, Node, Operation, Spec

__all__ = ["Change", "changes", "main", "unannounced"]

HEAD = ("operation", "where", "member", "change", "breaking")
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_LIMITS = (*_LEAST, *_MOST, "pattern", "format")


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
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return Facts(
        required,
        frozenset([kind] if isinstance(kind, str) else kind),
        None if values is None else frozenset(map(str, values)),
        {name: schema[name] for name in _LIMITS if name in schema},
    )


def _members(spec: Spec, node: Node, place: str = "", required: bool = True) -> Iterator[tuple[str, Facts]]:
    """Every member below a schema, by its path."""
    schema = spec.resolved(node)
    if "oneOf" in schema:  # the first kind is the one that was there before the others
        schema = spec.resolved(schema["oneOf"][0])
    if place:
        yield place, _facts(schema, required)
    if "items" in schema:
        yield from _members(spec, schema["items"], f"{place}[]")
    for name, member in schema.get("properties", {}).items():
        wanted = name in schema.get("required", [])
        yield from _members(spec, member, f"{place}.{name}".lstrip("."), wanted)


def _request(spec: Spec, operation: Operation) -> dict[str, Facts]:
    parameters = {
        name: _facts(spec.resolved(node["schema"]), node.get("required", False))
        for name, node in operation.parameters.items()
    }
    return parameters | dict(_members(spec, spec.body_schema(operation)) if operation.body else ())


def _answer(spec: Spec, operation: Operation) -> dict[str, Facts]:
    return dict(_members(spec, operation.schema(200) or {}))


def _tighter(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each limit that changed, and whether it now allows less."""
    for name in [name for name in _LIMITS if old.get(name) != new.get(name)]:
        if name not in new or name not in old:
            less = name in new
        elif name in _LEAST:
            less = new[name] > old[name]
        else:
            less = name not in _MOST or new[name] < old[name]  # another pattern or format counts as narrower
        yield f"{name}: {old.get(name, 'none')} → {new.get(name, 'none')}", less


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
        yield f"type: {'|'.join(sorted(old.types))} → {'|'.join(sorted(new.types))}", not fits
    yield from ((what, less and asked) for what, less in (*_values(old, new), *_tighter(old.limits, new.limits)))


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


def changes(old: Spec, new: Spec) -> list[Change]:
    """Everything that changed between two contracts."""
    gone, come = old.operations.keys() - new.operations.keys(), new.operations.keys() - old.operations.keys()
    found = [Change(id, "operation", "", "removed", True) for id in sorted(gone)]
    found += [Change(id, "operation", "", "added", False) for id in sorted(come)]
    for id in sorted(old.operations.keys() & new.operations.keys()):
        before, after = old.operations[id], new.operations[id]
        if (before.method, before.path) != (after.method, after.path):
            found.append(Change(id, "operation", "", f"moved to {after.method} {after.path}", False))
        for code in sorted(before.responses.keys() ^ after.responses.keys()):
            found.append(Change(id, "status", code, "added" if code in after.responses else "removed", False))
        found += _compared(id, "request", _request(old, before), _request(new, after))
        found += _compared(id, "answer", _answer(old, before), _answer(new, after))
    return found


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


def main(arguments: list[str] | None = None) -> int:
    """Print the table; with --check, 1 if a breaking change isn't announced."""
    parser = argparse.ArgumentParser(prog="python -m contract.api_diff", description=__doc__)
    parser.add_argument("old", help="a git ref, such as the last release")
    parser.add_argument("--check", action="store_true", help="fail if CHANGELOG.md doesn't announce what breaks")
    given = parser.parse_args(arguments)
    found = changes(_at(given.old), Spec.load())
    print(table(HEAD, [(*each[:4], "BREAKING" if each.breaking else "") for each in found]) if found else "No change.")
    changelog = ROOT / "CHANGELOG.md"
    missing = unannounced(found, changelog.read_text(encoding="utf-8") if changelog.exists() else "")
    for each in missing if given.check else ():
        print(f"CHANGELOG.md, Unreleased: say that this breaks: {' '.join(each[:4])}")
    return 1 if given.check and missing else 0


if __name__ == "__main__":
    sys.exit(main())
