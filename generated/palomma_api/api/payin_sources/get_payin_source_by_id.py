from __future__ import annotations

from ...models.payin_source import PayinSource
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getPayinSourceById", "GET", "/payinSources/{payin_source_id}", PayinSource.from_dict, takes_reference=False
)


def call(
    payin_source_id: str,
) -> Call[PayinSource]:
    """Build one call of `getPayinSourceById`."""
    return Call(
        OPERATION,
        f"/payinSources/{segment('payin_source_id', payin_source_id)}",
    )
