"""The journal's moves under everything that can go wrong, in virtual time: 200,000 payments take a minute.

    python -m tests.journal.simulation [WORLDS] [SEED]

Each world has one table and some processes, which call, settle, work and forget as the client's do, and which are
killed at any step. The moves and decisions are the journal's own; what they are asked to do with the truth is judged by
`world`, which knows what was really paid.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, reduce
from random import Random
from typing import Any

from palomma._lookup.identity import NO_LENGTH, longer, may_be_ours
from palomma.journal import _moves
from palomma.journal._moves import Entry, Key, LookUp, Object, Rules

from .world import DAY, Actor, Answer, Palomma, Plan, Scheduler, Store, amount_of, judge

__all__ = ["CONDITIONS", "World", "plans", "simulate"]

CONDITIONS = frozenset(["state", "attempt", "object", "durable first", "deadline", "whole list", "begun before"])
"""What the store and the processes heed besides the moves: each can be taken away, to see what it is good for."""
ENVIRONMENT, OPERATION = "sandbox", "createPayoutRequest"


class Process:
    """What a process knows that is lost when it dies."""

    def __init__(self) -> None:
        self.first_empty: dict[tuple[Key, int], float] = {}


class World:
    """One table, its processes, Palomma and time."""

    def __init__(self, plan: Plan, moves: Any = _moves, conditions: frozenset[str] = CONDITIONS) -> None:
        self.plan, self.moves, self.conditions = plan, moves, conditions
        self.chance = Random(plan.seed)
        self.time = Scheduler()
        self.palomma = Palomma(plan, self.chance, self.time)
        self.store = Store(self.time, moves, conditions)
        self.rules = Rules(quiet_period=plan.quiet, resend=plan.resend)
        self.seen: Counter[str] = Counter()
        self.wall_ahead = 0.0
        """How wrong the clock of the processes' machine is."""
        self.keys = list(self._keys())
        self.amounts = {key: 2_000 + 10 * (place // plan.accounts) for place, key in enumerate(self.keys)}
        self.queued: set[Key] = set()
        """Keys that a committed transaction wants to be paid; the others of `outbox` were rolled back."""
        self.outbox = {key for key in self.keys if self.chance.random() < plan.outbox}
        for key in self.keys:
            if self.chance.random() < plan.old:
                old = self.palomma.make(key, self.amounts[key], self.time.now - 30 * DAY, mine=False)
                old.shown = old.made
                if self.chance.random() < plan.webhooks:
                    self.time.start(self.webhook(key.account, old), self.chance.uniform(0, 3 * plan.quiet))

    def _keys(self) -> Iterator[Key]:
        for number in range(self.plan.references):
            # Trimmed and folded, each three are one.
            reference = [f"order-{number // 3:03}", f"Order-{number // 3:03}", f"order-{number // 3:03}  "][number % 3]
            for account in "abcdefgh"[: self.plan.accounts]:
                plain = f"order-{1_000 + number}"  # a cut makes one of each ten
                yield Key(ENVIRONMENT, account, OPERATION, plain if self.plan.rewrites in ("", "cut") else reference)

    # --- one run

    def run(self) -> Counter[str]:
        """Return what went wrong, and how often."""
        plan = self.plan
        span = 15 * (plan.quiet + plan.timeout)
        self._start(span)
        self.time.run(self.time.now + span)
        if plan.amnesia:
            self.time.run(self.time.now + plan.pause + plan.delay + plan.lag + plan.timeout)
            self.store = Store(self.time, self.moves, self.conditions)
            self._start(span)
            self.time.run(self.time.now + span)
        self.time.run(NEVER_BUSY + self.time.now)
        self.seen["rows"] += len(self.store.rows)
        self.seen["posts"] += sum(each.cause is not None for m in self.palomma.things.values() for each in m)
        self.seen.update(row.state for row in self.store.rows.values())
        wrong = Counter(judge(plan, self.palomma, self.store.rows))
        wrong.update({name: count for name, count in self.seen.items() if name.startswith("!")})
        return wrong

    def _start(self, span: float) -> None:
        end = self.time.now + span
        for _ in range(self.plan.workers):
            self.time.start(self.immortal(end), self.chance.random())
        if self.plan.jumps:
            self.time.start(self.clocks(end))

    def clocks(self, end: float) -> Actor:
        """Set clocks wrong, and right again."""
        while self.time.now < end:
            yield self.chance.expovariate(1 / (self.plan.quiet + self.plan.timeout))
            jump = self.chance.choice((0.0, self.chance.uniform(-1, 1) * self.plan.jumps))
            if self.plan.remote and self.chance.random() < 0.5:
                self.wall_ahead = jump
            else:
                self.store.ahead = jump
                self.wall_ahead = self.wall_ahead if self.plan.remote else jump

    def immortal(self, end: float) -> Actor:
        """A process, and the ones that take its place."""
        chance, crashes = self.chance, self.plan.crashes
        while self.time.now < end and not self.is_done():
            work = self.work(Process())
            for seconds in work:
                yield seconds
                if self.time.now >= end and chance.random() < 0.1:
                    return  # even what is never killed ends
                if chance.random() < crashes:
                    self.seen["killed"] += 1
                    work.close()
                    yield chance.expovariate(1.0)
                    break

    def step(self) -> float:
        """How long a process takes from one step to the next; now and then it is stopped for long."""
        if self.chance.random() < self.plan.stops:
            call, long = self.plan.timeout, 6 * (self.plan.quiet + self.plan.timeout)
            return self.chance.uniform(0, self.chance.choice((call, long)))
        return self.chance.random() * 0.02

    def any_key(self) -> Key | None:
        """One that is not yet paid, if one comes to hand; now and then any."""
        for _ in range(3):
            key = self.chance.choice(self.keys)
            row = self.store.rows.get(key)
            if row is None or row.state not in ("confirmed", "review") or self.chance.random() < 0.03:
                return key
        return None

    def is_done(self) -> bool:
        rows = self.store.rows
        return len(rows) == len(self.keys) and all(row.state == "confirmed" for row in rows.values())

    def work(self, process: Process) -> Actor:
        """Do what the programs of a day do, in any order."""
        chance, plan = self.chance, self.plan
        while not self.is_done():
            roll = chance.random()
            if roll < 0.7:
                if key := self.any_key():
                    yield from self.ask_for(process, key)
            elif roll < 0.8:
                yield from self.settle(process)
            elif roll < 0.9:
                yield from self.send_intents(process)
            elif roll < 0.92:
                self.store.forget(self.store.clock() - chance.uniform(0, plan.quiet), plan.quiet)
            elif roll < 0.92 + plan.people:
                yield from self.resolve()
            yield chance.expovariate(10 / (plan.quiet + plan.timeout))

    # --- what a process does

    def ask_for(self, process: Process, key: Key) -> Actor:
        """Want something paid: at once, or within a transaction of one's own."""
        if key in self.outbox:
            return (yield from self.later(key))
        amount = self.amounts[key] + (self.chance.random() < 0.03)
        outcome, thing = yield from self.call(process, key, amount)
        self.seen[outcome] += 1
        if outcome == "returned" and thing is not None:
            known = next((each for each in self.palomma.merchant(key) if each.id == thing), None)
            if known is not None and known.amount != amount:
                self.seen["!the object of another body was returned"] += 1
        return None

    def words(self, key: Key, amount: int) -> Entry:
        life = self.plan.key_life
        name = f"{self.chance.getrandbits(64):x}" if life else None
        until = self.store.clock() + life if life else None
        words = {"fingerprints": {"amount": str(amount)}, "request": {"amount": amount}}
        return Entry(**key._asdict(), **words, key=name, key_until=until)

    def later(self, key: Key) -> Actor:
        """Write an intent in a transaction that is rolled back now and then."""
        row = self.store.rows.get(key)
        after = self.moves.intend(row, self.words(key, self.amounts[key]))
        yield self.step()
        if after is not row and self.chance.random() < 0.7:
            self.store.write(row, after)

    def call(self, process: Process, key: Key, amount: int) -> Any:
        """Pay, or find out what became of it: how it ended, and the object's id."""
        plan, store, moves = self.plan, self.store, self.moves
        mine = self.words(key, amount)
        end = self.time.now + plan.timeout
        while self.time.now < end:
            row = store.rows.get(key)
            began, now = self.time.now, store.clock()
            wall = now - store.ahead + self.wall_ahead
            ask = moves.ask(row, mine.fingerprints, now, plan.timeout)
            yield self.step()
            if ask.do == "claim":
                claimed = yield from self.claim(row, moves.claim(row, mine, now, plan.timeout))
                if claimed is not None:
                    return (yield from self.send(claimed, began + plan.timeout, wall + plan.timeout))
            elif ask.do == "wait":
                yield 0.5
            elif ask.do == "expire":
                store.write(row, moves.expire(row, now))
            elif ask.do == "read":
                return "returned", row.object_id
            elif ask.do == "look_up":
                yield from self.look_for(process, [key], direct=True)
                row = store.rows.get(key)
                if row is None or row.state != "confirmed":
                    return "unknown", None
            else:
                return ask.do, None
        return "in progress", None

    def claim(self, row: Entry | None, claimed: Entry) -> Any:
        if "durable first" in self.conditions:
            return self.store.write(row, claimed)
        return claimed
        yield

    def send(self, row: Entry, end: float, wall_end: float) -> Any:
        """Send a claimed row, from its own words, and write down what came of it."""
        plan, chance, palomma = self.plan, self.chance, self.palomma
        if plan.lookup_first:
            row = yield from self.before_sending(row, "found_before")
            if row is None or row.state != "sending":
                return "returned" if row and row.state == "confirmed" else "unknown", row and row.object_id
        amount = amount_of(row)
        answer = Answer("not_sent", None, 0.0)
        for _ in range(3):
            yield self.step()
            in_time = self.time.now < end and self.time.now + self.wall_ahead < wall_end
            if not in_time and "deadline" in self.conditions:
                break
            if chance.random() < 0.1:  # stopped between the question and the write
                yield chance.choice((plan.pause, chance.uniform(0, plan.pause)))
            known = len(palomma.merchant(row.id))
            answer = palomma.post(row.id, amount, row.key)
            for thing in palomma.merchant(row.id)[known:]:
                if chance.random() < plan.webhooks:
                    self.time.start(self.webhook(row.id.account, thing), chance.expovariate(1 / (1 + plan.quiet)))
            self.seen["creates"] += 1
            left = max(0.0, end - self.time.now)
            yield min(answer.seconds, left)
            if answer.seconds > left:
                answer = Answer("unknown", None, 0.0)
            if answer.outcome != "not_sent":
                break
        if "durable first" not in self.conditions:
            self.store.write(self.store.rows.get(row.id), row)
        if answer.outcome == "conflict":
            after = yield from self.before_sending(row, "conflict")
        else:
            after = yield from self.learn(row, answer)
        if after is not None and after.state == "confirmed" and after.fingerprints == row.fingerprints:
            return "returned", answer.id or after.object_id
        if answer.outcome in ("refused", "not_sent"):
            return answer.outcome, None
        return "unknown", None

    def learn(self, row: Entry, answer: Answer) -> Any:
        """Write down the answer of one's own attempt."""
        while True:
            yield self.step()
            before = self.store.rows.get(row.id)
            if before is None:
                return None
            after = self.moves.answer(before, row.attempt, answer.outcome, answer.id, words=row.fingerprints)
            if after is before or (after := self.store.write(before, after)) is not None:
                return after

    def before_sending(self, row: Entry, reason: str) -> Any:
        """Look for the row's object whatever its age."""
        began = self.store.clock()
        things = self.palomma.shown(row.id)
        yield self.chance.random()
        before = self.store.rows.get(row.id)
        if before is None:
            return None
        look = LookUp(began, self.objects(before, things))
        after = self.moves.before_sending(before, row.attempt, look, reason)
        if after is before:
            return before if before.attempt == row.attempt else None
        return self.store.write(before, after)

    def objects(self, row: Entry, things: list[Any]) -> tuple[Object, ...]:
        """What a list tells, as it stands to a row."""
        met, key, names = [], row.id, {each.reference for each in things}
        longest = reduce(_longer, names, NO_LENGTH)
        alike = {name for name in names if _may_be_ours(row.reference, name, 2, longest)}
        for each in things if alike else ():
            if each.reference in alike:
                agrees = str(each.amount) == row.fingerprints["amount"]
                taken = self.store.holders.get(each.id, key) != key
                met.append(Object(each.id, each.reference == row.reference, agrees, each.created, taken))
        return tuple(met)

    def look_for(self, process: Process, keys: list[Key], direct: bool = False) -> Actor:
        """Look rows up: one by a filter, which may lie; then, or many, in the whole list."""
        if direct:
            found = yield from self.look_by_filter(process, keys[0])
            if found:
                return
        began, monotonic = self.store.clock(), self.time.now
        if "begun before" not in self.conditions:
            began = NEVER_BUSY + began
        rows = [self.store.rows.get(key) for key in keys]
        things, complete = self.palomma.shown(keys[0]), self.chance.random() > 0.3
        if not complete or "whole list" not in self.conditions:  # it failed half-way
            things = things[: len(things) // 2]
        yield self.chance.random() + self.step()
        for row in rows:
            self.add(process, row, LookUp(began, complete=complete), things, monotonic)
            yield self.step()

    def look_by_filter(self, process: Process, key: Key) -> Any:
        lie = self.chance.randrange(4)
        row, things = self.store.rows.get(key), self.palomma.shown(key)
        things = [each for each in things if each.reference == key.reference or lie == 1]
        look = LookUp(self.store.clock(), complete=False)
        yield self.chance.random() * 0.2
        if lie != 2:  # else what it found is somebody else's, and is no match
            self.add(process, row, look, things, self.time.now)
        row = self.store.rows.get(key)
        return row is not None and row.state == "confirmed"

    def add(self, process: Process, row: Entry | None, look: LookUp, things: list[Any], monotonic: float) -> None:
        """Add what a look-up met to a row, also if it has moved since it was read."""
        while row is not None:
            key = row.id
            first = process.first_empty.get((key, row.attempt))
            apart = None if first is None else monotonic - first
            look = look._replace(objects=self.objects(row, things), apart=apart)
            after = self.moves.look_up(row, look, self.rules)
            if first is None and self.moves.is_empty(look) and after.empty_at is not None:
                process.first_empty[key, row.attempt] = monotonic
            if after is row:
                return
            if self.store.write(row, after) is not None:
                mine = sum(each.cause == key and each.created is not None for each in things)
                if after.state == "confirmed" and mine > 1 and not self.plan.one_merchant:
                    self.seen["!paid twice, and not told"] += 1
                return
            row = self.store.rows.get(key)

    def settle(self, process: Process) -> Actor:
        """Take for unknown what nobody may send any more, and look up what is unknown."""
        store = self.store
        for row in list(store.rows.values()):
            if row.state == "sending" and (after := self.moves.expire(row, store.clock())) is not row:
                yield self.step()
                store.write(row, after)
        waiting: dict[str, list[Key]] = {}
        for key, row in store.rows.items():
            if row.state in ("unknown", "review"):
                waiting.setdefault(key.account, []).append(key)
        for keys in waiting.values():
            yield from self.look_for(process, keys)

    def send_intents(self, process: Process) -> Actor:
        """Send what `later` wrote."""
        for row in list(self.store.rows.values()):
            if row.state == "intended" and row.outbox:
                yield from self.call(process, row.id, int(row.fingerprints["amount"]))

    def webhook(self, account: str, thing: Any) -> Actor:
        """Palomma tells of a payment, by the reference that it knows."""
        yield max(0.0, thing.made - self.time.now)
        for _ in range(3):
            row = self.store.rows.get(Key(ENVIRONMENT, account, OPERATION, thing.reference))
            if row is None:
                return  # it is left to the handler
            after = self.moves.tell(row, self.objects(row, [thing])[0], self.rules)
            yield self.step()
            if after is row or self.store.write(row, after) is not None:
                return

    def resolve(self) -> Actor:
        """A person says what was created, or that nothing was, and believes it."""
        rows = [row for row in self.store.rows.values() if row.state in ("unknown", "review")]
        if not rows:
            return
        row = self.chance.choice(rows)
        mine = [each for each in self.palomma.shown(row.id) if each.cause == row.id]
        if mine and self.chance.random() < 0.5:
            found = self.objects(row, mine[:1])
            yield self.chance.random()
            if found and found[0].agrees and not found[0].taken:
                self.store.write(row, self.moves.resolve(row, found[0], "ana", "the bank says so"))
            return
        looks = []
        for _ in range(2):
            looks.append(LookUp(self.store.clock(), self.objects(row, self.palomma.shown(row.id))))
            self.seen["people asked"] += 1
            yield self.chance.random()
        try:
            self.store.write(row, self.moves.resolve_not_created(row, looks, self.rules, "ana", "the bank says so"))
        except ValueError:
            self.seen["a person was refused"] += 1


NEVER_BUSY = 10 * DAY
# All worlds have the same few references: comparing them anew took two thirds of the time.
_longer, _may_be_ours = cache(longer), cache(may_be_ours)


def plans(count: int, seed: int, **fixed: Any) -> Iterator[Plan]:
    """So many different worlds, but for what is `fixed` in all of them."""
    for number in range(count):
        chance = Random(f"{seed}-{number}")
        accounts = chance.choice((1, 1, 2))
        plan = Plan(
            seed=chance.getrandbits(32),
            workers=chance.randint(2, 8),
            references=25 // accounts,
            timeout=chance.choice((2.0, 10.0, 30.0)),
            delay=chance.choice((0.5, 5.0, 20.0)),
            lag=chance.choice((0.0, 4.0, 20.0)),
            pause=chance.choice((0.5, 3.0, 15.0)),
            resend=chance.choice(("never", "after_quiet")),
            crashes=chance.choice((0.0, 0.02, 0.1)),
            stops=chance.choice((0.0, 0.005, 0.02)),
            rewrites=chance.choice(("", "", "trim", "fold", "cut")),
            jumps=chance.choice((0.0, 0.0, 20.0, 3_600.0)),
            remote=chance.random() < 0.5,
            accounts=accounts,
            one_merchant=chance.random() < 0.3,
            lookup_first=chance.random() < 0.3,
            key_life=chance.choice((0.0, 0.0, 0.0, 300.0)),
        )
        # A clock that jumps may tell a person that the quiet period is over, and a process that a key is still known.
        plan = replace(plan, key_life=0.0) if plan.jumps else replace(plan, people=chance.choice((0.0, 0.03)))
        plan = replace(plan, **fixed)
        # Who knows keys refuses no reference for being there already: a 409 about an old object would be a lie.
        plan = replace(plan, old=0.0) if plan.key_life else plan
        lost = plan.lookup_first and not plan.key_life and not plan.one_merchant
        yield replace(plan, amnesia=lost and chance.random() < 0.5)


def simulate(
    plans: Iterator[Plan], moves: Any = _moves, conditions: frozenset[str] = CONDITIONS,
    enough: Callable[[Counter[str]], bool] = lambda wrong: False,
) -> tuple[Counter[str], Counter[str]]:  # fmt: skip
    """Run worlds, until enough went wrong: what went wrong, and what was seen."""
    wrong: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for plan in plans:
        world = World(plan, moves, conditions)
        wrong += world.run()
        seen += world.seen
        if enough(wrong):
            break
    return wrong, seen


def _part(count: int, seed: int, patience: float) -> tuple[Counter[str], Counter[str]]:
    return simulate(plans(count, seed, patience=patience))


def main(worlds: str = "1000", seed: str = "0", patience: str = "1.0") -> None:
    parts = 2
    with ProcessPoolExecutor(parts) as pool:
        counts, seeds = [int(worlds) // parts] * parts, range(int(seed) * parts, (int(seed) + 1) * parts)
        results = list(pool.map(_part, counts, seeds, [float(patience)] * parts))
    print(*(sum((result[place] for result in results), Counter()) for place in (0, 1)), sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
