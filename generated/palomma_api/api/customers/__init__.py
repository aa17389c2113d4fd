from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Never

from ...runtime import calls as _calls
from ...runtime import pages as _pages
from . import create_customer as _create_customer
from . import get_customer_by_id as _get_customer_by_id
from . import list_customers as _list_customers

if TYPE_CHECKING:
    from ... import models as _models


class Customers(_calls.Resource):
    """The operations of `client.customers`."""

    def __init__(self, send: _calls.Send) -> None:
        self._send = send

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, reference: str | None = None, **unknown: Never
    ) -> _models.CustomerPage:
        """List customers.

        One page of customers, in an order that is not documented. Ask for the next page with the `cursor`
        of the answer.

        https://docs.palomma.com/api-documentation/customers/list

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.

        Returns:
            One page of customers.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_customers.OPERATION, {"limit": limit, "cursor": cursor, "reference": reference}, unknown
        )
        return self._send(_call)

    def iterate(
        self, *, page_size: int | None = None, reference: str | None = None, **unknown: Never
    ) -> Iterator[_models.Customer]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            page_size: How many items one page has; all items come whatever it is (1 to 100).
            reference: Only objects that were created with this reference.

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        return _pages.paginate(
            self._send, _list_customers.OPERATION, {"limit": page_size, "reference": reference}, unknown
        )

    def create(
        self,
        *,
        name: str,
        document_type: _models.DocumentType,
        document_number: str,
        email: str,
        phone_number: str,
        reference: str | None = None,
        **unknown: Never,
    ) -> _models.Customer:
        """Create a customer.

        Register a customer, who can then pay or be paid. Whether a second customer with the same document
        number is refused is not documented.

        https://docs.palomma.com/api-documentation/customers/create

        Args:
            name: First and last name of a person, or the name of a company.
            document_type: Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card,
                `nit` for a company's tax number.
            document_number: Number of the identity document.
            email: E-mail address.
            phone_number: Phone number; the pages show it without country code.
            reference: The merchant's own identifier of the customer. Palomma does not say that it must be
                unique.

        Returns:
            The customer was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_customer.OPERATION,
            {
                "name": name,
                "document_type": document_type,
                "document_number": document_number,
                "email": email,
                "phone_number": phone_number,
                "reference": reference,
            },
            unknown,
        )
        del document_number  # what fails from here on shows its frames (R5)
        return self._send(_call)

    def get(self, customer_id: str, **unknown: Never) -> _models.Customer:
        """Get a customer.

        One customer by its id.

        https://docs.palomma.com/api-documentation/customers/get

        Args:
            customer_id: Id of the customer.

        Returns:
            The customer.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_customer_by_id.OPERATION, {"customer_id": customer_id}, unknown)
        return self._send(_call)


class AsyncCustomers(_calls.Resource):
    """The operations of `client.customers`, to be awaited."""

    def __init__(self, send: _calls.AsyncSend) -> None:
        self._send = send

    async def list(
        self, *, limit: int | None = None, cursor: str | None = None, reference: str | None = None, **unknown: Never
    ) -> _models.CustomerPage:
        """List customers.

        One page of customers, in an order that is not documented. Ask for the next page with the `cursor`
        of the answer.

        https://docs.palomma.com/api-documentation/customers/list

        Args:
            limit: At most this many items in the page, 1 to 100. Palomma takes 20 when it is absent.
            cursor: The `cursor` of the page before; absent for the first page.
            reference: Only objects that were created with this reference.

        Returns:
            One page of customers.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _list_customers.OPERATION, {"limit": limit, "cursor": cursor, "reference": reference}, unknown
        )
        return await self._send(_call)

    def iterate(
        self, *, page_size: int | None = None, reference: str | None = None, **unknown: Never
    ) -> AsyncIterator[_models.Customer]:
        """Yield every item of every page.

        What `list` gives page by page, item by item. Nothing is asked for before the first item is.

        Args:
            page_size: How many items one page has; all items come whatever it is (1 to 100).
            reference: Only objects that were created with this reference.

        Returns:
            An iterator, which holds one page at a time.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        return _pages.apaginate(
            self._send, _list_customers.OPERATION, {"limit": page_size, "reference": reference}, unknown
        )

    async def create(
        self,
        *,
        name: str,
        document_type: _models.DocumentType,
        document_number: str,
        email: str,
        phone_number: str,
        reference: str | None = None,
        **unknown: Never,
    ) -> _models.Customer:
        """Create a customer.

        Register a customer, who can then pay or be paid. Whether a second customer with the same document
        number is refused is not documented.

        https://docs.palomma.com/api-documentation/customers/create

        Args:
            name: First and last name of a person, or the name of a company.
            document_type: Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card,
                `nit` for a company's tax number.
            document_number: Number of the identity document.
            email: E-mail address.
            phone_number: Phone number; the pages show it without country code.
            reference: The merchant's own identifier of the customer. Palomma does not say that it must be
                unique.

        Returns:
            The customer was created.

        Raises:
            OutcomeUnknownError: It was sent, and what became of it isn't known: it may have been done.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401).
        """
        _call = _calls.prepare(
            _create_customer.OPERATION,
            {
                "name": name,
                "document_type": document_type,
                "document_number": document_number,
                "email": email,
                "phone_number": phone_number,
                "reference": reference,
            },
            unknown,
        )
        del document_number  # what fails from here on shows its frames (R5)
        return await self._send(_call)

    async def get(self, customer_id: str, **unknown: Never) -> _models.Customer:
        """Get a customer.

        One customer by its id.

        https://docs.palomma.com/api-documentation/customers/get

        Args:
            customer_id: Id of the customer.

        Returns:
            The customer.

        Raises:
            ResponseError: The answer can't be read.
            NotSentError: Nothing was sent.
            APIError: The API said no (400, 401, 404).
        """
        _call = _calls.prepare(_get_customer_by_id.OPERATION, {"customer_id": customer_id}, unknown)
        return await self._send(_call)
