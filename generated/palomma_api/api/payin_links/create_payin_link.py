from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinLink] = _calls.Operation(
    "createPayinLink",
    "POST",
    "/payinLinks",
    (_calls.Answer(200, 200, _values.ModelKind("PayinLink"), "json"),),
    "payin_links.create",
    body=_calls.Body(
        _values.union(
            _values.ModelKind("CreatePayinLink"),
            _values.ModelKind("CreatePayinLinkPse"),
            _values.ModelKind("CreatePayinLinkBancolombiaButton"),
            _values.ModelKind("CreatePayinLinkNequiButton"),
            _values.ModelKind("CreatePayinLinkCard"),
            _values.ModelKind("CreatePayinLinkBancolombiaCollect"),
            rest=_values.map_of(_values.ANY),
        ),
        model=_values.ModelKind("CreatePayinLink"),
        members=(
            ("customer_id", "customer_id"),
            ("redirect_url", "redirect_url"),
            ("amount", "amount"),
            ("available_types", "available_types"),
            ("reference", "reference"),
            ("description", "description"),
            ("expiration", "expiration"),
            ("target_merchant_account_id", "target_merchant_account_id"),
        ),
    ),
    effect="create",
    refusals=frozenset({400, 401}),
    identifying=("amount", "customerId"),
    free=("description", "expiration", "redirectUrl"),
    final=frozenset({"approved", "cancelled"}),
    state="status",
    look_up=_calls.LookUp("listPayinLinks", "reference", "reference"),
    scheme=_calls.Scheme("bearer"),
)
