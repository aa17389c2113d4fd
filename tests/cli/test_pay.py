"""`palomma pay` pays each row once, however often, by however many and under whatever file name it is run."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from palomma import Palomma
from palomma.cli import main
from palomma.cli._pay import Plan, _failed, decide
from palomma.cli._payees import Row
from palomma.journal import Journal
from palomma.models import PayoutRequest
from palomma_api.runtime.calls import Call
from palomma_mock import MockServer
from tools.terminal import INTERRUPT, at_a_terminal

from .conftest import Ran, Run, new_target

ROWS = 6
TOTAL = sum(10_000 + number for number in range(ROWS))
QUICK = ["--timeout", "1"]
YES = ["--yes", "--expect", f"{ROWS}:{TOTAL}"]
EACH_ONCE = Counter({(f"inv-{number}", 10_000 + number): 1 for number in range(ROWS)})
HEADER = "Referencia;Nombre;Tipo documento;Documento;Banco;Tipo de cuenta;Cuenta;Correo;Teléfono;Valor"
ANA = "f-1;Ana Peña;CC;1.037.551.022;Davivienda;Ahorros;000123456789;ana@x.co;3013111111;$ 1.250.000"
FLORES = "f-2;Flores SAS;NIT;890.903.938-8;Bancolombia;Corriente;123456789;x@y.co;6013111111;50.000"


@pytest.fixture(autouse=True)
def profile(home: Path) -> None:
    """A profile whose journal believes soon that something isn't there."""
    (home / "config/palomma").mkdir(parents=True)
    (home / "config/palomma/config.toml").write_text("[default]\nquiet_period = 0.05\n")


def write(path: Path, *lines: str) -> Path:
    path.write_bytes("\r\n".join(lines).encode("latin-1"))
    return path


def of_targets(path: Path, target: str, rows: int = ROWS) -> Path:
    return write(
        path, "referencia;destino;valor", *(f"inv-{n};{target};{10_000 + n:,}".replace(",", ".") for n in range(rows))
    )


@pytest.fixture
def file(home: Path, target: str) -> Path:
    return of_targets(home / "november.csv", target)


def paid(client: Palomma) -> Counter[tuple[str | None, int | None]]:
    return Counter((payout.reference, payout.amount) for payout in client.payout_requests.iterate())


def states(ran: Ran) -> list[str]:
    return [json.loads(line)["state" if "state" in line else "estado"] for line in ran.out.splitlines()]


# A person of finance, with a file made by hand


def test_a_file_made_by_hand(palomma: Run, mock: MockServer, client: Palomma, home: Path):
    """All that is wrong is said at once in Spanish and nothing is sent; mended it pays, and again it pays nothing."""
    words = ["--lang", "es", "pay", home / "pagos.csv", "--redirect-url", "https://x.example/"]
    wrong = (FLORES.replace("938-8", "938-7"), ";;;;;;;;;", ANA.replace("Davivienda", "Davibienda"), FLORES)
    write(home / "pagos.csv", HEADER, ANA, *wrong)
    refused = palomma(*words, "--yes", "--expect", "4:2600000")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.splitlines() == [
        "  línea 3, Documento: el dígito de verificación no corresponde: sería 8",
        "  línea 5, Banco: 'Davibienda' no se conoce; ¿quiso decir Davivienda?",
        "  línea 5, Referencia: ya está en la línea 2: cada fila lleva su propio id",
        "  línea 6, Referencia: ya está en la línea 3: cada fila lleva su propio id",
        "palomma: 4 errores en el archivo. No se envió nada (mal usado, o falta confirmar; no se envió nada)",
    ]
    assert [mock.store.count(kind) for kind in mock.contract.resources if kind != "merchantAccounts"] == [0] * 7

    write(home / "pagos.csv", HEADER, ANA, ";;;;;;;;;", FLORES)
    ran = palomma(*words, typed="s\n")
    assert states(ran) == ["por confirmar"] * 2 if ran.code else ["processing"] * 2
    mock.advance(60)
    assert palomma(*words, typed="s\n").code == 0
    again = palomma(*words, "--yes", "--expect", "2:1300000")
    assert (again.code, states(again)) == (0, ["approved"] * 2)
    assert paid(client) == Counter({("f-1", 1_250_000): 1, ("f-2", 50_000): 1})
    for secret in ("1037551022", "1.037.551.022", "000123456789", "890903938", mock.api_key):
        assert secret not in ran.out + ran.err + again.out + again.err + "".join(map(str, home.rglob("*")))


