"""The pytest plugin: what a merchant's test suite gets, and what it costs those who don't use it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SOURCES = os.pathsep.join(entry for entry in sys.path if entry)
_USER_TESTS = '''
import pytest
from palomma_mock import MockServer

MEMBERS = dict(name="Ana", document_type="cc", document_number="1", email="ana@example.com", phone_number="3")


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
    assert palomma_mock.sandbox.settings.auto_approve


def test_set_up_no_more(palomma_mock: MockServer) -> None:
    assert not palomma_mock.sandbox.settings.auto_approve
    assert palomma_mock.webhooks == []
    palomma_mock.fail_next("html")
'''


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own, with the plugin and no others."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": _SOURCES}
    command = [sys.executable, "-m", "pytest", "-p", "palomma_mock.pytest_plugin", "-q", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_merchants_suite(tmp_path: Path) -> None:
    """The fixture is empty for each test and takes its settings from the marker of that test alone."""
    (tmp_path / "test_shop.py").write_text(_USER_TESTS)
    done = run("-W", "error", "--strict-markers", cwd=tmp_path)

    assert "4 passed" in done.stdout, done.stdout + done.stderr


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


@pytest.mark.parametrize(("mock", "client"), [("palomma_mock", "palomma")])
def test_neither_imports_the_other(mock: str, client: str) -> None:
    """Loading all of the mock loads nothing of the client, and the client nothing of the mock."""
    load_mock = f"import {mock}; [getattr({mock}, name) for name in {mock}.__all__]; import {mock}._cli"
    for load, other in ((load_mock, (client, "palomma_api")), (f"import {client}", (mock, "palomma_schemas"))):
        code = f"{load}; import sys; assert not {other!r} & sys.modules.keys()".replace("(", "{", 1).replace("(", "(")
        code = f"{load}\nimport sys\nassert not set({other!r}) & sys.modules.keys()"
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": _SOURCES}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
