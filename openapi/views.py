"""What the templates show of each operation, model and enum: names, annotations, expressions, texts."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace
from typing import Any

import wide
from document import class_name, form_of, successes
from facts import Contract, Facts, ParameterFact, iterate_name, named_servers
from kinds import Kinds, limits, sentence
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.strings import safe_for_docstring

# What a member of a model can't be called, since all models have it.
TAKEN = frozenset(("from_dict", "to_dict", "to_json", "fit", "additional_properties"))
BUILTINS = ("list", "dict", "str", "int", "float", "bool", "bytes")
WIDTH = 100


def python(value: Any) -> str:
    """Return the Python literal of a plain value."""
    return repr(value)


def tuples(value: Any) -> str:
    """Return the literal of a tuple, of lists and tuples."""
    return repr(tuple(tuple(each) if isinstance(each, (list, tuple)) else each for each in value))


def paragraph(text: str, indent: int = 0, first: str = "") -> str:
    """Return a text wrapped, made safe for a docstring."""
    lines = []
    for block in re.split(r"\n\s*\n", str(text).strip()):
        lines.append(
            textwrap.fill(
                " ".join(block.split()), WIDTH, initial_indent=first, break_long_words=False, break_on_hyphens=False
            )
        )
    return textwrap.indent(safe_for_docstring("\n\n".join(lines)), " " * indent).strip()


def docstring(text: str) -> str:
    """Return a docstring of one paragraph."""
    words = paragraph(text)
    return f'"""{words}{" " if words.endswith(chr(34)) else ""}"""' if words else ""


@dataclass
class Argument:
    """One argument of a method."""

    name: str
    annotation: str
    required: bool
    default: str
    text: str
    sensitive: bool = False
    attribute: str = ""
    deprecated: bool = False

    @property
    def declared(self) -> str:
        return f"{self.name}: {self.annotation}" + ("" if self.required else f" = {self.default}")

    @property
    def made_optional(self) -> Argument:
        """The same argument, of a body that need not be there."""
        annotation = self.annotation if not self.required else f"{self.annotation} | None"
        return replace(
            self, annotation=annotation, required=False, default=self.default if not self.required else "None"
        )

    @property
    def optional(self) -> str:
        """The argument of a method that can also be given the whole body."""
        annotation = self.annotation if not self.required else f"{self.annotation} | None"
        return f"{self.name}: {annotation} = {self.default if not self.required else 'None'}"


class Views:
    """The views of one contract."""

    def __init__(self, contract: Contract, components: Any, data: GeneratorData) -> None:
        self.contract = contract
        self.kinds = Kinds(contract, components, data.models)
        self.events, self.envelope = wide.events(contract)
        self.lists = wide.lists(contract, self.events)
        self.lifecycles = wide.lifecycles(contract)
        self.texts = wide.texts(contract)
        self.resource_texts = wide.resources(contract)
        self.classes = {str(model.class_info.name) for model in data.models}
        self.messages, self.codes = wide.error_places(contract)
        self.environments = contract.environments()
        self.shared = contract.document.get("security")
        self.scheme = wide.scheme(contract, self.shared, "security")
        self.endpoints: dict[int, Any] = {}
        for collection in data.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                self.endpoints[int(endpoint.path.get_untrusted_value()[1:])] = endpoint
        self.sent, self.received = self._directions()

    def _directions(self) -> tuple[set[str], set[str]]:
        sent: set[str] = set()
        received: set[str] = set()
        for endpoint in self.endpoints.values():
            for body in endpoint.bodies:
                self._collect(body.prop, sent)
            for parameter in endpoint.query_parameters:
                self._collect(parameter, sent)
            for response in endpoint.responses.patterns:
                self._collect(response.prop, received)
        return sent, received

    def _collect(self, prop: Any, names: set[str]) -> None:
        """Add the classes that a property is made of."""
        name = str(prop.class_info.name) if hasattr(prop, "class_info") else ""
        if name in names:
            return
        inner = [*(getattr(prop, "inner_properties", None) or []), getattr(prop, "inner_property", None)]
        if isinstance(prop, ModelProperty):
            names.add(name)
            inner += [*self.kinds.members(prop), self.kinds.map_value(prop)]
        for each in filter(None, inner):
            self._collect(each, names)

    # Operations

    def operation(self, endpoint: Any) -> OperationView:
        """Return the view of one operation."""
        return OperationView(self, self.contract.all[int(endpoint.path.get_untrusted_value()[1:])], endpoint)

    def alike(self, creates: list[OperationView]) -> list[str]:
        """Return the operationIds of those creates whose objects are found by the list that finds the first one's."""
        lists = [each.facts.look_up and each.facts.look_up.listed for each in creates]
        return [each.id for each, listed in zip(creates, lists, strict=True) if listed is lists[0]]

    def resource(self, tag: str) -> str:
        """Return the class of a resource."""
        return class_name(tag)

    @property
    def event_models(self) -> dict[str, str]:
        """Each event type's class."""
        return {name: class_name(schema) for name, schema in self.events.items()}

    def imports(self, code: str) -> str:
        """Return the import lines that a resource's code needs: ruff removes none from an `__init__.py`."""
        words = set(re.findall(r"\w+", code))
        iterators = sorted(words & {"AsyncIterator", "Collection", "Iterator", "Mapping", "Sequence"})
        typing = sorted(
            (words & {"Any", "Literal", "Never", "overload"}) | ({"TYPE_CHECKING"} if "_models" in words else set())
        )
        lines = [
            "import builtins as _builtins" if "_builtins" in words else "",
            "import datetime as _datetime" if "_datetime" in words else "",
            "import uuid as _uuid" if "_uuid" in words else "",
            f"from collections.abc import {', '.join(iterators)}" if iterators else "",
            f"from typing import {', '.join(typing)}" if typing else "",
            "",
            "from ...runtime import pages as _pages" if "_pages" in words else "",
            "from ...runtime import values as _values" if "_values" in words else "",
            "from ...runtime.calls import deprecated as _deprecated" if "_deprecated" in words else "",
        ]
        return "\n".join(line for line in lines if line)

    def qualified(self, code: str, operations: list[OperationView]) -> str:
        """Return a resource's code in which a method called `list` doesn't hide the type of that name."""
        for name in {operation.name for operation in operations} & set(BUILTINS):
            code = re.sub(
                rf"(?<=[\[ |>]){name}(?=[\[\],]| \||:$| =|\)$)", f"_builtins.{name}", code, flags=re.MULTILINE
            )
        return code

    # Models

    def model(self, model: Any) -> ModelView:
        """Return the view of one model."""
        return ModelView(self, model)


