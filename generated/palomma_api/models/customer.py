from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.document_type import DocumentType
from ..types import Field, Model, read_datetime


@define(repr=False)
class Customer(Model):
    """A person or company that pays or is paid.
    https://docs.palomma.com/api-documentation/customers/get"""

    id: str
    """Id of the customer."""
    reference: str | None = None
    """The merchant's own identifier of the customer."""
    name: str | None = None
    """First and last name of a person, or the name of a company."""
    document_type: DocumentType | str | None = None
    """Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card, `nit` for a company's tax
    number."""
    document_number: str | None = None
    """Number of the identity document."""
    email: str | None = None
    """E-mail address."""
    phone_number: str | None = None
    """Phone number; the pages show it without country code."""
    created_at: datetime.datetime | str | None = None
    """When the customer was created."""
    updated_at: datetime.datetime | str | None = None
    """When the customer last changed."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("reference", "reference", object, False, False),
        Field("name", "name", object, False, False),
        Field("document_type", "documentType", object, False, False),
        Field("document_number", "documentNumber", object, False, True),
        Field("email", "email", object, False, False),
        Field("phone_number", "phoneNumber", object, False, False),
        Field("created_at", "createdAt", object, False, False),
        Field("updated_at", "updatedAt", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> Customer:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("Customer has no id")
        self = cls(
            id,
            get("reference"),
            get("name"),
            get("documentType"),
            get("documentNumber"),
            get("email"),
            get("phoneNumber"),
            read_datetime(get("createdAt")),
            read_datetime(get("updatedAt")),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in Customer._fields)
