from __future__ import annotations

from ...models.payin_settlement_page import PayinSettlementPage
from ...types import Call, Operation, parameters, segment

OPERATION = Operation(
    "listPayinSettlements",
    "GET",
    "/merchantAccounts/{merchant_account_id}/settlements",
    PayinSettlementPage.from_dict,
    takes_reference=False,
)


def call(
    merchant_account_id: str,
    *,
    limit: int | None = None,
    cursor: str | None = None,
) -> Call[PayinSettlementPage]:
    """Build one call of `listPayinSettlements`."""
    return Call(
        OPERATION,
        f"/merchantAccounts/{segment('merchant_account_id', merchant_account_id)}/settlements",
        query=parameters(
            limit=limit,
            cursor=cursor,
        ),
    )
