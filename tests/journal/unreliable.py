"""A Palomma that can't be relied on: it pays late, shows late, and answers in every way that leaves a client in doubt.

`serve` runs until its socket is closed. What it paid, it tells whoever asks for `/truth`: it never lies about that.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from palomma_api.client import operation

__all__ = ["CREATE", "FAULTS", "Palomma", "Settings", "serve"]

CREATE = operation("createPayoutRequest")
assert CREATE.look_up is not None
PAGE = 1_000
JSON = "Content-Type: application/json"


@dataclass(frozen=True)
class Settings:
    """How bad the day is. Times in seconds."""

    seed: int = 0
    faults: float = 0.6
    """The share of creates that are answered badly."""
    lying_lists: float = 0.3
    """The share of lists that are answered badly, though never by hiding what has been shown."""
    commit_delay: float = 0.3
    """D: how late a payment may be made."""
    lag: float = 0.3
    """L: how late a list may show it."""
    thinking: float = 0.0
    """How long a create takes at most, before it is made and once more until it is answered: time to be killed in."""


class Request(NamedTuple):
    method: str
    path: str
    query: dict[str, list[str]]
    body: bytes


class ResetError(Exception):
    """End the connection with a RST."""


@dataclass
class Palomma:
    settings: Settings
    chance: Random = field(init=False)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown_at: dict[str, float] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = Random(self.settings.seed)

    # --- what is true

    def commit(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Pay: from here on money has moved."""
        name = f"01PAID{len(self.objects):020d}"
        created = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.objects[name] = {**sent, "id": name, "status": "processing", "createdAt": created}
        self.shown_at[name] = asyncio.get_running_loop().time() + self.chance.uniform(0, self.settings.lag)
        return self.objects[name]

    def commit_later(self, sent: dict[str, Any]) -> None:
        delay = self.chance.uniform(0, self.settings.commit_delay)
        asyncio.get_running_loop().call_later(delay, self.commit, sent)

    def shown(self) -> list[dict[str, Any]]:
        now = asyncio.get_running_loop().time()
        return [self.objects[name] for name, at in self.shown_at.items() if at <= now]

    async def think(self) -> None:
        if self.settings.thinking:
            await asyncio.sleep(self.chance.uniform(0, self.settings.thinking))

    # --- what is answered

    async def answer(self, request: Request) -> bytes:
        """Return the answer's bytes, which may be none. Raise `ResetError`."""
        if request.path == "/truth":
            truth = {"objects": list(self.objects.values()), "seen": self.seen, "settings": asdict(self.settings)}
            return response(truth)
        if request.method == "POST":
            return await self.create(json.loads(request.body))
        _, _, rest = request.path.partition(CREATE.path)
        return self.list(request.query) if not rest else self.read(unquote(rest.strip("/")))

    async def create(self, sent: dict[str, Any]) -> bytes:
        self.seen["creates"] += 1
        if self.chance.random() >= self.settings.faults:
            await self.think()
            made = self.commit(sent)
            await self.think()
            return response(made)
        name = self.chance.choice(list(FAULTS))
        self.seen[name] += 1
        return await FAULTS[name](self, sent)

    def read(self, name: str) -> bytes:
        self.seen["reads"] += 1
        known = self.objects.get(name)
        return response(known) if known else response({"message": "Not found"}, "404 Not Found")

    def list(self, query: dict[str, list[str]]) -> bytes:
        self.seen["lists"] += 1
        lie = self.chance.random() if self.chance.random() < self.settings.lying_lists else 1.0
        assert CREATE.look_up is not None
        wanted = query.get(CREATE.look_up.argument)
        if lie < 0.2:
            raise ResetError
        if lie < 0.4:
            return response({"message": "try later"}, "503 Service Unavailable")
        if lie < 0.6 and wanted:
            return response({"message": "unknown parameter"}, "400 Bad Request")
        items = self.shown()
        if wanted and lie < 0.8:  # the filter finds somebody else's
            items = [item for item in items if item["reference"] not in wanted][:3]
        elif wanted and lie == 1.0:  # else it is ignored
            items = [item for item in items if item["reference"] in wanted]
        first = int(query.get("cursor", ["0"])[0])
        after = first + PAGE
        cursor = str(after) if after < len(items) else None
        return response({"items": items[first:after], "cursor": cursor, "count": len(items[first:after])})


def response(members: object, status: str = "200 OK", *, cut: int = 0, headers: str = JSON) -> bytes:
    """A whole answer, but for the last bytes that are `cut` off."""
    body = members if isinstance(members, bytes) else json.dumps(members).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n\r\n".encode()
    return head + body[: len(body) - cut]


# --- the ways to leave a client in doubt, or without its payment

Fault = Callable[[Palomma, dict[str, Any]], Awaitable[bytes]]


async def _lost_before(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    raise ResetError


async def _lost_after(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit(sent)
    raise ResetError


async def _lost_then_made(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit_later(sent)
    raise ResetError


async def _silence(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    return b""


async def _made_in_silence(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit(sent)
    return b""


async def _gateway(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit_later(sent)
    return response(b"<html>Gateway timeout</html>", "504 Gateway Timeout", headers="Content-Type: text/html")


async def _broken(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    return response({"message": "Internal server error"}, "500 Internal Server Error")


async def _unreadable(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    return response(json.dumps(palomma.commit(sent)).encode()[:-9] + b"}}}}}}}}}")


async def _cut_off(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    return response(palomma.commit(sent), cut=20)


async def _of_another(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit(sent)
    other = {**sent, "id": "01ANOTHERS0000000000000000", "status": "processing", "amount": sent["amount"] + 1}
    return response(other)


async def _see_other(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit(sent)
    return response(b"", "303 See Other", headers="Location: /elsewhere")


async def _conflict(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    palomma.commit_later(sent)
    return response({"message": "being processed"}, "409 Conflict")


async def _too_many(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    return response({"message": "slow down"}, "429 Too Many Requests")


async def _refused(palomma: Palomma, sent: dict[str, Any]) -> bytes:
    return response({"message": "not now"}, "400 Bad Request")


FAULTS: dict[str, Fault] = {
    "lost before it was made": _lost_before,
    "lost after it was made": _lost_after,
    "lost, and made later": _lost_then_made,
    "silence": _silence,
    "silence, and made": _made_in_silence,
    "504, and made later": _gateway,
    "500": _broken,
    "200 unreadable, and made": _unreadable,
    "200 cut off, and made": _cut_off,
    "200 about another, and made": _of_another,
    "303, and made": _see_other,
    "409, and made later": _conflict,
    "429": _too_many,
    "400": _refused,
}


# --- the socket


async def _handle(palomma: Palomma, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            answer = await palomma.answer(await _request(reader))
            writer.write(answer)
            if answer and not _is_whole(answer):
                break
            await writer.drain()
    except ResetError:
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client is gone
    writer.close()


async def _request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    return Request(method, parts.path, parse_qs(parts.query), body)


def _is_whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    return f"Content-Length: {len(body)}\r\n".encode() in head + b"\r\n"


def serve(settings: Settings, listener: socket.socket) -> None:
    """Answer whoever connects, for ever."""

    async def run() -> None:
        palomma = Palomma(settings)
        server = await asyncio.start_server(lambda *streams: _handle(palomma, *streams), sock=listener)
        await server.serve_forever()

    asyncio.run(run())
