"""`palomma statement`: its sums are the ledger's, and a settlement that it is sure of is the right one."""

from __future__ import annotations

import csv
import json
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palomma import Palomma
from palomma.cli._settlements import Slot, Sums, assign, business_days, slots_of
from palomma.cli._statement import movements
from palomma.models import BankAccount
from palomma_mock import Mock, MockServer, MockTransport, Settings, frozen_clock
from palomma_mock.rules.calendar import cycle_of, settlement_instant

from .conftest import Run, new_target

ALWAYS = ("2000-01-01", "2100-01-01")
START = datetime.fromisoformat("2026-12-04T09:00:00-05:00").timestamp()


class World:
    """A mock with a customer, an account to debit, one to pay out to, and two merchant accounts."""

    def __init__(self) -> None:
        self.mock = Mock(Settings(bank_delay=30.0, auto_approve=True), frozen_clock(START))
        self.client = Palomma(
            self.mock.api_key, base_url="http://mock.localhost/v0", transport=MockTransport(self.mock)
        )
        self.target = new_target(self.client)
        customer = next(iter(self.client.customers.iterate())).id
        account = BankAccount(bank="nequi", account_type="savings", account_number="3013111111")
        where = {"customer_id": customer, "redirect_url": "https://merchant.example/back"}
        self.source = self.client.payin_sources.create(bank_account=account, partial_payins_enabled=True, **where).id
        self.link: dict[str, Any] = {**where, "available_types": ["pse", "bancolombiaCollect"]}
        self.mock.add_merchant_account("second", type="gateway")
        self.mock.advance(100)

    def step(self, what: str, amount: int, account: str, seconds: float) -> None:
        """Let something happen, and time pass."""
        to = {"target_merchant_account_id": account}
        if what == "payout":
            self.client.payout_requests.create(payout_target_id=self.target, amount=amount)
        elif what == "debit":
            self.client.payin_requests.create(payin_source_id=self.source, amount=amount, **to)
        elif what == "partial":
            made = self.client.payin_requests.create(payin_source_id=self.source, amount=amount, **to)
            self.mock.decide(made.id, "partial")
        else:
            made = self.client.payin_links.create(amount=amount, **self.link, **to)
            self.mock.decide(made.id, "EXPIRED" if what == "expired" else "approve", method=what)
        self.mock.advance(seconds)

    def truth(self) -> dict[str, tuple[str, str, int]]:
        """By payin's id, the settlement that it was or will be in: account, day and cycle."""
        found = {}
        for kind in ("payinLinks", "payinRequests"):
            for thing in (self.client.payin_links if kind == "payinLinks" else self.client.payin_requests).iterate():
                if thing.amount_collected and thing.updated_at:
                    record = self.mock.store.get(kind, thing.id)
                    assert record
                    days = 2 if record.hidden.get("method") == "bancolombiaCollect" else 1
                    due = settlement_instant(thing.updated_at.timestamp(), days)
                    found[thing.id] = (thing.target_merchant_account_id or "", *cycle_of(due))
        return found


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["debit", "pse", "bancolombiaCollect", "expired", "partial", "payout"]),
        st.sampled_from([2000, 2000, 50_000, 11_017, 1_999_999]),
        st.sampled_from(["default", "second"]),
        st.sampled_from([0, 60, 3600, 7200, 30_000, 90_000, 200_000]),
    ),
    max_size=25,
)


