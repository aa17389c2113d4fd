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

import h11
import httpx
import httpx_aiohttp
from objects import CREATE
from report import Curve, Row, Section
from stock import stock
from timing import Costs, Quartiles, in_turns, in_turns_async, median, ratio

from palomma import AsyncPalomma, Palomma
from palomma.models import BankAccount

__all__ = ["ARGUMENTS", "KEY", "async_calls", "candidates", "concurrently", "growth", "sync_calls"]

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


def _over_h11(sock: socket.socket, request: httpx.Request) -> Callable[[], bytes]:
    """A request and its answer with h11 and no client around it."""
    connection = h11.Connection(h11.CLIENT)

    def exchange() -> bytes:
        head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        events = head, h11.Data(request.content), h11.EndOfMessage()
        sock.sendall(b"".join(filter(None, map(connection.send, events))))
        body = b""
        while type(event := connection.next_event()) is not h11.EndOfMessage:
            if event is h11.NEED_DATA:
                connection.receive_data(sock.recv(65536))
            elif isinstance(event, h11.Data):
                body += event.data
        connection.start_next_cycle()
        return body

    return exchange


def sync_calls(url: str, rounds: int) -> Section:
    """The blocking client."""
    path, packet, address = f"{url}/payoutTargets", _packet(url), (httpx.URL(url).host, httpx.URL(url).port)
    with (
        stock(),
        httpx.Client(headers=HEADERS) as theirs,
        Palomma(KEY, base_url=url) as ours,
        socket.create_connection(address) as bare,  # type: ignore[arg-type]
        socket.create_connection(address) as spoken,  # type: ignore[arg-type]
    ):
        generated = importlib.import_module("stock_client.api.payout_targets.create_payout_target")
        client = generated.AuthenticatedClient(url, token=KEY)
        body = generated.CreatePayoutTarget.from_dict(BODY)
        exchange = _over_h11(spoken, httpx.Request("POST", path, headers=HEADERS, json=BODY))

        def over_socket() -> None:
            bare.sendall(packet)
            json.loads(bare.recv(65536).partition(b"\r\n\r\n")[2])

        candidates = {
            "httpx": lambda: json.loads(theirs.post(path, json=BODY).content),
            "palomma": lambda: ours.payout_targets.create(**ARGUMENTS),
            "stock": lambda: generated.sync(client=client, body=body),
            "h11": lambda: json.loads(exchange()),
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
            Row("a create, by the clock", ratio(costs, "palomma", "httpx"), 0.75),
            Row("a create, CPU of the client", ratio(costs, "palomma", "httpx", "cpu"), 0.65, note="stretch: 0.55"),
            Row("with the client that the generator makes of itself", ratio(costs, "stock", "httpx")),
            Row("with h11 and a socket alone", ratio(costs, "h11", "httpx")),
            Row("the same, CPU", ratio(costs, "h11", "httpx", "cpu")),
            Row("with a socket alone, the body ready", ratio(costs, "socket", "httpx")),
            Row("the same, CPU", ratio(costs, "socket", "httpx", "cpu")),
            Row("a create with httpx", median(costs, "httpx") / CALLS * 1e6, unit="µs"),
            Row("a create with palomma", median(costs, "palomma") / CALLS * 1e6, unit="µs"),
        ],
        costs=costs,
        more="What stands in the way of less: the way to the server and back, which is the socket's row, and h11, "
        "which is the row above it. Where the time of a create with palomma goes, by cProfile, "
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
    known = {"palomma", "palomma_api", "httpx", "h11", "json"}
    return next((part for part in reversed(parts) if part in known), "the standard library, attrs and the bench")


async def concurrently(call: AsyncCall, calls: int, width: int) -> None:
    """So many calls, so many at a time."""
    waiting = iter(range(calls))

    async def worker() -> None:
        for _ in waiting:
            await call()

    await asyncio.gather(*(worker() for _ in range(width)))


async def candidates(stack: AsyncExitStack, url: str) -> dict[str, AsyncCall]:
    enter, path = stack.enter_async_context, f"{url}/payoutTargets"
    theirs = await enter(httpx.AsyncClient(headers=HEADERS, timeout=None))
    ours = await enter(AsyncPalomma(KEY, base_url=url))
    aiohttp = await enter(httpx.AsyncClient(transport=httpx_aiohttp.AiohttpTransport(), headers=HEADERS, timeout=None))

    async def post(client: httpx.AsyncClient) -> None:
        json.loads((await client.post(path, json=BODY)).content)

    return {
        "httpx": lambda: post(theirs),
        "palomma": lambda: ours.payout_targets.create(**ARGUMENTS),
        "httpx with aiohttp": lambda: post(aiohttp),
    }


async def _measure(url: str, width: int, rounds: int, calls: int) -> Costs:
    async with AsyncExitStack() as stack:
        known = await candidates(stack, url)
        work = {name: lambda call=call: concurrently(call, calls, width) for name, call in known.items()}
        return await in_turns_async(work, rounds)


def _speed(costs: Costs, name: str) -> Quartiles:
    return ratio(costs, "httpx", name)


def async_calls(url: str, rounds: int) -> Section:
    """The async clients at 1, 10 and 100 calls at a time."""
    rows, recorded = [], {}
    for width, target, stretch in ((1, 2.0, 2.4), (10, 3.0, 4), (100, 5.0, 8)):
        costs = asyncio.run(_measure(url, width, rounds, max(CALLS, 3 * width)))
        at = f"at {width}"
        recorded |= {f"{name} {at}": cost for name, cost in costs.items()}
        rows += [
            Row(f"palomma {at}", _speed(costs, "palomma"), target, higher_is_better=True, note=f"stretch: {stretch}"),
            Row(f"httpx with aiohttp {at}", _speed(costs, "httpx with aiohttp"), higher_is_better=True),
        ]
    return Section(
        "async",
        "Creates, awaited",
        "How many times as many creates per second as `httpx.AsyncClient`, at 1, 10 and 100 concurrent calls, under "
        "asyncio. httpx's pool looks at all its connections before and after every request, and closes those above 20 "
        "that are idle; ours takes the one last used.",
        rows,
        costs=recorded,
        more="httpx with aiohttp is `httpx.AsyncClient(transport=httpx_aiohttp.AiohttpTransport())`, parsed in C.",
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
        "the most there can be. `AsyncTransport`'s `limit` is not public.",
    )


def _sockets(url: str, width: int) -> int:
    async def main() -> None:
        async with AsyncPalomma(KEY, base_url=url) as client:
            await concurrently(lambda: client.payout_targets.create(**ARGUMENTS), 2 * width, width)

    _open_at_most(url)  # starts the count anew
    asyncio.run(main())
    return _open_at_most(url)
