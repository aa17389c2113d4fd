"""Palomma, the network between, and time, simulated: what `flow` does with 200,000 calls takes seconds, not days."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from palomma import OutcomeUnknownError, PalommaError, RetryBudget
from palomma._sansio import Answer, Failure, Policy, Send, Sleep, Verdict, steps
from palomma_api.api.payout_requests import create_payout_request, get_payout_request_by_id
from palomma_api.runtime.calls import Call

__all__ = ["World", "simulate"]

REJECTED = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 421, 425, 307, 308)
AMBIGUOUS = (301, 302, 303, 402, 408, 418, 500, 502, 503, 504, 520, 999)
TIMEOUT = 30.0


class Time:
    """A clock that only the simulation moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@dataclass
class World:
    """One call's truth: what was created, and what the client was told."""

    random: Random
    clock: Time
    reference: str
    creates: int = 0
    """Objects that Palomma created for this call."""
    unknown: bool = False
    """The last attempt of a create left its outcome open."""
    told: float = 0.0
    """No attempt may begin before."""
    faults: list[str] = field(default_factory=list)

    def attempt(self, send: Send) -> Answer | Failure:
        if self.clock.now < self.told:
            self.faults.append("a retry earlier than told")
        writes = send.content is not None
        if self.unknown:
            self.faults.append("a second create after an unknown outcome")
        if writes:
            assert json.loads(send.content or b"")["reference"] == self.reference
        result, created, open_end = self._happen(send.deadline.left())
        self.creates += writes and created
        self.unknown = writes and open_end
        return result

    def _happen(self, left: float) -> tuple[Answer | Failure, bool, bool]:
        """What comes back, whether an object was created, and whether the client can't know."""
        roll = self.random.random()
        seconds = self.random.expovariate(0.2)
        self.clock.now += min(seconds, left)
        if seconds > left:
            return Failure(TimeoutError("deadline"), sent=True), self.random.random() < 0.5, True
        if roll < 0.25:
            return Failure(ConnectionError("refused"), sent=False, lasting=roll < 0.05), False, False
        if roll < 0.45:
            return Failure(ConnectionError("reset"), sent=True), self.random.random() < 0.5, True
        if roll < 0.70:
            return self._status()
        return self._success()

    def _status(self) -> tuple[Answer, bool, bool]:
        if self.random.random() < 0.6:
            return self._hint(Answer(self.random.choice(REJECTED), {}, b'{"message": "no"}')), False, False
        answer = self._hint(Answer(self.random.choice(AMBIGUOUS), {}, b"<html>"))
        return answer, self.random.random() < 0.5, True

    def _hint(self, answer: Answer) -> Answer:
        if self.random.random() < 0.5:
            return answer
        seconds = self.random.choice((0, 1, 3, 20, 100, 10**12))
        self.told = self.clock.now + seconds
        return Answer(answer.status, {"retry-after": str(seconds)}, answer.body)

    def _success(self) -> tuple[Answer, bool, bool]:
        roll = self.random.random()
        ours = {"id": f"ours-{self.reference}", "status": "processing", "reference": self.reference}
        if roll < 0.7:
            return Answer(200, {}, json.dumps(ours).encode()), True, False
        if roll < 0.85:
            body = json.dumps({**ours, "id": "anothers", "reference": "another"}).encode()
            return Answer(200, {}, body), self.random.random() < 0.5, True
        return Answer(200, {}, self.random.choice((b"", b"<html>", b"[]", b"{}", b"null"))), True, True


def _calls(random: Random, number: int) -> Call[Any]:
    if random.random() < 0.3:
        return get_payout_request_by_id.OPERATION.call("01HPR9B3N7Q2W5Y8A1C4E6G9J0")
    return create_payout_request.OPERATION.call(payout_target_id="t", amount=1001, reference=f"order-{number}")


def run(world: World, call: Call[Any], policy: Policy, table: Callable[..., Verdict] | None, hurry: float) -> str:
    """One call to its end; what it ended in. `hurry` shortens every wait."""
    todo = steps(call, policy, world.clock, table)
    started, writes = world.clock.now, call.body is not None
    try:
        step: Any = next(todo)
        while True:
            if isinstance(step, Sleep):
                world.clock.now += step.seconds * hurry
            step = todo.send(world.attempt(step) if isinstance(step, Send) else None)
    except StopIteration as done:
        outcome = "returned"
        if writes and done.value.id != f"ours-{world.reference}":
            world.faults.append("another call's object was returned")
    except PalommaError as error:
        outcome = type(error).__name__
        if writes and (world.unknown or world.creates) and not isinstance(error, OutcomeUnknownError):
            world.faults.append("an unknown outcome was reported as a failure")
    if world.creates > 1:
        world.faults.append("two objects were created")
    if world.clock.now > started + TIMEOUT + 1e-6:
        world.faults.append("the deadline has passed")
    return outcome


def simulate(
    calls: int, seed: int, table: Callable[..., Verdict] | None = None, hurry: float = 1.0
) -> tuple[Counter[str], Counter[str]]:
    """So many calls; what they ended in, and what went against the promises."""
    random, clock = Random(seed), Time()
    outcomes: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    policy = Policy(mint=None, random=random.random, timeout=TIMEOUT, max_retries=3)
    for number in range(calls):
        policy = policy._replace(budget=RetryBudget())
        world = World(random, clock, f"order-{number}")
        outcomes[run(world, _calls(random, number), policy, table, hurry)] += 1
        faults.update(world.faults)
    return outcomes, faults
