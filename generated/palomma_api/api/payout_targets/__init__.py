from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.bank_account import BankAccount
from ...models.payout_target import PayoutTarget
from ...models.payout_target_page import PayoutTargetPage
from ...types import AsyncSend, Send, apaginate, paginate
from . import create_payout_target, get_payout_target_by_id, list_payout_targets


class PayoutTargets:
    """The operations of `client.payout_targets`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayoutTargetPage:
        """List payout targets

        One page of payout targets. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payoutTargets/list.md

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payout_targets.call(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customer_id=customer_id,
        )
        return self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> Iterator[PayoutTarget]:
        """All items, page after page: List payout targets

        One page of payout targets. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payoutTargets/list.md

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_payout_targets.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        bank_account: BankAccount,
        reference: str | None = None,
        description: str | None = None,
    ) -> PayoutTarget:
        """Create a payout target

        Register a customer's account that money can be sent to. Send the customer to the `authUrl` of the answer;
        the target can be paid once its status is `active`.
        https://docs.palomma.com/api-documentation/payoutTargets/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the verification.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payout target. Palomma does not say that it must be unique.
            description: The merchant's own remark.
        """
        request = create_payout_target.call(
            customer_id=customer_id,
            redirect_url=redirect_url,
            bank_account=bank_account,
            reference=reference,
            description=description,
        )
        return self._send(request)

    def get(
        self,
        payout_target_id: str,
    ) -> PayoutTarget:
        """Get a payout target

        One payout target by its id.
        https://docs.palomma.com/api-documentation/payoutTargets/get

        Args:
            payout_target_id: see the contract
        """
        request = get_payout_target_by_id.call(
            payout_target_id,
        )
        return self._send(request)


class AsyncPayoutTargets:
    """The operations of `client.payout_targets`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayoutTargetPage:
        """List payout targets

        One page of payout targets. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payoutTargets/list.md

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payout_targets.call(
            limit=limit,
            cursor=cursor,
            reference=reference,
            customer_id=customer_id,
        )
        return await self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> AsyncIterator[PayoutTarget]:
        """All items, page after page: List payout targets

        One page of payout targets. Ask for the next page with the `cursor` of the answer.
        https://docs.old.palomma.com/api-documentation/payoutTargets/list.md

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_payout_targets.call(
                limit=limit,
                reference=reference,
                customer_id=customer_id,
                cursor=cursor,
            ),
        )

    async def create(
        self,
        *,
        customer_id: str,
        redirect_url: str,
        bank_account: BankAccount,
        reference: str | None = None,
        description: str | None = None,
    ) -> PayoutTarget:
        """Create a payout target

        Register a customer's account that money can be sent to. Send the customer to the `authUrl` of the answer;
        the target can be paid once its status is `active`.
        https://docs.palomma.com/api-documentation/payoutTargets/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the verification.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payout target. Palomma does not say that it must be unique.
            description: The merchant's own remark.
        """
        request = create_payout_target.call(
            customer_id=customer_id,
            redirect_url=redirect_url,
            bank_account=bank_account,
            reference=reference,
            description=description,
        )
        return await self._send(request)

    async def get(
        self,
        payout_target_id: str,
    ) -> PayoutTarget:
        """Get a payout target

        One payout target by its id.
        https://docs.palomma.com/api-documentation/payoutTargets/get

        Args:
            payout_target_id: see the contract
        """
        request = get_payout_target_by_id.call(
            payout_target_id,
        )
        return await self._send(request)
