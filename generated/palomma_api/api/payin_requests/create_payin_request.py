from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinRequest] = _calls.Operation(
    "createPayinRequest",
    "POST",
    "/payinRequests",
    (_calls.Answer(200, 200, _values.ModelKind("PayinRequest"), "json"),),
    "payin_requests.create",
    body=_calls.Body(
        _values.ModelKind("CreatePayinRequest"),
        model=_values.ModelKind("CreatePayinRequest"),
        members=(
            ("payin_source_id", "payin_source_id"),
            ("amount", "amount"),
            ("reference", "reference"),
            ("target_merchant_account_id", "target_merchant_account_id"),
        ),
    ),
    effect="create",
    moves_money=True,
    refusals=frozenset({400, 401}),
    identifying=("amount", "payinSourceId"),
    final=frozenset({"approved", "cancelled", "partial"}),
    state="status",
    look_up=_calls.LookUp("listPayinRequests", "reference", "reference"),
    scheme=_calls.Scheme("bearer"),
)
