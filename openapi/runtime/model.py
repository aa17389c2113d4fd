"""The base of all models: frozen, liberal in what it reads, strict in what it writes."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from .errors import ShapeError
from .values import UNSET, Kind, ModelKind, load

# A number of five digits or more; first, to be left alone, an id or a reference such as 01HPR8S7YF43PV3QV16TZDC80P.
_NUMBER = r"\b(?=\d*[A-Z])[0-9A-Z]{26}\b|(\d{5,})"
LONGEST_REPR = 100
_short = reprlib.Repr()
_short.maxstring = 40


def mask(text: str) -> str:
    """Return `text` with every number of five or more digits cut to its last four: no account number is readable."""
    return re.sub(_NUMBER, lambda match: "…" + match[1][-4:] if match[1] else match[0], text)


def suggest(name: str, names: Iterable[str]) -> str:
    """Return ` Did you mean 'amount'?` for the nearest of `names`, or nothing."""
    near = load("difflib", None, "get_close_matches")(name, list(names), 1, 0.6)
    return f". Did you mean {near[0]!r}?" if near else ""


def refuse_unknown(where: str, unknown: Iterable[str], names: Iterable[str]) -> None:
    """Raise `TypeError` for the first argument that isn't one of `names`, with the nearest that is."""
    for name in unknown:
        raise TypeError(f"{where}() got an unexpected keyword argument {name!r}{suggest(name, names)}")


class Nothing(Mapping[str, Any]):
    """No members. One object serves all models that have none; nobody can put any in."""

    def __getitem__(self, name: str) -> Any:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"


class Field(NamedTuple):
    """One member of a model."""

    name: str
    json_name: str
    kind: Kind
    required: bool = False
    sensitive: bool = False
    constant: Any = UNSET
    """What is sent without being asked for."""
    absent: Any = None
    """What the attribute is when the member is absent: None, or `UNSET` where None would be sent as null."""


