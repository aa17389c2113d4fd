"""The control API, for tests in any language."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from palomma_mock import MockServer, Settings, create_app, frozen_clock
from tests.mock.conftest import PERSON, Make
from tests.mock.mock_contract import Checker
from tests.mock.mock_receiver import Receiver


@pytest.fixture
def control(mock: MockServer) -> Any:
    with httpx.Client(base_url=f"{mock.origin}/_mock") as client:
        yield client


def test_time(control: httpx.Client, make: Make, look: Any) -> None:
    """`advance` moves the clock, by so much or to the next thing due, and answers where things stand."""
    source = make("payinSources", number="0000000002")["id"]
    before = control.get("/state").json()
    after = control.post("/advance", json={"seconds": 30}).json()
    control.post("/advance")

    assert after["now"] == before["now"] + 30
    assert after["objects"]["payinSources"] == 1
    assert look("payinSources", source)["status"] == "active"


def test_decisions(control: httpx.Client, make: Make) -> None:
    """`decide` is payer and bank."""
    source = make("payinSources")["id"]

    assert control.post("/decide", json={"id": source, "verdict": "approve"}).json()["status"] == "active"
    assert control.post("/decide", json={"id": source, "verdict": "approve"}).status_code == 400
    assert control.post("/decide", json={"id": "nobody", "verdict": "approve"}).status_code == 404


def test_faults(control: httpx.Client, http: httpx.Client, checker: Checker) -> None:
    """A fault is set, listed, used and cleared."""
    fault = {"kind": "rate_limited", "operation": "createCustomer", "retryAfter": "3", "times": 2}
    waiting = control.post("/faults", json=fault).json()
    with checker.lenient():
        response = http.post("/customers", json=PERSON)
    left = control.get("/faults").json()

    assert ([one["times"] for one in waiting], [one["times"] for one in left]) == ([2], [1])
    assert (response.status_code, response.headers["retry-after"]) == (429, "3")
    assert control.post("/clear").json() == []


def test_webhooks(control: httpx.Client, mock: MockServer, receiver: Receiver, make: Make) -> None:
    """A scenario is asked for, what came of it is listed, and sent again."""
    mock.restart(webhook_url=receiver.url)
    control.post("/webhooks", json={"scenario": "duplicate"})
    make("payinLinks", amount=11_013)
    mock.settle()
    (notice,) = control.get("/webhooks").json()
    again = control.post("/redeliver", json={"seq": notice["seq"]})
    mock.settle()

    assert (notice["scenario"], len(notice["attempts"]), again.status_code) == ("duplicate", 2, 200)
    assert len(receiver.received) == 3
    assert control.post("/redeliver", json={"seq": 99}).status_code == 404


def test_merchant_accounts(control: httpx.Client, http: httpx.Client) -> None:
    """Further accounts are what only Palomma can add."""
    control.post("/merchantAccounts", json={"id": "MA-A", "type": "gateway", "payoutLimit": 5})

    assert http.get("/merchantAccounts/MA-A").json()["payoutLimitBalance"] == 5
    assert control.post("/merchantAccounts", json={"id": "MA-A"}).status_code == 400


def test_reset(control: httpx.Client, make: Make) -> None:
    """Everything is forgotten but the default account."""
    make("payinRequests")
    counts = control.post("/reset").json()["objects"]

    assert {kind for kind, count in counts.items() if count} == {"merchantAccounts"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/advance", b'{"seconds": -1}', 400),
        ("/advance", b'{"seconds": 1e999}', 400),
        ("/advance", b'{"hours": 1}', 400),
        ("/advance", b"[" * 60_000, 400),
        ("/advance", b" " * 70_000, 413),
        ("/faults", b'{"kind": "lost"}', 400),
        ("/webhooks", b'{"scenario": "lost"}', 400),
        ("/merchantAccounts", b'{"id": "x", "balance": 1e30}', 400),
    ],
)
def test_nonsense_is_refused(path: str, body: bytes, status: int, control: httpx.Client) -> None:
    """A body that isn't what the control API takes is a 400 with a message, a large one a 413."""
    response = control.post(path, content=body)

    assert (response.status_code, list(response.json())) == (status, ["message"])


def test_pages_of_other_sites_cant_use_it(control: httpx.Client) -> None:
    """A browser that was sent by another site is refused."""
    refused = control.post("/reset", headers={"origin": "https://elsewhere.example"})

    assert refused.status_code == 403


def test_it_is_off_unless_enabled() -> None:
    """An application that wasn't told to has no control API."""
    import asyncio

    app = create_app(Settings(control=False), frozen_clock(0))

    async def status() -> int:
        async with httpx.AsyncClient(base_url="http://mock", transport=httpx.ASGITransport(app)) as client:
            return (await client.get("/_mock/state")).status_code

    assert asyncio.run(status()) == 404
    app.state.mock.close()
