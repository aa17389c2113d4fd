"""Requests and answers of the API, as data."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

MAX_BODY = 1 << 20
JSON = ("content-type", "application/json")


class Request(NamedTuple):
    """A request of the API; header names in lower case. `body` is None when it was too large to keep."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None = b""
    origin: str = "http://127.0.0.1"


class Answer(NamedTuple):
    """An answer of the API."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (JSON,)


def error(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    """Return the one shape of every error answer."""
    return Answer(status, msgspec.json.encode({"message": message}), (JSON, *headers))
