"""What may be kept of an exchange: by allow-list, so that what nobody knows is masked, and its shape shown.

A value stays if the contract knows its member, the value fits, and it says nothing about a person: one of a closed
list, a date, an amount, a flag. Of all others type and shape are left: `99/99/9999` of a date written otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .spec import Node, Spec

__all__ = ["kept_headers", "masked", "name_of", "shape_of"]

_LONGEST = 40
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_WORD = re.compile(r"[A-Za-z_]{1,30}")  # an unknown value of a closed list is what the run is for
_SHOWN_FORMATS = ("date-time", "date")
_URL = "https://masked.example/"
_MEDIA = re.compile(r"[a-z]+/[a-z.+-]+")


def shape_of(text: str) -> str:
    """Return a text with every digit as 9 and every letter as a or A, cut if it is long."""
    shape = "".join("9" if each.isdigit() else _letter(each) for each in text[:_LONGEST])
    return shape + ("…" if len(text) > _LONGEST else "")


def _letter(each: str) -> str:
    return ("A" if each.isupper() else "a") if each.isalpha() else each


def name_of(name: str) -> str:
    """Return the name of a member, or its shape if it looks like data."""
    return name if _NAME.fullmatch(name) else shape_of(name)


def masked(spec: Spec, schema: Node, value: Any) -> Any:
    """Return the same structure and types, without what isn't allowed."""
    schema = spec.resolved(schema)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        # A list in another envelope most likely holds what the documented one would.
        others = known.get("items", {}) if "items" in known and "items" not in value else {}
        return {name_of(name): masked(spec, known.get(name, others), each) for name, each in value.items()}
    if isinstance(value, list):
        return [masked(spec, schema.get("items", {}), each) for each in value]
    if value is None or isinstance(value, bool) or _allowed(spec, schema, value):
        return value
    if schema.get("format") == "uri" and spec.validator(schema).is_valid(value):
        return _URL  # who has such an address can act as the payer
    return shape_of(value) if isinstance(value, str) else type(value)(0)


def _allowed(spec: Spec, schema: Node, value: Any) -> bool:
    if not schema or schema.get("x-sensitive"):
        return False
    if isinstance(value, str) and ("enum" in schema or "const" in schema):
        return bool(_WORD.fullmatch(value)) or value in [*schema.get("enum", ()), schema.get("const")]
    if isinstance(value, str):
        return schema.get("format") in _SHOWN_FORMATS and spec.validator(schema).is_valid(value)
    return schema.get("type") in ("integer", "number")


def kept_headers(headers: Mapping[str, str], host: str) -> dict[str, str]:
    """Return the headers that are known to be harmless, their values checked; of the rest the names alone."""
    kept = {}
    for name, value in headers.items():
        media, low = value.partition(";")[0].strip().lower(), name.lower()
        if low == "content-type" and _MEDIA.fullmatch(media):
            kept[name] = media
        elif low == "retry-after":
            kept[name] = value if value.isdigit() else "a date"
        elif low == "location":
            kept[name] = "this host" if host in value or value.startswith("/") else "another host"
        else:
            kept[name_of(name.replace("-", "_")).replace("_", "-")] = "***"
    return kept
