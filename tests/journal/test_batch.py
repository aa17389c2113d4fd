"""One batch, however often and from wherever it is paid: no second payment."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from urllib.request import urlopen

import pytest

from palomma.journal._store import Store

from . import unreliable
from .batch_payer import pay
from .conftest import Desk, World

LINES = 12
WEEK = 7 * 86_400.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "payroll.csv"
    made.write_text("".join(f"invoice-{number},{50_000 + number}\n" for number in range(LINES)))
    return made


def copied(file: Path) -> Path:
    return Path(shutil.copy(file, file.with_name("ok copia.csv")))


def renamed(file: Path) -> Path:
    return file.rename(file.with_name("final.csv"))


def linked(file: Path) -> Path:
    link = file.with_name("link.csv")
    link.symlink_to(file)
    return link


def turned(file: Path) -> Path:
    other = file.with_name("turned.csv")
    other.write_text("".join(reversed(file.read_text().splitlines(keepends=True))))
    return other


@pytest.mark.parametrize("again", [copied, renamed, linked, turned])
def test_the_same_batch_again(desk: Desk, world: World, file: Path, again: Callable[[Path], Path]) -> None:
    """Now, and a week later, the same payouts come back."""
    paid = pay(desk.client, file)
    other = again(file)

    assert sorted(pay(desk.client, other)) == sorted(paid)
    world.clock.pass_(WEEK)
    assert sorted(pay(desk.client, other)) == sorted(paid)
    assert desk.journal.forget(older_than=WEEK / 2) == LINES
    assert sorted(pay(desk.client, other)) == sorted(paid)
    assert world.creates == len(set(paid)) == LINES


def test_the_journal_through_a_symlink(desk: Desk, world: World, tmp_path: Path, file: Path) -> None:
    """A link to the journal's file is the same journal."""
    paid = pay(desk.client, file)
    (tmp_path / "linked.db").symlink_to(tmp_path / "journal.db")
    other = Desk(world, Store(tmp_path / "linked.db", world.clock.time))

    assert pay(other.client, file) == paid and world.creates == LINES
    other.close()
    other.journal.close()


@pytest.fixture
def port() -> Iterator[int]:
    """A Palomma that is slow to show, and that answers each create well."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = unreliable.Settings(faults=0.0, lying_lists=0.0)
        server = get_context("spawn").Process(target=unreliable.serve, args=(settings, listener))
        server.start()
        yield listener.getsockname()[1]
        server.kill()
        server.join()
        server.close()


def test_two_processes_at_once(port: int, tmp_path: Path, file: Path) -> None:
    """Each line is sent by one of them; both return the same payouts."""
    command = [sys.executable, "-m", "tests.journal.batch_payer", str(tmp_path / "j.db")]
    root = Path(__file__).parents[2]
    with (
        subprocess.Popen([*command, str(file), str(port)], stdout=subprocess.PIPE, text=True, cwd=root) as one,
        subprocess.Popen([*command, str(copied(file)), str(port)], stdout=subprocess.PIPE, text=True, cwd=root) as two,
    ):
        printed = [process.communicate()[0].split() for process in (one, two)]
    with urlopen(f"http://127.0.0.1:{port}/truth") as answer:
        truth = json.load(answer)

    assert printed[0] == printed[1] and len(printed[0]) == LINES
    assert truth["seen"]["creates"] == len(truth["objects"]) == LINES
