"""Kinds of values: how each is read from JSON, and how it is written.

Reading is liberal: `read` raises `ShapeError` for what it can't read, and the model decides what that costs. Writing is
strict: `write` raises `TypeError` or `ValueError` with the name of the argument, before anything is sent.
"""

from __future__ import annotations

import enum
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from importlib import import_module
from threading import RLock
from typing import Any, Final, Generic, Literal, NamedTuple, TypeAlias, TypeVar, get_args

from .errors import ShapeError

T = TypeVar("T")

# For type checkers alone: a value that the contract doesn't list stays what came, a `str`. With this in the type of a
# status, `== "aproved"` is an error to a checker, and the `else:` after all listed values can still be reached.
Undocumented: TypeAlias = Literal["(any value that the contract does not list yet)"]


importing = RLock()
"""Held while something is imported that is needed only now. A fork waits for it: a child that is forked while another
thread imports would find the module locked for ever (R4)."""
getattr(os, "register_at_fork", lambda **hooks: None)(  # Windows has neither
    before=importing.acquire, after_in_parent=importing.release, after_in_child=importing.release
)


def load(module: str, package: str | None, name: str) -> Any:
    """Import a module of `package`, and return what it calls `name`."""
    with importing:
        return getattr(import_module(module, package), name)


class lazy(Generic[T]):  # noqa: N801  # it is used like a property
    """An attribute worked out when it is first read. `functools.cached_property` holds a lock before Python 3.12, which
    a fork could leave locked (R4)."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> T:
        with importing:  # nearly all of them import something
            value = self._make(instance)
        instance.__dict__[self._name] = value
        return value


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return self.value


UNSET: Final = Unset.UNSET
"""Stands for "not given" where `None` would be sent as null."""


class File(NamedTuple):
    """A file of a multipart body."""

    content: bytes
    name: str = "file"
    media_type: str = "application/octet-stream"


class Kind:
    """One kind of value. `name` is how a message calls it, `values` are those that the contract lists, `plain` is the
    type that a value of this kind is read as without being looked at."""

    def __init__(
        self, name: str, read: Callable[[Any], Any], write: Callable[[Any, str], Any], sends_null: bool = False,
        values: frozenset[Any] = frozenset(), plain: str = "",
    ) -> None:  # fmt: skip
        self.name, self.read, self.write = name, read, write
        self.sends_null, self.values, self.plain = sends_null, values, plain


def _wrong(where: str, name: str, value: object) -> TypeError:
    return TypeError(f"{where} must be of type {name}, not {type(value).__name__}")


def _plain(name: str, *types: type) -> Kind:
    """A kind that JSON has itself. A bool is no number, though Python says so."""
    kinds = frozenset(types)

    def read(value: Any) -> Any:
        if type(value) in kinds:
            return value
        raise ShapeError(f"{name} was expected")

    def write(value: Any, where: str) -> Any:
        if isinstance(value, types) and (bool in kinds or not isinstance(value, bool)):
            return value
        raise _wrong(where, name, value)

    return Kind(name, read, write, plain=name if len(types) == 1 else "")


_NUMBER = _plain("float", float, int)


def _write_number(value: Any, where: str) -> Any:
    if not math.isfinite(_NUMBER.write(value, where)):
        raise ValueError(f"{where} must be a finite number: JSON has no {value}")
    return value


def _read_integer(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():  # JSON doesn't tell 5000.0 from 5000
        return int(value)
    raise ShapeError("int was expected")


def _write_integer(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(where, "int: a whole number, without decimals", value)
    return value


ANY = Kind("any value", lambda value: value, lambda value, where: to_json_value(value))
TEXT = _plain("str", str)
BOOLEAN = _plain("bool", bool)
INTEGER = Kind("int", _read_integer, _write_integer, plain="int")
NUMBER = Kind("float", _NUMBER.read, _write_number)
RAW = _plain("bytes", bytes)
NOTHING = _plain("None", type(None))


def read_datetime(value: Any) -> Any:
    """Read an ISO 8601 text as an aware `datetime`, in UTC where no zone is given; anything else stays what it was."""
    try:
        return _read_moment(value)
    except ShapeError:
        return value


_from_iso = datetime.fromisoformat
ASSUMED = timezone(timedelta(0), "UTC, assumed")
"""The zone of a moment that came without one."""


def _read_moment(value: Any) -> datetime:
    try:
        moment = _from_iso(value)
    except (TypeError, ValueError):
        moment = _odd_moment(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ASSUMED)


def _odd_moment(value: Any) -> datetime:
    """Read `t` and `z` in lower case and more than six decimals, which RFC 3339 allows."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value.upper()))
    except (AttributeError, ValueError):
        raise ShapeError("a date and time was expected") from None


