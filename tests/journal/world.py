"""Palomma, the journal's table and time, simulated, and the judge of what came of it.

Nothing here is the journal's: Palomma's behaviour and the judgement are this module's own, so that the journal can't be
wrong in the same way twice. `Store` does what the journal's statements promise: it writes a row only if its state and
attempt are still those that were read, and lets one object confirm one row.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from attrs import evolve

from palomma.journal._moves import Entry, Key

__all__ = ["NEVER", "Actor", "Answer", "Palomma", "Plan", "Scheduler", "Store", "Thing", "judge"]

Actor = Generator[float, None, Any]
"""Yields how many seconds pass; a process may be killed at each yield."""
NEVER = float("inf")
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One world: what may go wrong in it, and how far. Times in seconds."""

    seed: int = 0
    references: int = 25
    workers: int = 4
    timeout: float = 10.0
    delay: float = 5.0
    """D: a payment is made no later than this after its first byte was sent."""
    lag: float = 4.0
    """L: a list shows an object no later than this after it was made."""
    pause: float = 3.0
    """P: a process stops no longer than this between the question whether it may send and the write."""
    patience: float = 1.0
    """The quiet period in units of D + L + P."""
    resend: str = "after_quiet"
    faults: float = 0.35
    crashes: float = 0.02
    """Per step of a process."""
    stops: float = 0.005
    """Per step of a process: it is stopped for long, though never between question and write."""
    rewrites: str = ""
    """How Palomma changes references: `trim`, `fold`, `cut`, or not at all."""
    old: float = 0.15
    """The share of references that were paid once, long ago, by nobody of this journal."""
    jumps: float = 0.0
    """How far a clock may jump, in either direction."""
    remote: bool = False
    """The store is another machine, with a clock of its own."""
    accounts: int = 1
    one_merchant: bool = False
    """All accounts are one merchant's: a mistake of the configuration."""
    lookup_first: bool = False
    amnesia: bool = False
    """The whole journal is lost once, at a quiet moment."""
    people: float = 0.0
    outbox: float = 0.2
    """The share of references that are paid through `later`."""
    webhooks: float = 0.3
    """The share of payments that a webhook tells of, sooner or later."""
    key_life: float = 0.0
    """For how long Palomma remembers an idempotency key; 0: it knows none."""

    @property
    def quiet(self) -> float:
        return self.patience * (self.delay + self.lag + self.pause)


@dataclass(slots=True)
class Thing:
    """A payment at Palomma."""

    id: str
    cause: Key | None
    """The row whose sender made it; None: it was there before."""
    reference: str
    amount: int
    made: float
    shown: float
    created: float | None
    """When it says it was made."""


class Answer(NamedTuple):
    """What a sender gets for a create."""

    outcome: str
    """`created`, `refused`, `not_sent`, `conflict` or `unknown`."""
    id: str | None
    seconds: float


class Scheduler:
    """Virtual time."""

    def __init__(self) -> None:
        self.now = 1_000_000_000.0
        self._queue: list[tuple[float, int, Actor]] = []
        self._count = 0

    def start(self, actor: Actor, after: float = 0.0) -> None:
        self._count += 1
        heapq.heappush(self._queue, (self.now + after, self._count, actor))

    def run(self, until: float) -> None:
        """Resume whoever is due, until the queue is empty or a moment has come."""
        while self._queue and self._queue[0][0] <= until:
            self.now, _, actor = heapq.heappop(self._queue)
            with suppress(StopIteration):
                self.start(actor, next(actor))
        self.now = max(self.now, until)


class Palomma:
    """The server. Each account is a merchant of its own, unless the plan says otherwise."""

    def __init__(self, plan: Plan, chance: Random, time: Scheduler) -> None:
        self.plan, self.chance, self.time = plan, chance, time
        self.things: dict[str, list[Thing]] = {}
        self.remembered: dict[str, tuple[Thing, float]] = {}
        """What was made with which key, and until when that is known."""
        self.refused_again: set[Key] = set()
        """What was answered with 409 because there was one of its reference already."""
        self._skew = chance.uniform(-60, 60)

    def merchant(self, key: Key) -> list[Thing]:
        return self.things.setdefault("" if self.plan.one_merchant else key.account, [])

    def make(self, key: Key, amount: int, made: float, mine: bool = True) -> Thing:
        """Pay, at a moment that may be yet to come."""
        merchant, chance = self.merchant(key), self.chance
        shown = made + chance.choice((0.0, self.plan.lag, chance.uniform(0, self.plan.lag)))
        created = None if chance.random() < 0.02 else made + self._skew
        name = f"{key.account}-{len(merchant)}" if not self.plan.one_merchant else f"-{len(merchant)}"
        thing = Thing(name, key if mine else None, self._rewritten(key.reference), amount, made, shown, created)
        merchant.append(thing)
        return thing

    def _rewritten(self, reference: str) -> str:
        if self.plan.rewrites == "trim":
            return reference.strip()
        if self.plan.rewrites == "fold":
            return reference.casefold()
        return reference[:9] if self.plan.rewrites == "cut" else reference

    def post(self, key: Key, amount: int, idempotency_key: str | None = None) -> Answer:
        """Receive a create, whose first byte arrives now."""
        now = self.time.now
        thing, until = self.remembered.get(idempotency_key or "", (None, 0.0))
        if thing is not None and now < until:
            return Answer("created", thing.id, max(0.1, thing.made - now))
        known = len(self.merchant(key))
        answer = self._post(key, amount, now)
        for thing in self.merchant(key)[known:]:
            if idempotency_key:
                self.remembered[idempotency_key] = thing, now + self.plan.key_life
        return answer

    def _post(self, key: Key, amount: int, now: float) -> Answer:
        plan, chance = self.plan, self.chance
        swift = chance.random() * 0.2
        if chance.random() >= plan.faults:
            return Answer("created", self.make(key, amount, now + swift * chance.random()).id, swift)
        slow = chance.uniform(0, plan.timeout * 1.2)
        late = now + chance.choice((0.0, plan.delay, chance.uniform(0, plan.delay)))
        fate = chance.randrange(10)
        if fate < 2:
            return Answer("unknown", None, slow)
        if fate < 5:
            self.make(key, amount, late)
            return Answer("unknown", None, chance.choice((swift, slow)))
        if fate == 5:  # the answer comes late, if its sender is still there
            return Answer("created", self.make(key, amount, min(late, now + slow)).id, slow)
        if fate == 6:
            return Answer("refused", None, chance.choice((swift, slow)))
        if fate == 7:
            return Answer("not_sent", None, swift)
        return self._conflict(key, amount, late, swift)

    def _conflict(self, key: Key, amount: int, late: float, swift: float) -> Answer:
        """409: there is one of this reference already. Or it is about this very create, which is made later."""
        if any(each.reference == self._rewritten(key.reference) for each in self.merchant(key)):
            self.refused_again.add(key)
        else:
            self.make(key, amount, late)
        return Answer("conflict", None, swift)

    def shown(self, key: Key) -> list[Thing]:
        """What a complete walk meets that begins now."""
        return [each for each in self.merchant(key) if each.shown <= self.time.now]


