"""The commands `palomma <resource> <method>`, made from the generated facade. No operation is named here (R6)."""

from __future__ import annotations

import builtins
import inspect
import json
import re
import sys
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from palomma.webhooks._event import members_of
from palomma_api import models
from palomma_api.client import Resources, operation, operations
from palomma_api.runtime.calls import Call, Operation
from palomma_api.runtime.model import Model
from palomma_api.runtime.pages import at
from palomma_api.runtime.values import UNSET, lazy

from ._session import DEFAULT_ENVIRONMENT, Session, stop
from ._words import pesos, words

__all__ = ["Option", "operations_of", "options_of", "record", "resources", "rows_of"]

DEEPEST = 4
_SIMPLE = (str, int, float, bool)


class Option(NamedTuple):
    """An option or, if `positional`, an argument of a command. `place` is where its value goes in the call."""

    place: tuple[str, ...]
    type: Any
    required: bool
    help: str
    positional: bool = False
    sensitive: bool = False
    """Its value isn't taken from the command line, which a shell keeps (R5), but typed or read from a file."""

    @property
    def name(self) -> str:
        """The name on the command line, such as `--bank-account.bank`."""
        return ".".join(part.rstrip("_").replace("_", "-") for part in self.place)


def resources() -> list[str]:
    """Return the names of the resources, without importing any."""
    return [name for name, value in vars(Resources).items() if isinstance(value, lazy)]


def operations_of(resource: str) -> dict[str, Operation[Any]]:
    """Return a resource's operations by the names of their methods."""
    every = (operation(id) for id in operations())
    return {each.name.partition(".")[2]: each for each in every if each.name.startswith(f"{resource}.")}


class _Names(dict[str, Any]):
    """The names in a generated annotation, which are imported for type checkers only."""

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name):
            raise KeyError(name)
        if name == "_models":
            return models
        if name == "Undocumented":
            return str
        return getattr(typing, name, None) or getattr(models, name, str)


def _option_type(annotation: str) -> Any:
    """Return what a command line can give for an annotation: plain types, choices, lists, a model, else JSON."""
    try:
        return _simplified(eval(annotation, {}, _Names()))
    except (AttributeError, TypeError, NameError):  # a type of another module, such as `_datetime.datetime`
        return str if re.search(r"\bstr\b|_datetime|_uuid", annotation) else dict


def _simplified(kind: Any) -> Any:
    if kind in _SIMPLE or typing.get_origin(kind) is Literal:
        return kind
    parts = [part for part in typing.get_args(kind) if part is not type(None)]
    if typing.get_origin(kind) in (list, Sequence, typing.get_origin(typing.Sequence[str])):
        inner: Any = _simplified(parts[0])
        return list[inner] if inner in _SIMPLE or typing.get_origin(inner) is Literal else dict
    if len(parts) == 1 and typing.get_origin(kind) is not dict:
        return _simplified(parts[0])
    if inspect.isclass(kind) and issubclass(kind, Model):
        return kind
    return str if str in parts and typing.get_origin(kind) is not dict else dict


def options_of(method: Callable[..., Any], operation: Operation[Any]) -> Iterator[Option]:
    """Yield the options of a method of the facade, those of nested models one by one."""
    helps = _arguments(inspect.getdoc(method) or "")
    model = operation.body.model.model if operation.body and operation.body.model else None
    secret = {field.name for field in (model._fields if model else ()) if field.sensitive}
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD or name == "body":
            continue
        kind = _option_type(str(parameter.annotation))
        positional = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        required = parameter.default is parameter.empty
        yield from _spread(Option((name,), kind, required, helps.get(name, ""), positional, name in secret))


def _spread(option: Option) -> Iterator[Option]:
    if not (inspect.isclass(option.type) and issubclass(option.type, Model)):
        yield option
        return
    helps = {name: inspect.cleandoc(text) for name, text in _member_texts(option.type).items()}
    for field in option.type._fields:
        if field.constant is UNSET and len(option.place) < DEEPEST:
            kind = _option_type(inspect.get_annotations(option.type)[field.name])
            place, required = (*option.place, field.name), option.required and field.required
            yield from _spread(Option(place, kind, required, helps.get(field.name, ""), sensitive=field.sensitive))


def _member_texts(model: type[Model]) -> dict[str, str]:
    """Return what stands below the members of a model in its source."""
    return dict(re.findall(r'^    (\w+): [^\n]*\n    """(.*?)"""', inspect.getsource(model), re.MULTILINE | re.DOTALL))


