"""What the generator refuses, each by its name, before anything is written."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "openapi"))

import supported
from document import RefusedError, line_of, load

Node = dict[str, Any]
OK: Node = {"200": {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}}


def document() -> Node:
    """A small document that is supported."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1"},
        "servers": [{"url": "https://sandbox.example.com"}, {"url": "https://example.com"}],
        "security": [{"Key": []}],
        "paths": {"/things/{id}": {"get": {"operationId": "getThing", "tags": ["things"], "responses": OK,
                                           "parameters": [_parameter("path", "id")]}}},
        "components": {"schemas": {}, "securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}}},
    }  # fmt: skip


def _parameter(place: str, name: str, **more: Any) -> Node:
    return {"in": place, "name": name, "required": place == "path", "schema": {"type": "string"}, **more}


def _operation(spoiled: Node) -> Node:
    found: Node = spoiled["paths"]["/things/{id}"]["get"]
    return found


def _set(*path: str, value: Any) -> Callable[[Node], Any]:
    def change(spoiled: Node) -> None:
        node: Any = spoiled
        for name in path[:-1]:
            node = node.setdefault(name, {})
        node[path[-1]] = value

    return change


def _scheme(**scheme: Any) -> Callable[[Node], Any]:
    return _set("components", "securitySchemes", "Key", value=scheme)


def _takes(*parameters: Node) -> Callable[[Node], Any]:
    return lambda spoiled: _operation(spoiled)["parameters"].extend(parameters)


def _answers(**content: Any) -> Callable[[Node], Any]:
    return lambda spoiled: _operation(spoiled).update(responses={"200": {"description": "", "content": content}})


def _webhook(**members: Any) -> Callable[[Node], Any]:
    schema = {"type": "object", "properties": members}
    body = {"content": {"application/json": {"schema": schema}}}
    return _set("webhooks", "thing.done", value={"post": {"requestBody": body, "responses": {}}})


TEXT = {"type": "string"}
ME = r"GET /things/\{id\} getThing: "
REFUSED: dict[str, tuple[Callable[[Node], Any], str]] = {
    "swagger": (lambda spoiled: spoiled.update(swagger=spoiled.pop("openapi")), "swagger is not supported"),
    "another version": (_set("openapi", value="3.2.0"), "openapi 3.2.0 is not supported"),
    "no info": (lambda spoiled: spoiled.pop("info"), "a document without `info` is not supported"),
    "a new method": (
        _set("paths", "/things/{id}", "query", value={}),
        r"/things/\{id\}: method QUERY is not supported",
    ),
    "a path that lacks its parameter": (
        lambda spoiled: _operation(spoiled).pop("parameters"),
        ME + "path parameter id",
    ),
    "a parameter that the path lacks": (_takes(_parameter("path", "no")), ME + "path parameter no is not supported"),
    "a parameter elsewhere": (_takes(_parameter("body", "x")), ME + "parameter x in body is not supported"),
    "a parameter with content": (
        _takes(_parameter("query", "x", content={"application/json": {}})),
        ME + "parameter x is",
    ),
    "a style": (_takes(_parameter("query", "x", style="matrix")), ME + "parameter x is not supported: style matrix"),
    "two keys of a call": (
        _takes(_parameter("header", "Idempotency-Key"), _parameter("header", "X-Idempotency-Key")),
        ME + "two idempotency keys are not supported",
    ),
    "a stream": (_answers(**{"text/event-stream": {}}), ME + "answer text/event-stream is not supported"),
    "an encoding": (
        lambda spoiled: _operation(spoiled).update(
            requestBody={
                "content": {
                    "multipart/form-data": {
                        "schema": {"type": "object"},
                        "encoding": {"x": {"headers": {}, "style": "form"}},
                    }
                }
            }
        ),
        ME + "body member x is not supported",
    ),
    "one operationId twice": (
        lambda spoiled: spoiled["paths"]["/things/{id}"].update(put=_operation(spoiled)),
        "operationId getThing is not supported: another has it",
    ),
    "two schemas that are one class": (
        _set("components", "schemas", value={"a_thing": {}, "AThing": {}}),
        "components.schemas.AThing is not supported",
    ),
    "another file": (
        _set("components", "schemas", value={"A": {"$ref": "other.yaml#/A"}}),
        r"components.schemas.A: \$ref other.yaml#/A is",
    ),
    "a reference to nothing": (
        _answers(**{"application/json": {"schema": {"$ref": "#/components/schemas/No"}}}),
        r"\$ref #/components/schemas/No is not supported: nothing stands there",
    ),
    "a circle of references": (
        _set("components", "schemas", value={"A": {"$ref": "#/components/schemas/A"}}),
        "leads in a circle",
    ),
    "an empty schema": (
        _set("components", "schemas", value={"A": {"type": "object", "properties": {"b": None}}}),
        "schema A b is not supported: it is None",
    ),
    "a relative server": (_set("servers", value=[{"url": "/v1"}]), "servers: /v1 is not supported: it has no host"),
    "a server in clear": (_set("servers", value=[{"url": "http://example.com"}]), "would travel in clear"),
    "basic": (_scheme(type="http", scheme="basic"), "security: security scheme http basic is not supported"),
    "a key in a query": (_scheme(type="apiKey", name="k", **{"in": "query"}), "security scheme apiKey query is not"),
    "a password flow": (_scheme(type="oauth2", flows={"password": {}}), "security scheme oauth2 is not supported"),
    "mutual TLS": (_scheme(type="mutualTLS"), "security scheme mutualTLS is not supported"),
    "a scheme of nobody": (_set("security", value=[{"No": []}]), "security scheme that nobody described"),
    "two schemes at once": (
        _set("security", value=[{"Key": [], "Other": []}]),
        "two keys in one call are not supported",
    ),
    "two methods of one name": (
        _set("paths", "/parts/{id}", value={"get": {**_operation(document()), "operationId": "getThingById"}}),
        "things has two methods `get`; rename one",
    ),
    "a look-up that isn't there": (
        _set(
            "paths",
            "/things",
            value={
                "post": {
                    "operationId": "createThing",
                    "responses": OK,
                    "x-look-up": {"operation": "listThings"},
                    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                }
            },
        ),
        "POST /things createThing: x-look-up is not supported",
    ),
    "a page by an unknown parameter": (
        lambda spoiled: _operation(spoiled).update({"x-pagination": {"cursor": {"parameter": "after"}}}),
        "x-pagination is not supported: there is no query parameter after",
    ),
    "a page by nothing": (
        lambda spoiled: _operation(spoiled).update({"x-pagination": {"items": "data"}}),
        "names neither cursor, offset",
    ),
    "a webhook that is no envelope": (_webhook(id=TEXT), "webhook thing.done is not supported: its body isn't an id"),
    "a webhook signed otherwise": (
        _set(
            "webhooks",
            "thing.done",
            value={"post": {"parameters": [_parameter("header", "P-Signature")], "responses": {}}},
        ),
        "webhook thing.done is not supported: it is signed by P-Signature",
    ),
}


