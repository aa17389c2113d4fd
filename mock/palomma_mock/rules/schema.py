"""Check values against the JSON Schemas of the contract, and make up values that fit them."""

import difflib
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

import jsonschema_rs

Schema = Mapping[str, Any]
Members = dict[str, Any]
"""An object as the API shows it, or as it was asked for."""

_WORDS = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}
# What is wrong with a value that breaks this keyword; the keyword's own value stands in the braces.
_BROKEN = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "multipleOf": "must be a multiple of {}",
    "minLength": "must be {} or more characters long",
    "maxLength": "must be at most {} characters long",
    "minItems": "must be a list of {} or more",
    "maxItems": "must be a list of at most {}",
}
# Longer texts resemble nothing, and comparing them takes time.
_COMPARABLE = 64
_DEEPEST = 9
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.IGNORECASE)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_EXAMPLES = {
    "date-time": "2024-03-01T18:30:00Z",
    "date": "2024-03-01",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "email": "ana@example.com",
    "uri": "http://127.0.0.1/",
}
_EXCLUSIVE = ("exclusiveMinimum", "exclusiveMaximum")
_LARGEST = {"int32": 2**31 - 1, "int64": 2**63 - 1}
_ANYTHING: Schema = {}


class RefusedError(Exception):
    """The request can't be served; the message names the member, never its value."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def is_url(text: str) -> bool:
    """Whether it is an address that a browser may be sent to: `javascript:` and `data:` are not."""
    try:
        return bool(_URL.fullmatch(text) and not _BAD_ESCAPE.search(text) and urlsplit(text).hostname)
    except ValueError:  # [ without ]
        return False


def not_among(value: Any, allowed: list[str]) -> str:
    """Say which values are allowed, the nearest one first; the value itself is not repeated (R5)."""
    text = str(value)[:_COMPARABLE].casefold()
    near = difflib.get_close_matches(text, [choice.casefold() for choice in allowed], 1)
    hint = [f"did you mean {choice}?" for choice in allowed if [choice.casefold()] == near][:1]
    return " ".join(["not one of the allowed values;", *hint, f"allowed: {', '.join(allowed)}"])


_URLS = {"uri": is_url, "url": is_url}


def refuse(where: str, problem: str) -> NoReturn:
    """Raise the refusal of a member, or of the whole body."""
    raise RefusedError(f"{where or 'body'}: {problem}")


def _most_telling(problem: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Return what is wrong by the first alternative whose type and constants are the value's, if there are several."""

    def unlike(alternative: list[jsonschema_rs.ValidationError]) -> bool:
        depths = {(each.kind.name, len(each.instance_path) - len(problem.instance_path)) for each in alternative}
        return not depths.isdisjoint({("type", 0), ("const", 1), ("enum", 1)})

    alternatives = getattr(problem.kind, "context", None)
    return _most_telling(min(alternatives, key=unlike)[0]) if alternatives else problem


