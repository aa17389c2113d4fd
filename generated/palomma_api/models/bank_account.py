from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs as _attrs

from ..runtime import model as _model
from ..runtime import values as _values

if TYPE_CHECKING:
    from . import AccountType, Bank


@_attrs.frozen(repr=False, weakref_slot=False)
class BankAccount(_model.Model):
    """An account at a Colombian bank. It is sent only, and never echoed in an answer."""

    bank: Bank
    """Code of a Colombian bank."""
    account_type: AccountType
    """Kind of bank account."""
    account_number: str
    """Number of the account."""
    additional_properties: Mapping[str, Any] = _attrs.field(factory=dict, kw_only=True, hash=False)

    _fields: ClassVar[tuple[_model.Field, ...]] = (
        _model.Field("bank", "bank", _values.ListedKind("Bank"), required=True),
        _model.Field("account_type", "accountType", _values.ListedKind("AccountType"), required=True),
        _model.Field("account_number", "accountNumber", _values.TEXT, required=True, sensitive=True),
    )
