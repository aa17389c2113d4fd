"""A page for each resource of a client, made from the code and the contract, in both languages.

Each operation has its arguments with types, limits and examples, what it returns and raises, and an example that runs
against the mock: the examples of a page are one program, blocking and awaiting.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module, resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, get_overloads

import yaml

from palomma import PalommaError
from palomma._sansio import Answer, Failure, judge
from palomma_api import models
from palomma_api.client import operation, operations
from palomma_api.runtime.model import Model

HERE = Path(__file__).parent
CONTRACT: dict[str, Any] = json.loads((resources.files("palomma_schemas") / "openapi.json").read_text(encoding="utf-8"))
WORDS: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
# What the contract and the docstrings say, in Spanish; a sentence that isn't here (yet) stays in English.
SPANISH: dict[str, str] = yaml.safe_load((HERE / "es/sentences.yaml").read_text(encoding="utf-8"))


class Argument(NamedTuple):
    """One argument of a method."""

    name: str
    type: str
    required: bool
    text: str
    schema: Mapping[str, Any]


def said(language: str, text: str) -> str:
    """Return a text of the contract or of a docstring on one line; in English if nobody translated it."""
    text = re.sub(r"(?<!<)(https://[^\s)]+)", r"<\1>", " ".join(text.split()))
    return SPANISH.get(text, text) if language == "es" else text


def plain(annotation: str) -> str:
    """Return a type without the modules that it comes from, and without what only checkers read."""
    annotation = re.sub(r"\b_(models|values|datetime|uuid|builtins)\.", "", annotation)
    return re.sub(r" \| Undocumented| \| Unset\b", "", annotation)


def _resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a node of the contract refers to, or the node itself; what stands beside `$ref` counts."""
    if "$ref" not in node:
        return node
    found: Any = CONTRACT
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return {**_resolved(found), **{key: value for key, value in node.items() if key != "$ref"}}


def _node(id: str) -> Mapping[str, Any]:
    """Return an operation of the contract by its id."""
    return next(
        node for item in CONTRACT["paths"].values() for node in item.values()
        if isinstance(node, dict) and node.get("operationId") == id
    )  # fmt: skip


def _facts(resource: str) -> Mapping[str, Any]:
    """Return the operations of a resource by the names of their methods."""
    facts = [operation(id) for id in operations()]
    return {each.name.partition(".")[2]: each for each in facts if each.name.startswith(f"{resource}.")}


def _class(resource: str) -> type:
    """Return the blocking class of a resource."""
    module = import_module(f"palomma_api.api.{resource}")
    return next(
        each for name, each in vars(module).items()
        if inspect.isclass(each) and each.__module__ == module.__name__ and not name.startswith("Async")
    )  # fmt: skip


def _body_schema(fact: Any) -> Mapping[str, Any]:
    """Return the schema of a body; of several the first, whose members are the method's arguments."""
    content: dict[str, Any] = _node(fact.id).get("requestBody", {}).get("content", {})
    schemas = [_resolved(media["schema"]) for media in content.values() if "schema" in media]
    schema = schemas[0] if schemas else {}
    return _resolved(schema["oneOf"][0]) if "oneOf" in schema else schema


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _schemas(fact: Any) -> dict[str, Mapping[str, Any]]:
    """Return the schema of each argument of an operation, with its example."""
    node = _node(fact.id)
    schemas: dict[str, Mapping[str, Any]] = {
        _snake(each["name"]): {**_resolved(each["schema"]), "example": each.get("example")}
        for each in map(_resolved, node.get("parameters", ()))
    }
    given = _example(fact)
    for name, schema in _body_schema(fact).get("properties", {}).items():
        schemas[_snake(name)] = {**_resolved(schema), "example": given.get(name)}
    return schemas


def _example(fact: Any) -> Mapping[str, Any]:
    """Return the first example of a body in the contract: of those that the method takes, the one with every member."""
    content: dict[str, Any] = _node(fact.id).get("requestBody", {}).get("content", {})
    examples = [_resolved(each) for media in content.values() for each in media.get("examples", {}).values()]
    return examples[0]["value"] if examples else {}


def _documented(method: Any) -> tuple[str, dict[str, str], str]:
    """Return the prose of a docstring, its arguments, and what it says that is returned."""
    text = inspect.cleandoc(method.__doc__)
    prose, _, rest = text.partition("\nArgs:")
    if not rest:
        prose, _, rest = text.partition("\nReturns:")
        rest = "\nReturns:" + rest
    arguments, _, returns = rest.partition("\nReturns:")
    found = {
        match[1]: match[2]
        for match in re.finditer(r"^    (\w+): (.*(?:\n {8,}.*)*)", arguments.partition("\nRaises:")[0], re.MULTILINE)
    }
    return prose.partition("\nReturns:")[0].partition("\nRaises:")[0], found, returns.partition("\nRaises:")[0]


