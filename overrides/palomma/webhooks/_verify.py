"""Who sent this? The signature is over the TEXT of X-Encoded-Data, and so nothing else of the request is read.

https://docs.palomma.com/webhooks/explanation
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

from palomma._errors import ConfigurationError
from palomma_api.contract import ENVELOPE
from palomma_api.runtime.values import read_datetime

from ._errors import WebhookVerificationError
from ._event import Event, is_name, microseconds
from ._json import canonical, strict_json

__all__ = ["Headers", "Webhook", "sign"]

_DATA = "x-encoded-data"
_SIGNATURE = "x-signature"


class _Items(Protocol):
    # Werkzeug's and the standard library's headers are no collections.abc.Mapping.
    def items(self) -> Iterable[tuple[Any, Any]]: ...


Headers = Mapping[str, Any] | Mapping[bytes, Any] | _Items | Iterable[tuple[str | bytes, Any]]


class Webhook:
    """Verifies deliveries with your integrity key; several keys while you rotate: `Webhook([current, previous])`.

    `max_bytes` bounds each header before any work is done. `max_age`, in seconds, refuses timestamps further than that
    from now, on either side. It is off by default and best left off: Palomma's retries keep the timestamp of the first
    attempt, so a window refuses genuine deliveries; an inbox refuses replays without that.
    Raises ConfigurationError for a key that cannot be one. https://docs.palomma.com/webhooks/explanation

        event = Webhook(os.environ["PALOMMA_INTEGRITY_KEY"]).verify(request.headers, raw_body)
    """

    def __init__(
        self,
        integrity_key: str | bytes | list[str] | list[bytes] | tuple[str | bytes, ...],
        *,
        max_bytes: int = 256 * 1024,
        max_age: float | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        keys = list(integrity_key) if isinstance(integrity_key, (list, tuple)) else [integrity_key]
        if not keys:
            raise ConfigurationError("no integrity key is given: copy yours from Palomma's onboarding")
        self._keys = [_key(key) for key in keys]
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._clock = clock

    def __repr__(self) -> str:
        return f"<Webhook with {len(self._keys)} integrity key(s)>"

    def verify(self, headers: Headers, body: bytes | None = None) -> Event:
        """Return the event of a delivery, read from nothing but its signed header.

        `headers` may be any mapping or list of pairs, in any case, of str or bytes. `body`, if given, must be the raw
        bytes and say the same as the header. Raises WebhookVerificationError, whose `reason` says why.
        https://docs.palomma.com/webhooks/explanation
        """
        found = _found(headers)
        data = _header(found[_DATA], self._max_bytes)
        self._authenticate(data, _signature(_header(found[_SIGNATURE], self._max_bytes)))
        signed, text = _decoded(data)
        event = _event(_parsed(text))
        if self._max_age is not None:
            self._require_fresh(event.timestamp, self._max_age)
        if body is not None:
            self._require_same(body, signed, event.raw)
        return event

    def _authenticate(self, data: bytes, signature: bytes) -> None:
        # Every key is tried, so that the time taken doesn't tell which one it was.
        matches = [hmac.compare_digest(hmac.digest(key, data, "sha256"), signature) for key in self._keys]
        if not any(matches):
            raise WebhookVerificationError("signature_mismatch")

    def _require_fresh(self, timestamp: datetime | str, max_age: float) -> None:
        if isinstance(timestamp, str) or abs(self._clock() - microseconds(timestamp) / 1e6) > max_age:
            raise WebhookVerificationError("not_fresh")

    def _require_same(self, body: object, signed: bytes, document: dict[str, Any]) -> None:
        if not isinstance(body, (bytes, bytearray)):
            raise WebhookVerificationError("body_type")
        if len(body) > self._max_bytes:
            raise WebhookVerificationError("too_large")
        # A proxy may have written the same JSON anew: then its meaning counts.
        if body != signed and not _says(bytes(body), document):
            raise WebhookVerificationError("body_mismatch")


def sign(
    body: bytes | Mapping[str, Any], integrity_key: str | bytes, *, encoding: Literal["hex", "base64"] = "hex"
) -> dict[str, str]:
    """Return the headers that Palomma would send with this body: for your tests.

    Palomma doesn't document how it writes the signature; `verify` reads both encodings. Raises ConfigurationError for a
    key that cannot be one. https://docs.palomma.com/webhooks/explanation
    """
    raw = body if isinstance(body, bytes) else json.dumps(dict(body), ensure_ascii=False).encode()
    data = base64.b64encode(raw)
    signature = hmac.digest(_key(integrity_key), data, "sha256")
    text = signature.hex() if encoding == "hex" else base64.b64encode(signature).decode()
    return {"X-Encoded-Data": data.decode(), "X-Signature": text}


def _key(key: object) -> bytes:
    try:
        raw = key.encode() if isinstance(key, str) else key
    except UnicodeEncodeError:
        raw = b""
    # Space around a key comes from copying it, and would refuse every genuine delivery.
    if not isinstance(raw, bytes) or not raw or raw != raw.strip():
        raise ConfigurationError("an integrity key must be non-empty text without space around it: copy it again")
    return raw


def _found(headers: Any) -> dict[str, list[Any]]:
    # WebhookVerificationErrors are raised outside `except` blocks throughout: their __context__ would hold the payload.
    found: dict[str, list[Any]] = {_DATA: [], _SIGNATURE: []}
    try:
        for name, value in headers.items() if hasattr(headers, "items") else headers:
            values = found.get((name.decode("latin-1") if isinstance(name, bytes) else name).lower())
            if values is not None:
                values.append(value)
        return found
    except (TypeError, ValueError, AttributeError):
        pass
    raise WebhookVerificationError("headers")


def _header(values: list[Any], limit: int) -> bytes:
    if len(values) == 1 and isinstance(values[0], (list, tuple)):
        values = list(values[0])  # multiValueHeaders, as AWS Lambda hands them over
    if len(values) > 1:
        raise WebhookVerificationError("header_repeated")
    if not values or not values[0]:
        raise WebhookVerificationError("header_missing")
    return _ascii(values[0], limit)


def _ascii(value: object, limit: int) -> bytes:
    if not isinstance(value, (str, bytes)):
        raise WebhookVerificationError("header_type")
    if len(value) > limit:
        raise WebhookVerificationError("too_large")
    if not value.isascii():
        raise WebhookVerificationError("header_encoding")
    return value.encode() if isinstance(value, str) else value


def _signature(text: bytes) -> bytes:
    # Hex or base64 is not documented. Both are decoded before the comparison, so upper-case hex is the same signature.
    try:
        signature = bytes.fromhex(text.decode()) if len(text) == 64 else a2b_base64(text)
    except ValueError:
        signature = b""
    # Encoding it again is the strict check: there is one text for 32 bytes.
    if len(signature) != 32 or (len(text) != 64 and base64.b64encode(signature) != text):
        raise WebhookVerificationError("signature_format")
    return signature


def _decoded(data: bytes) -> tuple[bytes, str]:
    try:
        raw = a2b_base64(data, strict_mode=True)
        return raw, raw.decode()
    except ValueError:
        pass
    raise WebhookVerificationError("data_encoding")


def _parsed(text: str) -> Any:
    try:
        return strict_json(text)
    except ValueError:
        pass
    raise WebhookVerificationError("json")


def _event(document: Any) -> Event:
    if ENVELOPE and isinstance(document, dict) and isinstance(document.get(ENVELOPE.object), dict):
        webhook_id, timestamp, event_type = (document.get(name) for name in ENVELOPE[:3])
        if is_name(webhook_id) and is_name(timestamp) and is_name(event_type):
            return Event(webhook_id, read_datetime(timestamp), event_type, document)
    raise WebhookVerificationError("shape")


def _says(body: bytes, document: dict[str, Any]) -> bool:
    try:
        return canonical(strict_json(body.decode())) == canonical(document)
    except ValueError:
        return False
