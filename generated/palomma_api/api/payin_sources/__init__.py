from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.bank_account import BankAccount
from ...models.payin_source import PayinSource
from ...models.payin_source_page import PayinSourcePage
from ...types import AsyncSend, Send, apaginate, paginate
from . import create_payin_source, get_payin_source_by_id, list_payin_sources


class PayinSources:
    """The operations of `client.payin_sources`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayinSourcePage:
        """List payin sources

        One page of payin sources. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinSources/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payin_sources.call(
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
    ) -> Iterator[PayinSource]:
        """All items, page after page: List payin sources

        One page of payin sources. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinSources/list

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_payin_sources.call(
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
        partial_payins_enabled: bool | None = None,
    ) -> PayinSource:
        """Create a payin source

        Register a customer's account for later debits. Send the customer to the `authUrl` of the answer; the source
        can be debited once its status is `active`.
        https://docs.palomma.com/api-documentation/payinSources/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the authorisation.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payin source. Palomma does not say that it must be unique.
            description: The merchant's own remark.
            partial_payins_enabled: Whether a debit may collect less than asked when the funds fall short; Bancolombia only. Palomma
                makes no partial debits when it is absent.
        """
        request = create_payin_source.call(
            customer_id=customer_id,
            redirect_url=redirect_url,
            bank_account=bank_account,
            reference=reference,
            description=description,
            partial_payins_enabled=partial_payins_enabled,
        )
        return self._send(request)

    def get(
        self,
        payin_source_id: str,
    ) -> PayinSource:
        """Get a payin source

        One payin source by its id.
        https://docs.palomma.com/api-documentation/payinSources/get

        Args:
            payin_source_id: see the contract
        """
        request = get_payin_source_by_id.call(
            payin_source_id,
        )
        return self._send(request)


class AsyncPayinSources:
    """The operations of `client.payin_sources`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
        customer_id: str | None = None,
    ) -> PayinSourcePage:
        """List payin sources

        One page of payin sources. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinSources/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        request = list_payin_sources.call(
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
    ) -> AsyncIterator[PayinSource]:
        """All items, page after page: List payin sources

        One page of payin sources. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/payinSources/list

        Args:
            limit: see the contract
            reference: see the contract
            customer_id: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_payin_sources.call(
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
        partial_payins_enabled: bool | None = None,
    ) -> PayinSource:
        """Create a payin source

        Register a customer's account for later debits. Send the customer to the `authUrl` of the answer; the source
        can be debited once its status is `active`.
        https://docs.palomma.com/api-documentation/payinSources/create

        Args:
            customer_id: Id of the customer who owns the account.
            redirect_url: Where Palomma sends the customer after the authorisation.
            bank_account: An account at a Colombian bank. It is sent only, and never echoed in an answer.
            reference: The merchant's own identifier of the payin source. Palomma does not say that it must be unique.
            description: The merchant's own remark.
            partial_payins_enabled: Whether a debit may collect less than asked when the funds fall short; Bancolombia only. Palomma
                makes no partial debits when it is absent.
        """
        request = create_payin_source.call(
            customer_id=customer_id,
            redirect_url=redirect_url,
            bank_account=bank_account,
            reference=reference,
            description=description,
            partial_payins_enabled=partial_payins_enabled,
        )
        return await self._send(request)

    async def get(
        self,
        payin_source_id: str,
    ) -> PayinSource:
        """Get a payin source

        One payin source by its id.
        https://docs.palomma.com/api-documentation/payinSources/get

        Args:
            payin_source_id: see the contract
        """
        request = get_payin_source_by_id.call(
            payin_source_id,
        )
        return await self._send(request)
