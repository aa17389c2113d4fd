"""One run of the contract: what was sent, seen and found; and schemathesis' part of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import Interaction, ScenarioRecorder
from schemathesis.schemas import BaseSchema

from .checks import Answer, Asked, Watch
from .spec import SPEC, Spec

__all__ = ["Finding", "Run", "fuzz"]


@dataclass(frozen=True)
class Finding:
    """A check that failed, once for each operation and problem."""

    check: str
    operation: str
    problem: str
    code: str = field(compare=False)


@dataclass
class Run:
    """What a run sent, saw and found."""

    spec: Spec = field(default_factory=lambda: SPEC)
    cases: int = 0
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    provoked: set[tuple[str, str]] = field(default_factory=set)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    walked: set[tuple[str, str]] = field(default_factory=set)
    findings: dict[Finding, int] = field(default_factory=dict)
    trace: Any = field(default_factory=hashlib.sha256)

    @property
    def documented(self) -> set[tuple[str, str]]:
        """Every operation with every status that the contract gives it."""
        return {(each.id, code) for each in self.spec.operations.values() for code in each.responses}

    @property
    def all_links(self) -> set[tuple[str, str]]:
        """Every link, by the operation that it leaves and its name."""
        return {(link.source, link.name) for link in self.spec.links}

    @property
    def complete(self) -> bool:
        """Whether nothing was found, and every operation, link and documented status was seen."""
        statuses = self.documented <= self.seen.keys() | self.provoked
        return not self.findings and statuses and self.all_links <= self.links.keys() | self.walked

    def found(self, check: str, operation: str, problem: str, code: str = "") -> None:
        """Count a finding."""
        finding = Finding(check, operation, problem, code)
        self.findings[finding] = self.findings.get(finding, 0) + 1

    def sent(self, request: str) -> None:
        """Count a request."""
        self.cases += 1
        self.trace.update(request.encode("utf-8", "surrogatepass"))

    def saw(self, operation: str, status: int) -> None:
        """Count an answer."""
        self.seen[operation, str(status)] += 1

    def fingerprint(self) -> str:
        """One value for all requests of the run, in their order."""
        return str(self.trace.hexdigest())

    def record(self, recorder: ScenarioRecorder, watch: Watch, now: float) -> None:
        """Count what a scenario of schemathesis' sent and saw, and let the watch look at it."""
        for id, node in recorder.cases.items():
            case, interaction = node.value, recorder.interactions.get(id)
            if interaction is None:
                continue
            operation = self.spec.operations[case.operation.definition.raw["operationId"]]
            request = interaction.request
            self.sent(f"{request.method} {request.uri} {request.body!r}")
            if interaction.response and request.method.upper() == operation.method:
                self.saw(operation.id, interaction.response.status_code)
                asked, answer = _exchange(case.path_parameters, interaction)
                # Of what wasn't even read, schemathesis' own checks are the judges.
                unread = answer.status in (405, 413, 415)
                for check, problem in () if unread else watch.saw(operation, asked, answer, now):
                    self.found(check, operation.id, problem)
            if node.transition and node.is_transition_applied:
                self._followed(node.transition.id)
            for failed in recorder.checks.get(id, ()):
                if failed.failure_info:
                    failure = failed.failure_info.failure
                    problem = f"{failure.title}\n{failure.message}".strip()
                    self.found(failed.name, operation.id, problem, failed.failure_info.code_sample)

    def _followed(self, transition: str) -> None:
        """schemathesis calls a link `POST /a -> [200] name -> GET /b`."""
        source, _, rest = transition.partition(" -> [200] ")
        operation = next(each for each in self.spec.operations.values() if f"{each.method} {each.path}" == source)
        self.links[operation.id, rest.partition(" -> ")[0]] += 1


def _exchange(path: Any, interaction: Interaction) -> tuple[Asked, Answer]:
    """What the watch looks at, out of what schemathesis recorded."""
    request, response = interaction.request, interaction.response
    assert response
    sent = Answer(0, {}, request.body or b"")
    body = sent.object if sent.object else None
    query = dict(parse_qsl(urlsplit(request.uri).query, keep_blank_values=True))
    headers = {name.lower(): values[0] for name, values in response.headers.items()}
    return Asked(path or {}, query, body), Answer(response.status_code, headers, response.content or b"")


def fuzz(
    schema: BaseSchema, run: Run, watch: Watch, now: Callable[[], float], stop: Callable[[], bool] = lambda: False
) -> Run:
    """All of schemathesis' phases, until their end or until `stop`."""
    stream = from_schema(schema).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            run.record(event.recorder, watch, now())
        elif isinstance(event, events.NonFatalError):
            run.found("error", event.label, str(event.info))
        elif isinstance(event, events.FatalError):
            run.found("error", "the run", repr(event.exception))
        if stop():
            stream.stop()
    return run
