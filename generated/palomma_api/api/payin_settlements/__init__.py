from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.payin_settlement import PayinSettlement
from ...models.payin_settlement_page import PayinSettlementPage
from ...types import AsyncSend, Send, apaginate, paginate
from . import get_payin_settlement_by_id, list_payin_settlements


class PayinSettlements:
    """The operations of `client.payin_settlements`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        merchant_account_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> PayinSettlementPage:
        """List payin settlements

        One page of the settlements of a merchant account. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinSettlements/list.md

        Args:
            merchant_account_id: see the contract
            limit: see the contract
            cursor: see the contract
        """
        request = list_payin_settlements.call(
            merchant_account_id,
            limit=limit,
            cursor=cursor,
        )
        return self._send(request)

    def iterate(
        self,
        merchant_account_id: str,
        *,
        limit: int | None = None,
    ) -> Iterator[PayinSettlement]:
        """All items, page after page: List payin settlements

        One page of the settlements of a merchant account. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinSettlements/list.md

        Args:
            merchant_account_id: see the contract
            limit: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_payin_settlements.call(
                merchant_account_id,
                limit=limit,
                cursor=cursor,
            ),
        )

    def get(
        self,
        merchant_account_id: str,
        payin_settlement_id: str,
    ) -> PayinSettlement:
        """Get a payin settlement

        One settlement of a merchant account. The payins inside it are not listed anywhere.
        https://docs.palomma.com/api-documentation/payinSettlements/get

        Args:
            merchant_account_id: see the contract
            payin_settlement_id: see the contract
        """
        request = get_payin_settlement_by_id.call(
            merchant_account_id,
            payin_settlement_id,
        )
        return self._send(request)


class AsyncPayinSettlements:
    """The operations of `client.payin_settlements`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        merchant_account_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> PayinSettlementPage:
        """List payin settlements

        One page of the settlements of a merchant account. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinSettlements/list.md

        Args:
            merchant_account_id: see the contract
            limit: see the contract
            cursor: see the contract
        """
        request = list_payin_settlements.call(
            merchant_account_id,
            limit=limit,
            cursor=cursor,
        )
        return await self._send(request)

    def iterate(
        self,
        merchant_account_id: str,
        *,
        limit: int | None = None,
    ) -> AsyncIterator[PayinSettlement]:
        """All items, page after page: List payin settlements

        One page of the settlements of a merchant account. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payinSettlements/list.md

        Args:
            merchant_account_id: see the contract
            limit: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_payin_settlements.call(
                merchant_account_id,
                limit=limit,
                cursor=cursor,
            ),
        )

    async def get(
        self,
        merchant_account_id: str,
        payin_settlement_id: str,
    ) -> PayinSettlement:
        """Get a payin settlement

        One settlement of a merchant account. The payins inside it are not listed anywhere.
        https://docs.palomma.com/api-documentation/payinSettlements/get

        Args:
            merchant_account_id: see the contract
            payin_settlement_id: see the contract
        """
        request = get_payin_settlement_by_id.call(
            merchant_account_id,
            payin_settlement_id,
        )
        return await self._send(request)
