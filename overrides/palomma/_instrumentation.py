"""Hooks and the log: frozen records of attempts and outcomes, without bodies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Literal, NamedTuple, TypeVar

__all__ = ["Attempt", "Outcome", "guarded", "log", "nobody"]

logger = logging.getLogger("palomma")
T = TypeVar("T")


class Attempt(NamedTuple):
    """One attempt of a call, once it is over."""

    operation: str
    method: str
    path: str
    reference: str | None
    number: int
    """1 for the first attempt."""
    status_code: int | None
    """None where no answer came."""
    error: str | None
    """The name of the exception that ended it, None where an answer came."""
    sent: bool
    """Whether a byte of the request may have left this machine."""
    seconds: float
    idempotency_key: str | None = None


class Outcome(NamedTuple):
    """How a call ended."""

    operation: str
    method: str
    path: str
    reference: str | None
    attempts: int
    result: Literal["returned", "raised", "unknown", "cancelled"]
    """`unknown`, and `cancelled` with a create: money may have moved."""
    error: str | None
    """The name of the exception that the caller gets."""
    status_code: int | None
    seconds: float
    idempotency_key: str | None = None
    differences: tuple[str, ...] = ()
    """The members that came back otherwise than they were sent, without mattering: a name that was trimmed, an account
    that was resolved, a reference in another case."""


def log(level: int, text: str, *values: object) -> None:
    """A log line. A handler's or filter's failure never stands between a caller and the outcome of a payment."""
    with suppress(Exception):
        logger.log(level, text, *values)


def guarded(hook: Callable[[T], object] | None) -> Callable[[T], object]:
    """Return a function that calls `hook` and logs its exceptions: none stands between a caller and an outcome (R2)."""
    if hook is None:
        return nobody

    def call(record: T) -> None:
        try:
            hook(record)
        except Exception:
            with suppress(Exception):
                logger.exception("the hook %s failed", getattr(hook, "__qualname__", type(hook).__name__))

    return call


def nobody(record: object) -> None:
    """Stand in for a hook: nobody wants to be told, so no record need be made."""
