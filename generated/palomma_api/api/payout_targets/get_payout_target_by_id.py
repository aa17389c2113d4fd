from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayoutTarget] = _calls.Operation(
    "getPayoutTargetById",
    "GET",
    "/payoutTargets/{payoutTargetId}",
    (_calls.Answer(200, 200, _values.ModelKind("PayoutTarget"), "json"),),
    "payout_targets.get",
    parameters=(
        _calls.Parameter("payout_target_id", "payoutTargetId", "path", _values.TEXT, required=True, explode=False),
    ),
    refusals=frozenset({400, 401, 404}),
    identifying=("customerId",),
    read_by="payout_target_id",
    final=frozenset({"active", "cancelled"}),
    state="status",
    scheme=_calls.Scheme("bearer"),
)
