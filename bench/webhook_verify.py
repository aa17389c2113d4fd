"""What `Webhook.verify` costs, as a ratio to the bare minimum: hmac.digest, compare_digest, base64 and json.loads.

    python bench/webhook_verify.py

Both are timed in turns, a few hundred calls each, so that whatever slows the machine down slows both; the figure is the
median of the rounds' ratios. Exit status 1 above the budget of 1.5.
"""

from __future__ import annotations

import base64
import hmac
import json
import statistics
import sys
import time
from collections.abc import Callable

from palomma.webhooks import Webhook, sign

BUDGET = 1.5
ROUNDS, CALLS = 300, 200
KEY = "integrity-key-of-the-bench"
CUSTOMER = {"reference": "customer-1", "name": "Ana Nuñez", "documentType": "cc", "documentNumber": "123456789"}
EVENT = {
    "id": "01HPR57X6QR5ZRKEEKBSDBW4RB",
    "reference": "order-1",
    "customerId": "01HPR57X6QR5ZRKEEKBSDBW4RC",
    "customerDetails": {**CUSTOMER, "email": "ana@example.com", "phoneNumber": "3013111111"},
    "payoutTargetId": "01HPR57X6QR5ZRKEEKBSDBW4RD",
    "payoutTargetDetails": {"reference": "target-1", "description": "savings", "type": "bankAccount"},
    "status": "approved",
    "amount": 100000,
    "amountSent": 100000,
    "fee": 500,
    "sourceMerchantAccountId": "default",
    "createdAt": "2026-01-02T03:04:05.678Z",
    "updatedAt": "2026-01-02T03:04:05.678Z",
}


def kibibyte() -> bytes:
    """A webhook of 1,024 bytes, as JSON.stringify would write it."""
    document = {
        "webhookId": "01HPR57X6QR5ZRKEEKBSDBW4RA",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "eventType": "payout-request.update",
        "event": EVENT,
    }
    missing = 1024 - len(dumped(document | {"event": EVENT | {"description": ""}}))
    return dumped(document | {"event": EVENT | {"description": "x" * missing}})


def dumped(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def bare(headers: dict[str, str], key: bytes) -> object:
    data = headers["X-Encoded-Data"].encode()
    if not hmac.compare_digest(hmac.digest(key, data, "sha256").hex(), headers["X-Signature"]):
        raise ValueError
    return json.loads(base64.b64decode(data))


def seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        act()
    return (time.perf_counter() - started) / CALLS


def compare(least: Callable[[], object], ours: Callable[[], object]) -> tuple[float, float, float]:
    """Microseconds of both, and the median ratio."""
    rounds = [(seconds(least), seconds(ours)) for _ in range(ROUNDS)]
    ratio = statistics.median(b / a for a, b in rounds)
    return min(a for a, _ in rounds) * 1e6, min(b for _, b in rounds) * 1e6, ratio


def main() -> int:
    body = kibibyte()
    assert len(body) == 1024
    headers, key = sign(body, KEY), KEY.encode()
    real = {
        "Host": "example.com",
        "User-Agent": "x",
        "Content-Type": "application/json",
        "Content-Length": "1024",
    } | headers
    webhook = Webhook(KEY)
    cases: dict[str, Callable[[], object]] = {
        "verify(headers)": lambda: webhook.verify(headers),
        "verify(real headers, body)": lambda: webhook.verify(real, body),
        "verify(headers).event, the model": lambda: webhook.verify(headers).event,
    }
    ratios = []
    for name, act in cases.items():
        least, ours, ratio = compare(lambda: bare(headers, key), act)
        ratios.append(ratio)
        print(f"{name:34} {ours:6.2f} µs   bare {least:6.2f} µs   ratio {ratio:.2f}")
    print(f"budget of the first: {BUDGET}")
    return int(ratios[0] > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
