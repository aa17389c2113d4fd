"""Faults and lies on demand: what goes wrong with a call, down to the bytes that are sent instead of its answer.

All of a fault is decided here; servers and transports only carry a `Delivery` out.
"""

import random
from collections.abc import Collection
from typing import Annotated, Any, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

from .messages import Answer, error
from .options import Options, Seconds
from .schema import not_among

_MOST = 1000
_HTML = b"<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1><p>palomma-mock was asked for this page.</p>"
_UNKNOWN = "not_announced"


class Lies(Options, frozen=True):
    """What the mock shows later, or otherwise, than it has it.

    Args:
        commit_after: Seconds between a create's answer and its taking effect.
        show_after: Seconds between that and its being found by id.
        list_after: Seconds between that and its being in lists.
        vary: Draw each of these from 0 up to its number, by the mock's seed.
        reference: What becomes of references: kept, in upper case, trimmed, or cut after `cut` characters.
        filters: Whether lists heed their filters, ignore them, or refuse them (400).
        duplicates: Whether a reference that exists already is accepted or refused (409).
    """

    commit_after: Seconds = 0.0
    show_after: Seconds = 0.0
    list_after: Seconds = 0.0
    vary: bool = False
    reference: Literal["kept", "upper", "trimmed", "cut"] = "kept"
    cut: Annotated[int, Meta(ge=1, le=_MOST, description=f"1 to {_MOST} characters")] = 20
    filters: Literal["kept", "ignored", "refused"] = "kept"
    duplicates: Literal["accepted", "refused"] = "accepted"

    def delays(self, chance: random.Random) -> tuple[float, float, float]:
        """Return how late this create commits, is shown, and is listed."""
        most = (self.commit_after, self.show_after, self.list_after)
        if self.vary:
            return chance.uniform(0, most[0]), chance.uniform(0, most[1]), chance.uniform(0, most[2])
        return most


def rewritten(reference: str, lies: Lies) -> str:
    """Return the reference as the mock keeps it."""
    ways = {"upper": reference.upper(), "trimmed": reference.strip(), "cut": reference[: lies.cut]}
    return ways.get(lies.reference, reference)


class Delivery(NamedTuple):
    """An answer and how it reaches the caller: after `wait` seconds, as `raw` bytes if it can't be sent whole."""

    answer: Answer
    wait: float = 0.0
    raw: bytes | None = None
    then: Literal["keep", "close", "reset"] = "keep"


# What each ending of a body looks like on the wire: the header that announces it, and what follows the body.
_CHUNKED = "transfer-encoding: chunked"
Ending = Literal["length", "chunked", "chunk_extension", "chunk_space", "chunk_zeros", "trailer", "bare_lf"]
_ENDINGS: dict[Ending, tuple[str | None, bytes]] = {
    "length": (None, b""),
    "chunked": (_CHUNKED, b"0\r\n\r\n"),
    "chunk_extension": (_CHUNKED, b"0;x=y\r\n\r\n"),
    "chunk_space": (_CHUNKED, b"0 \r\n\r\n"),
    "chunk_zeros": (_CHUNKED, b"000\r\n\r\n"),
    "trailer": (_CHUNKED, b"0\r\nx-checksum: 0\r\n\r\n"),
    "bare_lf": (None, b""),
}
ENDINGS = tuple(_ENDINGS)


def _wire(answer: Answer, ending: Ending = "length") -> bytes:
    announced, end = _ENDINGS[ending]
    length = announced or f"content-length: {len(answer.body)}"
    fields = [*(f"{name}: {value}" for name, value in answer.headers), length]
    head = "\r\n".join([f"HTTP/1.1 {answer.status} {'OK' if answer.status < 400 else 'Error'}", *fields, "", ""])
    if ending == "bare_lf":
        head = head.replace("\r\n", "\n")
    body = b"%x\r\n%b\r\n" % (len(answer.body), answer.body) if announced else answer.body
    return head.encode("latin-1") + body + end


def _with_unknown_enum(value: Any) -> bool:
    """Replace the first enum value with an undocumented one; return whether there was one."""
    if isinstance(value, list):
        return sum(_with_unknown_enum(item) for item in value) > 0
    if not isinstance(value, dict):
        return False
    name = next((name for name in ("status", "documentType", "type", "payinSettlementCycle") if name in value), None)
    if name:
        value[name] = _UNKNOWN
        return True
    return any(_with_unknown_enum(member) for member in value.values() if isinstance(member, list))


_CarriedOut = Literal["answer_lost", "slow", "truncated", "unknown_enum", "duplicated"]
_Dropped = Literal["request_lost", "rate_limited", "server_error", "html"]
FaultKind = Literal[_CarriedOut, _Dropped]
FAULTS: tuple[FaultKind, ...] = get_args(FaultKind)
_CARRIED_OUT = get_args(_CarriedOut)


