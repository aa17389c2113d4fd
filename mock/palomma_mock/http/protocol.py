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
        """Write the answer, or the raw bytes in its place, at once, and leave the connection as the delivery says."""
        connection, cycle, parts, ends = self.transport, self.cycle, list[bytes](), list[bool]()
        if delivery.then == "keep":
            # h11 and uvicorn believe that they answered; the next request is read once these bytes are out.
            nowhere = SimpleNamespace(write=parts.append, close=lambda: ends.append(True))
            proceed, cycle.on_response, cycle.transport = cycle.on_response, lambda: None, nowhere  # type: ignore[assignment]
            await answer()
            cycle.transport = connection
            connection.write(b"".join(parts) if delivery.raw is None else delivery.raw)
            proceed()
        elif delivery.then == "reset":
            connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            connection.abort()
        else:
            connection.write(delivery.raw or b"")
        if ends or delivery.then == "close":
            connection.close()