def _arguments(docstring: str) -> dict[str, str]:
    """Return the section `Args` of a docstring."""
    section = re.search(r"^Args:\n(.*?)(?=^\S|\Z)", docstring, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^    (\w+): (.*?)(?=^    \w|\Z)", section[1] if section else "", re.MULTILINE | re.DOTALL)
    return {name: " ".join(text.split()) for name, text in found}


def arguments(method: Callable[..., Any], options: Sequence[Option], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a method, the options of nested models put together. Raise as the models do."""
    tree: dict[str, Any] = {}
    for option in options:
        value = given.get("__".join(option.place))
        if value is None:
            continue
        branch = tree
        for part in option.place[:-1]:
            branch = branch.setdefault(part, {})
        branch[option.place[-1]] = json.loads(value) if option.type is dict else value
    annotations = {name: str(each.annotation) for name, each in inspect.signature(method).parameters.items()}
    return {name: _built(annotations[name], value) for name, value in tree.items()}


def _built(annotation: str, value: Any) -> Any:
    kind = _option_type(annotation)
    if not (inspect.isclass(kind) and issubclass(kind, Model)):
        return value
    annotations = inspect.get_annotations(kind)
    return kind(**{name: _built(annotations[name], part) for name, part in value.items()})


def record(operation: Operation[Any], given: Mapping[str, Any], body: str | None) -> Call[Any]:
    """Return the call that a command would send, checked. `body`: a file with the body, `-` for standard input.

    Raise `TypeError` or `ValueError`, naming the argument, and `OSError`.
    """
    if body is None or operation.body is None:
        return operation.call(**given)
    text = sys.stdin.read() if body == "-" else Path(body).read_text(encoding="utf-8-sig")
    return operation.call(**given, body=operation.body.kind.read(json.loads(text)))


def rows_of(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the JSON members of what an operation answered."""
    for each in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(each, Model):
            yield members_of(each)
        elif each is not None:
            yield each if isinstance(each, dict) else {"value": each}


def secret(option: Option, value: str) -> str:
    """Return the value of a sensitive option: `-` is typed without being shown, or read from a pipe; `@FILE` is a file.

    Raise `CommandError` for a value that stands on the command line itself, where the shell's history keeps it (R5).
    """
    if value.startswith("@"):
        return Path(value[1:]).read_text(encoding="utf-8-sig").strip()
    if value != "-":
        stop(2, "secret_option", name=option.name)
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass(f"{option.name}: ")
    return sys.stdin.readline().strip()


def perform(session: Session, resource: str, method: str, options: Sequence[Option], given: dict[str, Any]) -> None:
    """Do what a command of a resource says."""
    body, everything = given.pop("body", None), given.pop("all", False)
    operation = operations_of(resource)[method]
    for option in options:
        key = "__".join(option.place)
        if option.sensitive and given.get(key) is not None:
            given[key] = secret(option, given[key])
    named = arguments(getattr(getattr(Resources(), resource), method), options, given)
    call = record(operation, named, body)
    if session.common.dry_run:
        session.write([preview(session, call)], one=True)
        return
    if operation.effect != "read":
        _permit(session, call)
    with session.client() as client:
        if everything and operation.page:
            named[("page_size" if operation.page.size else "")] = named.pop(operation.page.size, None)
            named.pop(operation.page.parameter, None)
            named = {name: value for name, value in named.items() if name and value is not None}
            session.write(row for each in getattr(client, resource).iterate(**named) for row in rows_of(each))
            return
        _show(session, operation, client._send(call))


def preview(session: Session, call: Call[Any]) -> dict[str, Any]:
    """Return the request of a call as it would be sent, without the key."""
    from palomma._options import resolve_base_url

    url = resolve_base_url(None if session.base_url else session.environment, session.base_url)[0]
    query = "&".join(f"{name}={value}" for name, value in call.query)
    row = {"method": call.operation.method, "url": f"{url}{call.path}" + (f"?{query}" if query else "")}
    return row | ({"body": call.body} if call.body is not None else {})


def amount_of(call: Call[Any]) -> int:
    """Return what a call moves: the sum of the numbers that the contract marks as identifying."""
    body = call.body if isinstance(call.body, dict) else {}
    amounts = (body.get(name) for name in call.operation.identifying)
    return sum(amount for amount in amounts if isinstance(amount, int) and not isinstance(amount, bool))


def _permit(session: Session, call: Call[Any]) -> None:
    name, where, total = call.operation.name, session.environment, amount_of(call)
    if call.operation.moves_money:
        session.permit(1, total, words("send_money", name=name, total=pesos(total, session.lang), where=where))
    elif session.common.env not in (None, DEFAULT_ENVIRONMENT):
        session.permit(1, 0, words("send", name=name, where=where), moves_money=False)


def _show(session: Session, operation: Operation[Any], value: Any) -> None:
    if operation.page is None:
        session.write(rows_of(value), one=not isinstance(value, list))
        return
    items = value
    for name in operation.page.attributes:
        items = getattr(items, name, None) or []
    session.write(row for item in items for row in rows_of(item))
    following = at(next(rows_of(value)), operation.page.next) if isinstance(value, Model) else None
    if following:
        session.tell("more_pages", option=f"--{operation.page.parameter.replace('_', '-')} {following}")


def summary(method: Callable[..., Any]) -> str:
    """Return the docstring of a method without its sections, a line a paragraph."""
    text = re.split(r"^(?:Args|Returns|Raises):$", inspect.getdoc(method) or "", maxsplit=1, flags=re.MULTILINE)[0]
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))