def _write_moment(value: Any, where: str) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{where} must have a time zone, such as datetime.now(UTC)")
        return value.isoformat().replace("+00:00", "Z")
    return _text_of(value, where, datetime.fromisoformat, "datetime")


def _text_of(value: Any, where: str, parse: Callable[[str], object], name: str) -> str:
    """Accept the text of a value, if it is one."""
    if not isinstance(value, str):
        raise _wrong(where, f"{name} or str", value)
    try:
        parse(value)
    except ValueError:
        raise ValueError(f"{where} is not the text of a {name} (ISO 8601)") from None
    return value


def _parsed(name: str, parse: Callable[[Any], Any], type_: Callable[[], type], text: Callable[[Any], str]) -> Kind:
    """A kind that travels as text."""

    def read(value: Any) -> Any:
        try:
            return parse(value)
        except (TypeError, ValueError, AttributeError):
            raise ShapeError(f"{name} was expected") from None

    def write(value: Any, where: str) -> str:
        if isinstance(value, type_()) and not isinstance(value, datetime):
            return text(value)
        return _text_of(value, where, parse, name)

    return Kind(name, read, write)


MOMENT = Kind("datetime", _read_moment, _write_moment)


def _uuid() -> Any:
    return load("uuid", None, "UUID")


DAY = _parsed("date", date.fromisoformat, lambda: date, date.isoformat)
UNIQUE_ID = _parsed("UUID", lambda text: _uuid()(text), _uuid, str)


def local_moment(offset: str) -> Kind:
    """A date and time without a zone, `2024-03-01T18:30:00`. A `datetime` with one is put into `offset` first."""
    zone = datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo

    def write(value: Any, where: str) -> str:
        if isinstance(value, datetime):
            local = value.astimezone(zone) if value.tzinfo is not None else value
            return local.replace(tzinfo=None).isoformat(timespec="seconds")
        if not isinstance(value, str):
            raise _wrong(where, "datetime or str", value)
        return value

    return Kind("str", TEXT.read, write, plain="str")


def _write_file(value: Any, where: str) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return File(bytes(value))
    if not isinstance(value, File):
        raise _wrong(where, "File or bytes", value)
    return value


FILE = Kind("File", TEXT.read, _write_file)


def one_of(*values: Any) -> Kind:
    """One of several values. A value nobody announced is read as it came; a misspelt one is not written (R3)."""
    listed, types = frozenset(values), frozenset(type(value) for value in values)
    spellings = {_folded(value): value for value in values}

    def read(value: Any) -> Any:
        if type(value) in types:
            return value
        raise ShapeError("a listed value was expected")

    def write(value: Any, where: str) -> Any:
        if type(value) not in types:
            raise _wrong(where, " or ".join(sorted(kind.__name__ for kind in types)), value)
        meant = value if value in listed else spellings.get(_folded(value), value)
        if meant != value:
            raise ValueError(f"{where} must be written {meant!r}")
        return value

    plain = next(iter(types)).__name__ if len(types) == 1 else ""
    return Kind("a listed value", read, write, values=listed, plain=plain)


