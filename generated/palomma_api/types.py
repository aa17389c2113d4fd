"""What the generated models and resources share: no HTTP, no policy, nothing but the standard library."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from .errors import ShapeError

T = TypeVar("T")
# A number of five digits or more; first, to be left alone, an id or a reference such as 01HPR8S7YF43PV3QV16TZDC80P.
_NUMBER = re.compile(r"\b(?=\d*[A-Z])[0-9A-Z]{26}\b|(\d{5,})")
_NOT_A_SEGMENT = re.compile(r"\.{0,2}|.*[\x00-\x1f\x7f\ud800-\udfff].*", re.DOTALL)
_NOTHING: Mapping[str, Any] = {}
_moment = datetime.fromisoformat


def mask(text: str) -> str:
    """`text` with every number of five or more digits cut to its last four, so that no account number is readable."""
    return _NUMBER.sub(lambda found: "…" + found[1][-4:] if found[1] else found[0], text)


class Field(NamedTuple):
    """One member of a model: its names, and what a request must hold."""

    name: str
    json_name: str
    type: type
    required: bool
    sensitive: bool


class Model:
    """What all models share. Reading is liberal, writing is strict: see `from_dict` and `to_dict`."""

    __slots__ = ()
    _fields: ClassVar[tuple[Field, ...]] = ()
    _constants: ClassVar[Mapping[str, str]] = {}
    _extra: dict[str, Any] | None

    @property
    def additional_properties(self) -> Mapping[str, Any]:
        """The members of the answer that the contract does not know (yet)."""
        return getattr(self, "_extra", None) or _NOTHING

    def to_dict(self) -> dict[str, Any]:
        """This object as JSON members, without the absent ones.

        Raises `TypeError`, naming the member, when a request holds a float, a bool or anything else of another type.
        """
        members: dict[str, Any] = dict(self._constants)
        for field in self._fields:
            value = getattr(self, field.name)
            if value is not None:
                members[field.json_name] = _encode(value)
        members.update(self.additional_properties)
        return members

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(_shown(self))})"


class Request(Model):
    """A model that is sent: every member has exactly the type the contract names."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        for field in self._fields:
            _check(field, getattr(self, field.name))
        return super().to_dict()


def _check(field: Field, value: object) -> None:
    if value is None and not field.required:
        return
    if not isinstance(value, field.type) or (isinstance(value, bool) and field.type is not bool):
        hint = ": whole COP, without decimals" if field.type is int else ""
        raise TypeError(f"{field.name} must be of type {field.type.__name__}{hint}, not {type(value).__name__}")


def _encode(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, list):
        return [_encode(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _shown(model: Model) -> Iterator[str]:
    for field in model._fields:
        value = getattr(model, field.name)
        if value is not None:
            hidden = field.sensitive and not isinstance(value, Model)
            yield f"{field.name}={_masked(value) if hidden else repr(value)}"


def _masked(value: object) -> str:
    return repr("…" + str(value)[-4:]) if len(str(value)) > 4 else "'…'"


def read_datetime(value: Any) -> Any:
    """An ISO 8601 text as an aware `datetime` (UTC where no zone is given); anything else stays what it was."""
    if not isinstance(value, str):
        return value
    try:
        moment = _moment(value)
    except ValueError:
        return value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_date(value: Any) -> Any:
    """A `YYYY-MM-DD` text as a `date`; anything else stays what it was."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def segment(name: str, value: object) -> str:
    """`value` as one segment of a URL's path, so that no id can address another resource.

    Raises `TypeError` or `ValueError` for what no id can be: not a text, empty, `.`, `..`, control characters.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be of type str, not {type(value).__name__}")
    if _NOT_A_SEGMENT.fullmatch(value):
        raise ValueError(f"{name} must be the id of an object: it is empty, dots alone, or has control characters")
    return quote(value, safe="")


def parameters(**values: str | int | None) -> dict[str, str]:
    """Query parameters as text, without the absent ones."""
    for name, value in values.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int))):
            raise TypeError(f"{name} must be of type str or int, not {type(value).__name__}")
    return {name: str(value) for name, value in values.items() if value is not None}


class Operation(NamedTuple, Generic[T]):
    """One operation of the contract. `takes_reference`: its body has a `reference` by which it can be looked up."""

    id: str
    method: str
    path: str
    parse: Callable[[Mapping[str, Any]], T]
    takes_reference: bool = False


class Call(Generic[T]):
    """One call of an operation, ready to be sent. Its `repr` shows no content."""

    __slots__ = ("body", "operation", "path", "query", "seen")

    def __init__(
        self,
        operation: Operation[T],
        path: str,
        query: Mapping[str, str] = _NOTHING,
        body: dict[str, Any] | None = None,
    ) -> None:
        self.operation = operation
        self.path = path
        self.query = query
        self.body = body
        self.seen: set[str] | None = None
        """Where the pages before this one led to, if it is one of several."""

    def __repr__(self) -> str:
        return f"<Call {self.operation.id}>"

    def parse(self, members: Mapping[str, Any]) -> T:
        """The answer's model. Raises `ShapeError` for an answer that isn't one, or a page that leads nowhere new."""
        cursor = members.get("cursor")
        if cursor and self.seen is not None:
            if not isinstance(cursor, str) or cursor in self.seen:
                raise ShapeError("the page's cursor leads to a page that was read already, or nowhere")
            self.seen.add(cursor)
        return self.operation.parse(members)


class Send(Protocol):
    """What a resource is built with: does one call."""

    def __call__(self, call: Call[T], /) -> T: ...


class AsyncSend(Protocol):
    """What an async resource is built with: does one call."""

    def __call__(self, call: Call[T], /) -> Awaitable[T]: ...


def paginate(send: Send, page: Callable[[str | None], Call[Any]]) -> Iterator[Any]:
    """All items, page after page, holding one page at a time."""
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        call = page(cursor)
        call.seen = seen
        answer = send(call)
        yield from answer.items
        cursor = answer.cursor
        if not cursor:
            return


async def apaginate(send: AsyncSend, page: Callable[[str | None], Call[Any]]) -> AsyncIterator[Any]:
    """The async twin of `paginate`."""
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        call = page(cursor)
        call.seen = seen
        answer = await send(call)
        for item in answer.items:
            yield item
        cursor = answer.cursor
        if not cursor:
            return
