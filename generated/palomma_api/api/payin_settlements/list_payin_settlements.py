from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinSettlementPage] = _calls.Operation(
    "listPayinSettlements",
    "GET",
    "/merchantAccounts/{merchantAccountId}/settlements",
    (_calls.Answer(200, 200, _values.ModelKind("PayinSettlementPage"), "json"),),
    "payin_settlements.list",
    parameters=(
        _calls.Parameter(
            "merchant_account_id", "merchantAccountId", "path", _values.TEXT, required=True, explode=False
        ),
        _calls.Parameter("limit", "limit", "query", _values.INTEGER),
        _calls.Parameter("cursor", "cursor", "query", _values.TEXT),
    ),
    refusals=frozenset({400, 401, 404}),
    page=_pages.Page(items=("items",), attributes=("items",), parameter="cursor", next=("cursor",), size="limit"),
    scheme=_calls.Scheme("bearer"),
)
