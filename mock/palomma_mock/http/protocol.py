"""The uvicorn protocol that lets a fault break a connection, which ASGI alone can't."""

import socket
import struct
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

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
            scope["extensions"] = {EXTENSION: self._deliver}
            await inner(scope, receive, send)

        self.app = app

    async def _deliver(self, delivery: Delivery, headers: list[tuple[bytes, bytes]]) -> None:
        """Write the answer, or the raw bytes in its place, at once, and leave the connection as the delivery says."""
        connection, cycle = self.transport, self.cycle
        if delivery.then == "keep":
            body = b"" if cycle.scope["method"] == "HEAD" else delivery.answer.body
            status = delivery.answer.status
            head = h11.Response(
                status_code=status, headers=[*cycle.default_headers, *headers], reason=STATUS_PHRASES[status]
            )
            parts = [self.conn.send(event) or b"" for event in (head, h11.Data(data=body), h11.EndOfMessage())]
            connection.write(b"".join(parts) if delivery.raw is None else delivery.raw)
            # h11 and uvicorn believe that they answered; only now is the next request read.
            cycle.response_started = cycle.response_complete = True
            cycle.message_event.set()
            if self.conn.our_state is h11.MUST_CLOSE or not cycle.keep_alive:
                connection.close()
            cycle.on_response()
        elif delivery.then == "reset":
            connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            connection.abort()
        else:
            connection.write(delivery.raw or b"")
            connection.close()