class Store:
    """The table, with a clock that may be wrong. A trial may take conditions of its statements away."""

    def __init__(self, time: Scheduler, moves: Any, conditions: frozenset[str]) -> None:
        self.time, self.moves, self.conditions = time, moves, conditions
        self.ahead = 0.0
        self.rows: dict[Key, Entry] = {}
        self.holders: dict[str, Key] = {}

    def write(self, before: Entry | None, after: Entry) -> Entry | None:
        """Return the row as it was written; None if it isn't any more as it was read."""
        key = after.id
        row = self.rows.get(key)
        if (row is None) != (before is None):
            return None
        if row is not None and before is not None:
            if "state" in self.conditions and row.state != before.state:
                return None
            if "attempt" in self.conditions and row.attempt != before.attempt:
                return None
        if after.state == "confirmed" and after.object_id is not None:
            holder = self.holders.setdefault(after.object_id, key)
            if holder != key and "object" in self.conditions:
                after = self.moves.lose(before, holder)
        self.rows[key] = after = evolve(after, changed_at=self.clock())
        return after

    def clock(self) -> float:
        return self.time.now + self.ahead

    def forget(self, older_than: float, quiet: float) -> None:
        """Make tombstones of confirmed rows; drop what was rejected longer ago than the quiet period, too."""
        for key, row in list(self.rows.items()):
            if row.state == "rejected" and row.changed_at < min(older_than, self.clock() - quiet):
                del self.rows[key]
            elif row.state == "confirmed" and row.changed_at < older_than and row.members:
                self.rows[key] = evolve(row, members={})


def judge(plan: Plan, palomma: Palomma, rows: dict[Key, Entry]) -> Iterator[str]:
    """Return each way in which the end is worse than what is promised."""
    made: dict[Key, list[Thing]] = {}
    things = {each.id: each for merchant in palomma.things.values() for each in merchant}
    for each in things.values():
        if each.cause is not None:
            made.setdefault(each.cause, []).append(each)
    rows_of = Counter(_merit(plan, key) for key in rows)
    for each, count in Counter(_merit(plan, key) for key, mine in made.items() for _ in mine).items():
        if count > max(1, rows_of[each]):
            yield "duplicate"
    for key in made:
        row = rows.get(key)
        # Of one merchant's accounts, each may confirm what the other made.
        forgotten = plan.one_merchant or (plan.amnesia and (row is None or row.state == "intended"))
        if not forgotten and (row is None or row.state in ("rejected", "intended")):
            yield "lost"
    confirmed = [row for row in rows.values() if row.state == "confirmed"]
    for name, times in Counter(row.object_id for row in confirmed).items():
        if times > 1 and name is not None:
            yield "one payment for two rows"
    for row in confirmed:
        if not _is_right(plan, row, things[row.object_id or ""], made.get(row.id, ()), row.id in palomma.refused_again):
            yield "wrongly confirmed"


def _merit(plan: Plan, key: Key) -> Key:
    """What is to be paid once: a row. Of two accounts that are one merchant nobody can tell whose a payment is."""
    return key._replace(account="") if plan.one_merchant else key


def _is_right(plan: Plan, row: Entry, thing: Thing, mine: Iterable[Thing], spoken_of: bool) -> bool:
    if thing in mine:
        return True
    # Found before it was sent, or spoken of by a 409: then it is right that nothing else was made.
    found = (row.reason == "found_before" or spoken_of) and not mine
    # Two accounts of one merchant with the same words: nobody can tell whose it is.
    mistaken = plan.one_merchant and thing.cause is not None and thing.cause.reference == row.reference
    return (found or mistaken) and thing.reference == row.reference and thing.amount == amount_of(row)


def amount_of(row: Entry) -> int:
    """Return the amount that a row's first words said."""
    return int(row.fingerprints["amount"])
