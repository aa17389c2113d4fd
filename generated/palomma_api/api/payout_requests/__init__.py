from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.payout_request import PayoutRequest
from ...models.payout_request_page import PayoutRequestPage
from ...types import AsyncSend, Send, apaginate, paginate
from . import create_payout_request, get_payout_request_by_id, list_payout_requests


class PayoutRequests:
    """The operations of `client.payout_requests`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayoutRequestPage:
        """List payout requests

        One page of payout requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payoutRequests/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payout_requests.call(
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
    ) -> Iterator[PayoutRequest]:
        """All items, page after page: List payout requests

        One page of payout requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payoutRequests/list

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_payout_requests.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    def create(
        self,
        *,
        payout_target_id: str,
        amount: int,
        reference: str | None = None,
        source_merchant_account_id: str | None = None,
    ) -> PayoutRequest:
        """Create a payout request

        Send money to an active payout target. The answer says `processing`; the outcome comes later. There is no
        idempotency key: a repeated create can pay twice.
        https://docs.palomma.com/api-documentation/payoutRequests/create

        Args:
            payout_target_id: Id of an active payout target.
            amount: Amount to send in whole COP, more than 1000. The maximum is set per merchant, 5000000 unless Palomma
                raises it.
            reference: The merchant's own identifier of the payout request. Palomma does not say that it must be unique.
            source_merchant_account_id: Id of the merchant account that the money comes from; the default account when absent.
        """
        request = create_payout_request.call(
            payout_target_id=payout_target_id,
            amount=amount,
            reference=reference,
            source_merchant_account_id=source_merchant_account_id,
        )
        return self._send(request)

    def get(
        self,
        payout_request_id: str,
    ) -> PayoutRequest:
        """Get a payout request

        One payout request by its id.
        https://docs.palomma.com/api-documentation/payoutRequests/get

        Args:
            payout_request_id: see the contract
        """
        request = get_payout_request_by_id.call(
            payout_request_id,
        )
        return self._send(request)


class AsyncPayoutRequests:
    """The operations of `client.payout_requests`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayoutRequestPage:
        """List payout requests

        One page of payout requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payoutRequests/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payout_requests.call(
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
    ) -> AsyncIterator[PayoutRequest]:
        """All items, page after page: List payout requests

        One page of payout requests. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payoutRequests/list

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_payout_requests.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    async def create(
        self,
        *,
        payout_target_id: str,
        amount: int,
        reference: str | None = None,
        source_merchant_account_id: str | None = None,
    ) -> PayoutRequest:
        """Create a payout request

        Send money to an active payout target. The answer says `processing`; the outcome comes later. There is no
        idempotency key: a repeated create can pay twice.
        https://docs.palomma.com/api-documentation/payoutRequests/create

        Args:
            payout_target_id: Id of an active payout target.
            amount: Amount to send in whole COP, more than 1000. The maximum is set per merchant, 5000000 unless Palomma
                raises it.
            reference: The merchant's own identifier of the payout request. Palomma does not say that it must be unique.
            source_merchant_account_id: Id of the merchant account that the money comes from; the default account when absent.
        """
        request = create_payout_request.call(
            payout_target_id=payout_target_id,
            amount=amount,
            reference=reference,
            source_merchant_account_id=source_merchant_account_id,
        )
        return await self._send(request)

    async def get(
        self,
        payout_request_id: str,
    ) -> PayoutRequest:
        """Get a payout request

        One payout request by its id.
        https://docs.palomma.com/api-documentation/payoutRequests/get

        Args:
            payout_request_id: see the contract
        """
        request = get_payout_request_by_id.call(
            payout_request_id,
        )
        return await self._send(request)
