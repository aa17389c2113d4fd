"""What the contract says beyond the generated client: limits, states that count, names of listed values (R6)."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from palomma_api.contract import LIFECYCLES
from palomma_api.texts import TEXTS

__all__ = ["Listed", "fold", "is_refused", "limits", "listed", "member"]

_COMMON_WORDS = frozenset(["banco", "bank", "de", "del", "la", "the", "sa", "s", "a", "colombia", "cuenta", "account"])
"""Words that people add to the name of a bank or of a kind of account, or leave out."""


@cache
def _schemas() -> dict[str, Any]:
    # Beside a package that is not imported: only the mock needs what that one needs.
    spec = find_spec("palomma_schemas")
    assert spec and spec.submodule_search_locations
    text = (Path(spec.submodule_search_locations[0]) / "openapi.json").read_text(encoding="utf-8")
    schemas: dict[str, Any] = json.loads(text)["components"]["schemas"]
    return schemas


def member(schema: str, name: str) -> dict[str, Any]:
    """Return what the contract says of a member of a schema."""
    said: dict[str, Any] = _schemas()[schema]["properties"].get(name, {})
    return said


def limits(schema: str, name: str, most: int | None = None) -> tuple[int, int]:
    """Return the lowest and the highest amount. `most`: what Palomma raised the latter to for a merchant."""
    said = member(schema, name)
    lowest = said["exclusiveMinimum"] + 1 if "exclusiveMinimum" in said else said.get("minimum", 0)
    return lowest, most or said.get("x-most", 2**63)


def is_refused(thing: Any) -> bool:
    """Return whether an object is in a state that has a reason: it failed, and no money moved."""
    lifecycle = LIFECYCLES[type(thing).__name__]
    failed = member(type(thing).__name__, lifecycle.reason).get("x-present", {}).get(lifecycle.state, ())
    return getattr(thing, lifecycle.state) in failed


def fold(text: str) -> str:
    """Return a text without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", " ", "".join(letter for letter in plain if not unicodedata.combining(letter))).strip()


def _key(text: str) -> str:
    """Return what two ways to write one name have in common."""
    told = [word for word in fold(text).split() if word not in _COMMON_WORDS]
    return "".join(told) or fold(text).replace(" ", "")


@cache
def listed(enum: str) -> Listed:
    """Return the values of an enum of the contract by all their names."""
    return Listed(enum)


class Listed:
    """The values of an enum, as people write them."""

    def __init__(self, enum: str) -> None:
        self.names = {
            value: texts["es"]["merchant"] if "es" in texts else value for value, texts in TEXTS[enum].items()
        }
        self._values: dict[str, str] = {}
        for value, texts in TEXTS[enum].items():
            words = [said["merchant"] for said in texts.values()]
            self._values |= {
                key: value for text in (value, *words) for key in (_key(text), fold(text).replace(" ", ""))
            }

    def value(self, text: str) -> str | None:
        """Return the value that a text is, None if it is none for sure."""
        return self._values.get(_key(text)) or self._values.get(fold(text).replace(" ", ""))

    def nearest(self, text: str) -> str:
        """Return the name of the value that a text is most like, or nothing."""
        key = _key(text)
        near = [each for each in self._values if min(len(key), len(each)) > 2 and (key in each or each in key)]
        near += difflib.get_close_matches(key, self._values, 1, 0.6)
        return self.names[self._values[near[0]]] if near else ""
