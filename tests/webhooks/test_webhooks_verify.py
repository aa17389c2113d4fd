"""Webhook.verify: what is accepted, what is refused and why."""

from __future__ import annotations

import base64
import binascii
import copy
import datetime as dt
import json
import pickle
import traceback
from collections.abc import Callable
from email.message import Message
from typing import Any, get_args

import httpx
import pytest
from starlette.datastructures import Headers as StarletteHeaders
from webhook_facts import BODY, DOCUMENT, KEY, PREVIOUS_KEY, delivery, signed, with_members
from werkzeug.datastructures import Headers as WerkzeugHeaders

from palomma._errors import ConfigurationError, PalommaError
from palomma.webhooks import (
    ClaimLostError,
    Event,
    Reason,
    UnreadableEventError,
    Webhook,
    WebhookVerificationError,
    sign,
)

EVENT = Event(
    DOCUMENT["webhookId"],
    dt.datetime(2026, 1, 2, 3, 4, 5, 678000, dt.UTC),
    "payout-request.update",
    DOCUMENT,
)
GENUINE = delivery()
DATA, SIGNATURE = GENUINE["X-Encoded-Data"], GENUINE["X-Signature"]
MAC = bytes.fromhex(SIGNATURE)
MAC64 = base64.b64encode(MAC).decode()


def with_signature(signature: Any) -> dict[str, Any]:
    return {"X-Encoded-Data": DATA, "X-Signature": signature}


def with_data(data: Any) -> dict[str, Any]:
    return {"X-Encoded-Data": data, "X-Signature": SIGNATURE}


def pairs(headers: dict[str, str]) -> list[tuple[str, str]]:
    return list(headers.items())


def raw(text: str) -> bytes:
    """A body in which any text takes the event's place."""
    return json.dumps({**DOCUMENT, "event": "EVENT"}).replace('"EVENT"', text).encode()


def raw_json(text: str) -> dict[str, str]:
    return delivery(raw(text))


NON_CANONICAL = MAC64[:-2] + chr(ord(MAC64[-2]) + 1) + "="
assert binascii.a2b_base64(NON_CANONICAL) == MAC

