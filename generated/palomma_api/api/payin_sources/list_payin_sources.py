from __future__ import annotations

from ...models.payin_source_page import PayinSourcePage
from ...types import Call, Operation, parameters

OPERATION = Operation("listPayinSources", "GET", "/payinSources", PayinSourcePage.from_dict, takes_reference=False)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    reference: str | None = None,
    customer_id: str | None = None,
) -> Call[PayinSourcePage]:
    """Build one call of `listPayinSources`."""
    return Call(
        OPERATION,
        "/payinSources",
        query=parameters(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customerId=customer_id,
        ),
    )
