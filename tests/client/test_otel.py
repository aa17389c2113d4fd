"""Spans and metrics: what palomma.otel makes of a call."""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from palomma import AsyncPalomma, NotSentError, Outcome, OutcomeUnknownError, Palomma
from palomma.otel import instrument
from tests.faults.server import Connection, FaultServer, answer, obedient, told

from .conftest import settings


def test_without_opentelemetry_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    """And not the name of a module that the reader never heard of."""
    monkeypatch.delitem(sys.modules, "palomma.otel")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ImportError, match=re.escape("pip install 'palomma[otel]'")):
        importlib.import_module("palomma.otel")


class Telemetry:
    """A process's providers, in memory."""

    def __init__(self) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)

    def spans(self) -> list[ReadableSpan]:
        return list(self.exporter.get_finished_spans())

    def points(self) -> dict[str, list[dict[str, Any]]]:
        data = self.reader.get_metrics_data()
        assert data is not None
        return {
            metric.name: [dict(point.attributes or {}) for point in metric.data.data_points]
            for metric in data.resource_metrics[0].scope_metrics[0].metrics
        }


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    """Shut down at the end."""
    made = Telemetry()
    yield made
    made.tracers.shutdown()
    made.meters.shutdown()


def _after_429(connection: Connection) -> None:
    while (request := connection.request()) is not None:
        first = len(connection.server.requests) == 1
        connection.send(answer(b"{}", "429 Slow down") if first else answer(told(request)))


def _create(server: FaultServer, telemetry: Telemetry, **more: Any) -> Any:
    client = instrument(Palomma(**settings(server, **more)), telemetry.tracers, telemetry.meters)
    with client:
        return client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")


def test_a_call_with_a_retry(serve: Callable[..., FaultServer], telemetry: Telemetry) -> None:
    """One span for the call, below the caller's; one for each attempt, below the call's; a point for each."""
    server = serve(_after_429)
    outcomes: list[Outcome] = []
    with telemetry.tracers.get_tracer("test").start_as_current_span("caller"):
        _create(server, telemetry, on_outcome=outcomes.append)

    first, second, call, caller = telemetry.spans()
    assert (call.name, call.parent, call.status.is_ok) == ("palomma createPayoutRequest", caller.context, True)
    assert dict(call.attributes or {}) == {
        "palomma.operation": "createPayoutRequest",
        "palomma.outcome": "returned",
        "palomma.reference": "order-7",
    }
    known = {
        "http.request.method": "POST",
        "url.template": "/payoutRequests",
        "server.address": "127.0.0.1",
        "server.port": server.port,
    }
    assert [span.name for span in (first, second)] == ["POST /payoutRequests"] * 2
    assert [span.parent for span in (first, second)] == [call.context] * 2
    assert dict(first.attributes or {}) == known | {
        "http.response.status_code": 429, "error.type": "429", "palomma.sent": True,
    }  # fmt: skip
    assert dict(second.attributes or {}) == known | {
        "http.response.status_code": 200, "http.request.resend_count": 1, "palomma.sent": True,
    }  # fmt: skip
    times = [(span.start_time or 0, span.end_time or 0) for span in (call, first, second)]
    assert times[0][0] <= times[1][0] < times[1][1] <= times[2][0] < times[2][1] <= times[0][1]
    assert telemetry.points() == {
        "http.client.request.duration": [
            known | {"http.response.status_code": 429, "error.type": "429"},
            known | {"http.response.status_code": 200},
        ],
        "palomma.client.call.duration": [
            {"palomma.operation": "createPayoutRequest", "palomma.outcome": "returned"},
        ],
    }
    assert [outcome.result for outcome in outcomes] == ["returned"]


@pytest.mark.parametrize(
    ("behave", "listening", "error", "outcome"),
    [
        (lambda c: (c.request(), c.reset()), True, OutcomeUnknownError, "unknown"),
        (obedient, False, NotSentError, "raised"),
    ],
)
def test_a_call_that_fails(
    behave: Callable[[Connection], object],
    listening: bool,
    error: type[Exception],
    outcome: str,
    serve: Callable[..., FaultServer],
    telemetry: Telemetry,
) -> None:
    """Its span is an error by the name of what the caller gets, and says how it ended."""
    with pytest.raises(error):
        _create(serve(behave, listening=listening), telemetry, max_retries=0)

    attempt, call = telemetry.spans()
    assert (call.attributes or {})["palomma.outcome"] == outcome
    assert (call.attributes or {})["error.type"] == error.__name__
    assert (call.status.is_ok, call.status.description) == (False, error.__name__)
    assert (attempt.attributes or {}).get("palomma.sent") is (True if listening else None)
    assert not attempt.status.is_ok


def test_an_async_client(serve: Callable[..., FaultServer], telemetry: Telemetry) -> None:
    """Calls at a time have their own attempts; a copy made later is instrumented, too."""
    server = serve(obedient)

    async def main() -> None:
        client = instrument(AsyncPalomma(**settings(server)), telemetry.tracers, telemetry.meters)
        async with client.with_options(timeout=3.0) as copy:
            await asyncio.gather(*(copy.payout_requests.get(f"id-{number}") for number in range(10)))

    asyncio.run(main())
    names = [span.name for span in telemetry.spans()]
    assert names == ["GET /payoutRequests/{payoutRequestId}", "palomma getPayoutRequestById"] * 10
