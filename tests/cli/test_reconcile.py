"""`palomma reconcile`: all that differs between the merchant, the bank and Palomma, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palomma import Palomma
from palomma.cli._reconcile import match
from palomma_mock import MockServer
from tests.objects import new_customer

from .conftest import Run


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def pay(client: Palomma, target: str, reference: str, amount: int) -> None:
    client.payout_requests.create(payout_target_id=target, amount=amount, reference=reference)


def write(path: Path, *lines: str) -> Path:
    path.write_bytes("\r\n".join(lines).encode("latin-1"))
    return path


def test_every_kind_of_difference(palomma: Run, mock: MockServer, client: Palomma, target: str, home: Path):
    """Missing, extra, amount, state, rewritten and duplicate are named; what agrees is not."""
    for reference, amount in (("good", 50_000), ("amount", 50_001), ("poor", 11_017), ("twice", 9000), ("twice", 9000)):
        pay(client, target, reference, amount)
    pay(client, target, " Rewritten-2026-0001 ", 8000)
    pay(client, target, "unknown", 7000)
    file = write(
        home / "own.csv", "Referencia;Valor", "good;50.000", "amount;50.000", "poor;$ 11.017", "twice;9.000",
        "rewritten-2026-0001;8.000", "gone;1.000.000",
    )  # fmt: skip
    ran = palomma("reconcile", file)
    wide = palomma("reconcile", file, "--from", "2000-01-01", "--to", "2100-01-01", "--lang", "es")

    kinds = {(row["difference"], row["reference"]) for row in rows(ran.out)}
    assert kinds == {("amount", "amount"), ("state", "poor"), ("duplicate", "twice"),
                     ("rewritten", "rewritten-2026-0001"), ("missing", "gone")}  # fmt: skip
    assert ran.code == wide.code == 1
    assert [row["referencia"] for row in rows(wide.out) if row["diferencia"] == "extra"] == ["unknown"]
    assert palomma("reconcile", file, "--from", "2000-01-01", "--to", "2000-01-02").out == ran.out


def test_only_if_all_agree_it_is_0(palomma: Run, client: Palomma, target: str, home: Path):
    """A list that agrees gives no row and the code 0, also one whose end was cut off by Palomma's side."""
    pay(client, target, "good", 50_000)
    ran = palomma("reconcile", write(home / "own.csv", "id,amount", "good,50000"))
    assert (ran.code, ran.out, ran.err) == (0, "", "All agree\n")
    pay(client, target, "invoice-2026-11-0", 50_000)
    cut = palomma("reconcile", write(home / "own.csv", "id,amount", "good,50000", "invoice-2026-11-000017,50000"))
    assert [row["difference"] for row in rows(cut.out)] == ["rewritten"]


@pytest.mark.parametrize(
    "lines",
    [["id,valor", "a,x"], ["id,valor", "a,5000", "a,5000"], ["id,valor", ",5000"], ["id,precio", "a,5000"], []],
)
def test_a_list_that_can_not_be_read(lines: list[str], palomma: Run, mock: MockServer, home: Path):
    """Its line is named, and nothing is compared."""
    assert palomma("reconcile", write(home / "own.csv", *lines)).code == 2
    assert palomma("reconcile").code == 2


def settle(mock: MockServer, client: Palomma, amounts: list[int]) -> list[date]:
    """Let payins of these amounts be settled, a day after the other. Return the days."""
    customer = new_customer(client)
    for amount in amounts:
        client.payin_links.create(
            customer_id=customer.id, redirect_url="https://m.example/", amount=amount, available_types=["pse"]
        )
        mock.advance(5 * 86_400)
    days = [each.payin_settlement_date for each in client.payin_settlements.iterate("default")]
    return sorted(date.fromisoformat(str(day)) for day in days)


def test_settlements_against_the_bank(palomma: Run, mock: MockServer, client: Palomma, home: Path):
    """The net of each settlement, a business day sooner or later; debits of the bank are none of ours."""
    first, second = settle(mock, client, [60_000, 80_000])
    lines = ["Fecha;Valor;Concepto", f"{first:%d/%m/%Y};59.500,00;PALOMMA", f"{second:%d/%m/%Y};-3.000;GMF"]
    ran = palomma("reconcile", "--bank", write(home / "bank.csv", *lines))
    assert [(row["difference"], row["palomma"]) for row in rows(ran.out)] == [("missing", 79_500)]
    late = palomma(
        "reconcile", "--bank", write(home / "bank.csv", *lines, f"{second:%Y-%m-%d};79.500;", "2020-01-01;7;")
    )
    assert [(row["difference"], row["bank"]) for row in rows(late.out)] == [("extra", 7)]
    assert palomma("reconcile", "--bank", write(home / "bank.csv", *lines[:2]), "--to", first).code == 0
    assert palomma("reconcile", "--bank", write(home / "bank.csv", "fecha,valor", "ayer,5")).code == 2


DAYS = st.dates(date(2026, 11, 2), date(2026, 11, 12))


@settings(deadline=None)
@given(st.lists(st.tuples(DAYS, st.sampled_from([5000, 6000])), max_size=8))
def test_what_is_deposited_on_its_day_always_agrees(due: list[tuple[date, int]]):
    """However many settlements have one amount, each finds its deposit of the same day."""
    settlements = [(day, net, str(number)) for number, (day, net) in enumerate(due)]
    assert list(match(sorted(settlements), sorted(due))) == []
