from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.merchant_account import MerchantAccount
from ...models.merchant_account_page import MerchantAccountPage
from ...types import AsyncSend, Send, apaginate, paginate
from . import get_merchant_account_by_id, list_merchant_accounts


class MerchantAccounts:
    """The operations of `client.merchant_accounts`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> MerchantAccountPage:
        """List merchant accounts

        One page of merchant accounts. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/merchantAccounts/list.md

        Args:
            limit: see the contract
            cursor: see the contract
        """
        request = list_merchant_accounts.call(
            limit=limit,
            cursor=cursor,
        )
        return self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
    ) -> Iterator[MerchantAccount]:
        """All items, page after page: List merchant accounts

        One page of merchant accounts. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/merchantAccounts/list.md

        Args:
            limit: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_merchant_accounts.call(
                limit=limit,
                cursor=cursor,
            ),
        )

    def get(
        self,
        merchant_account_id: str,
    ) -> MerchantAccount:
        """Get a merchant account

        One merchant account with its balances.
        https://docs.palomma.com/api-documentation/merchantAccounts/get

        Args:
            merchant_account_id: see the contract
        """
        request = get_merchant_account_by_id.call(
            merchant_account_id,
        )
        return self._send(request)


class AsyncMerchantAccounts:
    """The operations of `client.merchant_accounts`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> MerchantAccountPage:
        """List merchant accounts

        One page of merchant accounts. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/merchantAccounts/list.md

        Args:
            limit: see the contract
            cursor: see the contract
        """
        request = list_merchant_accounts.call(
            limit=limit,
            cursor=cursor,
        )
        return await self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
    ) -> AsyncIterator[MerchantAccount]:
        """All items, page after page: List merchant accounts

        One page of merchant accounts. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/merchantAccounts/list.md

        Args:
            limit: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_merchant_accounts.call(
                limit=limit,
                cursor=cursor,
            ),
        )

    async def get(
        self,
        merchant_account_id: str,
    ) -> MerchantAccount:
        """Get a merchant account

        One merchant account with its balances.
        https://docs.palomma.com/api-documentation/merchantAccounts/get

        Args:
            merchant_account_id: see the contract
        """
        request = get_merchant_account_by_id.call(
            merchant_account_id,
        )
        return await self._send(request)
