"""The pages as HTTP: languages, refusals, and what can't be slipped in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from palomma_mock import MockServer
from palomma_mock.pages.web import language, texts
from tests.mock.conftest import Make


@pytest.fixture
def web(mock: MockServer) -> Iterator[httpx.Client]:
    """A browser without script, and without the key."""
    with httpx.Client(base_url=mock.origin) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ({}, "", "es"),
        ({}, "fr-FR,fr;q=0.9", "es"),
        ({}, "en-US,en;q=0.9", "en"),
        ({}, "es-CO,es;q=0.9,en;q=0.8", "es"),
        ({}, "en;q=0.3, es;q=0.7", "es"),
        ({}, "en;q=x, es", "es"),
        ({"lang": "en"}, "es", "en"),
        ({"lang": "<script>"}, "en", "en"),
    ],
)
def test_language(query: dict[str, str], header: str, expected: str) -> None:
    """The URL decides, then the browser's preference, then it is Spanish."""
    assert language(query, header) == expected


def test_both_languages_say_the_same_things() -> None:
    """No text is missing in one of them, and none is empty."""
    assert texts()["es"].keys() == texts()["en"].keys()
    assert all(text for language in texts().values() for text in language.values())


def test_pages_load_and_run_nothing_foreign(web: httpx.Client, make: Make) -> None:
    """The policy of each page allows this server's own style and script, and no other source."""
    pay = make("payinLinks")["paymentUrl"]
    for path in ("/", pay):
        policy = web.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'")
        assert "unsafe" not in policy
        assert "http" not in policy
    assert [web.get(f"/static/{name}").status_code for name in ("style.css", "live.js", "../web.py")] == [200, 200, 404]


@pytest.mark.parametrize("path", ["/pay/payinLinks/nobody", "/pay/customers/x", "/pay/nothing/x"])
def test_there_is_no_page_for_what_isnt_there(path: str, web: httpx.Client) -> None:
    """A 404 in the payer's language."""
    response = web.get(path, headers={"accept-language": "en"})

    assert response.status_code == 404
    assert "There is nothing to pay or authorise here." in response.text
    assert web.post(path, data={"verdict": "approve"}).status_code == 303


def test_a_customer_has_no_page(web: httpx.Client, make: Make) -> None:
    """Only what a payer decides on is shown to one."""
    assert web.get(f"/pay/customers/{make('customers')['id']}").status_code == 404


@pytest.mark.parametrize("verdict", ["", "partial", "INVALID_ACCOUNT", "nonsense"])
def test_a_payer_has_four_choices(verdict: str, web: httpx.Client, make: Make, look: object) -> None:
    """Anything else shows the page again, and decides nothing."""
    link = make("payinLinks")
    response = web.post(link["paymentUrl"], data={"verdict": verdict, "lang": "en"})

    assert (response.status_code, response.headers["location"]) == (303, "?lang=en")
    assert look("payinLinks", link["id"])["status"] == "pending"  # type: ignore[operator]


def test_the_payer_goes_where_the_merchant_said(web: httpx.Client, make: Make) -> None:
    """The redirect is the very URL; nothing is added to it."""
    url = "HTTPS://shop.example/return/%C3%B1?x=1&y=a'b#end"
    link = make("payinLinks", redirectUrl=url)
    response = web.post(link["paymentUrl"], data={"verdict": "approve"})

    assert (response.status_code, response.headers["location"]) == (303, url)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "app://x", "//x", "http:x", "http://[", ""])
def test_a_payer_is_sent_to_web_pages_only(url: str, http: httpx.Client, make: Make) -> None:
    """What a browser would run or hand to another program is refused, strict or not."""
    body = {"customerId": make("customers")["id"], "redirectUrl": url, "amount": 5000, "type": "general"}
    response = http.post("/payinLinks", json=body | {"availableTypes": ["pse"]})

    assert (response.status_code, response.json()["message"][:17]) == (400, "redirectUrl: not ")


