"""The careful run against a server that isn't ours: valid requests only, few of them, slowly, and announced.

Nothing is generated at random here: the examples of the contract are sent, one create of each kind, and what they made
is read back. Whatever a request ends in, the next one is sent, and what was learnt is written down.
"""

from __future__ import annotations

import os
import secrets
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import harfile
import httpx

from . import drift
from .checks import Answer, Asked, Watch
from .mask import kept_headers, masked
from .report import OUT
from .spec import SPEC, Node, Operation, Resource
from .target import json_bytes, path_of
from .walk import local

__all__ = ["ARCHIVE", "Careful", "Pace", "Plan", "RefusedError", "careful_run", "main", "plan_for"]

ARCHIVE = OUT / "sandbox.har"
PER_MINUTE = 30
SLOW = 3.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LONGEST_WAIT = 300.0
_TIMEOUT = 30.0


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
        """Requests for pages, at most: a first, a second, one with each filter, and a look for each create."""
        return sum(2 + len(each.filters) for each in self.lists) + len(self.creates)

    @property
    def looks(self) -> int:
        """Reads by id, at most: one of each kind, and one more for each state that a create asks for."""
        nodes = [node for each in self.creates for node in SPEC.body_members(each).values()]
        return len(self.reads) + sum("x-state" in node for node in nodes)

    @property
    def total(self) -> int:
        """Requests at most, but for those that are sent once more after a 429."""
        return len(self.creates) + self.pages + self.looks

    def announce(self) -> str:
        """How many requests of which kind."""
        return (
            f"{self.base_url}: at most {self.total} requests, {PER_MINUTE} a minute, all of them valid:\n"
            f"  {len(self.creates)} creates, one of each kind, with references that begin with contract-\n"
            f"  {self.pages} pages of {len(self.lists)} lists\n"
            f"  {self.looks} objects by their id\n"
            f"  after a 429 more slowly, and once more"
        )