class OperationView:
    """One operation."""

    def __init__(self, views: Views, facts: Facts, endpoint: Any) -> None:
        self.views, self.facts, self.endpoint = views, facts, endpoint
        self.kinds, self.contract = views.kinds, views.contract
        self.id = facts.operation.id
        self.http = facts.operation.method.upper()
        self.path = facts.operation.path
        self.name = facts.method
        self.module = str(endpoint.name)
        self.props = {str(each.name.get_untrusted_value()): each for each in endpoint.query_parameters}
        self.body = endpoint.bodies[0].prop if endpoint.bodies else None
        self.first = self._first()
        self.deprecated = bool(facts.operation.node.get("deprecated"))
        self.arguments = self._arguments()

    # Arguments

    def _first(self) -> Any:
        """Return the model whose members are the method's arguments: the body's, or the first of several models."""
        kinds = [
            each for each in getattr(self.body, "inner_properties", [self.body]) if not isinstance(each, NoneProperty)
        ]
        models = [each for each in kinds if isinstance(each, ModelProperty) and not self.kinds.is_map(each)]
        return models[0] if models and len(models) == len(kinds) and self._is_json_like() else None

    @property
    def whole_body(self) -> str:
        """The annotation of the argument `body`, if there is one."""
        if self.body is None or (self.first is not None and not self.several):
            return ""
        if not self._is_json_like():
            return "str" if self.facts.media.startswith("text/") else "bytes"
        return self.kinds.annotation(self.body, True, "_models.")

    def _is_json_like(self) -> bool:
        return form_of(self.facts.media) == "json" or self.facts.media in (
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        )

    @property
    def several(self) -> bool:
        """Whether the body is one of several models, the first of which can be given by its members."""
        return self.first is not None and self.first is not self.body

    def _arguments(self) -> list[Argument]:
        path = [self._parameter(each) for each in self.facts.parameters if each.place == "path"]
        order = re.findall(r"{([^}]*)}", self.path)
        wire = {each.argument: each.node["name"] for each in self.facts.parameters}
        path.sort(key=lambda argument: order.index(wire[argument.name]))
        rest = [self._parameter(each) for each in self.facts.parameters if each.place != "path"]
        names = {argument.name for argument in path + rest}
        return path + self._members(names) + rest

    def _parameter(self, fact: ParameterFact) -> Argument:
        prop = self.props[fact.argument]
        annotation = self.kinds.annotation(prop, True, "_models.")
        schema = self.contract.schema(fact.schema)
        said = fact.node.get("description") or schema.get("description")
        text = sentence(said, limits(schema if "x-limits" in schema else fact.schema, said))
        if fact.is_key:
            text = f"{text} Made by the client, once a call, if not given.".strip()
        required = fact.required
        if not required and "None" not in annotation.split(" | "):
            annotation += " | None"
        sensitive = bool(fact.node.get("x-sensitive")) or self.contract.is_sensitive(fact.schema)
        return Argument(fact.argument, annotation, required, "None", text, sensitive)

    def _members(self, names: set[str]) -> list[Argument]:
        if self.first is None:
            return []
        found = []
        view = ModelView(self.views, self.first)
        for member in view.members:
            if member.constant is None:
                name = f"{member.name}_body" if member.name in names else member.name
                name = f"{name}_" if name in ("self", "body", "unknown") else name
                argument = member.argument(name, "_models.")
                found.append(argument if self.facts.body_required or self.several else argument.made_optional)
        return found

    @property
    def positional(self) -> list[Argument]:
        return [each for each in self.arguments if self._place(each) == "path"]

    @property
    def named(self) -> list[Argument]:
        rest = [each for each in self.arguments if self._place(each) != "path"]
        return [each for each in rest if each.required] + [each for each in rest if not each.required]

    def _place(self, argument: Argument) -> str:
        return next((each.place for each in self.facts.parameters if each.argument == argument.name), "body")

    @property
    def members(self) -> list[Argument]:
        """The arguments that make up the body."""
        return [each for each in self.arguments if self._place(each) == "body"]

    @property
    def others(self) -> list[Argument]:
        """The named arguments that are not of the body."""
        return [each for each in self.named if self._place(each) != "body"]

    @property
    def sensitive(self) -> list[str]:
        return [each.name for each in self.arguments if each.sensitive]

    @property
    def values(self) -> str:
        """The arguments as a dict."""
        names = [each.name for each in self.arguments] + (["body"] if self.whole_body else [])
        return "{" + ", ".join(f'"{name}": {name}' for name in names) + "}"

    # Answers

    @property
    def answer(self) -> str:
        """The annotation of what the method returns."""
        types = []
        for place, (_, _, form, _) in enumerate(self.facts.answers):
            types.append({"nothing": "None", "text": "str", "bytes": "bytes"}.get(form) or self._answer_type(place))
        return " | ".join(sorted(set(types), key=lambda text: (text == "None", types.index(text))))

    def _answer_prop(self, place: int) -> Any:
        return next(
            each.prop
            for each in self.endpoint.responses.patterns
            if each.status_code.range == (200 + place, 200 + place)
        )

    def _answer_type(self, place: int) -> str:
        return self.kinds.annotation(self._answer_prop(place), False, "_models.")

    @property
    def answers(self) -> list[str]:
        """The expressions of the answers."""
        written = []
        for place, (low, high, form, _) in enumerate(self.facts.answers):
            kind = {"nothing": "_values.ANY", "text": "_values.TEXT", "bytes": "_values.RAW"}.get(
                form
            ) or self.kinds.kind(self._answer_prop(place))
            written.append(f"_calls.Answer({low}, {high}, {kind}, {form!r})")
        return written

    # The operation's facts

    @property
    def parameters(self) -> list[str]:
        """The expressions of the parameters."""
        return [self._parameter_expression(each) for each in self.facts.parameters]

    def _parameter_expression(self, fact: ParameterFact) -> str:
        node = fact.node
        style = node.get("style", "form")
        style = style if style in ("spaceDelimited", "pipeDelimited", "deepObject") else "form"
        settings = {
            "required": fact.required,
            "style": None if style == "form" else style,
            "explode": False if node.get("explode", fact.place == "query" and style == "form") is False else None,
            "deprecated": bool(node.get("deprecated")),
        }
        more = "".join(
            f", {name}={value!r}" for name, value in settings.items() if value or (value is False and name == "explode")
        )
        kind = self.kinds.kind(self.props[fact.argument], fact.schema)
        return f"_calls.Parameter({fact.argument!r}, {node['name']!r}, {fact.place!r}, {kind}{more})"

    @property
    def settings(self) -> dict[str, str]:
        """The facts that are not as they are for most operations."""
        facts, contract = self.facts, self.contract
        key = facts.key
        security = facts.operation.node.get("security", self.views.shared)
        (state, final), refusals = contract.final(facts), facts.refusals
        found = {
            "parameters": f"({''.join(each + ', ' for each in self.parameters)})" if self.parameters else "",
            "body": self._body(),
            "effect": repr(facts.effect) if facts.effect != "read" else "",
            "moves_money": "True" if facts.operation.node.get("x-moves-money") else "",
            "refusals": f"frozenset({set(refusals)!r})" if refusals else "",
            "identifying": repr(tuple(contract.identifying(facts))) if contract.identifying(facts) else "",
            "free": repr(tuple(contract.free(facts))) if contract.free(facts) else "",
            "read_by": repr(contract.read_by(facts)) if contract.read_by(facts) else "",
            "final": "frozenset({" + ", ".join(map(repr, final)) + "})" if final else "",
            "state": repr(state) if final else "",
            "page": self._page(),
            "look_up": self._look_up(),
            "key_header": repr(key.node["name"]) if key else "",
            "key_lifetime": repr(float(key.node["x-key-lifetime"])) if key and "x-key-lifetime" in key.node else "",
            "servers": repr(self.servers) if self.servers else "",
            "scheme": wide.scheme(contract, security, str(facts.operation)) or "",
            "accept": repr(facts.accept) if facts.accept != "application/json" else "",
        }
        return {name: value for name, value in found.items() if value}

    @property
    def servers(self) -> dict[str, str]:
        return named_servers(self.facts.operation.servers)

    def _body(self) -> str:
        if self.body is None:
            return ""
        facts = self.facts
        if self._is_json_like():
            kind = self.kinds.kind(self.body)
        else:
            kind = "_values.TEXT" if facts.media.startswith("text/") else "_values.RAW"
        more = [kind]
        if facts.media != "application/json":
            more.append(f"media={facts.media!r}")
        if not facts.body_required:
            more.append("required=False")
        if self.first is not None:
            more.append(f"model=_values.ModelKind({str(self.first.class_info.name)!r})")
            more.append(f"members=({''.join(f'({each.name!r}, {each.attribute!r}), ' for each in self.members)})")
            old = [each.name for each in self.members if each.deprecated]
            if old:
                more.append("deprecated=frozenset({" + ", ".join(map(repr, old)) + "})")
        return f"_calls.Body({', '.join(more)})"

    def _look_up(self) -> str:
        found = self.facts.look_up
        if found is None:
            return ""
        names = (found.listed.operation.id, found.argument, found.member)
        more = {"form": (found.form, "ulid"), "created": (found.created, "createdAt")}
        unusual = [f"{name}={value!r}" for name, (value, usual) in more.items() if value != usual]
        return f"_calls.LookUp({', '.join([*map(repr, names), *unusual])})"

    def _page(self) -> str:
        page = self.facts.page
        if page is None:
            return ""
        settings = {
            "items": page.items,
            "attributes": self._attributes(page.items),
            "advance": page.advance if page.advance != "cursor" else "",
            "parameter": page.parameter,
            "next": page.next,
            "size": page.size,
            "more": page.more,
        }
        return f"_pages.Page({', '.join(f'{name}={value!r}' for name, value in settings.items() if value)})"

    def _attributes(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Return the attributes that lead to the items."""
        prop, found = self._answer_prop(0), []
        for name in items:
            members = {
                str(each.name.get_untrusted_value()): each
                for each in [*prop.required_properties, *prop.optional_properties]
            }
            prop = members[name]
            found.append(self.kinds.attribute(prop, TAKEN))
            prop = next(
                (each for each in getattr(prop, "inner_properties", []) if hasattr(each, "required_properties")), prop
            )
        return tuple(found)

    # Iterating

    @property
    def item(self) -> str:
        """The annotation of a page's items, if the list has pages."""
        if self.facts.page is None or self.http not in ("GET", "POST"):
            return ""
        prop = self._answer_prop(0)
        for name in self.facts.page.items:
            members = {
                str(each.name.get_untrusted_value()): each
                for each in [*prop.required_properties, *prop.optional_properties]
            }
            prop = members.get(name)
            prop = next(
                (each for each in getattr(prop, "inner_properties", []) if type(each).__name__ != "NoneProperty"), prop
            )
        inner = getattr(prop, "inner_property", None)
        return self.kinds.annotation(inner, False, "_models.") if inner is not None else ""

    @property
    def iterate(self) -> str:
        return iterate_name(self.facts)

    @property
    def iterate_named(self) -> list[Argument]:
        """The arguments of `iterate`: no cursor, and the size of a page by that name."""
        page = self.facts.page
        assert page is not None
        found = []
        for each in self.named:
            if each.name == page.parameter and page.advance in ("cursor", "offset", "number"):
                continue
            if each.name == page.size:
                each = Argument(
                    "page_size", each.annotation, each.required, each.default, self._page_size_text(each.name)
                )
            found.append(each)
        return found

    def _page_size_text(self, name: str) -> str:
        """Describe `page_size` of `iterate`: all items come whatever it is, and the contract speaks of one page."""
        fact = next(each for each in self.facts.parameters if each.argument == name)
        return sentence(
            "How many items one page has; all items come whatever it is.", limits(self.contract.schema(fact.schema))
        )

    @property
    def iterate_values(self) -> str:
        page = self.facts.page
        assert page is not None
        given = {each.name: each.name for each in [*self.positional, *self.named]}
        if page.size:
            given[page.size] = "page_size"
        if page.advance in ("cursor", "offset", "number"):
            given.pop(page.parameter, None)
        if self.whole_body:
            given["body"] = "body"
        return "{" + ", ".join(f'"{name}": {value}' for name, value in given.items()) + "}"

    # Looking up and waiting

    @property
    def found(self) -> str:
        """The annotation of what is found by a create's reference, if it can be."""
        look_up = self.facts.look_up
        if look_up is None:
            return ""
        return OperationView(self.views, look_up.listed, self.views.endpoints[look_up.listed.number]).item

    @property
    def path_values(self) -> str:
        """The arguments of the path as a dict."""
        return "{" + ", ".join(f'"{each.name}": {each.name}' for each in self.positional) + "}"

    @property
    def waits(self) -> bool:
        """Whether what it reads by id can be waited for."""
        needed = {each.name for each in self.named if each.required}
        return bool(self.contract.read_by(self.facts) and self.contract.final(self.facts)[1]) and not needed

    @property
    def final(self) -> str:
        """The final states, as words."""
        return " and ".join(f"`{state}`" for state in self.contract.final(self.facts)[1])

    # Texts

    @property
    def summary(self) -> str:
        text = self.facts.operation.node.get("summary") or ""
        text = str(text).strip() or f"Call {self.http} {self.path}"
        return text if text.endswith((".", "!", "?")) else f"{text}."

    @property
    def description(self) -> str:
        node = self.facts.operation.node
        text = str(node.get("description") or "").strip()
        link = (node.get("externalDocs") or {}).get("url")
        return f"{text}\n\n{link}".strip() if link and link not in text else text

    @property
    def returns(self) -> str:
        answers = [str(each.get("description") or "").strip() for _, each in self._successes()]
        return next((text for text in answers if text), "")

    def _successes(self) -> list[Any]:
        return successes(self.facts.operation)

    @property
    def raises(self) -> list[str]:
        """What a caller has to expect, in a sentence each."""
        effect = self.facts.effect
        found = []
        if effect in ("create", "action") and not self.facts.key:
            money = (
                "money may have moved" if self.facts.operation.node.get("x-moves-money") else "it may have been done"
            )
            found.append(f"OutcomeUnknownError: It was sent, and what became of it isn't known: {money}.")
        elif effect != "read":
            found.append("OutcomeUnknownError: It was sent, repeated, and what became of it still isn't known.")
        else:
            found.append("ResponseError: The answer can't be read.")
        found.append("NotSentError: Nothing was sent.")
        codes = ", ".join(map(str, self.facts.refusals))
        found.append(f"APIError: The API said no{f' ({codes})' if codes else ''}.")
        return found

    @property
    def imports_models(self) -> bool:
        texts = [self.answer, self.whole_body, *(each.annotation for each in self.arguments)]
        return any("_models." in text for text in texts)


class MemberView:
    """One member of a model."""

    def __init__(self, views: Views, model: Any, prop: Any, sent: bool, received: bool) -> None:
        self.views, self.kinds, self.prop = views, views.kinds, prop
        self.sent, self.received = sent, received
        self.name = self.kinds.attribute(prop, TAKEN)
        self.json_name = str(prop.name.get_untrusted_value())
        self.node = self.kinds.member(str(model.class_info.name), self.json_name)
        self.required = bool(prop.required)
        self.constant = self.kinds.constant(prop) if sent else None
        self.nullable = self.kinds.is_nullable(prop)
        self.sensitive = views.contract.is_sensitive(self.node)
        self.kind = self.kinds.kind(prop, self.node)
        self.unset = sent and self.nullable and not self.required

    def type(self, models: str = "", received: bool | None = None) -> str:
        open_ = self.received if received is None else received
        text = self.kinds.annotation(self.prop, not open_, models)
        if self.views.contract.mark(self.node, "x-utc-offset") and not open_:
            text = "_datetime.datetime | str"
        if self.unset:
            text += " | _values.Unset"
        elif not self.required and "None" not in text.split(" | ") and text != "Any":
            text += " | None"
        return text

    @property
    def default(self) -> str:
        return "_values.UNSET" if self.unset else "None"

    @property
    def text(self) -> str:
        node = self.views.contract.schema(self.node)
        own = self.node.get("description") if isinstance(self.node, dict) else None
        said = (
            own
            or (self.prop.description.get_untrusted_value() if self.prop.description else "")
            or node.get("description")
        )
        return sentence(said, limits(node, said) if self.sent else "")

    @property
    def field(self) -> str:
        settings = {"required": self.required, "sensitive": self.sensitive}
        more = "".join(f", {name}=True" for name, value in settings.items() if value)
        if self.constant is not None and not self.received:
            more += f", constant={self.constant!r}"
        if self.unset:
            more += ", absent=_values.UNSET"
        return f"_model.Field({self.name!r}, {self.json_name!r}, {self.kind}{more})"

    def argument(self, name: str, models: str) -> Argument:
        deprecated = bool(isinstance(self.node, dict) and self.node.get("deprecated"))
        return Argument(
            name,
            self.type(models, False),
            self.required,
            self.default,
            self.text,
            self.sensitive,
            self.name,
            deprecated,
        )


class ModelView:
    """One model."""

    def __init__(self, views: Views, model: Any) -> None:
        self.views = views
        self.name = str(model.class_info.name)
        self.sent = self.name in views.sent
        self.received = self.name in views.received or not self.sent
        self.description = model.description.get_untrusted_value() if model.description else self.name
        node = views.kinds.schema(self.name)
        link = (node.get("externalDocs") or {}).get("url")
        self.description += f"\n\n{link}" if link else ""
        props = views.kinds.members(model)
        self.members = [MemberView(views, model, prop, self.sent, self.received) for prop in props]
        self.open = node.get("additionalProperties") not in (None, False)

    @property
    def fixed(self) -> list[MemberView]:
        """Members that are sent without being asked for, and never read."""
        return [each for each in self.members if each.constant is not None and not self.received]

    @property
    def required(self) -> list[MemberView]:
        return [each for each in self.members if each.required and each not in self.fixed and each.constant is None]

    @property
    def optional(self) -> list[MemberView]:
        return [
            each for each in self.members if (not each.required or each.constant is not None) and each not in self.fixed
        ]

    @property
    def imports(self) -> list[str]:
        """The models in the annotations."""
        names = set().union(*(self.views.kinds.imports(each.prop) for each in self.members)) if self.members else set()
        return sorted(str(name) for name in names if name != self.name)

    @property
    def items(self) -> str:
        """The attribute that holds a page's items, if this is a page, and their type."""
        for facts in self.views.contract.all:
            if facts.page and len(facts.page.items) == 1 and facts.number in self.views.endpoints:
                view = OperationView(self.views, facts, self.views.endpoints[facts.number])
                if view._answer_type(0) == f"_models.{self.name}" and view.item:
                    return view._attributes(facts.page.items)[0]
        return ""

    @property
    def item(self) -> str:
        member = next(each for each in self.members if each.name == self.items)
        text = member.type()
        return text[text.index("[") + 1 : text.rindex("]")]
