"""What becomes of objects and balances, by themselves, by magic values, by decisions and by the passing of time."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from palomma_mock import MockServer, RefusedError, Settings
from palomma_mock.rules.calendar import default_expiration, expiry_of, instant, settlement_instant
from palomma_mock.rules.clock import Clock, frozen_clock
from palomma_mock.rules.ids import Ids
from palomma_mock.rules.states import MESSAGES, Outcome, can_move
from tests.mock.conftest import AT_ONCE, Make

Look = Callable[[str, str], dict[str, Any]]
AUTHORIZED = ("payinSources", "payoutTargets")
OPENING = 100_000_000


def events(mock: MockServer) -> list[tuple[str, str]]:
    """Every change of state so far."""
    import json

    return [
        (json.loads(notice.body)["eventType"], json.loads(notice.body)["event"]["status"]) for notice in mock.webhooks
    ]


# By itself


@pytest.mark.parametrize("kind", [*AUTHORIZED, "payinLinks"])
def test_what_needs_the_payer_waits(kind: str, make: Make, look: Look) -> None:
    """A source, a target or a link stays pending until somebody decides."""
    assert look(kind, make(kind)["id"])["status"] == "pending"


@pytest.mark.parametrize(
    ("kind", "good"), [(*AUTHORIZED[:1], "active"), (AUTHORIZED[1], "active"), ("payinLinks", "approved")]
)
def test_auto_approve_is_the_payer(kind: str, good: str, make: Make, look: Look, mock: MockServer) -> None:
    """With `auto_approve`, what would wait is approved before it is read again."""
    mock.restart(auto_approve=True)
    made = make(kind)

    assert made["status"] == "pending"
    assert look(kind, made["id"])["status"] == good


@pytest.mark.parametrize(
    ("kind", "money", "then"),
    [
        ("payinRequests", {"amount": 45_000, "amountCollected": 0, "fee": 500}, {"amountCollected": 45_000}),
        ("payoutRequests", {"amount": 45_000, "amountSent": 45_000, "fee": 500}, {"amountSent": 45_000}),
    ],
)
def test_the_bank_approves_payments(
    kind: str, money: dict[str, int], then: dict[str, int], make: Make, look: Look
) -> None:
    """A payment is created processing, with the documented amounts, and approved by the time it is read."""
    made = make(kind)
    read = look(kind, made["id"])

    assert made["status"] == "processing"
    assert money == {name: made[name] for name in money}
    assert read["status"] == "approved"
    assert money | then == {name: read[name] for name in money}


def test_the_bank_takes_its_time(make: Make, look: Look, mock: MockServer) -> None:
    """With a delay, the state changes when it has passed, not before."""
    mock.restart(bank_delay=10)
    source = make("payinSources", number=AT_ONCE)["id"]
    seen = [look("payinSources", source)["status"]]
    for seconds in (9.5, 0.5):
        mock.advance(seconds)
        seen.append(look("payinSources", source)["status"])

    assert seen == ["processing", "processing", "active"]


def test_an_infinite_delay_waits_for_a_decision(make: Make, look: Look, mock: MockServer) -> None:
    """With `bank_delay=inf` nothing leaves processing by itself, and `advance()` finds nothing to wait for."""
    mock.restart(bank_delay=math.inf)
    source = make("payinSources", number=AT_ONCE)["id"]
    before = mock.clock.now()
    mock.advance()

    assert (look("payinSources", source)["status"], mock.clock.now()) == ("processing", before)
    assert mock.decide(source, "approve").members["status"] == "active"


# Magic values


@pytest.mark.parametrize("kind", AUTHORIZED)
@pytest.mark.parametrize(("place", "message"), list(enumerate(MESSAGES)))
def test_an_account_number_asks_for_a_message(place: int, message: str, kind: str, make: Make, look: Look) -> None:
    """Account 00000000NN, from 11 on, is cancelled with the status message in that place."""
    read = look(kind, make(kind, number=f"00000000{place + 11}")["id"])

    assert (read["status"], read["statusMessage"]) == ("cancelled", message)


@pytest.mark.parametrize("kind", ["payinRequests", "payoutRequests", "payinLinks"])
@pytest.mark.parametrize(("place", "message"), list(enumerate(MESSAGES)))
def test_an_amount_asks_for_a_message(place: int, message: str, kind: str, make: Make, look: Look) -> None:
    """An amount of 11,0NN, from 11 on, is cancelled with the status message in that place, and moves no money."""
    read = look(kind, make(kind, amount=11_011 + place)["id"])

    assert (read["status"], read["statusMessage"], read["fee"]) == ("cancelled", message, 0)
    assert read.get("amountCollected", 0) == read.get("amountSent", 0) == 0


def test_magic_links_are_paid_without_a_page(make: Make, look: Look) -> None:
    """A link over 11,001 is approved by itself."""
    assert look("payinLinks", make("payinLinks", amount=11_001)["id"])["status"] == "approved"


@pytest.mark.parametrize(
    ("kind", "members"), [("payinSources", {"number": "0000000002"}), ("payinRequests", {"amount": 11_002})]
)
def test_slow_takes_a_minute(kind: str, members: dict[str, Any], make: Make, look: Look, mock: MockServer) -> None:
    """The slow account and the slow amount stay processing for sixty seconds."""
    made = make(kind, **members)["id"]
    mock.advance(59)
    before = look(kind, made)["status"]
    mock.advance(1)

    assert (before, look(kind, made)["status"]) in (("processing", "active"), ("processing", "approved"))


@pytest.mark.parametrize(
    ("enabled", "expected"),
    [(True, ("partial", None, 5501)), (False, ("cancelled", "NOT_ENOUGH_FUNDS", 0))],
)
def test_partial_needs_a_source_that_allows_it(
    enabled: bool, expected: tuple[Any, ...], make: Make, look: Look, mock: MockServer
) -> None:
    """An amount of 11,003 collects half where partial payins are enabled, and nothing elsewhere."""
    source = make("payinSources", number=AT_ONCE, partialPayinsEnabled=enabled)["id"]
    read = look("payinRequests", make("payinRequests", payinSourceId=source, amount=11_003)["id"])

    assert (read["status"], read.get("statusMessage"), read["amountCollected"]) == expected


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("payinSources", {"number": "0000000003"}),
        ("payinSources", {"number": "0000000020"}),
        ("payinSources", {"number": "٠٠٠٠٠٠٠٠٠١"}),
        ("payinSources", {"number": "00000000001"}),
        ("payinLinks", {"amount": 11_003}),
        ("payinLinks", {"amount": 11_004}),
    ],
)
def test_other_numbers_mean_nothing(kind: str, members: dict[str, Any], make: Make, look: Look) -> None:
    """Numbers outside the table, and `partial` where nothing can be, wait for the payer like any other."""
    assert look(kind, make(kind, **members)["id"])["status"] == "pending"


# Decisions


def test_a_decision_passes_through_the_states(make: Make, mock: MockServer) -> None:
    """An approved source was processing first, and each change is a webhook."""
    source = make("payinSources")["id"]
    mock.decide(source, "approve")

    assert events(mock) == [("payin-source.update", "processing"), ("payin-source.update", "active")]


@pytest.mark.parametrize(("verdict", "states"), [("EXPIRED", 1), ("CUSTOMER_CANCELLATION", 1), ("INVALID_ACCOUNT", 2)])
def test_the_payers_own_refusal_never_reaches_the_bank(verdict: str, states: int, make: Make, mock: MockServer) -> None:
    """What the payer ends is cancelled at once; what the bank refuses was processing first."""
    assert mock.decide(make("payinLinks")["id"], verdict).members["statusMessage"] == verdict
    assert len(events(mock)) == states


@pytest.mark.parametrize(
    ("kind", "verdict", "message"),
    [
        ("payinSources", "partial", "not one for a payin source"),
        ("payinSources", "maybe", "not one for a payin source"),
        ("customers", "approve", "no such object with a state"),
        ("", "approve", "no such object with a state"),
    ],
)
def test_a_verdict_must_fit(kind: str, verdict: str, message: str, make: Make, mock: MockServer) -> None:
    """A verdict that means nothing for an object is refused, and so is one on an object without states."""
    id = make(kind)["id"] if kind else "nobody"

    with pytest.raises(RefusedError, match=message):
        mock.decide(id, verdict)


def test_what_is_final_stays(make: Make, mock: MockServer) -> None:
    """Nothing can be decided twice."""
    source = make("payinSources", number=AT_ONCE)["id"]
    mock.settle()

    with pytest.raises(RefusedError, match="already active"):
        mock.decide(source, "approve")


def test_a_decision_replaces_what_was_to_happen(make: Make, look: Look, mock: MockServer) -> None:
    """A link that was paid doesn't expire later."""
    link = make("payinLinks")["id"]
    mock.decide(link, "approve")
    mock.advance(8 * 86400)

    assert look("payinLinks", link)["status"] == "approved"


