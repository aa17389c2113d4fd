from __future__ import annotations

from typing import ClassVar

from attrs import define

from ..models.document_type import DocumentType
from ..types import Field, Request


@define(repr=False)
class CreateCustomer(Request):
    """A customer to register.
    https://docs.palomma.com/api-documentation/customers/create"""

    name: str
    """First and last name of a person, or the name of a company."""
    document_type: DocumentType
    """Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card, `nit` for a company's tax
    number."""
    document_number: str
    """Number of the identity document."""
    email: str
    """E-mail address."""
    phone_number: str
    """Phone number; the pages show it without country code."""
    reference: str | None = None
    """The merchant's own identifier of the customer. Palomma does not say that it must be unique."""

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("name", "name", str, True, False),
        Field("document_type", "documentType", str, True, False),
        Field("document_number", "documentNumber", str, True, True),
        Field("email", "email", str, True, False),
        Field("phone_number", "phoneNumber", str, True, False),
        Field("reference", "reference", str, False, False),
    )