class ListedKind(Kind):
    """An enum of the contract: `one_of` its values, imported when first needed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sends_null = False

    def __getattr__(self, attribute: str) -> Any:
        listed = one_of(*get_args(_model(self.name)))
        self.read, self.write, self.values, self.plain = listed.read, listed.write, listed.values, listed.plain
        return object.__getattribute__(self, attribute)


def _model(name: str) -> Any:
    """Import a model or an enum of the package that this module is a part of."""
    return load("..models", __package__, name)


def _folded(value: Any) -> Any:
    return re.sub(r"[\W_]", "", value).casefold() if isinstance(value, str) else value


def nullable(kind: Kind) -> Kind:
    """A kind or null."""
    return Kind(
        f"{kind.name} or None",
        lambda value: None if value is None else kind.read(value),
        lambda value, where: None if value is None else kind.write(value, where),
        sends_null=True,
    )


def list_of(kind: Kind) -> Kind:
    """A list. One item that can't be read makes the list unreadable."""

    def read(value: Any) -> list[Any]:
        if type(value) is not list:
            raise ShapeError("list was expected")
        read_item = kind.model._read if isinstance(kind, ModelKind) else kind.read
        return [read_item(item) for item in value]

    def write(value: Any, where: str) -> list[Any]:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
            raise _wrong(where, "list", value)
        return [kind.write(item, f"{where}[{index}]") for index, item in enumerate(value)]

    return Kind("list", read, write)


def map_of(kind: Kind) -> Kind:
    """An object whose members' names are free."""

    def read(value: Any) -> dict[str, Any]:
        if type(value) is not dict:
            raise ShapeError("dict was expected")
        return {name: kind.read(item) for name, item in value.items()}

    def write(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(where, "dict", value)
        for name in value:
            TEXT.write(name, f"a name in {where}")
        return {name: kind.write(item, f"{where}[{name!r}]") for name, item in value.items()}

    return Kind("dict", read, write)


class ModelKind(Kind):
    """A model of the contract, imported when it is first needed: models may refer to each other in circles."""

    sends_null, values, plain = False, frozenset[Any](), ""

    def __init__(self, name: str) -> None:
        self.name = name

    @lazy
    def model(self) -> Any:
        return _model(self.name)

    @lazy
    def read(self) -> Callable[[Any], Any]:
        read: Callable[[Any], Any] = self.model.from_dict
        return read

    def write(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, self.model):
            required = ", ".join(f"{field.name}=…" for field in self.model._fields if field.required)
            raise TypeError(f"{where} must be {self.name}({required}), not a {type(value).__name__}")
        members: dict[str, Any] = value.to_dict(where)
        return members


def union(*kinds: Kind, rest: Kind | None = None) -> Kind:
    """Any of several kinds. An object goes to the model that it fits best; one that fits none is `rest`, as it came."""
    models = [kind for kind in kinds if isinstance(kind, ModelKind)]
    others = [kind for kind in (*kinds, rest) if kind is not None and not isinstance(kind, ModelKind)]

    def read(value: Any) -> Any:
        if type(value) is dict and models:
            best = max(models, key=lambda kind: kind.model.fit(value))  # of equals the first
            if best.model.fit(value) >= 0:
                return best.read(value)
        for other in others:
            try:
                return other.read(value)
            except ShapeError:
                continue
        raise ShapeError("none of the documented kinds")

    def write(value: Any, where: str) -> Any:
        for kind in models:
            if isinstance(value, kind.model):
                return kind.write(value, where)
        for other in others:
            try:
                return other.write(value, where)
            except (TypeError, ValueError):
                continue
        raise _wrong(where, " or ".join(kind.name for kind in kinds), value)

    return Kind("one of several kinds", read, write, any(kind is NOTHING or kind.sends_null for kind in kinds))


def to_json_value(value: Any) -> Any:
    """Return what stands for a value in JSON."""
    if value is None or type(value) in (str, int, float, bool):  # as most are
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {name: to_json_value(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)) and not isinstance(value, File):
        return [to_json_value(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return str(value) if isinstance(value, _uuid()) else value