@pytest.mark.parametrize(("status", "possible"), [("pending", False), ("approved", False), ("active", True)])
def test_machines_have_no_other_moves(status: str, possible: bool) -> None:
    """A move that the documentation doesn't know isn't made; a kind without a machine may go anywhere."""
    assert can_move("payinSources", {"status": "processing"}, Outcome(status)) is possible
    assert can_move("notes", {"status": "processing"}, Outcome(status))


# Expiry


def test_a_link_expires_at_the_end_of_the_next_day(make: Make, look: Look, mock: MockServer) -> None:
    """Without an expiration, a link that nobody pays is cancelled after the next day in Bogotá."""
    link = make("payinLinks")
    mock.advance()
    read = look("payinLinks", link["id"])

    assert link["expiration"] == "2026-02-02T23:59:59"
    assert (read["status"], read["statusMessage"], read["updatedAt"]) == (
        "cancelled",
        "EXPIRED",
        "2026-02-03T04:59:59.000Z",
    )


def test_an_expiration_is_kept(make: Make, look: Look, mock: MockServer) -> None:
    """A link expires when it says, in Bogotá's time."""
    link = make("payinLinks", expiration="2026-02-02T10:30:00")["id"]
    mock.advance(expiry_of("2026-02-02T10:30:00") - mock.clock.now() - 1)  # type: ignore[operator]
    before = look("payinLinks", link)["status"]
    mock.advance(1)

    assert (before, look("payinLinks", link)["status"]) == ("pending", "cancelled")


