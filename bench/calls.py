"""What a call costs beside httpx's: the same create, to the same server, over kept-alive connections."""

from __future__ import annotations

import asyncio
import cProfile
import importlib
import json
import pstats
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpcore
import httpx
from objects import CREATE
from report import Curve, Row, Section
from stock import stock
from timing import Costs, Quartiles, in_turns, in_turns_async, median, ratio

import palomma.aiohttp
from palomma import AsyncPalomma, Palomma
from palomma.aiohttp import AiohttpTransport
from palomma.models import BankAccount

__all__ = ["async_calls", "growth", "sync_calls"]

KEY = "sk_test_bench"
HEADERS = {"authorization": f"Bearer {KEY}"}
BODY = CREATE | {"reference": "01HPR9B3N7Q2W5Y8A1C4E6G9J0"}
ARGUMENTS: dict[str, Any] = {
    "customer_id": CREATE["customerId"],
    "redirect_url": CREATE["redirectUrl"],
    "description": CREATE["description"],
    "bank_account": BankAccount("bancolombia", "savings", "12345678901"),
}
AsyncCall = Callable[[], Awaitable[object]]
CALLS = 50


def _many(call: Callable[[], object]) -> Callable[[], None]:
    def work() -> None:
        for _ in range(CALLS):
            call()

    return work


def _packet(url: str) -> bytes:
    """The create as it is on the wire."""
    request = httpx.Request("POST", f"{url}/payoutTargets", headers=HEADERS, json=BODY)
    head = [b"POST %s HTTP/1.1" % request.url.raw_path, *(b"%s: %s" % pair for pair in request.headers.raw)]
    return b"\r\n".join(head) + b"\r\n\r\n" + request.content


