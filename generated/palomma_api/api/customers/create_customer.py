from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.Customer] = _calls.Operation(
    "createCustomer",
    "POST",
    "/customers",
    (_calls.Answer(200, 200, _values.ModelKind("Customer"), "json"),),
    "customers.create",
    body=_calls.Body(
        _values.ModelKind("CreateCustomer"),
        model=_values.ModelKind("CreateCustomer"),
        members=(
            ("name", "name"),
            ("document_type", "document_type"),
            ("document_number", "document_number"),
            ("email", "email"),
            ("phone_number", "phone_number"),
            ("reference", "reference"),
        ),
    ),
    effect="create",
    refusals=frozenset({400, 401}),
    identifying=("documentNumber",),
    look_up=_calls.LookUp("listCustomers", "reference", "reference"),
    scheme=_calls.Scheme("bearer"),
)
