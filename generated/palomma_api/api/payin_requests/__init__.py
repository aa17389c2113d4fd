from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.payin_request import PayinRequest
from ...models.payin_request_page import PayinRequestPage
from ...types import AsyncSend, Send, apaginate, paginate
from . import create_payin_request, get_payin_request_by_id, list_payin_requests


class PayinRequests:
    """The operations of `client.payin_requests`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayinRequestPage:
        """List payin requests

        One page of payin requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinRequests/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payin_requests.call(
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
    ) -> Iterator[PayinRequest]:
        """All items, page after page: List payin requests

        One page of payin requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinRequests/list

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_payin_requests.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    def create(
        self,
        *,
        payin_source_id: str,
        amount: int,
        reference: str | None = None,
        target_merchant_account_id: str | None = None,
    ) -> PayinRequest:
        """Create a payin request

        Debit an active payin source. The answer says `processing`; the outcome comes later. There is no idempotency
        key: a repeated create can debit twice.
        https://docs.palomma.com/api-documentation/payinRequests/create

        Args:
            payin_source_id: Id of an active payin source.
            amount: Amount to debit in whole COP, more than 1000. The maximum is set per merchant, 2000000 unless
                Palomma raises it.
            reference: The merchant's own identifier of the payin request. Palomma does not say that it must be unique.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account when absent.
        """
        request = create_payin_request.call(
            payin_source_id=payin_source_id,
            amount=amount,
            reference=reference,
            target_merchant_account_id=target_merchant_account_id,
        )
        return self._send(request)

    def get(
        self,
        payin_request_id: str,
    ) -> PayinRequest:
        """Get a payin request

        One payin request by its id.
        https://docs.palomma.com/api-documentation/payinRequests/get

        Args:
            payin_request_id: see the contract
        """
        request = get_payin_request_by_id.call(
            payin_request_id,
        )
        return self._send(request)


class AsyncPayinRequests:
    """The operations of `client.payin_requests`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayinRequestPage:
        """List payin requests

        One page of payin requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinRequests/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payin_requests.call(
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
    ) -> AsyncIterator[PayinRequest]:
        """All items, page after page: List payin requests

        One page of payin requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinRequests/list

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_payin_requests.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    async def create(
        self,
        *,
        payin_source_id: str,
        amount: int,
        reference: str | None = None,
        target_merchant_account_id: str | None = None,
    ) -> PayinRequest:
        """Create a payin request

        Debit an active payin source. The answer says `processing`; the outcome comes later. There is no idempotency
        key: a repeated create can debit twice.
        https://docs.palomma.com/api-documentation/payinRequests/create

        Args:
            payin_source_id: Id of an active payin source.
            amount: Amount to debit in whole COP, more than 1000. The maximum is set per merchant, 2000000 unless
                Palomma raises it.
            reference: The merchant's own identifier of the payin request. Palomma does not say that it must be unique.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account when absent.
        """
        request = create_payin_request.call(
            payin_source_id=payin_source_id,
            amount=amount,
            reference=reference,
            target_merchant_account_id=target_merchant_account_id,
        )
        return await self._send(request)

    async def get(
        self,
        payin_request_id: str,
    ) -> PayinRequest:
        """Get a payin request

        One payin request by its id.
        https://docs.palomma.com/api-documentation/payinRequests/get

        Args:
            payin_request_id: see the contract
        """
        request = get_payin_request_by_id.call(
            payin_request_id,
        )
        return await self._send(request)