# (what is sent, its headers, its body, the reason for which it is refused)
HOSTILE: list[tuple[str, Any, Any, Reason]] = [
    # headers that are none
    ("headers None", None, None, "headers"),
    ("headers an int", 7, None, "headers"),
    ("headers the raw body", BODY, None, "headers"),
    ("headers the body's text", BODY.decode(), None, "headers"),
    ("headers of triples", [("X-Signature", "a", "b")], None, "headers"),
    ("headers of numbers", [1, 2, 3], None, "headers"),
    ("headers with a name that is no text", {1: "x"}, None, "headers"),
    ("headers with a name that is None", [(None, "x")], None, "headers"),
    # missing, empty, repeated
    ("no headers", {}, None, "header_missing"),
    ("headers an empty text", "", None, "header_missing"),
    ("the parsed body for headers", DOCUMENT, None, "header_missing"),
    ("no signature", {"X-Encoded-Data": DATA}, None, "header_missing"),
    ("no data", {"X-Signature": SIGNATURE}, None, "header_missing"),
    ("names with underscores", {"X_Encoded_Data": DATA, "X_Signature": SIGNATURE}, None, "header_missing"),
    ("names of a WSGI environ", {"HTTP_X_ENCODED_DATA": DATA, "HTTP_X_SIGNATURE": SIGNATURE}, None, "header_missing"),
    ("names with space", {"X-Encoded-Data ": DATA, "X-Signature ": SIGNATURE}, None, "header_missing"),
    ("empty signature", with_signature(""), None, "header_missing"),
    ("empty data", signed(""), None, "header_missing"),
    ("signature None", with_signature(None), None, "header_missing"),
    ("signature an empty list", with_signature([]), None, "header_missing"),
    ("signature twice, other", [*pairs(GENUINE), ("X-Signature", "0" * 64)], None, "header_repeated"),
    ("signature twice, same", [*pairs(GENUINE), ("x-signature", SIGNATURE)], None, "header_repeated"),
    ("data twice", [("x-encoded-data", DATA), *pairs(GENUINE)], None, "header_repeated"),
    ("data twice, one in bytes", [*pairs(GENUINE), (b"X-Encoded-Data", DATA)], None, "header_repeated"),
    ("a list of two", with_signature([SIGNATURE, SIGNATURE]), None, "header_repeated"),
    ("two joined by a comma", with_signature(f"{SIGNATURE}, {SIGNATURE}"), None, "signature_format"),
    # values that are no header's
    ("signature an int", with_signature(7), None, "header_type"),
    ("signature a bytearray", with_signature(bytearray(MAC)), None, "header_type"),
    ("signature a list in a list", with_signature([[SIGNATURE]]), None, "header_type"),
    ("data a dict", with_data({"a": 1}), None, "header_type"),
    ("signature of fullwidth digits", with_signature(SIGNATURE[:-1] + "\uff11"), None, "header_encoding"),
    ("signature of raw bytes", with_signature(b"\xff" * 32), None, "header_encoding"),
    ("signature with a lone surrogate", with_signature(SIGNATURE[:-1] + "\udc80"), None, "header_encoding"),
    ("data with a lone surrogate", with_data(DATA + "\udcff"), None, "header_encoding"),
    ("data not ASCII, well signed", signed(base64.b64encode(BODY) + b"\xe9"), None, "header_encoding"),
    # sizes
    ("data of 13 MB", signed("A" * 13_000_000), None, "too_large"),
    ("data one character above the limit", signed("A" * (256 * 1024 + 1)), None, "too_large"),
    ("signature of 13 MB", with_signature("a" * 13_000_000), None, "too_large"),
    ("body above the limit", GENUINE, b" " * (256 * 1024 + 1), "too_large"),
    # signatures that are none
    ("truncated hex", with_signature(SIGNATURE[:-1]), None, "signature_format"),
    ("longer hex", with_signature(SIGNATURE + "0"), None, "signature_format"),
    ("half of the hex", with_signature(SIGNATURE[:32]), None, "signature_format"),
    ("hex with a letter beyond f", with_signature("g" + SIGNATURE[1:]), None, "signature_format"),
    ("hex with spaces in it", with_signature(SIGNATURE[:60] + "    "), None, "signature_format"),
    ("prefix sha256=", with_signature("sha256=" + SIGNATURE), None, "signature_format"),
    ("prefix 0x", with_signature("0x" + SIGNATURE[2:]), None, "signature_format"),
    ("version and list, as others sign", with_signature("v1=" + SIGNATURE), None, "signature_format"),
    ("space around the hex", with_signature(f" {SIGNATURE} "), None, "signature_format"),
    ("a newline after the hex", with_signature(SIGNATURE + "\n"), None, "signature_format"),
    ("unpadded base64", with_signature(MAC64.rstrip("=")), None, "signature_format"),
    ("base64 padded twice", with_signature(MAC64 + "="), None, "signature_format"),
    ("truncated base64", with_signature(MAC64[4:]), None, "signature_format"),
    ("base64 of 33 bytes", with_signature(base64.b64encode(MAC + b"x").decode()), None, "signature_format"),
    ("base64 with a newline in it", with_signature(MAC64[:20] + "\n" + MAC64[20:]), None, "signature_format"),
    ("base64 with other spare bits", with_signature(NON_CANONICAL), None, "signature_format"),
    ("url-safe base64", with_signature("_" * 43 + "="), None, "signature_format"),
    ("base64 of the hex", with_signature(base64.b64encode(SIGNATURE.encode()).decode()), None, "signature_format"),
    # signatures of something else
    ("another secret", delivery(key="somebody-else"), None, "signature_mismatch"),
    ("the empty secret", delivery(key=""), None, "signature_mismatch"),
    ("the key before rotation, forgotten", delivery(key=PREVIOUS_KEY), None, "signature_mismatch"),
    ("signature of zeros", with_signature("0" * 64), None, "signature_mismatch"),
    (
        "last digit changed",
        with_signature(SIGNATURE[:-1] + ("0" if SIGNATURE[-1] != "0" else "1")),
        None,
        "signature_mismatch",
    ),
    ("signature over the decoded text", {**signed(BODY), "X-Encoded-Data": DATA}, None, "signature_mismatch"),
    (
        "signature over the data and a newline",
        {**signed(DATA + "\n"), "X-Encoded-Data": DATA},
        None,
        "signature_mismatch",
    ),
    (
        "data swapped",
        {**delivery(with_members(webhookId="other")), "X-Signature": SIGNATURE},
        None,
        "signature_mismatch",
    ),
    ("data truncated", with_data(DATA[:-4]), None, "signature_mismatch"),
    ("data in another case", with_data(DATA.swapcase()), None, "signature_mismatch"),
    ("data with space around it", with_data(f" {DATA} "), None, "signature_mismatch"),
    # well signed, and yet no base64 of UTF-8
    ("data url-safe", signed(base64.urlsafe_b64encode(b'{"a":"\xc3\xbf\xc3\xbf\xc3\xbf~~~"}')), None, "data_encoding"),
    (
        "data unpadded",
        signed(base64.b64encode(BODY + b" " * ((1 - len(BODY)) % 3)).rstrip(b"=")),
        None,
        "data_encoding",
    ),
    ("data with padding in its middle", signed(b"QQ==" + base64.b64encode(BODY)), None, "data_encoding"),
    ("data with a newline in it", signed(DATA[:40] + "\n" + DATA[40:]), None, "data_encoding"),
    ("data not base64 but JSON", signed(BODY), None, "data_encoding"),
    ("data in hex of odd length", signed(BODY.hex() + "a"), None, "data_encoding"),
    ("text not UTF-8", delivery(b'{"webhookId": "\xff"}'), None, "data_encoding"),
    ("text in UTF-16", delivery(BODY.decode().encode("utf-16")), None, "data_encoding"),
    ("text with a surrogate in UTF-8", delivery(b'{"webhookId": "\xed\xa0\x80"}'), None, "data_encoding"),
    ("text with an overlong slash", delivery(b'{"webhookId": "\xc0\xaf"}'), None, "data_encoding"),
    # UTF-8, and yet no strict JSON
    ("text with a byte order mark", delivery(b"\xef\xbb\xbf" + BODY), None, "json"),
    ("no JSON", delivery(b"hello"), None, "json"),
    ("white space alone", delivery(b"   "), None, "json"),
    ("JSON cut off", delivery(BODY[:-1]), None, "json"),
    ("two documents", delivery(BODY + BODY), None, "json"),
    ("a zero byte at the end", delivery(BODY + b"\0"), None, "json"),
    ("a non-breaking space at the end", delivery(BODY + "\xa0".encode()), None, "json"),
    ("single quotes", delivery(str(DOCUMENT).encode()), None, "json"),
    ("trailing comma", delivery(BODY[:-1] + b",}"), None, "json"),
    ("member repeated at the top", delivery(BODY[:-1] + b', "webhookId": "other"}'), None, "json"),
    ("member repeated inside", raw_json('{"id": "a", "amount": 1, "amount": 2}'), None, "json"),
    ("member repeated through an escape", raw_json('{"amount": 1, "\\u0061mount": 2}'), None, "json"),
    ("NaN", raw_json('{"amount": NaN}'), None, "json"),
    ("Infinity", raw_json('{"amount": Infinity}'), None, "json"),
    ("-Infinity", raw_json('{"amount": -Infinity}'), None, "json"),
    ("a float beyond floats", raw_json('{"amount": 1e999}'), None, "json"),
    ("an integer of 5,000 digits", raw_json('{"amount": %s}' % ("9" * 5000)), None, "json"),
    ("an integer of 65 digits", raw_json('{"amount": %s}' % ("9" * 65)), None, "json"),
    ("a leading zero", raw_json('{"amount": 01}'), None, "json"),
    ("a raw newline in a text", raw_json('{"id": "a\nb"}'), None, "json"),
    ("half a surrogate pair", raw_json('{"id": "\\ud800"}'), None, "json"),
    ("half a surrogate pair in a name", raw_json('{"\\udfff": 1}'), None, "json"),
    ("100,000 lists", delivery(b"[" * 100_000), None, "json"),
    ("100,000 objects in an event", raw_json('{"a":' * 30_000 + "1" + "}" * 30_000), None, "json"),
    ("33 deep", raw_json("[" * 32 + "]" * 32), None, "json"),
    ("33 deep, brackets in texts", raw_json('{"a\\"]}": "]}", "b": %s}' % ("[" * 31 + "]" * 31)), None, "json"),
    ("33 deep in a text that never ends", raw_json("[" * 32 + '"' + "]" * 32), None, "json"),
    ("33 deep, objects alone", raw_json('{"a":' * 31 + "{}" + "}" * 31), None, "json"),
    ("33 deep, objects and lists in turns", raw_json('{"a":[' * 15 + "[[]]" + "]}" * 15), None, "json"),
    (
        "33 deep behind what is closed again",
        raw_json('{"a": [{}, []], "b": {"c": []}, "d": %s}' % ("[" * 31 + "]" * 31)),
        None,
        "json",
    ),
    # JSON, and yet no webhook
    ("a list", delivery(b"[]"), None, "shape"),
    ("a list of one webhook", delivery(b"[" + BODY + b"]"), None, "shape"),
    ("null", delivery(b"null"), None, "shape"),
    ("a number", delivery(b"7"), None, "shape"),
    ("a text", delivery(b'"webhook"'), None, "shape"),
    ("an empty object", delivery(b"{}"), None, "shape"),
    ("no webhookId", delivery(with_members(webhookId=...)), None, "shape"),
    ("no timestamp", delivery(with_members(timestamp=...)), None, "shape"),
    ("no eventType", delivery(with_members(eventType=...)), None, "shape"),
    ("no event", delivery(with_members(event=...)), None, "shape"),
    ("event null", delivery(with_members(event=None)), None, "shape"),
    ("event a list", delivery(with_members(event=[])), None, "shape"),
    ("webhookId a number", delivery(with_members(webhookId=7)), None, "shape"),
    ("webhookId empty", delivery(with_members(webhookId="")), None, "shape"),
    ("webhookId of 256 characters", delivery(with_members(webhookId="a" * 256)), None, "shape"),
    ("webhookId with a zero byte", delivery(with_members(webhookId="a\0b")), None, "shape"),
    ("timestamp a number", delivery(with_members(timestamp=1767323045)), None, "shape"),
    ("eventType a list", delivery(with_members(eventType=["payout-request.update"])), None, "shape"),
    ("eventType with a newline", delivery(with_members(eventType="a\nb")), None, "shape"),
    ("the newer API's webhook", delivery(with_members(eventType=..., type="invoice", data={})), None, "shape"),
    # a body that is not what was signed
    ("body swapped", GENUINE, with_members(webhookId="other"), "body_mismatch"),
    ("body with a higher amount", GENUINE, BODY.replace(b"100000", b"900000"), "body_mismatch"),
    ("body with 100000.0 for 100000", GENUINE, BODY.replace(b"100000", b"100000.0"), "body_mismatch"),
    ("body with true for 1", raw_json('{"a": 1}'), raw('{"a": true}'), "body_mismatch"),
    ("body empty, the stream was read before", GENUINE, b"", "body_mismatch"),
    ("body still in base64", GENUINE, DATA.encode(), "body_mismatch"),
    (
        "body with a repeated member",
        GENUINE,
        BODY[:-1] + b', "webhookId": "01HPR57X6QR5ZRKEEKBSDBW4RA"}',
        "body_mismatch",
    ),
    ("body not UTF-8", GENUINE, b"\xff", "body_mismatch"),
    ("body of 100,000 lists", GENUINE, b"[" * 100_000, "body_mismatch"),
    ("body a str", GENUINE, BODY.decode(), "body_type"),
    ("body parsed", GENUINE, DOCUMENT, "body_type"),
    ("body a number", GENUINE, 7, "body_type"),
]


