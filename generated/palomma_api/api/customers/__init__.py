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

    def __init__(self, client: _calls.Client) -> None:
        self._client = client

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
        return self._client._send(_call)

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
            self._client, _list_customers.OPERATION, {"limit": page_size, "reference": reference}, unknown
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
        return self._client._send(_call)

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
        return self._client._send(_call)

    def find(self, reference: str) -> _models.Customer | None:
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
        _found: _models.Customer | None = self._client._find(_create_customer.OPERATION, reference)
        return _found

    def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.Customer:
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
        _found: _models.Customer = self._client._reconcile(error, wait, ("createCustomer",))
        return _found


class AsyncCustomers(_calls.Resource):
    """The operations of `client.customers`, to be awaited."""

    def __init__(self, client: _calls.AsyncClient) -> None:
        self._client = client

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
        return await self._client._send(_call)

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
            self._client, _list_customers.OPERATION, {"limit": page_size, "reference": reference}, unknown
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
        return await self._client._send(_call)

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
        return await self._client._send(_call)

    async def find(self, reference: str) -> _models.Customer | None:
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
        _found: _models.Customer | None = await self._client._find(_create_customer.OPERATION, reference)
        return _found

    async def reconcile(self, error: Exception, *, wait: float = 0.0) -> _models.Customer:
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
        _found: _models.Customer = await self._client._reconcile(error, wait, ("createCustomer",))
        return _found
