"""The uvicorn protocol that lets a fault break a connection, which ASGI alone can't."""

import socket
import struct
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from ._faults import Delivery

__all__ = ["EXTENSION", "MockProtocol", "broken"]

EXTENSION = "palomma_mock.transport"
# SO_LINGER with no time: closing sends a reset instead of an orderly end.
_RESET = struct.pack("ii", 1, 0)


class MockProtocol(H11Protocol):
    """h11, with the connection's transport in the scope of each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await inner(scope | {"extensions": {EXTENSION: self.transport}}, receive, send)

        self.app = app


def _head(delivery: Delivery) -> bytes:
    answer = delivery.answer
    fields = [*answer.headers, ("content-length", str(len(answer.body)))]
    return (
        f"HTTP/1.1 {answer.status} OK\r\n".encode()
        + b"".join(f"{name}: {value}\r\n".encode() for name, value in fields)
        + b"\r\n"
    )


def broken(delivery: Delivery, transport: Any) -> None:
    """Carry out a delivery that isn't whole, on the bare connection."""
    answer = delivery.answer
    if delivery.manner == "twice":
        transport.write(_head(delivery) + answer.body)
    elif delivery.manner == "truncated":
        transport.write(_head(delivery) + answer.body[: len(answer.body) // 2])
        transport.close()
    else:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
