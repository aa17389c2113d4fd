"""The sandbox: objects, time and money put together. It does no input or output besides its store."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ._calendar import cycle_of, settlement_instant
from ._clock import Clock, instant
from ._engine import (
    FEE,
    Members,
    Outcome,
    Step,
    collected_by,
    cover,
    is_final,
    moved,
    outcome_of,
    payin_booked,
    payout_booked,
    settlement_booked,
    steps_to,
)
from ._ids import Ids
from ._notices import Notices
from ._objects import BUILDERS, DEFAULT_ACCOUNT, Context, New, RefusedError, merchant_account
from ._resources import RESOURCES
from ._settings import Settings
from ._store import Due, Record, Store

__all__ = ["Sandbox"]

_SETTLE = "settle"


class Sandbox:
    """Everything one `palomma-mock` knows. All methods may be called from any thread."""

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or Settings()
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.store = Store(self.settings.state or ":memory:")
        self.notices = Notices(self.store)
        # Counts changes, so that the dashboard knows when to look again.
        self.version = 0
        # Called when there is something to happen or to send, so that whoever waits for it looks again.
        self.on_due: Callable[[], None] = lambda: None
        self._start()

    def _start(self) -> None:
        self._ids = Ids(self.settings.seed)
        self.clock.offset = max(self.clock.offset, self.store.number("clock offset"))
        if self.store.get("merchantAccounts", DEFAULT_ACCOUNT) is None:
            self.add_merchant_account(DEFAULT_ACCOUNT, "Default account", balance=self.settings.opening_balance)

    def reset(self, settings: Settings | None = None) -> None:
        """Forget everything, advances of the clock too, and start over, with other settings if given."""
        with self.lock:
            self.clock.offset = 0.0
            self.settings = settings or self.settings
            with self.store.transaction():
                self.store.clear()
            self.notices.clear()
            self._start()
            self._changed()

    def close(self) -> None:
        """Leave the state file to others."""
        with self.lock:
            self.store.close()

    def _changed(self) -> None:
        self.version += 1
        self.on_due()

    @contextmanager
    def _settled(self) -> Iterator[float]:
        """The lock, and the present, once all that was due by then has happened (and stays, whatever fails inside)."""
        with self.lock:
            self.tick()
            yield self.clock.now()

    # What the API does

    def create(self, kind: str, body: Members, origin: str) -> bytes:
        """A new object as JSON. Raises RefusedError."""
        with self._settled() as now, self.store.transaction():
            new = BUILDERS[kind](body, Context(self._ids.new(now), now, origin, self._members))
            return self._keep(kind, new, now)

    def _members(self, kind: str, id: str) -> Members | None:
        record = self.store.get(kind, id)
        return record.members if record else None

    def _keep(self, kind: str, new: New, now: float) -> bytes:
        id = new.members["id"]
        raw = self.store.add(kind, id, new.owner, new.members, new.hidden or {})
        if "status" in new.members:
            self._plan(kind, id, self._fate(kind, new, now), now)
        self.version += 1
        return raw

    def _plan(self, kind: str, id: str, steps: list[Step], now: float) -> None:
        if steps:
            self.store.schedule(Due(now + step.after, kind, id, step.outcome) for step in steps)
            self.on_due()

    def _fate(self, kind: str, new: New, now: float) -> list[Step]:
        """What will happen to a new object if nobody does anything about it."""
        verdict, delay = new.magic or (None, None)
        status = new.members["status"]
        by_itself = "approve" if status == "processing" or self.settings.auto_approve else None
        # `partial` on a kind that knows no partial payment is no magic value.
        outcome = self._outcome(kind, new.members, verdict) or self._outcome(kind, new.members, by_itself)
        if outcome:
            return steps_to(outcome, status, self.settings.bank_delay if delay is None else delay)
        return [Step(new.expires - now, Outcome("cancelled", "EXPIRED"))] if new.expires - now < 1e9 else []

    def _outcome(self, kind: str, members: Members, verdict: str | None) -> Outcome | None:
        outcome = outcome_of(kind, verdict) if verdict else None
        if outcome and outcome.status == "partial" and not members["payinSourceDetails"]["partialPayinsEnabled"]:
            return Outcome("cancelled", "NOT_ENOUGH_FUNDS")
        return outcome

    def read(self, kind: str, id: str, parent: str | None = None) -> bytes:
        """An object as JSON. Raises RefusedError."""
        with self._settled():
            raw = self.store.raw(kind, id, parent)
        if raw is None:
            raise RefusedError(f"{RESOURCES[kind].title} not found", 404)
        return raw

    def page(
        self, kind: str, filters: dict[str, str], limit: int, before: int | None
    ) -> tuple[list[bytes], int | None]:
        """One page of objects as JSON, newest first, and the position to go on from. Raises RefusedError."""
        with self._settled():
            parent = RESOURCES[kind].parent
            if parent and self.store.raw(parent, filters["owner"]) is None:
                raise RefusedError(f"{RESOURCES[parent].title} not found", 404)
            return self.store.page(kind, filters, limit, before)

    # Time

    def advance(self, seconds: float | None = None) -> None:
        """Move the clock and let happen what is due by then; without a number, as far as the next thing that is."""
        with self._settled() as now, self.store.transaction():
            if seconds is None:
                later = [at - now for at in (self.store.next_at(), self.store.next_notice_at()) if at and at > now]
                seconds = min(later, default=0.0)
            self.clock.advance(seconds)
            self.store.set_number("clock offset", self.clock.offset)
            self._tick(self.clock.now())
            self._changed()

    def tick(self) -> None:
        """Let happen what is due by now."""
        with self.lock:
            now = self.clock.now()
            at = self.store.next_at()
            if at is not None and at <= now:
                with self.store.transaction():
                    self._tick(now)

    def next_at(self) -> float | None:
        """When something is due next."""
        with self.lock:
            return self.store.next_at()

    def _tick(self, now: float) -> None:
        while due := self.store.pop_due(now):
            if due.kind == _SETTLE:
                self._settle(due.id, due.at)
            else:
                self._move(due)

    # Changes of state

    def decide(self, kind: str, id: str, verdict: str, method: str | None = None) -> Record:
        """Have the payer or the bank decide: `approve`, `partial` or a status message. Raises RefusedError."""
        with self._settled() as now, self.store.transaction():
            record = self._undecided(kind, id)
            outcome = self._outcome(kind, record.members, verdict)
            if outcome is None:
                raise RefusedError(f"verdict: not one for a {RESOURCES[kind].title}")
            if method:
                self.store.change(kind, id, record.members, record.hidden | {"method": method})
            status = record.members["status"]
            delay = self.settings.bank_delay if status == "pending" else 0.0
            self.store.unschedule(kind, id)
            self._plan(kind, id, steps_to(outcome, status, delay), now)
            self._tick(now)
            return self._undecided(kind, id, final=True)

    def decide_by_id(self, id: str, verdict: str) -> Record:
        """The same, when only the id is known. Raises RefusedError."""
        with self.lock:
            kinds = [kind for kind in BUILDERS if self.store.raw(kind, id) is not None]
            return self.decide(kinds[0] if kinds else "", id, verdict)

    def _undecided(self, kind: str, id: str, *, final: bool = False) -> Record:
        record = self.store.get(kind, id)
        if record is None or "status" not in record.members:
            raise RefusedError("no such object with a state", 404)
        if not final and is_final(kind, record.members["status"]):
            raise RefusedError(f"this {RESOURCES[kind].title} is already {record.members['status']}")
        return record

    def _move(self, due: Due) -> None:
        record = self.store.get(due.kind, due.id)
        assert record is not None, "objects are never deleted"
        outcome = due.outcome
        if due.kind == "payoutRequests" and outcome.status == "approved" and not self._covered(record.members):
            outcome = Outcome("cancelled", "NOT_ENOUGH_FUNDS")
        members = moved(due.kind, record.members, outcome, due.at)
        self.store.change(due.kind, due.id, members)
        self._book(record, members, due.at)
        self._notify(due.kind, members, due.at)
        self._changed()

    def _covered(self, members: Members) -> bool:
        most = cover(self._account(members["sourceMerchantAccountId"]))
        return most is None or members["amount"] <= most

    def _account(self, id: str) -> Members:
        record = self.store.get("merchantAccounts", id)
        assert record is not None, "checked when the payment was made"
        return record.members

    def _book(self, record: Record, members: Members, at: float) -> None:
        if collected := collected_by(members):
            id = members["targetMerchantAccountId"]
            self.store.change("merchantAccounts", id, payin_booked(self._account(id), collected))
            self._await_settlement(id, record, collected, at)
        elif record.kind == "payoutRequests" and members["status"] == "approved":
            id = members["sourceMerchantAccountId"]
            self.store.change("merchantAccounts", id, payout_booked(self._account(id), members["amount"]))

    def _await_settlement(self, account: str, record: Record, collected: int, at: float) -> None:
        # https://docs.palomma.com/api-documentation/general: two business days for bancolombiaCollect, else one.
        due = settlement_instant(at, 2 if record.hidden.get("method") == "bancolombiaCollect" else 1)
        if self.store.add_unsettled(account, due, collected, FEE):
            self.store.schedule([Due(due, _SETTLE, account, Outcome(_SETTLE))])

    def _settle(self, account: str, at: float) -> None:
        number, collected, fees = self.store.take_unsettled(account, at)
        day, cycle = cycle_of(at)
        members: dict[str, Any] = {
            "id": self._ids.new(at),
            "merchantAccountId": account,
            "totalAmountCollected": collected,
            "totalFees": fees,
            "numberOfPayins": number,
            "payinSettlementDate": day,
            "payinSettlementCycle": cycle,
            "createdAt": instant(at),
            "updatedAt": instant(at),
        }
        self.store.add("payinSettlements", members["id"], account, members, {})
        self.store.change("merchantAccounts", account, settlement_booked(self._account(account), collected, fees))
        self._notify("payinSettlements", members, at)
        self._changed()

    def _notify(self, kind: str, members: Members, at: float) -> None:
        sent = self.settings.webhook_url is not None
        self.notices.add(self._ids.new(at), RESOURCES[kind].event, members, at, sent=sent)

    def redeliver(self, seq: int) -> None:
        """Send a notice again. Raises RefusedError if there is none."""
        with self.lock:
            if not self.notices.redeliver(seq, self.clock.now()):
                raise RefusedError("no such notification", 404)
            self._changed()

    # What only Palomma can do

    def add_merchant_account(
        self,
        id: str,
        description: str = "",
        *,
        type: str = "aggregator",
        balance: int = 0,
        payout_limit: int | None = None,
    ) -> None:
        """Add a merchant account. Raises RefusedError if there is one with that id."""
        with self.lock:
            if self.store.raw("merchantAccounts", id) is not None:
                raise RefusedError("id: there is such a merchant account already")
            members = merchant_account(id, description or id, type, balance, payout_limit)
            self.store.add("merchantAccounts", id, None, members, {})
            self._changed()
