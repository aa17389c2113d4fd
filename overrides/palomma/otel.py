"""Spans and metrics by OpenTelemetry: `pip install 'palomma[otel]'`.

```python
from palomma import Palomma
from palomma.otel import instrument

client = instrument(Palomma("your-key", environment="sandbox"))
```

A call is a span, and so is each of its attempts, below it. Names follow the stable conventions for HTTP clients
(https://opentelemetry.io/docs/specs/semconv/http/). Watch `palomma.outcome`: `unknown`, and `cancelled` of a create,
mean that it may have been done. No span holds a body, a header or a key. The official instrumentation of httpx sees
none of these calls: the client has a transport of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

try:
    from opentelemetry import metrics, trace
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import SpanKind, Status, StatusCode, TracerProvider
except ImportError as error:
    raise ImportError("palomma.otel needs OpenTelemetry: pip install 'palomma[otel]'") from error

from . import __version__
from ._client import AsyncPalomma, Palomma
from ._instrumentation import Attempt, Outcome

if TYPE_CHECKING:
    from .journal import Moved

__all__ = ["instrument"]

_ClientT = TypeVar("_ClientT", Palomma, AsyncPalomma)
Attributes = dict[str, str | int | bool]
T = TypeVar("T")


def instrument(
    client: _ClientT, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> _ClientT:
    """Make spans and metrics of what a client does from now on.

    Args:
        client: what to instrument. Copies that `with_options` makes later are instrumented, too.
        tracer_provider: the process's own if not given.
        meter_provider: the process's own if not given.

    Returns:
        The same client. Its hooks go on being called.
    """
    watch = _Watch(
        trace.get_tracer("palomma", __version__, tracer_provider),
        metrics.get_meter("palomma", __version__, meter_provider),
        client._policy.host,
    )
    client._policy = client._policy._replace(
        on_attempt=_both(watch.on_attempt, client._policy.on_attempt),
        on_outcome=_both(watch.on_outcome, client._policy.on_outcome),
    )
    if client._book is not None:
        journal = client._book.journal
        journal.on_move = _both(watch.on_move, journal.on_move)
        watch.observe(journal.oldest_unknown)
    return client


def _both(first: Callable[[T], object], second: Callable[[T], object]) -> Callable[[T], object]:
    def call(record: T) -> None:
        first(record)
        second(record)

    return call


class _Watch:
    """Makes a call's spans when it is over, when all is known; they begin and end when call and attempts did."""

    def __init__(self, tracer: trace.Tracer, meter: metrics.Meter, host: str) -> None:
        self._tracer = tracer
        self._server = {name: value for name, value in _address(host) if value is not None}
        self._attempts: ContextVar[tuple[tuple[int, Attempt], ...]] = ContextVar("palomma_attempts", default=())
        self._requests = meter.create_histogram(
            "http.client.request.duration", "s", "Duration of the attempts of HTTP requests."
        )
        self._calls = meter.create_histogram(
            "palomma.client.call.duration", "s", "Duration of calls, retries included."
        )

        self._meter = meter
        self._moves = meter.create_counter("palomma.journal.moves", "{move}", "Moves of the journal's rows.")

    def observe(self, oldest_unknown: Callable[[], float | None]) -> None:
        """Watch how long the oldest unknown row of a journal has been unknown."""

        def look(options: metrics.CallbackOptions) -> Iterator[metrics.Observation]:
            yield metrics.Observation(oldest_unknown() or 0.0)

        name, text = "palomma.journal.oldest_unknown", "For how long the oldest unknown outcome is unknown."
        self._meter.create_observable_gauge(name, [look], "s", text)

    def on_move(self, moved: Moved) -> None:
        facts: Attributes = {"palomma.operation": moved.after.operation, "palomma.journal.state": moved.after.state}
        facts |= {"palomma.journal.reason": moved.after.reason} if moved.after.state != "review" else {}
        facts |= {"palomma.journal.duplicate": True} if moved.is_duplicate else {}
        self._moves.add(1, facts | ({} if moved.written else {"error.type": "not_written"}))

    def on_attempt(self, attempt: Attempt) -> None:
        self._attempts.set((*self._attempts.get(), (time.time_ns(), attempt)))
        self._requests.record(attempt.seconds, self._of_attempt(attempt))

    def on_outcome(self, outcome: Outcome) -> None:
        attempts, end = self._attempts.get(), time.time_ns()
        self._attempts.set(())
        facts: Attributes = {"palomma.operation": outcome.operation, "palomma.outcome": outcome.result}
        facts |= {"error.type": outcome.error or outcome.result} if outcome.result != "returned" else {}
        self._calls.record(outcome.seconds, facts)
        facts |= {"palomma.reference": outcome.reference} if outcome.reference is not None else {}
        span = self._span(f"palomma {outcome.operation}", SpanKind.INTERNAL, end, outcome.seconds, facts)
        context = trace.set_span_in_context(span)
        for moment, attempt in attempts:
            more: Attributes = {"http.request.resend_count": attempt.number - 1, "palomma.sent": attempt.sent}
            name = f"{attempt.method} {attempt.path}"
            facts = self._of_attempt(attempt) | {key: value for key, value in more.items() if value != 0}
            self._span(name, SpanKind.CLIENT, moment, attempt.seconds, facts, context).end(moment)
        span.end(end)

    def _of_attempt(self, attempt: Attempt) -> Attributes:
        facts: Attributes = {"http.request.method": attempt.method, "url.template": attempt.path, **self._server}
        if attempt.status_code is not None:
            facts["http.response.status_code"] = attempt.status_code
        error = attempt.error or (str(attempt.status_code) if (attempt.status_code or 0) >= 400 else None)
        return facts | ({"error.type": error} if error else {})

    def _span(
        self, name: str, kind: SpanKind, end: int, seconds: float, facts: Mapping[str, Any], context: Any = None
    ) -> trace.Span:
        span = self._tracer.start_span(name, context, kind, facts, start_time=end - int(seconds * 1e9))
        if "error.type" in facts:
            span.set_status(Status(StatusCode.ERROR, facts["error.type"]))
        return span


def _address(host: str) -> Iterator[tuple[str, Any]]:
    parts = urlsplit(f"//{host}")
    yield "server.address", parts.hostname
    yield "server.port", parts.port
