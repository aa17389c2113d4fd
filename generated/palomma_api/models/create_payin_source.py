from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import BankAccount


@_attrs.frozen(repr=False, weakref_slot=False)
class CreatePayinSource(_model.Model):
    """A bank account to register for debits."""

    type_: ClassVar[Literal["bankAccount"]] = "bankAccount"
    customer_id: str
    """Id of the customer who owns the account."""
    redirect_url: str
    """Where Palomma sends the customer after the authorisation."""
    bank_account: BankAccount
    """An account at a Colombian bank. It is sent only, and never echoed in an answer."""
    reference: str | None = None
    """The merchant's own identifier of the payin source. Palomma does not say that it must be unique."""
    description: str | None = None
    """The merchant's own remark."""
    partial_payins_enabled: bool | None = None
    """Whether a debit may collect less than asked when the funds fall short; Bancolombia only. Palomma
    makes no partial debits when it is absent."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("customer_id", "customerId", _values.TEXT, required=True),
        _model.Field("redirect_url", "redirectUrl", _values.TEXT, required=True),
        _model.Field("type_", "type", _values.one_of("bankAccount"), required=True, constant="bankAccount"),
        _model.Field("bank_account", "bankAccount", _values.ModelKind("BankAccount"), required=True),
        _model.Field("reference", "reference", _values.TEXT),
        _model.Field("description", "description", _values.TEXT),
        _model.Field("partial_payins_enabled", "partialPayinsEnabled", _values.BOOLEAN),
    )