# Money


def balances(look: Look, id: str = "default") -> tuple[int, int | None]:
    account = look("merchantAccounts", id)
    return account["unsettledAmount"], account.get("availableBalance")


def test_payins_settle_and_payouts_spend(make: Make, look: Look, mock: MockServer, http: httpx.Client) -> None:
    """Collected money is unsettled until its cycle, then available less the fee; payouts leave the balance."""
    seen = [balances(look)]
    make("payinRequests", amount=45_000)
    make("payinRequests", amount=5_000)
    seen.append(balances(look))
    mock.advance()
    seen.append(balances(look))
    make("payoutRequests", amount=1_000_000)
    seen.append(balances(look))
    (settlement,) = http.get("/merchantAccounts/default/settlements").json()["items"]

    assert seen == [(0, OPENING), (50_000, OPENING), (0, OPENING + 49_000), (0, OPENING - 951_000)]
    assert settlement == {
        "id": settlement["id"],
        "merchantAccountId": "default",
        "totalAmountCollected": 50_000,
        "totalFees": 1000,
        "numberOfPayins": 2,
        "payinSettlementDate": "2026-02-03",
        "payinSettlementCycle": 11,
        "createdAt": "2026-02-03T16:00:00.000Z",
        "updatedAt": "2026-02-03T16:00:00.000Z",
    }


def test_a_gateway_is_swept(make: Make, look: Look, mock: MockServer) -> None:
    """A gateway account keeps nothing of what is settled, and its payouts have no balance to exceed."""
    mock.add_merchant_account("gateway", type="gateway")
    make("payinRequests", targetMerchantAccountId="gateway")
    paid = make("payoutRequests", sourceMerchantAccountId="gateway", amount=5_000_000)["id"]
    before = balances(look, "gateway")
    mock.advance()

    assert (before, balances(look, "gateway")) == ((45_000, None), (0, None))
    assert look("payoutRequests", paid)["status"] == "approved"


@pytest.mark.parametrize(("balance", "limit"), [(9_999, None), (20_000, 9_999)])
def test_a_payout_needs_cover(balance: int, limit: int | None, make: Make, look: Look, mock: MockServer) -> None:
    """More than the balance or the payout limit is cancelled for want of funds, and nothing is spent."""
    mock.add_merchant_account("small", balance=balance, payout_limit=limit)
    read = look("payoutRequests", make("payoutRequests", sourceMerchantAccountId="small", amount=10_000)["id"])

    assert (read["status"], read["statusMessage"], read["amountSent"]) == ("cancelled", "NOT_ENOUGH_FUNDS", 0)
    assert balances(look, "small") == (0, balance)


