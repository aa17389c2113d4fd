"""The dashboard as HTTP: what is found, what is shown of it, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from palomma_mock import MockServer
from palomma_mock.rules.calendar import written
from tests.mock.conftest import AT_ONCE, PERSON, Make


@pytest.fixture
def web(mock: MockServer) -> Iterator[httpx.Client]:
    """A browser without script, and without the key, that prefers English."""
    with httpx.Client(base_url=mock.origin, headers={"accept-language": "en"}) as client:
        yield client


def test_an_empty_mock_shows_the_first_steps(web: httpx.Client, mock: MockServer, make: Make) -> None:
    """Address, key and a program, until there is something; a key of one's own is not shown."""
    assert f'client = Palomma("palomma-mock", base_url="{mock.base_url}")' in web.get("/").text
    mock.restart(api_key="my-own-key")
    assert "First steps" in web.get("/").text
    assert "my-own-key" not in web.get("/").text
    mock.restart(strict=False)
    make("customers")
    assert "First steps" not in web.get("/").text


@pytest.mark.parametrize("text", ["pedido-7", "pedido-", "ID", "cliente-3", "cliente", "CUSTOMER"])
def test_search(text: str, web: httpx.Client, make: Make) -> None:
    """By reference or its beginning, by id, and by the customer's id or reference; nothing else is found."""
    customer = make("customers", reference="cliente-3")["id"]
    link = make("payinLinks", reference="pedido-7", customerId=customer)["id"]
    make("payinLinks", reference="otro")
    asked = {"ID": link, "CUSTOMER": customer}.get(text, text)
    page = web.get("/objects", params={"q": f" {asked} "}).text

    assert f'id="row-{link}"' in page
    assert ">otro</a>" not in page
    assert (f'id="row-{customer}"' in page) == (text in ("cliente-3", "cliente", "CUSTOMER"))


def test_a_search_that_finds_nothing_says_how_it_searches(web: httpx.Client) -> None:
    """So does one for nothing, and for a kind that there isn't."""
    for query in ({"q": "nobody"}, {"q": ""}, {"kind": "nothing"}):
        assert "There is no such thing." in web.get("/objects", params=query).text


def test_a_kind_comes_in_pages_and_by_state(web: httpx.Client, make: Make, mock: MockServer) -> None:
    """Twenty at a time, newest first; a state's are counted by themselves; a number that is none is passed over."""
    ids = [make("payinLinks", reference=f"n-{number:02}")["id"] for number in range(45)]
    for id in ids[:21]:
        mock.decide(id, "EXPIRED")
    query, seen = {"kind": "payinLinks", "before": "x"}, list[str]()
    while query:
        page = web.get("/objects", params=query).text
        seen += [id for id in reversed(ids) if f'id="row-{id}"' in page]
        last = mock.store.get("payinLinks", seen[-1])
        assert last is not None
        query = {"kind": "payinLinks", "before": str(last.seq)} if 'rel="next"' in page else {}
    cancelled = web.get("/objects", params={"kind": "payinLinks", "status": "cancelled"}).text

    assert seen == ids[::-1]
    assert cancelled.count('id="row-') == 20
    assert "21 in all" in cancelled


def test_the_page_of_an_object(web: httpx.Client, make: Make, mock: MockServer) -> None:
    """What became of it and when, in Bogota's time; its notifications; the request that made it, masked."""
    source = make("payinSources", number=AT_ONCE, reference="cuenta-1")["id"]
    other = make("payinSources", number="98700123456")["id"]
    page = web.get("/object", params={"kind": "payinSources", "id": source}).text
    shown = web.get("/object", params={"kind": "payinSources", "id": other}).text

    assert page.count(written(mock.clock.now())) >= 3
    assert page.count('<li id="notice-') == 2
    assert "POST /v0/payinSources" in page
    assert mock.contract.words("payinSources", "status", "active", "en").partition(".")[0] in page
    assert "••••3456" in shown
    assert "98700123456" not in shown
    assert web.get("/object", params={"kind": "payinSources", "id": "nobody"}).status_code == 404


def test_the_requests_say_what_was_wrong(web: httpx.Client, http: httpx.Client, mock: MockServer) -> None:
    """What the client sent, without what is sensitive, and the message that it got; JSON or not."""
    http.post("/customers", json=PERSON | {"documentType": "cx"})
    http.post("/customers", content=b"\xff", headers={"content-type": "application/json"})
    mock.fail_next("html")
    with httpx.Client() as plain:
        plain.get(f"{mock.base_url}/customers", headers={"authorization": f"Bearer {mock.api_key}"})
    page = web.get("/requests").text

    assert "documentType: not one of the allowed values" in page
    assert PERSON["documentNumber"] not in page
    assert "••••1022" in page
    assert "not JSON in UTF-8" in page
    assert '<span class="badge bad">html</span>' in page


def test_without_control_the_buttons_are_fewer(web: httpx.Client, make: Make, mock: MockServer) -> None:
    """Deciding stays; time, faults and lies are neither shown nor done."""
    mock.restart(control=False, strict=False)
    id = make("payinLinks")["id"]

    assert 'id="tools"' not in web.get("/").text
    assert web.post("/do/advance", data={"seconds": "60"}).status_code == 404
    assert web.post("/do/decide", data={"id": id, "verdict": "approve"}).status_code == 303


def test_what_people_read(mock: MockServer) -> None:
    """Instants of the clock and of the API in Bogota's time; what is none stays as it is."""
    assert [written(at) for at in (0.0, "2026-02-02T02:40:00.000Z", "soon", None)] == [
        "1969-12-31 19:00:00", "2026-02-01 21:40:00", "soon", "None",
    ]  # fmt: skip
    assert mock.contract.words("payinLinks", "availableTypes", "nequiButton", "es", "payer") == "Botón Nequi"
    assert mock.contract.words("payinLinks", "availableTypes", "barter", "es") == "barter"
