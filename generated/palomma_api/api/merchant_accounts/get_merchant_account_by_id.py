from __future__ import annotations

from typing import TYPE_CHECKING

from ...runtime import calls as _calls
from ...runtime import values as _values

if TYPE_CHECKING:
    from ... import models as _models

OPERATION: _calls.Operation[_models.MerchantAccount] = _calls.Operation(
    "getMerchantAccountById",
    "GET",
    "/merchantAccounts/{merchantAccountId}",
    (_calls.Answer(200, 200, _values.ModelKind("MerchantAccount"), "json"),),
    "merchant_accounts.get",
    parameters=(
        _calls.Parameter(
            "merchant_account_id", "merchantAccountId", "path", _values.TEXT, required=True, explode=False
        ),
    ),
    refusals=frozenset({400, 401, 404}),
    scheme=_calls.Scheme("bearer"),
)
