"""The key, account and document numbers stay out of everything that is shown, logged or stored."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from palomma import AsyncPalomma, ConfigurationError, OutcomeUnknownError, Palomma, PalommaError
from palomma.models import BankAccount
from tests.faults.kinds import trusting
from tests.faults.server import Connection, FaultServer, Received, answer

from .conftest import KEY, settings

ACCOUNT, DOCUMENT = "98765432101", "1020304050"
CANARIES = (KEY, KEY.replace("/", "\\/"), ACCOUNT, DOCUMENT)
OURS = tuple(str(Path(__file__).parents[2] / part) for part in ("overrides", "generated"))

ECHO = f"{KEY} {ACCOUNT} CC{DOCUMENT}\\n{DOCUMENT}"
HEADER = f"{KEY} {ACCOUNT} CC{DOCUMENT}"


def _read(then: Callable[[Connection, Received], object]) -> Callable[[Connection], None]:
    def behave(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            then(connection, request)

    return behave


def _status(status: str, body: str) -> Callable[[Connection], None]:
    return _read(lambda connection, request: connection.send(answer(body.encode(), status, f"X-Echo: {HEADER}")))


def _raw(data: str) -> Callable[[Connection], None]:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(data.encode())
        connection.finish()

    return behave


ECHOES: dict[str, Callable[[Connection], object]] = {
    "400": _status("400 Bad Request", json.dumps({"message": ECHO})),
    "400, slashes escaped": _status("400 Bad Request", json.dumps({"message": ECHO}).replace("/", "\\/")),
    "500": _status("500 No", json.dumps({"message": ECHO, "documentNumber": DOCUMENT})),
    "429": _status(f"429 {HEADER}", json.dumps({"message": ECHO})),
    "200 of another shape": _status("200 OK", json.dumps([ECHO])),
    "200 without an id": _status("200 OK", json.dumps({"message": ECHO, "reference": ECHO})),
    "200 in HTML": _status("200 OK", f"<html>{ECHO}</html>"),
    "302": _status("302 Found", ECHO),
    "a malformed status line": _raw(f"HTTP/1.1 abc {HEADER}\r\n\r\n"),
    "a malformed header": _raw(f"HTTP/1.1 200 OK\r\n{HEADER}\r\n\r\n"),
    "a malformed length": _raw(f"HTTP/1.1 200 OK\r\nContent-Length: {HEADER}\r\n\r\n"),
    "a malformed chunk": _raw(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{HEADER}\r\n\r\n"),
    "half a body": _raw(f"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{ECHO}"),
    "reset": _read(lambda connection, request: connection.reset()),
    "silence": _read(lambda connection, request: connection.gone()),
}


def _calls(client: Any) -> list[Any]:
    """Calls that send the canaries; made when called, so that an async one is awaited once."""
    account = BankAccount(bank="bancolombia", account_type="savings", account_number=ACCOUNT)
    return [
        lambda: client.payout_targets.create(
            customer_id="c", redirect_url="https://shop.example", bank_account=account, reference="order-7"
        ),
        lambda: client.customers.create(
            name="Ana", document_type="cc", document_number=DOCUMENT, email="a@b.example", phone_number="3001234567"
        ),
        lambda: client.customers.get("01HPR57X6QR5ZRKEEKBSDBW4RA"),
    ]


def _errors(blocking: bool, **setup: Any) -> list[PalommaError]:
    found: list[PalommaError] = []

    async def main() -> None:
        async with AsyncPalomma(**setup) as client:
            for call in _calls(client):
                try:
                    await call()
                except PalommaError as error:
                    found.append(error)

    if not blocking:
        asyncio.run(main())
        return found
    with Palomma(**setup) as client:
        for call in _calls(client):
            try:
                call()
            except PalommaError as error:
                found.append(error)
    return found


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _locals(trace: TracebackType | None) -> Iterator[str]:
    """What a traceback that shows locals shows of our frames, and what a service that collects errors does."""
    for frame, _ in traceback.walk_tb(trace):
        if frame.f_code.co_filename.startswith(OURS):
            yield from _walked(frame.f_locals)


def _walked(value: object) -> Iterator[str]:
    """The texts in a value. Those who collect errors ask no tuple for its repr: they look into it."""
    if isinstance(value, Mapping):
        yield from chain.from_iterable(map(_walked, [*value, *value.values()]))
    elif isinstance(value, (Sequence, Set)) and not isinstance(value, (str, bytes, bytearray)):
        yield from chain.from_iterable(map(_walked, value))
    else:
        yield repr(value)


def shown(error: PalommaError) -> Iterator[tuple[str, str]]:
    """Every place where an error shows itself, by name."""
    for link in _chain(error):
        yield "str", str(link)
        yield "repr", repr(link)
        yield "args", repr(link.args)
        yield "notes", repr(getattr(link, "__notes__", ()))
        yield "locals", "".join(_locals(link.__traceback__))
    yield "message", str(error.message)
    yield "pickle", pickle.dumps(error, protocol=0).decode("latin-1")
    yield "the pickled body", repr(pickle.loads(pickle.dumps(error)).body)
    yield "copy", repr(vars(copy.deepcopy(error)))
    yield "traceback", "".join(traceback.format_exception(error))


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize("echo", ECHOES)
def test_what_a_server_echoes_is_not_passed_on(
    echo: str, blocking: bool, serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever a server puts into status line, headers or body: no error, log line or pickle shows the canaries."""
    setup = settings(serve(ECHOES[echo]), timeout=0.5 if echo == "silence" else 3.0, max_retries=0)
    with caplog.at_level(logging.DEBUG):
        errors = _errors(blocking, **setup)

    assert len(errors) == 3
    places = [(name, text) for error in errors for name, text in shown(error)]
    places += [(f"log {record.name}", record.getMessage()) for record in caplog.records]
    assert [(name, text) for name, text in places if any(canary in text for canary in CANARIES)] == []
    assert KEY.encode() not in b"".join(error.body or b"" for error in errors)
    assert KEY not in repr([error.headers for error in errors])


@pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])
def test_a_failed_connection_shows_nothing(
    blocking: bool, serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture
) -> None:
    """Refused connections and failed handshakes show no canary either."""
    refused = settings(serve(lambda connection: None, listening=False), max_retries=0)
    plain = settings(serve(_raw("no TLS")), timeout=0.5, max_retries=0, ssl_context=trusting())
    plain["base_url"] = plain["base_url"].replace("http:", "https:")
    with caplog.at_level(logging.DEBUG):
        errors = _errors(blocking, **refused) + _errors(blocking, **plain)

    text = "".join(text for error in errors for _, text in shown(error)) + caplog.text
    assert len(errors) == 6
    assert [canary for canary in CANARIES if canary in text] == []


def test_a_client_shows_no_key(serve: Callable[..., FaultServer]) -> None:
    """The repr of a client and of all it holds shows no key."""
    with Palomma(**settings(serve(lambda connection: None))) as client:
        assert KEY not in repr(vars(client)) + repr(client.with_options(timeout=1.0)) + repr(client.customers)


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}", f"{KEY}\0", f"{KEY}ñ", f"{KEY} {KEY}", KEY.encode()])
def test_a_bad_key_is_refused_without_being_shown(key: Any) -> None:
    """The error about a key that can't be sent doesn't show it, nor do the frames that raised it."""
    with pytest.raises(ConfigurationError) as raised:
        Palomma(key)

    assert KEY not in "".join([str(raised.value), *_locals(raised.tb.tb_next)])


def test_models_mask_what_is_sensitive() -> None:
    """A model's repr shows the last four characters of an account number."""
    account = BankAccount(bank="bancolombia", account_type="savings", account_number=ACCOUNT)

    assert repr(account) == "BankAccount(bank='bancolombia', account_type='savings', account_number='…2101')"


def test_an_unknown_outcome_keeps_its_reference_readable(serve: Callable[..., FaultServer]) -> None:
    """Minted references and ids aren't taken for account numbers, whatever digits they hold."""
    reference = "01HPR012345678901234567890"
    behave = _status("500 No", json.dumps({"message": f"{reference} failed, account {ACCOUNT}"}))
    with Palomma(**settings(serve(behave))) as client, pytest.raises(OutcomeUnknownError) as raised:
        client.payout_requests.create(payout_target_id="t", amount=1, reference=reference)

    assert f"({reference} failed, account …2101)" in str(raised.value)
    assert str(raised.value).endswith(f"[reference {reference}]")
