from __future__ import annotations

from ...models.merchant_account import MerchantAccount
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getMerchantAccountById",
    "GET",
    "/merchantAccounts/{merchant_account_id}",
    MerchantAccount.from_dict,
    takes_reference=False,
)


def call(
    merchant_account_id: str,
) -> Call[MerchantAccount]:
    """Build one call of `getMerchantAccountById`."""
    return Call(
        OPERATION,
        f"/merchantAccounts/{segment('merchant_account_id', merchant_account_id)}",
    )
