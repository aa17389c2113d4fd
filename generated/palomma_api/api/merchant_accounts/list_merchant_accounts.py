from __future__ import annotations

from ...models.merchant_account_page import MerchantAccountPage
from ...types import Call, Operation, parameters

OPERATION = Operation(
    "listMerchantAccounts", "GET", "/merchantAccounts", MerchantAccountPage.from_dict, takes_reference=False
)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[MerchantAccountPage]:
    """Build one call of `listMerchantAccounts`."""
    return Call(
        OPERATION,
        "/merchantAccounts",
        query=parameters(
            limit=limit,
            cursor=cursor,
        ),
    )
