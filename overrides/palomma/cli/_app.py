"""The command line: which commands there are, in which language, and what becomes of their errors."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, get_args

from cyclopts import App, CycloptsError, Group, Parameter

from palomma import __version__
from palomma._errors import PalommaError
from palomma_api.client import Resources
from palomma_api.texts import RESOURCES

from . import _operations as operations
from ._session import CommandError, Common, Session, code_of, silence
from ._words import Words, has_words, language, words

__all__ = ["application", "run"]

COMMANDS: Mapping[str, str] = {
    name: module
    for module, names in (
        ("._pay", "pay"),
        ("._statement", "statement"),
        ("._reconcile", "reconcile"),
        ("._journal", "journal status, journal show, journal resolve, journal work"),
        ("._tools", "find, wait, doctor, trigger"),
        ("._tools", "webhooks sign, webhooks verify, webhooks replay, webhooks listen"),
        ("", "mock"),
    )
    for name in names.split(", ")
}
"""The commands that are written by hand, and the module that has a function of each one's last word."""


def run(arguments: Sequence[str]) -> int:
    """Run one command. Return its exit code: every error ends as one, with a sentence on standard error."""
    lang = language(arguments, os.environ)
    try:
        ordered = _ordered(arguments)
        if ordered[:1] == ["mock"]:
            return int(import_module("palomma_mock._cli").main(ordered[1:]))
        if ordered[:2] == ["--map", "json"]:
            print(json.dumps(command_map(application(lang)), ensure_ascii=False, indent=2))
            return 0
        if ordered[:1] == ["--completion"] and ordered[1:2] in (["bash"], ["zsh"], ["fish"]):
            print(application(lang).generate_completion(shell=ordered[1]))  # type: ignore[arg-type]
            return 0
        code = application(lang, ordered)(ordered, exit_on_error=False, print_error=False, result_action="return_value")
        return code if isinstance(code, int) else 0
    except CommandError as stop:
        return _end(stop.code, stop.words.say(lang), lang)
    except CycloptsError as wrong:
        return _end(2, f"{_usage(wrong).say(lang)}. {words('see_help').say(lang)}", lang)
    except PalommaError as error:
        return _end(code_of(error), str(error), lang)
    except (TypeError, ValueError, OSError) as wrong:
        if isinstance(wrong, BrokenPipeError):  # whoever read the output has had enough
            silence()
            return 0
        return _end(2, str(wrong), lang)
    except KeyboardInterrupt:
        return _end(130, "", lang)


def _end(code: int, text: str, lang: str) -> int:
    meaning = words(f"code_{code}").say(lang)
    print(f"palomma: {text} ({meaning})" if text else f"palomma: {meaning}", file=sys.stderr)
    return code


def _usage(wrong: CycloptsError) -> Words:
    """Return what is wrong with a command line. Never a value, which may be an account number (R5)."""
    argument: Any = getattr(wrong, "argument", None)
    choices = ", ".join((argument and argument.get_choices()) or ())
    key = next(kind.__name__ for kind in type(wrong).__mro__ if has_words(kind.__name__))
    option = getattr(getattr(wrong, "token", None), "keyword", None)
    name = argument.name if argument else option or ""
    return words("bad_choice" if choices and key == "CoercionError" else key, name=name, choices=choices)


