"""The documented flows as stories: the client, the payer's pages in a real Chromium, and a merchant's webhook endpoint.

Screenshots are kept in build/screenshots/.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from palomma import Palomma
from palomma.models import BankAccount
from palomma_mock import MockServer, sign
from tests.mock.conftest import Make, bank_account
from tests.mock.mock_contract import ROOT, check_event
from tests.mock.mock_receiver import Receiver
from tools.chromium import CHROMIUM, DRIVER, chromium

SCREENSHOTS = ROOT / "build" / "screenshots"
PHONE, DESKTOP = (390, 844), (1280, 900)

CONTROLS = ("button", "link", "radio", "textbox", "searchbox", "combobox", "spinbutton", "DisclosureTriangle")

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no Chromium here: `make system` installs Debian's")


class Browser:
    """What the stories do with Chromium."""

    def __init__(self, chrome: Chrome) -> None:
        self.chrome = chrome

    def visit(self, url: str, size: tuple[int, int] = DESKTOP) -> None:
        """Open a page in a window of this size."""
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.chrome.get(url)

    def keep(self, name: str) -> None:
        """A screenshot of the whole page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        height = self.chrome.execute_script("return document.documentElement.scrollHeight")
        shot = self.chrome.execute_cdp_cmd(
            "Page.captureScreenshot",
            {
                "captureBeyondViewport": True,
                "clip": {"x": 0, "y": 0, "width": self.width(), "height": min(height, 4000), "scale": 1},
            },
        )
        import base64

        (SCREENSHOTS / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))

    def width(self) -> int:
        """The window's width in CSS pixels."""
        return int(self.chrome.execute_script("return window.innerWidth"))

    def wider_than(self, size: tuple[int, int]) -> list[str]:
        """The elements that reach beyond a window of this width."""
        script = "return [...document.querySelectorAll('main *,header *')].filter(e=>e.getBoundingClientRect().right>"
        found: list[str] = self.chrome.execute_script(f"{script}{size[0]}).map(e=>e.outerHTML.slice(0,99))")
        return found

    def press(self, value: str) -> None:
        """Press the button with this verdict."""
        self.chrome.find_element(By.CSS_SELECTOR, f"button[value={value}]").click()

    def text(self) -> str:
        """What can be read on the page."""
        return self.chrome.find_element(By.TAG_NAME, "body").text

    def until(self, condition: Callable[[], Any]) -> None:
        """Wait for what the page does by itself, which may replace what is being looked at."""
        replaced = (StaleElementReferenceException, NoSuchElementException)
        WebDriverWait(self.chrome, 10, 0.05, replaced).until(lambda _: condition())


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    with chromium() as chrome:
        yield chrome


@pytest.fixture
def browser(chrome: Chrome) -> Iterator[Browser]:
    chrome.get_log("browser")
    yield Browser(chrome)
    problems = [entry["message"] for entry in chrome.get_log("browser") if "favicon" not in entry["message"]]
    chrome.get("about:blank")
    assert problems == []


@pytest.fixture
def shop(mock: MockServer) -> str:
    """Where the payer is sent back to: a page of the merchant's, here the mock's own 404."""
    return f"{mock.origin}/v0/shop-of-the-merchant"


@pytest.fixture
def customer_id(client: Palomma) -> str:
    return client.customers.create(
        name="Pepita Pérez",
        document_type="cc",
        document_number="1037551022",
        email="pepita@example.com",
        phone_number="3013111111",
    ).id


ACCOUNT = BankAccount(bank="bancolombia", account_type="savings", account_number="98700123456")


def heard(receiver: Receiver, mock: MockServer) -> list[tuple[str, str]]:
    """The events that reached the merchant, their signatures verified and their bodies valid."""
    mock.settle()
    events = []
    for body, headers in receiver.received:
        assert headers["x-signature"] == sign(headers["x-encoded-data"], mock.integrity_key)
        event = check_event(body)
        events.append((event["eventType"], event["event"].get("status", "")))
    return events


