"""examples/shop: collects, pays out and learns outcomes, end to end against the sandbox, over sockets."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import uvicorn

from examples.shop._app import create_app
from palomma.webhooks import Webhook
from palomma_mock import MockServer

ROOT = Path(__file__).parents[2]
FORM = {
    "product": "coffee",
    "name": "Pepito <b>Pérez</b>",
    "document": "1037551022",
    "email": "pepito@gmail.com",
    "phone": "3013111111",
}


class World:
    """A shop, its sandbox and a browser."""

    def __init__(self, mock: MockServer, browser: httpx.Client) -> None:
        self.mock = mock
        self.browser = browser

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.browser.post(path, data=fields)

    def buy(self) -> str:
        """The address that the customer is sent to."""
        answer = self.post("/buy", **FORM)
        assert answer.status_code == 303
        return answer.headers["location"]

    def choose(self, url: str, verdict: str) -> str:
        """Press a button of the sandbox's page, and return to where it leads once the webhooks have arrived."""
        answer = self.browser.post(url, data={"verdict": verdict})
        assert answer.status_code == 303
        self.mock.settle()
        return self.browser.get(answer.headers["location"]).text

    def till(self) -> str:
        return self.browser.get("/admin").text


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        sandbox = MockServer(webhook_url=f"{origin}/webhooks/palomma")
        with sandbox as mock, mock.client(max_retries=0) as client, httpx.Client(base_url=origin) as browser:
            database = sa.create_engine(f"sqlite:///{tmp_path}/shop.db")
            app = create_app(client, Webhook(mock.integrity_key), database, origin)
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield World(mock, browser)
            browser.close()
            server.should_exit = True
            thread.join()
            database.dispose()


def supplied(world: World) -> None:
    target = world.post("/admin/supplier").headers["location"]
    world.choose(target, "approve")


def test_the_shelf_offers_all(world: World):
    """Each product stands there with its price, as it is written in Colombia."""
    text = world.browser.get("/").text
    assert all(price in text for price in ("$ 38.000", "$ 189.000", "$ 245.000"))


def test_a_sale_is_paid_and_the_supplier_gets_the_share(world: World):
    """From the form through the bank's page to a payout: 60 % of 38,000 COP reach the supplier, once."""
    page = world.choose(world.buy(), "approve")
    assert "Recibimos su pago" in page

    supplied(world)
    assert "Pagar $ 22.800" in world.till()
    assert world.post("/admin/pay").status_code == 303
    assert world.post("/admin/pay").status_code == 303
    world.mock.settle()

    assert "No se debe nada" in world.till()
    assert world.till().count("approved</span>") == 2
    with world.mock.client() as client:
        assert [(payout.amount, payout.status) for payout in client.payout_requests.iterate()] == [(22_800, "approved")]


def test_a_customer_who_gives_up_is_told_so(world: World):
    """A cancelled link shows why, thanks for nothing, and nobody is owed anything."""
    page = world.choose(world.buy(), "CUSTOMER_CANCELLATION")

    assert "Usted lo canceló." in page
    assert "gracias" not in page
    supplied(world)
    assert "No se debe nada" in world.till()


def test_who_has_just_paid_is_asked_to_wait(world: World):
    """Until Palomma tells the outcome: no second way to pay, no thanks, and a page that loads itself anew."""
    url = world.buy()
    world.mock.next_webhook("late")
    world.mock.next_webhook("late")
    answer = world.browser.post(url, data={"verdict": "approve"})
    page = world.browser.get(answer.headers["location"]).text

    assert "Estamos esperando a su banco" in page
    assert '<meta http-equiv="refresh" content="3">' in page
    assert (url in page, "Ir a pagar" in page, "gracias" in page) == (False, False, False)
    world.post("/admin/check")
    page = world.browser.get(answer.headers["location"]).text
    assert ("Recibimos su pago" in page, "refresh" in page) == (True, False)


def test_the_return_proves_nothing(world: World):
    """Who opens the order's page without having paid is not thanked, and is shown the way to pay."""
    url = world.buy()
    (reference,) = re.findall(r"payin-links-\w+", world.till())
    page = world.browser.get(f"/orders/{reference}").text

    assert "gracias" not in page
    assert url in page


def test_a_lost_answer_is_looked_up(world: World):
    """A link whose answer was lost is found by its reference: the customer notices nothing, and there is one link."""
    world.mock.fail_next("answer_lost", operation="createPayinLink")
    page = world.choose(world.buy(), "approve")

    assert "Recibimos su pago" in page
    with world.mock.client() as client:
        assert len(list(client.payin_links.iterate())) == 1


