"""Webhooks out: a real endpoint on loopback gets what is documented, again when it fails, and odd when asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from typing import Any

import httpx
import pytest

from palomma.webhooks import Webhook, WebhookVerificationError
from palomma_mock import MockServer, RefusedError, sign
from palomma_mock.state.notices import RETRY_AFTER
from tests.mock.conftest import AT_ONCE, PERSON, Make
from tests.mock.mock_contract import check_event
from tests.mock.mock_receiver import Receiver

KEY = "llave-de-íntegridad"


@pytest.fixture
def sending(mock: MockServer, receiver: Receiver) -> MockServer:
    """A mock that sends to the receiver."""
    mock.restart(webhook_url=receiver.url, integrity_key=KEY, seed=1)
    return mock


def statuses(receiver: Receiver) -> list[str]:
    return [json.loads(body)["event"]["status"] for body, _ in receiver.received]


@pytest.mark.parametrize(("encoding", "length"), [("hex", 64), ("base64", 44)])
def test_a_notification_is_signed_as_documented(
    encoding: str, length: int, mock: MockServer, receiver: Receiver, make: Make
) -> None:
    """The header is the body in base64, the signature an HMAC-SHA-256 of the header's text, in either encoding."""
    mock.restart(webhook_url=receiver.url, integrity_key=KEY, signature=encoding)
    make("payinRequests")
    mock.settle()
    for body, headers in receiver.received:
        digest = hmac.new(KEY.encode(), headers["x-encoded-data"].encode(), hashlib.sha256).digest()
        signature = headers["x-signature"]
        decoded = bytes.fromhex(signature) if encoding == "hex" else base64.b64decode(signature, validate=True)
        event = check_event(body)

        assert (decoded, len(signature)) == (digest, length)
        assert base64.b64decode(headers["x-encoded-data"], validate=True) == body
        assert headers["content-type"] == "application/json"
        assert Webhook(KEY).verify(headers, body).webhook_id == event["webhookId"]
    assert statuses(receiver) == ["processing", "active", "approved"]


def test_the_event_is_the_object_at_that_moment(sending: MockServer, receiver: Receiver, make: Make, look: Any) -> None:
    """The last event holds what a GET shows."""
    source = make("payinSources", number=AT_ONCE)["id"]
    sending.settle()
    event = json.loads(receiver.received[-1][0])

    assert event["event"] == look("payinSources", source)
    assert event["timestamp"] == event["event"]["updatedAt"]


def test_a_failed_delivery_is_sent_again_unchanged(sending: MockServer, receiver: Receiver, make: Make) -> None:
    """After each failure the same bytes come again, later each time, until they are accepted."""
    receiver.statuses += [500, 302, 404]
    make("payinLinks", amount=11_013)
    sending.settle()
    arrived = [len(receiver.received)]
    for wait in RETRY_AFTER[:3]:
        sending.advance(wait - 1)
        sending.advance(1)
        arrived.append(len(receiver.received))
    (notice,) = sending.webhooks

    assert arrived == [1, 2, 3, 4]
    assert len({body for body, _ in receiver.received}) == 1
    assert notice.state == "delivered"
    assert [attempt["status"] for attempt in notice.attempts] == [500, 302, 404, 200]


def test_delivery_is_given_up_in_the_end(sending: MockServer, receiver: Receiver, make: Make) -> None:
    """After the last retry it is failed; redelivered by hand it keeps its id, and one more failure fails it again."""
    receiver.statuses += [500] * (len(RETRY_AFTER) + 2)
    make("payinLinks", amount=11_013)
    sending.settle()
    for wait in RETRY_AFTER:
        sending.advance(wait)
    (notice,) = sending.webhooks
    assert notice.state == "failed"

    sending.redeliver(notice.seq)
    sending.settle()
    assert sending.webhooks[0].state == "failed"

    sending.redeliver(notice.seq)
    sending.settle()
    assert sending.webhooks[0].state == "delivered"
    assert {json.loads(body)["webhookId"] for body, _ in receiver.received} == {notice.webhook_id}