@pytest.mark.parametrize(("headers", "body", "reason"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile(headers: Any, body: Any, reason: Reason) -> None:
    """A delivery that must not be trusted ends in the one exception, with its reason."""
    with pytest.raises(WebhookVerificationError) as refused:
        Webhook(KEY).verify(headers, body)

    assert refused.value.reason == reason


def test_every_reason_is_reached() -> None:
    """Each documented reason but the freshness window's is the end of a hostile delivery."""
    assert {row[3] for row in HOSTILE} == set(get_args(Reason)) - {"not_fresh"}


def as_message() -> Message:
    message = Message()
    for name, value in GENUINE.items():
        message[name] = value
    return message


ACCEPTED: list[tuple[str, Any, Any]] = [
    ("a dict", GENUINE, None),
    ("lower case", {name.lower(): value for name, value in GENUINE.items()}, None),
    ("upper case", {name.upper(): value for name, value in GENUINE.items()}, None),
    ("bytes", {name.encode(): value.encode() for name, value in GENUINE.items()}, None),
    ("bytes of a name in Latin-1 beside them", {**GENUINE, b"\xe9": "x"}, None),
    ("pairs", pairs(GENUINE), None),
    ("a generator of pairs", (pair for pair in pairs(GENUINE)), None),
    ("pairs of bytes, as ASGI has them", [(n.lower().encode(), v.encode()) for n, v in pairs(GENUINE)], None),
    ("lists of one, as AWS Lambda has them", {name: [value] for name, value in GENUINE.items()}, None),
    ("other headers, some repeated", [("Accept", "a"), *pairs(GENUINE), ("Accept", "b")], None),
    ("httpx", httpx.Headers(GENUINE), None),
    ("Starlette", StarletteHeaders(GENUINE), None),
    ("Werkzeug", WerkzeugHeaders(GENUINE), None),
    ("the standard library's Message", as_message(), None),
    ("hex in upper case", with_signature(SIGNATURE.upper()), None),
    ("base64", with_signature(MAC64), None),
    ("the same body", GENUINE, BODY),
    ("the same body in a bytearray", GENUINE, bytearray(BODY)),
    ("the same JSON, written otherwise", GENUINE, json.dumps(DOCUMENT, indent=2, sort_keys=True).encode() + b"\n"),
]


@pytest.mark.parametrize(("headers", "body"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_accepted(headers: Any, body: Any) -> None:
    """A genuine delivery is the same event, however the framework hands over its headers."""
    assert Webhook(KEY).verify(headers, body) == EVENT


WIDE = '{"a": [{}, [], {}], "b": ' + '{"a":[' * 15 + "]}" * 15 + ', "c": [' + '[], {}, "{[", ' * 40 + "1]}"
UNUSUAL: list[tuple[str, str]] = [
    ("32 deep", "{" + '"a": {' * 30 + "}" * 31),
    ("32 deep and wide", WIDE),
    ("brackets in texts", '{"a": "%s", "b\\"{": []}' % ("{[" * 50)),
    ("an integer of 64 digits", '{"amount": %s}' % ("9" * 64)),
    ("a whole pair of surrogates", '{"a": "\\ud83d\\ude00"}'),
    ("a lone backslash before a u", '{"a": "\\\\ud800"}'),
    ("raw UTF-8", '{"name": "Nuñez"}'),
    ("floats", '{"fee": 0.5, "rate": 1e10}'),
]


@pytest.mark.parametrize("text", [row[1] for row in UNUSUAL], ids=[row[0] for row in UNUSUAL])
def test_unusual(text: str) -> None:
    """What is within all bounds is read as json.loads reads it, with white space around or not."""
    body = b" \t\r\n" + raw(text) + b"\n"

    assert Webhook(KEY).verify(delivery(body)).raw == json.loads(body)


def test_limit_is_inclusive() -> None:
    """A header of exactly max_bytes is read, and a body of that length looked at; one more is refused."""
    webhook = Webhook(KEY, max_bytes=len(DATA))

    assert webhook.verify(GENUINE, BODY) == EVENT
    with pytest.raises(WebhookVerificationError, match="body_mismatch"):
        webhook.verify(GENUINE, b" " * len(DATA))
    with pytest.raises(WebhookVerificationError, match="too_large"):
        Webhook(KEY, max_bytes=len(DATA) - 1).verify(GENUINE)


def test_default_limit() -> None:
    """A delivery of 256 KiB of base64 is read."""
    headers = delivery(BODY.ljust(192 * 1024))

    assert (len(headers["X-Encoded-Data"]), Webhook(KEY).verify(headers)) == (256 * 1024, EVENT)


def test_size_is_bounded_before_the_signature_is_looked_at() -> None:
    """Nothing is computed for a header that is too large, whoever signed it."""
    with pytest.raises(WebhookVerificationError, match="too_large"):
        Webhook(KEY, max_bytes=63).verify(signed("A" * 64, key="somebody-else"))


def test_longest_names() -> None:
    """Ids of 255 characters are the longest."""
    assert Webhook(KEY).verify(delivery(with_members(webhookId="a" * 255))).webhook_id == "a" * 255


def test_rotation() -> None:
    """While keys rotate, deliveries signed with any of them are accepted."""
    webhook = Webhook([KEY, PREVIOUS_KEY])

    assert [webhook.verify(delivery(key=key)) for key in (KEY, PREVIOUS_KEY)] == [EVENT, EVENT]
    assert Webhook((PREVIOUS_KEY.encode(), KEY.encode())).verify(GENUINE) == EVENT
    with pytest.raises(WebhookVerificationError, match="signature_mismatch"):
        webhook.verify(delivery(key="before-both"))


@pytest.mark.parametrize(
    "key", ["", b"", " key", "key\n", b"key ", None, 7, [], [KEY, ""], [None], "k\udc80"], ids=repr
)
def test_keys_that_are_none(key: Any) -> None:
    """A key that can be no integrity key is refused at once, without being shown."""
    with pytest.raises(ConfigurationError) as refused:
        Webhook(key)

    assert "key\n" not in str(refused.value)


NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678000, dt.UTC).timestamp()


@pytest.mark.parametrize("now", [NOW - 300, NOW, NOW + 300])
def test_fresh(now: float) -> None:
    """Inside the window, on either side, a delivery is accepted."""
    assert Webhook(KEY, max_age=300, clock=lambda: now).verify(GENUINE) == EVENT


@pytest.mark.parametrize(
    ("now", "body"), [(NOW - 301, BODY), (NOW + 301, BODY), (NOW, with_members(timestamp="yesterday"))]
)
def test_not_fresh(now: float, body: bytes) -> None:
    """Outside of it, or with a timestamp that is no date, a delivery is refused."""
    with pytest.raises(WebhookVerificationError, match="not_fresh"):
        Webhook(KEY, max_age=300, clock=lambda: now).verify(delivery(body))


def test_no_window_by_default() -> None:
    """A retry of long ago keeps its timestamp, and is accepted."""
    assert Webhook(KEY, clock=lambda: NOW + 1e9).verify(GENUINE) == EVENT


@pytest.mark.parametrize(("headers", "body"), [row[1:3] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_errors_hold_no_secret(headers: Any, body: Any) -> None:
    """Neither the key, nor the right signature, nor anything of the delivery can be reached through the exception."""
    with pytest.raises(WebhookVerificationError) as refused:
        Webhook(KEY).verify(headers, body)
    error = refused.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.__dict__)

    assert error.__context__ is None
    assert not [secret for secret in (KEY, SIGNATURE, DATA, MAC64, DOCUMENT["webhookId"]) if secret in shown]


def test_repr_holds_no_secret() -> None:
    """A Webhook shows how many keys it has; an Event shows nothing of its object."""
    assert repr(Webhook([KEY, PREVIOUS_KEY])) == "<Webhook with 2 integrity key(s)>"
    assert "approved" not in repr(EVENT)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_can_be_sent_on(copied: Callable[[Any], Any]) -> None:
    """Errors survive copying and pickling, with what they know and advise."""
    name = "01HPR57X6QR512345678"
    made = WebhookVerificationError("body_type"), ClaimLostError(name), UnreadableEventError(name)
    refused, lost, unreadable = map(copied, made)

    assert [issubclass(type(error), PalommaError) for error in (refused, lost, unreadable)] == [True] * 3
    assert (refused.reason, lost.webhook_id, unreadable.webhook_id) == ("body_type", name, name)
    assert str(refused).startswith("body_type: the body must be the raw bytes: request.body (Django; DRF too, ")
    assert str(lost).startswith("webhook 01HPR57X6QR512345678: the handler outlived its lease, and another worker ")
    assert str(unreadable).startswith("webhook 01HPR57X6QR512345678: its object lacks what its model needs: ")


def test_headers_are_not_changed() -> None:
    """What the caller passed is what the caller has."""
    headers = dict(GENUINE)
    Webhook(KEY).verify(headers, BODY)

    assert headers == GENUINE


@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize(
    "body", [BODY, DOCUMENT, {**DOCUMENT, "event": {"name": "Nuñez"}}], ids=["bytes", "dict", "UTF-8"]
)
def test_sign(encoding: Any, body: Any) -> None:
    """What `sign` makes is accepted, in both encodings, and says the body."""
    event = Webhook(KEY).verify(sign(body, KEY, encoding=encoding))

    assert event.raw == (json.loads(body) if isinstance(body, bytes) else body)


def test_sign_as_documented() -> None:
    """`sign` makes the headers of the documented scheme: HMAC-SHA-256 over the text of X-Encoded-Data."""
    assert sign(BODY, KEY) == GENUINE
    assert sign(BODY, KEY, encoding="base64") == with_signature(MAC64)
    assert sign({"name": "Nuñez"}, KEY) == delivery('{"name": "Nuñez"}'.encode())
    with pytest.raises(ConfigurationError):
        sign(BODY, "")
