from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.Customer] = _calls.Operation(
    "getCustomerById",
    "GET",
    "/customers/{customerId}",
    (_calls.Answer(200, 200, _values.ModelKind("Customer"), "json"),),
    "customers.get",
    parameters=(_calls.Parameter("customer_id", "customerId", "path", _values.TEXT, required=True, explode=False),),
    refusals=frozenset({400, 401, 404}),
    identifying=("documentNumber",),
    read_by="customer_id",
    scheme=_calls.Scheme("bearer"),
)
