from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Never

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import get_merchant_account_by_id as _get_merchant_account_by_id
from . import list_merchant_accounts as _list_merchant_accounts

if TYPE_CHECKING:
    from ... import models as _models


class MerchantAccounts(_calls.Resource):
    """The operations of `client.merchant_accounts`."""

    def __init__(self, client: _calls.Client) -> None:
        self._client = client

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, **unknown: Never
    ) -> _models.MerchantAccountPage:
        """List merchant accounts.

        One page of merchant accounts, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.old.palomma.com/api-documentation/merchantAccounts/list.md

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.

        Returns:
            One page of merchant accounts.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(_list_merchant_accounts.OPERATION, {"limit": limit, "cursor": cursor}, unknown)
        return self._client._send(_call)

    def iterate(self, *, page_size: int | None = None, **unknown: Never) -> Iterator[_models.MerchantAccount]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            page_size: How many items one page has; all items come whatever it is (1 to 100).

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        return _pages.paginate(self._client, _list_merchant_accounts.OPERATION, {"limit": page_size}, unknown)

    def get(self, merchant_account_id: str, **unknown: Never) -> _models.MerchantAccount:
        """Get a merchant account.

        One merchant account with its balances.

        https://docs.palomma.com/api-documentation/merchantAccounts/get

        Args:
            merchant_account_id: Id of the merchant account, or `default`.

        Returns:
            The merchant account.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(
            _get_merchant_account_by_id.OPERATION, {"merchant_account_id": merchant_account_id}, unknown
        )
        return self._client._send(_call)


class AsyncMerchantAccounts(_calls.Resource):
    """The operations of `client.merchant_accounts`, to be awaited."""

    def __init__(self, client: _calls.AsyncClient) -> None:
        self._client = client

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, **unknown: Never
    ) -> _models.MerchantAccountPage:
        """List merchant accounts.

        One page of merchant accounts, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.old.palomma.com/api-documentation/merchantAccounts/list.md

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.

        Returns:
            One page of merchant accounts.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(_list_merchant_accounts.OPERATION, {"limit": limit, "cursor": cursor}, unknown)
        return await self._client._send(_call)

    def iterate(self, *, page_size: int | None = None, **unknown: Never) -> AsyncIterator[_models.MerchantAccount]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            page_size: How many items one page has; all items come whatever it is (1 to 100).

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        return _pages.apaginate(self._client, _list_merchant_accounts.OPERATION, {"limit": page_size}, unknown)

    async def get(self, merchant_account_id: str, **unknown: Never) -> _models.MerchantAccount:
        """Get a merchant account.

        One merchant account with its balances.

        https://docs.palomma.com/api-documentation/merchantAccounts/get

        Args:
            merchant_account_id: Id of the merchant account, or `default`.

        Returns:
            The merchant account.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(
            _get_merchant_account_by_id.OPERATION, {"merchant_account_id": merchant_account_id}, unknown
        )
        return await self._client._send(_call)
