"""A bad day, Palomma's side and ours: workers share an inbox on PostgreSQL, deliveries come twice, workers are killed.

    python tests/webhooks/crash_rehearsal.py SQLALCHEMY_URL [deliveries] [seed]

The parent is Palomma: it delivers over a socket to each worker, and delivers again later whatever was not answered with
200, be it that the worker died or that it said busy. A worker verifies, claims, writes one row of effects in the
transaction of `done`, and answers. It is killed (SIGKILL) from outside, at a moment that nobody chose, or by its own
hand at one of five chosen moments. The clock is the parent's and is sent with each delivery: no lease is waited for.

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
from webhook_facts import KEY, Clock, delivery, state

from palomma.webhooks import Claim, ClaimLostError, Event, ObjectVersion, Router, SqlInbox, Webhook

WORKERS = 4
DUPLICATES = 0.3
LEASE = 60.0
KILLED = 0.005  # of the answers heard, so many are followed by the death of a worker, whatever it is doing
MOMENTS = ["before the claim", "before the effect", "before done", "before the commit", "before the answer"]

metadata = sa.MetaData()
# No key and nothing unique: if an event were handled twice, two rows would say so.
effects = sa.Table("effects", metadata, sa.Column("webhook_id", sa.Text), sa.Column("worker", sa.Integer))


@attrs.define
class Worker:
    pid: int
    channel: socket.socket
    order: dict[str, Any] | None = None


class Suicidal(SqlInbox):
    """A SqlInbox whose process can be told at which moment to die."""

    fatal: str | None = None

    def at(self, moment: str) -> None:
        if moment == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def claim(self, webhook_id: str, version: ObjectVersion | None = None) -> Claim:
        self.at("before the claim")
        return super().claim(webhook_id, version)

    def done(self, claim: Claim, connection: sa.Connection | None = None) -> None:
        self.at("before done")
        super().done(claim, connection)
        self.at("before the commit")


def work(channel: socket.socket, url: str) -> None:
    """A worker: one delivery a line, one HTTP status a line."""
    clock = Clock()
    inbox = Suicidal(sa.create_engine(url), lease=LEASE, clock=clock)
    webhook, router = Webhook(KEY), Router(inbox)

    @router.on("payout-request.update", transaction=True)
    def pay(event: Event, connection: sa.Connection) -> None:
        inbox.at("before the effect")
        connection.execute(effects.insert().values(webhook_id=event.webhook_id, worker=os.getpid()))

    for line in channel.makefile("r"):
        order = json.loads(line)
        clock.now, inbox.fatal = order["now"], order["fatal"]
        try:
            status = router.handle(webhook.verify(order["headers"])).http_status
        except ClaimLostError:
            status = 500
        inbox.at("before the answer")
        channel.sendall(b"%d\n" % status)


class Palomma:
    """Delivers until everything was answered with 200, and counts what it sees."""

    def __init__(self, url: str, deliveries: int, seed: int) -> None:
        self.url, self.chance, self.clock, self.seen = url, random.Random(seed), Clock(), Counter[str]()
        self.queue = deque(self.orders(deliveries))
        self.workers = [self.hire() for _ in range(WORKERS)]

    def orders(self, deliveries: int) -> list[dict[str, Any]]:
        """All deliveries; half of the duplicates come right behind their original, to another worker meanwhile."""
        names = [f"webhook-{number}" for number in range(round(deliveries * (1 - DUPLICATES)))]
        for name in self.chance.choices(names, k=deliveries - len(names)):
            names.insert(self.chance.choice([names.index(name) + 1, self.chance.randrange(len(names))]), name)
        fatal = dict(enumerate(MOMENTS * (deliveries // 500)))
        places = self.chance.sample(range(deliveries), len(fatal))
        doomed = {place: fatal[number] for number, place in enumerate(places)}
        return [
            {"headers": delivery(state(name, f"object of {name}", 1)), "fatal": doomed.get(place)}
            for place, name in enumerate(names)
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
        for worker in self.workers:
            worker.channel.shutdown(socket.SHUT_RDWR)
            self.bury(worker)
        return dict(self.seen)

    def deliver(self, place: int, order: dict[str, Any]) -> None:
        worker = self.workers[place]
        worker.order = order
        with contextlib.suppress(OSError):  # it is dead already: `hear` will find out
            worker.channel.sendall(json.dumps({**order, "now": self.clock.now}).encode() + b"\n")

    def hear(self, place: int) -> None:
        worker = self.workers[place]
        assert worker.order
        answer = self.answer(worker)
        self.seen[f"answered {answer}" if answer else "not answered"] += 1
        if answer != "200":
            self.clock.now += 1  # a retry comes later; so leases of the dead do end
            self.queue.append({**worker.order, "fatal": None})
        worker.order = None
        if not answer:
            self.bury(worker)
            self.workers[place] = self.hire()
        elif self.chance.random() < KILLED:
            os.kill(self.chance.choice(self.workers).pid, signal.SIGKILL)

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
