"""Which settlement a payin is in. Palomma doesn't say; it is derived, and believed only if all that is known agrees.

A payin is settled a business day after it was approved, one that was collected through Bancolombia's points after two,
at the first cycle not before its time of day (https://docs.palomma.com/api-documentation/general). How a link was paid
isn't shown, so a link's payin may be in either of two settlements. That is settled by counting: if a settlement has
just as many payins as surely belong to it, with the same sums, the doubtful ones are in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from palomma_api.texts import TEXTS

from ._words import BOGOTA

__all__ = ["Group", "Slot", "Sums", "assign", "business_days", "slots_of"]

_SATURDAY = 5


class Slot(NamedTuple):
    """A settlement's place: its account, day and cycle."""

    account: str
    day: str
    cycle: int


Group = tuple[Slot, ...]
"""The settlements that a payin may be in."""


class Sums(NamedTuple):
    """How many payins, what they collected, and their fees."""

    number: int = 0
    collected: int = 0
    fees: int = 0

    def plus(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(*(mine + its for mine, its in zip(self, other, strict=True)))


@cache
def _holidays() -> Any:
    from holidays import country_holidays

    return country_holidays("CO")


def business_days(day: date, days: int) -> date:
    """Return the day so many business days later, Colombia's holidays left out."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY and day not in _holidays()
    return day


def slots_of(account: str, approved: datetime, delays: Iterable[int]) -> Group:
    """Return where a payin may be settled, for each number of business days that it may take."""
    moment = approved.astimezone(BOGOTA)
    hours = sorted(int(hour) for hour in TEXTS["PayinSettlementCycle"])
    found = []
    for days in delays:
        day = business_days(moment.date(), days)
        hour = next((hour for hour in hours if time(hour) >= moment.time()), None)
        if hour is None:
            day, hour = business_days(day, 1), hours[0]
        found.append(Slot(account, day.isoformat(), hour))
    return tuple(dict.fromkeys(found))


def assign(groups: Mapping[Group, Sums], settlements: Mapping[Slot, Sums]) -> dict[Group, Slot]:
    """Return for each group of payins the settlement that all of them are in. One that isn't certain has none."""
    left = {group: set(group) for group in groups}
    sure: set[Slot] = set()
    while True:
        before = sum(map(len, left.values())) + len(sure)
        for slot, sums in settlements.items():
            certain = _total(groups[group] for group, slots in left.items() if slots == {slot})
            doubtful = [group for group, slots in left.items() if slot in slots and len(slots) > 1]
            if certain == sums:
                sure.add(slot)
                for group in doubtful:
                    left[group].discard(slot)
            elif certain.plus(_total(groups[group] for group in doubtful)) == sums:
                sure.add(slot)
                for group in doubtful:
                    left[group] = {slot}
        if sum(map(len, left.values())) + len(sure) == before:
            return {group: next(iter(slots)) for group, slots in left.items() if len(slots) == 1 and slots <= sure}


def _total(sums: Iterable[Sums]) -> Sums:
    whole = Sums()
    for each in sums:
        whole = whole.plus(each)
    return whole
