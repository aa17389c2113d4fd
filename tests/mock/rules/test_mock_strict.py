"""What a bank would refuse though the contract allows it: refused when strict, else a warning on the dashboard."""

from __future__ import annotations

import random
from typing import Any

import httpx
import pytest
from stdnum.co import nit

from palomma_mock import MockServer
from palomma_mock.rules.strict import check_digit, doubts
from tests.mock.conftest import PERSON, Make, bank_account

GOOD = {
    "email": ["ana@example.com", "a.b+c@sub.example.co"],
    "phoneNumber": ["3013111111", "6012345678"],
    "accountNumber": ["0000000001", "98700123456"],
}
BAD = {
    "email": ["a", "a@b", "a b@c.co", "@c.co", "a@-c.co", "a@c.co\n", "a@" + "b" * 300 + ".co"],
    "phoneNumber": ["+57 3013111111", "573013111111", "301311111", "2013111111", "٣٠١٣١١١١١١", "3013111111\n"],
    "accountNumber": ["000-123-456", "12345", "1" * 21, "12345 6", "٠٠٠٠٠٠٠٠٠١"],
}
DOCUMENTS = {
    "cc": (["1037551022", "79123456", "123"], ["1.037.551.022", "123456789", "2037551022", "12", "0123456", "x"]),
    "ce": (["123456", "E123456", "ABC123"], ["E-123456", "ABCDEF", "12", "1234567890123"]),
    "nit": (
        ["900123456", "9001234568", "1037551022" + check_digit("1037551022")],
        ["900.123.456-8", "9001234567", "12", "7001234568x"],
    ),
}


@pytest.mark.parametrize("member", GOOD)
def test_members_have_colombian_forms(member: str) -> None:
    """E-mail, phone and account numbers as banks there write them; in ASCII digits, without spaces."""
    assert [list(doubts({member: value})) for value in GOOD[member]] == [[] for _ in GOOD[member]]
    for value in BAD[member]:
        (reason,) = doubts({"bankAccount": {member: value}})
        assert reason.startswith(f"bankAccount.{member}: a bank wants ")
        assert len(value) < 5 or value not in reason


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_documents_have_the_form_of_their_kind(kind: str) -> None:
    """A citizen's, a foreigner's and a company's number; of an unknown kind nothing is asked."""
    good, bad = DOCUMENTS[kind]

    assert [value for value in good if list(doubts({"documentType": kind, "documentNumber": value}))] == []
    assert [value for value in bad if not list(doubts({"documentType": kind, "documentNumber": value}))] == []
    assert list(doubts({"documentType": "ppt", "documentNumber": "?"})) == []


def test_check_digits_are_those_of_python_stdnum() -> None:
    """A NIT with its check digit is taken if and only if python-stdnum takes it."""
    chance = random.Random(1)
    for _ in range(2000):
        body = f"{chance.choice('89')}{chance.randrange(10**8):08}"
        digit = str(chance.randrange(10))
        ours = not list(doubts({"documentType": "nit", "documentNumber": body + digit}))
        assert ours == nit.is_valid(body + digit)
        assert check_digit(body) == nit.calc_check_digit(body)


def test_texts_are_texts() -> None:
    """Control characters and very long texts are doubted in any member; a line break isn't."""
    assert list(doubts({"name": "Ana\nPérez", "description": "é🙂" * 250})) == []
    assert [text.partition(":")[0] for text in doubts({"name": "a\0", "description": "x" * 501})] == [
        "name",
        "description",
    ]


BODIES: list[tuple[str, dict[str, Any]]] = [
    ("email", PERSON | {"email": "nope"}),
    ("phoneNumber", PERSON | {"phoneNumber": "+57 301"}),
    ("documentNumber", PERSON | {"documentNumber": "1.037.551.022"}),
    ("name", PERSON | {"name": "x" * 10_000}),
]


@pytest.mark.parametrize(("member", "body"), BODIES)
def test_strict_refuses(member: str, body: dict[str, Any], mock: MockServer, http: httpx.Client) -> None:
    """A strict mock answers 400, names the member and makes nothing."""
    mock.restart(strict=True)
    response = http.post("/customers", json=body)

    assert (response.status_code, response.json()["message"].partition(":")[0]) == (400, member)
    assert mock.store.count("customers") == 0


@pytest.mark.parametrize(("member", "body"), BODIES)
def test_otherwise_the_dashboard_warns(member: str, body: dict[str, Any], mock: MockServer, http: httpx.Client) -> None:
    """Not strict, it is taken as the contract has it, and the dashboard says what a bank would have said."""
    assert http.post("/customers", json=body).status_code == 200

    page = httpx.get(mock.origin, params={"lang": "en"}).text
    assert f"A bank would refuse it</span> {member}: " in page


def test_strict_is_about_accounts_too(mock: MockServer, make: Make, http: httpx.Client) -> None:
    """Inside a body as well."""
    mock.restart(strict=True)
    body = {"customerId": make("customers")["id"], "redirectUrl": "https://x.example", "type": "bankAccount"}
    response = http.post("/payinSources", json=body | {"bankAccount": bank_account("000-123-456")})

    assert response.json() == {"message": "bankAccount.accountNumber: a bank wants 6 to 20 digits"}


def test_the_plugin_is_strict(palomma_mock: MockServer) -> None:
    """Tests find such bodies before a bank does."""
    assert palomma_mock.settings.strict


def test_limits_are_settings(mock: MockServer, make: Make, http: httpx.Client) -> None:
    """Palomma raises them per merchant, and so may you; the message says the limit."""
    mock.restart(payin_limit=3_000_000, payout_limit=6_000_000)
    assert make("payinLinks", amount=3_000_000)["amount"] == 3_000_000
    target = make("payoutTargets", number="0000000001")["id"]
    response = http.post("/payoutRequests", json={"payoutTargetId": target, "amount": 6_000_001})

    assert response.json() == {"message": "amount: more than the limit of 6000000"}


def test_a_creation_is_no_event(mock: MockServer, make: Make) -> None:
    """The documentation knows notifications of changes only, so a creation sends none."""
    for kind in ("customers", "payinLinks", "payinSources", "payoutTargets"):
        make(kind)
    mock.settle()

    assert mock.webhooks == []
