"""The key, account and document numbers, echoed by a server in every spelling and place: nothing shows them (R5)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any

import httpx
import httpx2
import pytest

from palomma import AsyncPalomma, BadRequestError, Palomma, PalommaError
from palomma._exchange import _redact
from palomma.models import BankAccount
from tests.faults.server import Connection, FaultServer, answer

from .conftest import KEY, settings
from .spellings import BASE64, ESCAPED, HEXADECIMAL, SEPARATED, shows
from .test_leaks import shown

ACCOUNT, DOCUMENT = "98765432101", "1037551022"


def _text(spell: Callable[[str], bytes]) -> Callable[[str], str]:
    return lambda text: spell(text).decode()


SECRETS = {
    "key": (KEY, ESCAPED | HEXADECIMAL | {name: _text(spell) for name, spell in BASE64.items()}),
    "account": (ACCOUNT, ESCAPED | SEPARATED),
    "document": (DOCUMENT, ESCAPED | SEPARATED),
}  # fmt: skip


def _one_line(text: str) -> bytes:
    """As a head can have it."""
    return text.replace("\n", " ").encode("latin-1")


def _chunks(data: bytes) -> bytes:
    """In chunks of three bytes: every secret is split over several."""
    pieces = [data[start : start + 3] for start in range(0, len(data), 3)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


ECHOES: dict[str, Callable[[str], bytes]] = {
    "the message": lambda text: answer(json.dumps({"message": f"no: {text}, sorry"}).encode(), "400 No"),
    "the message as it stands": lambda text: answer(f'{{"message": "no: {text}, sorry"}}'.encode(), "400 No"),
    "a page": lambda text: answer(f"<html>{text}</html>".encode(), "502 No"),
    "the status line and a header": lambda text: (
        b"HTTP/1.1 400 %b\r\nX-Echo: a %b\r\nContent-Length: 0\r\n\r\n" % (_one_line(text), _one_line(text))
    ),
    "chunks": lambda text: _chunks(f'{{"message": "no: {text}, sorry"}}'.encode()),
    "an answer that breaks off": lambda text: answer(f'{{"message": "{text}'.encode(), "400 No", length=999),
    "a malformed head": lambda text: b"HTTP/1.1 200 OK\r\n%b\r\n\r\n" % _one_line(text),
    "a success that can't be read": lambda text: answer(json.dumps([text]).encode()),
}
TRANSPORTS: dict[str, Callable[[], Any]] = {
    "ours": lambda: None,
    "ours, async": lambda: None,
    "httpx": httpx.HTTPTransport,
    "httpx, async": httpx.AsyncHTTPTransport,
    "httpx2": httpx2.HTTPTransport,
    "httpx2, async": httpx2.AsyncHTTPTransport,
}
HEADS = ("the status line and a header", "a malformed head")  # which httpcore logs
CASES = [
    pytest.param(echo, transport, marks=[] if "ours" in transport or echo in HEADS else pytest.mark.deep)
    for echo in ECHOES
    for transport in TRANSPORTS
]


def _call(client: Any, secret: str) -> Any:
    """A call that sends the secret."""
    if secret == "document":
        return client.customers.create(
            name="Ana", document_type="cc", document_number=DOCUMENT, email="a@b.example", phone_number="3"
        )
    account = BankAccount(bank="bancolombia", account_type="savings", account_number=ACCOUNT)
    return client.payout_targets.create(customer_id="c", redirect_url="https://a.example", bank_account=account)


def _errors(setup: dict[str, Any], blocking: bool, before: Callable[[str, str], None]) -> Iterator[PalommaError]:
    """The error of one call for each spelling of each secret; `before` is told which comes."""
    if blocking:
        with Palomma(**setup) as client:
            for secret, (_, spellings) in SECRETS.items():
                for name in spellings:
                    before(secret, name)
                    with pytest.raises(PalommaError) as raised:
                        _call(client, secret)
                    yield raised.value
        return

    async def main() -> list[PalommaError]:
        errors: list[PalommaError] = []
        async with AsyncPalomma(**setup) as client:
            for secret, (_, spellings) in SECRETS.items():
                for name in spellings:
                    before(secret, name)
                    with pytest.raises(PalommaError) as raised:
                        await _call(client, secret)
                    errors.append(raised.value)
        return errors

    yield from asyncio.run(main())


@pytest.mark.parametrize(("echo", "transport"), CASES)
def test_no_spelling_is_shown_anywhere(
    echo: str, transport: str, serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture
) -> None:
    """Every spelling of each secret: in texts, args, chain, frames' locals, pickles, copies, bodies and all logs."""
    now = ["", ""]
    asked: list[tuple[str, str]] = []
    logged: list[int] = []

    def behave(connection: Connection) -> None:
        while connection.request() is not None:
            text, spellings = SECRETS[now[0]]
            connection.send(ECHOES[echo](spellings[now[1]](text)))
            if echo in ("an answer that breaks off", "a malformed head"):
                connection.finish()
                return

    def before(secret: str, spelling: str) -> None:
        now[:] = secret, spelling
        asked.append((secret, spelling))
        logged.append(len(caplog.records))

    setup = settings(serve(behave), transport=TRANSPORTS[transport](), max_retries=0)
    caplog.set_level(logging.DEBUG)
    errors = list(_errors(setup, "async" not in transport, before))

    logged.append(len(caplog.records))
    found = []
    for number, ((secret, spelling), error) in enumerate(zip(asked, errors, strict=True)):
        text, spellings = SECRETS[secret]
        places = [
            *shown(error),
            ("body", (error.body or b"").decode(errors="replace")),
            ("headers", str(error.headers)),
        ]
        places += [(each.name, each.getMessage()) for each in caplog.records[logged[number] : logged[number + 1]]]
        found += [(secret, spelling, place) for place, told in places if shows(told, text, spellings[spelling](text))]
    assert dict(Counter(found)) == {}
    assert len(asked) > 100


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_the_amount_of_a_refused_payout_is_readable(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """Whoever reads the error sees what was sent and what the limit is; the account is masked."""
    said = f"60000000 is more than the limit of $50.000.000 for account {ACCOUNT}"
    refusal = answer(json.dumps({"message": said}).encode(), "400 No")
    setup = settings(serve(lambda connection: (connection.request(), connection.send(refusal))))

    async def main() -> None:
        async with AsyncPalomma(**setup) as client:
            await client.payout_requests.create(payout_target_id="t", amount=60_000_000)

    with pytest.raises(BadRequestError) as raised:
        if blocking:
            with Palomma(**setup) as client:
                client.payout_requests.create(payout_target_id="t", amount=60_000_000)
        else:
            asyncio.run(main())
    expected = "60000000 is more than the limit of $50.000.000 for account …2101"
    assert raised.value.message == expected
    assert expected in str(raised.value)


def test_a_log_record_outside_of_any_call_is_left_alone() -> None:
    """What other users of httpcore log is theirs."""
    record = logging.LogRecord("httpcore.http11", logging.DEBUG, "", 0, "send %s", ("000123456789",), None)

    assert Context().run(_redact, record)
    assert record.getMessage() == "send 000123456789"