def test_a_lost_link_that_appears_late(world: World):
    """The customer waits on the order's page, which finds the link once it is there."""
    world.mock.lie(list_after=3600)
    world.mock.fail_next("answer_lost", operation="createPayinLink")
    order = world.buy()
    assert "Estamos preparando su pago" in world.browser.get(order).text

    world.mock.advance(3600)
    page = world.browser.get(order).text

    assert "Ir a pagar" in page
    with world.mock.client() as client:
        assert len(list(client.payin_links.iterate())) == 1


def test_a_payout_that_nobody_knows_about_is_not_sent_again(world: World):
    """It stays open and counts as paid, until a look-up finds it."""
    world.choose(world.buy(), "approve")
    supplied(world)
    world.mock.fail_next("answer_lost", operation="createPayoutRequest")
    world.mock.lie(list_after=3600)
    world.mock.next_webhook("late")
    assert world.post("/admin/pay").status_code == 303

    assert "por confirmar" in world.till()
    assert "No se debe nada" in world.till()
    world.post("/admin/pay")
    world.mock.advance(3600)
    world.post("/admin/check")
    assert "por confirmar" not in world.till()
    with world.mock.client() as client:
        assert len(list(client.payout_requests.iterate())) == 1


def test_what_palomma_refuses_leaves_no_open_row(world: World):
    """A create that was refused is forgotten, and the customer reads that nothing was charged."""
    world.mock.fail_next("rate_limited", operation="createPayinLink")
    answer = world.post("/buy", **FORM)

    assert (answer.status_code, "No se cobró nada" in answer.text) == (502, True)
    assert "Nada todavía" in world.till()


def test_a_lost_webhook_is_made_up_for(world: World):
    """What was decided while the shop heard nothing is learned by asking."""
    world.buy()
    (reference,) = re.findall(r"payin-links-\w+", world.till())
    with world.mock.client() as client:
        (link,) = client.payin_links.iterate(reference=reference)
        world.mock.next_webhook("late")
        world.mock.next_webhook("late")
        world.mock.decide(link.id, "approve")
    assert "approved" not in world.till()

    world.post("/admin/check")

    assert "approved" in world.till()


def test_an_old_webhook_changes_nothing(world: World):
    """Events that come twice or in the wrong order leave the newest state."""
    world.mock.next_webhook("out_of_order")
    page = world.choose(world.buy(), "approve")
    first = world.mock.webhooks[0]
    world.browser.post(f"{world.mock.origin}/_mock/webhooks/{first.seq}/redeliver", json={})
    world.mock.settle()

    assert "Recibimos su pago" in page
    assert "approved</span>" in world.till()


def test_a_forged_webhook_is_refused(world: World):
    """Without the integrity key nobody marks an order as paid."""
    world.mock.next_webhook("tampered")
    page = world.choose(world.buy(), "CUSTOMER_CANCELLATION")

    assert "canceló" not in page
    assert world.browser.post("/webhooks/palomma", content=b"{}").status_code == 400


@pytest.mark.parametrize("path", ["/orders/nothing", "/orders/%3Cscript%3E"])
def test_there_is_no_such_order(path: str, world: World):
    """An unknown order is a 404 that echoes nothing."""
    answer = world.browser.get(path)
    assert (answer.status_code, answer.text) == (404, "no such order")


def test_there_is_no_such_product(world: World):
    """The form's product is one of the shelf."""
    assert world.post("/buy", **{**FORM, "product": "yacht"}).status_code == 400


def test_it_runs_as_its_readme_says() -> None:
    """`python -m examples.shop` says where it is, and serves there."""
    command = [sys.executable, "-m", "examples.shop", "--port", "0"]
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **options) as process:
        try:
            line = process.stdout.readline()  # type: ignore[union-attr]
            (address,) = re.findall(r"The shop: (\S+)", line)
            assert "Café de Nariño" in httpx.get(address).text
        finally:
            process.terminate()
        process.communicate(timeout=10)


def test_the_shop_uses_public_names_only():
    """Nothing of an example imports a private module of the packages."""
    private = re.compile(r"from palomma\w*(?:\.\w+)*\._|import palomma\w*\._|from palomma\w* import _")
    texts = [path.read_text() for path in (ROOT / "examples").rglob("*.py")]
    assert texts and not [text for text in texts if private.search(text)]
