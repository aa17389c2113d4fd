"""What the contract says for all operations together."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from .runtime import calls as _calls

ENVIRONMENTS: dict[str, str] = {
    "sandbox": "https://sandbox.api.palomma.com/v0",
    "production": "https://prod.api.palomma.com/v0",
}
"""The address of each environment."""

Environment: TypeAlias = Literal["sandbox", "production"]

SCHEME: _calls.Scheme | None = _calls.Scheme("bearer")
"""How a call says who calls."""

ERROR_MESSAGES: tuple[tuple[str, ...], ...] = (("message",),)
"""Where the body of an error has its message; the first place that holds a text counts."""

ERROR_CODES: tuple[tuple[str, ...], ...] = ()
"""Where the body of an error has its code."""


class Envelope(NamedTuple):
    """The members of a webhook's body that hold its id, its moment, its type and its object."""

    id: str
    timestamp: str
    type: str
    object: str


ENVELOPE: Envelope | None = Envelope("webhookId", "timestamp", "eventType", "event")

EVENTS: dict[str, str] = {
    "payin-link.update": "PayinLink",
    "payin-source.update": "PayinSource",
    "payin-request.update": "PayinRequest",
    "payout-target.update": "PayoutTarget",
    "payout-request.update": "PayoutRequest",
    "payin-settlement.update": "PayinSettlement",
}
"""The model of each event type's object."""

EventType: TypeAlias = Literal[
    "payin-link.update",
    "payin-source.update",
    "payin-request.update",
    "payout-target.update",
    "payout-request.update",
    "payin-settlement.update",
]