def _arguments(method: Any, fact: Any) -> Iterator[Argument]:
    """Yield the arguments of a method; of several ways to call it those of the first."""
    shown = next(iter(get_overloads(method)), method)
    texts = _documented(method)[1]
    schemas = _schemas(fact) if fact else {}
    for name, each in inspect.signature(shown).parameters.items():
        if name not in ("self", "unknown"):
            type_ = plain(str(each.annotation)).removesuffix(" | None")
            schema = schemas.get("limit" if name == "page_size" else name, {})
            yield Argument(name, type_, each.default is each.empty, texts.get(name, ""), schema)


def _limits(language: str, argument: Argument) -> Iterator[str]:
    """Yield what the contract demands of an argument, in words."""
    words, schema = WORDS[language], argument.schema
    number = "{:,}" if language == "en" else "{:_}"

    def shown(value: int) -> str:
        return number.format(value).replace("_", ".")

    for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "x-most", "minItems", "maxItems"):
        if key in schema:
            yield words[key].format(shown(schema[key]))
    if schema.get("minLength") == 1:
        yield words["not_empty"]
    elif "minLength" in schema:
        yield words["minLength"].format(shown(schema["minLength"]))
    if "maxLength" in schema:
        yield words["maxLength"].format(shown(schema["maxLength"]))
    if schema.get("format") in words["formats"]:
        yield words["formats"][schema["format"]]
    if "x-default" in schema and not argument.required:
        yield words["default"].format(schema["x-default"])
    if schema.get("x-sensitive"):
        yield words["sensitive"]


def _literal(value: Any, schema: Mapping[str, Any]) -> str:
    """Return a value of the contract's examples as Python."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}" if value >= 10_000 else str(value)
    if isinstance(value, dict):
        name = _model_of(set(value))
        members = ", ".join(f"{_snake(key)}={_literal(each, {})}" for key, each in value.items())
        return f"{name}({members})" if name else repr(value)
    if isinstance(value, list):
        return f"[{', '.join(_literal(each, {}) for each in value)}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _model_of(members: set[str]) -> str | None:
    """Return the model of a request that has these members."""
    for name in models.__all__:
        model = getattr(models, name)
        if isinstance(model, type) and issubclass(model, Model):
            fields = {each.json_name for each in model._fields}
            if members <= fields and {each.json_name for each in model._fields if each.required} <= members:
                return name
    return None


class Program:
    """The example of a page: what has to be there first, then a call of each method."""

    def __init__(self, resource: str) -> None:
        self.resource = resource
        self.facts = _facts(resource)
        self.known: dict[str, str] = {}  # argument -> the expression that gives it
        self.models: set[str] = set()
        self.before = list(self._needed(resource))

    def _needed(self, resource: str) -> Iterator[str]:
        """Yield the calls that make or read what the arguments of a resource's methods name by id."""
        wanted: dict[str, None] = {}
        for method, fact in _facts(resource).items():
            required = [each for each in self._all(resource, method, fact) if each.required]
            wanted |= dict.fromkeys(each.name for each in required if each.name != _own_id(fact))
        for name in wanted:
            other = f"{name.removesuffix('_id')}s"
            if (
                name.endswith("_id")
                and name not in self.known
                and other != resource
                and find_spec(f"palomma_api.api.{other}")
            ):
                yield from self._needed(other)
                variable = name.removesuffix("_id")
                self.known[name] = f"{variable}.id"
                if "create" in _facts(other):
                    yield f"{variable} = {self.call(other, 'create')}"
                else:
                    yield f"{variable} = client.{other}.list().items[0]"

    def _all(self, resource: str, method: str, fact: Any) -> list[Argument]:
        return list(_arguments(vars(_class(resource))[method], fact))

    def call(self, resource: str, method: str, few: bool = True) -> str:
        """Return a call as Python: its required arguments, and its reference; all of them unless `few`."""
        fact = _facts(resource)[method]
        given = []
        for each in self._all(resource, method, fact):
            positional = f"{{{_camel(each.name)}}}" in fact.path
            value = self.known.get(each.name) or _literal(each.schema.get("example"), each.schema)
            named = each.required or (each.name in ("reference", "page_size") and method != "list")
            if each.schema.get("example") is None and each.name not in self.known:
                continue
            if named or not few:
                self.models |= set(re.findall(r"\b([A-Z]\w+)\(", value))
                given.append(value if positional and each.required else f"{each.name}={value}")
        line = f"client.{resource}.{method}({', '.join(given)})"
        if len(line) > 84:
            line = f"client.{resource}.{method}(\n    " + ",\n    ".join(given) + ",\n)"
        return line

    def start(self, asynchronous: bool) -> str:
        """Return the beginning: a mock, a client, and what has to be there."""
        lines = ["from palomma_mock import MockServer"]
        if self.models:
            lines.insert(0, f"from palomma.models import {', '.join(sorted(self.models))}")
        if asynchronous:
            lines.insert(0, "from palomma import AsyncPalomma")
        client = "AsyncPalomma(mock.api_key, base_url=mock.base_url)" if asynchronous else "mock.client()"
        lines += ["", "mock = MockServer(auto_approve=True).start()", f"client = {client}"]
        return "\n".join([*lines, *(_awaited(each) if asynchronous else each for each in self.before)])

    def example(self, method: str) -> str:
        """Return the call of a method, whose result has the name of what it is."""
        one = self.resource.removesuffix("s")
        fact = self.facts.get(method)
        if method == "create" and fact:
            self.known[f"{one}_id"] = f"{one}.id"
            return f"{one} = {self.call(self.resource, method)}\nprint({one}.id)"
        if method == "list":
            return f"page = {self.call(self.resource, method)}\nprint(page.count, page.items)"
        parameters = ", ".join(
            self.known.get(each.name, "")
            for each in self._all(self.resource, "list", self.facts["list"])
            if each.required
        )
        if method == "iterate":
            return f"for {one} in client.{self.resource}.iterate({parameters}):\n    print({one}.id)"
        one_read = fact and fact.effect == "read" and _own_id(fact)
        if one_read and "create" in self.facts:
            return f"{one} = client.{self.resource}.{method}({one}.id)\nprint({one})"
        if one_read:
            inner = ", ".join(filter(None, (parameters, f"{one}.id")))
            return (
                f"for {one} in client.{self.resource}.iterate({parameters}):\n"
                f"    print(client.{self.resource}.{method}({inner}))"
            )
        if method == "find":
            return f"{one} = client.{self.resource}.find({one}.reference)\nprint({one})"
        if method == "wait":
            return f"{one} = client.{self.resource}.wait({one}.id, timeout=10)\nprint({one}.status)"
        if method == "reconcile":
            create = "\n    ".join(
                self.call(self.resource, "create").replace(self._reference(), '"lost-1"').splitlines()
            )
            return (
                "from palomma import OutcomeUnknownError\n\n"
                f'mock.fail_next("answer_lost", operation="{self.facts["create"].id}")\n'
                f"try:\n    {one} = {create}\nexcept OutcomeUnknownError as error:\n"
                f"    {one} = client.{self.resource}.reconcile(error, wait=10)\nprint({one}.id)"
            )
        return self.call(self.resource, method)

    def _reference(self) -> str:
        schema = _schemas(self.facts["create"]).get("reference", {})
        return _literal(schema.get("example"), schema)


