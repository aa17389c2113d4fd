"""One run: a client, a kind of fault, a call; and all of them at once, counted."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, NamedTuple

import anyio
import anyio.to_thread

from palomma import AsyncPalomma, Palomma, PalommaError, RetryBudget

from .kinds import KINDS, RETURNS, Kind, trusting
from .server import FaultServer, serving

__all__ = ["SLACK", "Result", "Run", "Tally"]

ID = "01HPR9B3N7Q2W5Y8A1C4E6G9J0"
CALLS = {
    "GET": ("get", {"payout_request_id": ID}),
    "POST": ("create", {"payout_target_id": "01HPR8S7YF43PV3QV16TZDC80P", "amount": 1001}),
}
WORKERS = 8
# For a deadline of less than a second, 20 % is less than what a busy machine takes to wake a thread up.
SLACK = 0.25


class Run(NamedTuple):
    kind: str
    client: str
    """`sync`, or what the async one runs under: `asyncio`, `trio`."""
    method: str

    def __str__(self) -> str:
        return f"{self.kind} [{self.client} {self.method}]"


@dataclass(frozen=True)
class Result:
    """What came of a run."""

    outcome: str
    """`returns`, or the name of the error."""
    value: Any
    error: BaseException | None
    received: list[str]
    """The requests whose first byte reached the server."""
    seconds: float
    """On the client's side."""
    timeout: float

    @property
    def attempts(self) -> int:
        return self.error.attempts if isinstance(self.error, PalommaError) else len(self.received)

    @property
    def overdue(self) -> bool:
        return self.seconds > self.timeout * 1.2 + SLACK


def make(run: Run) -> Result:
    """Make one run."""
    kind = KINDS[run.kind]
    with serving(kind.behave, listening=kind.listening, swallowing=kind.swallowing) as server:
        if run.client == "sync":
            return _sync(kind, run.method, server)
        return anyio.run(_async, kind, run.method, server, backend=run.client)


def _settings(kind: Kind, server: FaultServer) -> dict[str, Any]:
    address = f"127.0.0.1:{server.port}"
    settings = {
        "api_key": "sk_test_canary",
        "base_url": f"{'https' if kind.tls else 'http'}://{address}/v0",
        "timeout": kind.timeout,
        "max_retries": 1,
        "retry_budget": RetryBudget(),
    }
    if kind.proxy:
        settings |= {"base_url": "https://api.palomma.test/v0", "proxy": f"http://{address}"}
    if kind.tls or kind.proxy:
        settings["ssl_context"] = trusting()
    return settings


def _sync(kind: Kind, method: str, server: FaultServer) -> Result:
    name, arguments = CALLS[method]
    with Palomma(**_settings(kind, server)) as client:
        if kind.warm:
            client.payout_requests.get(ID)
            server.idle_closed.wait(5)
            server.received.clear()
        start = monotonic()
        value = error = None
        try:
            value = getattr(client.payout_requests, name)(**arguments)
        except BaseException as raised:
            error = raised
        return _result(kind, server, value, error, monotonic() - start)


async def _async(kind: Kind, method: str, server: FaultServer) -> Result:
    name, arguments = CALLS[method]
    async with AsyncPalomma(**_settings(kind, server)) as client:
        if kind.warm:
            await client.payout_requests.get(ID)
            await anyio.to_thread.run_sync(server.idle_closed.wait, 5)
            server.received.clear()
        start = monotonic()
        value = error = None
        try:
            value = await getattr(client.payout_requests, name)(**arguments)
        except BaseException as raised:
            error = raised
        return _result(kind, server, value, error, monotonic() - start)


def _result(kind: Kind, server: FaultServer, value: Any, error: BaseException | None, seconds: float) -> Result:
    outcome = RETURNS if error is None else type(error).__name__
    return Result(outcome, value, error, list(server.received), seconds, kind.timeout)


@dataclass
class Tally:
    """All runs, several at a time."""

    results: dict[Run, Result]
    again: int
    """Runs that were late among others, and were made again alone."""

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Tally:
        wanted = list(runs)
        with ThreadPoolExecutor(WORKERS) as pool:
            results = dict(zip(wanted, pool.map(make, wanted), strict=True))
        late = [run for run, result in results.items() if result.overdue]
        # Alone: what only waited for a busy machine isn't late again; a deadline that doesn't hold is.
        return cls(results | {run: make(run) for run in late}, len(late))

    def lines(self) -> list[str]:
        results = self.results.values()
        creates = {run: len(result.received) for run, result in self.results.items() if run.method == "POST"}
        # A create that was refused as "not processed" (421, 425, 429) may go out again.
        again = {run.kind for run, count in creates.items() if count > 1}
        worst = max((r.seconds - r.timeout for r in results), default=0.0)
        return [
            f"runs: {len(self.results)}, kinds: {len({run.kind for run in self.results})}",
            f"creates received by the server: {sum(creates.values())} in {len(creates)} calls; more than one in a call "
            f"only after a refusal: {', '.join(sorted(again)) or 'never'}",
            f"creates ended unknown: {sum(r.outcome == 'OutcomeUnknownError' for r in results)}, "
            f"with more than one create received: "
            f"{sum(r.outcome == 'OutcomeUnknownError' and len(r.received) > 1 for r in results)}",
            f"exceptions that aren't ours: "
            f"{sum(r.error is not None and not isinstance(r.error, PalommaError) for r in results)}",
            f"calls over deadline + 20 % (and {SLACK} s): {sum(r.overdue for r in results)}; the longest took "
            f"{worst:+.3f} s against its deadline; made again, alone: {self.again}",
        ]