def test_a_payout_uses_up_its_limit(make: Make, look: Look, mock: MockServer) -> None:
    """The payout limit shrinks with each payout."""
    mock.add_merchant_account("limited", balance=20_000, payout_limit=15_000)
    make("payoutRequests", sourceMerchantAccountId="limited", amount=10_000)

    assert look("merchantAccounts", "limited")["payoutLimitBalance"] == 5_000


def test_merchant_accounts_are_unique(mock: MockServer) -> None:
    """There is one account of each id."""
    with pytest.raises(RefusedError, match="already"):
        mock.add_merchant_account("default")


# Time and ids


@pytest.mark.parametrize(
    ("approved", "days", "settled"),
    [
        ("2026-02-02T09:00:00", 1, "2026-02-03T11:00:00"),
        ("2026-02-02T11:00:00", 1, "2026-02-03T11:00:00"),
        ("2026-02-02T11:00:01", 1, "2026-02-03T13:00:00"),
        ("2026-02-02T19:30:00", 1, "2026-02-03T20:00:00"),
        ("2026-02-02T20:00:01", 1, "2026-02-04T11:00:00"),
        ("2026-02-06T12:00:00", 1, "2026-02-09T13:00:00"),
        ("2026-02-07T12:00:00", 1, "2026-02-09T13:00:00"),
        ("2026-02-06T21:00:00", 1, "2026-02-10T11:00:00"),
        ("2026-02-05T12:00:00", 2, "2026-02-09T13:00:00"),
    ],
)
def test_settlement_cycles(approved: str, days: int, settled: str) -> None:
    """So many business days later, at the first of the five cycles not before the time of the approval."""
    assert settlement_instant(expiry_of(approved), days) == expiry_of(settled)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "2026-13-01T00:00:00", "2026-01-01", "2026-01-01T24:00:00"])
def test_odd_dates_are_no_expiry(text: str) -> None:
    """A date that doesn't exist, or that no clock reaches, has no instant."""
    assert expiry_of(text) is None or expiry_of(text) < 0  # type: ignore[operator]


def test_expiration_defaults_to_the_end_of_tomorrow_in_bogota() -> None:
    """One second before midnight in Bogotá is still today there."""
    assert default_expiration(expiry_of("2026-12-30T23:59:59")) == "2026-12-31T23:59:59"  # type: ignore[arg-type]


def test_instants_are_written_in_milliseconds() -> None:
    """Milliseconds are rounded, never cut to the one before."""
    assert [instant(0), instant(1.0015), instant(0.9996)] == [
        "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:01.002Z",
        "1970-01-01T00:00:01.000Z",
    ]


@pytest.mark.parametrize("seconds", [-1, math.inf, math.nan])
def test_the_clock_only_moves_forward(seconds: float) -> None:
    """A step back, or without end, is refused."""
    with pytest.raises(ValueError, match="forward"):
        Clock().advance(seconds)


def test_a_frozen_clock_stands_at_the_present() -> None:
    """Without a start it is now, in whole seconds, and stays so."""
    clock, live = frozen_clock(), Clock()

    assert clock.now() == clock.now() == int(clock.now())
    assert abs(live.now() - clock.now()) < 60


def test_ids_are_ulids_in_order() -> None:
    """26 characters, greater each time even if the clock stands or falls back, and the same for the same seed."""
    one, other = Ids(7), Ids(7)
    made = [one.new(now) for now in (1_770_000_000.0, 1_770_000_000.0, 1_769_999_999.0, 1_770_000_001.0)]

    assert made == sorted(set(made)) == [other.new(now) for now in (1_770_000_000.0,) * 3 + (1_770_000_001.0,)]
    assert {len(id) for id in made} == {26}
    digits = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(character) for character in made[0][:10]]
    assert sum(digit << 5 * place for place, digit in enumerate(digits[::-1])) == 1_770_000_000_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_key": ""},
        {"api_key": "a b"},
        {"api_key": "clé"},
        {"bank_delay": -1},
        {"bank_delay": math.nan},
        {"signature": "utf-8"},
        {"webhook_url": "example.com"},
        {"integrity_key": ""},
    ],
)
def test_bad_settings_are_refused(wrong: dict[str, Any]) -> None:
    """Each setting says which it is."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
