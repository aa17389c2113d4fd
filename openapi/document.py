"""The contract as the generators read it: every reference resolved but those to schemas, every inline object named.

`Contract` keeps the document as it is written and answers questions about it; `plain` makes the copy that
openapi-python-client gets. Nothing here is about Palomma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from openapi_python_client.strings import ClassName, pascal_case

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SCHEMAS = "#/components/schemas/"
Node = dict[str, Any]


class RefusedError(Exception):
    """What the generator can't do right: the place, what it is, the rule and what to do."""


def load(path: Path) -> Node:
    """Read a YAML or JSON document. Raise `RefusedError` for a file that is neither."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RefusedError(f"{path.name} is not supported: it can't be read ({error}); correct it") from None
    if not isinstance(document, dict) or not isinstance(document.get("paths", {}), dict):
        raise RefusedError(
            f"{path.name} is not supported: it is no OpenAPI document; it must be an object with `paths`"
        )
    return document


class _Loader(yaml.CSafeLoader):
    """YAML without the dates of 1.1: in JSON, and so in OpenAPI, 2024-08-28 is a text."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def line_of(path: Path, *place: str) -> int:
    """Return the line on which something stands in the document, 1 if it can't be found."""
    node = yaml.compose(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    line = 1
    for name in place:
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        found = [(key, value) for key, value in pairs if key.value == name]
        if not found:
            return line
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, anything else as a list of one, nothing as an empty one."""
    return value if isinstance(value, list) else [] if value is None else [value]


class Operation:
    """One operation as the document has it, its references and its path's parameters put in place."""

    def __init__(self, document: Node, path: str, method: str) -> None:
        item = resolve(document, document["paths"][path])
        self.path, self.method, self.node = path, method, item[method]
        self.id: str = self.node.get("operationId") or _made_up_id(method, path)
        self.tag: str = next(iter(self.node.get("tags") or []), None) or _first_segment(path)
        self.servers: list[Node] = self.node.get("servers") or item.get("servers") or []
        own = [resolve(document, each) for each in self.node.get("parameters") or []]
        named = {(each.get("name"), each.get("in")) for each in own}
        shared = [resolve(document, each) for each in item.get("parameters") or []]
        self.parameters: list[Node] = own + [each for each in shared if (each.get("name"), each.get("in")) not in named]
        self.body: Node | None = resolve(document, self.node["requestBody"]) if self.node.get("requestBody") else None
        self.responses = {
            str(code): resolve(document, each) for code, each in (self.node.get("responses") or {}).items()
        }

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path} {self.id}"


