"""The command: what it says, how it starts, and how it stops."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from palomma_mock._cli import main
from palomma_mock.http.app import is_loopback

_COMMAND = [sys.executable, "-c", "import sys; from palomma_mock._cli import main; sys.exit(main())"]
_ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command on a free port, and what it said until it was ready."""
    command = [*_COMMAND, "--port", "0", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_ENVIRONMENT
    ) as process:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith("Stop it"):
                break
        try:
            yield process, said
        finally:
            process.kill()


def url(said: list[str]) -> str:
    return next(line.split()[-1] for line in said if line.startswith("API"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_interrupted(number: signal.Signals) -> None:
    """It says where it is, serves there, and on Ctrl-C (or SIGTERM) ends without a traceback."""
    with running() as (process, said):
        headers = {"authorization": "Bearer palomma-mock"}
        with httpx.Client(base_url=url(said), headers=headers) as client:
            assert client.get("/merchantAccounts").json()["count"] == 1
            process.send_signal(number)  # with a connection open
            out, err = process.communicate(timeout=10)

    assert (process.returncode, err) == ((0, "") if number == signal.SIGINT else (-number, ""))
    assert out.strip() == ("Stopped." if number == signal.SIGINT else "")
    assert re.fullmatch(r"API        http://127\.0\.0\.1:\d+/v0", said[0])
    assert len(said) == 4


def test_two_on_one_port_is_one_clear_line() -> None:
    """The second says which port is taken and what to do, and ends with 1."""
    with running() as (_, said):
        port = url(said).rsplit(":")[-1].removesuffix("/v0")
        second = subprocess.run(
            [*_COMMAND, "--port", port], capture_output=True, text=True, env=_ENVIRONMENT, timeout=10, check=False
        )

    assert (second.returncode, second.stdout, second.stderr.count("\n")) == (1, "", 1)
    assert f"port {port}: " in second.stderr
    assert "--port" in second.stderr


def test_beyond_loopback_it_says_so() -> None:
    """Any other address is announced as open to others, and another key isn't printed."""
    with running("--host", "0.0.0.0", "--api-key", "my-own-key", "--bank-delay", "inf") as (_, said):
        assert any("whoever can reach this machine" in line for line in said)
        assert any("until you decide" in line for line in said)
        assert "my-own-key" not in "".join(said)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6_loopback_is_loopback() -> None:
    """`::1` is served, shown in brackets, and not announced as open."""
    with running("--host", "::1") as (_, said):
        assert url(said).startswith("http://[::1]:")
        assert len(said) == 4


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("host", False)],
)
def test_loopback(host: str, expected: bool) -> None:
    """What only this machine can reach."""
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--api-key", "a b"], "api_key"),
        (["--bank-delay", "-1"], "bank_delay"),
        (["--allowed-hosts", "a", "--lies", "commit_after=-1"], "commit_after: 0 to"),
        (["--lies", "reference=cut,cut=x"], "cut: 1 to 1000 characters"),
        (["--lies", "color=red"], "color: not one of the allowed values"),
        (["--faults", "slow,seconds=2", "--faults", "htm,lasts=9"], "did you mean html"),
        (["--contract", "/nowhere/at/all.json"], "No such file"),
        (["--webhook-url", "shop.example"], "webhook_url"),
        (["--host", "nobody.invalid"], "can't listen on nobody.invalid"),
        (["--state", "/nowhere/at/all.db"], "/nowhere/at/all.db: unable to open"),
    ],
)
def test_what_cant_start_says_why(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line, and 1."""
    assert main(arguments) == 1

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith("palomma-mock: ")
    assert message in err


@pytest.fixture
def harmless_interrupt() -> Iterator[None]:
    """An interrupt of this process that ends the server only: as an exception it would end coverage's tracing too."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [((), 4), (("--host", "0.0.0.0", "--bank-delay", "inf", "--api-key", "mine"), 6), (("--host", "::1"), 4)],
)
def test_it_serves_in_this_process_too(arguments: tuple[str, ...], lines: int, harmless_interrupt: None) -> None:
    """`main` returns 0 once it is interrupted, and leaves the port to others."""
    reading, writing = os.pipe()
    said = []

    def interrupt() -> None:
        with os.fdopen(reading) as output:
            for line in output:
                said.append(line.rstrip())
                if line.startswith("Stop it"):
                    port = url(said).rpartition(":")[2].removesuffix("/v0")
                    host = "[::1]" if "::1" in arguments else "127.0.0.1"
                    httpx.get(f"http://{host}:{port}/v0/customers")
                    os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with os.fdopen(writing, "w") as output, contextlib.redirect_stdout(output):
        assert main(["--port", "0", *arguments]) == 0
    thread.join()

    assert said[-1] == "Stopped."
    assert len(said) == lines + 1


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_a_port_is_a_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no port is refused by the parser of the arguments."""
    with pytest.raises(SystemExit):
        main(["--port", port])

    assert f"argument --port: invalid port value: '{port}'" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where Starlette isn't installed, the command names what is missing, and the extra."""
    monkeypatch.delitem(sys.modules, "palomma_mock.http.app")
    monkeypatch.setitem(sys.modules, "starlette.applications", None)

    assert main([]) == 1
    expected = "palomma-mock: starlette is missing; install the extra with: pip install 'palomma[mock]'\n"
    assert capsys.readouterr().err == expected


def test_a_taken_port_is_one_line_in_this_process_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the socket nor the store is left open."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--port", port]) == 1

    assert f"can't listen on 127.0.0.1 port {port}: Address already in use" in capsys.readouterr().err


def test_state_survives_a_restart(tmp_path: Path) -> None:
    """With `--state`, what was made before is there after, and webhooks and time go on."""
    arguments = ("--state", str(tmp_path / "state.db"), "--no-strict", "--auto-approve")
    headers = {"authorization": "Bearer palomma-mock"}
    body = {"name": "Ana", "documentType": "cc", "documentNumber": "1", "email": "a", "phoneNumber": "3"}
    with running(*arguments) as (process, said):
        made = httpx.post(f"{url(said)}/customers", json=body, headers=headers).json()
        httpx.post(url(said).removesuffix("v0") + "_mock/advance", json={"seconds": 86400})
        second = subprocess.run(
            [*_COMMAND, "--port", "0", *arguments],
            capture_output=True,
            text=True,
            env=_ENVIRONMENT,
            timeout=10,
            check=False,
        )
        process.send_signal(signal.SIGINT)
        process.wait(10)
    with running(*arguments) as (_, said):
        read = httpx.get(f"{url(said)}/customers/{made['id']}", headers=headers).json()
        later = httpx.post(f"{url(said)}/customers", json=body, headers=headers).json()

    assert read == made
    assert later["createdAt"][:10] > made["createdAt"][:10]
    assert (second.returncode, "database is locked" in second.stderr) == (1, True)
