from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    pass


@_attrs.frozen(repr=False, weakref_slot=False)
class CreatePayinSourceNequiToken(_model.Model):
    """A source that is debited through Nequi. Palomma names this body and its `type`, but no page shows
    its other members: those named here are the ones of a bank account's source. Send beside them
    whatever Palomma told you to."""

    type_: ClassVar[Literal["nequiToken"]] = "nequiToken"
    customer_id: str
    """Id of the customer who owns the account."""
    reference: str | None = None
    """The merchant's own identifier of the payin source. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""
    redirect_url: str | None = None
    """Where Palomma sends the customer after the authorisation."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("customer_id", "customerId", _values.TEXT, required=True),
        _model.Field("type_", "type", _values.one_of("nequiToken"), required=True, constant="nequiToken"),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("redirect_url", "redirectUrl", _values.TEXT),
    )
