"""The dashboard: what the mock holds, what came in and went out, and the buttons. Works without script; with it, pages
follow what happens."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, get_args
from urllib.parse import quote

import msgspec
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from palomma_mock.rules.faults import FAULTS, Lies
from palomma_mock.rules.objects import PAGES
from palomma_mock.rules.schema import RefusedError
from palomma_mock.rules.settings import Scenario
from palomma_mock.rules.states import BANKS, PARTIAL, PENDING, is_final, outcome_of
from palomma_mock.state.mock import Exchange, Mock
from palomma_mock.state.store import Record

from .actions import ACTIONS
from .web import foreign, form, masked, page, see_other

_FEW, _ROWS, _SIZES = 5, 20, 10**9
_ACCOUNTS = "merchantAccounts"
# What can be pressed where the control API is off.
_ALWAYS = ("decide", "redeliver", "trigger")


def buttons(record: Record) -> dict[str, str]:
    """Return the texts of the buttons that decide about an object, and their verdicts."""
    status = record.members.get("status")
    if outcome_of(record.kind, "approve") is None or status is None or is_final(record.kind, status):
        return {}
    partial = record.members.get("payinSourceDetails", {}).get("partialPayinsEnabled")
    return BANKS | ({"in_part": PARTIAL} if partial else {})


def has_page(record: Record) -> bool:
    """Whether a payer is awaited on a page."""
    return record.kind in PAGES and record.members.get("status") == PENDING


def _decoded(body: bytes | None) -> Any:
    with suppress(ValueError, RecursionError):
        return msgspec.json.decode(body or b"null")
    return None


class Dashboard:
    """The pages of one mock. Each view returns what its template shows."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock

    def home(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return a little of everything."""
        store, resources, lies = self._mock.store, self._mock.contract.resources, asdict(self._mock.lies)
        kinds = [(kind, store.count(kind), store.latest(kind, _FEW)) for kind in resources if kind != _ACCOUNTS]
        return {
            "kinds": [{"kind": kind, "count": count, "records": records} for kind, count, records in kinds],
            "accounts": store.latest(_ACCOUNTS, _ROWS),
            "notices": store.notices(_FEW),
            "exchanges": self._latest(_FEW),
            "lies": {name: value for name, value in lies.items() if value != getattr(Lies(), name)},
            "choices": {"faults": FAULTS, "scenarios": get_args(Scenario)},
        }

    def objects(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return a page of the objects of a kind, or what a search finds in all kinds."""
        store, schemas, resources = self._mock.store, self._mock.contract.schemas, self._mock.contract.resources
        kind, text, status = query.get("kind", ""), query.get("q", "").strip(), query.get("status", "")
        resource, begin = resources.get(kind), query.get("before", "")
        if text or resource is None:
            found = [{"kind": each, "records": store.search(each, text, _ROWS)} for each in resources if text]
            return {"found": [part for part in found if part["records"]]}
        before = int(begin) if re.fullmatch("[0-9]{1,17}", begin) else _SIZES
        records = store.latest(kind, _ROWS + 1, status, before)
        part = {"kind": kind, "count": store.count(kind, status), "records": records[:_ROWS]}
        statuses = schemas.at(schemas.members(resource.item).get("status")).get("enum", [])
        older = {"kind": kind, "status": status, "before": records[_ROWS - 1].seq} if len(records) > _ROWS else None
        return {"found": [part], "kind": kind, "statuses": statuses, "state": status, "older": older}

    def object(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return one object, with all that is known of it."""
        record = self._mock.store.get(query.get("kind", ""), query.get("id", ""))
        notices = self._mock.store.notices(object_id=record.id) if record else []
        made = self._mock.contract.resources[record.kind].path if record else ""
        asked = self._masked(_decoded(record.request)) if record else None
        return {"record": record, "notices": notices, "made": made, "asked": asked}

    def webhooks(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the latest notifications."""
        return {"notices": self._mock.store.notices(_ROWS * _FEW)}

    def requests(self, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the latest requests of the API."""
        return {"exchanges": self._latest(_ROWS * _FEW)}

    def _latest(self, limit: int) -> list[tuple[Exchange, Any, Any]]:
        """Return requests, newest first, with what was sent, masked, and what was wrong with it."""
        latest = list(self._mock.exchanges)[: -limit - 1 : -1]
        return [(one, self._masked(_decoded(one.request.body)), self._wrong(one)) for one in latest]

    def _wrong(self, exchange: Exchange) -> str:
        answer = _decoded(exchange.answer.body) if exchange.answer.status >= 400 else None
        return str(answer.get("message", "")) if isinstance(answer, dict) else ""

    def _masked(self, value: Any) -> Any:
        return masked(self._mock.contract, value)

    async def show(self, request: Request) -> Response:
        """Return a page, or nothing if it would be as it was in version `since`."""
        mock, query = self._mock, request.query_params
        with mock.lock:
            mock.tick()
            version = f"{mock.version}-{mock.exchanges[-1].number if mock.exchanges else 0}"
            if query.get("since") == version:
                return Response(status_code=204)
            name = request.scope["path"].strip("/") or "home"
            values = getattr(self, name)(query)
            shared: dict[str, Any] = {
                "view": f"{name}.html",
                "name": name,
                "version": version,
                "mock": mock,
                "masked": self._masked,
            }
            shared |= {"buttons": buttons, "has_page": has_page, "words": mock.contract.words, "now": mock.clock.now()}
            missing = name == "object" and values["record"] is None
            whole = "whole.html" if "since" not in query else f"{name}.html"
            response = page(request, whole, status=404 if missing else 200, **shared, **values)
            response.headers["x-version"] = version
            return response

    async def press(self, request: Request) -> Response:
        """Do what a button says, and lead back to its page; or say why it can't be done."""
        if refusal := foreign(request):
            return refusal
        fields, name = await form(request), request.path_params["name"]
        back, lang = fields.pop("back", "/"), {"lang": fields.pop("lang", "")}
        if name not in (ACTIONS if self._mock.settings.control else _ALWAYS):
            return page(request, "refused.html", lang, status=404, message=name, back="/")
        kind, act = ACTIONS[name]
        try:
            act(self._mock, msgspec.convert(fields, kind, strict=False))
            self._mock.version += 1
        except (RefusedError, ValueError, OverflowError) as problem:
            return page(request, "refused.html", lang, status=400, message=str(problem), back=_own(back))
        return see_other(_own(back))

    def routes(self) -> list[Route]:
        """Return the routes."""
        paths = ("/", "/objects", "/object", "/webhooks", "/requests")
        shown = [Route(path, self.show, methods=["GET"]) for path in paths]
        return [*shown, Route("/do/{name}", self.press, methods=["POST"])]


def _own(path: str) -> str:
    """Return a path of this server's, and of nobody else's."""
    return quote(path, safe="/?&=%") if path[:1] == "/" and path[1:2] not in ("/", "\\") else "/"
