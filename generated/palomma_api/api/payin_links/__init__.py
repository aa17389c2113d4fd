from __future__ import annotations

import datetime as _datetime
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Never, overload

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import create_payin_link as _create_payin_link
from . import get_payin_link_by_id as _get_payin_link_by_id
from . import list_payin_links as _list_payin_links

if TYPE_CHECKING:
    from ... import models as _models


class PayinLinks(_calls.Resource):
    """The operations of `client.payin_links`."""

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
    ) -> _models.PayinLinkPage:
        """List payin links.

        One page of payin links, in an order that is not documented. Ask for the next page with the `cursor`
        of the answer.

        https://docs.old.palomma.com/api-documentation/payinLinks/list.md

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payin links.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payin_links.OPERATION,
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
    ) -> Iterator[_models.PayinLink]:
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
            _list_payin_links.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    @overload
    def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        amount: int,
        available_types: Sequence[_models.PayinLinkMethod],
        reference: str | None = None,
        description: str | None = None,
        expiration: _datetime.datetime | str | None = None,
        target_merchant_account_id: str | None = None,
        **unknown: Never,
    ) -> _models.PayinLink: ...

    @overload
    def create(
        self,
        *,
        body: _models.CreatePayinLink
        | _models.CreatePayinLinkPse
        | _models.CreatePayinLinkBancolombiaButton
        | _models.CreatePayinLinkNequiButton
        | _models.CreatePayinLinkCard
        | _models.CreatePayinLinkBancolombiaCollect,
        **unknown: Never,
    ) -> _models.PayinLink: ...

    def create(
        self,
        *,
        customer_id: str | None = None,
        redirect_url: str | None = None,
        amount: int | None = None,
        available_types: Sequence[_models.PayinLinkMethod] | None = None,
        reference: str | None = None,
        description: str | None = None,
        expiration: _datetime.datetime | str | None = None,
        target_merchant_account_id: str | None = None,
        body: _models.CreatePayinLink
        | _models.CreatePayinLinkPse
        | _models.CreatePayinLinkBancolombiaButton
        | _models.CreatePayinLinkNequiButton
        | _models.CreatePayinLinkCard
        | _models.CreatePayinLinkBancolombiaCollect
        | None = None,
        **unknown: Never,
    ) -> _models.PayinLink:
        """Create a payin link.

        Create a one-time collection. The bodies of other types than `general` are not documented: their
        schemas are open, for what Palomma tells a merchant. Send the customer to the `paymentUrl` of the
        answer; the link is paid once its status is `approved`, and the customer's return to `redirectUrl`
        proves nothing. There is no idempotency key.

        https://docs.palomma.com/api-documentation/payinLinks/create

        Args:
            customer_id: Id of the customer who is to pay.
            redirect_url: Where Palomma sends the customer afterwards.
            amount: Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000
                unless Palomma raises it (more than 1500).
            available_types: The means of payment that the customer can choose from.
            reference: The merchant's own identifier of the payin link. Palomma does not say that it must be
                unique.
            description: The merchant's own remark.
            expiration: Until when the link can be paid, as local date and time without zone such as
                2024-03-01T18:30:00. Not before now, and at most the end of the seventh day after creation; the end
                of the next day when absent. The link expires shortly after this moment. The zone is not documented.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account
                when absent.
            body: The whole body, instead of its members.

        Returns:
            The payin link was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payin_link.OPERATION,
            {
                "customer_id": customer_id,
                "redirect_url": redirect_url,
                "amount": amount,
                "available_types": available_types,
                "reference": reference,
                "description": description,
                "expiration": expiration,
                "target_merchant_account_id": target_merchant_account_id,
                "body": body,
            },
            unknown,
        )
        return self._client._send(_call)

    def get(self, payin_link_id: str, **unknown: Never) -> _models.PayinLink:
        """Get a payin link.

        One payin link by its id.

        https://docs.palomma.com/api-documentation/payinLinks/get

        Args:
            payin_link_id: Id of the payin link.

        Returns:
            The payin link.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payin_link_by_id.OPERATION, {"payin_link_id": payin_link_id}, unknown)
        return self._client._send(_call)

    def find(self, reference: str) -> _models.PayinLink | None:
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
        _found: _models.PayinLink | None = self._client._find(_create_payin_link.OPERATION, reference)
        return _found

    def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayinLink:
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
        _found: _models.PayinLink = self._client._reconcile(error, wait, ("createPayinLink",))
        return _found

    def wait(
        self, payin_link_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayinLink:
        """Wait until an object is in a final state, and return it.

        Final are `approved` and `cancelled`. A state that nobody announced is not final.

        Args:
            payin_link_id: Id of the payin link.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payin_link_by_id.OPERATION, {"payin_link_id": payin_link_id}, {})
        return self._client._wait(_call, until, timeout, poll)


