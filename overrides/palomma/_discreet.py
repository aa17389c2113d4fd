"""httpcore's debug lines of our calls, without what a server sent: its headers may echo a key or an account number."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore

__all__ = ["discreet"]

_ours: ContextVar[bool] = ContextVar("palomma_ours", default=False)


@contextmanager
def discreet() -> Iterator[None]:
    """What httpcore receives in here is not logged by it."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def _shows_no_answer(record: logging.LogRecord) -> bool:
    return not (_ours.get() and str(record.msg).startswith("receive_response"))


for _name in ("http11", "http2"):
    logging.getLogger(f"{httpcore.__name__}.{_name}").addFilter(_shows_no_answer)