def test_one_time_payin(
    mock: MockServer, receiver: Receiver, client: Palomma, browser: Browser, customer_id: str, shop: str
) -> None:
    """Customer, link, payer's page, back to the shop, webhook, settlement."""
    mock.restart(webhook_url=receiver.url)
    customer_id = client.customers.create(
        name="Ana", document_type="cc", document_number="1037551022", email="ana@example.com", phone_number="3013111111"
    ).id
    link = client.payin_links.create(
        customer_id=customer_id,
        redirect_url=shop,
        amount=100_000,
        available_types=["pse", "nequiButton", "bancolombiaCollect"],
        description="Pedido 1042",
    )
    browser.visit((link.payment_url or "") + "?lang=es", PHONE)
    browser.keep("pay-link-phone-es")
    assert "$ 100.000" in browser.text()
    assert browser.wider_than(PHONE) == []
    browser.chrome.find_element(By.CSS_SELECTOR, "input[value=bancolombiaCollect]").click()
    browser.press("approve")
    browser.until(lambda: browser.chrome.current_url == shop)

    assert client.payin_links.get(link.id).status == "approved"
    assert heard(receiver, mock) == [("payin-link.update", "processing"), ("payin-link.update", "approved")]

    mock.advance()
    (settlement,) = client.payin_settlements.iterate("default")
    assert settlement.total_amount_collected == 100_000
    # Two business days, since the payer chose bancolombiaCollect.
    assert str(settlement.payin_settlement_date) == "2026-02-04"
    assert heard(receiver, mock)[-1] == ("payin-settlement.update", "")
    browser.chrome.get_log("browser")  # The shop answered 404, which Chromium notes.


def test_recurring_payin(
    mock: MockServer, receiver: Receiver, client: Palomma, browser: Browser, make: Make, shop: str
) -> None:
    """Customer, source, authorisation on the page, webhook says active, debit, webhook says approved; and again."""
    mock.restart(webhook_url=receiver.url)
    customer_id = make("customers")["id"]
    source = client.payin_sources.create(customer_id=customer_id, redirect_url=shop, bank_account=ACCOUNT)
    browser.visit((source.auth_url or "") + "?lang=en")
    browser.keep("authorise-source-desktop-en")
    assert "••••3456" in browser.text()
    assert "98700123456" not in browser.chrome.page_source
    # By keyboard alone: the first button is the next stop after the link to the other language.
    body = browser.chrome.switch_to.active_element
    body.send_keys(Keys.TAB)
    browser.chrome.switch_to.active_element.send_keys(Keys.TAB)
    focused = browser.chrome.switch_to.active_element
    assert focused.get_attribute("value") == "approve"
    focused.send_keys(Keys.ENTER)
    browser.until(lambda: browser.chrome.current_url == shop)

    for amount in (45_000, 46_000):
        debit = client.payin_requests.create(payin_source_id=source.id, amount=amount)
        done = client.payin_requests.get(debit.id)
        assert (done.status, done.amount_collected) == ("approved", amount)
    assert heard(receiver, mock) == [
        ("payin-source.update", "processing"),
        ("payin-source.update", "active"),
        ("payin-request.update", "approved"),
        ("payin-request.update", "approved"),
    ]
    browser.chrome.get_log("browser")


def test_payout(mock: MockServer, receiver: Receiver, client: Palomma, browser: Browser, make: Make, shop: str) -> None:
    """Customer, target, verification on the page, webhook says active, payout, webhook says approved."""
    mock.restart(webhook_url=receiver.url)
    customer_id = make("customers")["id"]
    target = client.payout_targets.create(customer_id=customer_id, redirect_url=shop, bank_account=ACCOUNT)
    browser.visit((target.auth_url or "") + "?lang=es", PHONE)
    browser.keep("verify-target-phone-es")
    browser.press("approve")
    browser.until(lambda: browser.chrome.current_url == shop)
    payout = client.payout_requests.create(payout_target_id=target.id, amount=250_000)

    assert client.payout_requests.get(payout.id).status == "approved"
    assert client.merchant_accounts.get("default").available_balance == 99_750_000
    assert heard(receiver, mock) == [
        ("payout-target.update", "processing"),
        ("payout-target.update", "active"),
        ("payout-request.update", "approved"),
    ]
    browser.chrome.get_log("browser")


