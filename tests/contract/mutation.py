"""How a mutant of the mock is written: a function of a request and of the way to the mock, which answers in its place.

`Patch` is for what no request shows: it changes the mock itself while the `with` lasts.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, urlencode

from contract.__main__ import against_mock
from contract.run import Finding, Run
from contract.target import App
from contract.webhooks import deliver


@dataclass
class Request:
    """What a mutant sees of a request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read, or None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def asking(self, **query: str) -> Request:
        """The same with other query parameters."""
        return replace(self, query={**self.query, **query})

    def saying(self, body: Any) -> Request:
        """The same with another body."""
        return replace(self, body=json.dumps(body).encode())


@dataclass
class Answer:
    """What a mutant answers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    @property
    def json(self) -> Any:
        """The body read, or None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def saying(self, body: Any, status: int | None = None) -> Answer:
        """The same with another body."""
        return replace(self, status=status or self.status, body=json.dumps(body).encode())


Forward = Callable[[Request], Awaitable[Answer]]
Mutant = Callable[[Request, Forward], Awaitable[Answer]]


async def _forward(app: App, scope: Any, request: Request, asked: dict[str, str]) -> Answer:
    answer = Answer(0, headers={})
    # A query that the mutant leaves alone goes on as it came, a parameter that is given twice included.
    query = scope["query_string"] if request.query == asked else urlencode(request.query).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
    path = scope["raw_path"] if request.path == scope["path"] else quote(request.path).encode()
    inner = {**scope, "method": request.method, "path": request.path, "raw_path": path, "query_string": query}
    inner["headers"] = headers
    await app(inner, receive, send)
    return answer


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def mutated(mutant: Mutant) -> Callable[[App], App]:
    """The mock with this fault."""

    def around(app: App) -> App:
        async def changed(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            request = Request(scope["method"], scope["path"], dict(pairs), headers, await _body(receive))

            async def forward(request: Request) -> Answer:
                return await _forward(app, scope, request, dict(pairs))

            answer = await mutant(request, forward)
            out = {**answer.headers, "content-length": str(len(answer.body))}
            lines = [(name.encode(), value.encode("latin-1")) for name, value in out.items()]
            await send({"type": "http.response.start", "status": answer.status, "headers": lines})
            await send({"type": "http.response.body", "body": answer.body})

        return changed

    return around


# Ways to write a mutant


def status(old: int, new: int, method: str = "") -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        hit = answer.status == old and method in ("", request.method)
        return replace(answer, status=new) if hit else answer

    return mutant


def answered(status: int, change: Callable[[Answer], Answer], method: str = "") -> Mutant:
    """Change the answers with this status."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        return change(answer) if answer.status == status and method in ("", request.method) else answer

    return mutant


def objects(change: Callable[[dict[str, Any]], object]) -> Mutant:
    """Change every object in the answers."""

    def edited(answer: Answer) -> Answer:
        body = answer.json
        for each in body.get("items", [body]):
            change(each)
        return answer.saying(body)

    return answered(200, edited)


def member(name: str, value: Any) -> Mutant:
    """Give a member another value, wherever it stands."""
    return objects(lambda each: each.update({name: value}) if name in each else None)


def pages(change: Callable[[Request, dict[str, Any]], object]) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        body = answer.json
        if answer.status != 200 or not isinstance(body, dict) or "items" not in body:
            return answer
        change(request, body)
        return answer.saying(body)

    return mutant


def asked(change: Callable[[dict[str, Any]], object]) -> Mutant:
    """Read the body of a create more kindly than it was written."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if isinstance(body, dict):
            change(body)
            request = request.saying(body)
        return await forward(request)

    return mutant


def refusing(unwanted: Callable[[Request], object]) -> Mutant:
    """Refuse what the contract allows."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        return answer.saying({"message": "no"}, 400) if answer.status == 200 and unwanted(request) else answer

    return mutant


def taking(name: str, kindly: Callable[[str], str | None]) -> Mutant:
    """Take a query parameter that the contract forbids."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        value = request.query.get(name)
        better = None if value is None else kindly(value)
        return await forward(request.asking(**{name: better}) if better is not None else request)

    return mutant


def without(name: str) -> Mutant:
    """Ignore a query parameter."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        return await forward(replace(request, query={k: v for k, v in request.query.items() if k != name}))

    return mutant


def dropping(name: str) -> Mutant:
    """Answer without a member."""
    return objects(lambda each: each.pop(name, None))


def echoing(name: str, change: Callable[[Any], Any]) -> Mutant:
    """Change a member in the answers to creates."""

    def edited(answer: Answer) -> Answer:
        body = answer.json
        return answer.saying({**body, name: change(body[name])}) if name in body else answer

    return answered(200, edited, "POST")


def sometimes(every: int, method: str, mutant: Mutant) -> Mutant:
    """The fault shows in one of so many requests with this method that go well."""
    count = 0

    async def changed(request: Request, forward: Forward) -> Answer:
        nonlocal count
        if request.method != method:
            return await forward(request)
        count += 1
        return await (mutant(request, forward) if count % every == 0 else forward(request))

    return changed


def at(path: str, mutant: Mutant) -> Mutant:
    """The fault is that of the paths that end like this, and of no others."""

    async def changed(request: Request, forward: Forward) -> Answer:
        return await (mutant if request.path.endswith(path) else _straight)(request, forward)

    return changed


async def _straight(request: Request, forward: Forward) -> Answer:
    return await forward(request)


@dataclass(frozen=True)
class Patch:
    """A fault in the mock's own code: what stands there is replaced by a function of it."""

    module: str
    name: str
    change: Callable[[Any], Any]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let the fault be there."""
        import importlib

        owner: Any = importlib.import_module(self.module)
        *inner, last = self.name.split(".")
        for each in inner:
            owner = getattr(owner, each)
        with patch.object(owner, last, self.change(getattr(owner, last))):
            yield


def fields(change: Callable[[str, Any], Any]) -> Callable[[Any], Any]:
    """Replaces a function by one whose result is changed."""
    return lambda old: lambda *given, **named: change(old(*given, **named), given)


async def unchanged(request: Request, forward: Forward) -> Answer:
    """No mutant at all: what a run finds here is the fault of the tools, and every kill would be worth nothing."""
    return await forward(request)


def killed_by(mutant: Mutant | Patch, examples: int = 10) -> Finding | None:
    """The first finding of a run against this mutant, or None if it survives."""
    run = Run()
    with mutant.applied() if isinstance(mutant, Patch) else nullcontext():
        if isinstance(mutant, Patch):
            deliver(run, 1)
        if not run.findings:
            around = None if isinstance(mutant, Patch) else mutated(mutant)
            run = against_mock(1, examples, around, until=lambda run: bool(run.findings))
    return next(iter(run.findings), None)