def sync_calls(url: str, rounds: int) -> Section:
    """The blocking client."""
    path, packet, address = f"{url}/payoutTargets", _packet(url), (httpx.URL(url).host, httpx.URL(url).port)
    with (
        stock(),
        httpx.Client(headers=HEADERS) as theirs,
        Palomma(KEY, base_url=url) as ours,
        httpcore.ConnectionPool() as core,
        socket.create_connection(address) as bare,  # type: ignore[arg-type]
    ):
        generated = importlib.import_module("stock_client.api.payout_targets.create_payout_target")
        client = generated.AuthenticatedClient(url, token=KEY)
        body = generated.CreatePayoutTarget.from_dict(BODY)
        headers, content = [(b"Authorization", HEADERS["authorization"].encode())], json.dumps(BODY).encode()

        def over_socket() -> None:
            bare.sendall(packet)
            json.loads(bare.recv(65536).partition(b"\r\n\r\n")[2])

        candidates = {
            "httpx": lambda: json.loads(theirs.post(path, json=BODY).content),
            "palomma": lambda: ours.payout_targets.create(**ARGUMENTS),
            "stock": lambda: generated.sync(client=client, body=body),
            "httpcore": lambda: json.loads(core.request("POST", path, headers=headers, content=content).content),
            "socket": over_socket,
        }
        work = {name: _many(call) for name, call in candidates.items()}
        costs = in_turns(work, rounds)
        profile = cProfile.Profile()
        profile.runcall(lambda: [work["palomma"]() for _ in range(max(1, rounds // 20))])
        client.get_httpx_client().close()
    return Section(
        "sync",
        "One create, blocking",
        "`client.payout_targets.create(…)` with all its safety on, from model to model, against `httpx.Client.post` "
        "with the same body, and `json.loads` of the answer.",
        [
            Row("a create, by the clock", ratio(costs, "palomma", "httpx"), 0.8, note="stretch: 0.65"),
            Row("a create, CPU of the client", ratio(costs, "palomma", "httpx", "cpu")),
            Row("with the client that the generator makes of itself", ratio(costs, "stock", "httpx")),
            Row("with httpcore alone", ratio(costs, "httpcore", "httpx")),
            Row("with a socket alone, the body ready", ratio(costs, "socket", "httpx")),
            Row("a create with httpx", median(costs, "httpx") / CALLS * 1e6, unit="µs"),
            Row("a create with palomma", median(costs, "palomma") / CALLS * 1e6, unit="µs"),
        ],
        costs=costs,
        more="What stands in the way of less: the way to the server and back, which is the socket's row, and httpcore "
        "with its parser h11, which are the row above it. Where the time of a create with palomma goes, by cProfile, "
        f"which makes Python's own code look slower than it is:\n\n{_listing(pstats.Stats(profile))}",
        silent="what TLS costs (the same for both), and how fast Palomma is.",
    )


def _listing(stats: pstats.Stats) -> str:
    """Whose code the time goes to, and the functions that take most of it."""
    rows, owners = [], Counter[str]()
    for (file, _, name), (_, calls, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        owner = _owner(file, name)
        owners[owner] += own
        rows.append((own, calls, owner, name.strip("<>")))
    whole = owners.total()
    lines = [f"{'share':>6}  {'calls':>8}  function"]
    lines += [f"{own / whole:6.1%}  {calls:8,}  {owner}: {name}" for own, calls, owner, name in sorted(rows)[:-15:-1]]
    told = ", ".join(f"{owner} {own / whole:.0%}" for owner, own in owners.most_common() if own > whole / 100)
    return f"{told}.\n\n```text\n" + "\n".join(lines) + "\n```"


def _owner(file: str, name: str) -> str:
    """The package that a function belongs to."""
    if "socket" in name or "poll" in name:
        return "the socket, and waiting for the server"
    if file == "~":
        return "built in"
    parts = Path(file).parts
    known = {"palomma", "palomma_api", "httpx", "httpcore", "h11", "json"}
    return next((part for part in reversed(parts) if part in known), "the standard library, attrs and the bench")


async def _concurrently(call: AsyncCall, calls: int, width: int) -> None:
    """So many calls, so many at a time."""
    waiting = iter(range(calls))

    async def worker() -> None:
        for _ in waiting:
            await call()

    await asyncio.gather(*(worker() for _ in range(width)))


async def _candidates(stack: AsyncExitStack, url: str) -> dict[str, AsyncCall]:
    enter, path = stack.enter_async_context, f"{url}/payoutTargets"
    theirs = await enter(httpx.AsyncClient(headers=HEADERS, timeout=None))
    ours = await enter(AsyncPalomma(KEY, base_url=url))
    aiohttp = await enter(AsyncPalomma(KEY, base_url=url, transport=AiohttpTransport()))

    async def their_call() -> None:
        json.loads((await theirs.post(path, json=BODY)).content)

    return {
        "httpx": their_call,
        "palomma": lambda: ours.payout_targets.create(**ARGUMENTS),
        "palomma[aiohttp]": lambda: aiohttp.payout_targets.create(**ARGUMENTS),
    }


async def _measure(url: str, width: int, rounds: int, calls: int) -> Costs:
    async with AsyncExitStack() as stack:
        candidates = await _candidates(stack, url)
        work = {name: lambda call=call: _concurrently(call, calls, width) for name, call in candidates.items()}
        return await in_turns_async(work, rounds)


def _speed(costs: Costs, name: str) -> Quartiles:
    return ratio(costs, "httpx", name)


def async_calls(url: str, rounds: int) -> Section:
    """The async clients at 1, 10 and 100 calls at a time."""
    rows, recorded = [], {}
    for width, target, target_aiohttp in ((1, 1.1, None), (10, 1.2, 2.0), (100, 1.5, 4.0)):
        costs = asyncio.run(_measure(url, width, rounds, max(CALLS, 3 * width)))
        at = f"at {width}"
        recorded |= {f"{name} {at}": cost for name, cost in costs.items()}
        rows += [
            Row(f"palomma {at}", _speed(costs, "palomma"), target, higher_is_better=True),
            Row(f"palomma[aiohttp] {at}", _speed(costs, "palomma[aiohttp]"), target_aiohttp, higher_is_better=True),
        ]
    knows_less = (palomma.aiohttp.__doc__ or "").partition("knows less:")[2]
    return Section(
        "async",
        "Creates, awaited",
        "How many times as many creates per second as `httpx.AsyncClient`, at 1, 10 and 100 concurrent calls, under "
        "asyncio. httpx's pool looks at all its connections before and after every request, and closes those above 20 "
        "that are idle; ours takes the one last used.",
        rows,
        costs=recorded,
        more=f"`palomma[aiohttp]`, as its module says, knows less:\n\n{knows_less.strip()}",
        silent="what trio or uvloop would change, and how fast a create is when one waits for Palomma.",
    )


def _open_at_most(url: str) -> int:
    return int(httpx.get(url.replace("/v0", "/connections")).json()["most"])


def growth(url: str, rounds: int) -> Section:
    """From 1 to 1,000 concurrent calls: calls per second, and sockets."""
    widths = (1, 3, 10, 30, 100, 300, 1000)
    speeds: dict[str, list[float]] = {}
    for width in widths:
        calls = max(100, width)
        costs = asyncio.run(_measure(url, width, rounds, calls))
        for name in costs:
            speeds.setdefault(name, []).append(calls / median(costs, name))
    ours = speeds["palomma"]
    return Section(
        "growth",
        "From 1 to 1,000 concurrent calls",
        "Creates per second as more calls run at a time. No collapse: the calls above 100 wait for one of 100 "
        "connections.",
        [
            Row("palomma at 1,000, against its best", ours[-1] / max(ours), 0.5, higher_is_better=True),
            Row("palomma at 1,000, against httpx", ours[-1] / speeds["httpx"][-1]),
            Row("sockets of palomma at 1,000", _sockets(url, 1000), 100, unit="sockets"),
        ],
        curves=[Curve(name, widths, speed) for name, speed in speeds.items()],
        axes=("concurrent calls", "creates per second"),
        silent="how a slow server changes it: with 100 connections and answers after 200 ms, 500 calls per second is "
        "the most there can be. `AsyncTransport`'s `max_connections` is not public.",
    )


def _sockets(url: str, width: int) -> int:
    async def main() -> None:
        async with AsyncPalomma(KEY, base_url=url) as client:
            await _concurrently(lambda: client.payout_targets.create(**ARGUMENTS), 2 * width, width)

    _open_at_most(url)  # starts the count anew
    asyncio.run(main())
    return _open_at_most(url)