def _ordered(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the common options that stand before the command put behind all others."""
    flags = [f"--{field.name.replace('_', '-')}" for field in fields(Common)]
    before: list[str] = []
    rest = list(arguments)
    while rest and rest[0].partition("=")[0] in flags:
        taken = 1 if "=" in rest[0] or rest[0] in ("--dry-run", "--yes") else 2
        before, rest = before + rest[:taken], rest[taken:]
    return rest + before


def application(lang: str, arguments: Sequence[str] | None = None) -> App:
    """Return the commands; with arguments, those that these don't ask for without their options, to be quick."""
    named = arguments[0] if arguments else None
    app = _app("palomma", words("about").say(lang), lang, __version__)
    for resource in operations.resources():
        sub = _app(resource.replace("_", "-"), _about(resource, lang), lang)
        if arguments is None or named == resource.replace("_", "-"):
            _add_resource(sub, resource, lang)
        app.command(sub)
    for name, module in COMMANDS.items():
        if module and (arguments is None or named == name.split()[0]):
            _add(app, name, module, lang)
        elif name.split()[0] not in app:
            app.command(lambda: None, name=name.split()[0], help=words(f"command_{name.split()[0]}").say(lang))
    return app


def _app(name: str, text: str, lang: str, version: str | None = None) -> App:
    commands, arguments, parameters = (Group(words(key).say(lang)) for key in ("commands", "arguments", "options"))
    made = App(
        name=name, help=text, version=version, version_flags=["--version"] if version else [],
        group_commands=commands, group_arguments=arguments, group_parameters=parameters, help_format="plaintext",
        suppress_keyboard_interrupt=False,
    )  # fmt: skip
    for flag in ("--help", *made.version_flags):
        made[flag].help = words(flag.strip("-")).say(lang)
    return made


def _about(resource: str, lang: str) -> str:
    """Return what a resource is called."""
    return RESOURCES.get(resource, {}).get(lang, {}).get("merchant", resource.replace("_", " ").capitalize())


def _add_resource(app: App, resource: str, lang: str) -> None:
    own = getattr(Resources(), resource)
    for method, operation in operations.operations_of(resource).items():
        _add_operation(app, resource, method, operation, getattr(own, method), lang)


def _add_operation(app: App, resource: str, method: str, operation: Any, bound: Callable[..., Any], lang: str) -> None:
    options = list(operations.options_of(bound, operation))
    taken = {field.name for field in fields(Common)} | {"body", "all", "help", "version"}
    parameters = []
    for option in options:
        # An operation's parameter may have the name of an option of ours.
        flag = option.name if option.name.replace("-", "_") not in taken else f"{option.name}-{method}"
        needed = option.required and (option.positional or operation.body is None)
        name = flag if option.positional else f"--{flag}"
        text = words("typed_apart", help=option.help).say(lang) if option.sensitive else option.help
        kind = str if option.type is dict else option.type
        key, default = "__".join(option.place), inspect.Parameter.empty if needed else None
        one = _parameter(key, kind, default, text, name=name, plain=option.sensitive)
        parameters.append(one.replace(kind=one.POSITIONAL_ONLY) if option.positional else one)
    if operation.body is not None:
        parameters.append(_parameter("body", str, None, words("option_body").say(lang), plain=True))
    if operation.page is not None:
        parameters.append(_parameter("all", bool, False, words("option_all").say(lang)))
    names = [parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_ONLY]

    def command(session: Session, *path: Any, **given: Any) -> None:
        operations.perform(session, resource, method, options, dict(zip(names, path, strict=True)) | given)

    text = operations.summary(bound)
    if lang == "es" and has_words(f"method_{method}"):  # the contract's own texts are English
        text = f"{words(f'method_{method}', name=_about(resource, lang)).es}. {words('in_english').es}\n\n{text}"
    app.command(_command(command, parameters, lang), name=method.replace("_", "-"), help=text)


def _parameter(key: str, kind: Any, default: Any, text: str, *, plain: bool = False, **more: Any) -> inspect.Parameter:
    """Return a parameter for cyclopts. `plain`: its value may begin with a hyphen, such as `-` for standard input."""
    bare = next(iter(get_args(kind)), kind)
    more |= {"negative": ()} if bool in (kind, bare) else {"negative_iterable": ()}
    parameter = Parameter(help=text, show_default=False, allow_leading_hyphen=plain, **more)
    hint: Any = Annotated[kind if default is not None else kind | None, parameter]
    return inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)


def _command(function: Callable[..., Any], parameters: Sequence[inspect.Parameter], lang: str) -> Callable[..., Any]:
    """Return a function for cyclopts: with the common options, made into the session that `function` is given."""
    group = Group(words("common_options").say(lang), sort_key=9)
    hints = inspect.get_annotations(Common, eval_str=True)
    texts = {own.name: words(f"option_{own.name}").say(lang) for own in fields(Common)}
    common = [
        _parameter(own.name, hints[own.name], own.default, texts[own.name], group=group) for own in fields(Common)
    ]

    def command(*path: Any, **given: Any) -> Any:
        shared = Common(**{field.name: given.pop(field.name) for field in fields(Common) if field.name in given})
        return function(Session.begin(shared, lang), *path, **given)

    every = {each.name: each for each in (*parameters, *common)}
    command.__signature__ = inspect.Signature(list(every.values()))  # type: ignore[attr-defined]
    command.__annotations__ = {name: each.annotation for name, each in every.items()}
    return command


def _add(app: App, name: str, module: str, lang: str) -> None:
    """Add a command that is written by hand: texts.toml says what it and its options are."""
    function = getattr(import_module(module, __package__), name.split()[-1])
    parameters = []
    for each in list(inspect.signature(function, eval_str=True).parameters.values())[1:]:
        key = f"{name.replace(' ', '_')}_{each.name}"
        text = words((key if has_words(key) else f"option_{each.name}").rstrip("_")).say(lang)
        one = _parameter(each.name, each.annotation, each.default, text, plain=each.annotation is Path)
        parameters.append(one.replace(kind=each.kind))
    *groups, last = name.split()
    for group in groups:
        if group not in app:
            app.command(_app(group, words(f"command_{group}").say(lang), lang))
        app = app[group]
    text = words(f"command_{name.replace(' ', '_')}").say(lang)
    app.command(_command(function, parameters, lang), name=last, help=text)


def command_map(app: App, before: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return all commands with their options, as data."""
    found: list[dict[str, Any]] = []
    for name in app:
        if name.startswith("-"):
            continue
        sub = app[name]
        if sub.default_command is None:
            found += command_map(sub, (*before, name))
            continue
        options = [_option(each) for each in sub.assemble_argument_collection()]
        found.append({"command": " ".join((*before, name)), "help": sub.help, "options": options})
    return found


def _option(argument: Any) -> dict[str, Any]:
    choices = list(argument.get_choices() or ())
    return {"name": argument.name, "required": argument.required, "choices": choices, "help": argument.parameter.help}
