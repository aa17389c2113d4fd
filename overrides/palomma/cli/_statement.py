"""`palomma statement`: what moved in a period, per operation or per day, in Bogotá's time. Lists are streamed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from palomma_api.contract import LIFECYCLES
from palomma_api.runtime.values import ASSUMED

from ._contract import is_refused, member
from ._output import save as save_as
from ._session import Session, stop
from ._settlements import Group, Slot, Sums, assign, slots_of
from ._words import BOGOTA

__all__ = ["is_done", "movements", "settlements_of", "statement"]

DELAYS: Mapping[str, tuple[int, ...]] = {"payin_links": (1, 2), "payin_requests": (1,)}
"""After how many business days the payins of a resource may be settled."""
Row = dict[str, Any]


def statement(
    session: Session, *, from_: date, to: date, by: Literal["operation", "day", "entry"] = "operation",
    mapping: Path | None = None, save: Path | None = None,
) -> int:  # fmt: skip
    """Write what moved from one day to another, both included."""
    with session.client() as client:
        rows: Iterable[Row] = movements(client, from_.isoformat(), to.isoformat())
        if by == "day":
            rows = _by_day(rows)
        elif by == "entry":
            rows = _entries(rows, tomllib.loads(mapping.read_text(encoding="utf-8")) if mapping else {})
        named = map(session.named, rows)
        save_as(named, save, session.lang) if save else session.write(named)
    return 0


def movements(client: Any, first: str, last: str) -> Iterator[Row]:
    """Return payins, payouts and settlements of a period, one by one."""
    return (row for row in _movements(client) if first <= row["day"] <= last)


def _movements(client: Any) -> Iterator[Row]:
    """Yield all of them. Payins are read twice: first to see how they were settled."""
    settlements = dict(settlements_of(client))
    places = assign(_groups(client), {slot: sums for slot, (sums, _) in settlements.items()})
    for kind, thing in _payins(client):
        group = _group(kind, thing)
        place = places.get(group)
        near = [settlements[slot][1] for slot in ([place] if place else group) if slot in settlements]
        known = "derived" if place else "candidates" if near else ""
        more = {"collected": thing.amount_collected, "net": thing.amount_collected - (thing.fee or 0)}
        yield _row(kind, thing, **more, settlement=" ".join(near), certainty=known)
    for thing in client.payout_requests.iterate(page_size=100):
        if is_done(thing):
            more = {"paid": thing.amount_sent, "net": -(thing.amount_sent or 0)}
            yield _row("payout_requests", thing, **more)
    for slot, (sums, id) in settlements.items():
        net = sums.collected - sums.fees
        yield _line("payin_settlements", slot.day, f"{slot.cycle:02}:00", id=id, account=slot.account, settled=net)


def is_done(thing: Any) -> bool:
    """Return whether an object is in a known final state in which money moved."""
    lifecycle = LIFECYCLES[type(thing).__name__]
    state, passing = getattr(thing, lifecycle.state), {each for before in lifecycle.follows.values() for each in before}
    return state in lifecycle.follows and state not in passing and not is_refused(thing)


def _payins(client: Any) -> Iterator[tuple[str, Any]]:
    for kind in DELAYS:
        for thing in getattr(client, kind).iterate(page_size=100):
            if thing.amount_collected:
                yield kind, thing


def _account(thing: Any) -> str:
    return str(thing.target_merchant_account_id or member("CreatePayinRequest", "targetMerchantAccountId")["x-default"])


def _group(kind: str, thing: Any) -> Group:
    if not isinstance(thing.updated_at, datetime) or thing.updated_at.tzinfo is ASSUMED:
        return ()
    return slots_of(_account(thing), thing.updated_at, DELAYS[kind])


def _groups(client: Any) -> dict[Group, Sums]:
    groups: dict[Group, Sums] = {}
    for kind, thing in _payins(client):
        group, one = _group(kind, thing), Sums(1, thing.amount_collected, thing.fee or 0)
        groups[group] = groups.get(group, Sums()).plus(one)
    return groups


def settlements_of(client: Any) -> Iterator[tuple[Slot, tuple[Sums, str]]]:
    """Yield the settlements of all accounts, each with its place, sums and id."""
    for account in client.merchant_accounts.iterate(page_size=100):
        for each in client.payin_settlements.iterate(account.id, page_size=100):
            slot = Slot(account.id, str(each.payin_settlement_date), int(each.payin_settlement_cycle or 0))
            sums = Sums(each.number_of_payins or 0, each.total_amount_collected or 0, each.total_fees or 0)
            yield slot, (sums, each.id)


def _row(kind: str, thing: Any, **more: Any) -> Row:
    moment = thing.updated_at.astimezone(BOGOTA) if isinstance(thing.updated_at, datetime) else None
    day, hour = (moment.date().isoformat(), moment.strftime("%H:%M")) if moment else ("", "")
    account = thing.source_merchant_account_id if "paid" in more else _account(thing)
    facts = {"id": thing.id, "reference": thing.reference, "state": thing.status, "account": account, "fee": thing.fee}
    return _line(kind, day, hour, **facts, **more)


def _line(kind: str, day: str, hour: str, **facts: Any) -> Row:
    names = "id reference state account collected paid fee net settled settlement certainty"
    return {"day": day, "hour": hour, "kind": kind, **{name: facts.get(name) for name in names.split()}}


def _by_day(rows: Iterable[Row]) -> Iterator[Row]:
    days: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = row["day"], row["account"]
        sums = days.setdefault(key, {"day": key[0], "account": key[1], "count": 0})
        sums["count"] += 1
        for name in ("collected", "paid", "fee", "net", "settled"):
            sums[name] = sums.get(name, 0) + (row[name] or 0)
    yield from (days[key] for key in sorted(days))


def _entries(rows: Iterable[Row], mapping: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Iterator[Row]:
    """Yield double-entry rows by a mapping: for each kind and each of its amounts the accounts of debit and credit."""
    if not mapping:
        stop(2, "no_mapping")
    for row in rows:
        for name, accounts in mapping.get(row["kind"], {}).items():
            if amount := row[name]:
                about = {"day": row["day"], "id": row["id"], "reference": row["reference"], "amount_of": name}
                yield {**about, "ledger": accounts["debit"], "debit": amount, "credit": 0}
                yield {**about, "ledger": accounts["credit"], "debit": 0, "credit": amount}
