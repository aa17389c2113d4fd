from __future__ import annotations

from ...models.payout_target_page import PayoutTargetPage
from ...types import Call, Operation, parameters

OPERATION = Operation("listPayoutTargets", "GET", "/payoutTargets", PayoutTargetPage.from_dict, takes_reference=False)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    reference: str | None = None,
    customer_id: str | None = None,
) -> Call[PayoutTargetPage]:
    """Build one call of `listPayoutTargets`."""
    return Call(
        OPERATION,
        "/payoutTargets",
        query=parameters(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customerId=customer_id,
        ),
    )
