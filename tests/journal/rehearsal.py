"""A bad day for a journal: two workers pay the same references, are killed and stopped, and Palomma is unreliable.

    python -m tests.journal.rehearsal SQLALCHEMY_URL [OPERATIONS] [NAME=VALUE …]

The parent kills workers (SIGKILL) from outside, at a moment that nobody chose, stops them (SIGSTOP) for longer than a
call may take, and kills and restarts PostgreSQL; workers also die by their own hand, right after a move of a row. Each
worker goes on until every reference is paid. Then Palomma is asked what it paid, and the journal what it believes.

It has one thread and forks, so that a killed worker is replaced within milliseconds.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import logging
import os
import select
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from random import Random
from typing import Any, NoReturn
from urllib.request import urlopen

from palomma import Palomma, PalommaError
from palomma.journal import Journal
from tests.webhooks.postgres_server import data_folder, restart

from . import unreliable

__all__ = ["Plan", "compare", "fork", "rehearse"]


@dataclass(frozen=True)
class Plan:
    """How the day goes. Times in seconds."""

    operations: int = 3000
    workers: int = 2
    seed: int = 0
    faults: float = 0.6
    delay: float = 0.3
    """D and L: how late a payment is made, and is shown."""
    timeout: float = 0.7
    """Of a call."""
    pause: float = 1.0
    """P: how long a worker is stopped; longer than a call may take."""
    quiet: float = 2.0
    killed: float = 0.02
    """Of the calls that ended, so many are followed by the death of a worker, whatever it is doing."""
    suicides: float = 0.01
    """Of the moves of rows, so many are the last thing that a worker does."""
    stopped: float = 0.01
    restarts: int = 4
    """Of PostgreSQL."""


def references(count: int) -> list[str]:
    return [f"invoice-{number}" for number in range(count)]


def open_client(plan: Plan, journal: Journal, port: int) -> Palomma:
    address = f"http://127.0.0.1:{port}"
    return Palomma(
        "key-of-the-rehearsal", base_url=address, environment="sandbox", timeout=plan.timeout, max_retries=1,
        journal=journal,
    )  # fmt: skip


def pay(client: Palomma, reference: str) -> Any:
    amount = 2_000 + sum(reference.encode())
    return client.payout_requests.create(payout_target_id="01TARGET", amount=amount, reference=reference)


def work(plan: Plan, url: str, port: int, channel: socket.socket) -> None:
    """A worker: pay all references, again and again, until each is paid."""
    chance = Random(os.getpid())

    def die_perhaps(move: object) -> None:
        if chance.random() < plan.suicides:
            os.kill(os.getpid(), signal.SIGKILL)

    journal = Journal(url, quiet_period=plan.quiet, resend="after_quiet", on_move=die_perhaps)
    client = open_client(plan, journal, port)
    wanted = set(references(plan.operations))
    while True:
        states = {entry.reference: entry.state for entry in journal.entries()}
        todo = [reference for reference in wanted if states.get(reference) != "confirmed"]
        if not todo:
            return
        chance.shuffle(todo)
        for reference in todo:
            # What is open is asked for now and then; mostly it is left to `settle`.
            if states.get(reference) in (None, "intended", "rejected") or chance.random() < 3 / len(todo):
                channel.sendall(f"{outcome(client, reference)}\n".encode())
        with contextlib.suppress(PalommaError):
            client.settle()
        time.sleep(0.2)


def outcome(client: Palomma, reference: str) -> str:
    """Pay, and say how that ended."""
    try:
        pay(client, reference)
    except PalommaError as error:
        return type(error).__name__
    return "paid"


def fork(work: Callable[..., object], *arguments: object) -> int:
    """Return the id of a child that does this, and only this."""
    pid = os.fork()
    if not pid:
        _in_a_child(work, *arguments)
    return pid


def _in_a_child(work: Callable[..., object], *arguments: object) -> NoReturn:
    try:
        work(*arguments)
        os._exit(0)
    except BaseException:
        logging.getLogger("palomma").exception("a worker failed")
    finally:
        os._exit(1)


class Rehearsal:
    def __init__(self, plan: Plan, url: str) -> None:
        self.plan, self.url, self.chance, self.seen = plan, url, Random(plan.seed), Counter[str]()
        self.folder = data_folder(url) if url.startswith("postgresql") else ""
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = listener.getsockname()[1]
        settings = unreliable.Settings(plan.seed, plan.faults, commit_delay=plan.delay, lag=plan.delay)
        self.server = fork(unreliable.serve, settings, listener)
        self.workers: dict[socket.socket, int] = {}
        self.later: list[tuple[float, int]] = []
        """When which stopped worker goes on."""
        listener.close()

    def hire(self) -> None:
        ours, theirs = socket.socketpair()
        self.workers[ours] = fork(work, self.plan, self.url, self.port, theirs)
        theirs.close()

    def run(self) -> dict[str, Any]:
        try:
            for _ in range(self.plan.workers):
                self.hire()
            while self.workers:
                wait = max(0.0, self.later[0][0] - time.monotonic()) if self.later else None
                for channel in select.select(list(self.workers), [], [], wait)[0]:
                    self.hear(channel)
                self.go_on()
            with urlopen(f"http://127.0.0.1:{self.port}/truth") as answer:
                truth = json.load(answer)
            return {"seen": dict(self.seen), "server": truth["seen"], **self.judge(truth["objects"])}
        finally:
            for pid in [*self.workers.values(), self.server]:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def hear(self, channel: socket.socket) -> None:
        """Note how calls ended, and strike in return."""
        with contextlib.suppress(ConnectionResetError):
            if words := channel.recv(4096):
                for name in words.decode().split():
                    self.seen[name] += 1
                    self.strike()
                return
        self.bury(channel)

    def strike(self) -> None:
        pid = self.chance.choice(list(self.workers.values()))
        if self.chance.random() < self.plan.killed:
            os.kill(pid, signal.SIGKILL)
        elif self.chance.random() < self.plan.stopped and pid not in {stopped for _, stopped in self.later}:
            os.kill(pid, signal.SIGSTOP)
            self.seen["stopped"] += 1
            heapq.heappush(self.later, (time.monotonic() + self.plan.pause, pid))
        done, step = self.seen.total(), self.plan.operations // (self.plan.restarts + 1)
        if self.folder and self.seen["restarts"] < min(self.plan.restarts, done // step):
            self.seen["restarts"] += 1
            restart(self.folder)

    def go_on(self) -> None:
        while self.later and self.later[0][0] <= time.monotonic():
            _, pid = heapq.heappop(self.later)
            if pid in self.workers.values():
                os.kill(pid, signal.SIGCONT)

    def bury(self, channel: socket.socket) -> None:
        pid = self.workers.pop(channel)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.seen[f"exit {status}"] += 1
        channel.close()
        if status != 0:
            self.hire()

    def judge(self, objects: list[dict[str, Any]]) -> dict[str, int]:
        entries = {entry.reference: entry for entry in Journal(self.url).entries()}
        return compare(references(self.plan.operations), objects, entries)


def compare(wanted: Iterable[str], objects: list[dict[str, Any]], entries: dict[str, Any]) -> dict[str, int]:
    """Compare what was paid with what the journal believes."""
    paid: dict[str, list[str]] = {reference: [] for reference in wanted}
    for each in objects:
        paid[each["reference"]].append(each["id"])
    confirmed = {name: entry.object_id for name, entry in entries.items() if entry.state == "confirmed"}
    return {
        "duplicates": sum(len(names) - 1 for names in paid.values() if names),
        "lost": sum(not names or reference not in confirmed for reference, names in paid.items()),
        "wrongly confirmed": sum(name not in paid.get(reference, ()) for reference, name in confirmed.items()),
    }


def rehearse(plan: Plan, url: str) -> dict[str, Any]:
    """Have the day, and return what was counted."""
    return Rehearsal(plan, url).run()


def main(url: str, *words: str) -> None:
    kinds = {each.name: type(each.default) for each in fields(Plan)}
    values = dict(word.split("=") for word in words)
    plan = Plan(**{name: kinds[name](json.loads(value)) for name, value in values.items()})
    started = time.monotonic()
    counted = rehearse(plan, url)
    print(json.dumps({**counted, "plan": asdict(plan), "seconds": round(time.monotonic() - started, 1)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