def plan_for(base_url: str, env: Mapping[str, str]) -> Plan:
    """What may be sent there. Raises RefusedError."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    servers = SPEC.document["servers"]
    sandboxes = {urlsplit(each["url"]).hostname for each in servers if each.get("x-environment") == "sandbox"}
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
    """At most so many calls a minute; half as many after each 429."""

    per_minute: float = PER_MINUTE
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0

    def wait(self) -> None:
        """Until the next call may be made."""
        self.sleep(max(0.0, self._next - self.now()))
        self._next = self.now() + 60 / self.per_minute

    def slow_down(self, retry_after: str | None) -> None:
        """Wait as long as the server asks, or else as long as the slower pace does."""
        self.per_minute = max(1.0, self.per_minute / 2)
        self._next = self.now() + min(_LONGEST_WAIT, _seconds(retry_after) or 60 / self.per_minute)


def _seconds(retry_after: str | None) -> float:
    with suppress(ValueError):
        return float(retry_after or 0)
    with suppress(ValueError, TypeError):
        return max(0.0, parsedate_to_datetime(str(retry_after)).timestamp() - time.time())
    return 0.0


@dataclass
class Careful:
    """What was sent, what was answered, and what wasn't sent for want of an id."""

    sent: Counter[str] = field(default_factory=Counter)
    not_sent: list[str] = field(default_factory=list)
    findings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """A HAR of everything."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with harfile.open(path) as har:
            for each in self.entries:
                har.add_entry(**each)


def _entry(
    operation: Operation, at: datetime, asked: str, answer: Answer | None, body: str, failure: str
) -> dict[str, Any]:
    """One request and what came of it, both masked. `failure` says why there is no answer."""
    seconds = round(answer.seconds * 1000, 2) if answer else 0
    sent = harfile.PostData(mimeType="application/json", text=asked) if asked else None
    headers = [harfile.Record(name=name, value=value) for name, value in (answer.headers if answer else {}).items()]
    content = harfile.Content(size=len(answer.body), mimeType=answer.media, text=body) if answer else harfile.Content()
    return {
        "startedDateTime": at.isoformat(),
        "time": seconds,
        "comment": f"{operation.id} {failure}".strip(),
        "request": harfile.Request(
            method=operation.method, url=f"https://server.example{operation.path}", httpVersion="HTTP/1.1",
            headers=[], queryString=[], cookies=[], postData=sent, headersSize=-1, bodySize=-1,
        ),
        "response": harfile.Response(
            status=answer.status if answer else 0, statusText="", httpVersion="HTTP/1.1", headers=headers, cookies=[],
            content=content, redirectURL="", headersSize=-1, bodySize=-1,
        ),
        "timings": harfile.Timings(send=0, wait=seconds, receive=0),
    }  # fmt: skip


class _Sender:
    def __init__(self, plan: Plan, pace: Pace, now: Callable[[], float], transport: Any, say: Callable[[str], object]):
        self.plan, self.pace, self.now, self.say, self.done = plan, pace, now, say, Careful()
        self.watch = Watch(SPEC, plan.key, strict=False)
        self.known: dict[str, list[Node]] = {
            resource.id: [{"id": plan.known[resource.id], "given": state}]
            for resource in SPEC.resources
            if resource.id in plan.known
            for state in resource.states.get("x-final", [None])[:1]
        }
        self._cursors: dict[str, str] = {}
        self._http = httpx.Client(transport=transport, timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def send(
        self, kind: str, operation: Operation, query: Mapping[str, Any] | None = None, body: Node | None = None
    ) -> Answer | None:
        """One request, if its ids are known; once more after a 429. None if there was no answer."""
        missing = [name for name in operation.path_names if not self.known.get(name)]
        if missing:
            self.done.not_sent.append(f"{operation.id}: no {missing[0]} known")
            return None
        asked = Asked({name: self.known[name][0]["id"] for name in operation.path_names}, query or {}, body)
        answer = self._once(kind, operation, asked)
        if answer and answer.status == 429:
            self.pace.slow_down(answer.headers.get("retry-after"))
            answer = self._once(kind, operation, asked)
        return answer

    def _once(self, kind: str, operation: Operation, asked: Asked) -> Answer | None:
        self.pace.wait()
        self.done.sent[kind] += 1
        begun, at, answer, failure = self.pace.now(), datetime.now(UTC), None, ""
        try:
            answer = self._asked(operation, asked, begun)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as problem:
            failure = f"no answer ({type(problem).__name__})"
        self._keep(operation, asked, at, answer, failure)
        if answer:
            self._learn(operation, asked, answer)
        told = answer.status if answer else failure
        self.say(f"[{sum(self.done.sent.values())}/{self.plan.total}] {operation.id} {told}")
        return answer

    def _asked(self, operation: Operation, asked: Asked, begun: float) -> Answer:
        headers = {"Authorization": f"Bearer {self.plan.key}", "Accept": "application/json"}
        content = None
        if asked.body is not None:
            headers["Content-Type"], content = "application/json", json_bytes(asked.body)
        url = self.plan.base_url + path_of(operation.path, asked.path)
        told = self._http.request(operation.method, url, params=dict(asked.query), headers=headers, content=content)
        shown = {name.lower(): value for name, value in told.headers.items()}
        return Answer(told.status_code, shown, told.content, self.pace.now() - begun)

    def _keep(self, operation: Operation, asked: Asked, at: datetime, answer: Answer | None, failure: str) -> None:
        """Mask first, then keep: nothing else of an exchange outlives this method."""
        sent = json_bytes(masked(SPEC, SPEC.body_schema(operation), asked.body)).decode() if asked.body else ""
        body = _masked_body(operation, answer) if answer else ""
        if answer:
            answer = answer._replace(headers=kept_headers(answer.headers, urlsplit(self.plan.base_url).netloc))
        self.done.entries.append(_entry(operation, at, sent, answer, body, failure))

    def _learn(self, operation: Operation, asked: Asked, answer: Answer) -> None:
        """Ids from whatever looks like an object, and what the checks say: the place alone, never the value."""
        try:
            for check, problem in self.watch.saw(operation, asked, answer, self.now()):
                self.done.findings[operation.id, check, problem.partition(":")[0]] += 1
        except (TypeError, KeyError, AttributeError, ValueError, RecursionError) as problem:
            self.done.findings[operation.id, "answers_are_documented", f"unreadable ({type(problem).__name__})"] += 1
        resource = SPEC.resource_of(operation)
        for each in _objects(answer) if resource and answer.status // 100 == 2 else ():
            known = self.known.setdefault(resource.id, [])  # type: ignore[union-attr]
            ids = [one["id"] for one in known]
            if each["id"] in ids:
                known[ids.index(each["id"])] = each
            else:
                known.insert(0 if operation.creates else len(known), each)

    def create(self, operation: Operation, reference: str) -> None:
        """One object, from the first example of the contract, under a reference of its own."""
        body = self._body(operation, reference)
        if body is None:
            return
        answer = self.send("create", operation, body=body)
        resource = SPEC.resource_of(operation)
        learnt = answer and answer.status // 100 == 2 and list(_objects(answer))
        if resource and resource.lister and "reference" in resource.lister.filters and not learnt:
            # Perhaps it exists all the same; asking tells, and an id is needed for what follows.
            self.send("page", resource.lister, {"reference": reference})

    def _body(self, operation: Operation, reference: str) -> Node | None:
        example, body = SPEC.examples(operation)[0], {}
        required = SPEC.kind(operation, example).get("required", [])
        for name, value in example.items():
            node, resource = SPEC.body_members(operation)[name], SPEC.named_by(name)
            if resource is None:
                body[name] = self._made_up(name, node, value, reference)
            elif id := self._id(resource, node.get("x-state")) or self._once_more(resource, node.get("x-state")):
                body[name] = id
            elif name in required:
                state = f" that is {node['x-state']}" if "x-state" in node else ""
                self.done.not_sent.append(f"{operation.id}: no {name}{state} known")
                return None
        return {**body, **({"reference": reference} if "reference" in SPEC.body_members(operation) else {})}

    def _id(self, resource: Resource, state: str | None) -> str | None:
        known = self.known.get(resource.id, [])
        fit = [each["id"] for each in known if state in (None, each.get("status"), each.get("given"))]
        # A state that nobody announced, or none, may well be the one: only one that is known to be another is not.
        unclear = [each["id"] for each in known if each.get("status") not in resource.states.get("enum", ())]
        return next(iter([*fit, *unclear]), None)

    def _once_more(self, resource: Resource, state: str | None) -> str | None:
        """The id of an object that has come to this state since it was made."""
        if self.known.get(resource.id):
            self.send("read", resource.reader)
        return self._id(resource, state)

    def _made_up(self, name: str, node: Node, value: Any, reference: str) -> Any:
        """Nobody's address, number or page."""
        if isinstance(value, dict):
            members = SPEC.members(node)
            return {k: self._made_up(k, members.get(k, {}), v, reference) for k, v in value.items()}
        if "x-days" in node:
            return local(node, self.now() + 86_400)
        if not isinstance(value, str) or "enum" in node or "const" in node:
            return value
        if "@" in value:
            return f"{reference}@example.com"
        if "://" in value:
            return "https://example.com/"
        if value.isdigit():
            rest = len(value) - 1  # the first digit may say what kind of number it is
            made_up = value[0] + str(secrets.randbelow(10**rest)).zfill(rest)
            return made_up if node.get("x-sensitive") else value[0].ljust(len(value), "0")
        return value

    def page_through(self, operation: Operation, references: Mapping[str, str]) -> None:
        """The page after the first, and one with each filter."""
        if cursor := self._cursors.get(operation.id):
            self.send("page", operation, {"limit": 2, "cursor": cursor})
        for name in operation.filters:
            resource = SPEC.named_by(name)
            value = self._id(resource, None) if resource else references.get(operation.path)
            if value:
                self.send("page", operation, {name: value})

    def first_page(self, operation: Operation) -> None:
        """Two objects of a list, which may tell ids that a create needs."""
        answer = self.send("page", operation, {"limit": 2})
        cursor = answer.object.get("cursor") if answer else None
        if isinstance(cursor, str):
            self._cursors[operation.id] = cursor


