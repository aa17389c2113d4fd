"""What the tests of the command share: a mock that it talks to, a home of its own, and a way to run it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from palomma import Palomma
from palomma.cli import main
from palomma_mock import MockServer
from tests.objects import new_target


class Ran(NamedTuple):
    """How a run of the command ended, what it gave and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock that the environment names."""
    with MockServer(auto_approve=True) as server:
        monkeypatch.setenv("PALOMMA_API_KEY", server.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", server.base_url)
        yield server


@pytest.fixture
def client(mock: MockServer) -> Iterator[Palomma]:
    with mock.client() as made:
        yield made


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, the working folder too, so that no profile or journal of this machine is met."""
    for name, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Terminal(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def palomma(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process. `typed`: what somebody at a terminal answers; `piped`: what a pipe brings."""

    def run(*arguments: object, typed: str | None = None, piped: str = "") -> Ran:
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(piped) if typed is None else Terminal(typed))
            if typed is not None:
                import sys

                patch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
            code = main([str(word) for word in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def target(client: Palomma) -> str:
    return new_target(client)
