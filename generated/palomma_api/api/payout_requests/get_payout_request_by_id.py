from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayoutRequest] = _calls.Operation(
    "getPayoutRequestById",
    "GET",
    "/payoutRequests/{payoutRequestId}",
    (_calls.Answer(200, 200, _values.ModelKind("PayoutRequest"), "json"),),
    "payout_requests.get",
    parameters=(
        _calls.Parameter("payout_request_id", "payoutRequestId", "path", _values.TEXT, required=True, explode=False),
    ),
    refusals=frozenset({400, 401, 404}),
    identifying=("amount", "payoutTargetId"),
    read_by="payout_request_id",
    final=frozenset({"approved", "cancelled"}),
    state="status",
    scheme=_calls.Scheme("bearer"),
)