def _masked_body(operation: Operation, answer: Answer) -> str:
    try:
        # An undocumented status most likely holds what a 200 does.
        schema = operation.schema(answer.status) or operation.schema(200) or {}
        return json_bytes(masked(SPEC, schema, answer.json)).decode()
    except (ValueError, RecursionError):
        return "HTML" if answer.body.lstrip()[:1] == b"<" else "not JSON"


def _objects(answer: Answer) -> Iterator[Node]:
    """Whatever has an id, in whichever envelope."""
    try:
        body = answer.json
    except ValueError:
        return
    inner = [body, *(body.values() if isinstance(body, dict) else ())]
    for each in [body, *(one for found in inner if isinstance(found, list) for one in found)]:
        # An id that can't be written, such as half a character, can't be asked for.
        if isinstance(each, dict) and isinstance(id := each.get("id"), str | int) and str(id).isprintable():
            yield {**each, "id": str(id)}


def careful_run(
    plan: Plan,
    pace: Pace | None = None,
    mint: Callable[[], str] = lambda: f"contract-{uuid.uuid4().hex}",
    now: Callable[[], float] = time.time,
    transport: httpx.BaseTransport | None = None,
    say: Callable[[str], object] = lambda line: None,
    archive: Path = ARCHIVE,
) -> Careful:
    """Send what was announced, and write the archive whatever happens."""
    sender = _Sender(plan, pace or Pace(), now, transport, say)
    references = {operation.path: mint() for operation in plan.creates}
    tops = [each for each in plan.lists if not each.path_names]
    try:
        for operation in tops:
            sender.first_page(operation)
        for operation in plan.creates:
            sender.create(operation, references[operation.path])
        for operation in plan.lists:
            if operation not in tops:
                sender.first_page(operation)
            sender.page_through(operation, references)
        for operation in plan.reads:
            sender.send("read", operation)
    finally:
        sender.done.write(archive)
    return sender.done


def main(base_url: str, env: Mapping[str, str] = os.environ, pace: Pace | None = None, transport: Any = None) -> int:
    """Announce, run, keep the archive, and write the drift report."""
    try:
        plan = plan_for(base_url, env)
    except RefusedError as reason:
        print(f"refused: {reason}")
        return 2
    print(plan.announce(), flush=True)
    done = careful_run(plan, pace, transport=transport, say=lambda line: print(line, flush=True), archive=ARCHIVE)
    print("sent: " + ", ".join(f"{count} {kind}" for kind, count in done.sent.items()))
    print(*(f"not sent: {item}" for item in done.not_sent), sep="\n", end="\n" if done.not_sent else "")
    for (operation, check, place), count in sorted(done.findings.items()):
        print(f"{operation}: {check}: {place} ({count} times)")
    drift.main(ARCHIVE)
    return 1 if done.findings else 0
