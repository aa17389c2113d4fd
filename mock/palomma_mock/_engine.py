"""State machines and ledger: functions of an object's members, an outcome and an instant. No input or output here.

Documented: https://docs.old.palomma.com/api-documentation/payinSources/status, .../payinLinks/status,
.../payinRequests/status. Inferred, because no page draws them: a payout target's states before `active`, and those of
a payout request.
"""

import math
from typing import Any, Literal, NamedTuple

from ._clock import instant

__all__ = [
    "FEE",
    "MESSAGES",
    "SLOW",
    "Members",
    "Outcome",
    "Step",
    "collected_by",
    "cover",
    "first_status",
    "is_final",
    "magic_account",
    "magic_amount",
    "moved",
    "outcome_of",
    "payin_booked",
    "payout_booked",
    "settlement_booked",
    "steps_to",
]

Members = dict[str, Any]
"""An object as the API shows it, or as it was asked for."""

FEE = 500
"""Pesos, the fee of every documentation sample. Payins pay it at settlement; who bears a payout's isn't known."""
SLOW = 60.0
"""Seconds that a `slow` magic value keeps the bank busy."""
MESSAGES = (
    "AUTHENTICATION_FAILED",
    "BANK_NOT_AVAILABLE",
    "CUSTOMER_CANCELLATION",
    "DECLINED_BY_BANK",
    "EXPIRED",
    "INVALID_ACCOUNT",
    "NOT_ENOUGH_FUNDS",
    "DOCUMENT_ACCOUNT_MISMATCH",
    "ERROR",
)
"""The status messages; their place, from 11 on, is their magic number."""
_FIRST_MESSAGE = 11
# The payer's doing, before any bank was asked: these cancel a pending object without passing through `processing`.
_BEFORE_THE_BANK = ("CUSTOMER_CANCELLATION", "EXPIRED")

_Machine = dict[str, tuple[str, ...]]
_AUTHORIZED: _Machine = {"pending": ("processing", "cancelled"), "processing": ("active", "cancelled")}
_MOVES: dict[str, _Machine] = {
    "payinLinks": {"pending": ("processing", "cancelled"), "processing": ("approved", "cancelled")},
    "payinSources": _AUTHORIZED,
    "payinRequests": {"processing": ("approved", "partial", "cancelled")},
    "payoutTargets": _AUTHORIZED,
    "payoutRequests": {"processing": ("approved", "cancelled")},
}


class Outcome(NamedTuple):
    """How a change of state ends: the new status, and what goes with `cancelled`."""

    status: str
    message: str | None = None


class Step(NamedTuple):
    """A change of state that is due so many seconds from now."""

    after: float
    outcome: Outcome


def first_status(kind: str) -> str:
    """The status an object of this kind is created with."""
    return next(iter(_MOVES[kind]))


def is_final(kind: str, status: str) -> bool:
    """Whether nothing can follow this status."""
    return status not in _MOVES[kind]


def outcome_of(kind: str, verdict: str) -> Outcome | None:
    """What a verdict (`approve`, `partial` or a status message) means for this kind, or None if nothing."""
    if verdict in MESSAGES:
        return Outcome("cancelled", verdict)
    if verdict == "partial":
        return Outcome("partial") if kind == "payinRequests" else None
    return Outcome(_MOVES[kind]["processing"][0]) if verdict == "approve" else None


def steps_to(outcome: Outcome, status: str, delay: float) -> list[Step]:
    """The way from this status to the outcome, when the bank takes `delay` seconds (for ever, if infinite)."""
    if status == "pending" and outcome.message in _BEFORE_THE_BANK:
        return [Step(0, outcome)]
    begun = [Step(0, Outcome("processing"))] if status == "pending" else []
    return [*begun, Step(delay, outcome)] if delay < math.inf else begun


def moved(kind: str, members: Members, outcome: Outcome, now: float) -> Members:
    """The object after one change of state. Raises ValueError for a move that its machine doesn't have."""
    if outcome.status not in _MOVES[kind].get(members["status"], ()):
        raise ValueError(f"{kind}: no way from {members['status']} to {outcome.status}")
    return members | _money(members, outcome) | _verdict(outcome) | {"updatedAt": instant(now)}


def _verdict(outcome: Outcome) -> Members:
    message = {"statusMessage": outcome.message} if outcome.message else {}
    return {"status": outcome.status, **message}


def _money(members: Members, outcome: Outcome) -> Members:
    if outcome.status == "cancelled":
        return {name: 0 for name in ("amountSent", "fee") if name in members}
    if outcome.status in ("approved", "partial") and "amountCollected" in members:
        return {"amountCollected": members["amount"] // (2 if outcome.status == "partial" else 1)}
    return {}


# Magic values: this mock's own, since Palomma documents none.

Magic = tuple[Literal["approve", "slow", "partial"] | str, float | None]


def _magic(number: int) -> Magic | None:
    if number in (1, 2, 3):
        return [("approve", None), ("approve", SLOW), ("partial", None)][number - 1]
    place = number - _FIRST_MESSAGE
    return (MESSAGES[place], None) if 0 <= place < len(MESSAGES) else None


def magic_account(number: str) -> Magic | None:
    """The verdict, and the delay if not the usual one, that account number `00000000NN` asks for."""
    return _magic(int(number)) if len(number) == 10 and number.isascii() and number.isdigit() else None


def magic_amount(amount: int) -> Magic | None:
    """The verdict, and the delay if not the usual one, that an amount of 11,0NN pesos asks for."""
    return _magic(amount - 11_000)


# The ledger: balances of a merchant account, in whole pesos.


def collected_by(members: Members) -> int:
    """What a payin in this state brought in."""
    return int(members.get("amountCollected", 0))


def payin_booked(account: Members, collected: int) -> Members:
    """Collected money waits, unsettled."""
    return account | {"unsettledAmount": account["unsettledAmount"] + collected}


def settlement_booked(account: Members, collected: int, fees: int) -> Members:
    """Settled money is kept by an aggregator, less the fees; a gateway's is swept to the merchant's bank."""
    settled = account | {"unsettledAmount": account["unsettledAmount"] - collected}
    if account["type"] == "aggregator":
        settled["availableBalance"] = account["availableBalance"] + collected - fees
    return settled


_LIMITS = ("availableBalance", "payoutLimitBalance")


def cover(account: Members) -> int | None:
    """The most that can be paid out of the account, or None if nothing limits it."""
    return min((account[limit] for limit in _LIMITS if limit in account), default=None)


def payout_booked(account: Members, amount: int) -> Members:
    """Money paid out leaves the balance, and uses up the limit that only Palomma refills."""
    return account | {limit: account[limit] - amount for limit in _LIMITS if limit in account}
