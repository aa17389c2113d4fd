"""State machines: functions of an object's members, an outcome and an instant.

Documented: https://docs.old.palomma.com/api-documentation/payinSources/status, .../payinLinks/status,
.../payinRequests/status. Inferred, because no page draws them: a payout target's states before `active`, and those of
a payout request.
"""

from typing import NamedTuple

from .calendar import instant
from .schema import Members

PENDING, PROCESSING, CANCELLED = "pending", "processing", "cancelled"
APPROVED, PARTIAL, ACTIVE = "approved", "partial", "active"
"""The states. No other file of the mock names one: the contract doesn't say who or what each waits for (R6)."""
SLOW = 60.0
"""Seconds that a `slow` magic value keeps the bank busy."""
MESSAGES = (
    *("AUTHENTICATION_FAILED", "BANK_NOT_AVAILABLE", "CUSTOMER_CANCELLATION", "DECLINED_BY_BANK", "EXPIRED"),
    *("INVALID_ACCOUNT", "NOT_ENOUGH_FUNDS", "DOCUMENT_ACCOUNT_MISMATCH", "ERROR"),
)
"""The status messages; their place, from 11 on, is their magic number."""
_FIRST_MESSAGE = 11
_FOREVER = 1e9
# The payer's doing, before any bank was asked: these cancel a pending object without passing through `processing`.
_BEFORE_THE_BANK = {"decline": "CUSTOMER_CANCELLATION", "let_expire": "EXPIRED"}
PAYERS = {"approve": "approve"} | _BEFORE_THE_BANK | {"no_funds": "NOT_ENOUGH_FUNDS"}
"""What a payer can press on the bank's page: the name of the button's text, and the verdict."""
BANKS = {"approve": "approve", "decline": "DECLINED_BY_BANK"}
"""What can always be pressed on the dashboard."""

_Machine = dict[str, tuple[str, ...]]
_AUTHORIZED: _Machine = {PENDING: (PROCESSING, CANCELLED), PROCESSING: (ACTIVE, CANCELLED)}
_MOVES: dict[str, _Machine] = {
    "payinLinks": {PENDING: (PROCESSING, CANCELLED), PROCESSING: (APPROVED, CANCELLED)},
    "payinSources": _AUTHORIZED,
    "payinRequests": {PROCESSING: (APPROVED, PARTIAL, CANCELLED)},
    "payoutTargets": _AUTHORIZED,
    "payoutRequests": {PROCESSING: (APPROVED, CANCELLED)},
}


class Outcome(NamedTuple):
    """How a change of state ends: the new status, and what goes with `cancelled`."""

    status: str
    message: str | None = None


_FAILURES = ("EXPIRED", "NOT_ENOUGH_FUNDS", "BANK_NOT_AVAILABLE")
EXPIRED, NO_FUNDS, BANK_DOWN = (Outcome(CANCELLED, message) for message in _FAILURES)


class Step(NamedTuple):
    """A change of state that is due so many seconds from now."""

    after: float
    outcome: Outcome


def first_status(kind: str) -> str:
    """Return the status an object of this kind is created with."""
    return next(iter(_MOVES[kind]))


def is_final(kind: str, status: str) -> bool:
    """Whether nothing can follow this status. Of a kind without a machine that isn't known."""
    return kind in _MOVES and status not in _MOVES[kind]


def verdicts(kind: str) -> list[str]:
    """Return what can be decided about an object of this kind."""
    return ["approve", *([PARTIAL] if kind == "payinRequests" else []), *MESSAGES]


def outcome_of(kind: str, verdict: str) -> Outcome | None:
    """Return what a verdict (`approve`, `partial` or a status message) means for this kind, or None if nothing."""
    if kind not in _MOVES or verdict not in verdicts(kind):
        return None
    if verdict in MESSAGES:
        return Outcome(CANCELLED, verdict)
    return Outcome(PARTIAL if verdict == PARTIAL else _MOVES[kind][PROCESSING][0])


def steps_to(outcome: Outcome, status: str, delay: float) -> list[Step]:
    """Return the way from this status to the outcome, when the bank takes `delay` seconds (for ever, if infinite)."""
    if status == PENDING and outcome.message in _BEFORE_THE_BANK.values():
        return [Step(0, outcome)]
    begun = [Step(0, Outcome(PROCESSING))] if status == PENDING else []
    return [*begun, Step(delay, outcome)] if delay < _FOREVER else begun


def can_move(kind: str, members: Members, outcome: Outcome) -> bool:
    """Whether the machine of this kind knows this move; without one, everything is possible."""
    return kind not in _MOVES or outcome.status in _MOVES[kind].get(members["status"], ())


def moved(members: Members, outcome: Outcome, now: float) -> Members:
    """Return the object after one change of state."""
    stamp = {"updatedAt": instant(now)} if "updatedAt" in members else {}
    message = {"statusMessage": outcome.message} if outcome.message else {}
    return members | _money(members, outcome) | {"status": outcome.status} | message | stamp


def _money(members: Members, outcome: Outcome) -> Members:
    if outcome.status == CANCELLED:
        return {name: 0 for name in ("amountSent", "fee") if name in members}
    if outcome.status in (APPROVED, PARTIAL) and {"amountCollected", "amount"} <= members.keys():
        return {"amountCollected": members["amount"] // (2 if outcome.status == PARTIAL else 1)}
    return {}


# Magic values: this mock's own, since Palomma documents none.

Magic = tuple[str, float | None]


def _magic(number: int) -> Magic | None:
    if number in (1, 2, 3):
        return [("approve", None), ("approve", SLOW), (PARTIAL, None)][number - 1]
    place = number - _FIRST_MESSAGE
    return (MESSAGES[place], None) if 0 <= place < len(MESSAGES) else None


def magic_account(number: str) -> Magic | None:
    """Return the verdict, and the delay if not the usual one, that account number `00000000NN` asks for."""
    return _magic(int(number)) if len(number) == 10 and number.isascii() and number.isdigit() else None


def magic_amount(amount: int) -> Magic | None:
    """Return the verdict, and the delay if not the usual one, that an amount of 11,0NN pesos asks for."""
    return _magic(amount - 11_000)
