"""A pytest run never pays by accident: mocks that patch httpx don't reach the client, so it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from palomma import ConfigurationError, NotSentError, Palomma
from tests.faults.server import FaultServer, obedient

from .conftest import settings

HEAD = """
import os
import httpx, pytest
from palomma import ConfigurationError, Palomma

HOST = "api.palomma.invalid"

def client(**more):
    return Palomma("key", base_url=f"https://{HOST}/v0", max_retries=0, timeout=1.0, **more)

def pay(**more):
    return client(**more).payout_requests.create(payout_target_id="t", amount=1)
"""
RESPX = """
import respx

@respx.mock
def test_patched():
    route = respx.post(f"https://{HOST}/v0/payoutRequests").respond(json={"id": "1", "status": "processing"})
    with pytest.raises(ConfigurationError, match="would really go to api.palomma.invalid"):
        pay()
    assert not route.called

def test_router():
    router = respx.Router()
    router.post(f"https://{HOST}/v0/payoutRequests").respond(json={"id": "1", "status": "processing"})
    assert pay(transport=httpx.MockTransport(router.handler)).id == "1"
"""
PYTEST_HTTPX = """
@pytest.mark.httpx_mock(assert_all_responses_were_requested=False)
def test_patched(httpx_mock):
    httpx_mock.add_response(json={"id": "1", "status": "processing"})
    with pytest.raises(ConfigurationError, match="palomma_mock.*MockTransport.*palomma_allow_hosts"):
        pay()
    assert httpx_mock.get_requests() == []
"""
ALLOWED = """
from palomma import NotSentError

def test_making_a_client_is_no_call():
    with client() as made:
        assert repr(made)

@pytest.mark.palomma_allow_hosts(HOST)
def test_marked():
    with pytest.raises(NotSentError):  # it asked the resolver
        pay()

def test_not_marked():
    with pytest.raises(ConfigurationError):
        pay()

def test_this_machine():
    with pytest.raises(NotSentError), Palomma("key", base_url="http://localhost:9/v0", max_retries=0) as local:
        local.customers.list()

def test_children_inherit_it():
    assert "PALOMMA_ALLOW_HOSTS" in os.environ
"""
INI = """
from palomma import NotSentError

def test_ini():
    with pytest.raises(NotSentError):
        pay()
"""


def _pytest(folder: Path, code: str, *arguments: str, ini: str = "", blocked: str = "") -> str:
    (folder / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{ini}\n")
    (folder / "test_user.py").write_text(HEAD + code)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PALOMMA", "PYTEST"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


@pytest.mark.parametrize(
    ("code", "passed", "ini"),
    [
        (RESPX, 2, ""),
        (PYTEST_HTTPX, 1, ""),
        (ALLOWED, 5, ""),
        (INI, 1, "palomma_allow_hosts = other.invalid api.palomma.invalid"),
    ],
    ids=["respx", "pytest-httpx", "marker", "ini"],
)
def test_a_run_that_would_send(code: str, passed: int, ini: str, tmp_path: Path) -> None:
    """Refused at the first send to another host than this machine, unless the host was named."""
    assert f"\n{passed} passed" in _pytest(tmp_path, code, ini=ini)


def test_without_the_plugin_nothing_is_guarded(tmp_path: Path) -> None:
    """`-p no:palomma_mock` takes the guard away, as the docs say."""
    code = INI.replace("test_ini", "test_sends")
    assert "1 passed" in _pytest(tmp_path, code, "-p", "no:palomma_mock")


def test_the_environment_is_restored(tmp_path: Path) -> None:
    """After the run the variable is what it was: another run in the same process starts anew."""
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    code = (
        "import os, pytest\n"
        "for before in (None, 'a.example'):\n"
        "    os.environ.update({} if before is None else {'PALOMMA_ALLOW_HOSTS': before})\n"
        "    assert pytest.main(['-q', '-p', 'no:cacheprovider']) == 0\n"
        "    assert os.environ.get('PALOMMA_ALLOW_HOSTS') == before\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PALOMMA", "PYTEST"))}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("allowed", "error"), [("", ConfigurationError), (None, NotSentError)])
def test_the_guard_is_armed_by_the_environment_alone(
    allowed: str | None, error: type[Exception], monkeypatch: pytest.MonkeyPatch, serve: Callable[..., FaultServer]
) -> None:
    """Where nothing is set, as outside of pytest, a call to any host goes out: here to a proxy that is not there."""
    monkeypatch.delenv("PALOMMA_ALLOW_HOSTS")
    if allowed is not None:
        monkeypatch.setenv("PALOMMA_ALLOW_HOSTS", allowed)
    setup = settings(serve(obedient, listening=False), max_retries=0)
    setup |= {"proxy": setup["base_url"].removesuffix("/v0"), "base_url": "https://api.palomma.invalid/v0"}
    with Palomma(**setup) as client, pytest.raises(error):
        client.customers.get("c")
