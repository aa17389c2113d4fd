"""The pages that a payer meets at `paymentUrl` and `authUrl`: a bank that does as it is told.

Which query parameters Palomma adds to `redirectUrl` isn't known: this bank adds none.
"""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ._engine import Members
from ._html import Html, element, fragment
from ._mock import Mock
from ._objects import PAGES, RefusedError
from ._store import Record
from ._style import STYLE
from ._texts import TEXTS
from ._web import foreign, form, language, page, see_other

__all__ = ["badge", "ending", "pay_routes", "pesos"]

_CHOICES = ("approve", "CUSTOMER_CANCELLATION", "NOT_ENOUGH_FUNDS", "EXPIRED")
_GOOD, _BAD = ("approved", "active", "delivered", "partial"), ("cancelled", "failed")
_SHOWN = 4


def pesos(amount: int) -> str:
    """An amount as it is written in Colombia."""
    return "$ " + f"{amount:,}".replace(",", ".")


def ending(number: str) -> str:
    """An account number, all but its last characters hidden."""
    return "••••" + number[-_SHOWN:] if len(number) > _SHOWN else "••••"


def badge(status: str, text: str = "") -> Html:
    """A status, coloured by whether it is good news."""
    tone = "badge good" if status in _GOOD else "badge bad" if status in _BAD else "badge"
    return element("span", text or status, class_=tone)


def _facts(record: Record, text: dict[str, str]) -> Html:
    members, account = record.members, record.hidden.get("bankAccount")
    facts = {
        "customer": members["customerDetails"]["name"],
        "account": account and f"{account['bank']} · {account['accountType']} · {ending(account['accountNumber'])}",
        "description": members.get("description"),
        "reference": members.get("reference"),
        "expiration": members.get("expiration", "").replace("T", " "),
    }
    rows = [fragment(element("dt", text[name]), element("dd", value)) for name, value in facts.items() if value]
    if "amount" in members:
        rows.insert(0, fragment(element("dt", text["amount"]), element("dd", pesos(members["amount"]), class_="sum")))
    return element("dl", *(element("div", row) for row in rows))


def _methods(types: list[str], text: dict[str, str]) -> Html | None:
    if len(types) < 2:
        return None
    options = [
        element("label", element("input", type="radio", name="method", value=name, checked=place == 0), name)
        for place, name in enumerate(types)
    ]
    return element("fieldset", element("legend", text["method"]), *options)


def _choices(record: Record, tongue: str, text: dict[str, str]) -> Html:
    buttons = [
        element("button", text[verdict], name="verdict", value=verdict, class_="first" if place == 0 else None)
        for place, verdict in enumerate(_CHOICES)
    ]
    return element(
        "form",
        element("input", type="hidden", name="lang", value=tongue),
        _methods(list(dict.fromkeys(record.hidden.get("availableTypes", []))), text),
        element("div", *buttons, class_="choices", role="group", aria_label=text["decide"]),
        method="post",
    )


def _decided(members: Members, text: dict[str, str]) -> Html:
    url = members["redirectUrl"]
    safe = url.lower().startswith(("http://", "https://"))
    back = element("a", text["back"], href=url, class_="button first") if safe else element("p", url, class_="id")
    message = element("span", members.get("statusMessage", ""), class_="id")
    return fragment(element("p", text["decided"]), element("p", badge(members["status"]), " ", message), back)


def _body(record: Record, tongue: str, text: dict[str, str]) -> Html:
    other = "en" if tongue == "es" else "es"
    pending = record.members["status"] == "pending"
    return element(
        "main",
        element(
            "div",
            element("span", text["test_bank"], class_="bank"),
            element("a", text["other_language"], href=f"?lang={other}", lang=other, hreflang=other),
            class_="top",
        ),
        element(
            "section",
            element("h1", text[f"pay_{record.kind}"]),
            _facts(record, text),
            _choices(record, tongue, text) if pending else _decided(record.members, text),
            class_="card",
        ),
        element("p", text["no_money"], class_="soft"),
        class_="pay",
    )


def _missing(tongue: str) -> Response:
    text = TEXTS[tongue]
    inside = element("main", element("section", element("h1", text["not_found"]), class_="card"), class_="pay")
    return page(text["test_bank"], tongue, STYLE, inside, status=404)


def pay_routes(mock: Mock) -> list[Route]:
    """Showing a payer's page, and doing what the payer chose."""
    sandbox = mock.sandbox

    def found(request: Request) -> Record | None:
        with sandbox.lock:
            sandbox.tick()
            kind, id = request.path_params["kind"], request.path_params["id"]
            return sandbox.store.get(kind, id) if kind in PAGES else None

    async def show(request: Request) -> Response:
        tongue = language(request.query_params, request.headers.get("accept-language", ""))
        record = found(request)
        if record is None:
            return _missing(tongue)
        title = TEXTS[tongue][f"pay_{record.kind}"]
        # No form-action: Chromium applies it to where the answer redirects to, which is the merchant's.
        return page(title, tongue, STYLE, _body(record, tongue, TEXTS[tongue]), forms="")

    async def choose(request: Request) -> Response:
        if refusal := foreign(request):
            return refusal
        fields, record = await form(request), found(request)
        if record is None or record.members["status"] != "pending" or fields.get("verdict") not in _CHOICES:
            return see_other(f"?lang={language(fields, request.headers.get('accept-language', ''))}")
        with suppress(
            RefusedError
        ):  # Decided elsewhere in the meantime: the payer goes back to the merchant all the same.
            sandbox.decide(record.kind, record.id, fields["verdict"], _method(record, fields.get("method")))
        return see_other(record.members["redirectUrl"])

    path = "/pay/{kind}/{id}"
    return [Route(path, show, methods=["GET"]), Route(path, choose, methods=["POST"])]


def _method(record: Record, chosen: str | None) -> str | None:
    types = record.hidden.get("availableTypes", [])
    return chosen if chosen in types else next(iter(types), None)
