from __future__ import annotations

from ...models.payout_target import PayoutTarget
from ...types import Call, Operation, segment

OPERATION = Operation(
    "getPayoutTargetById", "GET", "/payoutTargets/{payout_target_id}", PayoutTarget.from_dict, takes_reference=False
)


def call(
    payout_target_id: str,
) -> Call[PayoutTarget]:
    """Build one call of `getPayoutTargetById`."""
    return Call(
        OPERATION,
        f"/payoutTargets/{segment('payout_target_id', payout_target_id)}",
    )
