"""openapi/provenance.py: every mark gets a row, and documents of another kind than ours a page."""

from __future__ import annotations

import copy
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "openapi" / "palomma.yaml").read_text(encoding="utf-8")
SPEC: dict[str, Any] = yaml.safe_load(TEXT)
BARE: dict[str, Any] = {  # no operationId, no description, no webhooks, no components
    "openapi": "3.0.3",
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "x-provenance": "inferred", "x-note": "shared"}],
            "get": {"responses": {}, "x-provenance": "inferred", "x-note": "unnamed"},
            "put": {
                "operationId": "putThing",
                "description": "See https://a.example/old",
                "externalDocs": {"url": "https://a.example/new"},
                "responses": {},
            },
            "delete": {"description": "See https://a.example/old", "responses": {}},
        }
    },
}


def script() -> Any:
    module_spec = importlib.util.spec_from_file_location("provenance", ROOT / "openapi" / "provenance.py")
    assert module_spec and module_spec.loader
    module = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(module)
    return module


def rows(spec: dict[str, Any]) -> list[str]:
    """The rows of the second table, which lists what is assumed."""
    table: str = script().page(spec).split("## Assumed or contradictory\n", 1)[1]
    return [line for line in table.splitlines() if line.startswith("| `")]


def places(spec: dict[str, Any]) -> Iterator[Any]:
    """One place of each kind that a mark can stand on, and how its row begins."""
    path, item = next((path, item) for path, item in spec["paths"].items() if "get" in item)
    event = next(iter(spec["webhooks"]))
    schema = next(name for name, schema in spec["components"]["schemas"].items() if "properties" in schema)
    member = next(iter(spec["components"]["schemas"][schema]["properties"]))
    yield pytest.param(("servers", 0), f"`{spec['servers'][0]['url']}`", id="server")
    yield pytest.param(("paths", path, "get"), f"`{item['get']['operationId']}`", id="operation")
    yield pytest.param(("webhooks", event, "post"), f"`{spec['webhooks'][event]['post']['operationId']}`", id="webhook")
    yield pytest.param(("components", "schemas", schema), f"`{schema}`", id="schema")
    yield pytest.param(("components", "schemas", schema, "properties", member), f"`{schema}.{member}`", id="member")
    for kind in ("responses", "parameters"):
        name = next(name for name, node in spec["components"][kind].items() if "x-note" not in node)
        yield pytest.param(("components", kind, name), f"`{name}`", id=kind)


def test_the_page_in_the_docs_is_what_the_script_prints() -> None:
    """docs/provenance.md was made from the contract as it is."""
    assert (ROOT / "docs" / "provenance.md").read_text(encoding="utf-8") == script().page(SPEC) + "\n"


def test_every_mark_has_a_row() -> None:
    """The table of what we assume has one row per mark, each with a note."""
    body = TEXT[TEXT.index("\nopenapi:") :]
    found = rows(SPEC)
    assert len(found) == len(set(found)) == len(re.findall(r"^ +x-provenance[\w-]*:", body, re.MULTILINE))
    assert [row for row in found if row.endswith("|  |")] == []


@pytest.mark.parametrize(("path", "row"), list(places(SPEC)))
def test_a_mark_anywhere_gets_a_row(path: tuple[Any, ...], row: str) -> None:
    """A new mark on a server, operation, parameter, answer, schema or member gets its row."""
    spec = copy.deepcopy(SPEC)
    node: Any = spec
    for step in path:
        node = node[step]
    node.pop("x-provenance", None)
    before = rows(spec)
    node.update({"x-provenance": "inferred", "x-note": "made up"})
    assert f"| {row} | inferred | made up" in "\n".join(line for line in rows(spec) if line not in before)


def test_operations_without_a_name_or_a_page_are_listed() -> None:
    """Neither operationId, description, webhooks nor components are needed; `externalDocs` comes first."""
    assert script().page(BARE).split("\n\n", 3)[3].splitlines() == [
        "| Operation | Request | Page |",
        "|---|---|---|",
        "| `` | `GET /things/{id}` |  |",
        "| `putThing` | `PUT /things/{id}` | https://a.example/new |",
        "| `` | `DELETE /things/{id}` | https://a.example/old |",
        "",
        "## Assumed or contradictory",
        "",
        "| Place | What | Note |",
        "|---|---|---|",
        "| `/things/{id}?id` | inferred | shared |",
        "| `GET /things/{id}` | inferred | unnamed |",
    ]


def test_page_is_the_same_on_every_run() -> None:
    """The script prints the same page whatever the hash seed."""
    pages = {
        subprocess.run(
            [sys.executable, str(ROOT / "openapi" / "provenance.py")],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(pages) == 1
