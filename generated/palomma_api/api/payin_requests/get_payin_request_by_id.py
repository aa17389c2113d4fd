from __future__ import annotations

from ...models.payin_request import PayinRequest
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getPayinRequestById", "GET", "/payinRequests/{payin_request_id}", PayinRequest.from_dict, takes_reference=False
)


def call(
    payin_request_id: str,
) -> Call[PayinRequest]:
    """Build one call of `getPayinRequestById`."""
    return Call(
        OPERATION,
        f"/payinRequests/{segment('payin_request_id', payin_request_id)}",
    )
