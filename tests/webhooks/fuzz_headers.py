"""Random and mutated pairs of headers: none may be accepted, and none may end in any other exception.

A genuine pair is mutated (bits, characters, cuts, swaps between two genuine deliveries, other encodings and types) or
made up. A mutant that is the genuine signature over the genuine text, written otherwise (hex in another case), IS the
genuine delivery: it must be accepted. A tenth as many mutated BODIES are signed rightly: these may be accepted, but
must not end in any other exception either.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections import Counter
from collections.abc import Callable
from typing import Any

from webhook_facts import BODY, DOCUMENT, KEY, delivery, with_members

from palomma.webhooks import Webhook, WebhookVerificationError

Pair = tuple[Any, Any]
HEX = [tuple(delivery(body).values()) for body in (BODY, with_members(webhookId="other"))]
GENUINE = HEX + [(data, base64.b64encode(bytes.fromhex(signature)).decode()) for data, signature in HEX]
ALPHABETS = [
    string.hexdigits,
    string.ascii_letters + string.digits + "+/=",
    string.printable,
    "\u00e9\udc80\U0001f4b8\0",
]


def noise(chance: random.Random, longest: int = 80) -> str:
    return "".join(chance.choices(chance.choice(ALPHABETS), k=chance.randrange(longest)))


def flipped(chance: random.Random, text: str) -> str:
    """One bit of one character turned."""
    place = chance.randrange(len(text))
    return text[:place] + chr(ord(text[place]) ^ (1 << chance.randrange(8))) + text[place + 1 :]


def replaced(chance: random.Random, text: str) -> str:
    place, width = chance.randrange(len(text)), chance.choice([0, 1, 1, 4, 20])
    return text[:place] + noise(chance, 4) + text[place + width :]


def rotated(chance: random.Random, text: str) -> str:
    place = chance.randrange(1, len(text))
    return text[place:] + text[:place]


def recased(chance: random.Random, text: str) -> str:
    return "".join(chance.choice([letter.upper, letter.lower])() for letter in text)


def recoded(chance: random.Random, text: str) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    return chance.choice(
        [raw.hex(), base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("=")]
    )


def decorated(chance: random.Random, text: str) -> str:
    return (
        chance.choice(["sha256=", "v1=", " ", "\n", "0x", ""]) + text + chance.choice([" ", "\n", "=", "\0", ",", ""])
    )


MUTATIONS: list[Callable[[random.Random, str], str]] = [flipped, replaced, rotated, recased, recoded, decorated]


def respelt(chance: random.Random, text: str) -> str:
    """A value of the JSON becomes another."""
    old = chance.choice([json.dumps(value) for value in (*DOCUMENT.values(), *DOCUMENT["event"].values())])
    return text.replace(old, chance.choice(VALUES), 1)


VALUES = ["null", "true", "0", "-0", "1e5", "1e999", "NaN", "9" * 5000, '""', '"\\ud800"', '"\\u0000"', '"2026-01-01"']
VALUES += ["[]", "{}", "[" * 40 + "]" * 40, '{"id": 1, "id": 2}', '{"id": "a", "status": "b"}', '"payin-link.update"']
BODY_MUTATIONS = [flipped, replaced, rotated, respelt, respelt, respelt]
TYPES: list[Callable[[str], Any]] = [
    lambda text: text.encode("utf-8", "surrogateescape"),
    lambda text: [text],
    lambda text: [text, text],
    lambda text: None,
    lambda text: len(text),
    lambda text: bytearray(text, "utf-8", "surrogatepass"),
    lambda text: {text: text},
]


def pair(chance: random.Random) -> Pair:
    data, signature = chance.choice(GENUINE)
    kind = chance.random()
    if kind < 0.1:
        return noise(chance, 400), noise(chance)
    if kind < 0.2:
        return data, noise(chance)
    if kind < 0.25:
        return data, chance.randbytes(32).hex()
    if kind < 0.3:
        return data, base64.b64encode(chance.randbytes(32)).decode()
    if kind < 0.35:
        return data, chance.choice(GENUINE)[1]
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        mutate = chance.choice(MUTATIONS)
        if chance.random() < 0.5:
            data = mutate(chance, data or "A")
        else:
            signature = mutate(chance, signature or "A")
    return data, signature


def same_meaning(data: object, signature: object) -> bool:
    """Whether a pair is one of the genuine ones, written otherwise."""
    data, signature = (
        value[0] if isinstance(value, list) and len(value) == 1 else value for value in (data, signature)
    )
    texts = [value.decode("latin-1") if isinstance(value, bytes) else value for value in (data, signature)]
    return tuple(texts) in GENUINE or (texts[0], str(texts[1]).lower()) in HEX


def rehearse(pairs: int, seed: int) -> Counter[str]:
    """How so many pairs ended, genuine ones not counted: by reason, `genuine`, `ACCEPTED` or `FOREIGN` with details."""
    chance, webhook, ends = random.Random(seed), Webhook(KEY), Counter[str]()
    while ends.total() - ends["genuine"] < pairs:
        data, signature = pair(chance)
        if chance.random() < 0.05:
            data = chance.choice(TYPES)(data)
        if chance.random() < 0.05:
            signature = chance.choice(TYPES)(signature)
        ends[end(webhook, data, signature)] += 1
    return ends


def end(webhook: Webhook, data: Any, signature: Any) -> str:
    headers = {"X-Encoded-Data": data, "X-Signature": signature}
    try:
        webhook.verify(headers)
    except WebhookVerificationError as error:
        return f"REFUSED {headers!r}" if same_meaning(data, signature) else error.reason
    except Exception as error:
        return f"FOREIGN {error!r} for {headers!r}"
    return "genuine" if same_meaning(data, signature) else f"ACCEPTED {headers!r}"


def rehearse_signed(bodies: int, seed: int) -> Counter[str]:
    """How mutated bodies end that are signed rightly: `read`, by reason, or `FOREIGN` and the exception."""
    chance, webhook, ends = random.Random(seed), Webhook(KEY), Counter[str]()
    for _ in range(bodies):
        text = BODY.decode()
        for _ in range(chance.choice([1, 1, 2, 3])):
            text = chance.choice(BODY_MUTATIONS)(chance, text)
        ends[signed_end(webhook, text.encode("utf-8", "surrogatepass"))] += 1
    return ends


def signed_end(webhook: Webhook, body: bytes) -> str:
    try:
        event = webhook.verify(delivery(body), body)
        _ = event.event, event.version
    except WebhookVerificationError as error:
        return error.reason
    except Exception as error:
        return f"FOREIGN {error!r} for {body!r}"
    return "read"
