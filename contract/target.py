"""The mock as a target: in this process, with repeatable ids, on a clock that ticks once a request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from palomma_mock import Mock, RefusedError, Settings, create_app, frozen_clock

from .checks import Answer
from .spec import FILE, SPEC, Spec

__all__ = ["App", "Target"]

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
# Any moment will do, as long as it is always the same.
START = 1_770_000_000.0
TICK = 1.0
# Two seconds of the mock's time, that is two requests, pass before its bank decides.
BANK = 2.0


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
        url = httpx.URL("http://127.0.0.1", raw_path=f"{self.mock.contract.base}{path}?{urlencode(query)}".encode())
        return self._loop.run_until_complete(self._sent(httpx.Request(method, url, headers=headers, content=body)))

    async def _sent(self, request: httpx.Request) -> Answer:
        told = await httpx.ASGITransport(self.app).handle_async_request(request)
        return Answer(told.status_code, dict(told.headers), b"".join([part async for part in told.aiter_raw()]))

    def decide(self, id: str, *verdicts: str) -> None:
        """Be the bank that decides about an object, a second after it was made, by the first verdict that it takes."""
        self.mock.advance(TICK)
        for verdict in verdicts:
            with suppress(RefusedError):
                self.mock.decide(id, verdict)
                break
        self.mock.advance(10)

    @contextmanager
    def nobody_pays(self) -> Iterator[None]:
        """Have no payer come, as long as the `with` lasts."""
        self.mock.play("payer_never_comes")
        yield
        self.mock.scenario = None

    def fail_next(self, operation: str, status: int) -> None:
        """Have the mock answer this status once."""
        self.mock.fail_next("server_error", operation=operation, status=status)

    def schema(self, seed: int, examples: int) -> BaseSchema:
        """The contract, aimed at this mock."""
        config = SchemathesisConfig.from_path(Path(__file__).with_name("schemathesis.toml"))
        schema = schemathesis.openapi.from_path(FILE, config=config)
        base_url = f"http://127.0.0.1{self.mock.contract.base}"
        schema.config.update(base_url=base_url, headers={"Authorization": f"Bearer {self.key}"})
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
