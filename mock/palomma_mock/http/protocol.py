"""The uvicorn protocol that lets a fault break a connection, which ASGI alone can't."""

import socket
import struct
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from palomma_mock.rules.faults import Delivery

EXTENSION = "palomma_mock.deliver"
# SO_LINGER with no time: closing sends a reset instead of an orderly end.
_RESET = struct.pack("ii", 1, 0)


class MockProtocol(H11Protocol):
    """h11, with a way to write raw bytes in the scope of each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await inner(scope | {"extensions": {EXTENSION: self._deliver}}, receive, send)

        self.app = app

    async def _deliver(self, delivery: Delivery, answer: Callable[[], Awaitable[None]]) -> None:
        """Write the raw bytes of a delivery in the answer's place, and leave the connection as it says."""
        connection, raw = self.transport, delivery.raw or b""
        if delivery.then == "keep":
            # h11 and uvicorn believe that they answered, and wait for the next request.
            self.cycle.transport = SimpleNamespace(write=lambda data: None, close=lambda: None)  # type: ignore[assignment]
            connection.write(raw)
            await answer()
            return
        if delivery.then == "reset":
            connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            connection.abort()
        else:
            connection.write(raw)
            connection.close()
