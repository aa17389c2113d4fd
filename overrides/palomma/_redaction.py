"""Cut out of what a server sends back what may never be shown (R5): the API key, and what a call sent as sensitive.

A server may echo a value in another spelling than it was sent in. Known values are found in all of them and cut whole;
of unknown long numbers the last four digits are left. Amounts stay readable: people need them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from palomma_api import models

__all__ = ["Redactor", "mask_sensitive"]

CUT = "***"
SHORTEST = 4
"""Characters of a value that is worth cutting; a shorter one would be found everywhere."""
LONG_NUMBER = 8
"""Digits from which a number may be somebody's."""
LONGEST = 256 * 1024
"""Characters, or bytes of a body, that are looked at, for a third of a second (R4). What comes after is left out."""

# Between the digits of a number: what people, banks and escapes put there. All repetitions are bounded: a server must
# not be able to make the search slow.
_GAP = (
    r"(?:[\s.,'·_/\-]|\\{1,8}(?:u00|x)(?:a0|2d|2e|20)|&(?:amp;){0,3}(?:nbsp|#160|#xa0|#45|#x2d|#32|#46);"
    r"|%(?:25){0,3}(?:20|2d|2e|2c)|\\{1,8}[nt]){0,3}"
)
# Ids and moments have digits enough for an account number and are none; what follows a currency is an amount.
_LEFT_ALONE = (
    r"\b(?=\d*[A-Z])[0-9A-Z]{26}\b",
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    r"\b(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?)?",
    r"(?:\$|\bCOP)\s?\d(?:[.,']?\d)*",
)
# With separators, or in groups with spaces: two numbers beside each other aren't one.
_LONG = r"\d{1,4}(?:[ \xa0]\d{3,4}){2,}(?!\d)|\d(?:[.,'·_\-]?\d){7,}"
_NUMBERS = f"({'|'.join(_LEFT_ALONE)})|{_LONG}"


_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def _spellings(character: str) -> str:
    """Return a pattern for a character as it is, or as JSON, URLs and HTML escape it, also one upon the other.

    Eight backslashes are what two escapes make of two: JSON in JSON, in an error of h11's, in a log record's repr.
    """
    number = ord(character)
    names = [_NAMED[character]] if character in _NAMED else []
    entity = "|".join([f"#0{{0,4}}{number}", f"#x0{{0,4}}{number:x}", *names])
    return (
        rf"(?:\\{{0,8}}{re.escape(character)}|\\{{1,8}}(?:u00|x){number:02x}"
        rf"|%(?:25){{0,3}}{number:02x}|&(?:amp;){{0,3}}(?:{entity});)"
    )


def _pattern(value: str, gap: str = "") -> Iterator[str]:
    """Yield patterns for `value`: all of it, or its beginning where the text breaks off."""
    letters = [_spellings(character) for character in value]
    yield gap.join(letters)
    beginning = letters[:SHORTEST]
    rest = "".join(f"(?:{gap}{letter}" for letter in letters[SHORTEST:]) + ")?" * (len(letters) - SHORTEST)
    yield gap.join(beginning) + rest + r"\Z"


def _in_base64(value: str) -> Iterator[str]:
    """Yield patterns for what base64 makes of `value`, wherever in a longer text it stands."""
    for before in range(3):
        text = b64encode(b"\0" * before + value.encode()).decode()
        # The first and the last characters depend on what stands beside the value.
        core = text[-(-before * 8 // 6) : -4]
        if len(core) >= 2 * SHORTEST:
            for spelling in {core, core.replace("+", "-").replace("/", "_")}:
                yield rf"[\w+/-]{{0,2}}{re.escape(spelling)}[\w+/=-]{{0,5}}"


@cache
def _sensitive_names() -> frozenset[str]:
    """Return the JSON names of what the contract marks as sensitive, in any model."""
    kinds = (getattr(models, name) for name in models.__all__)
    return frozenset(field.json_name for kind in kinds for field in getattr(kind, "_fields", ()) if field.sensitive)


def _members(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every plain value of a JSON value, with the name of the member that holds it."""
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _members(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item, name)
    else:
        yield name, value


def mask_sensitive(value: Any, name: str = "") -> Any:
    """Return a JSON value, the member `name` of an object, in which of what is sensitive the last four are left."""
    if name in _sensitive_names() and value is not None:
        return f"…{str(value)[-4:]}" if len(str(value)) > SHORTEST and not isinstance(value, (dict, list)) else CUT
    if isinstance(value, dict):
        return {inner: mask_sensitive(item, inner) for inner, item in value.items()}
    return [mask_sensitive(item) for item in value] if isinstance(value, list) else value


class Redactor:
    """What one call must not show: `keys`, and the `sensitive` values that it sent. `amounts` may be shown."""

    def __init__(self, keys: Iterable[str], sensitive: Iterable[str] = (), amounts: Iterable[int] = ()) -> None:
        self._keys = [key for key in keys if key]
        self._sensitive = list(sensitive)
        self._amounts = {str(amount) for amount in amounts}
        self._known = self._pattern()

    @classmethod
    def of(cls, body: Any, *keys: str) -> Redactor:
        """Make one for a call that sends `body`, by what the contract marks as sensitive. Its numbers are amounts."""
        sensitive: list[str] = []
        amounts: list[int] = []
        for name, value in _members(body):
            if name in _sensitive_names():
                sensitive.append(str(value))
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                amounts.append(int(value))
        return cls(keys, sensitive, amounts)

    def __repr__(self) -> str:
        return "<Redactor>"

    def _pattern(self) -> re.Pattern[str]:
        patterns = [r"(?!)"]  # which matches nothing
        for key in self._keys:
            patterns += [*_pattern(key), key.encode().hex(), *_in_base64(key)]
        for value in self._sensitive:
            characters = "".join(filter(str.isalnum, value))
            if len(characters) >= SHORTEST:
                patterns += [*_pattern(characters, _GAP), *_in_base64(value)]
        return re.compile("|".join(patterns), re.IGNORECASE)

    def known(self, text: str) -> str:
        """Return `text` without the key and the values that were sent, in any spelling."""
        return self._known.sub(CUT, text[:LONGEST])

    def text(self, text: str) -> str:
        """Return `text` without them, and with every other number of eight digits or more cut to its last four."""
        return re.sub(_NUMBERS, self._masked, self.known(text))

    def _masked(self, match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        shown = match[1] or len(digits) < LONG_NUMBER or digits in self._amounts
        return match[0] if shown else f"…{digits[-4:]}"

    def body(self, body: bytes) -> bytes:
        """Return the body of an answer without the key and the values that were sent."""
        return self.known(body[:LONGEST].decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
