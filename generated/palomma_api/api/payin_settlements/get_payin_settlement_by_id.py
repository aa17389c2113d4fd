from __future__ import annotations

from ...models.payin_settlement import PayinSettlement
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getPayinSettlementById",
    "GET",
    "/merchantAccounts/{merchant_account_id}/settlements/{payin_settlement_id}",
    PayinSettlement.from_dict,
    takes_reference=False,
)


def call(
    merchant_account_id: str,
    payin_settlement_id: str,
) -> Call[PayinSettlement]:
    """Build one call of `getPayinSettlementById`."""
    return Call(
        OPERATION,
        f"/merchantAccounts/{segment('merchant_account_id', merchant_account_id)}/settlements/{segment('payin_settlement_id', payin_settlement_id)}",
    )
