"""For tests of users: notifications into an application, events on demand, stories, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from palomma.webhooks import Webhook
from palomma_mock import Fault, Lies, MockServer, RefusedError, Settings, sign
from tests.mock.conftest import AT_ONCE, PERSON, Make
from tests.mock.mock_receiver import Receiver

Look = Callable[[str, str], dict[str, Any]]
_MONDAY = 1_770_012_000.0  # 2026-02-02 01:00 in Bogota


class Shop:
    """An application in both manners, that keeps what it received and answers with a status."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.received: list[tuple[str, bytes, str]] = []

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.received.append((scope["path"], (await receive())["body"], headers["x-signature"]))
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"heard"})

    def wsgi(self, environ: Any, start: Any) -> list[bytes]:
        body = environ["wsgi.input"].read()
        self.received.append((environ["PATH_INFO"], body, environ["HTTP_X_SIGNATURE"]))
        start(f"{self.status} OK", [("content-type", "text/plain")])
        return [b"heard"]


@pytest.mark.parametrize("manner", ["asgi", "wsgi"])
def test_notifications_go_straight_into_an_application(manner: str, mock: MockServer, make: Make) -> None:
    """Signed, to the path that was named, without a socket; what it answered is noted."""
    shop = Shop()
    mock.send_to(getattr(shop, manner), "/palomma")
    make("payinSources", number=AT_ONCE)
    mock.settle()
    notice = mock.webhooks[-1]
    path, body, signature = shop.received[-1]

    assert (path, body.decode(), signature) == ("/palomma", notice.body, notice.headers["X-Signature"])
    assert (notice.state, notice.attempts[-1]["body"]) == ("delivered", "heard")
    assert len(shop.received) == 2
    assert Webhook(mock.integrity_key).verify(notice.headers, notice.body.encode()).webhook_id == notice.webhook_id


def test_an_application_that_raises_is_a_failed_attempt(mock: MockServer, make: Make) -> None:
    """Its traceback is noted, and the notification is sent again later, as to a server."""

    def broken(environ: Any, start: Any) -> Any:
        raise KeyError("order")

    mock.send_to(broken)
    make("payinLinks", amount=11_013)
    mock.settle()
    assert "KeyError: 'order'" in mock.webhooks[0].attempts[0]["error"]
    shop = Shop(503)
    mock.send_to(shop.wsgi)
    mock.advance(5)
    mock.reset()

    assert len(shop.received) == 1
    assert mock.receiver is None


def test_any_event_can_be_triggered(mock: MockServer, receiver: Receiver, make: Make) -> None:
    """Each event of the contract, for the latest object or the one that is named, as it is now."""
    mock.restart(webhook_url=receiver.url, strict=False)
    make("payinRequests")
    make("payoutRequests")
    first, last = (make("payinLinks", reference=name)["id"] for name in "ab")
    mock.advance(7 * 86_400)  # so that there is a settlement
    told = [mock.trigger(event) for event in mock.contract.events]
    named = mock.trigger("payin-link.update", first)
    mock.settle()

    assert [notice.event_type for notice in told] == list(mock.contract.events)
    assert (told[0].object_id, named.object_id) == (last, first)
    assert json.loads(receiver.received[-1][0])["event"]["reference"] == "a"


def test_what_there_isnt_is_refused_with_the_list(mock: MockServer, make: Make) -> None:
    """Events, objects, stories, options, verdicts and operations."""
    with pytest.raises(RefusedError, match=r"did you mean payin-link\.update"):
        mock.trigger("payin-links.update")
    with pytest.raises(RefusedError, match="no such payin link"):
        mock.trigger("payin-link.update", "nobody")
    with pytest.raises(ValueError, match="did you mean bank_down_on_monday"):
        mock.play("bank_down_on_mondays")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="did you mean auto_approve"):
        mock.restart(auto_aprove=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="allowed: commit_after"):
        mock.lie(color=1)  # type: ignore[call-arg]
    with pytest.raises(RefusedError, match="allowed: approve, AUTHENTICATION_FAILED"):
        mock.decide(make("payinLinks")["id"], "aprobado")
    with pytest.raises(ValueError, match="did you mean createPayoutRequest"):
        mock.fail_next("html", operation="create_payout_request")


