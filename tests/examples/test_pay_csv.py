"""examples/pay_csv.py pays each row once, whenever it is killed."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from palomma import Palomma
from palomma_mock import MockServer

from .conftest import EXAMPLES, environment, load, new_target

pay_csv = load("pay_csv")
ROWS = 8


class DeadlyServer(MockServer):
    """Kills a process when its n-th request has arrived: before it is processed, after it, or with it lost."""

    victim: subprocess.Popen[str] | None = None
    left: int = 0
    way: str = "before"

    def exchange(self, request: Any) -> Any:
        self.left -= 1
        if self.victim is None or self.left:
            return super().exchange(request)
        if self.way == "lost":
            self.fail_next("request_lost")
        if self.way == "after":
            answer = super().exchange(request)
            self.victim.kill()
            return answer
        self.victim.kill()
        return super().exchange(request)


def write(path: Path, rows: list[tuple[str, str, object]]) -> Path:
    lines = ["id,payout_target_id,amount", *(f"{id},{target},{amount}" for id, target, amount in rows)]
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def file(tmp_path: Path, target: str) -> Path:
    return write(tmp_path / "november.csv", [(f"row{n}", target, 10_000 + n) for n in range(ROWS)])


def start(file: Path, mock: MockServer) -> subprocess.Popen[str]:
    command = [sys.executable, str(EXAMPLES / "pay_csv.py"), str(file), "--yes", "--settle", "0.1"]
    return subprocess.Popen(command, env=environment(mock), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(file: Path, mock: MockServer) -> tuple[int, str]:
    process = start(file, mock)
    out, problem = process.communicate(timeout=30)
    assert "Traceback" not in problem
    return process.returncode, out


def paid(client: Palomma) -> Counter[tuple[str | None, int | None]]:
    return Counter((payout.reference, payout.amount) for payout in client.payout_requests.iterate())


EACH_ONCE = Counter((f"november/row{n}", 10_000 + n) for n in range(ROWS))


def test_each_row_is_paid_once(mock: MockServer, client: Palomma, file: Path):
    """A run pays all rows and says so; a second run pays nothing and says the same."""
    first = finish(file, mock)
    second = finish(file, mock)

    assert paid(client) == EACH_ONCE
    assert first == second
    assert first[0] == 0
    assert first[1].splitlines()[-1].split() == ["approved", "8", "rows", "80,028", "COP"]


def deaths() -> list[tuple[str, int]]:
    # A row is two requests, a look-up and a create, so the even ones are creates.
    dice = random.Random(20261121)
    return [(way, 2 * dice.randrange(1, ROWS) + look_up) for way in ("before", "after", "lost") for look_up in (0, 1)]


@pytest.mark.parametrize(("way", "number"), deaths())
def test_a_kill_with_a_request_in_flight_pays_nobody_twice(way: str, number: int, tmp_path: Path):
    """Killed at its n-th request, whether or not Palomma processed that one, it ends with each row paid once."""
    with DeadlyServer(auto_approve=True) as mock, mock.client() as client:
        target = new_target(client)
        file = write(tmp_path / "november.csv", [(f"row{n}", target, 10_000 + n) for n in range(ROWS)])
        mock.way, mock.left = way, number
        mock.victim = start(file, mock)
        mock.victim.communicate(timeout=30)
        assert mock.victim.returncode == -9
        mock.victim = None

        code, _ = finish(file, mock)

        assert code == 0
        assert paid(client) == EACH_ONCE


def test_kills_at_random_moments_pay_nobody_twice(mock: MockServer, client: Palomma, file: Path):
    """Killed again and again, at moments that nobody chose, it ends with each row paid once."""
    killed = 0
    # No run is over at the first of them: Python itself takes longer to start.
    for moment in (0.03, *(random.uniform(0.15, 0.7) for _ in range(5))):
        process = start(file, mock)
        try:
            process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1

    assert finish(file, mock)[0] == 0
    assert killed
    assert paid(client) == EACH_ONCE


@pytest.mark.parametrize("fault", ["answer_lost", "request_lost", "html", "truncated", "unknown_enum"])
def test_a_fault_pays_nobody_twice(fault: str, mock: MockServer, client: Palomma, file: Path):
    """A row whose answer is lost is found, or left as unknown and paid by the next run."""
    mock.fail_next(fault, operation="createPayoutRequest", times=2)
    run(file, mock)

    assert run(file, mock) == 0
    assert paid(client) == EACH_ONCE


def run(file: Path, mock: MockServer, *options: str) -> int:
    code: int = pay_csv.main(
        [str(file), "--yes", "--settle", "0", *options], api_key=mock.api_key, base_url=mock.base_url
    )
    return code


def test_a_lost_journal_pays_nobody_twice(mock: MockServer, client: Palomma, file: Path):
    """What was paid is looked up at Palomma; the journal only says how far to trust 'not found'."""
    run(file, mock)
    Path(f"{file}.journal").unlink()

    assert run(file, mock) == 0
    assert paid(client) == EACH_ONCE


def test_a_torn_journal_is_read(mock: MockServer, client: Palomma, file: Path):
    """A line that a kill cut short does no harm."""
    run(file, mock)
    with Path(f"{file}.journal").open("a") as journal:
        journal.write('\n{"reference": "novem')

    assert run(file, mock) == 0
    assert paid(client) == EACH_ONCE


def test_a_create_that_is_still_on_its_way_is_waited_for(
    mock: MockServer, client: Palomma, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """'Not found' is believed only when the create that was noted is old enough; one that shows up late is found."""
    file = write(tmp_path / "november.csv", [("row0", target, 10_000)])
    with pay_csv.open_journal(Path(f"{file}.journal")) as journal:
        journal.about_to_send("november/row0")
    waits: list[float] = []

    def arrive(seconds: float) -> None:
        waits.append(seconds)
        client.payout_requests.create(payout_target_id=target, amount=10_000, reference="november/row0")

    monkeypatch.setattr(pay_csv.time, "sleep", arrive)
    assert run(file, mock, "--settle", "60") == 0
    assert paid(client) == Counter({("november/row0", 10_000): 1})
    assert 50 < waits.pop() <= 60
    assert not waits


def test_two_runs_do_not_mix(mock: MockServer, file: Path, capsys: pytest.CaptureFixture[str]):
    """While a file is being paid, a second run of it does nothing."""
    with pay_csv.open_journal(Path(f"{file}.journal")):
        assert run(file, mock) == 2
    assert "in use" in capsys.readouterr().err


def test_a_changed_amount_is_not_paid_again(
    mock: MockServer, client: Palomma, target: str, file: Path, capsys: pytest.CaptureFixture[str]
):
    """A row whose amount was edited after it was paid is named, not paid."""
    run(file, mock)
    write(file, [("row0", target, 99_000)])

    assert run(file, mock) == 1
    assert paid(client) == EACH_ONCE
    assert "differs" in capsys.readouterr().out


def test_what_is_refused_is_in_the_summary(
    mock: MockServer, client: Palomma, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Refused and cancelled rows don't stop the others, and say why."""
    file = write(tmp_path / "mixed.csv", [("small", target, 5), ("good", target, 20_000), ("poor", target, 11_017)])

    assert run(file, mock) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[1:4]] == [
        ["small", "5", "refused"],
        ["good", "20,000", "approved"],
        ["poor", "11,017", "cancelled"],
    ]
    assert "does not hold enough money" in lines[3]


