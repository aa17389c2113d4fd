"""Webhook notifications: their bytes, their signature, when they are sent again. The courier sends them.

https://docs.palomma.com/webhooks/explanation. The retry schedule and the time-out are the mock's own: none is
documented. That a 2xx stops the retries is inferred from Palomma's direct debit API.
"""

import base64
import hashlib
import hmac
from collections import deque
from typing import Any, Literal, get_args

import msgspec

from palomma_mock.rules.calendar import instant
from palomma_mock.rules.schema import Members, not_among
from palomma_mock.rules.settings import Settings

from .store import Notice, Store

RETRY_AFTER = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds on the mock's clock between an attempt that failed and the next; after the last, `failed`."""
WebhookScenario = Literal["duplicate", "late", "out_of_order", "tampered"]
SCENARIOS: tuple[WebhookScenario, ...] = get_args(WebhookScenario)
"""What can be asked of the next notification."""
_LATE = 3600.0
_MOST = 1000


def sign(encoded: str, integrity_key: str, encoding: Literal["hex", "base64"] = "hex") -> str:
    """Return the HMAC-SHA-256 over the text of `X-Encoded-Data`."""
    digest = hmac.new(integrity_key.encode(), encoded.encode(), hashlib.sha256).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def _tampered(body: bytes) -> bytes:
    """Return the body after somebody on the way made themselves another payment of it."""
    forged = msgspec.json.decode(body)
    forged["event"]["amount"] = forged["event"].get("amount", 0) + 1_000_000
    return msgspec.json.encode(forged)


def _signed(body: bytes, scenario: str, settings: Settings) -> tuple[str, dict[str, str]]:
    """Return what is sent: body and headers."""
    signature = sign(base64.b64encode(body).decode(), settings.integrity_key, settings.signature)
    if scenario == "tampered":
        body = _tampered(body)
    encoded = base64.b64encode(body).decode()
    return body.decode(), {"Content-Type": "application/json", "X-Encoded-Data": encoded, "X-Signature": signature}


class Notices:
    """The notices of one mock, and the scenarios waiting for one. Whoever calls holds the mock's lock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._scenarios: deque[str] = deque()
        self._held: list[Notice] = []

    def next_is(self, scenario: WebhookScenario) -> None:
        """Ask for a scenario; each is used up by one notice, in order."""
        if scenario not in SCENARIOS:
            raise ValueError(f"scenario: {not_among(scenario, list(SCENARIOS))}")
        if len(self._scenarios) >= _MOST:
            raise ValueError(f"there are {_MOST} scenarios waiting already")
        self._scenarios.append(scenario)

    def add(
        self, id: str, event_type: str, object_id: str, event: Members, now: float, settings: Settings, *, sent: bool
    ) -> None:
        """Make a notice of a change, to be sent at once unless a scenario says otherwise."""
        content: dict[str, Any] = {"webhookId": id, "timestamp": instant(now), "eventType": event_type, "event": event}
        scenario = self._scenarios.popleft() if self._scenarios else ""
        body, headers = _signed(msgspec.json.encode(content), scenario, settings)
        notice = Notice(id, content["timestamp"], event_type, object_id, body, headers, scenario)
        if sent:
            notice.state = "waiting"
            notice.due = None if notice.scenario == "out_of_order" else now + _LATE * (notice.scenario == "late")
        self._store.add_notice(notice)
        if notice.scenario == "out_of_order":
            self._held.append(notice)
        elif self._held:
            self._release(now)

    def _release(self, now: float) -> None:
        for held in self._held:
            held.due = now if held.state == "waiting" else None
            self._store.requeue_notice(held)
        self._held.clear()

    def attempted(self, notice: Notice, answer: dict[str, Any], now: float) -> None:
        """Note how an attempt went, and when the next one is due if it failed."""
        notice.attempts.append(answer)
        delivered = answer.get("status", 0) // 100 == 2
        failures = sum(1 for attempt in notice.attempts if attempt.get("status", 0) // 100 != 2)
        again = notice.scenario == "duplicate" and len(notice.attempts) == 1
        if delivered:
            notice.state, notice.due = ("waiting", now) if again else ("delivered", None)
        elif failures > len(RETRY_AFTER):
            notice.state, notice.due = "failed", None
        else:
            notice.due = now + RETRY_AFTER[failures - 1]
        self._store.change_notice(notice)