@pytest.mark.parametrize("verdict", ["CUSTOMER_CANCELLATION", "NOT_ENOUGH_FUNDS", "EXPIRED"])
def test_the_payer_doesnt_pay(
    verdict: str, mock: MockServer, client: Palomma, browser: Browser, make: Make, shop: str
) -> None:
    """Each other button cancels with its own message, and the page then asks nothing more."""
    link = make("payinLinks", redirectUrl=shop)
    browser.visit(link["paymentUrl"])
    browser.press(verdict)
    browser.until(lambda: browser.chrome.current_url == shop)
    read = client.payin_links.get(link["id"])
    browser.chrome.get_log("browser")

    assert (read.status, read.status_message) == ("cancelled", verdict)
    browser.visit(link["paymentUrl"] + "?lang=es", PHONE)
    browser.keep("decided-link-phone-es")
    assert browser.chrome.find_elements(By.TAG_NAME, "button") == []
    assert mock.contract.words("payinLinks", "statusMessage", verdict, "es", "payer") in browser.text()
    assert browser.chrome.find_element(By.CSS_SELECTOR, "main a.button").get_attribute("href") == shop


def fill(make: Make, mock: MockServer) -> dict[str, str]:
    """A sandbox with something of everything."""
    customer = make("customers", reference="cliente-7")["id"]
    ids = {"source": make("payinSources", customerId=customer, number="0000000001", partialPayinsEnabled=True)["id"]}
    make("payinSources", customerId=customer, number="0000000016", reference="cuenta-rechazada")
    ids["waiting"] = make("payinSources", customerId=customer, reference="cuenta-nueva")["id"]
    make("payinRequests", payinSourceId=ids["source"], amount=45_000, reference="factura-2026-01")
    make("payinRequests", payinSourceId=ids["source"], amount=11_003, reference="factura-2026-02")
    ids["slow"] = make("payinRequests", payinSourceId=ids["source"], amount=11_002, reference="factura-2026-03")["id"]
    make("payinLinks", customerId=customer, reference="pedido-1042", description="Pedido 1042")
    target = make("payoutTargets", customerId=customer, number="0000000001", reference="proveedor-9")["id"]
    make("payoutRequests", payoutTargetId=target, amount=1_250_000, reference="pago-9")
    mock.advance(0)
    return ids


def test_the_dashboard_follows_what_happens(
    mock: MockServer, receiver: Receiver, browser: Browser, make: Make, shop: str
) -> None:
    """Without a reload: a change appears, a button decides, a delivery is sent again; focus and open parts stay."""
    mock.restart(webhook_url=receiver.url)
    ids = fill(make, mock)
    browser.visit(f"{mock.origin}/?lang=en")
    browser.chrome.execute_script("window.unreloaded = true")
    opened = browser.chrome.find_element(By.CSS_SELECTOR, "#webhooks details")
    opened_id = opened.get_attribute("id") or ""
    opened.find_element(By.TAG_NAME, "summary").click()
    button = browser.chrome.find_element(By.ID, f"approve-{ids['slow']}")
    button.send_keys("")
    browser.chrome.execute_script("arguments[0].focus()", button)
    make("customers", name="Somebody New")
    browser.until(lambda: "Somebody New" in browser.text())

    assert browser.chrome.switch_to.active_element.get_attribute("id") == f"approve-{ids['slow']}"
    assert browser.chrome.find_element(By.ID, opened_id).get_attribute("open")

    browser.chrome.switch_to.active_element.send_keys(Keys.ENTER)
    browser.until(lambda: not browser.chrome.find_elements(By.ID, f"approve-{ids['slow']}"))
    browser.until(lambda: browser.chrome.switch_to.active_element.tag_name == "a")
    mock.settle()
    before = len(receiver.received)
    # Found and pressed at once, since the page renews itself.
    browser.chrome.execute_script("document.querySelector('#webhooks button').click()")
    browser.until(lambda: len(receiver.received) == before + 1)

    ids_sent = [json.loads(body)["webhookId"] for body, _ in receiver.received]
    assert ids_sent[-1] in ids_sent[:-1]
    assert browser.chrome.execute_script("return window.unreloaded")
    assert browser.chrome.find_element(By.ID, "state").text == "Live"


