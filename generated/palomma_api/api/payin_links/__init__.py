from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator

from ...models.payin_link import PayinLink
from ...models.payin_link_method import PayinLinkMethod
from ...models.payin_link_page import PayinLinkPage
from ...types import AsyncSend, Send, apaginate, paginate
from . import create_payin_link, get_payin_link_by_id, list_payin_links


class PayinLinks:
    """The operations of `client.payin_links`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayinLinkPage:
        """List payin links

        One page of payin links. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinLinks/list.md

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payin_links.call(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customer_id=customer_id,
        )
        return self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> Iterator[PayinLink]:
        """All items, page after page: List payin links

        One page of payin links. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinLinks/list.md

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_payin_links.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        amount: int,
        available_types: builtins.list[PayinLinkMethod],
        reference: str | None = None,
        description: str | None = None,
        expiration: str | None = None,
        target_merchant_account_id: str | None = None,
    ) -> PayinLink:
        """Create a payin link

        Create a one-time collection. Send the customer to the `paymentUrl` of the answer; the link is paid once its
        status is `approved`, and the customer's return to `redirectUrl` proves nothing. There is no idempotency
        key.
        https://docs.palomma.com/api-documentation/payinLinks/create

        Args:
            customer_id: Id of the customer who is to pay.
            redirect_url: Where Palomma sends the customer afterwards.
            amount: Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless
                Palomma raises it.
            available_types: The means of payment that the customer can choose from.
            reference: The merchant's own identifier of the payin link. Palomma does not say that it must be unique.
            description: The merchant's own remark.
            expiration: Until when the link can be paid, as local date and time without zone such as 2024-03-01T18:30:00. At
                most the end of the seventh day after creation; the end of the next day when absent. The zone is not
                documented.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account when absent.
        """
        request = create_payin_link.call(
            customer_id=customer_id,
            redirect_url=redirect_url,
            amount=amount,
            available_types=available_types,
            reference=reference,
            description=description,
            expiration=expiration,
            target_merchant_account_id=target_merchant_account_id,
        )
        return self._send(request)

    def get(
        self,
        payin_link_id: str,
    ) -> PayinLink:
        """Get a payin link

        One payin link by its id.
        https://docs.palomma.com/api-documentation/payinLinks/get

        Args:
            payin_link_id: see the contract
        """
        request = get_payin_link_by_id.call(
            payin_link_id,
        )
        return self._send(request)


class AsyncPayinLinks:
    """The operations of `client.payin_links`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayinLinkPage:
        """List payin links

        One page of payin links. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinLinks/list.md

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payin_links.call(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customer_id=customer_id,
        )
        return await self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> AsyncIterator[PayinLink]:
        """All items, page after page: List payin links

        One page of payin links. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinLinks/list.md

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_payin_links.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    async def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        amount: int,
        available_types: builtins.list[PayinLinkMethod],
        reference: str | None = None,
        description: str | None = None,
        expiration: str | None = None,
        target_merchant_account_id: str | None = None,
    ) -> PayinLink:
        """Create a payin link

        Create a one-time collection. Send the customer to the `paymentUrl` of the answer; the link is paid once its
        status is `approved`, and the customer's return to `redirectUrl` proves nothing. There is no idempotency
        key.
        https://docs.palomma.com/api-documentation/payinLinks/create

        Args:
            customer_id: Id of the customer who is to pay.
            redirect_url: Where Palomma sends the customer afterwards.
            amount: Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000 unless
                Palomma raises it.
            available_types: The means of payment that the customer can choose from.
            reference: The merchant's own identifier of the payin link. Palomma does not say that it must be unique.
            description: The merchant's own remark.
            expiration: Until when the link can be paid, as local date and time without zone such as 2024-03-01T18:30:00. At
                most the end of the seventh day after creation; the end of the next day when absent. The zone is not
                documented.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account when absent.
        """
        request = create_payin_link.call(
            customer_id=customer_id,
            redirect_url=redirect_url,
            amount=amount,
            available_types=available_types,
            reference=reference,
            description=description,
            expiration=expiration,
            target_merchant_account_id=target_merchant_account_id,
        )
        return await self._send(request)

    async def get(
        self,
        payin_link_id: str,
    ) -> PayinLink:
        """Get a payin link

        One payin link by its id.
        https://docs.palomma.com/api-documentation/payinLinks/get

        Args:
            payin_link_id: see the contract
        """
        request = get_payin_link_by_id.call(
            payin_link_id,
        )
        return await self._send(request)
