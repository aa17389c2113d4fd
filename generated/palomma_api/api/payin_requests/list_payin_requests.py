from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinRequestPage] = _calls.Operation(
    "listPayinRequests",
    "GET",
    "/payinRequests",
    (_calls.Answer(200, 200, _values.ModelKind("PayinRequestPage"), "json"),),
    "payin_requests.list",
    parameters=(
        _calls.Parameter("limit", "limit", "query", _values.INTEGER),
        _calls.Parameter("cursor", "cursor", "query", _values.TEXT),
        _calls.Parameter("reference", "reference", "query", _values.TEXT),
        _calls.Parameter("customer_id", "customerId", "query", _values.TEXT),
    ),
    refusals=frozenset({400, 401}),
    page=_pages.Page(items=("items",), attributes=("items",), parameter="cursor", next=("cursor",), size="limit"),
    scheme=_calls.Scheme("bearer"),
)
