from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
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
        return self._send(_call)

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
            self._send,
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
        return self._send(_call)

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
        return self._send(_call)


class AsyncPayoutTargets(_calls.Resource):
    """The operations of `client.payout_targets`, to be awaited."""

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
        return await self._send(_call)

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
            self._send,
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
        return await self._send(_call)

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
        return await self._send(_call)
