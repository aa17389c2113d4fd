"""The programs that people copy, under faults and run twice: none crashes, none pays twice."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mypy import api

import palomma_mock
from palomma import OutcomeUnknownError
from palomma_mock import Clock, MockServer

from .conftest import DOCS, snippets

ROOT = DOCS.parent
PROGRAMS = [ROOT / "README.md", ROOT / "README.es.md", DOCS / "quickstart.md", DOCS / "es/primeros-pasos.md"]
# Parts of programs: what they don't catch is what their pages speak of.
PARTS = [DOCS / "guides" / name for name in ("payout.md", "recurring.md", "payin-link.md", "async.md")]
CREATES = {
    "recurring.md": "createPayinRequest",
    "payin-link.md": "createPayinLink",
    "async.md": "createPayoutTarget",
}
PROCESSED = {"answer_lost", "truncated", "slow", "late"}


def arm(mock: MockServer, fault: str, operation: str) -> None:
    """Have a create go wrong."""
    if fault == "late":
        mock.lie(list_after=0.6)  # a late commit would keep the customer from being there, too
    options = {"seconds": 0.2} if fault == "slow" else {}
    mock.fail_next("answer_lost" if fault == "late" else fault, operation=operation, **options)


def run(page: Path, mock: MockServer | None = None) -> None:
    """Run a page's program as printed, but for the seconds that it waits for what is lost."""
    program = "\n".join(snippets(page)) if page in PARTS else snippets(page)[0]
    module: Any = types.ModuleType("program")
    module.mock = mock
    exec(compile(program.replace("wait=10", "wait=1.5"), str(page), "exec"), vars(module))


def made(mock: MockServer) -> dict[str, int]:
    """How many objects there are of what moves money, or asks for it."""
    with mock.client() as client:
        resources = client.payout_requests, client.payin_requests, client.payin_links
        kinds = "payouts", "debits", "links"
        return {kind: len(list(each.iterate())) for kind, each in zip(kinds, resources, strict=True)}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A sandbox that the environment names, whose time goes on, and a folder of its own for what a program writes."""
    monkeypatch.chdir(tmp_path)
    with MockServer(clock=Clock()) as mock:
        monkeypatch.setenv("PALOMMA_API_KEY", mock.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", mock.base_url)
        yield mock


faults = pytest.mark.parametrize("fault", ["answer_lost", "request_lost", "server_error", "html", "slow", "late"])


@faults
@pytest.mark.parametrize("operation", ["createPayoutRequest", "createCustomer", "createPayoutTarget"])
@pytest.mark.parametrize("page", PROGRAMS[2:], ids=lambda page: page.name)
def test_a_program_that_is_run_twice(page: Path, operation: str, fault: str, there: MockServer) -> None:
    """Whatever create goes wrong: no crash, and one payout at most; exactly one if it was processed."""
    there.restart(auto_approve=True)
    arm(there, fault, operation)

    for _ in range(2):
        run(page, there)
        there.advance(1.0)

    payouts = made(there)["payouts"]
    lost = operation == "createPayoutRequest" and fault not in PROCESSED
    assert payouts == (0 if lost else 1)


@faults
@pytest.mark.parametrize("operation", ["createPayoutRequest", "createCustomer"])
@pytest.mark.parametrize("page", PROGRAMS[:2], ids=lambda page: page.name)
def test_a_program_with_a_sandbox_of_its_own(
    page: Path, operation: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No crash, and one payout at most."""
    counted: list[int] = []

    class Armed(MockServer):
        def __init__(self, **settings: Any) -> None:
            super().__init__(clock=Clock(), **settings)

        def __enter__(self) -> Armed:
            super().__enter__()
            arm(self, fault, operation)
            return self

        def __exit__(self, *problem: object) -> None:
            counted.append(made(self)["payouts"])
            super().__exit__(*problem)

    monkeypatch.setattr(palomma_mock, "MockServer", Armed)
    for _ in range(2):
        run(page)

    assert [count for count in counted if count > 1] == []
    assert len(counted) == 2


@faults
@pytest.mark.parametrize("page", PARTS, ids=lambda page: page.name)
def test_a_part_of_a_program_that_is_run_twice(page: Path, fault: str, there: MockServer, closing: None) -> None:
    """It goes through, or raises that the outcome is unknown; never is there a second of anything."""
    arm(there, fault, CREATES.get(page.name, "createPayoutRequest"))

    for _ in range(2):
        try:
            run(page, there)
        except OutcomeUnknownError:
            assert fault not in PROCESSED
        there.advance(1.0)

    assert [kind for kind, count in made(there).items() if count > 1] == []


@pytest.mark.parametrize("page", PROGRAMS[2:], ids=lambda page: page.name)
def test_a_missing_check_is_an_error_to_mypy(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program as printed is right, strictly; without its look at None it isn't."""
    monkeypatch.setenv("MYPYPATH", ":".join(str(ROOT / each) for each in ("generated", "overrides")))
    program = snippets(page)[0]
    careless = re.sub(r"if payout is None:\n.*\n        else:\n", "if True:\n", program)
    assert careless != program

    results = []
    for number, text in enumerate((program, careless)):
        file = tmp_path / f"program{number}.py"
        file.write_text(text.lstrip("\n"))
        results.append(api.run(["--strict", "--no-error-summary", "--follow-imports=silent", str(file)])[0])

    assert results[0] == ""
    assert 'Item "None" of "PayoutRequest | None" has no attribute "id"' in results[1]
