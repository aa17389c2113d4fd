"""Check values against the JSON Schemas of the contract, and make up values that fit them.

Only what a request can break is checked: `not`, `if`, `contains` and `patternProperties` are passed over.
"""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import urlsplit

Schema = Mapping[str, Any]
Test = Callable[[Any], str | None]
Check = Callable[[Any, str], None]
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
    "date-time": (r"(?a)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "2024-03-01T18:30:00Z"),
    "date": (r"(?a)\d{4}-\d\d-\d\d", "2024-03-01"),
    "uuid": (r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "00000000-0000-4000-8000-000000000000"),
    "email": (r"[^@\s]+@[^@\s]+", "ana@example.com"),
}
_ANYTHING: Schema = {}
# Keyword, of what values, whether a value keeps to it, and what to say if not.
_NUMBER = (int, float)
_BOUNDS: dict[str, tuple[Any, Any, str]] = {
    "minimum": (_NUMBER, lambda value, bound: value >= bound, "at least {}"),
    "maximum": (_NUMBER, lambda value, bound: value <= bound, "at most {}"),
    "exclusiveMinimum": (_NUMBER, lambda value, bound: value > bound, "more than {}"),
    "exclusiveMaximum": (_NUMBER, lambda value, bound: value < bound, "less than {}"),
    "multipleOf": (_NUMBER, lambda value, bound: value % bound == 0, "a multiple of {}"),
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


def _of_type(schema: Schema) -> Test:
    kinds = _kinds(schema)
    types = tuple(_TYPES.get(kind, object) for kind in kinds) or object
    flags, words = not kinds or "boolean" in kinds, "must be " + " or ".join(_WORDS.get(kind, kind) for kind in kinds)

    def test(value: Any) -> str | None:
        if not isinstance(value, types) or (value.__class__ is bool and not flags):
            return words
        return "too large a number" if isinstance(value, int) and abs(value) > _LARGEST else None

    return test


def _chosen(schema: Schema) -> Test:
    allowed = [schema["const"]] if "const" in schema else schema["enum"]

    def test(value: Any) -> str | None:
        if any(value == choice and type(value) is type(choice) for choice in allowed):
            return None
        return not_among(value, [str(choice) for choice in allowed if choice is not None])

    return test


def not_among(value: Any, allowed: list[str]) -> str:
    """Say which values are allowed, the nearest one first; the value itself is not repeated (R5)."""
    text = str(value)[:_COMPARABLE].casefold()
    near = difflib.get_close_matches(text, [choice.casefold() for choice in allowed], 1)
    hint = [f"did you mean {choice}?" for choice in allowed if [choice.casefold()] == near][:1]
    return " ".join(["not one of the allowed values;", *hint, f"allowed: {', '.join(allowed)}"])


def _bounded(keyword: str, bound: Any) -> Test:
    kind, keeps, words = _BOUNDS[keyword]
    return lambda value: (
        f"must be {words.format(bound)}" if isinstance(value, kind) and not keeps(value, bound) else None
    )


def _formed(form: Any, problem: str) -> Test:
    return lambda value: problem if isinstance(value, str) and not form(value) else None


def _tests(schema: Schema) -> Iterator[Test]:
    """Yield what a value must pass, in this order: each says what is wrong, or None."""
    yield _of_type(schema)
    if _is_choice(schema):
        yield _chosen(schema)
    # In OpenAPI 3.0 exclusiveMinimum is true or false, beside minimum.
    bounds = ((keyword, bound) for keyword, bound in schema.items() if keyword in _BOUNDS)
    yield from (_bounded(keyword, bound) for keyword, bound in bounds if not isinstance(bound, bool))
    if pattern := schema.get("pattern"):
        whole = re.compile(re.sub(r"\$$", r"\\Z", pattern))
        yield _formed(whole.search, f"must look like {schema.get('example', pattern)}")
    if (form := schema.get("format")) in ("uri", "url"):
        yield _formed(is_url, "not a URI that begins with http:// or https://")
    if form in _FORMATS:
        yield _formed(re.compile(_FORMATS[form][0]).fullmatch, f"must look like {_FORMATS[form][1]}")


def _is_choice(schema: Schema) -> bool:
    return "const" in schema or "enum" in schema


def refuse(where: str, problem: str) -> NoReturn:
    """Raise the refusal of a member, or of the whole body."""
    raise RefusedError(f"{where or 'body'}: {problem}")


class Schemas:
    """The schemas of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        # By identity: the document, and so every schema in it, lives as long as this does.
        self._members: dict[int, dict[str, Schema]] = {}
        self._checks: dict[int, Check] = {}

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
            parts = [part for word in ("allOf", "oneOf", "anyOf") for part in schema.get(word, ())]
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
        self._compiled(schema)(value, where)

    def _compiled(self, schema: Any) -> Check:
        """Return what checks the values of a schema; it is made once."""
        schema = self.at(schema)
        if id(schema) in self._checks:
            return self._checks[id(schema)]
        tests, parts = list(_tests(schema)), list[Check]()

        def check(value: Any, where: str) -> None:
            for test in tests:
                if problem := test(value):
                    refuse(where, problem)
            for part in parts:
                part(value, where)

        self._checks[id(schema)] = check  # before its parts, for a schema that holds itself
        parts += map(self._compiled, schema.get("allOf", ()))
        if alternatives := schema.get("oneOf") or schema.get("anyOf"):
            parts.append(self._one_of(alternatives))
        if "items" in schema:
            parts.append(self._each(schema["items"]))
        if schema.keys() & {"properties", "required", "additionalProperties"}:
            parts.append(self._object(schema))
        return check

    def _each(self, items: Any) -> Check:
        inner = self._compiled(items)

        def check(value: Any, where: str) -> None:
            for place, item in enumerate(value if isinstance(value, list) else ()):
                inner(item, f"{where}[{place}]")

        return check

    def _object(self, schema: Schema) -> Check:
        inner = {name: self._compiled(member) for name, member in schema.get("properties", {}).items()}
        others, required = schema.get("additionalProperties"), schema.get("required", ())
        rest = self._compiled(others) if isinstance(others, dict) else None  # what nobody describes may be anything

        def check(value: Any, where: str) -> None:
            if not isinstance(value, dict):
                return
            prefix = where and f"{where}."
            for name in required:
                if name not in value:
                    refuse(prefix + name, "required")
            for name, member in value.items():
                if name in inner:
                    inner[name](member, prefix + name)
                elif others is False:
                    refuse(where, f"a member is {not_among(name, list(inner))}")
                elif rest:
                    rest(member, f"{prefix}*")

        return check

    def _one_of(self, alternatives: Any) -> Check:
        parts = [(self._compiled(part), self._resembling(self.at(part))) for part in alternatives]

        def check(value: Any, where: str) -> None:
            refusals = []
            for part in [part for part, resembles in parts if resembles(value)] or [part for part, _ in parts]:
                try:
                    return part(value, where)
                except RefusedError as refusal:
                    refusals.append(refusal)
            raise refusals[0]

        return check

    def _resembling(self, schema: Schema) -> Callable[[Any], bool]:
        """Return whether the constants of an alternative are a value's, so that its refusal is the one to tell."""
        members = {name: self.at(member) for name, member in schema.get("properties", {}).items()}
        choices = {name: _chosen(member) for name, member in members.items() if _is_choice(member)}
        of_type = _of_type(schema)

        def resembles(value: Any) -> bool:
            given = value if isinstance(value, dict) else {}
            return not of_type(value) and not any(choices[name](given[name]) for name in choices.keys() & given)

        return resembles

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
