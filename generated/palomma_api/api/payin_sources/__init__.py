from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
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

    def __init__(self, client: _calls.Client) -> None:
        self._client = client

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
        return self._client._send(_call)

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
            self._client,
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
        return self._client._send(_call)

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
        return self._client._send(_call)

    def find(self, reference: str) -> _models.PayinSource | None:
        """Find the one object that was created with a reference, after a crash for example.

        None says that there is none now, and not that none will come: what was sent may still appear. So None never
        permits a create. Only a journal does, in which each create is written down before it is sent.

        Args:
            reference: The reference, exactly as it was sent.

        Returns:
            The object; None once the whole list was read, also without its filter, and no object has the
            reference, not even in capitals, trimmed or cut.

        Raises:
            ReferenceRewrittenError: Objects have it in capitals, trimmed or cut: its `candidates`.
            AmbiguousReferenceError: Several objects have it: its `candidates`.
            ResponseError, NotSentError, APIError: As `list` does.
        """
        _found: _models.PayinSource | None = self._client._find(_create_payin_source.OPERATION, reference)
        return _found

    def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayinSource:
        """Look up what became of a create whose outcome is unknown. Nothing is created by this.

        It is the object with exactly the reference that was sent, which agrees with what was sent and was created
        after the call began.

        Args:
            error: The `OutcomeUnknownError` that `create` raised.
            wait: Seconds for which it is looked for again while it isn't there. What was sent may appear late.
                Each page that is read takes the client's timeout at most, beyond `wait` too.

        Returns:
            The object, never None.

        Raises:
            StillUnknownError: It was not found, or the look-up failed. It may still appear: don't create it again.
            ReferenceRewrittenError: It may be one of the error's `candidates`, whose references are only alike.
            AmbiguousReferenceError: It may be any of the error's `candidates`.
        """
        _found: _models.PayinSource = self._client._reconcile(error, wait, ("createPayinSource",))
        return _found

    def wait(
        self, payin_source_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayinSource:
        """Wait until an object is in a final state, and return it.

        Final are `active` and `cancelled`. A state that nobody announced is not final.

        Args:
            payin_source_id: Id of the payin source.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payin_source_by_id.OPERATION, {"payin_source_id": payin_source_id}, {})
        return self._client._wait(_call, until, timeout, poll)


class AsyncPayinSources(_calls.Resource):
    """The operations of `client.payin_sources`, to be awaited."""

    def __init__(self, client: _calls.AsyncClient) -> None:
        self._client = client

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
        return await self._client._send(_call)

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
            self._client,
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
        return await self._client._send(_call)

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
        return await self._client._send(_call)

    async def find(self, reference: str) -> _models.PayinSource | None:
        """Find the one object that was created with a reference, after a crash for example.

        None says that there is none now, and not that none will come: what was sent may still appear. So None never
        permits a create. Only a journal does, in which each create is written down before it is sent.

        Args:
            reference: The reference, exactly as it was sent.

        Returns:
            The object; None once the whole list was read, also without its filter, and no object has the
            reference, not even in capitals, trimmed or cut.

        Raises:
            ReferenceRewrittenError: Objects have it in capitals, trimmed or cut: its `candidates`.
            AmbiguousReferenceError: Several objects have it: its `candidates`.
            ResponseError, NotSentError, APIError: As `list` does.
        """
        _found: _models.PayinSource | None = await self._client._find(_create_payin_source.OPERATION, reference)
        return _found

    async def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayinSource:
        """Look up what became of a create whose outcome is unknown. Nothing is created by this.

        It is the object with exactly the reference that was sent, which agrees with what was sent and was created
        after the call began.

        Args:
            error: The `OutcomeUnknownError` that `create` raised.
            wait: Seconds for which it is looked for again while it isn't there. What was sent may appear late.
                Each page that is read takes the client's timeout at most, beyond `wait` too.

        Returns:
            The object, never None.

        Raises:
            StillUnknownError: It was not found, or the look-up failed. It may still appear: don't create it again.
            ReferenceRewrittenError: It may be one of the error's `candidates`, whose references are only alike.
            AmbiguousReferenceError: It may be any of the error's `candidates`.
        """
        _found: _models.PayinSource = await self._client._reconcile(error, wait, ("createPayinSource",))
        return _found

    async def wait(
        self, payin_source_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayinSource:
        """Wait until an object is in a final state, and return it.

        Final are `active` and `cancelled`. A state that nobody announced is not final.

        Args:
            payin_source_id: Id of the payin source.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payin_source_by_id.OPERATION, {"payin_source_id": payin_source_id}, {})
        return await self._client._wait(_call, until, timeout, poll)
