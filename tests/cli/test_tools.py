"""find, wait, doctor, webhooks, trigger, mock."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from palomma import Palomma
from palomma.cli import _tools as tools
from palomma.models import BankAccount
from palomma.webhooks import MemoryInbox, Router, Webhook
from palomma_api.contract import EVENTS
from palomma_mock import MockServer
from tests.objects import new_customer

from .conftest import Run, new_target


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_find_looks_into_every_list(palomma: Run, client: Palomma, target: str):
    """What has the reference is found, whatever it is; nothing is 5, several of a kind is 3."""
    client.payout_requests.create(payout_target_id=target, amount=50_000, reference="inv-1")
    new_customer(client, "inv-1")
    ran = palomma("find", "inv-1")
    assert (ran.code, [row["resource"] for row in rows(ran.out)]) == (0, ["customers", "payout_requests"])
    assert palomma("find", "inv-2").code == 5
    client.payout_requests.create(payout_target_id=target, amount=60_000, reference="inv-1")
    several = palomma("find", "inv-1")
    assert (several.code, [row["resource"] for row in rows(several.out)]) == (3, ["customers"])


def test_wait_finds_out_what_an_id_is_of(palomma: Run, mock: MockServer, client: Palomma, target: str):
    """An object of any kind is waited for; one that takes too long is shown as it is; no such id is 5."""
    made = client.payout_requests.create(payout_target_id=target, amount=50_000)
    assert rows(palomma("wait", made.id).out)[0]["status"] == "approved"
    assert palomma("wait", "nobody").code == 5
    mock.restart(bank_delay=60.0)
    slow = client.payout_requests.create(payout_target_id=_active(client, mock), amount=50_000)
    ran = palomma("wait", slow.id, "--seconds", "0.05")
    assert (ran.code, rows(ran.out)[0]["status"]) == (1, "processing")
    assert palomma("wait", slow.id, "--until", "processing").code == 0


def _active(client: Palomma, mock: MockServer) -> str:
    target = new_target(client)
    mock.decide(target, "approve")
    mock.advance(100)
    return target


def test_the_doctor_only_reads(palomma: Run, mock: MockServer, client: Palomma, target: str):
    """It looks at key, host, clock and filter, and creates nothing."""
    before = {kind: mock.store.count(kind) for kind in mock.contract.resources}
    ran = palomma("doctor")
    checks = {row["check"]: row["detail"] for row in rows(ran.out)}

    assert (ran.code, checks["filter"]) == (0, "listCustomers: filters")
    assert mock.base_url in checks["environment"]
    assert {kind: mock.store.count(kind) for kind in mock.contract.resources} == before
    mock.lie(filters="ignored")
    broken = palomma("doctor")
    assert (broken.code, rows(broken.out)[-1]["result"]) == (1, "bad")


def test_the_doctor_says_what_is_wrong(palomma: Run, mock: MockServer, monkeypatch: pytest.MonkeyPatch):
    """A wrong key is 4, no server 6, a clock that is hours off 1."""
    monkeypatch.setattr(tools, "SKEW", -1.0)
    assert palomma("doctor").code == 1
    monkeypatch.setenv("PALOMMA_API_KEY", "wrong")
    wrong = palomma("--lang", "es", "doctor")
    assert (wrong.code, rows(wrong.out)[-1]["check"], rows(wrong.out)[-1]["result"]) == (4, "key", "mal")
    monkeypatch.setenv("PALOMMA_BASE_URL", "http://127.0.0.1:9")
    away = palomma("doctor", "--timeout", "1")
    assert (away.code, rows(away.out)[-1]["check"]) == (6, "host")


def test_a_server_without_a_date_has_no_skew(palomma: Run, mock: MockServer, monkeypatch: pytest.MonkeyPatch):
    """Where no clock is shown nothing is said about it, nor of a filter of empty lists; a sandbox is reached by TLS."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404, json={"message": "no"}) if "/customers/" in request.url.path else httpx.Response(
            200, json={"items": [], "cursor": None})  # fmt: skip

    monkeypatch.delenv("PALOMMA_BASE_URL")
    monkeypatch.setattr(
        tools.Session, "client", lambda self: Palomma(**self.settings(), transport=httpx.MockTransport(answer))
    )
    checks = {row["check"]: row["detail"] for row in rows(palomma("doctor").out)}
    assert (checks["clock"], checks["filter"]) == ("+0 s", "nothing to filter")
    assert checks["tls"].startswith("OpenSSL")


