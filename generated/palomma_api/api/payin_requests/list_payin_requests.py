from __future__ import annotations

from ...models.payin_request_page import PayinRequestPage
from ...types import Call, Operation, parameters

OPERATION = Operation("listPayinRequests", "GET", "/payinRequests", PayinRequestPage.from_dict, takes_reference=False)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    reference: str | None = None,
    customer_id: str | None = None,
) -> Call[PayinRequestPage]:
    """Build one call of `listPayinRequests`."""
    return Call(
        OPERATION,
        "/payinRequests",
        query=parameters(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customerId=customer_id,
        ),
    )