def operations(document: Node) -> Iterator[Operation]:
    """Yield every operation, in the order of the document."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if not path.startswith("x-") and method in (resolve(document, item) or {}):
                yield Operation(document, path, method)


def _made_up_id(method: str, path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path)
    return method + "".join(word[:1].upper() + word[1:] for word in words)


def _first_segment(path: str) -> str:
    fixed = [part for part in path.split("/") if part and "{" not in part and not re.fullmatch(r"v\d+", part)]
    return fixed[0] if fixed else "default"


def resolve(document: Node, node: Any) -> Any:
    """Follow references until something stands there. Raise `RefusedError` for one that leads nowhere."""
    seen = []
    while isinstance(node, dict) and isinstance(node.get("$ref"), str):
        target = node["$ref"]
        if not target.startswith("#/") or target in seen:
            raise RefusedError(f"$ref {target} is not supported: it leads in a circle or to another file; bundle them")
        seen.append(target)
        node = document
        for part in target[2:].split("/"):
            part = part.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
            node = node.get(part) if isinstance(node, dict) else node[int(part)] if isinstance(node, list) else None
        if node is None:
            raise RefusedError(
                f"$ref {target} is not supported: nothing stands there; write it, or correct the reference"
            )
    return node


# Answers and bodies


def json_like(media: str) -> bool:
    """Return whether a media type is JSON."""
    plain = media.partition(";")[0].strip().lower()
    return plain in ("application/json", "*/*", "application/*", "text/json") or plain.endswith("+json")


def form_of(media: str) -> str:
    """Return how a body of a media type is read: as json, text or bytes."""
    return "json" if json_like(media) else "text" if media.lower().startswith("text/") else "bytes"


def successes(operation: Operation) -> list[tuple[str, Node]]:
    """Return the answers that are a success: the 2xx, else the default one."""
    good = [
        (code, each) for code, each in operation.responses.items() if re.fullmatch(r"2(\d\d|XX)", code, re.IGNORECASE)
    ]
    return good or [(code, each) for code, each in operation.responses.items() if code == "default"]


def best(content: Node, order: tuple[str, ...]) -> tuple[str, Node] | None:
    """Return the media type that is used, of those there are."""
    ranked = sorted(
        content.items(), key=lambda pair: next((n for n, each in enumerate(order) if _media(pair[0], each)), len(order))
    )
    return ranked[0] if ranked else None


def _media(media: str, wanted: str) -> bool:
    return json_like(media) if wanted == "json" else media.lower().startswith(wanted)


# The plain copy


class Plain:
    """Makes the copy of a document in which every object and every enum is a named component."""

    def __init__(self, document: Node) -> None:
        self.document = document
        self.source: Node = (document.get("components") or {}).get("schemas") or {}
        self.schemas: Node = {}
        self.requests: Node = {}
        self._nullable = {name for name, node in self.source.items() if _null(node) and _wants_a_name(node)}
        self._sent: dict[str, str] = {}
        self._taken = {class_name(name): name for name in self.source}
        for name, node in self.source.items():
            self.schemas[name] = self._schema(node, name, top=True)
        self._constants()

    def name(self, wanted: str) -> str:
        """Return a name for an inline schema that no other has."""
        name = pascal_case(wanted) or "Value"
        count = 1
        while class_name(name) in self._taken:
            count += 1
            name = f"{pascal_case(wanted)}{count}"
        self._taken[class_name(name)] = name
        return name

    def hoist(self, node: Any, name: str) -> Any:
        """Return a schema in which nothing inline is left, naming what has to be named."""
        return self._schema(node, name)

    def _schema(self, node: Any, name: str, top: bool = False) -> Any:
        if node is True or node == {}:
            return {}
        if not isinstance(node, dict):
            raise RefusedError(
                f"schema {name} is not supported: it is {node!r}, and no object; correct its place or type"
            )
        if "$ref" in node:
            return self._reference(node, name)
        node = _simplified(self.document, node)
        if "$ref" in node:
            return self._reference(node, name)
        plain = {key: value for key, value in node.items() if key not in _DROPPED}
        limits = {key: node[key] for key in LIMITS if key in node}
        if limits:
            plain["x-limits"] = limits
        for key in ("allOf", "anyOf", "oneOf"):
            if key in node:
                plain[key] = [
                    self._schema(each, f"{name}{_variant(each, place)}", key == "allOf")
                    for place, each in enumerate(node[key])
                ]
        if "properties" in node:
            plain["properties"] = {key: self._schema(each, f"{name} {key}") for key, each in node["properties"].items()}
        if isinstance(node.get("additionalProperties"), dict):
            plain["additionalProperties"] = self._schema(node["additionalProperties"], f"{name} value")
        if _is(node, "array"):
            plain["items"] = self._schema(node.get("items", {}), f"{name} item")
        null = _null(plain)
        if (top and not null) or not _wants_a_name(plain):
            return plain
        plain = _without_null(plain)
        if top:
            return plain
        made = self.name(name)
        self.schemas[made] = plain
        ways = {key: plain.pop(key) for key in ("readOnly", "writeOnly") if key in plain}
        if null:
            return {"anyOf": [{"$ref": SCHEMAS + made}, {"type": "null"}], **ways}
        return {"$ref": SCHEMAS + made, **ways}

    def _reference(self, node: Node, name: str) -> Any:
        target = node["$ref"]
        if target.startswith(SCHEMAS) and "/" not in target[len(SCHEMAS) :]:
            resolve(self.document, node)
            ways = {key: value for key, value in node.items() if key in ("readOnly", "writeOnly")}
            if _null(node) or target.removeprefix(SCHEMAS) in self._nullable:
                return {"anyOf": [{"$ref": target}, {"type": "null"}], **ways}
            return {"$ref": target, **ways}
        return self._schema(deepcopy(resolve(self.document, node)), name)

    def way(self, node: Any, sent: bool) -> Any:
        """Return a hoisted schema as it is sent, without what is only read, or as it is received: the reverse."""
        if isinstance(node, list):
            return [self.way(each, sent) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return {"$ref": SCHEMAS + self._version(node["$ref"].removeprefix(SCHEMAS), sent)}
        if "allOf" in node:
            node = self._merged(node) or node
        hidden = {
            name for name, each in node.get("properties", {}).items() if each.get("readOnly" if sent else "writeOnly")
        }
        copy = {
            key: self.way(value, sent) if key in _HOLDERS else value
            for key, value in node.items()
            if key not in ("properties", "readOnly", "writeOnly")
        }
        if "properties" in node:
            copy["properties"] = {
                name: self.way(each, sent) for name, each in node["properties"].items() if name not in hidden
            }
        if "required" in node and hidden:
            copy["required"] = [name for name in node["required"] if name not in hidden]
        return copy

    def _merged(self, node: Node, depth: int = 0) -> Node | None:
        """Return the one object that all parts of an `allOf` make up, None if one of them is no object."""
        merged: Node = {key: value for key, value in node.items() if key != "allOf"}
        properties: Node = {}
        required: list[str] = []
        for part in [*node["allOf"], {key: node[key] for key in ("properties", "required") if key in node}]:
            part = self.schemas.get(part["$ref"].removeprefix(SCHEMAS), {}) if "$ref" in part else part
            if "allOf" in part:
                part = (self._merged(part, depth + 1) if depth < 20 else None) or {"oneOf": []}
            if not _is_object(part):
                return None
            for name, each in part.get("properties", {}).items():
                properties[name] = _narrower(properties.get(name), each)
            required += [name for name in part.get("required", []) if name not in required]
            merged = {**{key: value for key, value in part.items() if key not in ("properties", "required")}, **merged}
        return {**merged, "type": "object", "properties": properties, "required": required}

    def _version(self, name: str, sent: bool) -> str:
        if not sent or not self._one_way(name, set()):
            return name
        if name not in self._sent:
            self._sent[name] = self.name(f"{name}Request")
            self.requests[self._sent[name]] = self.way(self.schemas[name], True)
        return self._sent[name]

    def _one_way(self, name: str, seen: set[str]) -> bool:
        """Return whether a component has, at any depth, members that are only read or only written."""
        if name in seen:
            return False
        seen.add(name)
        return any(
            "readOnly" in node
            or "writeOnly" in node
            or ("$ref" in node and self._one_way(node["$ref"].removeprefix(SCHEMAS), seen))
            for node in walk(self.schemas.get(name))
            if node.get("readOnly") or node.get("writeOnly") or "$ref" in node
        )

    def components(self) -> Node:
        """Return all named schemas, as they are received and, where that differs, as they are sent."""
        received = {name: self.way(node, False) for name, node in self.schemas.items()}
        return {**received, **self.requests}

    def _constants(self) -> None:
        """Write what a discriminator says into the variants as constants: that tells them apart, and is sent."""
        for union in list(walk(self.document)):
            said = union.get("discriminator")
            if isinstance(said, dict) and said.get("propertyName"):
                variants = [each["$ref"] for each in union.get("oneOf") or union.get("anyOf") or [] if "$ref" in each]
                self._name_variants(str(said["propertyName"]), variants, said.get("mapping") or {})

    def _name_variants(self, member: str, variants: list[str], mapping: Node) -> None:
        for variant in variants:
            name = variant.removeprefix(SCHEMAS)
            values = [value for value, target in mapping.items() if target in (variant, name)]
            values = values or ([] if mapping else [name])
            if name in self.schemas and values:
                _tell_apart(self.schemas[name], member, values)


_DATA = frozenset({"example", "examples", "default", "enum", "const"})  # no schemas, whatever their members are called
_HOLDERS = frozenset({"allOf", "anyOf", "oneOf", "items", "additionalProperties"})
LIMITS = (
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "default",
)
_DROPPED = frozenset(
    [
        "default",
        "example",
        "examples",
        "title",
        "xml",
        "externalDocs",
        "discriminator",
        "if",
        "then",
        "else",
        "not",
        "patternProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
        "contains",
        "prefixItems",
        "allOf",
        "anyOf",
        "oneOf",
        "properties",
        "items",
        "multipleOf",
        "maximum",
        "minimum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxProperties",
        "minProperties",
        "deprecated",
    ]
)


# What generated modules import by name: a schema of such a name becomes a class of another.
TAKEN_CLASSES = frozenset({"Any", "ClassVar", "Literal", "Mapping", "Sequence", "Iterator", "TYPE_CHECKING"})


def class_name(name: str) -> str:
    """Return the class that a schema becomes."""
    made = str(ClassName(name, "field_"))
    return f"Schema{made}" if made in TAKEN_CLASSES else made


def walk(node: Any) -> Iterator[Node]:
    """Yield every object of a document that may be a schema or hold one."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in _DATA and not str(key).startswith("x-"):
                yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def _is(node: Node, kind: str) -> bool:
    return kind in as_list(node.get("type"))


