from __future__ import annotations

from ...models.payout_request_page import PayoutRequestPage
from ...types import Call, Operation, parameters

OPERATION = Operation(
    "listPayoutRequests", "GET", "/payoutRequests", PayoutRequestPage.from_dict, takes_reference=False
)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    reference: str | None = None,
    customer_id: str | None = None,
) -> Call[PayoutRequestPage]:
    """Build one call of `listPayoutRequests`."""
    return Call(
        OPERATION,
        "/payoutRequests",
        query=parameters(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customerId=customer_id,
        ),
    )