class Fault(Options, frozen=True):
    """One fault.

    Args:
        kind: One of `FAULTS`.
        operation: The operationId that it waits for; None: any.
        times: How many calls go wrong.
        status: Status of the answer; of `duplicated`, the status of the answer too many.
        retry_after: `Retry-After` of `rate_limited`.
        seconds: How long `slow` takes, in real seconds.
        processed: Whether the call takes effect, if not as usual.
        ending: How the body ends before the answer too many of `duplicated`: one of `ENDINGS`.
        share: The share of calls that go wrong, by the mock's seed.
        after: Seconds on the mock's clock before it begins.
        lasts: Seconds on the mock's clock that it lasts, for every call in them; `times` then means nothing.
        every: Seconds after which an outage of `lasts` seconds comes back.
    """

    kind: FaultKind
    operation: str | None = None
    times: Annotated[int, Meta(ge=1, le=_MOST, description=f"1 to {_MOST}")] = 1
    status: Annotated[int, Meta(ge=400, le=599, description="400 to 599")] | None = None
    retry_after: Annotated[str, Meta(pattern="^[ -~]*$", description="what a header can hold")] | int = "1"
    seconds: Annotated[float, Meta(ge=0, le=3600, description="0 to 3600")] = 1.0
    processed: bool | None = None
    ending: Ending = "length"
    share: Annotated[float, Meta(gt=0, le=1, description="more than 0, at most 1")] = 1.0
    after: Seconds = 0.0
    lasts: Annotated[float, Meta(gt=0, le=1e9, description="more than 0, at most 1000000000 seconds")] | None = None
    every: Seconds | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.every is not None and (self.lasts is None or self.every <= self.lasts):
            raise ValueError("every: more seconds than it lasts")

    def is_on(self, elapsed: float) -> bool:
        """Whether it concerns a call so many seconds after it was asked for."""
        since = elapsed - self.after
        if since < 0 or self.lasts is None:
            return since >= 0
        return (since % self.every if self.every else since) < self.lasts

    @property
    def takes_effect(self) -> bool:
        """Whether the call that goes wrong is carried out."""
        return self.kind in _CARRIED_OUT if self.processed is None else self.processed

    def deliver(self, answer: Answer) -> Delivery:
        """Return what reaches the caller in place of the answer."""
        limited = error(self.status or 429, "Too many requests", ("retry-after", str(self.retry_after)))
        match self.kind:
            case "answer_lost" | "request_lost":
                return Delivery(answer, raw=b"", then="reset")
            case "truncated":
                whole = _wire(answer)
                return Delivery(answer, raw=whole[: len(whole) - (len(answer.body) + 1) // 2], then="close")
            case "duplicated":
                return Delivery(answer, raw=_wire(answer, self.ending) + _wire(limited if self.status else answer))
            case "slow":
                return Delivery(answer, wait=self.seconds)
            case "rate_limited":
                return Delivery(limited)
            case "server_error":
                return Delivery(error(self.status or 500, "Internal server error"))
            case "html":
                return Delivery(Answer(self.status or 502, _HTML, (("content-type", "text/html; charset=utf-8"),)))
        content = msgspec.json.decode(answer.body or b"null")
        return Delivery(answer._replace(body=msgspec.json.encode(content)) if _with_unknown_enum(content) else answer)


class Faults:
    """The faults that wait for their calls."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, float]] = []

    def add(self, fault: Fault, operations: Collection[str], now: float) -> None:
        """Have calls go wrong. Raises ValueError for an operation that the contract doesn't have."""
        if fault.operation is not None and fault.operation not in operations:
            raise ValueError(f"operation: not an operationId; {not_among(fault.operation, list(operations))}")
        if len(self._waiting) >= _MOST:
            raise ValueError(f"there are {_MOST} faults waiting already")
        self._waiting.append((fault, now))

    def clear(self) -> None:
        """Have no call go wrong any more."""
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Return what is still to go wrong."""
        return [fault for fault, _ in self._waiting]

    def take(self, operation: str, now: float, chance: random.Random) -> Fault | None:
        """Return the fault that concerns this call, and count it."""
        for place, (fault, since) in enumerate(self._waiting):
            if fault.operation not in (None, operation) or not fault.is_on(now - since):
                continue
            if fault.share < 1 and chance.random() >= fault.share:
                continue
            if fault.lasts is None and fault.times > 1:
                self._waiting[place] = (msgspec.structs.replace(fault, times=fault.times - 1), since)
            elif fault.lasts is None:
                del self._waiting[place]
            return fault
        return None
