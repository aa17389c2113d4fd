"""The mock as a target: in this process, with repeatable ids, on a clock that ticks once a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from palomma_mock import Mock, Settings, create_app, frozen_clock

from .spec import FILE, SPEC, Spec
from .world import World, populate

__all__ = ["App", "Target", "load"]

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
# Any moment will do, as long as it is always the same.
_START = 1_770_000_000.0
_WEEK = 7 * 86_400.0


def load(base_url: str, key: str, settings: str = "schemathesis.toml") -> BaseSchema:
    """The contract, to be tried on this server with the settings of a file next to this one."""
    config = SchemathesisConfig.from_path(Path(__file__).with_name(settings))
    schema = schemathesis.openapi.from_path(FILE, config=config)
    schema.config.update(base_url=base_url, headers={"Authorization": f"Bearer {key}"})
    return schema


class Target:
    """A fresh mock with one object of every kind, and the contract aimed at it.

    `around` wraps the mock's ASGI application: that is how a mutant is made.
    """

    def __init__(self, seed: int, examples: int, around: Callable[[App], App] | None = None, spec: Spec = SPEC) -> None:
        # Two seconds of the mock's time, that is two requests, pass before its bank decides.
        self.mock = Mock(Settings(seed=seed, auto_approve=True, bank_delay=2.0, strict=False), frozen_clock(_START))
        self.world = World(self.mock.clock.now, spec)
        self.schema = load("http://127.0.0.1/v0", self.mock.api_key)
        self.schema.config.seed = seed
        self.schema.config.generation.update(max_examples=examples)
        self._app: App = create_app(self.mock)
        self.schema.app = self._ticking
        self.world.bind(self.schema)
        populate(self.schema, self.world, lambda: self.mock.advance(10))
        self.mock.advance(_WEEK)  # so that what was collected is settled
        populate(self.schema, self.world, lambda: self.mock.advance(10))
        if around:
            self._app = around(self._app)

    async def _ticking(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.mock.advance(1)
        await self._app(scope, receive, send)

    def fail_next(self, operation: str, status: int) -> None:
        """Have the mock answer this status once."""
        self.mock.fail_next("server_error", operation=operation, status=status)

    def close(self) -> None:
        """Drop the mock's state."""
        self.mock.close()