def test_an_endpoint_that_isnt_there_is_noted(mock: MockServer, make: Make) -> None:
    """A refused connection is an attempt with an error, and is retried."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        mock.restart(webhook_url=f"http://127.0.0.1:{unused.getsockname()[1]}/")
        make("payinLinks", amount=11_013)
        mock.settle()
    (notice,) = mock.webhooks

    assert (notice.state, notice.attempts[0]["error"]) == ("waiting", "ConnectError")
    assert notice.due == mock.clock.now() + RETRY_AFTER[0]


def test_without_an_endpoint_notifications_are_kept(mock: MockServer, make: Make) -> None:
    """They can be read, each valid, and none is ever sent."""
    make("payoutRequests")
    mock.advance()

    assert {notice.state for notice in mock.webhooks} == {"unsent"}
    assert [check_event(notice.body)["eventType"] for notice in mock.webhooks] == [
        "payout-target.update",
        "payout-target.update",
        "payout-request.update",
    ]


def test_only_the_latest_thousand_are_kept(mock: MockServer, make: Make) -> None:
    """A sandbox left running doesn't grow by its notifications."""
    with mock.lock, mock.store.transaction():
        for number in range(1001):
            mock.notices.add(str(number), "payin-link.update", "x", {"id": "x"}, 0, mock.settings, sent=False)

    assert [len(mock.webhooks), mock.webhooks[0].webhook_id] == [1000, "1"]


# Scenarios


def test_duplicate(sending: MockServer, receiver: Receiver, make: Make) -> None:
    """The notification comes twice although it was accepted."""
    sending.next_webhook("duplicate")
    make("payinLinks", amount=11_013)
    sending.settle()

    assert len(receiver.received) == 2
    assert receiver.received[0][0] == receiver.received[1][0]


def test_late(sending: MockServer, receiver: Receiver, make: Make) -> None:
    """The notification comes an hour later, with the timestamp of the change."""
    sending.next_webhook("late")
    make("payinLinks", amount=11_013)
    sending.advance(3599)
    before = len(receiver.received)
    sending.advance(1)

    assert (before, len(receiver.received)) == (0, 1)
    assert json.loads(receiver.received[0][0])["timestamp"] == "2026-02-02T02:40:00.000Z"


@pytest.mark.parametrize("sent", [True, False])
def test_out_of_order(sent: bool, mock: MockServer, receiver: Receiver, make: Make) -> None:
    """The notification is overtaken by the next one, whether they are sent or only kept."""
    mock.restart(webhook_url=receiver.url if sent else None)
    mock.next_webhook("out_of_order")
    make("payinSources", number=AT_ONCE)
    mock.settle()

    assert [json.loads(notice.body)["event"]["status"] for notice in mock.webhooks] == ["active", "processing"]
    assert statuses(receiver) == (["active", "processing"] if sent else [])


def test_tampered(sending: MockServer, receiver: Receiver, make: Make) -> None:
    """Header and body agree with each other, but not with the signature."""
    sending.next_webhook("tampered")
    make("payinLinks", amount=11_013)
    sending.settle()
    body, headers = receiver.received[0]

    assert base64.b64decode(headers["x-encoded-data"]) == body
    assert headers["x-signature"] != sign(headers["x-encoded-data"], KEY)
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify(headers, body)


def test_stopping_waits_for_no_endpoint() -> None:
    """A server that is stopped while an endpoint keeps it waiting stops all the same."""
    threads = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with MockServer(webhook_url=url, webhook_timeout=600) as server:
            headers = {"authorization": f"Bearer {server.api_key}"}
            httpx.post(f"{server.base_url}/customers", json=PERSON, headers=headers)
            (customer,) = server.store.latest("customers", 1)
            link = {"redirectUrl": "https://x.example", "amount": 11_013, "type": "general", "availableTypes": ["pse"]}
            httpx.post(f"{server.base_url}/payinLinks", json=link | {"customerId": customer.id}, headers=headers)
            connection, _ = silent.accept()
        assert threading.active_count() == threads
        connection.close()


def test_an_unknown_scenario_is_refused(mock: MockServer) -> None:
    """There are four."""
    with pytest.raises(ValueError, match="allowed: duplicate, late, out_of_order, tampered"):
        mock.next_webhook("lost")  # type: ignore[arg-type]


def test_an_unknown_notification_cant_be_sent_again(mock: MockServer) -> None:
    """Redelivery needs a notification."""
    with pytest.raises(RefusedError, match="no such notification"):
        mock.redeliver(7)


def test_a_slow_endpoint_is_given_up(sending: MockServer, make: Make) -> None:
    """An endpoint that doesn't answer in time counts as failed."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sending.restart(webhook_url=f"http://127.0.0.1:{silent.getsockname()[1]}/", webhook_timeout=0.05)
        make("payinLinks", amount=11_013)
        sending.settle()

    assert sending.webhooks[0].attempts[0]["error"] == "TimeoutError"
