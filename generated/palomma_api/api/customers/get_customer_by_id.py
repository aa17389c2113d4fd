from __future__ import annotations

from ...models.customer import Customer
from ...types import Call, Operation, segment

OPERATION = Operation("getCustomerById", "GET", "/customers/{customer_id}", Customer.from_dict, takes_reference=False)


def call(
    customer_id: str,
) -> Call[Customer]:
    """Build one call of `getCustomerById`."""
    return Call(
        OPERATION,
        f"/customers/{segment('customer_id', customer_id)}",
    )
