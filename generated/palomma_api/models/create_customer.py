from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import DocumentType


@_attrs.frozen(repr=False, weakref_slot=False)
class CreateCustomer(_model.Model):
    """A customer to register."""

    name: str
    """First and last name of a person, or the name of a company."""
    document_type: DocumentType
    """Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card, `nit` for a
    company's tax number."""
    document_number: str
    """Number of the identity document."""
    email: str
    """E-mail address."""
    phone_number: str
    """Phone number; the pages show it without country code."""
    reference: str | None = None
    """The merchant's own identifier of the customer. Palomma does not say that it must be unique."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("name", "name", _values.TEXT, required=True),
        _model.Field("document_type", "documentType", _values.ListedKind("DocumentType"), required=True),
        _model.Field("document_number", "documentNumber", _values.TEXT, required=True, sensitive=True),
        _model.Field("email", "email", _values.TEXT, required=True),
        _model.Field("phone_number", "phoneNumber", _values.TEXT, required=True),
        _model.Field("reference", "reference", _values.TEXT),
    )