BODY = {"webhookId": "w1", "timestamp": "2026-11-24T10:00:00Z", "eventType": "payout-request.update",
        "event": {"id": "p1", "status": "approved", "customerDetails": {"documentNumber": "1037551022"}}}  # fmt: skip


@pytest.fixture
def delivery(palomma: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signed delivery in a file."""
    monkeypatch.setenv("PALOMMA_INTEGRITY_KEY", "k")
    (home / "body.json").write_text(json.dumps(BODY))
    signed = palomma("webhooks", "sign", "body.json")
    (home / "delivery.txt").write_text(signed.out)
    return home / "delivery.txt"


def test_webhooks_are_signed_and_verified(palomma: Run, delivery: Path, monkeypatch: pytest.MonkeyPatch):
    """What was signed is verified and shown, numbers cut; what wasn't is refused; without the key it is 4."""
    ran = palomma("webhooks", "verify", delivery)
    assert (ran.code, rows(ran.out)[0]["event"]["customerDetails"]) == (0, {"documentNumber": "…1022"})
    delivery.write_text(delivery.read_text().replace("X-Signature: ", "X-Signature: 00"))
    assert palomma("webhooks", "verify", delivery).code == 1
    monkeypatch.delenv("PALOMMA_INTEGRITY_KEY")
    assert palomma("webhooks", "verify", delivery).code == 4


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("with_body", [False, True])
def test_a_delivery_may_be_a_whole_request(palomma: Run, delivery: Path, home: Path, end: str, with_body: bool):
    """A request line, other headers, either end of lines, and perhaps the body, which must be what was signed."""
    head = "POST /webhooks HTTP/1.1\nHost: example.com:443\n" + delivery.read_text()
    body = "\n" + (home / "body.json").read_text() if with_body else ""
    delivery.write_bytes((head + body).replace("\n", end).encode())
    assert palomma("webhooks", "verify", delivery).code == 0
    delivery.write_bytes((head + "\n{}").replace("\n", end).encode())
    assert "body_mismatch" in palomma("webhooks", "verify", delivery).err


def test_listen_shows_and_passes_on(palomma: Run, delivery: Path):
    """Three deliveries: one is forged, two are passed on, of which the second finds nobody."""
    import socket

    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    headers = dict(line.split(": ") for line in delivery.read_text().splitlines())
    answers: list[int] = []

    def deliver() -> None:
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
            url = f"http://127.0.0.1:{ports[0]}/"
            for sent in ({}, headers):
                answers.append(client.post(url, headers=sent, content=json.dumps(BODY)).status_code)

    sender = threading.Thread(target=deliver)
    sender.start()
    ran = palomma("webhooks", "listen", "--port", ports[0], "--to", f"http://127.0.0.1:{ports[1]}/", "--count", 2)
    sender.join()

    assert (ran.code, answers) == (0, [400, 502])
    assert rows(ran.out)[0]["webhookId"] == "w1"
    assert "1037551022" not in ran.out


@pytest.mark.parametrize("with_body", [False, True])
def test_replay_posts_a_delivery_once_more(palomma: Run, delivery: Path, home: Path, with_body: bool):
    """The receiver's inbox handles it once. 1 if the receiver refuses it or isn't there, or if it isn't genuine."""
    if with_body:
        delivery.write_text(delivery.read_text() + "\n" + (home / "body.json").read_text())
    router = Router(MemoryInbox())
    router.on(BODY["eventType"])(lambda event: None)

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, text = router.receive(Webhook("k"), self.headers, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        ran = [palomma("webhooks", "replay", delivery, "--to", url) for _ in range(2)]
        (home / "other.json").write_text(json.dumps({**BODY, "timestamp": "2026-11-24T11:00:00Z"}))
        (home / "other.txt").write_text(palomma("webhooks", "sign", "other.json").out)
        ran.append(palomma("webhooks", "replay", "other.txt", "--to", url))
        server.shutdown()
        thread.join()
    ran.append(palomma("webhooks", "replay", delivery, "--to", url))

    assert [(each.code, rows(each.out)[0]["status"]) for each in ran] == [(0, 200), (0, 200), (1, 409), (1, 502)]
    answers = [rows(each.out)[0]["answer"] for each in ran]
    assert answers == ["handled", "duplicate", "conflict", f"{url} gave no answer: ConnectError"]
    delivery.write_text(delivery.read_text().replace("X-Signature: ", "X-Signature: 00"))
    assert "signature_" in palomma("webhooks", "replay", delivery, "--to", url).err


def test_trigger_has_the_mock_send(palomma: Run, mock: MockServer, client: Palomma, target: str, home: Path):
    """An object that is decided, or the last notification of its kind once more."""
    mock.restart(bank_delay=float("inf"))
    assert palomma("trigger", "payout-request.update").code == 5
    made = client.payout_requests.create(payout_target_id=_target_of(client, mock), amount=50_000)
    assert palomma("trigger", "payout-request.update", "--id", made.id).code == 0
    assert client.payout_requests.get(made.id).status == "approved"
    assert palomma("trigger", "payout-request.update").code == 0
    refused = palomma("trigger", "payout-request.update", "--id", made.id)
    assert (refused.code, "already approved" in refused.err) == (1, True)


def _target_of(client: Palomma, mock: MockServer) -> str:
    target = new_target(client)
    mock.decide(target, "approve")
    mock.decide(target, "approve")
    return target


def test_trigger_sends_every_event_of_the_contract(palomma: Run, mock: MockServer, client: Palomma, target: str):
    """Once there is an object of each kind, each event goes to the receiver, of the latest."""
    customer = next(iter(client.customers.iterate())).id
    where: dict[str, Any] = {"customer_id": customer, "redirect_url": "https://merchant.example/back"}
    account = BankAccount(bank="nequi", account_type="savings", account_number="3013111111")
    source = client.payin_sources.create(bank_account=account, partial_payins_enabled=False, **where)
    client.payin_links.create(amount=60_000, available_types=["pse"], **where)
    client.payin_requests.create(payin_source_id=source.id, amount=50_000)
    client.payout_requests.create(payout_target_id=target, amount=50_000)
    mock.advance(7 * 86_400)
    for event in EVENTS:
        before = len(mock.webhooks)
        assert palomma("trigger", event).code == 0
        assert len(mock.webhooks) == before + 1
        assert {notice.event_type for notice in mock.webhooks} >= {event}
    assert palomma("trigger", "payin-link.updated").code == 1


def test_trigger_is_for_the_mock(palomma: Run, monkeypatch: pytest.MonkeyPatch):
    """Palomma has nothing like it, nor has a mock whose control is closed."""
    with MockServer(control=False) as closed:
        monkeypatch.setenv("PALOMMA_BASE_URL", closed.base_url)
        assert palomma("trigger", "payout-request.update").code == 1
    monkeypatch.delenv("PALOMMA_BASE_URL")
    assert palomma("trigger", "payout-request.update").code == 2


def test_the_mock_takes_its_own_options(palomma: Run):
    """`palomma mock` is `palomma-mock`."""
    ran = palomma("mock", "--bank-delay", "-1", "--port", "0")
    assert ran.code == 1
    assert "bank_delay" in ran.err
