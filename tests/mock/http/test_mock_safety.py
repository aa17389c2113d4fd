"""Safe on a laptop: who may call, how much a call may take, and what an odd number or an odd clock can't break."""

from __future__ import annotations

import math
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from palomma_mock import Clock, Fault, Mock, MockServer, Settings, frozen_clock
from palomma_mock.rules.calendar import LAST
from palomma_mock.rules.messages import MAX_BODY
from tests.mock.conftest import PERSON, Make
from tests.mock.test_mock_cli import running, url

KILLS = [4, pytest.param(40, marks=pytest.mark.deep)]
_FOREIGN = [
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
    "[::2]",
    "",
]


# Who may call


@pytest.mark.parametrize("host", [*_FOREIGN, "127.0.0.1@evil", "evil/127.0.0.1", "127.0.0.1:1:1", "2130706433", "0"])
@pytest.mark.parametrize("path", ["/", "/v0/customers", "/_mock/state", "/static/live.js", "/pay/payinLinks/x", "/x"])
def test_another_hosts_name_gets_nothing(host: str, path: str, mock: MockServer) -> None:
    """A page elsewhere whose name was made to lead here brings its own Host: it is refused, in clear words."""
    headers = {"host": host, "authorization": f"Bearer {mock.api_key}"}
    response = httpx.get(mock.origin + path, headers=headers)

    assert response.status_code == 403
    assert "--allowed-hosts" in response.text


def test_an_allowed_name_is_a_name_of_the_mock(mock: MockServer) -> None:
    """`allowed_hosts` adds names, in any case, with any port; a page of that name may then press buttons."""
    mock.restart(allowed_hosts=("Shop.Internal",))
    for host in ("shop.internal", "SHOP.internal:99", "shop.internal."):
        headers = {"host": host, "origin": f"http://{host}"}
        assert httpx.post(f"{mock.origin}/do/clear", headers=headers).status_code == 303


def test_the_command_knows_the_host_it_was_given() -> None:
    """`--host` is a name of the mock, and the address that a connection reached is one."""
    with running("--host", "0.0.0.0", "--allowed-hosts", "a.internal", "--allowed-hosts", "b.internal") as (_, said):
        port = url(said).rpartition(":")[2].removesuffix("/v0")
        statuses = [
            httpx.get(f"http://127.0.0.1:{port}/", headers={"host": host}).status_code
            for host in ("0.0.0.0", "a.internal", "b.internal:1", "c.internal")
        ]
    assert statuses == [200, 200, 200, 403]


# How much a call may take


def test_an_endless_body_ends(mock: MockServer) -> None:
    """After sixteen times the limit the mock answers 413 and closes, without waiting for the rest."""
    host, port = mock.origin.removeprefix("http://").split(":")
    head = f"POST /v0/customers HTTP/1.1\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n".encode()
    chunk = b"%x\r\n%b\r\n" % (MAX_BODY, b" " * MAX_BODY)
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head)
        received = b""
        with suppress(OSError):  # closed while we were sending
            for _ in range(64):
                connection.sendall(chunk)
        with suppress(OSError):
            received = connection.recv(65536)
    assert received[:12] in (b"HTTP/1.1 413", b"")
    assert httpx.get(mock.origin).status_code == 200


def test_a_caller_that_wants_no_more_is_let_go(mock: MockServer) -> None:
    """With `Connection: close` the answer is whole, and the connection ends."""
    host, port = mock.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"GET /v0/customers HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 401")
    assert received.endswith(b"}")


def test_too_many_connections_are_told_to_come_back(mock: MockServer) -> None:
    """Beyond the limit a call is a 503, and when connections are free again a call is answered."""
    from palomma_mock.http.server import _CONNECTIONS

    host, port = mock.origin.removeprefix("http://").split(":")
    connections = []
    try:
        for _ in range(_CONNECTIONS):
            connections.append(socket.create_connection((host, int(port))))
        while (status := httpx.get(mock.origin).status_code) == 200:
            connections.append(socket.create_connection((host, int(port))))
        assert status == 503
    finally:
        for connection in connections:
            connection.close()
    while httpx.get(mock.origin).status_code != 200:
        pass


# Odd numbers


def test_no_number_breaks_a_form(mock: MockServer) -> None:
    """A number that no database can hold is a notification that isn't there."""
    for seq in (10**30, -(10**30), 2**63, "9" * 5000):
        assert httpx.post(f"{mock.origin}/do/redeliver", data={"seq": seq}).status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"kind": "html", "times": 10**17}),
        ("faults", {"kind": "html", "lasts": 1e300}),
        ("advance", {"seconds": 1e12}),
        ("advance", {"seconds": 3e11}),
        ("lies", {"commitAfter": 1e300}),
        ("redeliver", {"seq": 1e300}),
        ("merchantAccounts", {"id": "x", "balance": 10**18}),
        ("merchantAccounts", {"id": "", "balance": 1}),
        ("merchantAccounts", {"id": "x" * 256}),
    ],
)
def test_the_control_api_bounds_its_numbers(path: str, body: dict[str, Any], mock: MockServer, make: Make) -> None:
    """Refused, and the mock then works as before."""
    method = "PUT" if path == "lies" else "POST"
    response = httpx.request(method, f"{mock.origin}/_mock/{path}", json=body)

    assert response.status_code == 400
    assert make("customers")["id"]
    assert httpx.get(mock.origin).status_code == 200