def _own_id(fact: Any) -> str | None:
    """Return the argument by which an operation names the one object that it is about: the last thing in its path."""
    match = re.search(r"\{(\w+)\}$", fact.path)
    return _snake(match[1]) if match else None


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(each.capitalize() for each in rest)


def _awaited(code: str) -> str:
    """Return an example for an `AsyncPalomma`."""
    code = re.sub(r"for (\w+) in client\.", r"async for \1 in clienT.", code)
    code = re.sub(r"client\.(\w+)\.list\(\)\.items", r"(await clienT.\1.list()).items", code)
    return re.sub(r"\bclient\.", "await client.", code).replace("clienT", "client")


def _tabs(words: Mapping[str, Any], program: str, awaiting: str) -> str:
    parts = ["::::{tab-set}\n:sync-group: kind\n"]
    for key, code in (("sync", program), ("async", awaiting)):
        parts.append(f":::{{tab-item}} {words[key]}\n:sync: {key}\n\n```python\n{code}\n```\n:::\n")
    return "\n".join([*parts, "::::\n"])


def _raised(language: str, fact: Any) -> str:
    """Return the errors of an operation with what makes each: what the code does, asked of the code."""
    words = WORDS[language]
    reasons: dict[type[PalommaError], list[str]] = {}
    call = fact.call(*["x"] * fact.path.count("{"), **_filled(fact))
    failures = {"not_sent": Failure(OSError(), sent=False), "lost": Failure(OSError(), sent=True)}
    for reason, failure in failures.items():
        reasons.setdefault(_error(call, failure), []).append(words[reason])
    for status in (*sorted({400, 401, 403, 404, 409} | fact.refusals), 429, 500):
        reasons.setdefault(_error(call, Answer(status, {}, b"")), []).append(str(status))
    return ", ".join(
        f"[{error.__name__}](../errors/{code(error)}.md) ({', '.join(why)})" for error, why in reasons.items()
    )


