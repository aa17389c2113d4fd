"""The dashboard: what the sandbox holds, its webhooks, and the buttons that play payer and bank. Works without script;
with it, the page follows what happens."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ._clock import instant
from ._engine import Members, is_final
from ._html import Html, element, fragment
from ._mock import Mock
from ._notices import headers_for
from ._objects import PAGES, RefusedError
from ._pages import badge, ending, pesos
from ._settings import Settings
from ._store import Notice, Record, Store
from ._style import STYLE
from ._texts import TEXTS
from ._web import foreign, form, language, page, see_other

__all__ = ["dashboard_routes"]

_ROWS = 20
_WITH_STATES = ("payinLinks", "payinSources", "payinRequests", "payoutTargets", "payoutRequests")
_STATELESS = ("customers", "payinSettlements")
# Asks every second whether the version moved, and puts the new content in place of the old without moving the focus.
_SCRIPT = """
const live = document.getElementById('live'), state = document.getElementById('state');
let version = live.dataset.version, busy = false;
async function look() {
  if (busy) return;
  busy = true;
  try {
    const url = new URL(location);
    url.searchParams.set('since', version);
    const answer = await fetch(url);
    if (answer.status === 200) { place(await answer.text()); version = answer.headers.get('x-version'); }
    say(state.dataset.live);
  } catch { version = ''; say(state.dataset.offline); }
  busy = false;
}
function say(words) { if (state.textContent !== words) state.textContent = words; }
function place(html) {
  const open = [...live.querySelectorAll('details[open]')].map(details => details.id);
  const id = document.activeElement?.closest('[id]')?.id, row = document.activeElement?.closest('li')?.id;
  live.innerHTML = html;
  for (const details of open) document.getElementById(details)?.setAttribute('open', '');
  const same = id && document.getElementById(id);
  const next = same?.tagName === 'DETAILS' ? same.querySelector('summary') : same;
  (next ?? (row && document.getElementById(row)?.querySelector('summary')))?.focus({preventScroll: true});
}
live.addEventListener('submit', async event => {
  event.preventDefault();
  const fields = new FormData(event.target, event.submitter);
  try { await fetch(event.target.action, {method: 'POST', body: new URLSearchParams(fields)}); } catch {}
  look();
});
setInterval(look, 1000);
"""


def _json(id: str, label: str, value: object) -> Html:
    shown = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return element("details", element("summary", label), element("pre", shown, tabindex="0"), id=id)


def _button(action: str, label: str, id: str, tongue: str, /, **fields: str) -> Html:
    hidden = [
        element("input", type="hidden", name=name, value=value) for name, value in (fields | {"lang": tongue}).items()
    ]
    first = "first" if fields.get("verdict") == "approve" else None
    return element("form", *hidden, element("button", label, id=id, class_=first), method="post", action=action)


def _verdicts(record: Record) -> dict[str, str]:
    if is_final(record.kind, record.members["status"]):
        return {}
    partial = record.members.get("payinSourceDetails", {}).get("partialPayinsEnabled")
    return {"approve": "approve", "decline": "DECLINED_BY_BANK"} | ({"partial": "partial"} if partial else {})


def _actions(record: Record, tongue: str) -> Html | None:
    text, kind, id = TEXTS[tongue], record.kind, record.id
    buttons = [
        _button("/dashboard/decide", text[label], f"{label}-{id}", tongue, kind=kind, id=id, verdict=verdict)
        for label, verdict in _verdicts(record).items()
    ]
    if kind in PAGES and record.members["status"] == "pending":
        url = f"/pay/{kind}/{id}?lang={tongue}"
        buttons.append(element("a", text["open_page"], href=url, id=f"page-{id}", class_="button"))
    return element("div", *buttons, class_="acts") if buttons else None


def _masked(hidden: Members) -> Members:
    account = hidden.get("bankAccount")
    return (
        hidden | {"bankAccount": account | {"accountNumber": ending(account["accountNumber"])}} if account else hidden
    )


def _label(members: Members) -> str:
    return str(members.get("reference") or members.get("name") or members.get("description") or members["id"])


def _sum(members: Members) -> Html | None:
    amount = members.get("amount", members.get("totalAmountCollected"))
    return None if amount is None else element("strong", pesos(amount))


def _object(record: Record, tongue: str) -> Html:
    text, members = TEXTS[tongue], record.members
    status = members.get("status")
    return element(
        "li",
        element(
            "div",
            element("span", _label(members), class_="grow"),
            _sum(members),
            badge(status) if status else None,
            element("span", members["statusMessage"], class_="id") if "statusMessage" in members else None,
            class_="line",
        ),
        _actions(record, tongue) if status else None,
        element(
            "div",
            _json(f"json-{record.id}", f"{text['object']} {record.id}", members),
            _json(f"hidden-{record.id}", text["not_echoed"], _masked(record.hidden)) if record.hidden else None,
            class_="line",
        ),
        id=f"row-{record.id}",
    )


def _section(kind: str, store: Store, tongue: str) -> Html:
    text, records, number = TEXTS[tongue], store.latest(kind, _ROWS), store.count(kind)
    count = element("span", f"{len(records)} {text['of']} {number}", class_="count")
    rows = [_object(record, tongue) for record in records]
    inside = element("ul", *rows, class_="rows") if rows else element("p", text["nothing"], class_="soft")
    return element("section", element("h2", text[kind], count), inside, class_="card")


def _notice(notice: Notice, settings: Settings, tongue: str) -> Html:
    text, seq = TEXTS[tongue], notice.seq
    body, headers = headers_for(notice, settings.integrity_key, settings.signature)
    again = _button("/dashboard/redeliver", text["redeliver"], f"redeliver-{seq}", tongue, seq=str(seq))
    return element(
        "li",
        element(
            "div",
            element("span", notice.event_type, class_="grow"),
            element("span", notice.timestamp, class_="id"),
            element("span", notice.scenario.replace("_", " "), class_="id") if notice.scenario else None,
            badge(notice.state, text[notice.state]),
            class_="line",
        ),
        element(
            "div",
            _json(f"payload-{seq}", text["payload"], msgspec.json.decode(body)),
            _json(f"signature-{seq}", text["signature"], headers),
            _json(f"attempts-{seq}", f"{text['attempts']}: {len(notice.attempts)}", notice.attempts),
            again if settings.webhook_url else None,
            class_="line",
        ),
        id=f"notice-{seq}",
    )


def _webhooks(store: Store, settings: Settings, tongue: str) -> Html:
    text = TEXTS[tongue]
    rows = [_notice(notice, settings, tongue) for notice in store.notices(_ROWS)]
    where = element("p", settings.webhook_url or text["webhooks_unsent"], class_="soft")
    inside = element("ul", *rows, class_="rows") if rows else element("p", text["nothing"], class_="soft")
    return element(
        "section", element("h2", text["webhooks"]), where, inside, class_="card", id="webhooks", tabindex="-1"
    )


def _balances(store: Store, now: float, tongue: str) -> Html:
    text = TEXTS[tongue]
    heading = element("h2", text["balances"], element("span", f"{text['time']}: {instant(now)}", class_="count"))
    words = {"availableBalance": "available", "unsettledAmount": "unsettled", "payoutLimitBalance": "payout_limit"}
    accounts = []
    for record in store.latest("merchantAccounts", _ROWS):
        shown = [(word, record.members[name]) for name, word in words.items() if name in record.members]
        values = [element("div", element("dt", text[word]), element("dd", pesos(value))) for word, value in shown]
        name = element("p", f"{record.members['description']} · {record.id} · {record.members['type']}", class_="soft")
        accounts.append(fragment(name, element("dl", *values, class_="money")))
    return element("section", heading, *accounts, class_="card")


def _content(mock: Mock, tongue: str) -> Html:
    store = mock.sandbox.store
    left = [_section(kind, store, tongue) for kind in _WITH_STATES]
    right = [_section(kind, store, tongue) for kind in _STATELESS]
    columns = [
        element("div", *left, class_="column"),
        element("div", _webhooks(store, mock.sandbox.settings, tongue), *right, class_="column"),
    ]
    return fragment(_balances(store, mock.clock.now(), tongue), element("div", *columns, class_="pair"))


def _whole(mock: Mock, tongue: str) -> Html:
    text, other = TEXTS[tongue], "en" if tongue == "es" else "es"
    state = element(
        "span", text["live"], id="state", role="status", data_live=text["live"], data_offline=text["offline"]
    )
    header = element(
        "header",
        element("h1", text["dashboard"]),
        element("p", text["no_money"], class_="soft"),
        element("p", state, class_="soft"),
        element("a", text["other_language"], href=f"?lang={other}", lang=other, hreflang=other),
    )
    main = element("main", _content(mock, tongue), id="live", data_version=str(mock.sandbox.version))
    return fragment(element("a", text["skip"], href="#webhooks", class_="skip"), header, main)


def dashboard_routes(mock: Mock) -> list[Route]:
    """The dashboard, its changes since a version, and its buttons."""
    sandbox = mock.sandbox

    async def show(request: Request) -> Response:
        tongue = language(request.query_params, request.headers.get("accept-language", ""))
        with sandbox.lock:
            sandbox.tick()
            version = str(sandbox.version)
            if "since" not in request.query_params:
                return page(TEXTS[tongue]["dashboard"], tongue, STYLE, _whole(mock, tongue), script=_SCRIPT)
            if request.query_params["since"] == version:
                return Response(status_code=204)
            return HTMLResponse(_content(mock, tongue), headers={"x-version": version, "cache-control": "no-store"})

    def button(act: Callable[[dict[str, str]], None]) -> Callable[[Request], Awaitable[Response]]:
        async def pressed(request: Request) -> Response:
            if refusal := foreign(request):
                return refusal
            fields = await form(request)
            with suppress(RefusedError, KeyError, ValueError):  # The page was older than the state: show the state.
                act(fields)
            return see_other(f"/?lang={language(fields, request.headers.get('accept-language', ''))}")

        return pressed

    decide = button(lambda fields: _decide(mock, fields))
    redeliver = button(lambda fields: _redeliver(mock, fields))
    return [
        Route("/", show, methods=["GET"]),
        Route("/dashboard/decide", decide, methods=["POST"]),
        Route("/dashboard/redeliver", redeliver, methods=["POST"]),
    ]


def _decide(mock: Mock, fields: dict[str, str]) -> None:
    mock.sandbox.decide(fields["kind"], fields["id"], fields["verdict"])


def _redeliver(mock: Mock, fields: dict[str, str]) -> None:
    mock.sandbox.redeliver(int(fields["seq"]))
