"""Days as Palomma counts them: business days, settlement cycles, a payin link's life. All in Bogota's time.

https://docs.palomma.com/api-documentation/general, .../payinSettlements/get and .../payinLinks/create.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

__all__ = ["CYCLES", "cycle_of", "default_expiration", "expiry_of", "settlement_instant", "within_expiration_window"]

# Colombia has no daylight saving. That links expire in Bogota's time is inferred: no page names a zone.
_BOGOTA = timezone(timedelta(hours=-5))
CYCLES = (11, 13, 16, 18, 20)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_SATURDAY = 5
_LINK_DAYS = 7


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(_BOGOTA)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), _BOGOTA)


def default_expiration(now: float) -> str:
    """End of the day after creation, as a local datetime without zone."""
    return _end_of(_local(now).date() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")


def expiry_of(expiration: str) -> float | None:
    """The instant of `YYYY-MM-DDTHH:mm:ss`, or None if it isn't one."""
    if not _LOCAL.fullmatch(expiration):
        return None
    try:
        return datetime.fromisoformat(expiration).replace(tzinfo=_BOGOTA).timestamp()
    except (ValueError, OverflowError):
        return None


def within_expiration_window(expiry: float, now: float) -> bool:
    """Not past, and not after the end of the seventh day from creation."""
    return now <= expiry <= _end_of(_local(now).date() + timedelta(days=_LINK_DAYS)).timestamp()


def _business_days_after(day: date, days: int) -> date:
    """Monday to Friday; public holidays aren't modelled."""
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def settlement_instant(approved: float, business_days: int) -> float:
    """When a payin is settled: so many business days later, at the first cycle not before its time of day.

    The pages give "next business day" and five cycles a day, and don't reconcile them: this is the mock's reading.
    """
    moment = _local(approved)
    day = _business_days_after(moment.date(), business_days)
    for hour in CYCLES:
        cycle = datetime.combine(day, time(hour), _BOGOTA)
        if cycle.time() >= moment.time():
            return cycle.timestamp()
    return datetime.combine(_business_days_after(day, 1), time(CYCLES[0]), _BOGOTA).timestamp()


def cycle_of(settled: float) -> tuple[str, int]:
    """The date and the hour by which a settlement is known."""
    moment = _local(settled)
    return moment.date().isoformat(), moment.hour