def test_who_must_confirm_is_in_a_file(palomma: Run, mock: MockServer, client: Palomma, home: Path):
    """An account that its owner hasn't confirmed isn't paid: the links are written, and then it is paid."""
    mock.restart(bank_delay=0.0)
    write(home / "pagos.csv", HEADER, ANA, FLORES, ANA.replace("f-1", "f-3").replace("1.250.000", "5.000"))
    words = ["pay", home / "pagos.csv", "--redirect-url", "https://x.example/", "--yes", "--expect", "3:1305000"]
    first = palomma(*words)
    assert (first.code, states(first)) == (1, ["to confirm"] * 3)
    rows = list(csv.DictReader((home / "pagos-por-confirmar.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["reference"], row["name"]) for row in rows] == [
        ("f-1", "Ana Peña"),
        ("f-2", "Flores SAS"),
        ("f-3", "Ana Peña"),
    ]
    assert rows[0]["link"] == rows[2]["link"] != rows[1]["link"]
    assert (home / "pagos-por-confirmar.csv").stat().st_mode & 0o777 == 0o600
    mock.decide(rows[0]["link"].rpartition("/")[2], "approve")
    mock.decide(rows[1]["link"].rpartition("/")[2], "INVALID_ACCOUNT")
    second = palomma(*words)
    assert (second.code, states(second)) == (1, ["processing", "to confirm", "processing"])
    targets = [target.status for target in client.payout_targets.iterate()]
    assert sorted(targets) == ["active", "cancelled", "pending"]
    assert len(list(client.customers.iterate())) == 2


def test_where_people_go_is_asked_before_anything_is_sent(palomma: Run, mock: MockServer, home: Path):
    """Palomma wants an address for whoever confirms; the profile may have it."""
    write(home / "pagos.csv", HEADER, ANA)
    words = ["pay", home / "pagos.csv", "--yes", "--expect", "1:1250000"]
    assert palomma(*words).code == 2
    (home / "config/palomma/config.toml").write_text('[default]\nredirect_url = "https://x.example/"\n')
    assert palomma(*words, "--dry-run").code == 0


def test_a_person_who_is_refused_hinders_no_other(palomma: Run, mock: MockServer, client: Palomma, home: Path):
    """What Palomma refuses of a payee is the result of its rows."""
    mock.restart(strict=True, auto_approve=True)
    write(home / "pagos.csv", HEADER, ANA.replace("ana@x.co", "ana+@x.co"), FLORES)
    mock.fail_next("server_error", status=400, operation="createPayoutTarget", times=1)
    ran = palomma("pay", home / "pagos.csv", "--redirect-url", "https://x.example/", "--yes", "--expect", "2:1300000",
                  "--concurrency", "1")  # fmt: skip
    assert ran.code == 1
    assert states(ran)[0] == "refused"


# Once


def test_again_copied_and_renamed(palomma: Run, client: Palomma, file: Path, home: Path):
    """The row's own id is the reference: the file's name is nothing."""
    first = palomma("pay", file, *YES)
    again = palomma("pay", file, *YES)
    shutil.copy(file, home / "november (1).csv")
    copied = palomma("pay", home / "november (1).csv", *YES)

    assert [first.code, again.code, copied.code] == [0, 0, 0]
    assert states(again) == states(copied) == ["approved"] * ROWS
    assert paid(client) == EACH_ONCE
    assert "6 rows are in the journal already" in copied.err
    assert (home / "november-resultado.csv").read_text("utf-8-sig").splitlines()[
        0
    ] == "line,reference,amount,state,id,text"


def test_another_journal_finds_what_was_paid(palomma: Run, client: Palomma, file: Path, home: Path):
    """What Palomma has already is not sent, whoever paid it: it is found by one walk."""
    palomma("pay", file, *YES)
    ran = palomma("pay", file, *YES, "--journal", home / "other.db")
    assert (ran.code, states(ran)) == (0, ["approved"] * ROWS)
    assert "6 rows were paid without this journal" in ran.err
    assert paid(client) == EACH_ONCE


def test_what_differs_is_not_paid_again(palomma: Run, client: Palomma, file: Path, target: str, home: Path):
    """An amount that was edited after it was paid is named, with this journal or another; so is a rewritten id."""
    palomma("pay", file, *YES)
    write(file, "referencia;destino;valor", f"inv-0;{target};99.000", f"INV-1;{target};10.001")
    words = ["pay", file, "--yes", "--expect", "2:109001"]
    assert (palomma(*words).code, states(palomma(*words))) == (
        3,
        ["was paid before with another target or amount", "held: another one has this id"],
    )
    assert states(palomma(*words, "--journal", home / "other.db")) == ["held: another one has this id"] * 2
    assert paid(client) == EACH_ONCE


@pytest.mark.parametrize("fault", ["answer_lost", "request_lost", "html", "truncated", "rate_limited"])
def test_a_fault_pays_nobody_twice(fault: str, palomma: Run, mock: MockServer, client: Palomma, file: Path):
    """A row whose answer is lost is found by the next run, or a person says that it isn't there."""
    mock.fail_next(fault, operation="createPayoutRequest", times=2)
    run_to_the_end(palomma, file)
    assert paid(client) == EACH_ONCE


def run_to_the_end(palomma: Run, file: Path) -> None:
    """Run it until all is paid; decide what is left to a person."""
    for _ in range(30):
        ran = palomma("pay", file, *YES, *QUICK)
        if ran.code == 0:
            return
        assert ran.code in (3, 6)
        for path in (file.parent / "data/palomma/default").glob("*.db"):
            journal = Journal(path)
            open_ = [entry.reference for entry in journal.entries("review")]
            journal.close()
            for reference in open_:
                palomma("journal", "resolve", reference, "--not-created", "--because", "nobody has it")
        time.sleep(0.1)  # the quiet period, which the journal measures by the real clock
    raise AssertionError(ran.err)


def environment(mock: MockServer) -> dict[str, str]:
    return {**os.environ, "PALOMMA_API_KEY": mock.api_key, "PALOMMA_BASE_URL": mock.base_url}


def start(file: Path, mock: MockServer) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "palomma", "pay", str(file), *YES, *QUICK, "--concurrency", "2"]
    return subprocess.Popen(command, env=environment(mock), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class DeadlyServer(MockServer):
    """Kills a process when its n-th create has arrived: before it is processed, after it, or with it lost."""

    victim: subprocess.Popen[str] | None = None
    left: int = 0
    way: str = "before"

    def exchange(self, request: Any) -> Any:
        self.left -= request.method == "POST"
        if self.victim is None or self.left or request.method != "POST":
            return super().exchange(request)
        if self.way == "lost":
            self.fail_next("request_lost")
        if self.way == "after":
            answer = super().exchange(request)
            self.victim.kill()
            return answer
        self.victim.kill()
        return super().exchange(request)


@pytest.mark.parametrize(("way", "number"), [("before", 2), ("after", 3), ("lost", 5)])
def test_a_kill_with_a_create_in_flight(
    way: str, number: int, palomma: Run, home: Path, monkeypatch: pytest.MonkeyPatch
):
    """Killed at its n-th create, whether or not Palomma processed it, it ends with each row paid once."""
    with DeadlyServer(auto_approve=True) as mock, mock.client() as client:
        monkeypatch.setenv("PALOMMA_API_KEY", mock.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", mock.base_url)
        file = of_targets(home / "november.csv", new_target(client))
        mock.way, mock.left = way, number
        mock.victim = start(file, mock)
        mock.victim.communicate(timeout=60)
        assert mock.victim.returncode == -9
        mock.victim = None
        run_to_the_end(palomma, file)
        assert paid(client) == EACH_ONCE


@pytest.mark.deep
def test_thirty_kills_at_random_moments(palomma: Run, mock: MockServer, client: Palomma, file: Path):
    """Killed again and again, at moments that nobody chose, it ends with each row paid once."""
    killed = 0
    for _ in range(30):
        process = start(file, mock)
        try:
            process.communicate(timeout=random.uniform(0.3, 1.5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
    run_to_the_end(palomma, file)
    assert killed
    assert paid(client) == EACH_ONCE


def test_two_at_once(mock: MockServer, client: Palomma, file: Path):
    """Two runs of one file share the rows: each is paid once."""
    runs = [start(file, mock) for _ in range(2)]
    errors = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], errors
    assert paid(client) == EACH_ONCE


def test_an_interrupt_goes_on_later(palomma: Run, home: Path, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C ends it with 130 and a result file; the next run pays the rest."""
    process: list[subprocess.Popen[str]] = []

    class Interrupting(MockServer):
        def exchange(self, request: Any) -> Any:
            if process and request.method == "POST":
                process.pop().send_signal(signal.SIGINT)
                time.sleep(0.3)
            return super().exchange(request)

    with Interrupting(auto_approve=True) as mock, mock.client() as client:
        monkeypatch.setenv("PALOMMA_API_KEY", mock.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", mock.base_url)
        file = of_targets(home / "november.csv", new_target(client))
        run = start(file, mock)
        process.append(run)
        _, said = run.communicate(timeout=60)
        assert (run.returncode, "Traceback" in said) == (130, False), said
        assert "not tried" in said
        run_to_the_end(palomma, file)
        assert paid(client) == EACH_ONCE


def test_an_interrupt_lets_what_is_on_its_way_end(palomma: Run, home: Path, monkeypatch: pytest.MonkeyPatch):
    """The rows that were sent have their outcome in the result; the others were not tried."""

    class Interrupting(MockServer):
        armed = False

        def exchange(self, request: Any) -> Any:
            if self.armed and request.method == "POST":
                self.armed = False
                os.kill(os.getpid(), signal.SIGINT)
            return super().exchange(request)

    with Interrupting(auto_approve=True) as mock, mock.client() as client:
        monkeypatch.setenv("PALOMMA_API_KEY", mock.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", mock.base_url)
        file = of_targets(home / "november.csv", new_target(client), rows=200)
        mock.armed = True
        total = sum(10_000 + n for n in range(200))
        ran = palomma("pay", file, "--yes", "--expect", f"200:{total}", "--concurrency", "2")
        assert (ran.code, "what is on its way" in ran.err) == (130, True), ran.err
        sent = [row for row in map(json.loads, ran.out.splitlines()) if row["id"]]
        assert len(sent) == len(paid(client)) < 200


NOWHERE = ("nowhere/result.csv", ".")


@pytest.mark.parametrize("result", NOWHERE)
def test_a_result_that_cannot_be_written_is_seen_before_anything_is_sent(
    result: str, palomma: Run, client: Palomma, file: Path
):
    """A folder that isn't there, or no file at all; what is open in Excel on Windows is the same."""
    ran = palomma("pay", file, *YES, "--result", result)
    assert (ran.code, paid(client)) == (2, Counter())
    assert not Path("nowhere").exists()


def test_a_result_that_fails_in_the_end_hides_no_outcome(palomma: Run, client: Palomma, file: Path):
    """The disk is full: the rows are told all the same, and nobody says that nothing was sent."""
    ran = palomma("pay", file, *YES, "--result", "/dev/full")
    assert (ran.code, paid(client)) == (0, EACH_ONCE)
    assert len(ran.out.splitlines()) == ROWS
    assert "could not be written" in ran.err
    assert "nothing was sent" not in ran.err


@pytest.mark.parametrize("way", ["full", "closed"])
def test_an_output_that_fails_hides_no_outcome(
    way: str, mock: MockServer, client: Palomma, file: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):  # fmt: skip
    """The result file has what standard output could not take, and the code is the payments' own."""
    code = _with_a_failing_output(way, ["pay", str(file), *map(str, YES)], monkeypatch)
    assert (code, paid(client)) == (0, EACH_ONCE)
    assert "processing" in file.with_name("november-resultado.csv").read_text(encoding="utf-8-sig")
    assert ("could not be written" in capsys.readouterr().err) is (way == "full")


def test_a_create_that_nobody_can_read_of_is_not_called_unsent(
    client: Palomma, target: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """It was sent: the code says so, and the sentence."""
    words = ["payout-requests", "create", "--payout-target-id", target, "--amount", "5000", "--reference", "one"]
    code = _with_a_failing_output("full", [*words, "--yes", "--expect", "1:5000"], monkeypatch)
    assert (code, paid(client)) == (3, Counter({("one", 5000): 1}))
    assert "nothing was sent" not in capsys.readouterr().err


def _with_a_failing_output(way: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command whose output has a full disk, or nobody who reads it, at its other end."""
    reading, writing = os.pipe()
    os.close(reading)
    with Path("/dev/full").open("w") as full, os.fdopen(writing, "w") as closed, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full if way == "full" else closed)
        return main(words)


@pytest.mark.parametrize(("option", "value"), [("--seconds", "nan"), ("--seconds", "-1"), ("--journal", ".")])
def test_what_cannot_be_is_refused_before_anything_is_sent(
    option: str, value: str, palomma: Run, client: Palomma, file: Path
):
    """No time to wait, or no journal: with a sentence."""
    ran = palomma("pay", file, *YES, "--wait", option, value)
    assert (ran.code, paid(client), "Traceback" in ran.err) == (2, Counter(), False)


def test_a_surprise_leaves_the_row_unknown():
    """What no part of the client raises on purpose says nothing of what became of the payment."""
    result = _failed(Row(2, "a", 5000, "t"), "a", RuntimeError("no disk"))
    assert (result.state, result.code, result.text) == ("unknown", 3, "RuntimeError")


# What is refused


def test_what_the_bank_refused_is_not_paid(palomma: Run, mock: MockServer, client: Palomma, target: str, home: Path):
    """It is 1 and says why; `--retry-cancelled` sends it under ID-2, then ID-3, and never over another row."""
    file = write(home / "x.csv", "id;destino;valor", f"poor;{target};11.017", f"good;{target};20.000")
    words = ["pay", file, "--yes", "--expect", "2:31017"]
    assert palomma(*words, "--wait").code == 1
    again = palomma(*words, "--wait")  # there is nothing left to wait for
    assert (again.code, states(again)) == (1, ["cancelled", "approved"])
    assert "does not hold enough money" in json.loads(again.out.splitlines()[0])["text"]
    assert paid(client)[("poor-2", 11_017)] == 0
    for name in ("poor-2", "poor-3"):
        ran = palomma(*words, "--retry-cancelled")
        assert [json.loads(line)["reference"] for line in ran.out.splitlines()] == [name, "good"]
    write(file, "id;destino;valor", f"poor;{target};11.017", f"poor-4;{target};20.000")
    taken = palomma(*words, "--retry-cancelled")
    assert (taken.code, states(taken)[0]) == (1, "another row has this id")
    assert sorted(paid(client)) == sorted(
        [("good", 20_000), *((f"poor{end}", 11_017) for end in ("", "-2", "-3")), ("poor-4", 20_000)]
    )


def test_a_refused_key_stops_the_run(palomma: Run, mock: MockServer, client: Palomma, file: Path):
    """After the first row that is refused for the key, no other is tried; nothing is lost."""
    mock.fail_next("server_error", status=401, operation="createPayoutRequest", times=1)
    ran = palomma("pay", file, *YES, "--concurrency", "1")
    assert (ran.code, states(ran)) == (4, ["the key is not accepted"] + ["not tried"] * (ROWS - 1))
    assert palomma("pay", file, *YES).code == 0
    assert paid(client) == EACH_ONCE


def test_what_nobody_expects_is_not_said_to_be_unsent(
    palomma: Run, client: Palomma, file: Path, monkeypatch: pytest.MonkeyPatch
):
    """A mistake in the client after a send is no "nothing was sent": the row is unknown, the others are paid."""
    parse, left = Call.parse, [None]

    def broken(self: Call[Any], *answer: Any) -> Any:
        if self.operation.moves_money and left:
            left.pop()
            raise RecursionError
        return parse(self, *answer)

    monkeypatch.setattr(Call, "parse", broken)
    ran = palomma("pay", file, *YES, "--concurrency", "1")
    assert ran.code == 3
    assert len(paid(client)) == ROWS
    assert palomma("pay", file, *YES, *QUICK).code in (0, 3)
    assert paid(client) == EACH_ONCE


def test_a_limit_that_palomma_raised(palomma: Run, client: Palomma, target: str, home: Path):
    """The contract's limit is that of a merchant of whom nothing else is known: the profile or an option says more."""
    file = write(home / "x.csv", "id;destino;valor", f"a;{target};6.000.000")
    words = ["pay", file, "--yes", "--expect", "1:6000000", "--dry-run"]
    assert [palomma(*words).code, palomma(*words, "--max-amount", 6_000_000).code] == [2, 0]
    (home / "config/palomma/config.toml").write_text("[default]\nmax_amount = 7000000\n")
    assert palomma(*words).code == 0


def test_what_palomma_refuses_hinders_no_other_row(palomma: Run, client: Palomma, file: Path, target: str):
    """A target that isn't there is that row's result."""
    write(file, "referencia;destino;valor", "a;nobody;5.000", f"b;{target};6.000")
    ran = palomma("pay", file, "--yes", "--expect", "2:11000")
    assert (ran.code, states(ran)[0]) == (1, "refused")
    assert paid(client) == Counter({("b", 6000): 1})


@pytest.mark.parametrize("arguments", [[], ["--yes"], ["--yes", "--expect", "6:1"], ["--expect", f"6:{TOTAL}"]])
def test_nobody_said_yes(arguments: list[str], palomma: Run, client: Palomma, file: Path, home: Path):
    """Without a terminal it takes `--yes` and the sum: 2, nothing sent, no result written."""
    assert palomma("pay", file, *arguments).code == 2
    assert not paid(client)
    assert not (home / "november-resultado.csv").exists()


def test_a_dry_run_sends_nothing(palomma: Run, client: Palomma, file: Path):
    """It says what would be done with each row."""
    ran = palomma("pay", file, "--dry-run")
    assert [json.loads(line)["step"] for line in ran.out.splitlines()] == ["send"] * ROWS
    assert not paid(client)


def test_equal_rows_under_another_id_are_said(palomma: Run, client: Palomma, file: Path, target: str):
    """The same target and amount as a payout of these days is no proof of a mistake, and is worth a sentence."""
    client.payout_requests.create(payout_target_id=target, amount=10_000, reference="by hand")
    ran = palomma("pay", file, *YES)
    assert "1 payouts of the same target and amount" in ran.err
    assert "Balance of the account" in ran.err


def test_an_account_without_a_balance(palomma: Run, mock: MockServer, client: Palomma, file: Path, home: Path):
    """A gateway's account has none, and the profile says from which account the money comes."""
    mock.add_merchant_account("second", type="gateway")
    (home / "config/palomma/config.toml").write_text('[default]\naccount = "second"\n')
    ran = palomma("--lang", "es", "pay", file, *YES)
    assert (ran.code, "Saldo" in ran.err) == (0, False)
    assert {each.source_merchant_account_id for each in client.payout_requests.iterate()} == {"second"}


def test_a_row_that_was_refused_too_often():
    """No name is made up without end."""
    known = {"a", *(f"a-{number}" for number in range(2, 30))}
    assert decide(Row(2, "a", 5000, "t"), ["t"], {"a"}, known, {}).name == "a-19"


@pytest.mark.parametrize(("answer", "code"), [(b"s\n", 0), (b"n\n", 2), (INTERRUPT, 130)])
def test_a_person_at_a_terminal(answer: bytes, code: int, mock: MockServer, client: Palomma, home: Path):
    """It says the sum, asks, shows its progress and a table; no, and Ctrl-C, send nothing. No number is shown."""
    target = new_target(client, "000777666555")
    file = of_targets(home / "november.csv", target)
    command = [sys.executable, "-m", "palomma", "--lang", "es", "pay", str(file), "--timeout", "5"]
    ended, screen = at_a_terminal(command, answer, environment(mock))
    assert (ended, "¿Pagar 6 filas, $ 60.015, en" in screen) == (code, True), screen
    assert len(paid(client)) == (ROWS if code == 0 else 0)
    assert ("Pagos" in screen and "10.005" in screen and "referencia" in screen) is (code == 0)
    for secret in (mock.api_key, "1037551022", "000777666555"):
        assert secret not in screen


SPENT = """
import json, re, resource, sys
def show():
    use = resource.getrusage(resource.RUSAGE_SELF)
    most = re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]
    print(json.dumps({"seconds": use.ru_utime + use.ru_stime, "MiB": int(most) / 1024}), file=sys.stderr)
"""
MEASURED = """
if "memory" in sys.argv[1:]:
    sys.argv.remove("memory")
    from palomma.journal import _journal
    from tests.cli.memory import MemoryStore
    _journal.Store = MemoryStore
from palomma.cli import main
code = main()
show()
sys.exit(code)
"""
BARE = """
import anyio
from palomma import AsyncPalomma
target, count, alone = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "alone"
async def main():
    todo = iter(range(count))
    async with AsyncPalomma() as client:
        async def worker():
            for n in todo:
                if alone:
                    client._exchange.drop()
                await client.payout_requests.create(payout_target_id=target, amount=5000 + n, reference=f"bare-{n}")
        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(worker)
anyio.run(main)
show()
"""


def measured(code: str, words: list[str], settings: dict[str, str]) -> dict[str, float]:
    ran = subprocess.run(
        [sys.executable, "-c", SPENT + code, *words], env=settings, capture_output=True, text=True, check=True
    )
    figures: dict[str, float] = json.loads(ran.stderr.splitlines()[-1])
    return figures


def figures_of(mock: MockServer, home: Path, store: list[str], rows: int) -> dict[str, float]:
    """Pay so many rows, into a journal that is given. Return CPU seconds and memory of the process."""
    with mock.client() as client:
        target = new_target(client)
    lines = (f"r{rows}-{n};{target};{5000 + n}" for n in range(rows))
    file, total = write(home / f"{rows}.csv", "id;destino;valor", *lines), sum(5000 + n for n in range(rows))
    words = ["pay", str(file), "--yes", "--expect", f"{rows}:{total}", *store]
    return measured(MEASURED, words, {**environment(mock), "PYTHONPATH": str(Path(__file__).parents[2])})


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
def test_five_thousand_rows(kind: str, home: Path, request: pytest.FixtureRequest):
    """Ten times the rows take little more memory. The CPU time is shown beside that of the bare async client."""
    store = ["memory"] if kind == "memory" else []
    if kind == "postgres":
        url = request.getfixturevalue("postgres").url.render_as_string(hide_password=False)
        store = ["--journal", url]
    with MockServer(auto_approve=True, opening_balance=10**12) as mock, mock.client() as client:
        figures = {rows: figures_of(mock, home, store, rows) for rows in (500, 5000)}
        target, settings = new_target(client), environment(mock)
        bare = {way: measured(BARE, [target, "5000", way], settings) for way in ("together", "alone")}
        assert len(paid(client)) == 10_500
    spent = figures[5000]["seconds"]
    print(f"{kind}: {spent:.1f} s CPU, {figures[5000]['MiB']:.0f} MiB after {figures[500]['MiB']:.0f}; bare client",
          *(f"{way} {each['seconds']:.1f} s: {each['seconds'] / spent:.2f}" for way, each in bare.items()))  # fmt: skip
    assert kind == "memory" or figures[5000]["MiB"] < 1.2 * figures[500]["MiB"]


def test_waiting(palomma: Run, mock: MockServer, client: Palomma, home: Path):
    """`--wait` waits for the bank's answer; what takes longer is not paid yet, and that is 1."""
    mock.restart(bank_delay=60.0)
    target = new_target(client)
    mock.decide(target, "approve")
    mock.advance(100)
    file = of_targets(home / "x.csv", target, 1)
    words = ["pay", file, "--yes", "--expect", "1:10000", "--wait", "--seconds", "0.05"]
    slow = palomma(*words)
    assert (slow.code, states(slow)) == (1, ["processing"])
    mock.fail_next("server_error", operation="getPayoutRequestById", times=9)
    fresh = write(home / "y.csv", "id;destino;valor", f"fresh;{target};7.000")
    unread = palomma("pay", fresh, "--yes", "--expect", "1:7000", "--wait", "--seconds", "0.05", "--timeout", "1")
    assert (unread.code, states(unread)) == (3, ["was sent; what the bank says can't be read"])
    mock.faults.clear()
    mock.advance(100)
    assert states(palomma(*words)) == ["approved"]


def test_columns_that_nobody_needs_are_named(palomma: Run, client: Palomma, target: str, home: Path):
    """A misspelt column isn't silently left out."""
    file = write(home / "x.csv", "id;destino;valor;descripcin", f"a;{target};5.000;x")
    assert "descripcin" in palomma("pay", file, "--yes", "--expect", "1:5000").err


# Decisions


def payout(reference: str, amount: int = 5000, target: str = "t") -> PayoutRequest:
    return PayoutRequest.from_dict(
        {"id": "p", "status": "approved", "reference": reference, "amount": amount, "payoutTargetId": target}
    )


DECISIONS: list[tuple[set[str], list[PayoutRequest], set[str], tuple[str, str]]] = [
    (set(), [], set(), ("a", "send")),
    ({"a"}, [], set(), ("a", "known")),
    ({"a"}, [payout("a")], set(), ("a", "known")),
    ({"a", "a-2"}, [], set(), ("a-2", "known")),
    ({"a", "a-2"}, [], {"a-2"}, ("a", "known")),
    (set(), [payout("a")], set(), ("a", "found")),
    (set(), [payout("a"), payout("a-2")], set(), ("a-2", "found")),
    (set(), [payout("a", 6000)], set(), ("a", "held")),
    (set(), [payout("a", target="other")], set(), ("a", "held")),
    (set(), [payout("A")], set(), ("a", "held")),
    (set(), [payout("a"), payout("a")], set(), ("a", "held")),
    ({"a"}, [payout("a-2")], set(), ("a-2", "found")),
]


@pytest.mark.parametrize(("known", "there", "others", "expected"), DECISIONS)
def test_what_is_done_about_a_row(
    known: set[str], there: list[PayoutRequest], others: set[str], expected: tuple[str, str]
):
    """The journal knows best; then what Palomma has, if it agrees; and only what neither has is sent."""
    met: dict[str, list[Any]] = {}
    for each in there:
        met.setdefault((each.reference or "").lower(), []).append(each)
    plan: Plan = decide(Row(2, "a", 5000, "t"), ["t"], {"a", *others}, known, met)
    assert (plan.name, plan.step) == expected


# The journal's own commands


def test_the_journal_is_asked_and_decided(palomma: Run, mock: MockServer, client: Palomma, file: Path):
    """status is 3 while something is unknown; show shows a row; resolve writes who and why; work settles."""
    assert palomma("journal", "status").code == 5
    mock.fail_next("request_lost", operation="createPayoutRequest", times=2)
    assert palomma("pay", file, *YES, *QUICK).code == 3
    status = palomma("--lang", "es", "journal", "status")
    assert (status.code, "se desconoce" in status.err) == (3, True)
    assert palomma("journal", "work", "--once").code == 3
    with_journal(file, lambda journal: None)
    for _ in range(30):
        if palomma("pay", file, *YES, *QUICK).code == 3 and open_rows(file):
            break
        time.sleep(0.05)
    reference, *_ = open_rows(file)
    (row,) = [json.loads(line) for line in palomma("journal", "show", reference).out.splitlines()]
    assert (row["reference"], row["state"], row["members"]["amount"] // 10_000) == (reference, "review", 1)
    assert palomma("journal", "show", "nobody").code == 5
    assert palomma("journal", "resolve", reference, "--because", "x").code == 2
    assert palomma("journal", "resolve", "nobody", "--because", "x", "--not-created").code == 5
    done = palomma("journal", "resolve", reference, "--because", "looked", "--not-created", "--by", "Ana")
    assert (json.loads(done.out)["by"], json.loads(done.out)["state"]) == ("Ana", "rejected")
    run_to_the_end(palomma, file)
    assert paid(client) == EACH_ONCE
    assert palomma("journal", "status").code == 0
    assert palomma("journal", "work", "--once").code == 0


def open_rows(file: Path) -> list[str]:
    found: list[str] = []
    with_journal(file, lambda journal: found.extend(entry.reference for entry in journal.entries("review")))
    return found


def with_journal(file: Path, use: Callable[[Journal], object]) -> None:
    (path,) = (file.parent / "data/palomma/default").glob("*.db")
    journal = Journal(path)
    use(journal)
    journal.close()
