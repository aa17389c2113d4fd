"""What observers and the log are told, and that they can't change an outcome."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from palomma import AsyncPalomma, Attempt, ConfigurationError, Outcome, OutcomeUnknownError, Palomma
from tests.faults.server import Connection, FaultServer, answer, obedient, told

from .conftest import settings

FACTS = ("createPayoutRequest", "POST", "/payoutRequests", "order-7")


def _after_429(connection: Connection) -> None:
    while (request := connection.request()) is not None:
        first = len(connection.server.requests) == 1
        connection.send(answer(b"{}", "429 Slow down") if first else answer(told(request)))


def _reset(connection: Connection) -> None:
    connection.request()
    connection.reset()


def _create(server: FaultServer, **more: Any) -> Any:
    with Palomma(**settings(server, **more)) as client:
        return client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")


def test_observers_hear_of_every_attempt_and_of_the_outcome(serve: Callable[..., FaultServer]) -> None:
    """One record per attempt, then one for the call, without bodies."""
    records: list[Any] = []
    _create(serve(_after_429), on_attempt=records.append, on_outcome=records.append)

    assert records == [
        Attempt(*FACTS, 1, 429, None, True, records[0].seconds),
        Attempt(*FACTS, 2, 200, None, True, records[1].seconds),
        Outcome(*FACTS, 2, "returned", None, 200, records[2].seconds),
    ]
    assert 0 < records[0].seconds + records[1].seconds <= records[2].seconds


@pytest.mark.parametrize(
    ("behave", "listening", "expected"),
    [
        (_reset, True, (1, "unknown", "OutcomeUnknownError", None)),
        (obedient, False, (1, "raised", "NotSentError", None)),
        (lambda c: (c.request(), c.send(answer(b"", "400 No"))), True, (1, "raised", "BadRequestError", 400)),
        (lambda c: (c.request(), c.send(answer(b"", "500 No"))), True, (1, "unknown", "OutcomeUnknownError", 500)),
        (lambda c: (c.request(), c.send(answer(b"", "200 OK"))), True, (1, "unknown", "OutcomeUnknownError", 200)),
    ],
)
def test_how_a_call_ended(
    behave: Callable[[Connection], object],
    listening: bool,
    expected: tuple[Any, ...],
    serve: Callable[..., FaultServer],
) -> None:
    """The outcome's record names what the caller got."""
    outcomes: list[Outcome] = []
    attempts: list[Attempt] = []
    with pytest.raises(Exception, match="createPayoutRequest"):
        _create(
            serve(behave, listening=listening),
            on_outcome=outcomes.append, on_attempt=attempts.append, max_retries=0,
        )  # fmt: skip

    assert [(o.attempts, o.result, o.error, o.status_code) for o in outcomes] == [expected]
    assert [attempt.sent for attempt in attempts] == [listening]


class Furious(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        raise RuntimeError("disk full")


def _raise(record: object) -> None:
    raise RuntimeError("observer failed")


def test_a_failing_hook_changes_nothing(serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture) -> None:
    """A hook that raises is logged; the caller gets the object, or the error, as without it."""
    assert _create(serve(obedient), on_attempt=_raise, on_outcome=_raise).reference == "order-7"
    assert [message for message in caplog.messages if "hook" in message] == ["the hook _raise failed"] * 2
    with pytest.raises(OutcomeUnknownError):
        _create(serve(_reset), on_attempt=_raise, on_outcome=_raise)


def test_a_failing_log_changes_nothing(serve: Callable[..., FaultServer]) -> None:
    """Nor does a log handler that raises, even while it reports a failing hook."""
    logger, handler = logging.getLogger("palomma"), Furious()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        assert _create(serve(obedient), on_attempt=_raise, on_outcome=_raise).reference == "order-7"
        with pytest.raises(OutcomeUnknownError):
            _create(serve(_reset))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


def test_the_log_of_a_create(serve: Callable[..., FaultServer], caplog: pytest.LogCaptureFixture) -> None:
    """One DEBUG line per attempt; a WARNING for the unknown outcome; an INFO line before with a minted reference."""
    server = serve(_reset)
    caplog.set_level(logging.DEBUG, logger="palomma")
    with Palomma(**settings(server)) as client, pytest.raises(OutcomeUnknownError) as raised:
        client.payout_requests.create(payout_target_id="t", amount=1)

    reference = raised.value.reference
    lines = [(r.levelname, re.sub(r"\d\.\d{3}$", "…", r.getMessage())) for r in caplog.records if r.name == "palomma"]
    assert [line for line in lines if line[0] != "DEBUG"] == [
        ("INFO", f"createPayoutRequest goes out with the reference {reference}"),
        ("WARNING", f"createPayoutRequest reference={reference} ended unknown: money may have moved"),
    ]
    ((_, attempt),) = [line for line in lines if line[0] == "DEBUG"]
    assert attempt.startswith(f"createPayoutRequest reference={reference} attempt=1 status=Re")
    assert attempt.endswith("seconds=…")


class _AsyncHook:
    async def __call__(self, record: object) -> None:
        """Would have to be awaited."""


async def _async_hook(record: object) -> None:
    """Would have to be awaited."""


@pytest.mark.parametrize("name", ["on_attempt", "on_outcome"])
@pytest.mark.parametrize("hook", [_async_hook, _AsyncHook()])
@pytest.mark.parametrize("client", [Palomma, AsyncPalomma])
def test_an_async_hook_is_refused(client: type, hook: object, name: str) -> None:
    """Nobody would await it: said when the client is made."""
    with pytest.raises(ConfigurationError, match="is async: it would never be awaited"):
        client("key", **{name: hook})


def test_an_async_call_is_observed(serve: Callable[..., FaultServer]) -> None:
    """The async client tells its observers the same."""
    outcomes: list[Outcome] = []
    server = serve(_after_429)

    async def main() -> None:
        async with AsyncPalomma(**settings(server, on_outcome=outcomes.append)) as client:
            await client.payout_requests.create(payout_target_id="t", amount=1, reference="order-7")

    asyncio.run(main())
    assert outcomes == [Outcome(*FACTS, 2, "returned", None, 200, outcomes[0].seconds)]
