from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinLink] = _calls.Operation(
    "getPayinLinkById",
    "GET",
    "/payinLinks/{payinLinkId}",
    (_calls.Answer(200, 200, _values.ModelKind("PayinLink"), "json"),),
    "payin_links.get",
    parameters=(_calls.Parameter("payin_link_id", "payinLinkId", "path", _values.TEXT, required=True, explode=False),),
    refusals=frozenset({400, 401, 404}),
    identifying=("amount", "customerId"),
    read_by="payin_link_id",
    final=frozenset({"approved", "cancelled"}),
    state="status",
    scheme=_calls.Scheme("bearer"),
)