@pytest.mark.parametrize(("language", "size"), [("es", PHONE), ("en", DESKTOP)])
def test_the_dashboard_fits(
    language: str, size: tuple[int, int], mock: MockServer, receiver: Receiver, browser: Browser, make: Make
) -> None:
    """On a phone and on a desk, in both languages, nothing is wider than the window, and all comes from one origin."""
    mock.restart(webhook_url=receiver.url)
    fill(make, mock)
    browser.visit(f"{mock.origin}/?lang={language}", size)
    browser.keep(f"dashboard-{'phone' if size == PHONE else 'desktop'}-{language}")
    loaded = browser.chrome.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")

    assert browser.wider_than(size) == []
    assert all(url.startswith(mock.origin) for url in loaded)
    assert browser.chrome.find_element(By.TAG_NAME, "html").get_attribute("lang") == language


def test_the_dashboard_says_when_the_mock_is_gone(browser: Browser, tmp_path: Path) -> None:
    """A page whose server stops says so, and is live again when it is back."""
    with MockServer() as server:
        browser.visit(f"{server.origin}/?lang=en")
        browser.until(lambda: browser.chrome.find_element(By.ID, "state").text == "Live")
    browser.until(lambda: browser.chrome.find_element(By.ID, "state").text.startswith("Disconnected"))
    browser.chrome.get_log("browser")


def test_every_control_has_a_name(mock: MockServer, browser: Browser, make: Make) -> None:
    """Each link, button and field that can be reached by keyboard has a name in the accessibility tree."""
    ids = fill(make, mock)
    browser.chrome.execute_cdp_cmd("Accessibility.enable", {})
    for path in (
        "/",
        "/requests",
        f"/object?kind=payinSources&id={ids['waiting']}",
        f"/pay/payinSources/{ids['waiting']}",
    ):
        browser.visit(mock.origin + path)
        nodes = browser.chrome.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        controls = [node for node in nodes if node.get("role", {}).get("value") in CONTROLS]
        assert len(controls) > 2
        names = [str(node.get("name", {}).get("value", "")) for node in controls]
        assert all(names)
        # What acts says on what: no two buttons of a page have one name.
        acting = [name for node, name in zip(controls, names, strict=True) if node["role"]["value"] == "button"]
        assert len(acting) == len(set(acting)), acting


