from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..models.document_type import DocumentType
from ..types import Field, Model


@define(repr=False)
class CustomerDetails(Model):
    """Copy of the customer inside another object."""

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
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("reference", "reference", object, False, False),
        Field("name", "name", object, False, False),
        Field("document_type", "documentType", object, False, False),
        Field("document_number", "documentNumber", object, False, True),
        Field("email", "email", object, False, False),
        Field("phone_number", "phoneNumber", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> CustomerDetails:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        self = cls(
            get("reference"),
            get("name"),
            get("documentType"),
            get("documentNumber"),
            get("email"),
            get("phoneNumber"),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in CustomerDetails._fields)
