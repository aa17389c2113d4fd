from __future__ import annotations

from ...models.payout_request import PayoutRequest
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getPayoutRequestById", "GET", "/payoutRequests/{payout_request_id}", PayoutRequest.from_dict, takes_reference=False
)


def call(
    payout_request_id: str,
) -> Call[PayoutRequest]:
    """Build one call of `getPayoutRequestById`."""
    return Call(
        OPERATION,
        f"/payoutRequests/{segment('payout_request_id', payout_request_id)}",
    )
