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
from palomma_mock import Clock, MockServer

from .conftest import DOCS, SNIPPET, snippets

ROOT = DOCS.parent
# A block that says itself what goes wrong shows that, and is no program; its page is run by test_snippets.py.
# The Spanish pages have the same code (test_languages.py).
PAGES = {
    page: text
    for page in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    if not re.search("fail_next|send_to", text := "\n".join(snippets(page)))
    and ".create(" in text
    and DOCS / "es" not in page.parents
}
QUICKSTARTS = [DOCS / "quickstart.md"]
MONEY = {
    "payout_requests": "createPayoutRequest",
    "payin_requests": "createPayinRequest",
    "payin_links": "createPayinLink",
}
CREATES = {
    "customers": "createCustomer",
    "payout_targets": "createPayoutTarget",
    "payin_sources": "createPayinSource",
    **MONEY,
}
CASES = [
    (page, operation)
    for page, text in PAGES.items()
    for resource, operation in CREATES.items()
    if f"{resource}.create(" in text
]
PROCESSED = {"answer_lost", "truncated", "slow", "late"}


def arm(mock: MockServer, fault: str, operation: str) -> None:
    """Have a create go wrong."""
    if fault == "late":
        mock.lie(list_after=0.2)  # a late commit would keep the customer from being there, too
    options = {"seconds": 0.2} if fault == "slow" else {}
    mock.fail_next("answer_lost" if fault == "late" else fault, operation=operation, **options)


def run(page: Path, mock: MockServer | None = None) -> None:
    """Run a page's program as printed, but for the seconds that it waits for what is lost. It may end, and say why."""
    module: Any = types.ModuleType("program")
    module.mock = mock
    try:
        exec(compile(PAGES[page].replace("wait=10", "wait=0.6"), str(page), "exec"), vars(module))
    except SystemExit as end:
        assert "do not send it again" in str(end)


def made(mock: MockServer) -> dict[str, int]:
    """How many objects there are of what moves money, or asks for it."""
    with mock.client() as client:
        resources = client.payout_requests, client.payin_requests, client.payin_links
        kinds = "payouts", "debits", "links"
        return {kind: len(list(each.iterate())) for kind, each in zip(kinds, resources, strict=True)}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock that the environment names, whose time goes on, and a folder of its own for what a program writes."""
    monkeypatch.chdir(tmp_path)
    with MockServer(clock=Clock()) as mock:
        monkeypatch.setenv("PALOMMA_API_KEY", mock.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", mock.base_url)
        yield mock


@pytest.mark.parametrize("fault", ["answer_lost", "request_lost", "server_error", "html", "slow", "late"])
@pytest.mark.parametrize(("page", "operation"), CASES, ids=lambda value: getattr(value, "name", value))
def test_a_program_that_is_run_twice(
    page: Path, operation: str, fault: str, there: MockServer, closing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever create goes wrong: no crash, and one of each at most; exactly one if it was processed."""
    there.restart(auto_approve=page in QUICKSTARTS)
    arm(there, fault, operation)
    counted: list[dict[str, int]] = []

    class Own(MockServer):
        """The mock of a program that starts one itself."""

        def __enter__(self) -> Own:
            super().__enter__()
            arm(self, fault, operation)
            return self

        def __exit__(self, *problem: object) -> None:
            counted.append(made(self))
            super().__exit__(*problem)

    monkeypatch.setattr(palomma_mock, "MockServer", lambda **settings: Own(clock=Clock(), **settings))
    for _ in range(2):
        run(page, there)
        there.advance(1.0)

    assert [kinds for kinds in (*counted, made(there)) if max(kinds.values()) > 1] == []
    processed = fault in PROCESSED or operation not in MONEY.values()
    if not counted and processed and any(f"{resource}.create(" in PAGES[page] for resource in MONEY):
        assert sum(made(there).values()) == 1


def test_every_page_is_among_them() -> None:
    """The README and the quickstart, and each guide that creates anything."""
    assert {*QUICKSTARTS, ROOT / "README.md"} < set(PAGES)
    assert {page for page, _ in CASES} == set(PAGES)


def test_a_missing_check_is_an_error_to_mypy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each program as printed is right, strictly; without its look at None it isn't."""
    monkeypatch.setenv("MYPYPATH", ":".join(str(ROOT / each) for each in ("generated", "overrides", "mock")))
    for number, page in enumerate(PAGES):
        program = "\n".join(match[1] or "" for match in SNIPPET.finditer(page.read_text(encoding="utf-8")))
        (tmp_path / f"program{number}.py").write_text(program)
        careless = re.sub(r"if payout is None:\n.*\n( *)else:\n", r"if True:\n", program)
        if careless != program:
            (tmp_path / f"careless{number}.py").write_text(careless)
    files = sorted(map(str, tmp_path.iterdir()))

    errors = api.run(["--strict", "--no-error-summary", "--follow-imports=silent", *files])[0].splitlines()

    assert [line for line in errors if "/program" in line] == []
    # By their names: mypy's cache may remember the same text in another run's folder.
    named = {Path(line.partition(":")[0]).name for line in errors}
    assert named == {Path(file).name for file in files if "/careless" in file} != set()
    assert all('Item "None" of "PayoutRequest | None" has no attribute "id"' in line for line in errors)
