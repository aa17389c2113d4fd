"""Every status and status message of the contract has a text for people."""

from __future__ import annotations

from typing import Any

import pytest

from palomma import Description, describe
from palomma._describe import TEXTS


def _values(contract: dict[str, Any]) -> set[str]:
    schemas = contract["components"]["schemas"]
    enums = [
        schema["enum"] for name, schema in schemas.items() if "enum" in schema and name.endswith(("Status", "Message"))
    ]
    assert len(enums) == 6
    return {value for enum in enums for value in enum}


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_table_is_the_contract(contract: dict[str, Any], lang: str):
    """Every documented status and message has a text, and nothing else has."""
    assert TEXTS[lang].keys() == _values(contract)


@pytest.mark.parametrize(("lang", "value"), [(lang, value) for lang, texts in TEXTS.items() for value in texts])
def test_a_text_is_two_sentences_of_its_own(lang: Any, value: str):
    """A meaning and an advice, each ended, and none used for two values."""
    description = describe(value, lang)

    assert all(part[0].isupper() and part.endswith(".") for part in description)
    assert str(description) == f"{description.meaning} {description.advice}"
    assert list(TEXTS[lang].values()).count(description) == 1


def test_spanish_is_what_it_speaks_unasked():
    """Who integrates Palomma is in Colombia."""
    assert describe("EXPIRED") == Description(
        "No se completó a tiempo.", "Cree un objeto nuevo y dígale al cliente hasta cuándo vale."
    )


@pytest.mark.parametrize("value", ["", "frozen", "{value}", "\x1b[31m", "x" * 10_000])
@pytest.mark.parametrize("lang", ["es", "en"])
def test_an_unknown_value_is_answered(value: str, lang: Any):
    """What Palomma adds is no error, is not taken for an outcome, and comes quoted and short."""
    meaning, advice = describe(value, lang)

    assert repr(value[:60]) in meaning
    assert "Palomma" in advice
    assert len(meaning) < 140


def test_an_unknown_value_shows_no_account_number():
    """A number inside an unknown value is masked, as everywhere."""
    assert "000123456789" not in str(describe("ACCOUNT 000123456789 IS FROZEN"))


def test_another_language_is_refused():
    """There are two languages."""
    with pytest.raises(ValueError, match="lang must be 'en' or 'es', not 'fr'"):
        describe("EXPIRED", "fr")  # type: ignore[arg-type]