def test_everything_is_sent_again(mock: MockServer, receiver: Receiver, make: Make) -> None:
    """What was made without an endpoint goes to one that comes later, in order, unchanged."""
    make("payinSources", number=AT_ONCE)
    made = [notice.body for notice in mock.webhooks]
    mock.settings = Settings(webhook_url=receiver.url)
    mock.redeliver()
    mock.settle()

    assert [body.decode() for body, _ in receiver.received] == made
    for _, headers in receiver.received:
        assert headers["x-signature"] == sign(headers["x-encoded-data"], mock.integrity_key)


# Stories


def test_a_payer_who_never_comes(mock: MockServer, make: Make, look: Look) -> None:
    """Not even with auto_approve; the link expires in the end."""
    mock.restart(auto_approve=True, scenario="payer_never_comes", strict=False)
    link = make("payinLinks")["id"]
    mock.advance(3600)
    assert look("payinLinks", link)["status"] == "pending"
    mock.advance()
    assert look("payinLinks", link)["statusMessage"] == "EXPIRED"


def test_a_bank_that_is_down_on_monday(make: Make, mock: MockServer, look: Look) -> None:
    """What it decides then is BANK_NOT_AVAILABLE; on Tuesday it is back."""
    mock.advance(_MONDAY - 86_400 - mock.clock.now() + 86_400)
    source = make("payinSources", number=AT_ONCE)["id"]
    mock.play("bank_down_on_monday")
    monday = make("payinRequests", payinSourceId=source)["id"]
    mock.advance(86_400)
    tuesday = make("payinRequests", payinSourceId=source)["id"]

    assert [look("payinRequests", id).get("statusMessage") for id in (monday, tuesday)] == ["BANK_NOT_AVAILABLE", None]


def test_a_commit_that_shows_late(mock: MockServer, http: httpx.Client, make: Make) -> None:
    """By id after a minute, in lists after two."""
    mock.play("commit_shows_late")
    id = make("customers")["id"]
    seen = []
    for _ in range(3):
        seen.append((http.get(f"/customers/{id}").status_code, http.get("/customers").json()["count"]))
        mock.advance(60)

    assert seen == [(404, 0), (200, 0), (200, 1)]


def test_an_answer_that_is_lost_and_a_commit_that_is_late(mock: MockServer, http: httpx.Client) -> None:
    """The next create of each kind, whatever was read before; then only the commit is late."""
    mock.play("lost_and_late")
    assert http.get("/customers").json()["count"] == 0
    with httpx.Client() as plain, pytest.raises(httpx.ReadError):
        plain.post(f"{mock.base_url}/customers", json=PERSON, headers={"authorization": f"Bearer {mock.api_key}"})
    before = http.get("/customers").json()["count"]
    mock.advance(60)

    assert (before, http.get("/customers").json()["count"]) == (0, 1)


def test_the_control_api_tells_stories_and_triggers(mock: MockServer, make: Make) -> None:
    """As Python does, by the same names; a name that there isn't is a 404 with the list."""
    id = make("payinLinks")["id"]
    with httpx.Client(base_url=f"{mock.origin}/_mock") as control:
        control.post("/scenario", json={"name": "payer_never_comes"})
        told = control.post("/trigger", json={"event": "payin-link.update", "id": id}).json()
        assert control.get("/requests").json()[-1]["status"] == 200
        assert control.get("/stat").json()["message"].startswith("not one of the allowed values; did you mean state?")
        assert control.post("/triggers").status_code == 404

    assert (mock.scenario, told["object_id"]) == ("payer_never_comes", id)


def test_the_public_url_is_where_browsers_go(mock: MockServer, make: Make) -> None:
    """The pages of objects are there, whatever address the create was sent to."""
    mock.restart(public_url="https://mock.example", strict=False)

    assert make("payinLinks")["paymentUrl"].startswith("https://mock.example/pay/payinLinks/")


def test_a_clock_is_a_setting() -> None:
    """One of yours, or one that stands still at an instant; and options compare by value."""
    from palomma_mock import Clock, Mock

    clock = Clock(lambda: 5.0)
    assert Mock(Settings(clock=clock)).clock is clock
    assert Mock(Settings(start=7)).clock.now() == 7.0
    assert Lies.from_text("commitAfter=3") == Lies(commit_after=3.0)
    assert Fault.from_text("slow,seconds=2", "kind") == Fault("slow", seconds=2.0)
