from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Never

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import get_payin_settlement_by_id as _get_payin_settlement_by_id
from . import list_payin_settlements as _list_payin_settlements

if TYPE_CHECKING:
    from ... import models as _models


class PayinSettlements(_calls.Resource):
    """The operations of `client.payin_settlements`."""

    def __init__(self, client: _calls.Client) -> None:
        self._client = client

    def list(
        self, merchant_account_id: str, *, limit: int | None = None, cursor: str | None = None, **unknown: Never
    ) -> _models.PayinSettlementPage:
        """List payin settlements.

        One page of the settlements of a merchant account, in an order that is not documented. Ask for the
        next page with the `cursor` of the answer.

        https://docs.old.palomma.com/api-documentation/payinSettlements/list.md

        Args:
            merchant_account_id: Id of the merchant account, or `default`.
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.

        Returns:
            One page of payin settlements.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(
            _list_payin_settlements.OPERATION,
            {"merchant_account_id": merchant_account_id, "limit": limit, "cursor": cursor},
            unknown,
        )
        return self._client._send(_call)

    def iterate(
        self, merchant_account_id: str, *, page_size: int | None = None, **unknown: Never
    ) -> Iterator[_models.PayinSettlement]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            merchant_account_id: Id of the merchant account, or `default`.
            page_size: How many items one page has; all items come whatever it is (1 to 100).

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        return _pages.paginate(
            self._client,
            _list_payin_settlements.OPERATION,
            {"merchant_account_id": merchant_account_id, "limit": page_size},
            unknown,
        )

    def get(self, merchant_account_id: str, payin_settlement_id: str, **unknown: Never) -> _models.PayinSettlement:
        """Get a payin settlement.

        One settlement of a merchant account. The payins inside it are not listed anywhere.

        https://docs.palomma.com/api-documentation/payinSettlements/get

        Args:
            merchant_account_id: Id of the merchant account, or `default`.
            payin_settlement_id: Id of the payin settlement.

        Returns:
            The payin settlement.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(
            _get_payin_settlement_by_id.OPERATION,
            {"merchant_account_id": merchant_account_id, "payin_settlement_id": payin_settlement_id},
            unknown,
        )
        return self._client._send(_call)


class AsyncPayinSettlements(_calls.Resource):
    """The operations of `client.payin_settlements`, to be awaited."""

    def __init__(self, client: _calls.AsyncClient) -> None:
        self._client = client

    async def list(
        self, merchant_account_id: str, *, limit: int | None = None, cursor: str | None = None, **unknown: Never
    ) -> _models.PayinSettlementPage:
        """List payin settlements.

        One page of the settlements of a merchant account, in an order that is not documented. Ask for the
        next page with the `cursor` of the answer.

        https://docs.old.palomma.com/api-documentation/payinSettlements/list.md

        Args:
            merchant_account_id: Id of the merchant account, or `default`.
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.

        Returns:
            One page of payin settlements.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(
            _list_payin_settlements.OPERATION,
            {"merchant_account_id": merchant_account_id, "limit": limit, "cursor": cursor},
            unknown,
        )
        return await self._client._send(_call)

    def iterate(
        self, merchant_account_id: str, *, page_size: int | None = None, **unknown: Never
    ) -> AsyncIterator[_models.PayinSettlement]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            merchant_account_id: Id of the merchant account, or `default`.
            page_size: How many items one page has; all items come whatever it is (1 to 100).

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        return _pages.apaginate(
            self._client,
            _list_payin_settlements.OPERATION,
            {"merchant_account_id": merchant_account_id, "limit": page_size},
            unknown,
        )

    async def get(
        self, merchant_account_id: str, payin_settlement_id: str, **unknown: Never
    ) -> _models.PayinSettlement:
        """Get a payin settlement.

        One settlement of a merchant account. The payins inside it are not listed anywhere.

        https://docs.palomma.com/api-documentation/payinSettlements/get

        Args:
            merchant_account_id: Id of the merchant account, or `default`.
            payin_settlement_id: Id of the payin settlement.

        Returns:
            The payin settlement.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(
            _get_payin_settlement_by_id.OPERATION,
            {"merchant_account_id": merchant_account_id, "payin_settlement_id": payin_settlement_id},
            unknown,
        )
        return await self._client._send(_call)
