"""Run in a process of its own, with a changed client on its path: what both clients send, and what they make of it."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import re
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx

import palomma
from palomma import AsyncPalomma, Palomma, RetryBudget

from ._contract import API_KEY, LOST, Contract, Raw

Reply = Any  # JSON of a 200; a status; (status, JSON); a Raw; LOST; or a function of the request that returns one
Use = Callable[[Any], Any]

_MINTED = re.compile(
    r"\b(?:0[0-9A-HJKMNP-TV-Z]{25}|[0-9A-HJKMNP-TV-Z]{16})\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)
_OF_HTTPX = {"host", "accept", "accept-encoding", "user-agent", "connection", "content-length"}


class Sent:
    """What one use of a client sent, and how it ended."""

    def __init__(self, requests: list[httpx.Request], outcome: Any, error: Exception | None) -> None:
        self.requests = requests
        self._outcome = outcome
        self.error = error

    @property
    def value(self) -> Any:
        """What the use returned; raises what it raised."""
        if self.error is not None:
            raise self.error
        return self._outcome

    @property
    def last(self) -> httpx.Request:
        """The last request; raises what kept it from being sent."""
        if not self.requests and self.error is not None:
            raise self.error
        return self.requests[-1]

    @property
    def line(self) -> str:
        """Method and path below the base, as sent."""
        return f"{self.last.method} {self.last.url.raw_path.decode().partition('?')[0].removeprefix('/v0')}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query's parameters in their order."""
        return parse_qsl(self.last.url.query.decode(), keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters."""
        return dict(self.pairs)

    @property
    def headers(self) -> dict[str, str]:
        """The headers, without those that every request has."""
        return {name: value for name, value in self.last.headers.items() if name not in _OF_HTTPX}

    @property
    def body(self) -> Any:
        """The JSON of the body; None if there is no body."""
        return json.loads(self.last.content) if self.last.content else None

    def raises(self, kind: type[Exception]) -> Any:
        """Return the error, which must be of this kind."""
        assert isinstance(self.error, kind), f"expected {kind.__name__}, got {self.error or self._outcome!r}"
        return self.error

    def told(self) -> list[Any]:
        """What must be equal for both clients: everything but what is minted anew for each call."""
        shown = [
            (each.method, str(each.url), sorted(each.headers.items()), each.content.decode("latin-1"))
            for each in self.requests
        ]
        return [_plain(shown), _plain(self._outcome), _plain(self.error and (type(self.error), str(self.error)))]


def _plain(value: object) -> str:
    text = _MINTED.sub("MINTED", repr(value)).replace("Async", "")
    return re.sub(r"boundary=\S+?(?=['\"])|--[0-9a-f]{32}", "BOUNDARY", text)


class Client:
    """Both clients before a server that gives the replies it is told."""

    def __init__(self) -> None:
        self.models = __import__("palomma.models").models
        self.palomma: Any = palomma

    def __getattr__(self, name: str) -> Any:
        """Errors by their name."""
        return getattr(palomma, name)

    def call(self, use: Use, *replies: Reply, **settings: Any) -> Sent:
        """Use both clients; return what was sent and came back, which must be the same for both."""
        one, other = self._blocking(use, replies, settings), asyncio.run(self._awaiting(use, replies, settings))
        assert one.told() == other.told(), f"the clients differ: {one.told()} and {other.told()}"
        return one

    def _blocking(self, use: Use, replies: tuple[Reply, ...], settings: Mapping[str, Any]) -> Sent:
        requests: list[httpx.Request] = []
        with Palomma(**_settings(settings), transport=_Server(requests, replies)) as client:
            return _sent(requests, lambda: _drained(use(client)))

    async def _awaiting(self, use: Use, replies: tuple[Reply, ...], settings: Mapping[str, Any]) -> Sent:
        requests: list[httpx.Request] = []
        async with AsyncPalomma(**_settings(settings), transport=_Server(requests, replies)) as client:
            try:
                return Sent(requests, await _awaited(use(client)), None)
            except Exception as error:
                return Sent(requests, None, error)

    def warned(self, use: Use, *replies: Reply) -> list[str]:
        """Use the clients; return the texts of the deprecation warnings."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.call(use, *replies).value  # noqa: B018
        return [str(each.message) for each in caught if issubclass(each.category, DeprecationWarning)]

    def names(self, resource: str | None = None) -> list[str]:
        """Return the public names of a resource, or of the client."""
        with Palomma("key") as client:
            return [name for name in dir(getattr(client, resource) if resource else client) if name[0] != "_"]

    def arguments(self, resource: str, method: str) -> list[str]:
        """Return the names of a method's arguments."""
        with Palomma("key") as client:
            parameters = inspect.signature(getattr(getattr(client, resource), method)).parameters
        return [name for name, each in parameters.items() if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)]


def _settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"api_key": API_KEY, "retry_budget": RetryBudget(), **settings}


def _sent(requests: list[httpx.Request], use: Callable[[], Any]) -> Sent:
    try:
        return Sent(requests, use(), None)
    except Exception as error:
        return Sent(requests, None, error)


def _drained(value: Any) -> Any:
    return list(value) if isinstance(value, Iterator) else value


async def _awaited(value: Any) -> Any:
    if isinstance(value, AsyncIterator):
        return [item async for item in value]
    return await value if inspect.isawaitable(value) else value


class _Server(httpx.MockTransport):
    """Gives each reply once, the last one for ever."""

    def __init__(self, requests: list[httpx.Request], replies: tuple[Reply, ...]) -> None:
        self._replies = list(replies) or [{}]
        self._requests = requests
        super().__init__(self._reply)

    def _reply(self, request: httpx.Request) -> httpx.Response:
        self._requests.append(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if callable(reply):
            reply = reply(request)
        if reply == LOST:
            raise httpx.ReadError("the connection broke", request=request)
        return _response(reply)


def _response(reply: Reply) -> httpx.Response:
    if isinstance(reply, Raw):
        headers = {**({"Content-Type": reply.media} if reply.content else {}), **reply.headers}
        return httpx.Response(reply.status, headers=headers, content=reply.content)
    if isinstance(reply, int) and not isinstance(reply, bool):
        return httpx.Response(reply)
    status, members = reply if isinstance(reply, tuple) else (200, reply)
    headers = {"Content-Type": "application/json"}
    return httpx.Response(status, headers=headers, content=json.dumps(members).encode())


def main(name: str) -> None:
    """Check one change."""
    from . import CHANGES

    random.random = lambda: 0.0  # no waiting between attempts
    warnings.simplefilter("ignore", DeprecationWarning)
    steps = CHANGES[name].steps(Contract())
    next(steps)
    try:
        steps.send(Client())
    except StopIteration:
        return
    raise SystemExit(f"{name} yields twice")


if __name__ == "__main__":
    main(sys.argv[1])