def _filled(fact: Any) -> dict[str, Any]:
    """Return something for each required member of a body, so that a call can be built."""
    if not fact.body:
        return {}
    required = {_snake(name) for name in _body_schema(fact).get("required", ())}
    return {
        name: _sample(_schemas(fact)[name])
        for name, _ in fact.body.members
        if name in required and name in _schemas(fact)
    }


def _sample(schema: Mapping[str, Any]) -> Any:
    value = schema.get("example")
    if isinstance(value, dict) and (name := _model_of(set(value))):
        return getattr(models, name).from_dict(value)
    return value


def _error(call: Any, result: Answer | Failure) -> type[PalommaError]:
    """Return what is raised once an attempt that ended so was the last."""
    error = judge(call, "reference", result).error
    assert error
    return error


def code(error: type[PalommaError]) -> str:
    """Return the `code` of an error's class."""
    return error.__new__(error).code


def _described(language: str, argument: Argument) -> str:
    """Return what an argument means, its limits, its values and an example."""
    words, schema = WORDS[language], argument.schema
    parts = [said(language, argument.text) or "…"]
    if limits := ", ".join(_limits(language, argument)):
        parts.append(f"*{words['limits']}:* {limits}.")
    if values := _values_of(argument.type):
        parts.append(f"*{words['values']}:* [{values}](../models.md#{values.lower()}).")
    if schema.get("example") is not None:
        parts.append(f"*{words['example']}:* `{_literal(schema['example'], schema)}`.")
    return " ".join(parts)


def _method(language: str, program: Program, method: str, function: Any) -> Iterator[str]:
    """Yield the section of a method."""
    words, fact = WORDS[language], program.facts.get(method)
    prose, _, returns = _documented(function)
    summary, *paragraphs = [each for each in prose.split("\n\n") if each.strip()]
    yield f"## {method}\n"
    yield f"{said(language, summary.rstrip('.') + '.')}\n"
    for paragraph in paragraphs:
        if paragraph.strip().startswith("https://"):
            yield f"[{words['palommas_page']}](<{paragraph.strip()}>)\n"
        else:
            yield said(language, paragraph) + "\n"
    if fact:
        effect = words["moves_money"] if fact.moves_money else words[fact.effect]
        yield f"`{fact.method} {fact.path}` · {effect}\n"
    listed = fact or (program.facts.get("list") if method == "iterate" else None)
    arguments = list(_arguments(function, listed))
    if arguments:
        yield f"**{words['arguments']}**\n"
    for each in arguments:
        yield f"`{each.name}`: `{each.type}`, {words['required' if each.required else 'optional']}"
        yield f": {_described(language, each)}\n"
    signature = inspect.signature(next(iter(get_overloads(function)), function))
    type_ = f"`{plain(str(signature.return_annotation))}`{_model_link(signature)}"
    yield f"**{words['returns']}** {type_}. {said(language, returns)}\n"
    if fact:
        yield f"**{words['raises']}** {_raised(language, fact)}.\n"
    elif method in ("find", "reconcile", "wait"):
        yield f"**{words['raises']}** {words['raises_' + method]}\n"
    example = program.example(method)
    yield f"**{words['example']}**\n"
    yield _tabs(words, example, _awaited(example))


def _values_of(annotation: str) -> str:
    """Return the name of the enum that an argument's type is made of."""
    for name in re.findall(r"\w+", annotation):
        if name in models.__all__ and not isinstance(getattr(models, name), type):
            return str(name)
    return ""


def _model_link(signature: inspect.Signature) -> str:
    names = [each for each in re.findall(r"\w+", plain(str(signature.return_annotation))) if each in models.__all__]
    return "".join(f", {{py:obj}}`palomma.models.{each}`" for each in names)


def resource_page(language: str, resource: str) -> str:
    """Return the page of a resource as Markdown."""
    words, program = WORDS[language], Program(resource)
    tag: dict[str, Any] = next(each for each in CONTRACT["tags"] if _snake(each["name"]) == resource)
    named = tag.get("x-texts", {}).get(tag["name"], {}).get(language, {}).get("merchant", resource)
    functions = {name: each for name, each in vars(_class(resource)).items() if not name.startswith("_")}
    order = sorted(functions, key=lambda name: (name != "create", name in ("list", "iterate"), name == "reconcile"))
    lines = [f"# {named}: `{resource}`\n", f"{said(language, tag.get('description', ''))} `client.{resource}`\n"]
    lines += [words["made"], f"## {words['try']}\n", words["try_how"]]
    sections = [line for name in order for line in _method(language, program, name, functions[name])]
    lines.append(_tabs(words, program.start(False), program.start(True)))
    return "\n".join([*lines, *sections])
