from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from ...models.customer import Customer
from ...models.customer_page import CustomerPage
from ...models.document_type import DocumentType
from ...types import AsyncSend, Send, apaginate, paginate
from . import create_customer, get_customer_by_id, list_customers


class Customers:
    """The operations of `client.customers`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
    ) -> CustomerPage:
        """List customers

        One page of customers. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/customers/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
        """
        request = list_customers.call(
            limit=limit,
            cursor=cursor,
            reference=reference,
        )
        return self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
        reference: str | None = None,
    ) -> Iterator[Customer]:
        """All items, page after page: List customers

        One page of customers. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/customers/list

        Args:
            limit: see the contract
            reference: see the contract
        """
        return paginate(
            self._send,
            lambda cursor: list_customers.call(
                limit=limit,
                reference=reference,
                cursor=cursor,
            ),
        )

    def create(
        self,
        *,
        name: str,
        document_type: DocumentType,
        document_number: str,
        email: str,
        phone_number: str,
        reference: str | None = None,
    ) -> Customer:
        """Create a customer

        Register a customer, who can then pay or be paid. Whether a second customer with the same document number is
        refused is not documented.
        https://docs.palomma.com/api-documentation/customers/create

        Args:
            name: First and last name of a person, or the name of a company.
            document_type: Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card, `nit` for a
                company's tax number.
            document_number: Number of the identity document.
            email: E-mail address.
            phone_number: Phone number; the pages show it without country code.
            reference: The merchant's own identifier of the customer. Palomma does not say that it must be unique.
        """
        request = create_customer.call(
            name=name,
            document_type=document_type,
            document_number=document_number,
            email=email,
            phone_number=phone_number,
            reference=reference,
        )
        del document_number  # what fails from here on shows its frames, and they show no such number
        return self._send(request)

    def get(
        self,
        customer_id: str,
    ) -> Customer:
        """Get a customer

        One customer by its id.
        https://docs.palomma.com/api-documentation/customers/get

        Args:
            customer_id: see the contract
        """
        request = get_customer_by_id.call(
            customer_id,
        )
        return self._send(request)


class AsyncCustomers:
    """The operations of `client.customers`, to be awaited."""

    def __init__(self, send: AsyncSend) -> None:
        self._send = send

    async def list(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        reference: str | None = None,
    ) -> CustomerPage:
        """List customers

        One page of customers. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/customers/list

        Args:
            limit: see the contract
            cursor: see the contract
            reference: see the contract
        """
        request = list_customers.call(
            limit=limit,
            cursor=cursor,
            reference=reference,
        )
        return await self._send(request)

    def iterate(
        self,
        *,
        limit: int | None = None,
        reference: str | None = None,
    ) -> AsyncIterator[Customer]:
        """All items, page after page: List customers

        One page of customers. Ask for the next page with the `cursor` of the answer.
        https://docs.palomma.com/api-documentation/customers/list

        Args:
            limit: see the contract
            reference: see the contract
        """
        return apaginate(
            self._send,
            lambda cursor: list_customers.call(
                limit=limit,
                reference=reference,
                cursor=cursor,
            ),
        )

    async def create(
        self,
        *,
        name: str,
        document_type: DocumentType,
        document_number: str,
        email: str,
        phone_number: str,
        reference: str | None = None,
    ) -> Customer:
        """Create a customer

        Register a customer, who can then pay or be paid. Whether a second customer with the same document number is
        refused is not documented.
        https://docs.palomma.com/api-documentation/customers/create

        Args:
            name: First and last name of a person, or the name of a company.
            document_type: Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card, `nit` for a
                company's tax number.
            document_number: Number of the identity document.
            email: E-mail address.
            phone_number: Phone number; the pages show it without country code.
            reference: The merchant's own identifier of the customer. Palomma does not say that it must be unique.
        """
        request = create_customer.call(
            name=name,
            document_type=document_type,
            document_number=document_number,
            email=email,
            phone_number=phone_number,
            reference=reference,
        )
        del document_number  # what fails from here on shows its frames, and they show no such number
        return await self._send(request)

    async def get(
        self,
        customer_id: str,
    ) -> Customer:
        """Get a customer

        One customer by its id.
        https://docs.palomma.com/api-documentation/customers/get

        Args:
            customer_id: see the contract
        """
        request = get_customer_by_id.call(
            customer_id,
        )
        return await self._send(request)
