from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinRequest] = _calls.Operation(
    "getPayinRequestById",
    "GET",
    "/payinRequests/{payinRequestId}",
    (_calls.Answer(200, 200, _values.ModelKind("PayinRequest"), "json"),),
    "payin_requests.get",
    parameters=(
        _calls.Parameter("payin_request_id", "payinRequestId", "path", _values.TEXT, required=True, explode=False),
    ),
    refusals=frozenset({400, 401, 404}),
    identifying=("amount", "payinSourceId"),
    read_by="payin_request_id",
    final=frozenset({"approved", "cancelled", "partial"}),
    state="status",
    scheme=_calls.Scheme("bearer"),
)
