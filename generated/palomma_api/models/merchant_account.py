from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.merchant_account_type import MerchantAccountType
from ..types import Field, Model


@define(repr=False)
class MerchantAccount(Model):
    """A balance of the merchant.
    https://docs.palomma.com/api-documentation/merchantAccounts/object"""

    id: str
    """Id of the merchant account; not always a ULID, `default` occurs."""
    description: str | None = None
    """What the account is for."""
    unsettled_amount: int | None = None
    """Collected but not yet settled, in whole COP."""
    payout_limit_balance: int | None = None
    """What payouts may still use, in whole COP, where Palomma set such a limit; only Palomma refills it."""
    type_: MerchantAccountType | str | None = None
    """`aggregator` keeps a balance that payouts can use; the money of a `gateway` account is sent on at each
    settlement."""
    available_balance: int | None = None
    """What payouts can use, in whole COP. Only on an `aggregator` account."""
    payins_enabled: bool | None = None
    """Whether the account can receive payins. Only on a `gateway` account."""
    payouts_enabled: bool | None = None
    """Whether payouts can be made from the account. Only on a `gateway` account."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("description", "description", object, False, False),
        Field("unsettled_amount", "unsettledAmount", object, False, False),
        Field("payout_limit_balance", "payoutLimitBalance", object, False, False),
        Field("type_", "type", object, False, False),
        Field("available_balance", "availableBalance", object, False, False),
        Field("payins_enabled", "payinsEnabled", object, False, False),
        Field("payouts_enabled", "payoutsEnabled", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> MerchantAccount:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("MerchantAccount has no id")
        self = cls(
            id,
            get("description"),
            get("unsettledAmount"),
            get("payoutLimitBalance"),
            get("type"),
            get("availableBalance"),
            get("payinsEnabled"),
            get("payoutsEnabled"),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in MerchantAccount._fields)
