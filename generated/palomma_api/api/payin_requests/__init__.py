from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from typing import TYPE_CHECKING, Never

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import create_payin_request as _create_payin_request
from . import get_payin_request_by_id as _get_payin_request_by_id
from . import list_payin_requests as _list_payin_requests

if TYPE_CHECKING:
    from ... import models as _models


class PayinRequests(_calls.Resource):
    """The operations of `client.payin_requests`."""

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
    ) -> _models.PayinRequestPage:
        """List payin requests.

        One page of payin requests, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.palomma.com/api-documentation/payinRequests/list

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payin requests.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payin_requests.OPERATION,
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
    ) -> Iterator[_models.PayinRequest]:
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
            _list_payin_requests.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    def create(
        self,
        *,
        payin_source_id: str,
        amount: int,
        reference: str | None = None,
        target_merchant_account_id: str | None = None,
        **unknown: Never,
    ) -> _models.PayinRequest:
        """Create a payin request.

        Debit an active payin source. The answer says `processing`; the outcome comes later. There is no
        idempotency key: a repeated create can debit twice.

        https://docs.palomma.com/api-documentation/payinRequests/create

        Args:
            payin_source_id: Id of an active payin source.
            amount: Amount to debit in whole COP, more than 1000. The maximum is set per merchant, 2000000
                unless Palomma raises it (more than 1000).
            reference: The merchant's own identifier of the payin request. Palomma does not say that it must be
                unique.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account
                when absent.

        Returns:
            The payin request was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: money may have moved.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payin_request.OPERATION,
            {
                "payin_source_id": payin_source_id,
                "amount": amount,
                "reference": reference,
                "target_merchant_account_id": target_merchant_account_id,
            },
            unknown,
        )
        return self._client._send(_call)

    def get(self, payin_request_id: str, **unknown: Never) -> _models.PayinRequest:
        """Get a payin request.

        One payin request by its id.

        https://docs.palomma.com/api-documentation/payinRequests/get

        Args:
            payin_request_id: Id of the payin request.

        Returns:
            The payin request.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payin_request_by_id.OPERATION, {"payin_request_id": payin_request_id}, unknown)
        return self._client._send(_call)

    def find(self, reference: str) -> _models.PayinRequest | None:
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
        _found: _models.PayinRequest | None = self._client._find(_create_payin_request.OPERATION, reference)
        return _found

    def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayinRequest:
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
        _found: _models.PayinRequest = self._client._reconcile(error, wait, ("createPayinRequest",))
        return _found

    def wait(
        self, payin_request_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayinRequest:
        """Wait until an object is in a final state, and return it.

        Final are `approved` and `cancelled` and `partial`. A state that nobody announced is not final.

        Args:
            payin_request_id: Id of the payin request.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payin_request_by_id.OPERATION, {"payin_request_id": payin_request_id}, {})
        return self._client._wait(_call, until, timeout, poll)


class AsyncPayinRequests(_calls.Resource):
    """The operations of `client.payin_requests`, to be awaited."""

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
    ) -> _models.PayinRequestPage:
        """List payin requests.

        One page of payin requests, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.palomma.com/api-documentation/payinRequests/list

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payin requests.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payin_requests.OPERATION,
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
    ) -> AsyncIterator[_models.PayinRequest]:
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
            _list_payin_requests.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    async def create(
        self,
        *,
        payin_source_id: str,
        amount: int,
        reference: str | None = None,
        target_merchant_account_id: str | None = None,
        **unknown: Never,
    ) -> _models.PayinRequest:
        """Create a payin request.

        Debit an active payin source. The answer says `processing`; the outcome comes later. There is no
        idempotency key: a repeated create can debit twice.

        https://docs.palomma.com/api-documentation/payinRequests/create

        Args:
            payin_source_id: Id of an active payin source.
            amount: Amount to debit in whole COP, more than 1000. The maximum is set per merchant, 2000000
                unless Palomma raises it (more than 1000).
            reference: The merchant's own identifier of the payin request. Palomma does not say that it must be
                unique.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account
                when absent.

        Returns:
            The payin request was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: money may have moved.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payin_request.OPERATION,
            {
                "payin_source_id": payin_source_id,
                "amount": amount,
                "reference": reference,
                "target_merchant_account_id": target_merchant_account_id,
            },
            unknown,
        )
        return await self._client._send(_call)

    async def get(self, payin_request_id: str, **unknown: Never) -> _models.PayinRequest:
        """Get a payin request.

        One payin request by its id.

        https://docs.palomma.com/api-documentation/payinRequests/get

        Args:
            payin_request_id: Id of the payin request.

        Returns:
            The payin request.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payin_request_by_id.OPERATION, {"payin_request_id": payin_request_id}, unknown)
        return await self._client._send(_call)

    async def find(self, reference: str) -> _models.PayinRequest | None:
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
        _found: _models.PayinRequest | None = await self._client._find(_create_payin_request.OPERATION, reference)
        return _found

    async def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayinRequest:
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
        _found: _models.PayinRequest = await self._client._reconcile(error, wait, ("createPayinRequest",))
        return _found

    async def wait(
        self, payin_request_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayinRequest:
        """Wait until an object is in a final state, and return it.

        Final are `approved` and `cancelled` and `partial`. A state that nobody announced is not final.

        Args:
            payin_request_id: Id of the payin request.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payin_request_by_id.OPERATION, {"payin_request_id": payin_request_id}, {})
        return await self._client._wait(_call, until, timeout, poll)
