"""Check values against the JSON Schemas of the contract, and make up values that fit them.

Only what a request can break is checked: `not`, `if`, `contains` and `patternProperties` are passed over.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

Schema = Mapping[str, Any]
Members = dict[str, Any]
"""An object as the API shows it, or as it was asked for."""

_TYPES: dict[str, Any] = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
_TYPES |= {"array": list, "object": dict}
_WORDS = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}
# What SQLite and msgspec can keep.
_LARGEST = 2**63 - 1
# Longer texts resemble nothing, and comparing them takes time.
_COMPARABLE = 64
_DEEPEST = 9
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.IGNORECASE)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORMATS = {
    "date-time": (
        re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII),
        "2024-03-01T18:30:00Z",
    ),
    "date": (re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "2024-03-01"),
    "uuid": (
        re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
        "00000000-0000-4000-8000-000000000000",
    ),
    "email": (re.compile(r"[^@\s]+@[^@\s]+"), "ana@example.com"),
}
# Keyword, whether a value keeps to it, and what to say if not.
_BOUNDS: dict[str, tuple[type, Any, str]] = {
    "minimum": (float, lambda value, bound: value >= bound, "at least {}"),
    "maximum": (float, lambda value, bound: value <= bound, "at most {}"),
    "exclusiveMinimum": (float, lambda value, bound: value > bound, "more than {}"),
    "exclusiveMaximum": (float, lambda value, bound: value < bound, "less than {}"),
    "multipleOf": (float, lambda value, bound: value % bound == 0, "a multiple of {}"),
    "minLength": (str, lambda value, bound: len(value) >= bound, "{} or more characters long"),
    "maxLength": (str, lambda value, bound: len(value) <= bound, "at most {} characters long"),
    "minItems": (list, lambda value, bound: len(value) >= bound, "a list of {} or more"),
    "maxItems": (list, lambda value, bound: len(value) <= bound, "a list of at most {}"),
}


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


def _kinds(schema: Schema) -> list[str]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    return [*kinds, "null"] if kinds and schema.get("nullable") else kinds


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES.get(kind, object)) and (kind == "boolean" or not isinstance(value, bool))


def _wrong_type(schema: Schema, value: Any) -> str | None:
    kinds = _kinds(schema)
    if kinds and not _is(value, kinds[0]) and not any(_is(value, kind) for kind in kinds):
        return "must be " + " or ".join(_WORDS.get(kind, kind) for kind in kinds)
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "too large a number"
    return None


def _wrong_choice(schema: Schema, value: Any) -> str | None:
    allowed = [schema["const"]] if "const" in schema else schema.get("enum")
    if allowed is None or any(value == choice and type(value) is type(choice) for choice in allowed):
        return None
    return not_among(value, [str(choice) for choice in allowed if choice is not None])


def not_among(value: Any, allowed: list[str]) -> str:
    """Say which values are allowed, the nearest one first; the value itself is not repeated (R5)."""
    text = str(value)[:_COMPARABLE].casefold()
    near = difflib.get_close_matches(text, [choice.casefold() for choice in allowed], 1)
    hint = [f"did you mean {choice}?" for choice in allowed if [choice.casefold()] == near][:1]
    return " ".join(["not one of the allowed values;", *hint, f"allowed: {', '.join(allowed)}"])


def _out_of_bounds(schema: Schema, value: Any) -> str | None:
    for keyword in _BOUNDS.keys() & schema.keys():
        bound, (kind, keeps, words) = schema[keyword], _BOUNDS[keyword]
        measured = isinstance(value, (int, float)) if kind is float else isinstance(value, kind)
        # In OpenAPI 3.0 exclusiveMinimum is true or false, beside minimum.
        if measured and not isinstance(bound, bool) and not keeps(value, bound):
            return "must be " + words.format(bound)
    return None


def _malformed(schema: Schema, value: str) -> str | None:
    pattern, form = schema.get("pattern"), schema.get("format", "")
    if pattern and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        return f"must look like {schema.get('example', pattern)}"
    if form in ("uri", "url") and not is_url(value):
        return "not a URI that begins with http:// or https://"
    if form in _FORMATS and not _FORMATS[form][0].fullmatch(value):
        return f"must look like {_FORMATS[form][1]}"
    return None


def refuse(where: str, problem: str) -> NoReturn:
    """Raise the refusal of a member, or of the whole body."""
    raise RefusedError(f"{where or 'body'}: {problem}")


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        # By identity: the document, and so every schema in it, lives as long as this does.
        self._members: dict[int, dict[str, Schema]] = {}

    def at(self, schema: Any) -> Schema:
        """Return the schema itself, or what its `$ref` names."""
        while isinstance(schema, dict) and "$ref" in schema:
            target: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            schema = target
        return schema if isinstance(schema, dict) else {}

    def members(self, schema: Any) -> dict[str, Schema]:
        """Return the properties of an object, those of `allOf` and of every alternative included."""
        schema = self.at(schema)
        if not schema:
            return {}
        if id(schema) not in self._members:
            self._members[id(schema)] = {}  # for a schema that holds itself
            parts = [part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())]
            inherited = {name: member for part in parts for name, member in self.members(part).items()}
            self._members[id(schema)] = inherited | dict(schema.get("properties", {}))
        return self._members[id(schema)]

    def required(self, schema: Any) -> set[str]:
        """Return the names of the members that an object must have."""
        schema = self.at(schema)
        return set(schema.get("required", ())).union(*(self.required(part) for part in schema.get("allOf", ())))

    def check(self, schema: Any, value: Any, where: str = "") -> None:
        """Raise RefusedError for the first thing about a value that its schema forbids."""
        schema = self.at(schema)
        problem = _wrong_type(schema, value) or _wrong_choice(schema, value) or _out_of_bounds(schema, value)
        if problem is None and isinstance(value, str):
            problem = _malformed(schema, value)
        if problem:
            refuse(where, problem)
        for part in schema.get("allOf", ()):
            self.check(part, value, where)
        alternatives = schema.get("oneOf") or schema.get("anyOf")
        if alternatives:
            self._check_alternatives(schema, alternatives, value, where)
        for inner, member, place in self._inside(schema, value, where) if isinstance(value, dict | list) else ():
            self.check(inner, member, place)

    def _inside(self, schema: Schema, value: Any, where: str) -> Iterator[tuple[Any, Any, str]]:
        if isinstance(value, list):
            yield from ((schema.get("items", {}), item, f"{where}[{place}]") for place, item in enumerate(value))
        else:
            prefix = where and f"{where}."
            for name in schema.get("required", ()):
                if name not in value:
                    refuse(prefix + name, "required")
            properties = schema.get("properties", {})
            others = schema.get("additionalProperties", {})
            for name, member in value.items():
                if name not in properties and others is False:
                    refuse(where, f"a member is {not_among(name, list(properties))}")
                if name in properties or (others and others is not True):  # what nobody describes may be anything
                    yield properties.get(name, others), member, prefix + (name if name in properties else "*")

    def _check_alternatives(self, schema: Schema, alternatives: Any, value: Any, where: str) -> None:
        likely = [part for part in alternatives if self._resembles(part, value)] or list(alternatives)
        refusals = []
        for part in likely:
            try:
                return self.check(part, value, where)
            except RefusedError as refusal:
                refusals.append(refusal)
        raise refusals[0]

    def _resembles(self, schema: Any, value: Any) -> bool:
        """Whether the constants of this alternative are the value's, so that its refusal is the one to tell."""
        schema = self.at(schema)
        members = schema.get("properties", {}).items() if isinstance(value, dict) else ()
        named = [(self.at(member), value[name]) for name, member in members if name in value]
        return not _wrong_type(schema, value) and not any(
            _wrong_choice(member, given) for member, given in named if "const" in member or "enum" in member
        )

    def sample(self, schema: Any, now: str = "2024-03-01T18:30:00.000Z", depth: int = 0) -> Any:
        """Return a value that fits, for an answer that must have one."""
        schema = self.at(schema)
        examples = (*schema.get("enum", ()), schema.get("default"), schema.get("example"), *schema.get("examples", ()))
        given = next((one for one in (schema.get("const"), *examples) if one is not None), None)
        kinds = _kinds(schema)
        if given is not None or "null" in kinds or depth > _DEEPEST:
            return given
        for part in schema.get("oneOf") or schema.get("anyOf") or ():
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
    fitting = _FORMATS[form][1] if form in _FORMATS else "http://127.0.0.1/" if form == "uri" else "text"
    return fitting.ljust(schema.get("minLength", 0), "x")
