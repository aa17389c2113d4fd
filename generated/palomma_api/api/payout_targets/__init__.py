from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from typing import TYPE_CHECKING, Never

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import create_payout_target as _create_payout_target
from . import get_payout_target_by_id as _get_payout_target_by_id
from . import list_payout_targets as _list_payout_targets

if TYPE_CHECKING:
    from ... import models as _models


class PayoutTargets(_calls.Resource):
    """The operations of `client.payout_targets`."""

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
    ) -> _models.PayoutTargetPage:
        """List payout targets.

        One page of payout targets, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.old.palomma.com/api-documentation/payoutTargets/list.md

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payout targets.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payout_targets.OPERATION,
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
    ) -> Iterator[_models.PayoutTarget]:
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
            _list_payout_targets.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        bank_account: _models.BankAccount,
        reference: str | None = None,
        description: str | None = None,
        **unknown: Never,
    ) -> _models.PayoutTarget:
        """Create a payout target.

        Register a customer's account that money can be sent to. Send the customer to the `authUrl` of the
        answer; the target can be paid once its status is `active`.

        https://docs.palomma.com/api-documentation/payoutTargets/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the verification.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payout target. Palomma does not say that it must be
                unique.
            description: The merchant's own remark.

        Returns:
            The payout target was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payout_target.OPERATION,
            {
                "customer_id": customer_id,
                "redirect_url": redirect_url,
                "bank_account": bank_account,
                "reference": reference,
                "description": description,
            },
            unknown,
        )
        return self._client._send(_call)

    def get(self, payout_target_id: str, **unknown: Never) -> _models.PayoutTarget:
        """Get a payout target.

        One payout target by its id.

        https://docs.palomma.com/api-documentation/payoutTargets/get

        Args:
            payout_target_id: Id of the payout target.

        Returns:
            The payout target.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payout_target_by_id.OPERATION, {"payout_target_id": payout_target_id}, unknown)
        return self._client._send(_call)

    def find(self, reference: str) -> _models.PayoutTarget | None:
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
        _found: _models.PayoutTarget | None = self._client._find(_create_payout_target.OPERATION, reference)
        return _found

    def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayoutTarget:
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
        _found: _models.PayoutTarget = self._client._reconcile(error, wait, ("createPayoutTarget",))
        return _found

    def wait(
        self, payout_target_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayoutTarget:
        """Wait until an object is in a final state, and return it.

        Final are `active` and `cancelled`. A state that nobody announced is not final.

        Args:
            payout_target_id: Id of the payout target.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payout_target_by_id.OPERATION, {"payout_target_id": payout_target_id}, {})
        return self._client._wait(_call, until, timeout, poll)


class AsyncPayoutTargets(_calls.Resource):
    """The operations of `client.payout_targets`, to be awaited."""

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
    ) -> _models.PayoutTargetPage:
        """List payout targets.

        One page of payout targets, in an order that is not documented. Ask for the next page with the
        `cursor` of the answer.

        https://docs.old.palomma.com/api-documentation/payoutTargets/list.md

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.
            customer_id: Only objects of this customer.

        Returns:
            One page of payout targets.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_payout_targets.OPERATION,
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
    ) -> AsyncIterator[_models.PayoutTarget]:
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
            _list_payout_targets.OPERATION,
            {"limit": page_size, "reference": reference, "customer_id": customer_id},
            unknown,
        )

    async def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        bank_account: _models.BankAccount,
        reference: str | None = None,
        description: str | None = None,
        **unknown: Never,
    ) -> _models.PayoutTarget:
        """Create a payout target.

        Register a customer's account that money can be sent to. Send the customer to the `authUrl` of the
        answer; the target can be paid once its status is `active`.

        https://docs.palomma.com/api-documentation/payoutTargets/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the verification.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payout target. Palomma does not say that it must be
                unique.
            description: The merchant's own remark.

        Returns:
            The payout target was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_payout_target.OPERATION,
            {
                "customer_id": customer_id,
                "redirect_url": redirect_url,
                "bank_account": bank_account,
                "reference": reference,
                "description": description,
            },
            unknown,
        )
        return await self._client._send(_call)

    async def get(self, payout_target_id: str, **unknown: Never) -> _models.PayoutTarget:
        """Get a payout target.

        One payout target by its id.

        https://docs.palomma.com/api-documentation/payoutTargets/get

        Args:
            payout_target_id: Id of the payout target.

        Returns:
            The payout target.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_payout_target_by_id.OPERATION, {"payout_target_id": payout_target_id}, unknown)
        return await self._client._send(_call)

    async def find(self, reference: str) -> _models.PayoutTarget | None:
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
        _found: _models.PayoutTarget | None = await self._client._find(_create_payout_target.OPERATION, reference)
        return _found

    async def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.PayoutTarget:
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
        _found: _models.PayoutTarget = await self._client._reconcile(error, wait, ("createPayoutTarget",))
        return _found

    async def wait(
        self, payout_target_id: str, *, until: Collection[str] | None = None, timeout: float = 60.0, poll: float = 1.0
    ) -> _models.PayoutTarget:
        """Wait until an object is in a final state, and return it.

        Final are `active` and `cancelled`. A state that nobody announced is not final.

        Args:
            payout_target_id: Id of the payout target.
            until: Other states to wait for.
            timeout: Seconds for the whole of it. The last read may take one more.
            poll: Seconds between the first reads; doubled after each, up to 8.

        Raises:
            WaitTimeoutError: The time is over, or the object is in a final state that is not in `until`; its
                `last` is the object as it was last read.
            APIError: The API said no. What may pass (404, 408, 429, 5xx, no answer) is waited for: what was just
                created may be shown late, so an id that never existed ends as a WaitTimeoutError without `last`.
        """
        _call = _calls.prepare(_get_payout_target_by_id.OPERATION, {"payout_target_id": payout_target_id}, {})
        return await self._client._wait(_call, until, timeout, poll)
