"""python -m palomma.webhooks."""

from __future__ import annotations

import http.server
import io
import json
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from webhook_facts import BODY, DOCUMENT, KEY, delivery, with_members

from palomma.webhooks import MemoryInbox, Router, Webhook
from palomma.webhooks.__main__ import main


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALOMMA_INTEGRITY_KEY", KEY)


def lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\n" for name, value in headers.items()).encode()


def test_sign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`sign` writes the header lines of a body."""
    (tmp_path / "body.json").write_bytes(BODY)

    assert main(["sign", str(tmp_path / "body.json")]) == 0
    assert capsys.readouterr() == (lines(delivery()).decode(), "")


@pytest.mark.parametrize(
    "text",
    [
        lines(delivery()),
        lines(delivery()) + b"\n" + BODY,
        b"POST /webhooks HTTP/1.1\r\nHost: example.com:443\r\n"
        + lines(delivery()).replace(b"\n", b"\r\n")
        + b"\r\n"
        + BODY,
    ],
    ids=["headers", "headers and body", "a whole request"],
)
def test_verify(text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`verify` writes what a genuine delivery says."""
    (tmp_path / "delivery").write_bytes(text)

    assert main(["verify", str(tmp_path / "delivery")]) == 0
    assert capsys.readouterr().out == json.dumps(DOCUMENT, indent=2) + "\n"


def test_verify_reads_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Names are shown as people write them."""
    (tmp_path / "delivery").write_bytes(lines(delivery(with_members(event={"name": "Nuñez"}))))

    assert main(["verify", str(tmp_path / "delivery")]) == 0
    assert '"name": "Nuñez"' in capsys.readouterr().out


def test_another_body(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A body that is not what was signed is refused."""
    (tmp_path / "delivery").write_bytes(lines(delivery()) + b"\n" + with_members(webhookId="other"))

    assert main(["verify", str(tmp_path / "delivery")]) == 1
    assert capsys.readouterr().err.startswith("body_mismatch: ")


def test_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`verify` ends with 1 and the reason for what is not genuine, read from standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines(delivery(key="other")))))

    assert main(["verify"]) == 1
    assert capsys.readouterr().err.startswith("signature_mismatch: ")


def test_no_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Without a key in the environment it says where to put it; arguments would be seen by everybody."""
    monkeypatch.delenv("PALOMMA_INTEGRITY_KEY")
    (tmp_path / "empty").touch()
    with pytest.raises(SystemExit, match="2"):
        main(["sign", str(tmp_path / "empty")])

    assert "set PALOMMA_INTEGRITY_KEY" in capsys.readouterr().err


def test_as_a_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    """`python -m palomma.webhooks` is this command."""
    (tmp_path / "body.json").write_bytes(BODY)
    monkeypatch.setattr(sys, "argv", ["webhooks", "sign", str(tmp_path / "body.json")])
    monkeypatch.delitem(sys.modules, "palomma.webhooks.__main__")
    with pytest.raises(SystemExit, match="0"):
        runpy.run_module("palomma.webhooks", run_name="__main__")

    assert capsys.readouterr().out.encode() == lines(delivery())


def test_as_a_pipe() -> None:
    """What `sign` writes, `verify` reads, in real processes."""
    command = [sys.executable, "-m", "palomma.webhooks"]
    signed = subprocess.run([*command, "sign"], input=BODY, check=True, capture_output=True).stdout
    verified = subprocess.run([*command, "verify"], input=signed, check=True, capture_output=True).stdout

    assert json.loads(verified) == DOCUMENT


class Receiver(http.server.BaseHTTPRequestHandler):
    """Answers what a router says of a delivery."""

    router = Router(MemoryInbox())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, text = self.router.receive(Webhook(KEY), self.headers, body)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def receiver() -> Iterator[str]:
    """The URL of a receiver on loopback."""
    Receiver.router = Router(MemoryInbox())
    Receiver.router.on("payout-request.update")(lambda event: None)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("text", [lines(delivery()), lines(delivery()) + b"\n" + BODY], ids=["headers", "and body"])
def test_replay(text: bytes, tmp_path: Path, receiver: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A stored delivery is posted again, and the receiver handles it once."""
    (tmp_path / "delivery").write_bytes(b"POST /hook HTTP/1.1\r\nHost: example.com\r\n" + text)
    statuses = [main(["replay", str(tmp_path / "delivery"), "--to", receiver]) for _ in range(2)]

    assert statuses == [0, 0]
    name = DOCUMENT["webhookId"]
    assert capsys.readouterr().out == f"{name}: 200 handled\n{name}: 200 duplicate\n"


def test_replay_of_what_is_refused(tmp_path: Path, receiver: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Not posted if it isn't genuine; 1 if the receiver refuses it, or can't be reached."""
    (tmp_path / "forged").write_bytes(lines(delivery(key="other")))
    (tmp_path / "genuine").write_bytes(lines(delivery()))
    Receiver.router.handle(Webhook(KEY).verify(delivery(with_members(timestamp="another"))))
    commands = [("forged", receiver), ("genuine", receiver), ("genuine", "http://127.0.0.1:1/")]
    statuses = [main(["replay", str(tmp_path / name), "--to", url]) for name, url in commands]
    said = capsys.readouterr()

    assert (statuses, said.out) == ([1, 1, 1], f"{DOCUMENT['webhookId']}: 409 conflict\n")
    assert said.err.startswith("signature_mismatch: ") and "http://127.0.0.1:1/ gave no answer: " in said.err


def test_replay_needs_a_receiver(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says which argument is missing."""
    (tmp_path / "delivery").touch()
    with pytest.raises(SystemExit, match="2"):
        main(["replay", str(tmp_path / "delivery")])

    assert "replay needs --to URL" in capsys.readouterr().err
