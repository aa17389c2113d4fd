"""Faults on demand: what goes wrong with the next call.

What is decided here is data; servers and transports carry it out.
"""

from collections import deque
from typing import Any, Literal, NamedTuple

import msgspec

from ._api import Answer, Api, Request, error, operation_of
from ._resources import OPERATIONS

__all__ = ["FAULTS", "Delivery", "Fault", "Faults"]

Manner = Literal["whole", "reset", "truncated", "twice"]


class _Kind(NamedTuple):
    processed: bool
    manner: Manner = "whole"


_KINDS = {
    "answer_lost": _Kind(processed=True, manner="reset"),
    "request_lost": _Kind(processed=False, manner="reset"),
    "rate_limited": _Kind(processed=False),
    "server_error": _Kind(processed=False),
    "html": _Kind(processed=False),
    "slow": _Kind(processed=True),
    "truncated": _Kind(processed=True, manner="truncated"),
    "unknown_enum": _Kind(processed=True),
    "duplicated": _Kind(processed=True, manner="twice"),
}
FAULTS = tuple(_KINDS)
_HTML = b"<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1><p>palomma-mock was asked for this page.</p>"
_UNKNOWN = "not_announced"


class Fault(msgspec.Struct, forbid_unknown_fields=True, frozen=True, rename="camel"):
    """One fault. `operation` restricts it to an operationId; `processed` overrides whether the call takes effect."""

    kind: str
    operation: str | None = None
    times: int = 1
    status: int | None = None
    retry_after: str = "1"
    seconds: float = 1.0
    processed: bool | None = None

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"kind: one of {', '.join(FAULTS)}")
        if self.operation is not None and self.operation not in OPERATIONS:
            raise ValueError("operation: not an operationId of the contract")
        if self.times < 1 or not 0 <= self.seconds <= 3600 or not 400 <= (self.status or 500) <= 599:
            raise ValueError("times: 1 or more; seconds: 0 to 3600; status: 400 to 599")
        if not self.retry_after.isascii() or not self.retry_after.isprintable():
            raise ValueError("retryAfter: what a header can hold")


class Delivery(NamedTuple):
    """An answer, and how it reaches the caller (or doesn't)."""

    answer: Answer
    manner: Manner = "whole"
    wait: float = 0.0


def _estranged(value: Any) -> bool:
    """Put a value that nobody announced where the first enum member is; false if there is none."""
    if isinstance(value, list):
        return sum(_estranged(item) for item in value) > 0
    if not isinstance(value, dict):
        return False
    name = next((name for name in ("status", "documentType", "type", "payinSettlementCycle") if name in value), None)
    if name:
        value[name] = _UNKNOWN
        return True
    return _estranged(value.get("items"))


def _altered(fault: Fault, answer: Answer) -> Answer:
    match fault.kind:
        case "rate_limited":
            return error(fault.status or 429, "Too many requests", ("retry-after", fault.retry_after))
        case "server_error":
            return error(fault.status or 500, "Internal server error")
        case "html":
            return Answer(fault.status or 502, _HTML, (("content-type", "text/html; charset=utf-8"),))
        case "unknown_enum":
            content = msgspec.json.decode(answer.body)
            _estranged(content)
            return answer._replace(body=msgspec.json.encode(content))
    return answer


class Faults:
    """The faults that wait for their call."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, fault: Fault) -> None:
        """Have the next call (of that operation, so many times) go wrong."""
        self._waiting.extend([fault] * fault.times)

    def clear(self) -> None:
        """Have no call go wrong any more."""
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """What is still to go wrong."""
        return list(self._waiting)

    def exchange(self, api: Api, request: Request) -> Delivery:
        """The answer, after the fault that was waiting for this call, if one was."""
        fault = self._take(request) if self._waiting else None
        if fault is None:
            return Delivery(api.answer(request))
        kind = _KINDS[fault.kind]
        processed = kind.processed if fault.processed is None else fault.processed
        answer = api.answer(request) if processed else error(503, "Not processed")
        return Delivery(_altered(fault, answer), kind.manner, fault.seconds if fault.kind == "slow" else 0.0)

    def _take(self, request: Request) -> Fault | None:
        operation = operation_of(request)
        for fault in self._waiting if operation else ():
            if operation and fault.operation in (None, operation.id):
                self._waiting.remove(fault)
                return fault
        return None
