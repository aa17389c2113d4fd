"""A bad day, Palomma's side and ours: workers share an inbox, deliveries come twice and in any order, workers die.

    python tests/webhooks/crash_rehearsal.py SQLALCHEMY_URL [deliveries] [seed]

The parent is Palomma: it delivers over a socket to each worker, and delivers again later whatever was not answered with
200, be it that the worker died, that it failed or that it said busy. A worker verifies, claims, writes one row of
effects in the transaction of `done`, and answers. It is killed (SIGKILL) from outside, at a moment that nobody chose,
or by its own hand at one of five chosen moments. PostgreSQL is killed and started again.

Objects live as in LIVES: states of one moment, of the future, that nobody announced. Some deliveries have the id of
another and say something else. Some handlers are slower than their lease, and half of these lose it to another worker.
The clock is the parent's, sent with each delivery and a little wrong: no lease is waited for.

It has one thread and forks, so that a killed worker is replaced within milliseconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import socket
import sys
from collections import Counter, deque
from typing import Any

import attrs
import sqlalchemy as sa
from postgres_server import data_folder, restart
from sqlalchemy.exc import DBAPIError
from webhook_facts import KEY, Clock, delivery, with_members

from palomma.webhooks import Claim, ClaimLostError, Event, ObjectVersion, Router, SqlInbox, Webhook

WORKERS = 4
DUPLICATES = 0.3
CONFLICTS = 0.05
SLOW = 0.06
RESTARTS = 4
WINDOW = 40  # so many deliveries may overtake one another
LEASE = 60.0
SKEW = 5.0
KILLED = 0.005  # of the answers heard, so many are followed by the death of a worker, whatever it is doing
MOMENTS = ["before the claim", "before the effect", "before done", "before the commit", "before the answer"]

# The states of an object, each with the second of its `updatedAt`, in their true order.
LIVES = [
    [("pending", 1), ("processing", 2), ("approved", 3)],
    [("pending", 1), ("processing", 2), ("approved", 2)],
    [("pending", 5), ("cancelled", 5)],
    [("processing", None), ("approved", 3)],
    [("pending", 1), ("processing", None), ("cancelled", None)],
    [("pending", 1), ("approved", 2), ("cancelled", 3)],
    [("processing", 1), ("returned", 2)],
]
FUTURE = "9999-12-31T00:00:00Z"

metadata = sa.MetaData()
# Nothing unique but the order: if an event were handled twice, two rows would say so.
effects = sa.Table(
    "effects",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("webhook_id", sa.Text),
    sa.Column("object", sa.Text),
    sa.Column("rank", sa.Integer),
    sa.Column("state", sa.Text),
)


def notice(life: int, rank: int, **more: Any) -> dict[str, str]:
    """The headers of the delivery that brings an object's state of this rank."""
    status, second = LIVES[life % len(LIVES)][rank]
    updated_at = FUTURE if second is None else f"2026-01-01T00:00:0{second}Z"
    resource = {"id": f"object-{life}", "status": status, "updatedAt": updated_at, "rank": rank, **more}
    return delivery(with_members(webhookId=f"{life}-{rank}", eventType="payin-link.update", event=resource))


@attrs.define
class Worker:
    pid: int
    channel: socket.socket
    order: dict[str, Any] | None = None
    slow: bool = False
    """Its handler waits for a word to go on, and its lease has run out."""


class Suicidal(SqlInbox):
    """A SqlInbox whose process can be told at which moment to die."""

    fatal: str | None = None

    def at(self, moment: str) -> None:
        if moment == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def claim(self, webhook_id: str, version: ObjectVersion | None = None, digest: str = "") -> Claim:
        self.at("before the claim")
        return super().claim(webhook_id, version, digest)

    def done(self, claim: Claim, connection: sa.Connection | None = None) -> None:
        self.at("before done")
        super().done(claim, connection)
        self.at("before the commit")


def work(channel: socket.socket, url: str) -> None:
    """A worker: one delivery a line, one HTTP status a line, but for a slow handler, which says so and waits."""
    clock, lines = Clock(), channel.makefile("r")
    inbox = Suicidal(sa.create_engine(url), lease=LEASE, clock=clock)
    webhook, router = Webhook(KEY), Router(inbox)
    order: dict[str, Any] = {}

    @router.on("payin-link.update", transaction=True)
    def pay(event: Event, connection: sa.Connection) -> None:
        inbox.at("before the effect")
        if order["slow"]:
            channel.sendall(b"slow\n")
            clock.now = float(next(lines))
        members = event.object
        row = {"object": members["id"], "rank": members["rank"], "state": members["status"]}
        connection.execute(effects.insert().values(webhook_id=event.webhook_id, **row))

    for line in lines:
        order = json.loads(line)
        clock.now, inbox.fatal = order["now"], order["fatal"]
        try:
            status = router.handle(webhook.verify(order["headers"])).http_status
        except (ClaimLostError, DBAPIError) as error:
            status = 599 if isinstance(error, ClaimLostError) else 500
        inbox.at("before the answer")
        channel.sendall(b"%d\n" % status)


