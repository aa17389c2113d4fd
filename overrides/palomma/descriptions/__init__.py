"""What a state or a reason means, in words for people. The words stand in the contract, beside what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from palomma_api.contract import LIFECYCLES, Lifecycle
from palomma_api.runtime.model import Model, mask

__all__ = ["Audience", "Description", "Language", "describe"]

Audience = Literal["merchant", "payer"]
Language = Literal["es", "en"]
LONGEST = 60


class Description(NamedTuple):
    """A meaning, and what to do. `str()` of it is both. What to do can be empty, for a payer above all."""

    meaning: str
    advice: str

    def __str__(self) -> str:
        return f"{self.meaning} {self.advice}".strip()


# The two things that no contract can have words for: nothing, and what nobody announced.
_NOTHING: dict[Language, dict[Audience, Description]] = {
    "es": {
        "merchant": Description("Palomma no dice nada.", "Consulte el estado del objeto."),
        "payer": Description("Aún no hay novedades.", ""),
    },
    "en": {
        "merchant": Description("Palomma says nothing.", "Look at the object's state."),
        "payer": Description("There is no news yet.", ""),
    },
}
_UNKNOWN: dict[Language, dict[Audience, Description]] = {
    "es": {
        "merchant": Description(
            "Palomma dice {value}, que esta versión no conoce.",
            "No lo tome por un resultado: consulte el objeto más tarde y pregunte a Palomma.",
        ),
        "payer": Description("Estamos verificando en qué va.", ""),
    },
    "en": {
        "merchant": Description(
            "Palomma says {value}, which this version does not know.",
            "Do not take it for an outcome: read the object again later, and ask Palomma.",
        ),
        "payer": Description("We are checking where it stands.", ""),
    },
}


def describe(
    value: Model | str | None,
    lang: Language = "es",
    *,
    audience: Audience = "merchant",
    of: type[Model] | None = None,
) -> Description:
    """What an object's state and its reason mean, and what to do, for a merchant or for a payer.

    Best give it the object: then its state is described, and the reason if there is one. A status or a status message
    alone is described, too; so is None, and a value that nobody announced, which is never taken for an outcome.

    ```python
    describe(payout, lang="en").meaning
    describe(link, audience="payer")  # "Estamos esperando a su banco."
    ```

    Args:
        value: A model, a status, a status message, or None.
        lang: `es` or `en`.
        audience: `merchant` for you and your support, `payer` for who pays or is paid.
        of: The model that a status alone is of. A payer reads of a payment that waits in other words than of an
            account that does, and a wrong word would be worse than none: without `of`, a status that payers read in
            several ways raises. For a merchant the first text is taken.

    Raises:
        ValueError: Another language or audience, or a status whose object a payer's text depends on.
    """
    if lang not in _NOTHING or audience not in _NOTHING["es"]:
        raise ValueError(f"lang must be 'es' or 'en', not {lang!r}; audience 'merchant' or 'payer', not {audience!r}")
    if isinstance(value, Model):
        return _of_object(value, lang, audience)
    return _of_value(value, lang, audience, LIFECYCLES.get(of.__name__) if of else None)


def _of_object(value: Model, lang: Language, audience: Audience) -> Description:
    lifecycle = LIFECYCLES.get(type(value).__name__)
    if lifecycle is None:
        return _NOTHING[lang][audience]
    members = {field.json_name: getattr(value, field.name) for field in value._fields}
    state = _of_value(members.get(lifecycle.state), lang, audience, lifecycle)
    reason = _of_value(members.get(lifecycle.reason), lang, audience, lifecycle)
    # A payer has no use for a reason that there are no words for.
    silent = (_NOTHING[lang][audience], *([_UNKNOWN[lang][audience]] if audience == "payer" else []))
    if reason in silent:
        return state
    return Description(f"{state.meaning} {reason.meaning}", reason.advice or state.advice)


def _of_value(value: object, lang: Language, audience: Audience, lifecycle: Lifecycle | None) -> Description:
    if value is None:
        return _NOTHING[lang][audience]
    texts = list(dict.fromkeys(_texts(str(value), lang, audience, lifecycle)))
    if not texts:
        unknown = _UNKNOWN[lang][audience]
        return unknown._replace(meaning=unknown.meaning.replace("{value}", mask(repr(str(value)[:LONGEST]))))
    if len(texts) > 1 and audience == "payer":
        raise ValueError(f"{value!r} reads otherwise for each kind of object: give the object, or of=its model")
    meaning, dot, advice = texts[0].partition(". ")
    return Description(meaning + dot.rstrip(), advice)


def _texts(value: str, lang: Language, audience: Audience, lifecycle: Lifecycle | None) -> Iterator[str]:
    """The words that the contract has for a value, of the states and reasons of one kind of object or of all."""
    from palomma_api.texts import DESCRIPTIONS, TEXTS  # read only by whom wants words

    for each in [lifecycle] if lifecycle else LIFECYCLES.values():
        for enum in (each.states, each.reasons):
            words: dict[str, Any] | None = TEXTS.get(enum, {}).get(value)
            if words is not None:
                yield words.get(lang, {}).get(audience) or DESCRIPTIONS[enum]