def test_the_small_document_is_supported():
    """What is spoiled below is spoiled there."""
    assert supported.findings(document()) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_done_is_refused_by_name(name: str):
    """Each finding says what, why and what to do."""
    spoil, expected = REFUSED[name]
    spoiled = document()
    spoil(spoiled)

    said = "\n".join(supported.findings(spoiled))

    assert re.search(expected, said), said
    assert all(";" in line for line in said.splitlines())


def test_all_findings_come_at_once():
    """One run shows all there is to do."""
    spoiled = document()
    _takes(_parameter("body", "x"), _parameter("query", "y", style="label"))(spoiled)

    assert len(supported.findings(spoiled)) == 2


def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path):
    """By its name, and with YAML's word for the place."""
    (tmp_path / "x.yaml").write_text("a: [1\nb: 2\n")
    with pytest.raises(RefusedError, match=r"^x.yaml is not supported: it can't be read \((.|\n)*line 2"):
        load(tmp_path / "x.yaml")
    with pytest.raises(RefusedError, match="No such file"):
        load(tmp_path / "y.yaml")


@pytest.mark.parametrize("text", ["- a\n- b\n", "paths: []\n", "x"])
def test_what_is_no_document_is_refused(text: str, tmp_path: Path):
    """A list, a text, paths that are none."""
    (tmp_path / "x.yaml").write_text(text)
    with pytest.raises(RefusedError, match="must be an object with `paths`"):
        load(tmp_path / "x.yaml")


def test_dates_stay_texts_and_lines_are_found(tmp_path: Path):
    """YAML 1.1 would make a date of a text; a finding begins with the line it is about."""
    path = tmp_path / "x.yaml"
    path.write_text("info:\n  version: 2024-08-28\npaths:\n  /x:\n    get: {}\n")

    assert load(path)["info"]["version"] == "2024-08-28"
    assert [line_of(path, *place) for place in ((), ("paths", "/x", "get"), ("paths", "/no"))] == [1, 5, 3]