def test_nothing_stored_is_ever_html(mock: MockServer, browser: Browser, make: Make) -> None:
    """Scripts in every member are text on the dashboard and on every page, in both languages."""
    attack = "</script></pre><script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'><b>x"
    for_names = dict.fromkeys(("name", "documentNumber", "email", "phoneNumber", "reference"), attack)
    customer = make("customers", **for_names)["id"]
    texts = {"customerId": customer, "reference": attack, "description": attack}
    urls = {"redirectUrl": "https://shop.example/'onmouseover='window.pwned=1"}
    account = {"bankAccount": bank_account() | {"accountNumber": attack}}
    pages = [make(kind, **texts, **urls, **account)["authUrl"] for kind in ("payinSources", "payoutTargets")]
    link = make("payinLinks", **texts, **urls)
    pages.append(link["paymentUrl"])
    source = make("payinSources", customerId=customer, number="0000000001", reference=attack)["id"]
    make("payinRequests", payinSourceId=source, reference=attack)
    target = make("payoutTargets", customerId=customer, number="0000000001", reference=attack)["id"]
    make("payoutRequests", payoutTargetId=target, reference=attack)
    mock.add_merchant_account(attack, attack)
    views = ["/", f"/?lang={attack}", f"/objects?q={attack}", f"/object?kind=payinLinks&id={link['id']}", "/requests"]
    for page in (*(mock.origin + view for view in (*views, "/webhooks", f"/object?kind={attack}")), *pages):
        browser.visit(page)
        assert browser.chrome.execute_script("return window.pwned") is None
        assert browser.chrome.find_elements(By.CSS_SELECTOR, "img, b, a[href^=javascript]") == []
    browser.chrome.get_log("browser")  # The object that there is not is a 404, which Chromium notes.
    mock.decide(link["id"], "EXPIRED")
    browser.visit(link["paymentUrl"])

    assert browser.chrome.execute_script("return window.pwned") is None
    assert browser.chrome.find_elements(By.CSS_SELECTOR, "a[href^=javascript]") == []


# What a page of somebody else's tries: to read by fetch, and to press buttons by fetch and by form.
_ATTACK = """
const [target, kind, id, done] = arguments, texts = [];
const read = async (path, options) => {
  try { const answer = await fetch(target + path, options); texts.push(answer.status + ' ' + await answer.text()); }
  catch { texts.push('refused'); }
};
const press = (path, fields) => new Promise(over => {
  const make = (name, members) => Object.assign(document.createElement(name), members);
  const form = make('form', {method: 'POST', action: target + path, target: 'hole'});
  for (const [name, value] of Object.entries(fields)) form.append(make('input', {name, value}));
  const hole = make('iframe', {name: 'hole', onload: () => { hole.remove(); form.remove(); over(); }});
  document.body.append(hole, form);
  form.submit();
  setTimeout(over, 1000);
});
(async () => {
  const key = {authorization: 'Bearer palomma-mock'}, json = {...key, 'content-type': 'application/json'};
  await read('/'); await read('/v0/customers', {headers: key});
  await read('/_mock/webhooks'); await read(`/pay/${kind}/${id}`);
  await read('/v0/customers', {method: 'POST', headers: json, body: '{"name":"x"}'});
  await read('/_mock/reset', {method: 'POST', body: '{}'});
  await read('/_mock/reset', {method: 'POST', body: '{}', mode: 'no-cors'});
  const body = new URLSearchParams({id, verdict: 'approve'});
  await read('/do/decide', {method: 'POST', body, mode: 'no-cors'});
  await press(`/pay/${kind}/${id}`, {verdict: 'approve'});
  await press('/do/decide', {id, verdict: 'approve'});
  done(texts);
})();
"""


@pytest.mark.parametrize("rebound", [True, False])
def test_a_page_from_elsewhere_reads_and_changes_nothing(rebound: bool, mock: MockServer, make: Make) -> None:
    """Neither one of another origin, nor one whose name was made to lead here after it was loaded."""
    link = make("payinLinks", reference="a-secret-reference")
    version, port = mock.version, mock.origin.rpartition(":")[2]
    with MockServer() as other, chromium("--host-resolver-rules=MAP evil.example 127.0.0.1") as chrome:
        # A rebound page has the mock's own port, since that is part of its origin.
        chrome.get(f"http://evil.example:{port}/" if rebound else f"{other.origin}/v0/x")
        chrome.set_script_timeout(30)
        target = f"http://evil.example:{port}" if rebound else mock.origin
        texts = chrome.execute_async_script(_ATTACK, target, "payinLinks", link["id"])

    assert len(texts) == 8
    assert all(text == "refused" or text.startswith(("403 ", "0 ")) for text in texts), texts
    assert not any(secret in text for text in texts for secret in (link["id"], "a-secret-reference", "pepita"))
    assert mock.store.get("payinLinks", link["id"]).members == link  # type: ignore[union-attr]
    assert mock.version == version


