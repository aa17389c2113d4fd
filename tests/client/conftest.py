"""Clients of a fault server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from palomma import RetryBudget
from tests.faults.server import Connection, FaultServer, serving

KEY = "sk_test_canary/4Z+b="


@pytest.fixture
def serve() -> Iterator[Callable[..., FaultServer]]:
    """Starts a fault server that behaves as told; stopped at the end."""
    with ExitStack() as stack:

        def start(behave: Callable[[Connection], object], **settings: Any) -> FaultServer:
            return stack.enter_context(serving(behave, **settings))

        yield start


def settings(server: FaultServer, **more: Any) -> dict[str, Any]:
    """What a client of `server` is set up with."""
    known = {
        "api_key": KEY,
        "base_url": f"http://127.0.0.1:{server.port}/v0",
        "timeout": 5.0,
        "retry_budget": RetryBudget(),
    }
    return known | more