def test_a_payer_decides_once(web: httpx.Client, make: Make, mock: MockServer, look: object) -> None:
    """A second press of a button changes nothing, also while the bank is busy."""
    mock.restart(bank_delay=60)
    link = make("payinLinks")
    web.post(link["paymentUrl"], data={"verdict": "approve"})
    again = web.post(link["paymentUrl"], data={"verdict": "EXPIRED"})
    mock.advance(60)

    assert again.headers["location"] == "?lang=es"
    assert look("payinLinks", link["id"])["status"] == "approved"  # type: ignore[operator]


def test_an_unknown_means_of_payment_is_the_first(web: httpx.Client, make: Make, mock: MockServer) -> None:
    """The form can't smuggle in a method that the link doesn't offer."""
    link = make("payinLinks", availableTypes=["card", "pse"])
    web.post(link["paymentUrl"], data={"verdict": "approve", "method": "cash"})
    record = mock.store.get("payinLinks", link["id"])

    assert record is not None
    assert record.hidden["method"] == "card"


@pytest.mark.parametrize("path", ["/do/decide", "/do/redeliver", "/pay/payinLinks/x"])
def test_pages_of_other_sites_press_no_buttons(path: str, web: httpx.Client) -> None:
    """A form sent from elsewhere is refused, one from here isn't."""
    assert web.post(path, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert web.post(path, headers={"origin": "null"}).status_code == 403
    assert web.post(path, headers={"origin": str(web.base_url)}).status_code != 403


@pytest.mark.parametrize(
    "fields",
    [{}, {"kind": "payinLinks", "id": "nobody", "verdict": "approve"}, {"seq": "x"}, {"seq": "9"}, {"x": "y" * 70_000}],
)
@pytest.mark.parametrize("path", ["/do/decide", "/do/trigger"])
def test_an_outdated_button_says_why(path: str, fields: dict[str, str], web: httpx.Client) -> None:
    """A button for what isn't there any more says so, and leads back to its own page alone."""
    response = web.post(path, data=fields | {"lang": "en", "back": "/webhooks?lang=en"})
    astray = web.post(path, data=fields | {"back": "//evil.example/"})

    assert response.status_code == 400
    assert ('href="/webhooks?lang=en"' in response.text) == (len(str(fields)) < 70_000)
    assert "That can&#39;t be done" in response.text or len(str(fields)) > 70_000
    assert 'href="/"' in astray.text


def test_the_dashboard_without_script(web: httpx.Client, make: Make, look: object) -> None:
    """Its buttons are forms, which work by themselves."""
    debit = make("payinRequests", amount=11_002)["id"]
    fields = {"id": debit, "verdict": "DECLINED_BY_BANK", "lang": "es", "back": "/object?kind=payinRequests&id=x"}
    response = web.post("/do/decide", data=fields)

    assert look("payinRequests", debit)["statusMessage"] == "DECLINED_BY_BANK"  # type: ignore[operator]
    assert (response.status_code, response.headers["location"]) == (303, "/object?kind=payinRequests&id=x")


def test_the_dashboard_sends_only_changes(web: httpx.Client, mock: MockServer, make: Make) -> None:
    """Asked since a version, it answers with nothing or with the content and its new version."""
    version = web.get("/", params={"since": ""}).headers["x-version"]
    same = web.get("/", params={"since": version})
    make("customers", name="Alguien Nuevo")
    changed = web.get("/", params={"since": version})

    assert (same.status_code, same.content) == (204, b"")
    assert (changed.status_code, changed.headers["x-version"]) == (200, f"{mock.version}-1")
    assert "Alguien Nuevo" in changed.text
    assert "<html" not in changed.text


def test_account_numbers_are_masked_on_pages(web: httpx.Client, make: Make) -> None:
    """The dashboard and the payer see the last four characters, and of a short number none."""
    pages = [make("payinSources", number=number)["authUrl"] for number in ("98700123456", "98706")]
    short = make("payinSources", number="9870")["authUrl"]
    text = "".join(web.get(page).text for page in ("/", *pages, short))

    assert "••••3456" in text
    assert "98700123456" not in text
    assert "9870" not in web.get(short).text.replace("••••8706", "")