def _null(node: Any) -> bool:
    """Return whether null is a value of a schema, by OpenAPI 3.0's word or by 3.1's."""
    return isinstance(node, dict) and (bool(node.get("nullable")) or ("type" in node and _is(node, "null")))


def _without_null(node: Node) -> Node:
    copy = {key: value for key, value in node.items() if key != "nullable"}
    types = [kind for kind in as_list(node.get("type")) if kind != "null"]
    if types:
        copy["type"] = types[0] if len(types) == 1 else types
    if "enum" in node:
        copy["enum"] = [value for value in node["enum"] if value is not None]
    return copy


def _wants_a_name(node: Node) -> bool:
    """Return whether a class or a type alias is made of it: an object with members, or an enum."""
    return bool(
        node.get("properties")
        or node.get("allOf")
        or (node.get("enum") and len([kind for kind in as_list(node.get("type")) if kind != "null"]) < 2)
    )


def _variant(node: Any, place: int) -> str:
    title = node.get("title") if isinstance(node, dict) else None
    return f" {title}" if title else "" if isinstance(node, dict) and "$ref" in node else f" type {place}"


def _is_object(part: Node) -> bool:
    return not any(key in part for key in ("oneOf", "anyOf", "enum", "const", "items")) and as_list(
        part.get("type", "object")
    ) == ["object"]


