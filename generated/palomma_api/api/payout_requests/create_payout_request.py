from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayoutRequest] = _calls.Operation(
    "createPayoutRequest",
    "POST",
    "/payoutRequests",
    (_calls.Answer(200, 200, _values.ModelKind("PayoutRequest"), "json"),),
    "payout_requests.create",
    body=_calls.Body(
        _values.ModelKind("CreatePayoutRequest"),
        model=_values.ModelKind("CreatePayoutRequest"),
        members=(
            ("payout_target_id", "payout_target_id"),
            ("amount", "amount"),
            ("reference", "reference"),
            ("source_merchant_account_id", "source_merchant_account_id"),
        ),
    ),
    effect="create",
    moves_money=True,
    refusals=frozenset({400, 401}),
    identifying=("amount", "payoutTargetId"),
    final=frozenset({"approved", "cancelled"}),
    state="status",
    look_up=_calls.LookUp("listPayoutRequests", "reference", "reference"),
    scheme=_calls.Scheme("bearer"),
)