def test_faults_and_scenarios_are_bounded(mock: MockServer) -> None:
    """A thousand may wait, and no more."""
    for _ in range(1000):
        mock.fail_next("html")
        mock.next_webhook("late")
    with pytest.raises(ValueError, match="1000 faults"):
        mock.add_fault(Fault("html"))
    with pytest.raises(ValueError, match="1000 scenarios"):
        mock.next_webhook("late")


@pytest.mark.parametrize(
    "odd", [{"opening_balance": 10**18}, {"payin_limit": -1}, {"webhook_timeout": 0}, {"bank_delay": -1}]
)
def test_settings_are_bounded(odd: dict[str, Any]) -> None:
    """Each says which, and the range."""
    with pytest.raises(ValueError, match=next(iter(odd))):
        Settings(**odd)


# Odd clocks


@pytest.mark.parametrize("source", [-1e300, -1.0, math.nan, 1e12, 1e300, math.inf])
def test_no_clock_breaks_the_mock(source: float) -> None:
    """Time is kept between 1970 and the year 9000, whatever a clock says."""
    with MockServer(clock=Clock(lambda: source)) as server:
        headers = {"authorization": f"Bearer {server.api_key}"}
        made = httpx.post(f"{server.base_url}/customers", json=PERSON, headers=headers)
        assert (made.status_code, httpx.get(server.origin).status_code) == (200, 200)
        assert 0 <= server.clock.now() <= LAST


@pytest.mark.parametrize("offset", [1e300, math.inf, -1e300, 3e11])
def test_an_odd_clock_cant_brick_a_state_file(offset: float, tmp_path: Path) -> None:
    """A file written when the clock was at its end, or by an older mock far beyond it, is read and goes on."""
    settings = Settings(state=str(tmp_path / "state.db"), seed=1, strict=False)
    first = Mock(settings, frozen_clock(1_770_000_000))
    first.store.set_number("clock offset", offset)
    first.close()
    second = Mock(settings, frozen_clock(1_770_000_000))
    second.advance()
    assert 0 <= second.clock.now() <= LAST
    second.advance(LAST - second.clock.now())
    with pytest.raises(ValueError, match="year 9000"):
        second.advance(1)
    second.close()


def test_at_the_end_of_time_everything_still_works(mock: MockServer, make: Make) -> None:
    """Links expire, payments settle later than ever, and pages are shown."""
    mock.advance(LAST - mock.clock.now() - 60)
    make("payinLinks")
    make("payinRequests")
    mock.advance(60)
    mock.advance()

    assert httpx.get(mock.origin).status_code == 200


def test_a_seed_never_brings_an_id_back(tmp_path: Path) -> None:
    """A saved state goes on with other ids, even on a clock that stands still."""
    from tests.mock.state.test_mock_state_file import BODY, ask

    settings = Settings(state=str(tmp_path / "state.db"), seed=1, strict=False)
    made = []
    for _ in range(3):
        mock = Mock(settings, frozen_clock(1_770_000_000))
        made += [ask(mock, "POST", "customers", BODY)["id"] for _ in range(3)]
        mock.close()

    assert len(set(made)) == 9


# Kills


@pytest.mark.parametrize("kills", KILLS)
def test_nothing_acknowledged_is_lost(kills: int, tmp_path: Path) -> None:
    """SIGKILL while three writers write: whatever was answered is there after the restart, once."""
    chance, acknowledged, headers = random.Random(1), list[str](), {"authorization": "Bearer palomma-mock"}
    state = ("--state", str(tmp_path / "state.db"))
    for _ in range(kills):
        with running(*state) as (process, said):
            base, enough = url(said), chance.randint(5, 60)
            begun = threading.Semaphore(0)

            def write(base: str = base, begun: threading.Semaphore = begun) -> None:
                with httpx.Client(base_url=base, headers=headers) as client:
                    try:
                        while True:
                            acknowledged.append(client.post("/customers", json=PERSON).json()["id"])
                            begun.release()
                    except (httpx.HTTPError, ValueError):
                        pass

            writers = [threading.Thread(target=write) for _ in range(3)]
            for writer in writers:
                writer.start()
            for _ in range(enough):
                begun.acquire()
            os.kill(process.pid, signal.SIGKILL)
            for writer in writers:
                writer.join()
    with running(*state) as (_, said), httpx.Client(base_url=url(said), headers=headers) as client:
        kept, cursor = list[str](), ""
        while cursor is not None:
            page = client.get("/customers", params={"limit": 100} | ({"cursor": cursor} if cursor else {})).json()
            kept += [item["id"] for item in page["items"]]
            cursor = page["cursor"]

    assert len(kept) == len(set(kept))
    assert set(acknowledged) - set(kept) == set()
    assert len(acknowledged) >= 5 * kills


# The house


def test_rooms_import_one_way() -> None:
    """From http to pages to state to rules, and never back, so that what is pure stays pure."""
    code = (
        "import sys, palomma_mock.{room}\n"
        "print(*sorted({{name.split('.')[1] for name in sys.modules if name.startswith('palomma_mock.')}}))"
    )
    modules = {"rules": "rules.objects", "state": "state.courier", "pages": "pages.dashboard", "http": "http.server"}
    reached = {}
    for room, module in modules.items():
        command = [sys.executable, "-c", code.format(room=module)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
        reached[room] = done.stdout.split()

    assert reached == {
        "rules": ["rules"],
        "state": ["rules", "state"],
        "pages": ["pages", "rules", "state"],
        "http": ["http", "pages", "rules", "state"],
    }
