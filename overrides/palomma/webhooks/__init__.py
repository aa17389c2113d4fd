"""Palomma's webhooks: verified, typed, handled once. https://docs.palomma.com/webhooks/explanation"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._catch_up import catch_up, catch_up_async
from ._errors import ClaimLostError, Reason, UnreadableEventError, WebhookVerificationError
from ._event import Event, ObjectVersion
from ._inbox import Claim, Inbox, MemoryInbox
from ._router import Outcome, Router
from ._verify import Headers, Webhook, sign

if TYPE_CHECKING:
    from ._sql import SqlInbox

__all__ = [
    "Claim",
    "ClaimLostError",
    "Event",
    "Headers",
    "Inbox",
    "MemoryInbox",
    "ObjectVersion",
    "Outcome",
    "Reason",
    "Router",
    "SqlInbox",
    "UnreadableEventError",
    "Webhook",
    "WebhookVerificationError",
    "catch_up",
    "catch_up_async",
    "sign",
]


def __getattr__(name: str) -> Any:
    # SQLAlchemy is an extra, and slow to import.
    if name != "SqlInbox":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from ._sql import SqlInbox
    except ModuleNotFoundError as error:
        raise ImportError("SqlInbox needs SQLAlchemy: pip install 'palomma[journal]'") from error
    return SqlInbox
