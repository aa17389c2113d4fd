"""httpcore's debug lines of our calls, without what a server sent: its headers may echo a key or an account number."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["discreet", "shows_no_answer"]

_ours: ContextVar[bool] = ContextVar("palomma_ours", default=False)


@contextmanager
def discreet() -> Iterator[None]:
    """What httpcore receives in here is not logged by it."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def shows_no_answer(record: logging.LogRecord) -> bool:
    """A filter for httpcore's loggers."""
    return not (_ours.get() and str(record.msg).startswith("receive_response"))
