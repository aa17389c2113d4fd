"""The pages that a payer meets at `paymentUrl` and `authUrl`: a bank that does as it is told.

Which query parameters Palomma adds to `redirectUrl` isn't known: this bank adds none.
"""

from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from palomma_mock.rules.objects import PAGES
from palomma_mock.rules.schema import RefusedError
from palomma_mock.rules.states import PAYERS, PENDING
from palomma_mock.state.mock import Mock
from palomma_mock.state.store import Record

from .web import foreign, form, language, page, see_other


def pay_routes(mock: Mock) -> list[Route]:
    """Return the routes that show a payer's page, and do what the payer chose."""

    def find(request: Request) -> Record | None:
        with mock.lock:
            mock.tick()
            kind, id = request.path_params["kind"], request.path_params["id"]
            return mock.store.get(kind, id) if kind in PAGES else None

    async def show(request: Request) -> Response:
        record, kind = find(request), request.path_params["kind"]
        # No form-action: Chromium applies it to where the answer redirects to, which is the merchant's.
        values = {"record": record, "kind": kind, "buttons": PAYERS, "waits": PENDING, "words": mock.contract.words}
        return page(request, "payer.html", status=200 if record else 404, forms="", **values)

    async def choose(request: Request) -> Response:
        if refusal := foreign(request):
            return refusal
        fields, record = await form(request), find(request)
        if record is None or record.members.get("status") != PENDING or fields.get("verdict") not in PAYERS.values():
            return see_other(f"?lang={language(fields, request.headers.get('accept-language', ''))}")
        with suppress(RefusedError):  # Decided elsewhere meanwhile: the payer goes back to the merchant all the same.
            mock.decide(record.id, fields["verdict"], _method(record, fields.get("method")))
        return see_other(str(record.members.get("redirectUrl", "?")))

    path = "/pay/{kind}/{id}"
    return [Route(path, show, methods=["GET"]), Route(path, choose, methods=["POST"])]


def _method(record: Record, chosen: str | None) -> str | None:
    types = record.hidden.get("availableTypes", [])
    return chosen if chosen in types else next(iter(types), None)
