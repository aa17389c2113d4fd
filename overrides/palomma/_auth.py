"""OAuth2 client credentials, for a contract that asks for them (RFC 6749, 4.4). No socket, no clock of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from typing import Any, TypeVar
from urllib.parse import urlsplit

from palomma_api.contract import ENVIRONMENTS
from palomma_api.runtime.calls import Answer, Body, Call, Operation, Scheme
from palomma_api.runtime.values import ANY, TEXT, map_of

from ._errors import AuthenticationError, ConfigurationError
from ._options import Secret
from ._sansio import Clock

__all__ = ["Tokens", "authorized"]

T = TypeVar("T")
EARLY = 30.0  # seconds before its end that a token is no longer used


class Tokens:
    """The token of a client and its copies. Its repr shows none."""

    def __init__(self) -> None:
        self._token = ""
        self._until = 0.0

    def current(self, now: float) -> str:
        """Return the token, or nothing if there is none that still holds."""
        return self._token if now < self._until else ""

    def keep(self, answer: dict[str, Any], now: float) -> str:
        """Keep what the token endpoint answered."""
        self._token = TEXT.read(answer.get("access_token"))
        seconds = answer.get("expires_in")
        self._until = now + (seconds if isinstance(seconds, (int, float)) else 3600.0) - EARLY
        return self._token

    def __repr__(self) -> str:
        return "<Tokens>"


def authorized(
    call: Call[T],
    scheme: Scheme,
    secret: Secret,
    tokens: Tokens,
    send: Callable[[Call[Any]], Generator[Any, Any, Any]],
    clock: Clock,
) -> Generator[Any, Any, T]:
    """Send a call with a token. Ask for a token when there is none, and once more when the one kept is refused: a 401
    says that nothing was done."""
    token = tokens.current(clock.monotonic())
    if token:
        try:
            value: T = yield from send(_with(call, token))
            return value
        except AuthenticationError:
            pass
    answer = yield from send(_token_call(scheme, secret))
    value = yield from send(_with(call, tokens.keep(answer, clock.monotonic())))
    return value


def _with(call: Call[T], token: str) -> Call[T]:
    return call.evolve(headers={**call.headers, "Authorization": f"Bearer {token}"})


def _token_call(scheme: Scheme, secret: Secret) -> Call[Any]:
    if ":" not in secret.value:
        raise ConfigurationError("This API wants OAuth2 client credentials: write api_key as client_id:client_secret")
    address = urlsplit(scheme.token_url)
    origin = f"{address.scheme}://{address.netloc}"
    operation: Operation[Any] = Operation(
        "OAuth2 token", "POST", address.path, (Answer(200, 299, map_of(ANY)),),
        body=Body(map_of(TEXT), media="application/x-www-form-urlencoded"), effect="read",
        servers=dict.fromkeys(ENVIRONMENTS, origin),
    )  # fmt: skip
    body = {"grant_type": "client_credentials", **({"scope": " ".join(scheme.scopes)} if scheme.scopes else {})}
    basic = base64.b64encode(secret.value.encode()).decode()
    return Call(operation, address.path, headers={"Authorization": f"Basic {basic}"}, body=body)
