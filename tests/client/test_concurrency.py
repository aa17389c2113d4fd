"""Threads, processes and event loops that share a client never get each other's answers."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from palomma import AsyncPalomma, ConfigurationError, Outcome, Palomma
from tests.faults.server import Connection, FaultServer, answer, obedient, told

from .conftest import settings

FORKING = """
import os, sys
from palomma import Palomma

def wrong(client, who):
    return sum(client.payout_requests.get(f"{who}-{n}").id != f"{who}-{n}" for n in range(1000))

with Palomma("key", base_url=sys.argv[1]) as client:
    assert wrong(client, "warm-up") == 0
    reader, writer = os.pipe()
    child = os.fork()
    count = wrong(client, "child" if child == 0 else "parent")
    if child == 0:
        os.write(writer, str(count).encode())
        os._exit(0)
    print("parent", count, "child", os.read(reader, 10).decode(), "exit", os.waitpid(child, 0)[1])
"""


def test_a_forked_child_gets_its_own_answers(serve: Callable[..., FaultServer]) -> None:
    """0 wrong answers in 2,000 calls of a parent and a child that share a client with warm connections."""
    server = serve(obedient)
    command = [sys.executable, "-c", FORKING, f"http://127.0.0.1:{server.port}/v0"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.stderr) == ("parent 0 child 0 exit 0\n", "")


FORKING_IN_A_LOOK_UP = """
import os, signal, socket, sys, threading
from palomma import Palomma

resolve, parent, asked, go = socket.getaddrinfo, os.getpid(), threading.Event(), threading.Event()

def slow(*name, **more):
    if os.getpid() == parent:
        asked.set()
        go.wait(20)
    return resolve(*name, **more)

socket.getaddrinfo = slow
with Palomma("key", base_url=sys.argv[1]) as client:
    thread = threading.Thread(target=lambda: client.payout_requests.get("parent"))
    thread.start()
    asked.wait(20)
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        os._exit(client.payout_requests.get("child").id != "child")
    code = os.waitpid(child, 0)[1]
    go.set()
    thread.join()
    print("the child ended with", code)
"""


def test_a_child_looks_a_name_up_itself(serve: Callable[..., FaultServer]) -> None:
    """It doesn't wait for the look-up that its parent had begun: the thread that does it isn't forked."""
    command = [sys.executable, "-c", FORKING_IN_A_LOOK_UP, f"http://localhost:{serve(obedient).port}/v0"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.stdout == "the child ended with 0\n", done.stderr


def test_threads_share_a_client(serve: Callable[..., FaultServer]) -> None:
    """0 of 16 x 100 calls, reads and creates, get another thread's answer."""
    server = serve(obedient)

    def work(thread: int) -> int:
        wrong = 0
        for number in range(50):
            name = f"{thread}-{number}"
            wrong += client.payout_requests.get(name).id != name
            wrong += (
                client.payout_requests.create(payout_target_id="t", amount=number + 1, reference=name).reference != name
            )
        return wrong

    with Palomma(**settings(server)) as client, ThreadPoolExecutor(16) as pool:
        assert list(pool.map(work, range(16))) == [0] * 16


def test_tasks_share_a_client(serve: Callable[..., FaultServer]) -> None:
    """0 of 200 concurrent calls get another task's answer."""
    server = serve(obedient)

    async def main() -> int:
        async with AsyncPalomma(**settings(server)) as client:
            names = [f"id-{number}" for number in range(200)]
            found = await asyncio.gather(*(client.payout_requests.get(name) for name in names))
            return sum(request.id != name for request, name in zip(found, names, strict=True))

    assert asyncio.run(main()) == 0


# The first loop ended without closing its connections: asyncio says so, and so it should.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_two_event_loops_in_turn(serve: Callable[..., FaultServer]) -> None:
    """A client that one loop used works in the next: a create goes out at once, on a connection of that loop."""
    outcomes: list[Outcome] = []
    client = AsyncPalomma(**settings(serve(obedient), on_outcome=outcomes.append))

    async def create(reference: str) -> None:
        await client.payout_requests.create(payout_target_id="t", amount=1, reference=reference)

    async def create_and_close(reference: str) -> None:
        async with client:
            await create(reference)

    for work in (create("a"), create("b"), create_and_close("c")):
        asyncio.run(work)
    assert [(outcome.reference, outcome.attempts, outcome.result) for outcome in outcomes] == [
        (name, 1, "returned") for name in "abc"
    ]
    gc.collect()


def test_two_event_loops_in_threads(serve: Callable[..., FaultServer]) -> None:
    """Two loops in two threads share a client, and each gets its own answers."""
    client = AsyncPalomma(**settings(serve(_one)))

    async def main(who: str) -> int:
        return sum([(await client.payout_requests.get(f"{who}-{n}")).id != f"{who}-{n}" for n in range(50)])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda who: asyncio.run(main(who)), "ab")) == [0, 0]


def _one(connection: Connection) -> None:
    """A good answer, and no more on this connection: nothing is left open when a loop ends."""
    request = connection.request()
    assert request is not None
    connection.send(answer(told(request), "200 OK", "Connection: close"))


def _open_files() -> set[str]:
    """The sockets that this process holds."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            target = str(entry.readlink())
        except OSError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


def _clients(server: FaultServer) -> None:
    with Palomma(**settings(server)) as client:
        for number in range(3):
            client.payout_requests.get(f"id-{number}")

    async def main() -> None:
        async with AsyncPalomma(**settings(server)) as client:
            await asyncio.gather(*(client.payout_requests.get(f"id-{number}") for number in range(10)))

    asyncio.run(main())


def test_no_socket_outlives_its_client(serve: Callable[..., FaultServer]) -> None:
    """A closed client holds no socket: those left are the server's side of closed connections."""
    server = serve(obedient)
    before = _open_files()

    _clients(server)
    server.stop()

    assert _open_files() <= before


def test_a_closed_client_sends_nothing(serve: Callable[..., FaultServer]) -> None:
    """A call of a closed client, or of one closed while a call waits for its next attempt, is not sent."""
    server = serve(lambda connection: connection.reset(), listening=True)
    with Palomma(**settings(server, on_attempt=lambda attempt: client.close())) as client:
        with pytest.raises(ConfigurationError, match="this client is closed") as waiting:
            client.payout_requests.get("a")
        connections = server.connections
        with pytest.raises(ConfigurationError, match="this client is closed"):
            client.with_options(timeout=1.0).payout_requests.create(payout_target_id="t", amount=1)

    assert (waiting.value.attempts, server.connections) == (2, connections)
