"""The generated client and the contract say the same, both ways."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import schemathesis
from client_calls import call_everything, keywords, method_of, snake
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from contract.spec import FILE, SPEC, Operation
from palomma import Palomma, models
from palomma_mock import MockServer

EXAMPLES = settings(
    max_examples=20, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
SCHEMA = schemathesis.openapi.from_path(FILE)
ID = "01HPR57X6QR5ZRKEEKBSDBW4RA"


def answers() -> dict[str, dict[str, Any]]:
    """Every schema that an answer or a webhook has, by the name of its model."""
    nodes = [operation.schema(200) or {} for operation in SPEC.operations.values()]
    for item in SPEC.document["webhooks"].values():
        nodes.append(item["post"]["requestBody"]["content"]["application/json"]["schema"])
    return {node["$ref"].rpartition("/")[2]: node for node in nodes}


def drawn_answers() -> Any:
    """A contract that is asked with what the real one answers: schemathesis draws requests only."""
    paths = {
        f"/{name}": {
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": node}}},
                "responses": {"200": {"description": "Read."}},
            }
        }
        for name, node in answers().items()
    }
    document = {"openapi": "3.1.0", "info": {"title": "Answers", "version": "1"}, "paths": paths}
    return schemathesis.openapi.from_dict({**document, "components": SPEC.document["components"]})


ANSWERS = drawn_answers()


def told(value: Any) -> Any:
    """What a document says: null as absent, an instant as such, 5.0 as the integer that it is to JSON Schema."""
    if isinstance(value, dict):
        return {name: told(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [told(item) for item in value]
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return value
    return value


@pytest.mark.parametrize("name", sorted(answers()))
def test_an_answer_is_read_without_loss(name: str) -> None:
    """What the contract lets an answer be, the model writes again: unknown members too, but for the format of dates."""
    model = getattr(models, name)

    @EXAMPLES
    @given(case=ANSWERS[f"/{name}"]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def read(case: Any) -> None:
        assert told(case.body) == told(model.from_dict(case.body).to_dict())

    read()


class Recorder:
    """A server that accepts everything, and remembers the last request."""

    def __init__(self) -> None:
        self.request: httpx.Request | None = None
        self.client = Palomma(
            "key", base_url="http://127.0.0.1:9/v0", auto_reference=False, transport=httpx.MockTransport(self._answer)
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.request = request
        body = json.loads(request.content or b"{}")
        return httpx.Response(200, json={"items": [], "cursor": None, "id": ID, "status": "processing", **body})


def sent_body(operation: Operation, body: dict[str, Any]) -> dict[str, Any]:
    """A drawn body without what only chance named, as plain JSON."""
    kinds = SPEC.body_schema(operation).get("oneOf", [])
    if kinds and not SPEC.validator(kinds[0]).is_valid(body):
        return body  # an open body goes out as it is
    members = SPEC.body_members(operation)
    known = {name: value for name, value in body.items() if name in members}
    if "bankAccount" in known:
        named = SPEC.resolved(members["bankAccount"])["properties"]
        known["bankAccount"] = {name: value for name, value in known["bankAccount"].items() if name in named}
    return {name: int(value) if isinstance(value, float) else value for name, value in known.items()}


@pytest.mark.parametrize(
    "operation", [each for each in SPEC.operations.values() if each.creates], ids=lambda each: each.id
)
def test_a_create_says_what_the_contract_says(operation: Operation) -> None:
    """Method, path and body of the client's request are those of the contract, for every body that it allows."""
    recorder = Recorder()
    validator = SPEC.validator(SPEC.body_schema(operation))

    @EXAMPLES
    @given(case=SCHEMA[operation.path]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def create(case: Any) -> None:
        method_of(recorder.client, operation)(**keywords(operation, case.body))
        request = recorder.request
        assert request is not None
        assert ("POST", f"/v0{operation.path}") == (request.method, request.url.path)
        assert sent_body(operation, case.body) == json.loads(request.content)
        validator.validate(json.loads(request.content))

    create()


@pytest.mark.parametrize(
    "operation", [each for each in SPEC.operations.values() if not each.creates], ids=lambda each: each.id
)
def test_a_read_asks_what_the_contract_says(operation: Operation) -> None:
    """Path and query of the client's request are those of the contract, for every query that it allows."""
    recorder = Recorder()
    path = "/v0" + re.sub(r"{\w+}", ID, operation.path)

    @EXAMPLES
    @given(case=SCHEMA[operation.path]["GET"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def read(case: Any) -> None:
        query = {name: value for name, value in (case.query or {}).items() if name in operation.parameters}
        method_of(recorder.client, operation)(
            *[ID] * len(operation.path_names), **{snake(name): _plain(value) for name, value in query.items()}
        )
        assert recorder.request is not None
        assert ("GET", path) == (recorder.request.method, recorder.request.url.path)
        sent = parse_qsl(recorder.request.url.query.decode(), keep_blank_values=True)
        assert {name: str(_plain(value)) for name, value in query.items()} == dict(sent)

    read()


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def test_the_client_calls_every_operation_of_the_mock(mock: MockServer) -> None:
    """With every example, filter and page; test_prism.py sends the same calls through Prism."""
    with mock.client() as client:
        calls = call_everything(client, mock.clock.now, lambda: mock.advance(7 * 86_400))

    assert calls >= 2 * len(SPEC.operations)
