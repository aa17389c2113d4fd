from __future__ import annotations

from ...models.payin_link import PayinLink
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getPayinLinkById", "GET", "/payinLinks/{payin_link_id}", PayinLink.from_dict, takes_reference=False
)


def call(
    payin_link_id: str,
) -> Call[PayinLink]:
    """Build one call of `getPayinLinkById`."""
    return Call(
        OPERATION,
        f"/payinLinks/{segment('payin_link_id', payin_link_id)}",
    )
