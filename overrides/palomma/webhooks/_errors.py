"""PalommaError
├── WebhookVerificationError   the delivery is refused; nothing was handled, no money moved
├── UnreadableEventError       the object is not what the handler takes; nothing was handled
└── ClaimLostError             the handler outlived its lease; in a transaction nothing it wrote stands
"""

from __future__ import annotations

from typing import ClassVar, Literal

from palomma._errors import PalommaError

__all__ = ["ClaimLostError", "Reason", "UnreadableEventError", "WebhookVerificationError"]

Reason = Literal[
    "headers",
    "header_missing",
    "header_repeated",
    "header_type",
    "header_encoding",
    "too_large",
    "signature_format",
    "signature_mismatch",
    "data_encoding",
    "json",
    "shape",
    "not_fresh",
    "body_type",
    "body_mismatch",
]

# Constant texts: what a stranger sent, and the key it was compared with, cannot get into a log through them.
_ADVICE: dict[Reason, str] = {
    "headers": "these are no headers. Pass request.headers (Django, DRF, Flask, FastAPI, Starlette), "
    "or any mapping or list of (name, value) pairs",
    "header_missing": "X-Encoded-Data or X-Signature is missing or empty. Pass request.headers (in Django and DRF "
    "not request.META), and check that no proxy drops large headers",
    "header_repeated": "X-Encoded-Data or X-Signature came more than once. Palomma sends each once: "
    "look at what stands between Palomma and you",
    "header_type": "a header's value must be str or bytes. Pass request.headers as the framework made it",
    "header_encoding": "X-Encoded-Data or X-Signature is not ASCII. Palomma sends base64 and hex: answer 400",
    "too_large": "the delivery is larger than max_bytes. If it is genuine, raise Webhook(max_bytes=...)",
    "signature_format": "X-Signature is neither 64 hex digits nor 44 characters of standard base64: answer 400",
    "signature_mismatch": "no integrity key of yours made this signature. Check that the key belongs to this "
    "environment, and that X-Encoded-Data reaches you unchanged",
    "data_encoding": "X-Encoded-Data is correctly signed, but is no standard base64 of UTF-8 text: ask Palomma",
    "json": "the signed text is no strict JSON (a repeated member, NaN, a number out of bounds, half a surrogate pair, "
    "nested too deeply): ask Palomma",
    "shape": "the signed JSON is no webhook: webhookId, timestamp and eventType must be text, and event an object: "
    "ask Palomma",
    "not_fresh": "the timestamp lies outside max_age, or cannot be read. Palomma's retries keep the old timestamp: "
    "leave max_age off and let an inbox refuse what was handled",
    "body_type": "the body must be the raw bytes: request.body (Django; DRF too, read before request.data), "
    "request.get_data() (Flask), await request.body() (FastAPI, Starlette). A str or parsed JSON is not what was sent",
    "body_mismatch": "the body does not say what was signed: answer 400, and use nothing of it",
}


class WebhookVerificationError(PalommaError):
    """The delivery must not be trusted: answer 400. Nothing was handled.

    `reason` says why, for machines; the text says what to do. Neither holds anything of the delivery or of the key.
    https://docs.palomma.com/webhooks/explanation
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason

    def __str__(self) -> str:
        return f"{self.reason}: {_ADVICE[self.reason]}"


class _EventError(PalommaError):
    text: ClassVar[str]

    def __init__(self, webhook_id: str) -> None:
        super().__init__(webhook_id)
        self.webhook_id = webhook_id

    def __str__(self) -> str:
        return f"webhook {self.webhook_id}: {self.text}"


class UnreadableEventError(_EventError):
    """The object of an event can't be read as the model that its handler takes, so the handler was not called.

    The event is given back, and Palomma asked to deliver it again. Let the handler take an `Event`, which has the
    object as it came.
    """

    text = "its object lacks what its model needs: let the handler take an Event"


class ClaimLostError(_EventError):
    """The lease ran out and another worker took the event over. What stands in the same transaction is rolled back.

    What the handler did elsewhere stands, and the other worker may have done it again.
    """

    text = (
        "the handler outlived its lease, and another worker took the event: what it did outside of a transaction may "
        "be done twice. Make it shorter, or raise the inbox's lease="
    )
