from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinSource] = _calls.Operation(
    "createPayinSource",
    "POST",
    "/payinSources",
    (_calls.Answer(200, 200, _values.ModelKind("PayinSource"), "json"),),
    "payin_sources.create",
    body=_calls.Body(
        _values.union(
            _values.ModelKind("CreatePayinSource"),
            _values.ModelKind("CreatePayinSourceBancolombiaToken"),
            _values.ModelKind("CreatePayinSourceNequiToken"),
            rest=_values.map_of(_values.ANY),
        ),
        model=_values.ModelKind("CreatePayinSource"),
        members=(
            ("customer_id", "customer_id"),
            ("redirect_url", "redirect_url"),
            ("bank_account", "bank_account"),
            ("reference", "reference"),
            ("description", "description"),
            ("partial_payins_enabled", "partial_payins_enabled"),
        ),
    ),
    effect="create",
    refusals=frozenset({400, 401}),
    identifying=("customerId",),
    free=("description", "redirectUrl"),
    final=frozenset({"active", "cancelled"}),
    state="status",
    look_up=_calls.LookUp("listPayinSources", "reference", "reference"),
    scheme=_calls.Scheme("bearer"),
)