# The dashboard's own stories


def test_the_buttons_do_what_they_say(mock: MockServer, browser: Browser, make: Make) -> None:
    """Time, faults, lies and stories from the page, without a reload; what can't be done is said."""
    make("payinLinks", reference="pedido-1")
    browser.visit(f"{mock.origin}/?lang=en")
    find = browser.chrome.find_element
    find(By.CSS_SELECTOR, "#tools summary").click()
    before = mock.clock.now()
    find(By.ID, "advance-hour").click()
    browser.until(lambda: mock.clock.now() == before + 3600)
    find(By.CSS_SELECTOR, "form[action$=faults] button").click()
    browser.until(lambda: [fault.kind for fault in mock.faults.waiting()] == ["answer_lost"])
    find(By.CSS_SELECTOR, "form[action$=lies] input[name=showAfter]").send_keys("5")
    find(By.CSS_SELECTOR, "form[action$=lies] button").click()
    browser.until(lambda: mock.lies.show_after > 0)
    find(By.CSS_SELECTOR, "form[action$=scenario] button").click()
    browser.until(
        lambda: mock.scenario == "payer_never_comes" and "A payer who never comes" in find(By.ID, "live").text
    )
    field = find(By.CSS_SELECTOR, "form[action$=faults] input[name=times]")
    field.clear()
    field.send_keys("1001", Keys.ENTER)
    browser.until(lambda: "1000" in find(By.ID, "said").text)

    browser.chrome.get_log("browser")  # The 400, which Chromium notes.


def test_an_object_is_found_and_shown(mock: MockServer, browser: Browser, make: Make) -> None:
    """By keyboard alone: search, follow the link, decide; history, request and delivery are on its page."""
    fill(make, mock)
    browser.visit(f"{mock.origin}/?lang=en", PHONE)
    browser.chrome.find_element(By.ID, "q").send_keys("pedido-10", Keys.ENTER)
    browser.until(lambda: "q=pedido-10" in browser.chrome.current_url)
    browser.chrome.find_element(By.CSS_SELECTOR, "main li a").send_keys(Keys.ENTER)
    browser.until(lambda: "/object?" in browser.chrome.current_url)
    browser.chrome.find_element(By.CSS_SELECTOR, "button[id^=approve]").send_keys(Keys.ENTER)
    browser.until(lambda: "approved" in browser.chrome.find_element(By.CSS_SELECTOR, "ol").text)
    browser.keep("object-phone-en")

    assert "POST /v0/payinLinks" in browser.text()
    assert browser.text().count("payin-link.update") == 2
    assert browser.wider_than(PHONE) == []


AXE = ROOT / "tools/node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core here: `make redocly` installs it")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: str, mock: MockServer, browser: Browser, make: Make) -> None:
    """On every page, in both languages, light and dark, empty and full, on a desk and on a phone."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    script, found = AXE.read_text(), list[str]()

    def look(path: str, size: tuple[int, int]) -> None:
        browser.visit(mock.origin + path, size)
        browser.chrome.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
        # The page's policy runs no script of ours; the driver may.
        browser.chrome.execute_script(script)
        result = browser.chrome.execute_async_script("axe.run().then(arguments[arguments.length - 1])")
        serious = [one for one in result["violations"] if one["impact"] in ("serious", "critical")]
        found.extend(f"{path}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in serious)

    look("/?lang=es", DESKTOP)
    ids = fill(make, mock)
    make("payinLinks", reference="x" * 200, description="Una descripción " * 30)
    for path in ("/?lang=en", "/objects?kind=payinSources&lang=es", "/objects?q=nothing&lang=en", "/webhooks?lang=es"):
        look(path, PHONE)
    for path in ("/requests?lang=en", f"/object?kind=payinSources&id={ids['waiting']}&lang=es"):
        look(path, DESKTOP)
    look(f"/pay/payinSources/{ids['waiting']}?lang=es", PHONE)
    browser.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    assert found == []