def _narrower(one: Any, other: Any) -> Any:
    """Return what a member is that two parts of an `allOf` have: the one that allows less."""
    if not one or one == other:
        return other
    if not other or "const" in one or "enum" in one or ("$ref" in one and not ({"const", "enum"} & other.keys())):
        return one
    if "$ref" in other:
        return other
    return {**one, **other}


def _tell_apart(schema: Node, member: str, values: list[str]) -> None:
    """Give a variant's discriminating member its constant, if it has none."""
    holder = (
        schema
        if "properties" in schema or not schema.get("allOf")
        else next((each for each in schema["allOf"] if "$ref" not in each), schema)
    )
    known = holder.setdefault("properties", {}).get(member, {})
    if "const" in known or len(known.get("enum", [])) == 1:
        return
    described = {"description": known["description"]} if known.get("description") else {}
    fixed = {"const": values[0]} if len(values) == 1 else {"enum": sorted(values)}
    holder["properties"][member] = {"type": "string", **fixed, **described}
    holder["type"] = "object"
    holder["required"] = sorted({*holder.get("required", []), member})


def _simplified(document: Node, node: Node) -> Node:
    """Return a schema in the few forms that are read below: no alternatives beside members, no mixed enums."""
    node = dict(node)
    parts = [each for each in node.get("allOf", []) if _says_something(each)]
    if "allOf" in node and not parts:
        del node["allOf"]
    elif "allOf" in node:
        node["allOf"] = parts
        if len(parts) == 1 and not node.get("properties"):
            merged = {**{key: value for key, value in node.items() if key != "allOf"}, **parts[0]}
            node = (
                merged
                if "$ref" not in parts[0] or not _says_something({k: v for k, v in node.items() if k != "allOf"})
                else node
            )
    for key in ("anyOf", "oneOf"):
        alternatives = node.get(key)
        if alternatives is not None and not any(_says_something(each) for each in alternatives):
            del node[key]  # alternatives of `required` alone: nothing to be read differently
        elif alternatives and node.get("properties"):
            base = {
                name: value
                for name, value in node.items()
                if name not in ("anyOf", "oneOf", "discriminator", "description")
            }
            node = {
                name: value for name, value in node.items() if name in (key, "description", "discriminator", "nullable")
            }
            node[key] = [{"allOf": [deepcopy(base), each]} for each in alternatives]
    if len({type(value) for value in node.get("enum", []) if value is not None}) > 1:
        node = {
            "anyOf": [
                _of_type(kind, node["enum"])
                for kind in (str, int, float, bool, type(None))
                if any(type(v) is kind for v in node["enum"])
            ]
        }
    elif any(isinstance(value, (bool, float)) for value in node.get("enum", [])):
        node.pop("enum")
    elif "enum" in node and "type" not in node:
        node["type"] = "integer" if all(isinstance(value, int) for value in node["enum"]) else "string"
    if "const" in node and (not isinstance(node["const"], (str, int)) or isinstance(node["const"], bool)):
        node.pop("const")
    return node


def _of_type(kind: type, values: list[Any]) -> Node:
    names = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
    schema: Node = {"type": names[kind]}
    return {**schema, "enum": [value for value in values if type(value) is kind]} if kind in (str, int) else schema


_SAYS_NOTHING = frozenset(
    [
        "description",
        "title",
        "example",
        "examples",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "required",
        "nullable",
        "xml",
        "externalDocs",
        "not",
        "minProperties",
        "maxProperties",
    ]
)


def _says_something(node: Any) -> bool:
    """Return whether a schema says what kind of value it is."""
    return isinstance(node, dict) and any(key not in _SAYS_NOTHING and not key.startswith("x-") for key in node)
