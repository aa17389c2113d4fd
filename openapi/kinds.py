"""What the generator's properties are in Python: their annotations, and the `Kind` that reads and writes them."""

from __future__ import annotations

import re
from typing import Any

from document import Node, class_name
from facts import Contract
from openapi_python_client.parser.properties.any import AnyProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.file import FileProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.literal_enum_property import LiteralEnumProperty
from openapi_python_client.parser.properties.model_property import ModelProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

_PLAIN = {
    AnyProperty: ("Any", "ANY"),
    BooleanProperty: ("bool", "BOOLEAN"),
    DateProperty: ("_datetime.date", "DAY"),
    DateTimeProperty: ("_datetime.datetime", "MOMENT"),
    FloatProperty: ("float", "NUMBER"),
    IntProperty: ("int", "INTEGER"),
    NoneProperty: ("None", "NOTHING"),
    StringProperty: ("str", "TEXT"),
    UuidProperty: ("_uuid.UUID", "UNIQUE_ID"),
}
_ALSO_TEXT = (DateProperty, DateTimeProperty, UuidProperty)


class Kinds:
    """Writes Python for the properties of one contract."""

    def __init__(self, contract: Contract, components: Node, models: list[ModelProperty]) -> None:
        self.contract = contract
        self.components = components
        self.models = {str(model.class_info.name): model for model in models}
        self._names = {class_name(name): name for name in components}

    def whole(self, prop: Any) -> Any:
        """Return a model with its members: where it is used, the parser may have left a copy without."""
        return self.models.get(str(prop.class_info.name), prop) if isinstance(prop, ModelProperty) else prop

    def members(self, prop: Any) -> list[Any]:
        """Return a model's members, those that are required first."""
        model = self.whole(prop)
        return [*(model.required_properties or []), *(model.optional_properties or [])]

    def is_map(self, prop: Any) -> bool:
        """Return whether a property is an object without members of its own."""
        return isinstance(prop, ModelProperty) and not self.members(prop)

    def map_value(self, prop: Any) -> Any:
        """Return what a map's values are, None if they may be anything."""
        return self.whole(prop).additional_properties

    def annotation(self, prop: Any, sent: bool, models: str = "") -> str:
        """Return the type of a property. `models` is what a model's name is written behind."""
        if type(prop) in _PLAIN:
            plain = _PLAIN[type(prop)][0]
            return f"{plain} | str" if sent and isinstance(prop, _ALSO_TEXT) else plain
        if isinstance(prop, FileProperty):
            return "_values.File | bytes" if sent else "str"
        if isinstance(prop, ConstProperty):
            return f"Literal[{prop.value.python_code.as_unembedded_code()}]" + self._open(
                type(prop.value.raw_value), sent
            )
        if isinstance(prop, LiteralEnumProperty):
            return models + str(prop.class_info.name) + self._open(prop.value_type, sent)
        if isinstance(prop, ListProperty):
            inner = self.annotation(prop.inner_property, sent, models)
            return f"{'Sequence' if sent else 'list'}[{inner}]"
        if isinstance(prop, UnionProperty):
            return self._union(prop, sent, models)
        if self.is_map(prop):
            value = self.map_value(prop)
            inner = self.annotation(value, sent, models) if value else "Any"
            return f"{'Mapping' if sent else 'dict'}[str, {inner}]"
        return models + str(prop.class_info.name)

    def _open(self, type_: type, sent: bool) -> str:
        """Return what makes the type of an answer's enum open to values nobody announced (R3)."""
        return "" if sent else " | _values.Undocumented" if type_ is str else f" | {type_.__name__}"

    def _union(self, prop: Any, sent: bool, models: str) -> str:
        inner = [each for each in prop.inner_properties if not isinstance(each, NoneProperty)]
        types = [self.annotation(each, sent, models) for each in inner]
        if not sent and any(self._is_model(each) for each in inner) and len(inner) > 1:
            types.append("dict[str, Any]")  # a kind nobody announced stays as it came
        types = sorted(set(types), key=types.index)
        if "Any" in types:
            types = ["Any"]
        return " | ".join([*types, *(["None"] if self.is_nullable(prop) else [])]) or "None"

    def _is_model(self, prop: Any) -> bool:
        return isinstance(prop, ModelProperty) and not self.is_map(prop)

    def is_nullable(self, prop: Any) -> bool:
        """Return whether null is a value of a property."""
        inner = prop.inner_properties if isinstance(prop, UnionProperty) else [prop]
        return any(isinstance(each, NoneProperty) for each in inner)

    def kind(self, prop: Any, node: Any = None) -> str:
        """Return the expression of the kind that reads and writes a property; `node` is its schema."""
        offset = self.contract.mark(node, "x-utc-offset")
        if offset and isinstance(prop, StringProperty):
            return f"_values.local_moment({str(offset)!r})"
        if type(prop) in _PLAIN:
            return f"_values.{_PLAIN[type(prop)][1]}"
        if isinstance(prop, FileProperty):
            return "_values.FILE"
        if isinstance(prop, ConstProperty):
            return f"_values.one_of({prop.value.raw_value!r})"
        if isinstance(prop, LiteralEnumProperty):
            return f"_values.ListedKind({str(prop.class_info.name)!r})"
        if isinstance(prop, ListProperty):
            return f"_values.list_of({self.kind(prop.inner_property)})"
        if isinstance(prop, UnionProperty):
            return self._union_kind(prop, node)
        if self.is_map(prop):
            value = self.map_value(prop)
            return f"_values.map_of({self.kind(value) if value else '_values.ANY'})"
        return f"_values.ModelKind({str(prop.class_info.name)!r})"

    def _union_kind(self, prop: Any, node: Any) -> str:
        inner = [each for each in prop.inner_properties if not isinstance(each, NoneProperty)]
        # Text last: a date is a text, too.
        inner.sort(key=lambda each: isinstance(each, (StringProperty, AnyProperty)))
        kinds = [self.kind(each, node if len(inner) == 1 else None) for each in inner]
        if len(kinds) > 1:
            rest = ", rest=_values.map_of(_values.ANY)" if any(self._is_model(each) for each in inner) else ""
            one = f"_values.union({', '.join(kinds)}{rest})"
        else:
            one = kinds[0] if kinds else "_values.NOTHING"
        return f"_values.nullable({one})" if self.is_nullable(prop) else one

    def values(self, prop: Any) -> list[Any]:
        """Return the values of an enum, sorted."""
        return sorted(prop.values)

    def constant(self, prop: Any) -> Any:
        """Return the one value that a required property can have, None if there are more."""
        if not prop.required:
            return None
        if isinstance(prop, ConstProperty):
            return prop.value.raw_value
        one = isinstance(prop, LiteralEnumProperty) and len(prop.values) == 1
        return next(iter(prop.values)) if one else None

    def attribute(self, prop: Any, taken: frozenset[str]) -> str:
        """Return the attribute of a model's member."""
        return f"{prop.python_name}_" if prop.python_name in taken else str(prop.python_name)

    def schema(self, class_name: str) -> Node:
        """Return the schema that a class is made of."""
        found: Node = self.components.get(self._names.get(class_name, ""), {})
        return found

    def member(self, class_name: str, name: str) -> Any:
        """Return the schema of a model's member."""
        return self.contract.members(self.schema(class_name)).get(name)

    def imports(self, prop: Any) -> set[str]:
        """Return the names of the models and enums in an annotation."""
        if isinstance(prop, UnionProperty):
            return set().union(*(self.imports(each) for each in prop.inner_properties))
        if isinstance(prop, ListProperty):
            return self.imports(prop.inner_property)
        if self.is_map(prop):
            value = self.map_value(prop)
            return self.imports(value) if value else set()
        return {prop.class_info.name} if isinstance(prop, (ModelProperty, LiteralEnumProperty)) else set()


