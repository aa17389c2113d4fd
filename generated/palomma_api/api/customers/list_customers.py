from __future__ import annotations

from ...models.customer_page import CustomerPage
from ...types import Call, Operation, parameters

OPERATION = Operation("listCustomers", "GET", "/customers", CustomerPage.from_dict, takes_reference=False)


def call(
    *,
    limit: int | None = None,
    cursor: str | None = None,
    reference: str | None = None,
) -> Call[CustomerPage]:
    """Build one call of `listCustomers`."""
    return Call(
        OPERATION,
        "/customers",
        query=parameters(
            limit=limit,
            cursor=cursor,
            reference=reference,
        ),
    )
