from __future__ import annotations

from ...models.payin_link_page import PayinLinkPage
from ...types import Call, Operation, parameters

OPERATION = Operation("listPayinLinks", "GET", "/payinLinks", PayinLinkPage.from_dict, takes_reference=False)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    reference: str | None = None,
    customer_id: str | None = None,
) -> Call[PayinLinkPage]:
    """Build one call of `listPayinLinks`."""
    return Call(
        OPERATION,
        "/payinLinks",
        query=parameters(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customerId=customer_id,
        ),
    )
