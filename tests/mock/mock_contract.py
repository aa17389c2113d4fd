"""Checks every answer and every webhook of the mock against openapi/palomma.yaml, in the test's client."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[2]
CONTRACT: dict[str, Any] = yaml.load((ROOT / "openapi" / "palomma.yaml").read_text(), yaml.CSafeLoader)
# What HTTP asks of any server, and the contract leaves to it: of its operations, and of anything else.
_UNDECLARED = {True: {413, 415}, False: {401, 404, 405}}
_REGISTRY: Registry[Any] = Registry().with_resource("contract", DRAFT202012.create_resource(CONTRACT))


@cache
def validator(pointer: str) -> Draft202012Validator:
    """The validator of one schema of the contract, formats included."""
    schema = {"$ref": f"contract#{pointer}"}
    return Draft202012Validator(schema, registry=_REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _operations() -> list[tuple[re.Pattern[str], str, str]]:
    found = []
    for path, item in CONTRACT["paths"].items():
        pattern = re.compile("/v0" + re.sub(r"\{\w+\}", "[^/]+", path))
        found += [(pattern, method.upper(), path) for method in item if method in ("get", "post")]
    return found


OPERATIONS = _operations()


def _escaped(path: str) -> str:
    return path.replace("~", "~0").replace("/", "~1")


def _operation(method: str, path: str) -> str | None:
    found = (template for pattern, verb, template in OPERATIONS if verb == method and pattern.fullmatch(path))
    return next(found, None)


def _pointer(template: str, method: str, status: int) -> str | None:
    """Where the contract describes this answer of an operation, or None if it doesn't."""
    response = CONTRACT["paths"][template][method.lower()]["responses"].get(str(status))
    if response is None:
        return None
    place = f"/paths/{_escaped(template)}/{method.lower()}/responses/{status}"
    return response.get("$ref", "#" + place)[1:] + "/content/application~1json/schema"


def check_exchange(method: str, path: str, response: httpx.Response) -> None:
    """Raises if the answer isn't one that the contract allows."""
    template = _operation(method, path)
    pointer = _pointer(template, method, response.status_code) if template else None
    if pointer is None:
        assert response.status_code in _UNDECLARED[template is not None], f"{method} {path}: {response.status_code}"
        pointer = "/components/schemas/Error"
    assert response.headers["content-type"] == "application/json"
    validator(pointer).validate(response.json())


def check_event(body: bytes | str) -> dict[str, Any]:
    """The webhook body as JSON. Raises if the contract has no such event."""
    event: dict[str, Any] = json.loads(body)
    place = f"/webhooks/{event['eventType']}/post/requestBody/content/application~1json/schema"
    validator(place).validate(event)
    return event


class Checker:
    """Whether answers are being checked; `lenient()` is for the faults that are meant to break the contract."""

    def __init__(self) -> None:
        self.strict = True
        self.checked = 0

    @contextmanager
    def lenient(self) -> Iterator[None]:
        """Let answers through that the contract forbids."""
        self.strict = False
        try:
            yield
        finally:
            self.strict = True

    def check(self, request: httpx.Request, response: httpx.Response) -> None:
        """Check one answer of the API."""
        if self.strict and request.url.path.startswith("/v0/"):
            check_exchange(request.method, request.url.raw_path.decode().partition("?")[0], response)
            self.checked += 1


class CheckedTransport(httpx.BaseTransport):
    """A transport that checks what it brings back."""

    def __init__(self, inner: httpx.BaseTransport, checker: Checker) -> None:
        self._inner = inner
        self._checker = checker

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        response.read()
        self._checker.check(request, response)
        return response

    def close(self) -> None:
        self._inner.close()


class AsyncCheckedTransport(httpx.AsyncBaseTransport):
    """The same, awaiting."""

    def __init__(self, inner: httpx.AsyncBaseTransport, checker: Checker) -> None:
        self._inner = inner
        self._checker = checker

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        self._checker.check(request, response)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()
