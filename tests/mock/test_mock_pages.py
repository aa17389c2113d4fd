"""The pages as HTTP: languages, refusals, and what can't be slipped in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from conftest import Make

from palomma_mock import MockServer
from palomma_mock._html import element, fragment
from palomma_mock._texts import TEXTS
from palomma_mock._web import language


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
    assert TEXTS["es"].keys() == TEXTS["en"].keys()
    assert all(text for texts in TEXTS.values() for text in texts.values())


def test_elements_escape_what_they_are_given() -> None:
    """Children and attributes are text unless made by an element; None and False are left out."""
    made = element(
        "p", "<b>", element("br"), None, 1, class_="\"'>", hidden=None, inert=False, autofocus=True, data_x=0
    )

    assert made == '<p class="&quot;&#x27;&gt;" autofocus data-x="0">&lt;b&gt;<br>1</p>'
    assert fragment("&", made) == "&amp;" + made


def test_pages_load_and_run_nothing_foreign(web: httpx.Client, make: Make) -> None:
    """The policy of each page allows its own script and style, by nonce, and no other source."""
    pay = make("payinLinks")["paymentUrl"]
    for path in ("/", pay):
        response = web.get(path)
        policy = response.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'nonce-")
        assert "unsafe" not in policy
        assert "http" not in policy
    assert web.get("/").headers["content-security-policy"] != web.get("/").headers["content-security-policy"]


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
    """The redirect is the very URL, whatever its scheme; nothing is added to it."""
    url = "shop+app://return/%C3%B1?x=1&y=a'b#end"
    link = make("payinLinks", redirectUrl=url)
    response = web.post(link["paymentUrl"], data={"verdict": "approve"})

    assert (response.status_code, response.headers["location"]) == (303, url)


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
    record = mock.sandbox.store.get("payinLinks", link["id"])

    assert record is not None
    assert record.hidden["method"] == "card"


@pytest.mark.parametrize("path", ["/dashboard/decide", "/dashboard/redeliver", "/pay/payinLinks/x"])
def test_pages_of_other_sites_press_no_buttons(path: str, web: httpx.Client) -> None:
    """A form sent from elsewhere is refused, one from here isn't."""
    assert web.post(path, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert web.post(path, headers={"origin": "null"}).status_code == 403
    assert web.post(path, headers={"origin": str(web.base_url)}).status_code == 303


@pytest.mark.parametrize(
    "fields",
    [{}, {"kind": "payinLinks", "id": "nobody", "verdict": "approve"}, {"seq": "x"}, {"seq": "9"}, {"x": "y" * 70_000}],
)
@pytest.mark.parametrize("path", ["/dashboard/decide", "/dashboard/redeliver"])
def test_an_outdated_button_shows_the_state(path: str, fields: dict[str, str], web: httpx.Client) -> None:
    """A button for what isn't there any more leads back to the dashboard."""
    response = web.post(path, data=fields | {"lang": "en"})

    assert (response.status_code, response.headers["location"][:7]) == (303, "/?lang=")


def test_the_dashboard_without_script(web: httpx.Client, make: Make, look: object) -> None:
    """Its buttons are forms, which work by themselves."""
    debit = make("payinRequests", amount=11_002)["id"]
    fields = {"kind": "payinRequests", "id": debit, "verdict": "DECLINED_BY_BANK"}
    web.post("/dashboard/decide", data=fields)

    assert look("payinRequests", debit)["statusMessage"] == "DECLINED_BY_BANK"  # type: ignore[operator]


def test_the_dashboard_sends_only_changes(web: httpx.Client, mock: MockServer, make: Make) -> None:
    """Asked since a version, it answers with nothing or with the content and its new version."""
    version = str(mock.sandbox.version)
    same = web.get("/", params={"since": version})
    make("customers", name="Alguien Nuevo")
    changed = web.get("/", params={"since": version})

    assert (same.status_code, same.content) == (204, b"")
    assert (changed.status_code, changed.headers["x-version"]) == (200, str(mock.sandbox.version))
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
