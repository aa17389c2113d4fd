"""What can be said in Python, in JSON, and as text: each option is checked by its annotation, and told by its name."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Concatenate, Literal, ParamSpec, Self, TypeVar, get_args, get_origin

import msgspec
from msgspec import Meta
from msgspec.structs import FieldInfo, fields

from .schema import not_among

P = ParamSpec("P")
S = TypeVar("S")
R = TypeVar("R")
Seconds = Annotated[float, Meta(ge=0, le=1e9, description="0 to 1000000000 seconds")]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Options that know what they may be. Raises ValueError for what they may not."""

    def __post_init__(self) -> None:
        for field in fields(self):
            _checked(field, getattr(self, field.name))

    @classmethod
    def of(cls, *values: Any, **given: Any) -> Self:
        """Return the options; a name that there isn't is refused with those that there are."""
        known = [field.name for field in fields(cls)]
        for name in given:
            if name not in known:
                raise TypeError(f"{name}: {not_among(name, known)}")
        return cls(*values, **given)

    @classmethod
    def from_texts(cls, given: Mapping[str, Any]) -> Self:
        """Read the options from texts, the names as in Python or in JSON."""
        known = {name: field for field in fields(cls) for name in (field.name, field.encode_name)}
        named = {known[name].name if name in known else name: value for name, value in given.items()}
        return cls.of(
            **{name: _checked(known[name], value, False) if name in known else value for name, value in named.items()}
        )

    @classmethod
    def from_text(cls, text: str, first: str = "") -> Self:
        """Read `name=value,…`; `first` is the name of a leading value without one."""
        parts = [part.partition("=") for part in filter(None, text.split(","))]
        return cls.from_texts(
            {name if equals else first or name: value if equals else name for name, equals, value in parts}
        )


def _checked(field: FieldInfo, value: Any, strict: bool = True) -> Any:
    kind = field.type
    try:
        return msgspec.convert(value, kind, strict=strict)
    except TypeError:  # a type that msgspec doesn't know
        return value
    except msgspec.ValidationError as problem:
        kinds = [one for one in (kind, *get_args(kind)) if get_origin(one) is Literal]
        metas = [meta for one in (kind, *get_args(kind)) for meta in getattr(one, "__metadata__", ())]
        told = [not_among(value, [str(one) for one in get_args(kinds[0])])] if kinds else [m.description for m in metas]
        raise ValueError(f"{field.name}: {told[0] if told and told[0] else problem}") from None


def takes(options: Callable[P, object]) -> Callable[[Callable[Concatenate[S, ...], R]], Callable[Concatenate[S, P], R]]:
    """Tell type checkers that a method takes what makes these options."""
    return lambda method: method
