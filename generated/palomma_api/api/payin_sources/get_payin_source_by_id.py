from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.PayinSource] = _calls.Operation(
    "getPayinSourceById",
    "GET",
    "/payinSources/{payinSourceId}",
    (_calls.Answer(200, 200, _values.ModelKind("PayinSource"), "json"),),
    "payin_sources.get",
    parameters=(
        _calls.Parameter("payin_source_id", "payinSourceId", "path", _values.TEXT, required=True, explode=False),
    ),
    refusals=frozenset({400, 401, 404}),
    identifying=("customerId",),
    read_by="payin_source_id",
    final=frozenset({"active", "cancelled"}),
    state="status",
    scheme=_calls.Scheme("bearer"),
)
