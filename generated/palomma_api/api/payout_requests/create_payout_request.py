from __future__ import annotations

from ...models.create_payout_request import CreatePayoutRequest
from ...models.payout_request import PayoutRequest
from ...types import Call, Operation

OPERATION = Operation("createPayoutRequest", "POST", "/payoutRequests", PayoutRequest.from_dict, takes_reference=True)


def call(
    *,
    payout_target_id: str,
    amount: int,
    reference: str | None = None,
    source_merchant_account_id: str | None = None,
) -> Call[PayoutRequest]:
    """Build one call of `createPayoutRequest`."""
    return Call(
        OPERATION,
        "/payoutRequests",
        body=CreatePayoutRequest(
            payout_target_id=payout_target_id,
            amount=amount,
            reference=reference,
            source_merchant_account_id=source_merchant_account_id,
        ).to_dict(),
    )
