from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import define, field

from ..errors import ShapeError
from ..models.payin_settlement_cycle import PayinSettlementCycle
from ..types import Field, Model, read_date, read_datetime


@define(repr=False)
class PayinSettlement(Model):
    """What one settlement cycle paid out to a merchant account. It has no status.
    https://docs.palomma.com/api-documentation/payinSettlements/get"""

    id: str
    """Id of the payin settlement."""
    merchant_account_id: str | None = None
    """Id of the merchant account."""
    total_amount_collected: int | None = None
    """Sum of the amounts collected, in whole COP."""
    total_fees: int | None = None
    """Sum of the fees, in whole COP."""
    number_of_payins: int | None = None
    """How many payins were settled."""
    payin_settlement_date: datetime.date | str | None = None
    """Day of the settlement."""
    payin_settlement_cycle: PayinSettlementCycle | int | None = None
    """Hour of the day at which a settlement was made."""
    created_at: datetime.datetime | str | None = None
    """When the payin settlement was created."""
    updated_at: datetime.datetime | str | None = None
    """When the payin settlement last changed."""
    _extra: dict[str, Any] | None = field(default=None, init=False)

    _fields: ClassVar[tuple[Field, ...]] = (
        Field("id", "id", object, True, False),
        Field("merchant_account_id", "merchantAccountId", object, False, False),
        Field("total_amount_collected", "totalAmountCollected", object, False, False),
        Field("total_fees", "totalFees", object, False, False),
        Field("number_of_payins", "numberOfPayins", object, False, False),
        Field("payin_settlement_date", "payinSettlementDate", object, False, False),
        Field("payin_settlement_cycle", "payinSettlementCycle", object, False, False),
        Field("created_at", "createdAt", object, False, False),
        Field("updated_at", "updatedAt", object, False, False),
    )

    @classmethod
    def from_dict(cls, members: Mapping[str, Any]) -> PayinSettlement:
        """Read an answer. Raises `ShapeError` when it lacks a member that the contract requires."""
        get = members.get
        id = get("id")
        if not isinstance(id, str):
            raise ShapeError("PayinSettlement has no id")
        self = cls(
            id,
            get("merchantAccountId"),
            get("totalAmountCollected"),
            get("totalFees"),
            get("numberOfPayins"),
            read_date(get("payinSettlementDate")),
            get("payinSettlementCycle"),
            read_datetime(get("createdAt")),
            read_datetime(get("updatedAt")),
        )
        if not _NAMES.issuperset(members):
            self._extra = {name: value for name, value in members.items() if name not in _NAMES}
        return self


_NAMES = frozenset(field.json_name for field in PayinSettlement._fields)
