from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinSettlement] = _calls.Operation(
    "getPayinSettlementById",
    "GET",
    "/merchantAccounts/{merchantAccountId}/settlements/{payinSettlementId}",
    (_calls.Answer(200, 200, _values.ModelKind("PayinSettlement"), "json"),),
    "payin_settlements.get",
    parameters=(
        _calls.Parameter(
            "merchant_account_id", "merchantAccountId", "path", _values.TEXT, required=True, explode=False
        ),
        _calls.Parameter(
            "payin_settlement_id", "payinSettlementId", "path", _values.TEXT, required=True, explode=False
        ),
    ),
    refusals=frozenset({400, 401, 404}),
    read_by="payin_settlement_id",
    scheme=_calls.Scheme("bearer"),
)