def test_a_refused_key_stops_the_run(mock: MockServer, file: Path, capsys: pytest.CaptureFixture[str]):
    """With a key that Palomma doesn't know, the first row fails and the others aren't tried."""
    arguments = [str(file), "--yes"]
    assert pay_csv.main(arguments, api_key="wrong", base_url=mock.base_url) == 1
    states = [line.split()[2] for line in capsys.readouterr().out.splitlines()[1 : ROWS + 1]]
    assert states == ["failed"] + ["not"] * (ROWS - 1)


def test_a_palomma_that_fails_leaves_the_row_for_the_next_run(
    mock: MockServer, client: Palomma, file: Path, capsys: pytest.CaptureFixture[str]
):
    """A look-up that fails creates nothing; a look-up after a lost answer that fails leaves the row unknown."""
    mock.fail_next("server_error", operation="listPayoutRequests")
    mock.fail_next("answer_lost", operation="createPayoutRequest")
    options = {"api_key": mock.api_key, "base_url": mock.base_url, "max_retries": 0}
    lookups = iter([None, None, "server_error", "server_error"])  # with the filter, and without
    exchange = mock.exchange

    def failing(request: Any) -> Any:
        if request.method == "GET" and (fault := next(lookups, None)):
            mock.fail_next(fault)
        return exchange(request)

    mock.exchange = failing  # type: ignore[method-assign]
    assert pay_csv.main([str(file), "--yes"], **options) == 1
    states = [line.split()[2] for line in capsys.readouterr().out.splitlines()[1:4]]
    assert states == ["failed", "unknown", "approved"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,amount\n1,2", "no column payout_target_id"),
        ("id,payout_target_id,amount\n1,x,1.5", "line 2"),
        ("id,payout_target_id,amount\n1,x,-5", "line 2"),
        ("id,payout_target_id,amount\n1,x", "line 2"),
        ("id,payout_target_id,amount\n,x,5000", "line 2"),
        ("id,payout_target_id,amount\n1,x,5000\n2,x,5000\n1,y,7000", "more than once: 1"),
    ],
)
def test_a_wrong_file_pays_nobody(
    text: str, problem: str, mock: MockServer, client: Palomma, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """All rows are checked before the first is paid."""
    file = tmp_path / "wrong.csv"
    file.write_text(text)

    assert run(file, mock) == 2
    assert problem in capsys.readouterr().err
    assert not paid(client)


def test_a_batch_has_no_slash(mock: MockServer, file: Path):
    """The slash ends the batch's name in a reference, so that two batches never share one."""
    assert run(file, mock, "--batch", "a/b") == 2


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 2), ("", 2)])
def test_it_asks(
    answer: str, code: int, mock: MockServer, client: Palomma, file: Path, monkeypatch: pytest.MonkeyPatch
):
    """Without --yes nothing is paid before somebody agrees to the number of rows and the sum."""
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)

    assert pay_csv.main([str(file)], api_key=mock.api_key, base_url=mock.base_url) == code
    assert "Pay 8 rows, 80,028 COP" in asked[0]
    assert len(list(client.payout_requests.iterate())) == (ROWS if code == 0 else 0)


def test_the_bar_moves():
    """It is drawn where somebody looks, and nowhere else."""
    terminal, pipe = io.StringIO(), io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]

    for stream in (terminal, pipe):
        pay_csv.progress(1, 2, stream)
        pay_csv.progress(2, 2, stream)

    assert terminal.getvalue() == f"\r[{'#' * 15}{'.' * 15}] 1/2\r[{'#' * 30}] 2/2\n"
    assert pipe.getvalue() == ""
