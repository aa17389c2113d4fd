"""Every state and reason of the contract has words for people, and they come from the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from palomma import Description, describe
from palomma.models import Customer, PayinLink, PayinRequest, PayinSource, PayoutRequest
from palomma_api import models, texts
from palomma_api.contract import LIFECYCLES, Lifecycle
from palomma_api.texts import TEXTS

LANGUAGES = ("es", "en")
AUDIENCES = ("merchant", "payer")


def states_and_reasons() -> Iterator[tuple[str, Lifecycle, str]]:
    """Model, lifecycle and value of all that can be described."""
    for model, lifecycle in LIFECYCLES.items():
        for enum in (lifecycle.states, lifecycle.reasons):
            yield from ((model, lifecycle, value) for value in TEXTS[enum])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_value_has_words(lang: Any, audience: Any):
    """In both languages and for both readers, each ended; a merchant is told what to do, too."""
    for model, lifecycle, value in states_and_reasons():
        said = TEXTS[lifecycle.states].get(value) or TEXTS[lifecycle.reasons][value]
        description = describe(value, lang, audience=audience, of=getattr(models, model))

        assert str(description) == said[lang][audience]
        assert description.meaning.endswith(".") and description.meaning[0].isupper()
        assert audience == "payer" or description.advice.endswith(".")


def test_a_merchant_can_have_any_value_described_alone():
    """No merchant's text depends on the object, so far; if one did, the first would be taken."""
    for _, lifecycle, value in states_and_reasons():
        said = TEXTS[lifecycle.states].get(value) or TEXTS[lifecycle.reasons][value]

        assert str(describe(value)) == said["es"]["merchant"]


def test_spanish_is_what_it_speaks_unasked():
    """Who integrates Palomma is in Colombia."""
    assert describe("EXPIRED") == Description(
        "No se completó a tiempo.", "Cree un objeto nuevo y dígale al cliente hasta cuándo vale."
    )


def test_an_object_is_described_by_its_state():
    """A payer reads of a payment that waits in other words than of an account that does."""
    link, source = PayinLink("l", "pending"), PayinSource("s", "pending")

    assert [describe(each, "en", audience="payer") for each in (link, source)] == [
        Description("We are waiting for your payment.", ""),
        describe("pending", "en", audience="payer", of=PayinSource),
    ]


def test_an_object_is_described_by_its_state_and_its_reason():
    """First what it means, then why; what to do is the reason's, or the state's where the reason has none."""
    link = PayinLink("l", "cancelled", status_message="CUSTOMER_CANCELLATION")
    payout = PayoutRequest("p", "cancelled", status_message="NOT_ENOUGH_FUNDS")

    assert describe(link, audience="payer") == Description(
        "Su pago no se completó. Usted lo canceló.", "Puede intentarlo de nuevo."
    )
    assert describe(payout, audience="payer") == Description(
        "No pudimos enviarle su dinero. No hubo fondos suficientes.", "Escríbanos, por favor."
    )
    assert describe(payout, "en") == Description(
        "It failed, and will not change any more. The account does not hold enough money.",
        describe("NOT_ENOUGH_FUNDS", "en").advice,
    )


def test_a_reason_that_nobody_announced():
    """A merchant is shown it; a payer is not."""
    request = PayinRequest.from_dict({"id": "r", "status": "cancelled", "statusMessage": "FROZEN"})

    assert "'FROZEN'" in describe(request).meaning
    assert describe(request, audience="payer") == describe(PayinRequest("r", "cancelled"), audience="payer")


@pytest.mark.parametrize("value", ["pending", "approved", "cancelled"])
def test_a_payers_text_may_need_the_object(value: str):
    """Where payers read a status in several ways, a guess would be worse than an error."""
    with pytest.raises(ValueError, match=f"'{value}' reads otherwise for each kind of object: give the object, or of="):
        describe(value, audience="payer")


@pytest.mark.parametrize("value", ["EXPIRED", "partial"])
def test_a_payers_text_that_is_the_same_everywhere(value: str):
    """Then nobody need say of what it is."""
    assert describe(value, audience="payer").meaning


@pytest.mark.parametrize("value", [None, Customer("c")])
def test_nothing_to_describe(value: Any):
    """No status, and an object that has none, have an answer, too."""
    assert [describe(value, lang, audience=audience) for lang in LANGUAGES for audience in AUDIENCES] == [
        Description("Palomma no dice nada.", "Consulte el estado del objeto."),
        Description("Aún no hay novedades.", ""),
        Description("Palomma says nothing.", "Look at the object's state."),
        Description("There is no news yet.", ""),
    ]


@pytest.mark.parametrize("value", ["", "frozen", "{value}", "\x1b[31m", "x" * 10_000])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_value_is_answered(value: str, lang: Any):
    """What Palomma adds is no error nor an outcome, and comes quoted and short; a payer isn't shown it."""
    meaning, advice = describe(value, lang)

    assert repr(value[:60]) in meaning
    assert "Palomma" in advice
    assert len(meaning) < 140
    assert describe(value, lang, audience="payer").meaning in (
        "Estamos verificando en qué va.", "We are checking where it stands."
    )  # fmt: skip


def test_an_unknown_value_shows_no_account_number():
    """A number inside an unknown value is masked, as everywhere."""
    assert "000123456789" not in str(describe("ACCOUNT 000123456789 IS FROZEN"))


def test_without_words_the_contracts_description_stands_in(monkeypatch: pytest.MonkeyPatch):
    """A value whose words nobody has written yet is known all the same."""
    monkeypatch.setitem(texts.TEXTS["PayinRequestStatus"], "partial", {})

    assert describe("partial", audience="payer").meaning.startswith("`processing`: ")


@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"audience": "bank"}])
def test_another_language_or_reader_is_refused(wrong: Any):
    """There are two of each."""
    with pytest.raises(ValueError, match="must be"):
        describe("EXPIRED", **wrong)


def test_words_are_read_when_they_are_wanted():
    """Whoever imports palomma pays for no words."""
    import subprocess
    import sys

    code = "import sys, palomma, palomma.webhooks; palomma.describe; print('palomma_api.texts' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"False\n"
