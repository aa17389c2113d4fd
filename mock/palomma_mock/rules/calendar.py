"""Instants, and days as Palomma counts them: business days, settlement cycles, a link's life. All in Bogota's time.

https://docs.palomma.com/api-documentation/general, .../payinSettlements/get and .../payinLinks/create.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from typing import Any

# Colombia has no daylight saving. That links expire in Bogota's time is inferred: no page names a zone.
_BOGOTA = timezone(timedelta(hours=-5))
CYCLES = (11, 13, 16, 18, 20)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_LINK_DAYS = 7
LAST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()
"""The end of the mock's time: later instants could not be written down with what follows from them."""


def instant(seconds: float) -> str:
    """Return RFC 3339 in UTC with milliseconds and `Z`. Palomma states neither precision nor zone."""
    # Whole milliseconds first: formatting a float would cut .9999 down to the millisecond before.
    moment = datetime.fromtimestamp(round(seconds * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(_BOGOTA)


def is_monday(seconds: float) -> bool:
    """Whether it is one in Colombia."""
    return _local(seconds).weekday() == 0


def written(at: Any) -> str:
    """Return an instant, of the clock or of the API, as people in Colombia read it; what is none as it is."""
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromtimestamp(at, UTC)
        return moment.astimezone(_BOGOTA).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, TypeError, OverflowError):
        return str(at)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), _BOGOTA)


def default_expiration(now: float) -> str:
    """Return the end of the day after creation, as a local datetime without zone."""
    return _end_of(_local(now).date() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S")


def expiry_of(expiration: str) -> float | None:
    """Return the instant of `YYYY-MM-DDTHH:mm:ss`, or None if it isn't one."""
    if not _LOCAL.fullmatch(expiration):
        return None
    try:
        return datetime.fromisoformat(expiration).replace(tzinfo=_BOGOTA).timestamp()
    except (ValueError, OverflowError):
        return None


def within_expiration_window(expiry: float, now: float) -> bool:
    """Whether it is neither past nor after the end of the seventh day from creation."""
    return now <= expiry <= _end_of(_local(now).date() + timedelta(days=_LINK_DAYS)).timestamp()


@cache
def _holidays() -> Any:
    from holidays import country_holidays  # A tenth of a second that only settlements need.

    return country_holidays("CO")


def settlement_instant(approved: float, business_days: int) -> float:
    """Return when a payin is settled: so many business days later, at the first cycle not before its time of day.

    The pages give "next business day" and five cycles a day, and don't reconcile them: this is the mock's reading.
    """
    moment = _local(approved)
    day = _holidays().get_nth_working_day(moment.date(), business_days)
    for hour in CYCLES:
        cycle = datetime.combine(day, time(hour), _BOGOTA)
        if cycle.time() >= moment.time():
            return cycle.timestamp()
    return datetime.combine(_holidays().get_nth_working_day(day, 1), time(CYCLES[0]), _BOGOTA).timestamp()


def cycle_of(settled: float) -> tuple[str, int]:
    """Return the date and the hour by which a settlement is known."""
    moment = _local(settled)
    return moment.date().isoformat(), moment.hour
