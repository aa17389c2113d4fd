"""The pytest plugin: what a merchant's test suite gets, and what it costs those who don't use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from palomma_mock import MockServer, pytest_plugin
from palomma_mock._cli import parser
from tests.mock.mock_contract import ROOT

_SOURCES = os.pathsep.join(entry for entry in sys.path if entry)
_USER_TESTS = """
import pytest

from palomma_mock import MockServer

MEMBERS = dict(name="Ana", document_type="cc", document_number="1037551022", email="ana@example.com",
    phone_number="3013111111")


@pytest.mark.parametrize("time", [1, 2])
def test_fresh(palomma_mock: MockServer, time: int) -> None:
    with palomma_mock.client() as client:
        assert client.customers.list().items == []
        client.customers.create(**MEMBERS)
        palomma_mock.advance(60)


@pytest.mark.palomma_mock(auto_approve=True, opening_balance=5)
def test_set_up(palomma_mock: MockServer) -> None:
    with palomma_mock.client() as client:
        assert client.merchant_accounts.get("default").available_balance == 5
    assert palomma_mock.settings.auto_approve


def test_set_up_no_more(palomma_mock: MockServer) -> None:
    assert not palomma_mock.settings.auto_approve
    assert palomma_mock.webhooks == []
    palomma_mock.fail_next("html")
"""


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, with the plugin and no others."""
    # Measuring coverage imports the packages that it measures.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": _SOURCES}
    command = [sys.executable, "-m", "pytest", "-p", "palomma_mock.pytest_plugin", "-q", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_merchants_suite(tmp_path: Path) -> None:
    """The fixture is empty for each test and takes its settings from the marker of that test alone."""
    (tmp_path / "test_shop.py").write_text(_USER_TESTS)
    done = run("-W", "error", "--strict-markers", cwd=tmp_path)

    assert "4 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.palomma_mock(opening_balance=9)
@pytest.mark.parametrize("time", [1, 2])
def test_the_fixture_in_this_process(palomma_mock: MockServer, time: int) -> None:
    """The same, with the plugin as it is installed here."""
    assert palomma_mock.store.count("customers") == 0

    with palomma_mock.client() as client:
        assert client.merchant_accounts.get("default").available_balance == 9
        client.customers.create(
            name="Ana",
            document_type="cc",
            document_number="1037551022",
            email="ana@example.com",
            phone_number="3013111111",
        )


def test_it_costs_nothing_where_it_isnt_used(tmp_path: Path) -> None:
    """A suite without the fixture imports nothing of the mock but the plugin itself."""
    (tmp_path / "test_other.py").write_text(
        "import sys\n\ndef test_lean():\n"
        "    heavy = {'starlette', 'uvicorn', 'msgspec', 'httpx', 'palomma', 'palomma_schemas', 'sqlite3'}\n"
        "    assert not heavy & sys.modules.keys()\n"
        "    mock = {name for name in sys.modules if name.startswith('palomma_mock')}\n"
        "    assert mock == {'palomma_mock', 'palomma_mock.pytest_plugin'}\n"
    )
    done = run(cwd=tmp_path)

    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_fixture_is_documented(tmp_path: Path) -> None:
    """`pytest --fixtures` and `--markers` say what there is."""
    assert "palomma_mock" in run("--fixtures", cwd=tmp_path).stdout
    assert "@pytest.mark.palomma_mock(**settings)" in run("--markers", cwd=tmp_path).stdout


_LOAD_MOCK = "import palomma_mock, palomma_mock._cli; [getattr(palomma_mock, name) for name in palomma_mock.__all__]"


@pytest.mark.parametrize(
    ("load", "other"),
    [(_LOAD_MOCK, "{'palomma', 'palomma_api'}"), ("import palomma", "{'palomma_mock', 'palomma_schemas'}")],
)
def test_neither_imports_the_other(load: str, other: str) -> None:
    """Loading all of the mock loads nothing of the client, and the client nothing of the mock."""
    code = f"{load}\nimport sys\nassert not {other} & sys.modules.keys()"
    command = [sys.executable, "-c", code]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        command, env=environment | {"PYTHONPATH": _SOURCES}, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", ["guides/testing.md", "es/guides/testing.md"])
def test_a_newcomers_webhook_test_runs_as_printed(page: str, tmp_path: Path) -> None:
    """In both languages: an application that takes webhooks, and a test of ten lines."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)
    (example,) = [block for block in blocks if "send_to" in block]
    (tmp_path / "test_documented.py").write_text(example)
    done = run("-W", "error", "--strict-markers", cwd=tmp_path)

    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert len(example.partition("\ndef test_")[2].splitlines()) <= 10


def test_the_documentation_runs_as_printed(tmp_path: Path) -> None:
    """The Python of docs/mock.md is a test file that passes, and its table of options is the command's."""
    text = (ROOT / "docs" / "mock.md").read_text()
    (tmp_path / "test_documented.py").write_text("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)))
    done = run("-W", "error", "--strict-markers", cwd=tmp_path)
    options = set(re.findall(r"(?m)^\| (`--.*?) \|", text))

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    documented = {name for cell in options for name in re.findall(r"--[a-z-]+", cell)}
    assert documented == set(parser()._option_string_actions) - {"-h", "--help"}


def test_a_run_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hosts of a run are allowed while it lasts."""
    monkeypatch.setenv(pytest_plugin.ALLOWED_HOSTS, "before")
    config: Any = SimpleNamespace(stash=pytest.Stash(), getini=lambda name: ["api.example"])
    config.addinivalue_line = lambda *line: None
    pytest_plugin.pytest_configure(config)
    during = os.environ[pytest_plugin.ALLOWED_HOSTS]
    pytest_plugin.pytest_unconfigure(config)

    assert ("api.example" in during, os.environ[pytest_plugin.ALLOWED_HOSTS]) == (True, "before")
