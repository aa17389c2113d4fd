"""What was sent is cut out of what comes back, in any spelling; amounts stay readable."""

from __future__ import annotations

import time
from base64 import b64decode

import pytest

from palomma._redaction import LONGEST, Redactor

from .conftest import KEY
from .spellings import BASE64, ESCAPED, HEXADECIMAL, SEPARATED

ACCOUNT = "98765432101"
DOCUMENT = "1037551022"
AMOUNT = 60_000_000
REDACTOR = Redactor([KEY], [ACCOUNT, DOCUMENT], [AMOUNT])


KEYS = {name: spell(KEY) for name, spell in (ESCAPED | HEXADECIMAL).items()}
NUMBERS = {name: spell(DOCUMENT) for name, spell in (ESCAPED | SEPARATED).items()}


def test_there_are_forty_spellings() -> None:
    """The tables are as long as they are meant to be."""
    assert len(ESCAPED | HEXADECIMAL | SEPARATED | BASE64) >= 40


@pytest.mark.parametrize("spelling", KEYS)
def test_the_key_is_cut(spelling: str) -> None:
    """Whole, in every spelling, wherever it stands."""
    text = KEYS[spelling]

    assert REDACTOR.text(f"<{text}> {text}") == "<***> ***"
    assert REDACTOR.body(f'{{"a": "{text}"}}'.encode()) == b'{"a": "***"}'


@pytest.mark.parametrize("spelling", BASE64)
def test_the_key_in_base64_is_cut(spelling: str) -> None:
    """Nothing of the key is left; of what stood before it some may be."""
    text = BASE64[spelling](KEY).decode()
    shown = REDACTOR.text(f"Basic {text} .")

    begin = b64decode(text, b"-_" if "URL" in spelling else None).index(KEY.encode()) * 4 // 3
    windows = [text[start : start + 4] for start in range(begin + 2, begin + len(KEY) * 4 // 3 - 4)]
    assert [window for window in windows if window in shown] == []


@pytest.mark.parametrize("spelling", NUMBERS)
def test_a_number_that_was_sent_is_cut(spelling: str) -> None:
    """Whole, whatever stands between its digits."""
    shown = REDACTOR.text(f"cuenta {NUMBERS[spelling]}.")

    assert shown in ("cuenta ***.", "cuenta $***.", "cuenta COP ***.")


@pytest.mark.parametrize("length", range(6, len(KEY)))
def test_a_key_that_breaks_off_is_cut(length: int) -> None:
    """Half an answer may end within the key."""
    assert REDACTOR.body(f'{{"echo": "{KEY[:length]}'.encode()) == b'{"echo": "***'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("account 12345678", "account …5678"),
        ("account 900.123.456-7", "account …4567"),
        ("1 234 567 890", "…7890"),
        ("amount 60000000 is more than the limit", "amount 60000000 is more than the limit"),
        ("amount 60.000.000 is more than 5000000", "amount 60.000.000 is more than 5000000"),
        ("more than the limit of $50.000.000", "more than the limit of $50.000.000"),
        ("more than the limit of COP 50000000, at 17", "more than the limit of COP 50000000, at 17"),
        ("more than the limit of 50000000", "more than the limit of …0000"),
        ("$ 50.000.000 for 12345678901", "$ 50.000.000 for …8901"),
        ("at 2026-11-24T11:20:00.123Z", "at 2026-11-24T11:20:00.123Z"),
        ("on 2026-11-24 1234567 were refused", "on 2026-11-24 1234567 were refused"),
        ("01HPR012345678901234567890 failed", "01HPR012345678901234567890 failed"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
    ],
)
def test_other_numbers(text: str, shown: str) -> None:
    """A number of eight digits or more keeps its last four, unless it's an amount, an id or a moment."""
    assert REDACTOR.text(text) == shown


def test_what_is_too_short_is_no_secret() -> None:
    """A value of three characters would be found everywhere."""
    assert Redactor([KEY], ["123"]).text("error 123") == "error 123"


def test_bytes_that_are_no_text_stay() -> None:
    """A body is redacted whatever it is."""
    assert REDACTOR.body(b"\xff\xfe" + KEY.encode()) == b"\xff\xfe***"


def test_a_redactor_shows_nothing() -> None:
    """Its repr holds no secret."""
    assert repr(REDACTOR) == "<Redactor>"


@pytest.mark.parametrize("text", ["\\", "&amp;", "%25", "9876543210", "9 8 7 6 5 ", KEY[:-1], "\\u0073", "1.1 "])
def test_no_text_makes_it_slow(text: str) -> None:
    """What a server repeats to make the search slow takes less than two seconds, however long it is."""
    start = time.process_time()
    shown = REDACTOR.text(text * (10 * LONGEST // len(text)))

    assert time.process_time() - start < 2
    assert len(shown) <= LONGEST


def test_what_a_body_holds_is_found_by_the_contract() -> None:
    """Members that the contract marks as sensitive, however deep; all other numbers are amounts."""
    body = {"bankAccounts": [{"accountNumber": ACCOUNT}, {"documentNumber": 1037551022}], "amount": AMOUNT, "ok": True}
    redactor = Redactor.of(body, KEY, "")

    assert redactor.text(f"{KEY} {ACCOUNT} {DOCUMENT} {AMOUNT} 50000000") == "*** *** *** 60000000 …0000"
