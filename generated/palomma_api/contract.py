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

LISTS: dict[str, tuple[str, ...]] = {
    "payin-link.update": ("payin_links.iterate",),
    "payin-source.update": ("payin_sources.iterate",),
    "payin-request.update": ("payin_requests.iterate",),
    "payout-target.update": ("payout_targets.iterate",),
    "payout-request.update": ("payout_requests.iterate",),
    "payin-settlement.update": ("merchant_accounts.iterate", "payin_settlements.iterate"),
}
"""Which walk comes by all objects of an event: the method of a list, behind that of the list whose ids its path needs."""


class Lifecycle(NamedTuple):
    """How an object's state changes."""

    state: str
    """The member that holds it, and its enum."""
    states: str
    reason: str
    """The member that says why, and its enum; empty if there is none."""
    reasons: str
    follows: dict[str, tuple[str, ...]]
    """The states that each state can come after."""


LIFECYCLES: dict[str, Lifecycle] = {
    "PayinLink": Lifecycle(
        "status",
        "PayinLinkStatus",
        "statusMessage",
        "StatusMessage",
        {
            "pending": (),
            "processing": ("pending",),
            "approved": ("pending", "processing"),
            "cancelled": ("pending", "processing"),
        },
    ),
    "PayinSource": Lifecycle(
        "status",
        "PayinSourceStatus",
        "statusMessage",
        "StatusMessage",
        {
            "pending": (),
            "processing": ("pending",),
            "active": ("pending", "processing"),
            "cancelled": ("pending", "processing"),
        },
    ),
    "PayinRequest": Lifecycle(
        "status",
        "PayinRequestStatus",
        "statusMessage",
        "StatusMessage",
        {"processing": (), "approved": ("processing",), "partial": ("processing",), "cancelled": ("processing",)},
    ),
    "PayoutTarget": Lifecycle(
        "status",
        "PayoutTargetStatus",
        "statusMessage",
        "StatusMessage",
        {
            "pending": (),
            "processing": ("pending",),
            "active": ("pending", "processing"),
            "cancelled": ("pending", "processing"),
        },
    ),
    "PayoutRequest": Lifecycle(
        "status",
        "PayoutRequestStatus",
        "statusMessage",
        "StatusMessage",
        {"processing": (), "approved": ("processing",), "cancelled": ("processing",)},
    ),
}
"""How the objects of a model change."""