class Palomma:
    """Delivers until everything was answered for good, and counts what it sees."""

    def __init__(self, url: str, deliveries: int, seed: int) -> None:
        self.url, self.chance, self.clock, self.seen = url, random.Random(seed), Clock(), Counter[str]()
        self.queue = deque(self.orders(deliveries))
        self.restarts = {deliveries * number // (RESTARTS + 1) for number in range(1, RESTARTS + 1)}
        self.folder = data_folder(url)
        self.workers = [self.hire() for _ in range(WORKERS)]

    def orders(self, deliveries: int) -> list[dict[str, Any]]:
        """All deliveries: each state once, some again, some with another payload, in nearly the order of time."""
        states = [(life, rank) for life in range(deliveries) for rank in range(len(LIVES[life % len(LIVES)]))]
        first = states[: round(deliveries * (1 - DUPLICATES - CONFLICTS))]
        again, forged = (self.chance.choices(first, k=round(deliveries * part)) for part in (DUPLICATES, CONFLICTS))
        made = [(each, notice(*each)) for each in first + again]
        made += [(each, notice(*each, amount=1)) for each in forged]
        made.sort(key=lambda pair: states.index(pair[0]) + self.chance.uniform(0, WINDOW))
        fatal = dict(enumerate(MOMENTS * (deliveries // 500)))
        doomed = dict(zip(self.chance.sample(range(len(made)), len(fatal)), fatal.values(), strict=True))
        return [
            {"headers": headers, "fatal": doomed.get(place), "slow": self.chance.random() < SLOW}
            for place, (_, headers) in enumerate(made)
        ]

    def hire(self) -> Worker:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            try:
                ours.close()
                work(theirs, self.url)
                os._exit(0)
            finally:
                os._exit(1)
        theirs.close()
        return Worker(pid, ours)

    def rehearse(self) -> dict[str, int]:
        while self.queue or any(worker.order for worker in self.workers):
            for place, worker in enumerate(self.workers):
                if worker.order is None and self.queue:
                    self.deliver(place, self.queue.popleft())
            waiting = {worker.channel: place for place, worker in enumerate(self.workers) if worker.order}
            for channel in select.select(list(waiting), [], [])[0]:
                self.hear(waiting[channel])
            self.restart_database()
        for worker in self.workers:
            worker.channel.shutdown(socket.SHUT_RDWR)
            self.bury(worker)
        return dict(self.seen)

    def restart_database(self) -> None:
        done = self.seen["answered 200"]
        if self.folder and (due := {number for number in self.restarts if number <= done}):
            self.restarts -= due
            self.seen["restarts"] += 1
            restart(self.folder)

    def deliver(self, place: int, order: dict[str, Any]) -> None:
        worker = self.workers[place]
        # One slow handler at a time, so that there are workers left.
        slow = order["slow"] and not any(other.slow for other in self.workers)
        worker.order, worker.slow = {**order, "slow": slow}, False
        now = self.clock.now + self.chance.uniform(-SKEW, SKEW)
        self.say(worker, json.dumps({**worker.order, "now": now}))

    def say(self, worker: Worker, line: str) -> None:
        with contextlib.suppress(OSError):  # it is dead already: `hear` will find out
            worker.channel.sendall(line.encode() + b"\n")

    def hear(self, place: int) -> None:
        worker = self.workers[place]
        assert worker.order
        answer = self.answer(worker)
        self.seen[f"answered {answer}" if answer else "not answered"] += 1
        if answer == "slow":
            self.outlive(worker)
            return
        if worker.order.get("thief"):
            self.let_go()
        if answer not in ("200", "409"):
            self.clock.now += 1  # a retry comes later; so leases of the dead do end
            self.queue.append({**worker.order, "fatal": None, "slow": False, "thief": False})
        worker.order, worker.slow = None, False
        if not answer:
            self.bury(worker)
            self.workers[place] = self.hire()
        elif self.chance.random() < KILLED:
            os.kill(self.chance.choice(self.workers).pid, signal.SIGKILL)

    def outlive(self, worker: Worker) -> None:
        """Let a lease run out; in half of the cases another worker gets the event before the slow one goes on."""
        assert worker.order
        worker.slow = True
        self.clock.now += LEASE + 2 * SKEW
        if self.chance.random() < 0.5:
            self.queue.appendleft({**worker.order, "slow": False, "fatal": None, "thief": True})
        else:
            self.let_go()

    def let_go(self) -> None:
        for worker in self.workers:
            if worker.slow:
                worker.slow = False
                self.say(worker, str(self.clock.now))

    def answer(self, worker: Worker) -> str:
        try:
            return worker.channel.recv(16).decode().strip()
        except ConnectionResetError:
            return ""

    def bury(self, worker: Worker) -> None:
        status = os.waitstatus_to_exitcode(os.waitpid(worker.pid, 0)[1])
        self.seen[f"exit {status}"] += 1
        worker.channel.close()


def main(url: str, deliveries: str = "10000", seed: str = "0") -> dict[str, int]:
    engine = sa.create_engine(url)
    SqlInbox(engine).create_tables()
    metadata.create_all(engine)
    engine.dispose()  # its connections must not be shared with the workers
    return Palomma(url, int(deliveries), int(seed)).rehearse()


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
