from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayoutTarget] = _calls.Operation(
    "createPayoutTarget",
    "POST",
    "/payoutTargets",
    (_calls.Answer(200, 200, _values.ModelKind("PayoutTarget"), "json"),),
    "payout_targets.create",
    body=_calls.Body(
        _values.ModelKind("CreatePayoutTarget"),
        model=_values.ModelKind("CreatePayoutTarget"),
        members=(
            ("customer_id", "customer_id"),
            ("redirect_url", "redirect_url"),
            ("bank_account", "bank_account"),
            ("reference", "reference"),
            ("description", "description"),
        ),
    ),
    effect="create",
    refusals=frozenset({400, 401}),
    identifying=("customerId",),
    free=("description", "redirectUrl"),
    final=frozenset({"active", "cancelled"}),
    state="status",
    look_up=_calls.LookUp("listPayoutTargets", "reference", "reference"),
    scheme=_calls.Scheme("bearer"),
)