def _said(keyword: str, limit: Any, value: Any, schema: Schema) -> str:
    """Return what is wrong with a value that breaks a keyword of its schema; the value itself is not repeated (R5)."""
    match keyword:
        case "required":
            return keyword
        case "type":
            return "must be " + " or ".join(_WORDS.get(kind, kind) for kind in map(str, limit))
        case "const" | "enum":
            return not_among(value, [str(choice) for choice in _listed(limit) if choice is not None])
        case "additionalProperties":
            return f"a member is {not_among(limit[0], list(schema.get('properties', ())))}"
        case "format" if limit in _URLS:
            return "not a URI that begins with http:// or https://"
        case "format" | "pattern":
            return f"must look like {schema.get('example') or _EXAMPLES.get(limit, limit)}"
    return _BROKEN.get(keyword, f"breaks what the contract says of it: {keyword}").format(limit)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def plain(node: Any) -> Any:
    """Return a document whose schemas say in JSON Schema's words what OpenAPI 3.0 has words of its own for."""
    if isinstance(node, list):
        return [plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    # There exclusiveMinimum is true or false, beside minimum.
    same = {name: plain(item) for name, item in node.items() if name not in _EXCLUSIVE or not isinstance(item, bool)}
    if same.get("nullable") is True and "type" in same:
        same["type"] = [*_listed(same["type"]), "null"]
    if same.get("format") in _LARGEST:
        same.setdefault("maximum", _LARGEST[same["format"]])
    # What fits several alternatives fits one of them.
    if isinstance(same.get("oneOf"), list):
        same["anyOf"] = same.pop("oneOf")
    return same


class Schemas:
    """The schemas of one document, which is in plain words."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        # By identity: the document, and so every schema in it, lives as long as this does.
        self._members: dict[int, dict[str, Schema]] = {}
        self._validators: dict[int, jsonschema_rs.Draft202012Validator] = {}

    def at(self, schema: Any) -> Schema:
        """Return the schema itself, or what its `$ref` names."""
        while isinstance(schema, dict) and "$ref" in schema:
            target: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            schema = target
        return schema if isinstance(schema, dict) else _ANYTHING

    def members(self, schema: Any) -> dict[str, Schema]:
        """Return the properties of an object, those of `allOf` and of every alternative included."""
        schema = self.at(schema)
        if not schema:
            return {}
        if id(schema) not in self._members:
            self._members[id(schema)] = {}  # for a schema that holds itself
            parts = [part for word in ("allOf", "anyOf") for part in schema.get(word, ())]
            inherited = {name: member for part in parts for name, member in self.members(part).items()}
            self._members[id(schema)] = inherited | dict(schema.get("properties", {}))
        return self._members[id(schema)]

    def required(self, schema: Any) -> set[str]:
        """Return the names of the members that an object must have."""
        schema = self.at(schema)
        own = set(schema.get("required", ()))
        return own.union(*map(self.required, schema["allOf"])) if "allOf" in schema else own

    def check(self, schema: Any, value: Any, where: str = "") -> None:
        """Raise RefusedError for the first thing about a value that its schema forbids."""
        schema = self.at(schema)
        validator = self._validators.get(id(schema))
        if validator is None:
            whole = {**self._document, **schema}  # so that its references lead where they do in the document
            validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, formats=_URLS)
            self._validators[id(schema)] = validator
        if not validator.is_valid(value):
            self._refuse(_most_telling(next(validator.iter_errors(value))), schema, where)

    def _refuse(self, problem: jsonschema_rs.ValidationError, schema: Schema, where: str) -> NoReturn:
        keyword, limit, path = problem.kind.name, problem.kind.value, list(problem.instance_path)
        for step in [*path, limit] if keyword == "required" else path:
            where += f"[{step}]" if isinstance(step, int) else f".{step}" if where else step
        holder: Any = {**self._document, **schema}
        for step in problem.schema_path[:-1]:
            holder = holder[step]
        refuse(where, _said(keyword, limit, problem.instance, holder))

    def sample(self, schema: Any, now: str = "2024-03-01T18:30:00.000Z", depth: int = 0) -> Any:
        """Return a value that fits, for an answer that must have one."""
        schema = self.at(schema)
        examples = (*schema.get("enum", ()), schema.get("default"), schema.get("example"), *schema.get("examples", ()))
        given = next((one for one in (schema.get("const"), *examples) if one is not None), None)
        kinds = _listed(schema.get("type", []))
        if given is not None or "null" in kinds or depth > _DEEPEST:
            return given
        for part in schema.get("anyOf", ()):
            return self.sample(part, now, depth + 1)
        kind = kinds[0] if kinds else "object" if self.members(schema) else "string"
        if kind == "object":
            members = self.members(schema)
            return {name: self.sample(members.get(name), now, depth + 1) for name in sorted(self.required(schema))}
        if kind == "array":
            return [self.sample(schema.get("items"), now, depth + 1)] * min(schema.get("minItems", 0), _DEEPEST)
        return _scalar(schema, kind, now)


def _scalar(schema: Schema, kind: str, now: str) -> Any:
    form = schema.get("format", "")
    if kind == "boolean":
        return False
    if kind in ("integer", "number"):
        return max(schema.get("minimum", 0), schema.get("exclusiveMinimum", -1) + 1)
    if form in ("date-time", "date"):
        return now if form == "date-time" else now[:10]
    return _EXAMPLES.get(form, "text").ljust(schema.get("minLength", 0), "x")
