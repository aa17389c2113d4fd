"""Answers drawn from the contract's own schemas and then broken: what a caller gets of them."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import palomma_api.api
from palomma import OutcomeUnknownError, PalommaError, ResponseError
from palomma._sansio import Answer, Policy, Send, steps
from palomma_api.runtime.calls import Call, Operation

SPEC: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "openapi/palomma.yaml").read_text())
METHODS = {operation["operationId"]: operation for path in SPEC["paths"].values() for operation in path.values()}
OURS = "order-1042"


def operations() -> Iterator[Operation[Any]]:
    for module in pkgutil.walk_packages(palomma_api.api.__path__, "palomma_api.api."):
        found = getattr(importlib.import_module(module.name), "OPERATION", None)
        if found is not None:
            yield found


OPERATIONS = sorted(operations(), key=lambda operation: operation.id)


def schema_of(operation: Operation[Any]) -> dict[str, Any]:
    schema = METHODS[operation.id]["responses"]["200"]["content"]["application/json"]["schema"]
    return resolve(schema)


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = SPEC["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def valid(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Documents that keep to a schema of the contract."""
    schema = resolve(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_of_kind(kind, schema) for kind in kinds])


def _of_kind(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "object":
            members = {name: valid(member) for name, member in schema.get("properties", {}).items()}
            required = {name: members.pop(name) for name in schema.get("required", ())}
            return st.fixed_dictionaries(required, optional=members)
        case "array":
            return st.lists(valid(schema["items"]), max_size=2)
        case "integer":
            return st.integers(0, 10**12)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    if schema.get("format") in ("date", "date-time"):
        return st.datetimes().map(lambda moment: moment.isoformat() + "Z")
    return st.text(min_size=1, max_size=12)


ODD = st.sampled_from(
    ["__new__", "", None, 42, -1, 1.5, True, [], ["x"], {}, {"id": 5}, "2024-13-45T99:00", "0001-01-01", "x" * 500]
)


def paths(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is something to break."""
    if isinstance(document, list):
        document = dict(enumerate(document))
    for key, value in document.items() if isinstance(document, dict) else ():
        yield (*at, key)
        yield from paths(value, (*at, key))


@st.composite
def broken(draw: st.DrawFn, schema: dict[str, Any]) -> Any:
    """A valid document, with some of its members wrong, null, missing or unheard of."""
    document = copy.deepcopy(draw(valid(schema)))
    for _ in range(draw(st.integers(0, 3))):
        places = list(paths(document))
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        parent = document
        for key in way:
            parent = parent[key]
        match draw(st.sampled_from(["odd", "odd", "missing", "more"])):
            case "odd":
                parent[last] = copy.deepcopy(draw(ODD))
            case "missing":
                del parent[last]
            case _:
                document["surprise"] = copy.deepcopy(draw(ODD))
    return document


def is_there(document: dict[str, Any], name: str, schema: dict[str, Any]) -> bool:
    """Whether a required member is of a type that it may have."""
    kinds = resolve(schema["properties"][name])["type"]
    null = "null" in kinds and name in document
    return isinstance(document.get(name), str) or (null and document[name] is None)


def answered(operation: Operation[Any], body: bytes) -> Any:
    """What a call gives whose first attempt is answered 200 with this body."""
    asked = json.loads(body).get("id") if operation.read_by else None
    path = re.sub(r"\{\w+\}", quote(asked, safe="") if isinstance(asked, str) else "asked", operation.path)
    call = Call(operation, path, body={"reference": OURS} if operation.method == "POST" else None)
    todo = steps(call, Policy(mint=None, random=lambda: 0.0), time)
    assert isinstance(next(todo), Send)
    try:
        while True:
            todo.send(Answer(200, {}, body))
    except StopIteration as done:
        return done.value


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(data=st.data())
def test_a_broken_answer_never_costs_the_id(operation: Operation[Any], data: st.DataObject) -> None:
    """Only our errors; the id stays, in the model or the error's body; the model, whenever what it needs is there."""
    schema = schema_of(operation)
    document = data.draw(broken(schema))
    body = json.dumps(document).encode()
    writes = operation.method == "POST"
    echo = document.get("reference")
    ours = not writes or not isinstance(echo, str) or echo in ("", OURS)
    complete = all(is_there(document, name, schema) for name in schema.get("required", ()) if name != "items")

    try:
        value = answered(operation, body)
    except PalommaError as error:
        assert type(error) is (OutcomeUnknownError if writes else ResponseError)
        assert error.body == body
        assert not (complete and ours) or "items" in schema["properties"]
    else:
        assert complete
        assert ours
        if "id" in schema["properties"]:
            assert value.id == document["id"]


def test_every_answer_is_drawn() -> None:
    """Every operation of the contract is in the test above."""
    assert {operation.id for operation in OPERATIONS} == set(METHODS)