def limits(node: Any, text: Any = "") -> str:
    """Return what a schema says of a value's size, as words for a docstring, but for what `text` says already."""
    said = node.get("x-limits", {}) if isinstance(node, dict) else {}
    said = {
        key: value
        for key, value in said.items()
        if not re.search(rf"\b{re.escape(f'{value:,}' if type(value) is int else str(value))}\b", str(text))
    }
    words = []
    low, high = said.get("minimum"), said.get("maximum")
    if low is not None and high is not None:
        words.append(f"{low} to {high}")
    elif low is not None:
        words.append(f"at least {low}")
    elif high is not None:
        words.append(f"at most {high}")
    for key, text in (("exclusiveMinimum", "more than"), ("exclusiveMaximum", "less than")):
        if isinstance(said.get(key), (int, float)) and not isinstance(said.get(key), bool):
            words.append(f"{text} {said[key]}")
    if "maxLength" in said:
        words.append(f"at most {said['maxLength']} characters")
    if "maxItems" in said:
        words.append(f"at most {said['maxItems']}")
    if "default" in said and not isinstance(said["default"], (dict, list)):
        words.append(f"default {said['default']}")
    return "; ".join(words)


def sentence(text: Any, extra: str = "") -> str:
    """Return a description as one paragraph, with what is to be added in brackets."""
    words = re.sub(r"\s+", " ", str(text or "")).strip()
    if not extra:
        return words
    return f"{words.removesuffix('.')} ({extra})." if words else f"{extra[:1].upper()}{extra[1:]}."
