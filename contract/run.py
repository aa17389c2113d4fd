"""One run of the contract: generated cases, checked answers, and the count of what was seen."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from schemathesis.core.failures import CustomFailure, Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

from . import checks
from .spec import SPEC, Spec
from .world import operation_of

__all__ = ["Finding", "Run", "check_of", "fuzz"]


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
    recorders: list[ScenarioRecorder] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

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

    def fingerprint(self) -> str:
        """One value for all requests of the run, in their order."""
        return hashlib.sha256("\n".join(self.trace).encode()).hexdigest()

    def record(self, recorder: ScenarioRecorder) -> None:
        """Count what a scenario sent, saw and found."""
        self.recorders.append(recorder)
        for id, node in recorder.cases.items():
            interaction = recorder.interactions.get(id)
            if interaction is None:
                continue
            case, request = node.value, interaction.request
            self.cases += 1
            self.trace.append(f"{request.method} {request.uri} {request.body!r}")
            operation = operation_of(case, self.spec)
            if interaction.response and case.method == case.operation.method.upper():
                self.seen[operation.id, str(interaction.response.status_code)] += 1
            if node.transition and node.is_transition_applied:
                self._followed(node.transition.id)
        self._collect(recorder)

    def _followed(self, transition: str) -> None:
        """schemathesis calls a link `POST /a -> [200] name -> GET /b`."""
        source, _, rest = transition.partition(" -> [200] ")
        operation = next(each for each in self.spec.operations.values() if f"{each.method} {each.path}" == source)
        self.links[operation.id, rest.partition(" -> ")[0]] += 1

    def _collect(self, recorder: ScenarioRecorder) -> None:
        for id, nodes in recorder.checks.items():
            for node in nodes:
                if node.failure_info:
                    failure = node.failure_info.failure
                    problem = f"{failure.title}\n{failure.message}".strip()
                    operation = operation_of(recorder.cases[id].value, self.spec)
                    self.found(node.name, operation.id, problem, node.failure_info.code_sample)


def check_of(failure: Failure) -> str:
    """The name of the check that raised it."""
    names = re.findall(r"\w+", failure.title) if isinstance(failure, CustomFailure) else failure.checks
    return next((name for name in names if name in checks.CHECKS), names[0] if names else failure.title)


def _settled(event: events.EngineEvent) -> Iterator[tuple[str, str]]:
    """The problems of the run itself, which no check reports."""
    if isinstance(event, events.NonFatalError):
        yield event.label, str(event.info)
    elif isinstance(event, events.FatalError):
        yield "the run", repr(event.exception)


def fuzz(schema: BaseSchema, run: Run, stop: Callable[[Run], bool] = lambda run: False) -> Run:
    """All of schemathesis' phases, until their end or until `stop`."""
    assert checks.CHECKS  # importing the module is what registers them
    stream = from_schema(schema).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished):
            run.record(event.recorder)
        for label, problem in _settled(event):
            run.found("error", label, problem)
        if stop(run):
            stream.stop()
    return run
