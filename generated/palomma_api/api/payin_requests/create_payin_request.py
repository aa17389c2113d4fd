from __future__ import annotations

from ...models.create_payin_request import CreatePayinRequest
from ...models.payin_request import PayinRequest
from ...types import Call, Operation

OPERATION = Operation("createPayinRequest", "POST", "/payinRequests", PayinRequest.from_dict, takes_reference=True)


def call(
    *,
    payin_source_id: str,
    amount: int,
    reference: str | None = None,
    target_merchant_account_id: str | None = None,
) -> Call[PayinRequest]:
    """Build one call of `createPayinRequest`."""
    return Call(
        OPERATION,
        "/payinRequests",
        body=CreatePayinRequest(
            payin_source_id=payin_source_id,
            amount=amount,
            reference=reference,
            target_merchant_account_id=target_merchant_account_id,
        ).to_dict(),
    )
