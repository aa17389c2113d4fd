"""One genuine delivery, and ways to sign what Palomma would never send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

KEY = "integrity-key-of-the-tests"
PREVIOUS_KEY = "integrity-key-before-rotation"

DOCUMENT: dict[str, Any] = {
    "webhookId": "01HPR57X6QR5ZRKEEKBSDBW4RA",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "eventType": "payout-request.update",
    "event": {
        "id": "01HPR57X6QR5ZRKEEKBSDBW4RB",
        "status": "approved",
        "amount": 100000,
        "updatedAt": "2026-01-02T03:04:05.000Z",
    },
}
BODY = json.dumps(DOCUMENT).encode()


def signed(data: str | bytes, key: str = KEY) -> dict[str, str]:
    """Headers whose signature is right for this text of X-Encoded-Data, whatever the text is."""
    text = data if isinstance(data, bytes) else data.encode()
    return {
        "X-Encoded-Data": text.decode("latin-1"),
        "X-Signature": hmac.new(key.encode(), text, hashlib.sha256).hexdigest(),
    }


def delivery(body: bytes = BODY, key: str = KEY) -> dict[str, str]:
    """The headers that Palomma sends with a body."""
    return signed(base64.b64encode(body), key)


def with_members(**members: Any) -> bytes:
    """The genuine body with other top-level members; those that are `...` are left out."""
    return json.dumps({name: value for name, value in {**DOCUMENT, **members}.items() if value is not ...}).encode()


def state(webhook_id: str, object_id: str, second: int, event_type: str = "payout-request.update") -> bytes:
    """A body that brings an object's state of that second."""
    event = {"id": object_id, "status": "approved", "updatedAt": f"2026-01-01T00:00:{second:02d}Z"}
    return with_members(webhookId=webhook_id, eventType=event_type, event=event)


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