def check_history(steps: list[tuple[str, int, str, float]]) -> int:
    """Compare the statement of a history with the mock's ledger. Return how many payins it was sure of."""
    world = World()
    opening = world.client.merchant_accounts.get("default").available_balance or 0
    for step in steps:
        world.step(*step)
    rows = list(movements(world.client, *ALWAYS))
    settlements = {
        each.id: (account.id, str(each.payin_settlement_date), each.payin_settlement_cycle)
        for account in world.client.merchant_accounts.iterate()
        for each in world.client.payin_settlements.iterate(account.id)
    }
    for account in world.client.merchant_accounts.iterate():
        own = [row for row in rows if row["account"] == account.id]
        collected, settled = (sum(row[name] or 0 for row in own) for name in ("collected", "settled"))
        gross = sum(each.total_amount_collected or 0 for each in world.client.payin_settlements.iterate(account.id))
        assert collected - gross == account.unsettled_amount
        if account.id == "default":
            assert opening + settled - sum(row["paid"] or 0 for row in own) == account.available_balance
    sure = [row for row in rows if row["certainty"] == "derived"]
    truth = world.truth()
    assert [row["id"] for row in sure if settlements[row["settlement"]] != truth[row["id"]]] == []
    doubtful = [row for row in rows if row["certainty"] == "candidates"]
    possible = {id: settlements.get(id) for row in doubtful for id in row["settlement"].split()}
    for row in doubtful:
        named = [possible[id] for id in row["settlement"].split()]
        assert truth[row["id"]] in named or truth[row["id"]] not in settlements.values()
    return len(sure)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_the_sums_are_the_ledgers_over_any_history(steps: list[tuple[str, int, str, float]]):
    """Collected less settled is what is unsettled, the balance follows, and no settlement that is sure is wrong."""
    check_history(steps)


@pytest.mark.deep
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_the_sums_are_the_ledgers_over_many_histories(steps: list[tuple[str, int, str, float]]):
    """The same, more often."""
    check_history(steps)


def test_an_ordinary_week_is_derived():
    """Payins of a few days are all assigned, also one that was collected through Bancolombia's points."""
    steps = [("debit", 2000, "default", 3600.0), ("pse", 50_000, "default", 90_000.0),
             ("bancolombiaCollect", 40_000, "default", 90_000.0), ("debit", 3000, "default", 500_000.0)]  # fmt: skip
    assert check_history(steps) == 4


def test_holidays_and_weekends_are_no_business_days():
    """The day of the Immaculate Conception is a holiday in Colombia."""
    assert business_days(date(2026, 12, 4), 1) == date(2026, 12, 7)
    assert business_days(date(2026, 12, 7), 1) == date(2026, 12, 9)
    late = datetime.fromisoformat("2026-12-04T20:00:01-05:00")
    assert slots_of("a", late, (1, 2)) == (Slot("a", "2026-12-09", 11), Slot("a", "2026-12-10", 11))


def test_what_does_not_add_up_is_not_believed():
    """A settlement whose count agrees and whose sum doesn't leaves its payins without one."""
    slot, other = Slot("a", "2026-12-09", 11), Slot("a", "2026-12-10", 11)
    groups = {(slot,): Sums(1, 5000, 500), (slot, other): Sums(1, 7000, 500)}

    assert assign(groups, {slot: Sums(1, 5001, 500)}) == {}
    assert assign(groups, {slot: Sums(1, 5000, 500), other: Sums(1, 7000, 500)}) == {
        (slot,): slot,
        (slot, other): other,
    }
    assert assign(groups, {slot: Sums(2, 12_000, 1000)}) == {(slot,): slot, (slot, other): slot}


@pytest.fixture
def day(mock: MockServer, client: Palomma) -> str:
    """A day on which something happened, settled since."""
    target = new_target(client)
    customer = next(iter(client.customers.iterate())).id
    link = client.payin_links.create(
        customer_id=customer,
        redirect_url="https://m.example/",
        amount=60_000,
        available_types=["pse"],
        reference="=1+1",
    )
    client.payout_requests.create(payout_target_id=target, amount=50_000, reference="inv-1")
    client.payout_requests.create(payout_target_id=target, amount=11_017, reference="inv-2")
    mock.settle()
    assert link.created_at
    return link.created_at.astimezone().date().isoformat()


