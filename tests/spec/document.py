"""An OpenAPI document, as the rules read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Node = dict[str, Any]
Path = tuple[str, ...]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
FORMATS = Draft202012Validator.FORMAT_CHECKER


class Document:
    """A document, its text and what stands in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spec: Node = yaml.safe_load(text)

    @cached_property
    def registry(self) -> Registry[Any]:
        registry: Registry[Any] = Registry()
        filled: Registry[Any] = registry.with_resource("urn:document", DRAFT202012.create_resource(self.spec))
        return filled

    def deref(self, node: Node) -> Node:
        """The thing that a node names, where it names one."""
        while "$ref" in node:
            target: Any = self.spec
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def component(self, kind: str) -> Node:
        found: Node = self.spec.get("components", {}).get(kind, {})
        return found

    def errors(self, schema: Node, value: Any) -> list[str]:
        """What is wrong with a value, formats included."""
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
        validator = OAS30Validator if self.spec["openapi"].startswith("3.0") else Draft202012Validator
        found = validator(absolute, registry=self.registry, format_checker=FORMATS).iter_errors(value)
        return [f"{error.json_path}: {error.message}" for error in found]

    def unknown(self, schema: Node, value: object) -> Iterator[str]:
        """The members of a value that its schema does not name, although it names some and is not open."""
        schema = self.variant(self.deref(schema), value)
        if isinstance(value, dict) and "properties" in schema and not schema.get("additionalProperties"):
            for name, member in value.items():
                if name in schema["properties"]:
                    yield from self.unknown(schema["properties"][name], member)
                else:
                    yield name
        elif isinstance(value, list):
            for item in value:
                yield from self.unknown(schema.get("items", {}), item)

    def variant(self, schema: Node, value: object) -> Node:
        """The schema of a union that accepts the value."""
        for candidate in [*schema.get("oneOf", []), *schema.get("anyOf", [])]:
            if not self.errors(candidate, value):
                return self.variant(self.deref(candidate), value)
        return schema

    def variants(self, schema: Node) -> list[Node]:
        """The objects that a body can be."""
        schema = self.deref(schema)
        return [self.deref(each) for each in schema.get("oneOf", [schema])]

    def operations(self) -> Iterator[tuple[str, Node]]:
        """Every operation under its request line, with the parameters of its path."""
        yield from self._operations("paths")

    def webhooks(self) -> Iterator[tuple[str, Node]]:
        """Every webhook operation under the name of its event."""
        kind = "webhooks" if "webhooks" in self.spec else "x-webhooks"  # OpenAPI 3.0 has none of its own
        yield from ((line.split(maxsplit=1)[1], operation) for line, operation in self._operations(kind))

    def all_operations(self) -> Iterator[tuple[str, Node]]:
        yield from self.operations()
        yield from self.webhooks()

    def _operations(self, kind: str) -> Iterator[tuple[str, Node]]:
        items: dict[str, Node] = self.spec.get(kind, {})
        for path, item in items.items():
            for method in METHODS:
                if method in item:
                    parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
                    yield f"{method.upper()} {path}", {**item[method], "parameters": parameters}

    def bodies(self) -> Iterator[tuple[str, Node]]:
        """Every request body and every answer body, webhooks included."""
        for name, operation in self.all_operations():
            for body in self.deref(operation.get("requestBody", {})).get("content", {}).values():
                yield f"{name} request", body
            for code, answer in operation["responses"].items():
                for body in self.deref(answer).get("content", {}).values():
                    yield f"{name} {code}", body

    def examples(self, node: Node) -> list[Any]:
        """The examples of a body or a parameter."""
        named = [self.deref(example)["value"] for example in node.get("examples", {}).values()]
        return [*named, *([node["example"]] if "example" in node else [])]

    def success(self, operation: Node) -> Node:
        """The schema of an operation's first success, empty if it has no body."""
        answer = next(self.deref(each) for code, each in operation["responses"].items() if code.startswith("2"))
        schemas = [body.get("schema", {}) for body in answer.get("content", {}).values()]
        return self.deref(schemas[0]) if schemas else {}

    def walk(self) -> Iterator[tuple[Path, Node]]:
        """Every object of the document but the values of examples and of marks."""
        yield from _walk(self.spec, ())

    def schemas(self) -> Iterator[tuple[Path, Node]]:
        """Every schema: of a component, a member, an item, a parameter, a body."""
        for path, node in self.walk():
            if path[-2:-1] == ("schemas",) or path[-1:] in (("schema",), ("items",)) or path[-2:-1] == ("properties",):
                yield path, node


def _walk(node: Any, path: Path) -> Iterator[tuple[Path, Node]]:
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            if key not in ("example", "examples") and not str(key).startswith("x-"):
                yield from _walk(value, (*path, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*path, str(index)))
