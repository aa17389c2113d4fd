from __future__ import annotations

from ...models.bank_account import BankAccount
from ...models.create_payin_source import CreatePayinSource
from ...models.payin_source import PayinSource
from ...types import Call, Operation

OPERATION = Operation("createPayinSource", "POST", "/payinSources", PayinSource.from_dict, takes_reference=True)


def call(
    *,
    customer_id: str,
    redirect_url: str,
    bank_account: BankAccount,
    reference: str | None = None,
    description: str | None = None,
    partial_payins_enabled: bool | None = None,
) -> Call[PayinSource]:
    """Build one call of `createPayinSource`."""
    return Call(
        OPERATION,
        "/payinSources",
        body=CreatePayinSource(
            customer_id=customer_id,
            redirect_url=redirect_url,
            bank_account=bank_account,
            reference=reference,
            description=description,
            partial_payins_enabled=partial_payins_enabled,
        ).to_dict(),
    )
