from __future__ import annotations

from ...models.bank_account import BankAccount
from ...models.create_payout_target import CreatePayoutTarget
from ...models.payout_target import PayoutTarget
from ...types import Call, Operation

OPERATION = Operation("createPayoutTarget", "POST", "/payoutTargets", PayoutTarget.from_dict, takes_reference=True)


def call(
    *,
    customer_id: str,
    redirect_url: str,
    bank_account: BankAccount,
    reference: str | None = None,
    description: str | None = None,
) -> Call[PayoutTarget]:
    """Build one call of `createPayoutTarget`."""
    return Call(
        OPERATION,
        "/payoutTargets",
        body=CreatePayoutTarget(
            customer_id=customer_id,
            redirect_url=redirect_url,
            bank_account=bank_account,
            reference=reference,
            description=description,
        ).to_dict(),
    )