class AsyncPayinLinks(_calls.Resource):
    """The operations of `client.payin_links`, to be awaited."""

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
    ) -> _models.PayinLinkPage:
        """List payin links.

        One page of payin links, in an order that is not documented. Ask for the next page with the `cursor`
        of the answer.

        https://docs.old.palomma.com/api-documentation/payinLinks/list.md

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payin links.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payin_links.OPERATION,
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
    ) -> AsyncIterator[_models.PayinLink]:
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
            _list_payin_links.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    @overload
    async def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        amount: int,
        available_types: Sequence[_models.PayinLinkMethod],
        reference: str | None = None,
        description: str | None = None,
        expiration: _datetime.datetime | str | None = None,
        target_merchant_account_id: str | None = None,
        **unknown: Never,
    ) -> _models.PayinLink: ...

    @overload
    async def create(
        self,
        *,
        body: _models.CreatePayinLink
        | _models.CreatePayinLinkPse
        | _models.CreatePayinLinkBancolombiaButton
        | _models.CreatePayinLinkNequiButton
        | _models.CreatePayinLinkCard
        | _models.CreatePayinLinkBancolombiaCollect,
        **unknown: Never,
    ) -> _models.PayinLink: ...

    async def create(
        self,
        *,
        customer_id: str | None = None,
        redirect_url: str | None = None,
        amount: int | None = None,
        available_types: Sequence[_models.PayinLinkMethod] | None = None,
        reference: str | None = None,
        description: str | None = None,
        expiration: _datetime.datetime | str | None = None,
        target_merchant_account_id: str | None = None,
        body: _models.CreatePayinLink
        | _models.CreatePayinLinkPse
        | _models.CreatePayinLinkBancolombiaButton
        | _models.CreatePayinLinkNequiButton
        | _models.CreatePayinLinkCard
        | _models.CreatePayinLinkBancolombiaCollect
        | None = None,
        **unknown: Never,
    ) -> _models.PayinLink:
        """Create a payin link.

        Create a one-time collection. The bodies of other types than `general` are not documented: their
        schemas are open, for what Palomma tells a merchant. Send the customer to the `paymentUrl` of the
        answer; the link is paid once its status is `approved`, and the customer's return to `redirectUrl`
        proves nothing. There is no idempotency key.

        https://docs.palomma.com/api-documentation/payinLinks/create

        Args:
            customer_id: Id of the customer who is to pay.
            redirect_url: Where Palomma sends the customer afterwards.
            amount: Amount to collect in whole COP, more than 1500. The maximum is set per merchant, 2000000
                unless Palomma raises it (more than 1500).
            available_types: The means of payment that the customer can choose from.
            reference: The merchant's own identifier of the payin link. Palomma does not say that it must be
                unique.
            description: The merchant's own remark.
            expiration: Until when the link can be paid, as local date and time without zone such as
                2024-03-01T18:30:00. Not before now, and at most the end of the seventh day after creation; the end
                of the next day when absent. The link expires shortly after this moment. The zone is not documented.
            target_merchant_account_id: Id of the merchant account that receives the money; the default account
                when absent.
            body: The whole body, instead of its members.

        Returns:
            The payin link was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payin_link.OPERATION,
            {
                "customer_id": customer_id,
                "redirect_url": redirect_url,
                "amount": amount,
                "available_types": available_types,
                "reference": reference,
                "description": description,
                "expiration": expiration,
                "target_merchant_account_id": target_merchant_account_id,
                "body": body,
            },
            unknown,
        )
        return await self._client._send(_call)

    async def get(self, payin_link_id: str, **unknown: Never) -> _models.PayinLink:
        """Get a payin link.

        One payin link by its id.

        https://docs.palomma.com/api-documentation/payinLinks/get

        Args:
            payin_link_id: Id of the payin link.

        Returns:
            The payin link.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payin_link_by_id.OPERATION, {"payin_link_id": payin_link_id}, unknown)
        return await self._client._send(_call)

    async def find(self, reference: str) -> _models.PayinLink | None:
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
        _found: _models.PayinLink | None = await self._client._find(_create_payin_link.OPERATION, reference)
        return _found

    async def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayinLink:
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
        _found: _models.PayinLink = await self._client._reconcile(error, wait, ("createPayinLink",))
        return _found

    async def wait(
        self, payin_link_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayinLink:
        """Wait until an object is in a final state, and return it.

        Final are `approved` and `cancelled`. A state that nobody announced is not final.

        Args:
            payin_link_id: Id of the payin link.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payin_link_by_id.OPERATION, {"payin_link_id": payin_link_id}, {})
        return await self._client._wait(_call, until, timeout, poll)
