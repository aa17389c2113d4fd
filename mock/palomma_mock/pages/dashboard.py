"""The dashboard: what the mock holds, its webhooks, and the buttons that play payer and bank. Works without script;
with it, the page follows what happens."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from palomma_mock.rules.calendar import instant
from palomma_mock.rules.objects import PAGES
from palomma_mock.rules.schema import Members, RefusedError
from palomma_mock.rules.states import is_final, outcome_of
from palomma_mock.state.mock import Mock
from palomma_mock.state.store import Notice, Record

from .web import ending, foreign, form, language, page, see_other

_ROWS = 20


def buttons(record: Record) -> dict[str, str]:
    """Return the texts of the buttons that decide about an object, and their verdicts."""
    status = record.members.get("status")
    if outcome_of(record.kind, "approve") is None or status is None or is_final(record.kind, status):
        return {}
    partial = record.members.get("payinSourceDetails", {}).get("partialPayinsEnabled")
    return {"approve": "approve", "decline": "DECLINED_BY_BANK"} | ({"partial": "partial"} if partial else {})


def has_page(record: Record) -> bool:
    """Whether a payer is awaited on a page."""
    return record.kind in PAGES and record.members.get("status") == "pending"


def masked(hidden: Members) -> Members:
    """Return what the API doesn't show, the account number masked (R5)."""
    account = hidden.get("bankAccount")
    masked = {"bankAccount": account | {"accountNumber": ending(account["accountNumber"])}} if account else {}
    return hidden | masked


def _content(mock: Mock) -> dict[str, Any]:
    def signed(notice: Notice) -> tuple[Notice, Any, dict[str, str]]:
        body, headers = mock.signed(notice)
        return notice, msgspec.json.decode(body), headers

    kinds = {kind: "status" in mock.contract.schemas.members(r.item) for kind, r in mock.contract.resources.items()}
    parts = [
        {"kind": kind, "stateful": stateful, "records": mock.store.latest(kind, _ROWS), "count": mock.store.count(kind)}
        for kind, stateful in kinds.items()
        if kind != "merchantAccounts"
    ]
    return {
        "parts": parts,
        "accounts": mock.store.latest("merchantAccounts", _ROWS),
        "notices": [signed(notice) for notice in mock.store.notices(_ROWS)],
        "webhook_url": mock.settings.webhook_url,
        "now": instant(mock.clock.now()),
        "version": str(mock.version),
        "buttons": buttons,
        "has_page": has_page,
        "masked": masked,
    }


def dashboard_routes(mock: Mock) -> list[Route]:
    """Return the routes of the dashboard, of its changes since a version, and of its buttons."""

    async def show(request: Request) -> Response:
        with mock.lock:
            mock.tick()
            version = str(mock.version)
            if request.query_params.get("since") == version:
                return Response(status_code=204)
            template = "live.html" if "since" in request.query_params else "dashboard.html"
            response = page(request, template, **_content(mock))
            response.headers["x-version"] = version
            return response

    def button(act: Callable[[dict[str, str]], object]) -> Callable[[Request], Awaitable[Response]]:
        async def pressed(request: Request) -> Response:
            if refusal := foreign(request):
                return refusal
            fields = await form(request)
            with suppress(RefusedError, KeyError, ValueError):  # The page was older than the state: show the state.
                act(fields)
            return see_other(f"/?lang={language(fields, request.headers.get('accept-language', ''))}")

        return pressed

    decide = button(lambda fields: mock.decide(fields["id"], fields["verdict"]))
    redeliver = button(lambda fields: mock.redeliver(int(fields["seq"])))
    return [
        Route("/", show, methods=["GET"]),
        Route("/dashboard/decide", decide, methods=["POST"]),
        Route("/dashboard/redeliver", redeliver, methods=["POST"]),
    ]