class Model:
    """What all models share."""

    __slots__ = ()
    _fields: ClassVar[tuple[Field, ...]] = ()
    _arguments: ClassVar[frozenset[str]]
    _attributes: ClassVar[Mapping[str, str]]
    """By the names that they have in JSON."""
    _nulls: ClassVar[frozenset[str]]
    """The attributes that tell a null from absence."""
    _read: ClassVar[Callable[[Any], Any]]
    """Reads JSON members. It is written when it is first asked for."""
    additional_properties: Mapping[str, Any]
    """The members that the contract doesn't know (yet), and those that can't be read as what it says, as they came."""

    def __init_subclass__(cls) -> None:
        """Note what each call needs."""
        given = [field.name for field in cls._fields if field.constant is UNSET]
        cls._arguments = frozenset([*given, "additional_properties"])
        cls._attributes = {field.json_name: field.name for field in cls._fields}
        cls._nulls = frozenset(field.name for field in cls._fields if field.absent is UNSET)
        cls._read = staticmethod(partial(_read_first, cls))

    def __new__(cls, *args: Any, **members: Any) -> Self:
        if not members.keys() <= cls._arguments:
            refuse_unknown(cls.__name__, members.keys() - cls._arguments, cls._arguments)
        return super().__new__(cls)

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> Self:
        """Read JSON members.

        A value of another type than the contract says reads as None and is kept in `additional_properties`. Raise
        `ShapeError` if it belongs to a required member, or such a member is absent.
        """
        made: Self = cls._read(members)
        return made

    @classmethod
    def fit(cls, members: Mapping[str, Any]) -> int:
        """Say how well an object fits this model: -1 if a required member or a constant is not as it must be."""
        known = 0
        for field in cls._fields:
            value = members.get(field.json_name, UNSET)
            if value is UNSET:
                if field.required:
                    return -1
            elif len(field.kind.values) == 1:  # a constant: what tells the models of a union apart
                if value not in field.kind.values:
                    return -1
                known += 1000
            else:
                known += 1 + 10 * (isinstance(value, (str, int)) and value in field.kind.values)
        return known

    def to_dict(self, where: str = "") -> dict[str, Any]:
        """Return JSON members, without the absent ones.

        Raise `TypeError` or `ValueError`, naming the member, for a value that the contract doesn't allow.
        """
        members: dict[str, Any] = {}
        for field in self._fields:
            value = getattr(self, field.name) if field.constant is UNSET else field.constant
            if value is UNSET or (value is None and not field.kind.sends_null and not field.required):
                continue
            members[field.json_name] = field.kind.write(value, f"{where}.{field.name}" if where else field.name)
        members.update(self.additional_properties)
        return members

    def to_json(self) -> str:
        """Return this object as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def __repr__(self) -> str:
        parts: list[str] = []
        for field in self._fields:
            value = getattr(self, field.name, None)
            if value is None or value is UNSET or field.constant is not UNSET:
                continue
            if sum(map(len, parts)) > LONGEST_REPR:
                parts.append("…")
                break
            parts.append(f"{field.name}={_shown(field, value)}")
        return f"{type(self).__name__}({', '.join(parts)})"

    if not TYPE_CHECKING:  # a type checker shall find a misspelt name by itself

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(text if name.startswith("_") else text + suggest(name, self._arguments))


def _read_first(cls: type[Model], members: Any) -> Any:
    cls._read = _reader(cls)
    return cls._read(members)


def _reader(cls: type[Model]) -> Any:
    """Write the function that reads a class's members, a few lines each, as attrs writes `__init__`: a loop takes twice
    as long. While it is filled, an object is of a twin class that isn't frozen: storing there costs a tenth."""
    twin = type(cls.__name__, (Model,), {"__slots__": cls.__slots__})
    names: dict[str, Any] = {"new": object.__new__, "twin": twin, "cls": cls, "slowly": _slowly, "refuse": _refuse}
    names |= {"known": {field.json_name for field in cls._fields}, "ShapeError": ShapeError, "nothing": Nothing()}
    lines = ["def read(members):", " if type(members) is not dict: refuse(cls, members)"]
    lines += [" self, get, odd = new(twin), members.get, {}"]
    for number, field in enumerate(field for field in cls._fields if field.constant is UNSET):
        read = f"read{number}"
        names |= {f"field{number}": field, read: field.kind.read}
        if isinstance(field.kind, ModelKind):  # not its reader, which may be about to be written
            names[read], read = field.kind.model, f"{read}._read"
        target, slow = f"self.{field.name} =", f"slowly(cls, field{number}, members, odd)"
        lines += [f" value = get({field.json_name!r})"]
        optional = not field.required and field.absent is None
        if field.kind.plain:
            usual = f"type(value) is {field.kind.plain}" + (" or value is None" if optional else "")
            lines += [f" {target} value if {usual} else {slow}"]
        else:
            lines += [f" if value is None: {target} {None if optional else slow}", " else:"]
            lines += [f"  try: {target} {read}(value)", f"  except ShapeError: {target} {slow}"]
    lines += [" if odd or not known.issuperset(members):"]
    lines += ["  odd.update((name, value) for name, value in members.items() if name not in known)"]
    lines += [" self.additional_properties = odd or nothing", " self.__class__ = cls", " return self"]
    exec("\n".join(lines), names)  # nothing in it but numbers, types' names and the contract's names as repr() has them
    return names["read"]


def _refuse(cls: type[Model], members: Any) -> None:
    if not isinstance(members, Mapping):
        raise ShapeError(f"{cls.__name__}: a JSON object was expected, not a {type(members).__name__}")


def _slowly(cls: type[Model], field: Field, members: Mapping[str, Any], odd: dict[str, Any]) -> Any:
    """Read what is absent, null, or no plain value; what can't be read goes into `odd`."""
    value = members.get(field.json_name)
    if value is None:
        null = field.json_name in members
        if field.required and not (null and field.kind.sends_null):
            raise ShapeError(f"{cls.__name__} has no {field.json_name}")
        return None if null else field.absent
    try:
        return field.kind.read(value)
    except ShapeError as error:
        if field.required:
            raise ShapeError(f"{cls.__name__}.{field.json_name}: {error}") from None
        odd[field.json_name] = value
        return None


def _shown(field: Field, value: object) -> str:
    if isinstance(value, Model):
        return f"{type(value).__name__}(…)"
    if field.sensitive:
        return repr("…" + str(value)[-4:]) if len(str(value)) > 4 else "'…'"
    return _short.repr(value)
