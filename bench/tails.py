"""What medians hide: the slowest of many calls, the first call over TLS, and what an idle connection keeps."""

from __future__ import annotations

import asyncio
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import trustme
from calls import KEY, candidates, concurrently
from objects import CREATE
from report import Row, Section
from server import Sockets, complete, created
from startup import start
from timing import Cost, Quartiles, ratio, turns

__all__ = ["tails"]

WIDTH = 100
CALLS = 1000
BODY = CREATE | {"reference": "order-7"}
# What both do first: the certificates of all authorities are read, and the one of the bench besides.
TRUST = "import httpx; context = httpx.create_ssl_context(); context.load_verify_locations({ca!r})\n"
CREATE_CALL = (
    "payout_targets.create(customer_id='01HPR8S7YF43PV3QV16TZDC80P', redirect_url='https://shop.example', "
    "bank_account=BankAccount('bancolombia', 'savings', '12345678901'))"
)
OVER_TLS = {
    "httpx": "httpx.Client(verify=context).post({url!r} + '/payoutTargets', json={body!r}).json()",
    "palomma": "from palomma import Palomma; from palomma.models import BankAccount\n"
    "client = Palomma({key!r}, base_url={url!r}, ssl_context=context)\n"
    "client." + CREATE_CALL,
}
# Bytes that Python has for each of 99 further idle connections. What the kernel has for them is the same for both.
IDLE = """
import asyncio, gc, tracemalloc
async def main():
    {client}
    await call()
    gc.collect()
    tracemalloc.start()
    await asyncio.gather(*(call() for _ in range(100)))
    gc.collect()
    print(tracemalloc.get_traced_memory()[0] / 99)
asyncio.run(main())
"""
CLIENTS = {
    "httpx": "import httpx\n"
    "    client = httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_keepalive_connections=100))\n"
    "    call = lambda: client.post({url!r} + '/payoutTargets', json={body!r})",
    "palomma": "from palomma import AsyncPalomma; from palomma.models import BankAccount\n"
    "    client = AsyncPalomma({key!r}, base_url={url!r})\n"
    "    call = lambda: client." + CREATE_CALL,
}


async def _times(url: str, rounds: int) -> dict[str, list[list[float]]]:
    """The milliseconds of each call, round by round."""
    async with AsyncExitStack() as stack:
        known = await candidates(stack, url)
        times: dict[str, list[list[float]]] = {name: [] for name in known}
        for name, counts in turns(list(known), rounds):
            taken: list[float] = []
            await concurrently(_timed(known[name], taken), CALLS, WIDTH)
            if counts:
                times[name].append(taken)
        return times


def _timed(call: Callable[[], Awaitable[object]], taken: list[float]) -> Callable[[], Awaitable[object]]:
    async def timed() -> None:
        begin = time.perf_counter()
        await call()
        taken.append((time.perf_counter() - begin) * 1000)

    return timed


def _percentile(times: list[list[float]], percent: int) -> Quartiles:
    """Of each round; the quartiles are those of the rounds."""
    each = [statistics.quantiles(taken, n=100)[percent - 1] for taken in times]
    return Quartiles(*statistics.quantiles(each, n=4))


@contextmanager
def _over_tls() -> Iterator[tuple[str, str]]:
    """The base URL of a TLS server, and the file of the authority that it is trusted by. One connection at a time."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    sockets = Sockets()

    def serve() -> None:
        while True:
            plain, _ = sockets.listening.accept()
            with context.wrap_socket(plain, server_side=True) as connection:
                request = bytearray()
                while not complete(request):
                    request += connection.recv(65536)
                body = created(request)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
                connection.recv(1)  # the client's end

    with TemporaryDirectory() as folder:
        path = Path(folder, "authority.pem")
        authority.cert_pem.write_to_path(str(path))
        Thread(target=serve, daemon=True).start()
        yield f"https://127.0.0.1:{sockets.listening.getsockname()[1]}/v0", str(path)


def _first_over_tls(rounds: int) -> dict[str, list[Cost]]:
    with _over_tls() as (url, ca):
        codes = {
            name: TRUST.format(ca=ca) + code.format(url=url, body=BODY, key=KEY) for name, code in OVER_TLS.items()
        }
        costs: dict[str, list[Cost]] = {name: [] for name in codes}
        for name, counts in turns(list(codes), rounds):
            cost = start(codes[name])
            if counts:
                costs[name].append(cost)
        return costs


def _idle(url: str, name: str) -> float:
    """KiB."""
    code = IDLE.format(client=CLIENTS[name].format(url=url, body=BODY, key=KEY))
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout) / 1024


def tails(url: str, rounds: int) -> Section:
    """Percentiles, the first call over TLS, idle connections."""
    times = asyncio.run(_times(url, rounds))
    tls = _first_over_tls(rounds)
    percentiles = [
        Row(f"{name}, {percent} % of {WIDTH} at a time within", _percentile(times[name], percent), unit="ms")
        for name in times
        for percent in (50, 99)
    ]
    return Section(
        "tails",
        "What medians hide",
        f"How long one of {WIDTH} concurrent creates takes, the first create of a process over TLS with the "
        "certificates of all authorities read, and what Python keeps for a connection that is idle.",
        [
            *percentiles,
            Row("first answer over TLS, by the clock", ratio(tls, "palomma", "httpx", "wall")),
            Row("first answer over TLS, CPU", ratio(tls, "palomma", "httpx", "cpu")),
            *(Row(f"{name}, an idle connection", _idle(url, name), unit="KiB") for name in CLIENTS),
        ],
        costs=tls,
        silent="how far away Palomma is: the handshake over TLS takes two ways there and back.",
    )