def test_a_statement_in_spanish(palomma: Run, mock: MockServer, day: str, home: Path):
    """Table, CSV and a workbook have Spanish headers, and no cell is a formula."""
    mock.advance(7 * 86_400)
    words = ["--lang", "es", "statement", "--from", "2000-01-01", "--to", "2100-01-01"]
    ran = palomma(*words, "--output", "csv")
    saved = [palomma(*words, "--save", name) for name in ("day.xlsx", "day.csv")]

    header, *lines = csv.reader(ran.out.splitlines(), delimiter=";")
    assert header[:3] == ["fecha", "hora", "tipo"]
    assert {line[2]: (line[7], line[8], line[10], line[11]) for line in lines} == {
        "payin_links": ("60000", "", "59500", ""),
        "payout_requests": ("", "50000", "-50000", ""),
        "payin_settlements": ("", "", "", "59500"),
    }
    assert lines[0][4] == "'=1+1" and lines[0][13] == "derived"
    assert [each.code for each in saved] == [0, 0]
    sheet = openpyxl.load_workbook("day.xlsx").worksheets[0]
    assert [cell.value for cell in sheet[1]] == header
    assert sheet.max_row == 4
    assert Path("day.csv").read_bytes().startswith("\ufefffecha;hora".encode())


def test_a_statement_by_day_and_as_entries(palomma: Run, mock: MockServer, day: str, home: Path):
    """A day's sums, and double-entry rows whose debits and credits are equal."""
    mock.advance(7 * 86_400)
    words = ["statement", "--from", "2000-01-01", "--to", "2100-01-01"]
    (home / "puc.toml").write_text(
        '[payin_links]\ncollected = {debit = "1380", credit = "4135"}\nfee = {debit = "5305", credit = "1380"}\n'
        '[payin_settlements]\nsettled = {debit = "1110", credit = "1380"}\nfee = {debit = "1", credit = "2"}\n'
    )
    days = [json.loads(line) for line in palomma(*words, "--by", "day").out.splitlines()]
    entries = [json.loads(line) for line in palomma(*words, "--by", "entry", "--mapping", "puc.toml").out.splitlines()]

    assert sum(each["net"] for each in days) == 9_500
    assert sum(each["settled"] for each in days) == 59_500
    assert sum(each["debit"] for each in entries) == sum(each["credit"] for each in entries) == 60_000 + 500 + 59_500
    assert palomma(*words, "--by", "entry").code == 2
    assert palomma("statement", "--from", "2000-01-01", "--to", "2000-01-02").out == ""
    assert palomma("statement", "--from", "yesterday", "--to", "2000-01-02").code == 2


class Lists:
    """A client whose lists are made up as they are read: `count` payins, and nothing else."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.payin_links = self.payin_requests = self
        self.payout_requests = self.merchant_accounts = self.payin_settlements = Nothing()

    def iterate(self, page_size: int) -> Iterator[Any]:
        from palomma.models import PayinRequest

        for number in range(self.count):
            when = f"2026-11-{number % 28 + 1:02}T{number % 24:02}:00:00Z"
            yield PayinRequest.from_dict(
                {"id": str(number), "status": "approved", "amountCollected": 5000, "fee": 500, "updatedAt": when}
            )


class Nothing:
    def iterate(self, page_size: int) -> Iterator[Any]:
        return iter(())


def peak(count: int) -> int:
    tracemalloc.start()
    assert sum(1 for _ in movements(Lists(count), *ALWAYS)) == 2 * count
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return top


def test_a_statement_streams():
    """Ten times the objects take no more memory: nothing is kept but the sums of settlements."""
    peak(1000)  # fills what is kept once
    assert peak(3000) < 1.2 * peak(1000) + 20_000


@pytest.mark.deep
def test_a_statement_of_a_hundred_thousand_objects_streams():
    """The same at its real size."""
    peak(1000)
    assert peak(50_000) < 1.1 * peak(1000) + 20_000


def test_a_payin_without_a_moment_is_nowhere():
    """What doesn't say when it was approved has no settlement, and is on no day."""
    from palomma.models import PayinRequest

    class Undated(Lists):
        def iterate(self, page_size: int) -> Iterator[Any]:
            yield PayinRequest.from_dict({"id": "1", "status": "approved", "amountCollected": 5000})

    assert list(movements(Undated(1), *ALWAYS)) == []
    (row, _) = movements(Undated(1), "", "9")
    assert (row["settlement"], row["certainty"], row["net"]) == ("", "", 5000)
