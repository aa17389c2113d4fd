from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Never, overload

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import create_payin_source as _create_payin_source
from . import get_payin_source_by_id as _get_payin_source_by_id
from . import list_payin_sources as _list_payin_sources

if TYPE_CHECKING:
    from ... import models as _models


class PayinSources(_calls.Resource):
    """The operations of `client.payin_sources`."""

    def __init__(self, send: _calls.Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
        **unknown: Never,
    ) -> _models.PayinSourcePage:
        """List payin sources.

        One page of payin sources, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.palomma.com/api-documentation/payinSources/list

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payin sources.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payin_sources.OPERATION,
            {"limit": limit, "cursor": cursor, "reference": reference, "customer_id": customer_id},
            unknown,
        )
        return self._send(_call)

    def iterate(
        self,
        *,
        page_size: int | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
        **unknown: Never,
    ) -> Iterator[_models.PayinSource]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            page_size: How many items one page has; all items come whatever it is (1 to 100).
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        return _pages.paginate(
            self._send,
            _list_payin_sources.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    @overload
    def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        bank_account: _models.BankAccount,
        reference: str | None = None,
        description: str | None = None,
        partial_payins_enabled: bool | None = None,
        **unknown: Never,
    ) -> _models.PayinSource: ...

    @overload
    def create(
        self,
        *,
        body: _models.CreatePayinSource
        | _models.CreatePayinSourceBancolombiaToken
        | _models.CreatePayinSourceNequiToken,
        **unknown: Never,
    ) -> _models.PayinSource: ...

    def create(
        self,
        *,
        customer_id: str | None = None,
        redirect_url: str | None = None,
        bank_account: _models.BankAccount | None = None,
        reference: str | None = None,
        description: str | None = None,
        partial_payins_enabled: bool | None = None,
        body: _models.CreatePayinSource
        | _models.CreatePayinSourceBancolombiaToken
        | _models.CreatePayinSourceNequiToken
        | None = None,
        **unknown: Never,
    ) -> _models.PayinSource:
        """Create a payin source.

        Register a customer's account for later debits. The bodies of other types than `bankAccount` are not
        documented: their schemas are open, for what Palomma tells a merchant. Send the customer to the
        `authUrl` of the answer; the source can be debited once its status is `active`.

        https://docs.palomma.com/api-documentation/payinSources/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the authorisation.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payin source. Palomma does not say that it must be
                unique.
            description: The merchant's own remark.
            partial_payins_enabled: Whether a debit may collect less than asked when the funds fall short;
                Bancolombia only. Palomma makes no partial debits when it is absent.
            body: The whole body, instead of its members.

        Returns:
            The payin source was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payin_source.OPERATION,
            {
                "customer_id": customer_id,
                "redirect_url": redirect_url,
                "bank_account": bank_account,
                "reference": reference,
                "description": description,
                "partial_payins_enabled": partial_payins_enabled,
                "body": body,
            },
            unknown,
        )
        return self._send(_call)

    def get(self, payin_source_id: str, **unknown: Never) -> _models.PayinSource:
        """Get a payin source.

        One payin source by its id.

        https://docs.palomma.com/api-documentation/payinSources/get

        Args:
            payin_source_id: Id of the payin source.

        Returns:
            The payin source.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payin_source_by_id.OPERATION, {"payin_source_id": payin_source_id}, unknown)
        return self._send(_call)


class AsyncPayinSources(_calls.Resource):
    """The operations of `client.payin_sources`, to be awaited."""

    def __init__(self, send: _calls.AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
        **unknown: Never,
    ) -> _models.PayinSourcePage:
        """List payin sources.

        One page of payin sources, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.palomma.com/api-documentation/payinSources/list

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payin sources.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payin_sources.OPERATION,
            {"limit": limit, "cursor": cursor, "reference": reference, "customer_id": customer_id},
            unknown,
        )
        return await self._send(_call)

    def iterate(
        self,
        *,
        page_size: int | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
        **unknown: Never,
    ) -> AsyncIterator[_models.PayinSource]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            page_size: How many items one page has; all items come whatever it is (1 to 100).
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        return _pages.apaginate(
            self._send,
            _list_payin_sources.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    @overload
    async def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        bank_account: _models.BankAccount,
        reference: str | None = None,
        description: str | None = None,
        partial_payins_enabled: bool | None = None,
        **unknown: Never,
    ) -> _models.PayinSource: ...

    @overload
    async def create(
        self,
        *,
        body: _models.CreatePayinSource
        | _models.CreatePayinSourceBancolombiaToken
        | _models.CreatePayinSourceNequiToken,
        **unknown: Never,
    ) -> _models.PayinSource: ...

    async def create(
        self,
        *,
        customer_id: str | None = None,
        redirect_url: str | None = None,
        bank_account: _models.BankAccount | None = None,
        reference: str | None = None,
        description: str | None = None,
        partial_payins_enabled: bool | None = None,
        body: _models.CreatePayinSource
        | _models.CreatePayinSourceBancolombiaToken
        | _models.CreatePayinSourceNequiToken
        | None = None,
        **unknown: Never,
    ) -> _models.PayinSource:
        """Create a payin source.

        Register a customer's account for later debits. The bodies of other types than `bankAccount` are not
        documented: their schemas are open, for what Palomma tells a merchant. Send the customer to the
        `authUrl` of the answer; the source can be debited once its status is `active`.

        https://docs.palomma.com/api-documentation/payinSources/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the authorisation.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payin source. Palomma does not say that it must be
                unique.
            description: The merchant's own remark.
            partial_payins_enabled: Whether a debit may collect less than asked when the funds fall short;
                Bancolombia only. Palomma makes no partial debits when it is absent.
            body: The whole body, instead of its members.

        Returns:
            The payin source was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payin_source.OPERATION,
            {
                "customer_id": customer_id,
                "redirect_url": redirect_url,
                "bank_account": bank_account,
                "reference": reference,
                "description": description,
                "partial_payins_enabled": partial_payins_enabled,
                "body": body,
            },
            unknown,
        )
        return await self._send(_call)

    async def get(self, payin_source_id: str, **unknown: Never) -> _models.PayinSource:
        """Get a payin source.

        One payin source by its id.

        https://docs.palomma.com/api-documentation/payinSources/get

        Args:
            payin_source_id: Id of the payin source.

        Returns:
            The payin source.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payin_source_by_id.OPERATION, {"payin_source_id": payin_source_id}, unknown)
        return await self._send(_call)
