"""The mock as a target: in this process, with repeatable ids, on a clock that ticks once a request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from palomma_mock import Mock, RefusedError, Settings, create_app, frozen_clock

from .checks import Answer
from .spec import FILE, SPEC, Spec

__all__ = ["App", "Target", "load"]

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
# Any moment will do, as long as it is always the same.
START = 1_770_000_000.0
TICK = 1.0
# Two seconds of the mock's time, that is two requests, pass before its bank decides.
BANK = 2.0
# What a decision takes at least, ours included.
SOONEST = TICK


def load(base_url: str, key: str, settings: str = "schemathesis.toml") -> BaseSchema:
    """The contract, to be tried on this server with the settings of a file next to this one."""
    config = SchemathesisConfig.from_path(Path(__file__).with_name(settings))
    schema = schemathesis.openapi.from_path(FILE, config=config)
    schema.config.update(base_url=base_url, headers={"Authorization": f"Bearer {key}"})
    return schema


class Target:
    """A fresh mock, three merchant accounts in it. `around` wraps its ASGI application: so a mutant is made."""

    def __init__(self, seed: int, around: Callable[[App], App] | None = None, spec: Spec = SPEC) -> None:
        self.spec = spec
        self.mock = Mock(Settings(seed=seed, auto_approve=True, bank_delay=BANK, strict=False), frozen_clock(START))
        self.mock.add_merchant_account("second", balance=50_000_000, payout_limit=20_000_000)
        self.mock.add_merchant_account("gateway-7", type="gateway")
        self.key = self.mock.api_key
        app: App = create_app(self.mock)
        self._app = around(app) if around else app
        self._loop = asyncio.new_event_loop()

    async def app(self, scope: Message, receive: Any, send: Any) -> None:
        """The application, each of whose requests takes a second of the mock's time."""
        if scope["type"] == "http":
            self.mock.advance(TICK)
        await self._app(scope, receive, send)

    def now(self) -> float:
        """The mock's present."""
        return self.mock.clock.now()

    def wait(self, seconds: float) -> None:
        """Let the mock's time pass."""
        self.mock.advance(seconds)

    def send(self, method: str, path: str, query: Any, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request; the path is quoted already."""
        lines = [(b"host", b"127.0.0.1")]
        lines += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        raw = f"{self.mock.contract.base}{path}"
        scope = {
            "type": "http", "method": method, "scheme": "http", "http_version": "1.1", "headers": lines,
            "path": unquote(raw), "raw_path": raw.encode(), "query_string": urlencode(query).encode(), "root_path": "",
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        told: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def tell(message: Message) -> None:
            told.append(message)

        self._loop.run_until_complete(self.app(scope, receive, tell))
        shown = {name.decode().lower(): value.decode("latin-1") for name, value in told[0]["headers"]}
        return Answer(told[0]["status"], shown, b"".join(each.get("body", b"") for each in told[1:]))

    def decide(self, id: str, *verdicts: str) -> None:
        """Be the bank that decides about an object, a second after it was made, by the first verdict that it takes."""
        self.mock.advance(TICK)
        for verdict in verdicts:
            with suppress(RefusedError):
                self.mock.decide(id, verdict)
                break
        self.mock.advance(10)

    def fail_next(self, operation: str, status: int) -> None:
        """Have the mock answer this status once."""
        self.mock.fail_next("server_error", operation=operation, status=status)

    def schema(self, seed: int, examples: int) -> BaseSchema:
        """The contract, aimed at this mock."""
        schema = load(f"http://127.0.0.1{self.mock.contract.base}", self.key)
        schema.config.seed = seed
        schema.config.generation.update(max_examples=examples)
        schema.app = self.app
        return schema

    def close(self) -> None:
        """Drop the mock's state."""
        self._loop.close()
        self.mock.close()


def path_of(template: str, values: Mapping[str, Any]) -> str:
    """A path with its parameters put in."""
    return template.format(**{name: quote(str(value), safe="") for name, value in values.items()})


def json_bytes(body: Any) -> bytes:
    """A body as it is sent."""
    return json.dumps(body, ensure_ascii=False).encode()
