"""The contract as something to change: short words for what OpenAPI needs many lines for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attrs
import yaml

ROOT = Path(__file__).parents[3]
Node = dict[str, Any]

TEXT: Node = {"type": "string"}
WHOLE: Node = {"type": "integer"}
NUMBER: Node = {"type": "number"}
TRUTH: Node = {"type": "boolean"}
DAY: Node = {"type": "string", "format": "date"}
MOMENT: Node = {"type": "string", "format": "date-time"}
UUID: Node = {"type": "string", "format": "uuid"}

API_KEY = "sk_test_4f9a"

# Replies of the pretended server.
PAYOUT: Node = {"id": "po_1", "status": "processing", "payoutTargetId": "t1", "amount": 5000, "reference": "r-1"}
PAGE: Node = {"items": [PAYOUT], "cursor": None}
LOST = "lost"  # the connection breaks before the answer


@attrs.frozen
class Raw:
    """A reply that is not plain JSON."""

    content: bytes = b""
    media: str = "application/json"
    status: int = 200
    headers: dict[str, str] = attrs.field(factory=dict)


def ref(schema: str) -> Node:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{schema}"}


def thing(*required: str, **properties: Node) -> Node:
    """Return the schema of an object."""
    return {"type": "object", "required": list(required), "properties": properties}


def many(items: Node) -> Node:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def mapping(values: Node) -> Node:
    """Return the schema of a map from text to `values`."""
    return {"type": "object", "additionalProperties": values}


def nullable(schema: Node) -> Node:
    """Return `schema`, or null."""
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(*schemas: Node, by: str | None = None, **mapped: str) -> Node:
    """Return a union, with a discriminator if `by` names one."""
    union: Node = {"oneOf": list(schemas)}
    if by:
        values = {value: f"#/components/schemas/{name}" for value, name in mapped.items()}
        union["discriminator"] = {"propertyName": by, **({"mapping": values} if values else {})}
    return union


def parameter(place: str, name: str, schema: Node, **more: Any) -> Node:
    """Return a parameter that stands in `place`."""
    more = {"required": True, **more} if place == "path" else more
    return {"name": name, "in": place, "description": f"The {name}.", "schema": schema, **more}


def query(name: str, schema: Node = TEXT, **more: Any) -> Node:
    """Return a query parameter."""
    return parameter("query", name, schema, **more)


def header(name: str, schema: Node = TEXT, **more: Any) -> Node:
    """Return a header parameter."""
    return parameter("header", name, schema, **more)


def content(schema: Node, media: str = "application/json") -> Node:
    """Return the content of a body or an answer."""
    return {"content": {media: {"schema": schema}}}


def answer(schema: Node | None = None, media: str = "application/json") -> Node:
    """Return an answer, without content if there is no schema."""
    return {"description": "Done.", **(content(schema, media) if schema is not None else {})}


def body(schema: Node, media: str = "application/json", *, required: bool = True) -> Node:
    """Return the body of a request."""
    return {"required": required, **content(schema, media)}


class Contract:
    """openapi/palomma.yaml, to be changed."""

    def __init__(self) -> None:
        # Without aliases, so that no change reaches further than it says.
        text = (ROOT / "openapi/palomma.yaml").read_text()
        self.document: Node = _unshared(yaml.safe_load(text))

    @property
    def paths(self) -> Node:
        """The paths, by their templates."""
        paths: Node = self.document["paths"]
        return paths

    @property
    def schemas(self) -> Node:
        """The schemas, by name."""
        schemas: Node = self.document["components"]["schemas"]
        return schemas

    def members(self, schema: str) -> Node:
        """Return the properties of a schema."""
        members: Node = self.schemas[schema]["properties"]
        return members

    def operation(self, operation_id: str) -> Node:
        """Return one operation."""
        return next(node for _, node in self._operations() if node.get("operationId") == operation_id)

    def _operations(self) -> list[tuple[str, Node]]:
        verbs = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
        return [(path, item[verb]) for path, item in self.paths.items() for verb in verbs if verb in item]

    def parameters(self, operation_id: str, *added: Node) -> None:
        """Give an operation further parameters."""
        self.operation(operation_id).setdefault("parameters", []).extend(added)

    def responses(self, operation_id: str, **responses: Node) -> None:
        """Replace the successes of an operation; a status is written `_204`."""
        known = self.operation(operation_id)["responses"]
        for status in [status for status in known if status.startswith("2")]:
            del known[status]
        known.update({status.removeprefix("_"): response for status, response in responses.items()})

    def add(self, route: str, operation_id: str | None, done: Node | None = None, **more: Any) -> Node:
        """Add an operation, such as `POST /x/{id}`; its path parameters are texts unless given."""
        verb, path = route.split(" ")
        given = more.pop("parameters", [])
        names = {parameter["name"] for parameter in given if parameter.get("in") == "path"}
        missing = [name for name in re.findall(r"{(.+?)}", path) if name not in names]
        responses = more.pop("responses", None) or {"200": done if done is not None else answer()}
        operation = {
            "operationId": operation_id,
            "tags": [path.split("/")[1]],
            "summary": "Do it",
            "description": "What it does.",
            "parameters": [parameter("path", name, TEXT) for name in missing] + given,
            "responses": responses,
            **more,
        }
        operation = {
            key: value for key, value in operation.items() if value is not None and (value != [] or key == "security")
        }
        self.paths.setdefault(path, {})[verb.lower()] = operation
        return operation


def _unshared(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _unshared(value) for key, value in node.items()}
    return [_unshared(item) for item in node] if isinstance(node, list) else node
