"""JSON as only one reading allows it: what two parsers could read differently is refused.

The bench holds the cost of verifying to 1.5 times the bare minimum. Hence: brackets are counted before strings are told
apart, searches are for one character only, and raw_decode spares two regular expressions.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

__all__ = ["canonical", "strict_json"]

_MAX_DEPTH = 32
_MAX_DIGITS = 64
# The closing quote is optional so that an unterminated string ends the search instead of restarting it at each quote.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_STEP = {"{": 1, "[": 1, "}": -1, "]": -1}


def strict_json(text: str) -> Any:
    """Return the value of a JSON text. Raises ValueError for whatever is ambiguous or unbounded."""
    brackets = text.count("{") + ("[" in text and text.count("["))
    if brackets > _MAX_DEPTH and _too_deep(text):
        raise ValueError("nested too deeply")
    text = text.strip(" \t\n\r")
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("text after the end")
    if "\\" in text:
        # Only an escape can make half a surrogate pair, which no database stores. UnicodeEncodeError is a ValueError.
        canonical(value).encode()
    return value


def canonical(value: Any) -> str:
    """Return the one text for a JSON value: unlike Python's ==, it tells 1, 1.0 and true apart."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _too_deep(text: str) -> bool:
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += _STEP.get(match[0], 0)
        if depth > _MAX_DEPTH:
            return True
    return False


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated member")
    return members


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError("integer too long")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("number too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_finite, parse_constant=_no_constant
)
