"""The contract as data: its operations, links and schemas. No endpoint has a name here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jsonschema_rs import Draft202012Validator

__all__ = ["FILE", "ROOT", "SPEC", "Link", "Operation", "Resource", "Spec", "pointed"]

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "openapi" / "palomma.yaml"
Node = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_JSON = "application/json"
_PATH = "$request.path."


def pointed(document: Any, pointer: str) -> Any:
    """What a JSON pointer finds. Raises LookupError."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


class Link(NamedTuple):
    """One link of the contract."""

    name: str
    source: str
    target: str
    parameters: dict[str, str]

    def values(self, path: Mapping[str, Any], body: Any) -> dict[str, Any]:
        """The parameters of the target, taken out of the source's path and answer. Raises LookupError."""
        return {
            name: path[rule.removeprefix(_PATH)] if rule.startswith(_PATH) else pointed(body, rule.partition("#")[2])
            for name, rule in self.parameters.items()
        }


@dataclass(frozen=True)
class Operation:
    """One operation of the contract, with its references resolved one level deep."""

    id: str
    method: str
    path: str
    parameters: dict[str, Node] = field(compare=False)
    body: Node | None = field(compare=False)
    responses: dict[str, Node] = field(compare=False)

    @property
    def reads_one(self) -> bool:
        """Whether it answers the one object that its path names."""
        return self.method == "GET" and self.path.endswith("}")

    @property
    def lists(self) -> bool:
        """Whether it answers a page of objects."""
        return self.method == "GET" and not self.path.endswith("}")

    @property
    def creates(self) -> bool:
        """Whether it makes a new object."""
        return self.method == "POST"

    @property
    def path_names(self) -> list[str]:
        """The parameters of its path, in order."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def filters(self) -> list[str]:
        """The query parameters that choose objects, rather than pages of them."""
        queries = [name for name, node in self.parameters.items() if node["in"] == "query"]
        return [name for name in queries if name not in ("limit", "cursor")]

    def schema(self, status: int | str) -> Node | None:
        """The schema of its answer with this status, if it is documented."""
        content = self.responses.get(str(status), {}).get("content", {})
        found: Node | None = content.get(_JSON, {}).get("schema")
        return found


class Resource(NamedTuple):
    """What can be read by an id, and perhaps created and listed."""

    id: str
    reader: Operation
    lister: Operation | None
    creator: Operation | None
    node: Node
    schema: Node

    @property
    def maker(self) -> Operation:
        """The operation that creates it, of one that can be created."""
        assert self.creator
        return self.creator

    @property
    def states(self) -> Node:
        """The enum of its states; empty without one."""
        found: Node = self.schema.get("properties", {}).get("status", {})
        return found


class Spec:
    """A contract."""

    def __init__(self, document: Node) -> None:
        self.document = document
        self._pointed: dict[str, Node] = {}
        self._validators: dict[str, Draft202012Validator] = {}

    @classmethod
    def read(cls, text: str) -> Spec:
        """The contract in this text."""
        return cls(yaml.load(text, yaml.CSafeLoader))

    def resolved(self, node: Node) -> Node:
        """The node itself, or what it refers to."""
        while "$ref" in node:
            ref = node["$ref"]
            if ref not in self._pointed:
                self._pointed[ref] = pointed(self.document, ref)
            beside = {name: value for name, value in node.items() if name != "$ref"}
            node = {**self._pointed[ref], **beside} if beside else self._pointed[ref]
        return node

    def validator(self, schema: Node) -> Draft202012Validator:
        """A validator of one of the contract's schemas, formats included."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            inside = {**schema, "components": self.document.get("components", {})}
            self._validators[key] = Draft202012Validator(inside, validate_formats=True)
        return self._validators[key]

    def members(self, schema: Node) -> dict[str, Node]:
        """The members of an object, each with what it refers to."""
        return {name: self.resolved(node) for name, node in self.resolved(schema).get("properties", {}).items()}

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """The operations by their operationId, in the order of the document."""
        return {operation.id: operation for operation in self._operations()}

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            for method in filter(_METHODS.__contains__, item):
                node = item[method]
                parameters = [self.resolved(each) for each in item.get("parameters", []) + node.get("parameters", [])]
                body = node.get("requestBody")
                yield Operation(
                    node["operationId"],
                    method.upper(),
                    path,
                    {parameter["name"]: parameter for parameter in parameters},
                    self.resolved(body) if body else None,
                    {code: self.resolved(answer) for code, answer in node["responses"].items()},
                )

    def body_schema(self, operation: Operation) -> Node:
        """The schema of a create's body."""
        return self.resolved((operation.body or {})["content"][_JSON]["schema"])

    def body_members(self, operation: Operation) -> dict[str, Node]:
        """The members of a create's body, of whichever kind it is."""
        return {name: node for kind in reversed(self.bodies(operation)) for name, node in self.members(kind).items()}

    def bodies(self, operation: Operation) -> list[Node]:
        """The schemas of the bodies that a create takes."""
        schema = self.body_schema(operation)
        return [self.resolved(each) for each in schema.get("oneOf", [])] or [schema]

    def node(self, operation: Operation) -> Node:
        """An operation as the document has it."""
        node: Node = self.document["paths"][operation.path][operation.method.lower()]
        return node

    @staticmethod
    def sent(post: Node) -> Node:
        """The schema of what a webhook sends."""
        schema: Node = post["requestBody"]["content"][_JSON]["schema"]
        return schema

    def kind(self, operation: Operation, body: Any) -> Node:
        """The schema, of those that a create takes, that a body is meant to fulfil: the one of its constants."""
        kinds = self.bodies(operation)
        told = body if isinstance(body, dict) else {}
        fits = (
            each
            for each in kinds
            if all(told.get(name) == node["const"] for name, node in self.members(each).items() if "const" in node)
        )
        return next(fits, kinds[0])

    def examples(self, operation: Operation) -> list[Node]:
        """The bodies that the contract gives as examples of a create."""
        examples = (operation.body or {})["content"][_JSON].get("examples", {})
        return [self.resolved(example)["value"] for example in examples.values()]

    @cached_property
    def links(self) -> list[Link]:
        """Every link, in the order of the document."""
        found = []
        for operation in self.operations.values():
            for response in operation.responses.values():
                for name, node in response.get("links", {}).items():
                    link = self.resolved(node)
                    found.append(Link(name, operation.id, link["operationId"], link["parameters"]))
        return found

    def by_id(self, operation: Operation) -> Operation | None:
        """The operation that reads one of what this one creates or lists."""
        below = re.compile(re.escape(operation.path) + r"/{\w+}")
        return next((each for each in self.operations.values() if each.reads_one and below.fullmatch(each.path)), None)

    def listing(self, operation: Operation) -> Operation | None:
        """The operation that lists what this one creates or reads."""
        path = operation.path.rsplit("/", 1)[0] if operation.reads_one else operation.path
        return next((each for each in self.operations.values() if each.lists and each.path == path), None)

    @cached_property
    def resources(self) -> list[Resource]:
        """What can be read by an id, in the order in which it has to be created."""
        return [self._resource(each) for each in self.operations.values() if each.reads_one]

    def _resource(self, reader: Operation) -> Resource:
        lister, node = self.listing(reader), reader.schema(200) or {}
        creators = [each for each in self.operations.values() if each.creates and self.by_id(each) == reader]
        schema = {**self.resolved(node), "properties": self.members(node)}
        return Resource(reader.path_names[-1], reader, lister, next(iter(creators), None), node, schema)

    def named_by(self, member: str) -> Resource | None:
        """What a member such as `customerId` or `targetMerchantAccountId` names."""
        return next((each for each in self.resources if member.lower().endswith(each.id.lower())), None)

    def resource_of(self, operation: Operation) -> Resource | None:
        """The resource that an operation creates, lists or reads."""
        return next((each for each in self.resources if operation in (each.reader, each.lister, each.creator)), None)

    @cached_property
    def schemes(self) -> set[str]:
        """The HTTP authentication schemes, in lower case."""
        found = self.document["components"]["securitySchemes"].values()
        return {each["scheme"].lower() for each in found if "scheme" in each}


SPEC = Spec.read(FILE.read_text(encoding="utf-8"))
