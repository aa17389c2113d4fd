"""The careful run against a server that isn't ours: valid requests only, few of them, slowly, and announced.

Nothing is generated at random here: the examples of the contract are sent, one create of each kind, and what they made
is read back. So the number of requests is known before the first.
"""

from __future__ import annotations

import os
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from schemathesis import Case, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import BaseSchema

from . import drift, har
from .report import OUT
from .spec import SPEC, Operation
from .target import load
from .world import World

__all__ = ["ARCHIVE", "Pace", "Plan", "RefusedError", "careful_run", "main", "plan_for"]

ARCHIVE = OUT / "sandbox.har"
_PER_MINUTE = 30
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class RefusedError(Exception):
    """This run would do what nobody asked for."""


class Plan(NamedTuple):
    """What will be sent to where; `creates` is empty for production."""

    base_url: str
    key: str
    creates: list[Operation]
    lists: list[Operation]
    reads: list[Operation]
    known: dict[str, str]

    @property
    def pages(self) -> int:
        """Requests for pages, at most: a first, a second, and one with each filter."""
        return sum(2 + len(each.filters) for each in self.lists)

    def announce(self) -> str:
        """How many requests of which kind."""
        total = len(self.creates) + self.pages + len(self.reads)
        return (
            f"{self.base_url}: at most {total} requests, {_PER_MINUTE} a minute, all of them valid:\n"
            f"  {len(self.creates)} creates, one of each kind, with references that begin with contract-\n"
            f"  {self.pages} pages of {len(self.lists)} lists\n"
            f"  {len(self.reads)} objects by their id"
        )


def plan_for(base_url: str, env: Mapping[str, str]) -> Plan:
    """What may be sent there. Raises RefusedError."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    sandboxes = {urlsplit(each["url"]).hostname for each in SPEC.document["servers"] if "andbox" in each["description"]}
    # Whatever isn't known to be a sandbox is taken for production.
    production = host not in _LOOPBACK and host not in sandboxes
    if not env.get("PALOMMA_API_KEY"):
        raise RefusedError("PALOMMA_API_KEY is not set")
    if parts.scheme != "https" and host not in _LOOPBACK:
        raise RefusedError("the key would travel unencrypted: https:// only")
    if production and env.get("ALLOW_PRODUCTION") != "yes":
        raise RefusedError(f"{host} is not the sandbox: ALLOW_PRODUCTION=yes allows reads there, and nothing else")
    every = list(SPEC.operations.values())
    return Plan(
        base_url.rstrip("/"),
        env["PALOMMA_API_KEY"],
        [] if production else [each for each in every if each.creates],
        [each for each in every if each.lists],
        [each for each in every if each.reads_one],
        dict(pair.split("=", 1) for pair in env.get("IDS", "").split()),
    )


@dataclass
class Pace:
    """At most so many calls a minute."""

    per_minute: int = _PER_MINUTE
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0

    def wait(self) -> None:
        """Until the next call may be made."""
        self.sleep(max(0.0, self._next - self.now()))
        self._next = self.now() + 60 / self.per_minute


@dataclass
class Careful:
    """What was sent, what was answered, what wasn't sent for want of an id."""

    sent: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    findings: set[tuple[str, str]] = field(default_factory=set)
    entries: list[dict[str, Any]] = field(default_factory=list)


class _Sender:
    def __init__(self, plan: Plan, pace: Pace, now: Callable[[], float]) -> None:
        self.plan, self.pace, self.done = plan, pace, Careful()
        self.schema: BaseSchema = load(plan.base_url, plan.key, "sandbox.toml")
        self.world = World(now, known=plan.known)
        self.world.bind(self.schema)

    def send(self, kind: str, operation: Operation, **parts: Any) -> tuple[Case[Any], Response] | None:
        """One request, if its ids are known."""
        missing = [name for name in operation.path_names if name not in self.world.known]
        if missing:
            self.done.skipped.append(f"{operation.id}: no {missing[0]} known")
            return None
        path = {name: self.world.known[name] for name in operation.path_names}
        self.pace.wait()
        case = self.schema[operation.path][operation.method].Case(path_parameters=path, **parts)
        response = case.call(headers=self.schema.config.headers, allow_redirects=False)
        self.done.sent[kind] += 1
        self.done.entries.append(har.entry(operation.id, response))
        self._check(operation, case, response)
        return case, response

    def _check(self, operation: Operation, case: Case[Any], response: Response) -> None:
        try:
            case.validate_response(response, headers=self.schema.config.headers)
        except FailureGroup as group:
            self.done.findings |= {(operation.id, str(failure)) for failure in group.exceptions}

    def create(self, operation: Operation, reference: str) -> None:
        """One object, from the first example of the contract, under a reference of its own."""
        body = {**SPEC.examples(operation)[0], "reference": reference}
        sent = self.send("create", operation, body=body, media_type="application/json")
        if sent and sent[1].status_code != 200:
            self.done.refused.append(f"{operation.id}: {sent[1].status_code}")

    def page_through(self, operation: Operation, references: Mapping[str, str]) -> None:
        """A first page, the one after it, and one with each filter."""
        first = self.send("page", operation, query={"limit": 2})
        cursor = first[1].json().get("cursor") if first and first[1].status_code == 200 else None
        if cursor:
            self.send("page", operation, query={"limit": 2, "cursor": cursor})
        for name in operation.filters if first else ():
            value = references.get(operation.path) if name == "reference" else self.world.id_for(name)
            if value:
                self.send("page", operation, query={name: value})


def careful_run(
    plan: Plan,
    pace: Pace | None = None,
    mint: Callable[[], str] = lambda: f"contract-{uuid.uuid4().hex}",
    now: Callable[[], float] = time.time,
) -> Careful:
    """Send what was announced."""
    sender = _Sender(plan, pace or Pace(), now)
    references = {operation.path: mint() for operation in plan.creates}
    for operation in plan.creates:
        sender.create(operation, references[operation.path])
    for operation in plan.lists:
        sender.page_through(operation, references)
    for operation in plan.reads:
        sender.send("read", operation)
    return sender.done


def main(base_url: str, env: Mapping[str, str] = os.environ, pace: Pace | None = None) -> int:
    """Announce, run, keep the archive, and write the drift report."""
    try:
        plan = plan_for(base_url, env)
    except RefusedError as reason:
        print(f"refused: {reason}")
        return 2
    print(plan.announce(), flush=True)
    done = careful_run(plan, pace)
    har.write(ARCHIVE, done.entries)
    print("sent: " + ", ".join(f"{count} {kind}" for kind, count in done.sent.items()))
    for what, items in (("refused", done.refused), ("not sent", done.skipped)):
        print(*(f"{what}: {item}" for item in items), sep="\n", end="\n" if items else "")
    for operation, problem in sorted(done.findings):
        print(f"{operation}: {problem}")
    drift.main(ARCHIVE)
    return 1 if done.findings else 0
