"""Signal handlers that raise, and forks, at any moment: every later call finds its place, and ends in time."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from random import Random
from threading import Barrier
from typing import Any

import pytest

from palomma import Palomma, PalommaError
from palomma._transport.http import Transport
from tests.faults.kinds import KINDS, trusting
from tests.faults.server import Connection, FaultServer, answer, obedient, told

from .conftest import settings

# An alarm can leave one of coverage's own locks held. The run under httpx2 is without coverage.
pytestmark = pytest.mark.skipif(sys.gettrace() is not None, reason="coverage can't bear alarms")

PLACES = 4
TIMEOUT = 2.0


class TimeLimitError(Exception):
    """What Celery's and RQ's time limits raise is like this."""


def _raise(number: int, frame: object) -> None:
    raise TimeLimitError


@contextmanager
def _alarms() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _raise)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _interrupted(call: Callable[[], object], seconds: float) -> bool:
    """Whether an alarm hit the call."""
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (TimeLimitError, PalommaError):
        return True
    return False


def _storm(client: Palomma, calls: int, longest: float) -> tuple[int, float]:
    """So many calls, each with an alarm at a random moment: how many were hit, and the longest of some that weren't."""
    random, hits, slowest = Random(7), 0, 0.0
    for number in range(calls):
        seconds = random.uniform(0.000_01, longest)
        hits += _interrupted(lambda number=number: client.payout_requests.get(f"id-{number}"), seconds)  # type: ignore[misc]
        if number % 50 == 0:
            start = time.monotonic()
            assert client.payout_requests.get(f"after-{number}").id == f"after-{number}"
            slowest = max(slowest, time.monotonic() - start)
    return hits, slowest


def _all_places_are_free(client: Palomma, met: Barrier) -> bool:
    with ThreadPoolExecutor(PLACES) as pool:
        names = [f"together-{number}" for number in range(PLACES)]
        return [found.id for found in pool.map(client.payout_requests.get, names)] == names and not met.broken


def _meeting(met: Barrier) -> Callable[[Connection], None]:
    """Answers at once; but those that are to be together wait for each other."""

    def behave(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if "together" in request.target:
                met.wait(TIMEOUT)
            with suppress(OSError):
                connection.send(answer(told(request)))

    return behave


CALLS = pytest.mark.parametrize("calls", [2_000, pytest.param(20_000, marks=pytest.mark.deep)])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a socket that an alarm left behind
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@CALLS
def test_alarms_lose_no_place(calls: int, serve: Callable[..., FaultServer]) -> None:
    """After calls that a handler interrupted at random, all places are there, and no later call waited for one."""
    met = Barrier(PLACES)
    server = serve(_meeting(met))
    with Palomma(**settings(server, transport=Transport(limit=PLACES), timeout=TIMEOUT, max_retries=0)) as client:
        client.payout_requests.get("warm")
        with _alarms():
            hits, slowest = _storm(client, calls, 0.001)
        assert hits > calls / 10
        assert slowest < TIMEOUT
        assert _all_places_are_free(client, met)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_alarms_while_connecting(serve: Callable[..., FaultServer]) -> None:
    """Nor do alarms in look-ups of a name and TLS handshakes."""
    server = serve(KINDS["TLS"].behave)
    more = {"base_url": f"https://localhost:{server.port}/v0", "timeout": TIMEOUT, "max_retries": 0}
    context = trusting()
    context.check_hostname = False
    transport = Transport(context=context, limit=PLACES)
    with Palomma(**settings(server, **more, transport=transport)) as client:
        client.payout_requests.get("warm")
        with _alarms():
            for number in range(200):
                transport.drop()
                _interrupted(lambda: client.payout_requests.get("x"), Random(number).uniform(0.000_01, 0.006))
        assert client.payout_requests.get("last").id == "last"


def test_an_alarm_in_a_call_is_the_callers(serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture) -> None:
    """A time limit's own exception goes through, also from a read, which is not tried again; a create is logged."""
    server = serve(lambda connection: (connection.request(), connection.gone()))
    with Palomma(**settings(server)) as client, _alarms():
        for call in (
            lambda: client.payout_requests.get("a"),
            lambda: client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7"),
        ):
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(TimeLimitError):
                call()

    assert server.received == ["GET", "POST"]
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lines == ["createPayoutRequest reference=order-7 ended cancelled: money may have moved"]


FORKING = """
import os, signal, sys, threading, warnings
from palomma import Palomma

url, forks = sys.argv[1], int(sys.argv[2])
stop = threading.Event()
warnings.simplefilter("ignore")  # the child closes its copies of its parent's sockets when they are collected

def get(client, id):
    return client.payout_requests.get(id).id

def first_calls():
    while not stop.is_set():
        with Palomma("key", base_url=url, timeout=5.0) as client:
            get(client, "first")

def drops(client):
    while not stop.is_set():
        client._exchange.drop()
        get(client, "dropped")

def child(client):
    signal.alarm(20)
    wrong = sum(get(client, f"child-{n}") != f"child-{n}" for n in range(3))
    with Palomma("key", base_url=url.replace("127.0.0.1", "localhost"), timeout=5.0) as own:
        wrong += get(own, "own") != "own"
    os._exit(wrong)

with Palomma("key", base_url=url, timeout=5.0) as client:
    threads = [threading.Thread(target=first_calls), threading.Thread(target=first_calls)]
    threads += [threading.Thread(target=drops, args=(client,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    codes = []
    for _ in range(forks):
        pid = os.fork()
        if pid == 0:
            child(client)
        codes.append(os.waitpid(pid, 0)[1])
    stop.set()
    for thread in threads:
        thread.join()
    print(forks, "forks, bad ends:", [code for code in codes if code])
"""


@pytest.mark.parametrize(
    ("processes", "forks"),
    [(4, 2), pytest.param(50, 1, marks=pytest.mark.deep), pytest.param(1, 50, marks=pytest.mark.deep)],
)
def test_forks_beside_first_calls_and_drops(processes: int, forks: int, serve: Callable[..., FaultServer]) -> None:
    """No child hangs or gets a wrong answer, whatever the parent's other threads were doing when it was forked.

    The first fork of a process comes while the very first calls import what they need.
    """
    server = serve(obedient)
    command: list[Any] = [sys.executable, "-c", FORKING, f"http://127.0.0.1:{server.port}/v0", str(forks)]
    for _ in range(processes):
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)

        assert (done.stdout, done.stderr) == (f"{forks} forks, bad ends: []\n", "")
