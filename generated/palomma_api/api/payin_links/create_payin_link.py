from __future__ import annotations

from ...models.create_payin_link import CreatePayinLink
from ...models.payin_link import PayinLink
from ...models.payin_link_method import PayinLinkMethod
from ...types import Call, Operation

OPERATION = Operation("createPayinLink", "POST", "/payinLinks", PayinLink.from_dict, takes_reference=True)


def call(
    *,
    customer_id: str,
    redirect_url: str,
    amount: int,
    available_types: list[PayinLinkMethod],
    reference: str | None = None,
    description: str | None = None,
    expiration: str | None = None,
    target_merchant_account_id: str | None = None,
) -> Call[PayinLink]:
    """Build one call of `createPayinLink`."""
    return Call(
        OPERATION,
        "/payinLinks",
        body=CreatePayinLink(
            customer_id=customer_id,
            redirect_url=redirect_url,
            amount=amount,
            available_types=available_types,
            reference=reference,
            description=description,
            expiration=expiration,
            target_merchant_account_id=target_merchant_account_id,
        ).to_dict(),
    )
