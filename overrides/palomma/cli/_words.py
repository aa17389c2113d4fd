"""What the command says, in Spanish and English: texts.toml. And amounts and days as Colombia writes them."""

from __future__ import annotations

import locale
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["BOGOTA", "Words", "day_of", "has_words", "language", "pesos", "words"]

BOGOTA = timezone(timedelta(hours=-5), "Bogotá")
"""Colombia's time, which knows no summer time."""


class Words(NamedTuple):
    """One text in both languages."""

    es: str
    en: str

    def say(self, lang: str) -> str:
        """Return the text in `lang`."""
        return self.es if lang == "es" else self.en


@cache
def _texts() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


def has_words(key: str) -> bool:
    """Return whether texts.toml has a text."""
    return key in _texts()


def words(key: str, /, **facts: Any) -> Words:
    """Return a text of texts.toml, with what belongs into it."""
    return Words(*(text.format(**facts) for text in _texts()[key]))


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return `es` or `en`: what `--lang` says, else the process's environment, else the system."""
    for before, word in zip(("", *arguments), arguments, strict=False):
        said = word if before == "--lang" else word.removeprefix("--lang=")
        if (said in ("es", "en") and said != word) or before == "--lang":
            return "es" if said == "es" else "en"
    named = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), None)
    return "es" if (named or locale.getlocale()[0] or "").lower().startswith(("es", "spanish")) else "en"


def pesos(amount: int, lang: str) -> str:
    """Return an amount with its thousands apart: `1.250.000` in Spanish, `1,250,000` in English."""
    return f"{amount:,}".replace(",", "." if lang == "es" else ",")


def day_of(moment: datetime) -> str:
    """Return the day of a moment in Bogotá, `2026-11-24`."""
    return moment.astimezone(BOGOTA).date().isoformat()
