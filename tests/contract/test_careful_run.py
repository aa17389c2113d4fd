"""The run against a sandbox sends what it announced, loses nothing, and shows nobody's data."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from hostile import DEVIATIONS, Hostile, Time

from contract import sandbox
from contract.mask import kept_headers, masked, shape_of
from contract.spec import SPEC
from palomma_mock import Mock, MockTransport, Settings, frozen_clock

START = 1_770_000_000.0
SERVERS = {each["x-environment"]: each["url"] for each in SPEC.document["servers"]}
SANDBOX, PRODUCTION = SERVERS["sandbox"], SERVERS["production"]
KEY = {"PALOMMA_API_KEY": "palomma-mock"}
CREATES = sum(operation.creates for operation in SPEC.operations.values())


class Counting(MockTransport):
    """The mock, and what it was asked."""

    def __init__(self) -> None:
        super().__init__(Mock(Settings(seed=1, auto_approve=True), frozen_clock(START)))
        self.asked: list[tuple[str, str, bytes, int]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.mock.advance(86_400)  # so that what was collected is settled in time
        response = super().handle_request(request)
        self.asked.append((request.method, str(request.url), request.content, response.status_code))
        return response


def careful(transport: httpx.BaseTransport, time: Time, folder: Path, production: bool = False) -> sandbox.Careful:
    """A run in no time."""
    plan = sandbox.plan_for(SANDBOX, KEY)
    mint = iter(f"contract-{number}" for number in range(99))
    return sandbox.careful_run(
        plan._replace(creates=[]) if production else plan,
        sandbox.Pace(now=lambda: time.now, sleep=time.sleep),
        mint=lambda: next(mint),
        now=transport.mock.clock.now if isinstance(transport, Counting) else lambda: START,
        transport=transport,
        archive=folder / "sandbox.har",
    )


def test_a_good_server_is_asked_for_what_was_announced(tmp_path: Path) -> None:
    """One create of each kind and reads, all valid and answered, two seconds apart; and nothing is found."""
    server, time = Counting(), Time()
    done = careful(server, time, tmp_path)

    assert (dict(done.findings), done.not_sent) == ({}, [])
    assert {200} == {status for *_, status in server.asked}
    assert sum(method == "POST" for method, *_ in server.asked) == CREATES
    assert len(server.asked) <= sandbox.plan_for(SANDBOX, KEY).total
    assert time.now - 1_000.0 == pytest.approx(2.0 * (len(server.asked) - 1))


def test_creates_carry_nobodys_data_and_no_sample_id(tmp_path: Path) -> None:
    """Addresses at example.com, numbers made up, and ids that this server gave."""
    server = Counting()
    careful(server, Time(), tmp_path)
    sent = b"".join(body for *_, body, _ in server.asked).decode()

    samples = set(re.findall("01HPR[0-9A-Z]{21}", json.dumps(SPEC.document)))
    assert [each for each in samples if each in sent] == []
    assert re.findall(r"[\w.-]+@(?!example\.com)", sent) == []
    assert "1037551022" not in sent


def test_a_hostile_server_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Thirty deviations at once: one run names them, ends in order, and shows none of what was planted."""
    time = Time()
    server = Hostile(time)
    monkeypatch.setattr(sandbox, "ARCHIVE", tmp_path / "sandbox.har")

    pace = sandbox.Pace(now=lambda: time.now, sleep=time.sleep)
    assert sandbox.main(SANDBOX, KEY, pace, server) == 1

    said = capsys.readouterr().out
    assert [each for each in DEVIATIONS if each not in said] == []
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert {path.name for path in tmp_path.iterdir()} == {"sandbox.har", "drift.md", "drift.diff"}
    assert len(server.canaries) >= 40
    assert [each for each in [*server.canaries, "palomma-mock"] if each in said + written] == []
    assert sum(method == "POST" for method, *_ in server.requests) == CREATES


SECRET = "4111222233334444"
WHOLE = b'{"id": "x1", "name": "%s", "items": []}' % SECRET.encode()
# Answers that aren't what they say, or that a reader of JSON chokes on: headers, and the body.
ODD: tuple[tuple[dict[str, str], bytes], ...] = (
    ({"X-Large": "a" * 1_000_000}, WHOLE),
    ({"Content-Encoding": "gzip"}, WHOLE),
    ({"Content-Length": "999999"}, WHOLE),
    ({"Location": "http://localhost:PORT/"}, b""),
    ({}, b'{"items": [{"id": "a", "amount": NaN, "fee": -Infinity}], "count": 1e999}'),
    ({}, b"[" * 100_000 + b"]" * 100_000),
    ({}, b'{"id":' * 900 + b"1" + b"}" * 900),
    ({}, b'{"id": "a", "id": 5, "items": [], "items": {"id": "%s"}}' % SECRET.encode()),
    ({}, b'{"id": "\\ud800", "items": [{"id": "\\udfff"}], "cursor": "\\ud800"}'),
    ({}, b"\xef\xbb\xbf" + WHOLE),
    ({}, WHOLE.decode().encode("utf-16")),
    ({}, b'{"amount": 1' + b"0" * 5_000 + b"}"),
    ({}, b'{"%s": 1, "items": [1, null, [], {"id": null}, {"id": true}, {"id": "../x?y#z"}]}' % SECRET.encode()),
)


@contextmanager
def served(answers: tuple[tuple[dict[str, str], bytes], ...], seen: list[str]) -> Iterator[int]:
    """A server on this machine that gives these answers one after the other; the keys that it is shown."""
    turns = itertools.cycle(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers, body = next(turns)
            self.send_response(307 if "Location" in headers else 200)
            usual = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
            for name, value in {**usual, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("first", range(0, len(ODD), 4))
def test_odd_answers_end_nothing(first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Whatever is answered, all that was sent is in the archive, no other host is asked, and no value is shown."""
    monkeypatch.setattr(sandbox, "ARCHIVE", tmp_path / "sandbox.har")
    seen, strayed, time = list[str](), list[str](), Time()
    with served((({}, b"{}"),), strayed) as other:
        odd = tuple(({k: v.replace("PORT", str(other)) for k, v in headers.items()}, body) for headers, body in ODD)
        with served((*odd[first:], *odd[:first]), seen) as port:
            pace = sandbox.Pace(now=lambda: time.now, sleep=time.sleep)
            assert sandbox.main(f"http://127.0.0.1:{port}/v0", KEY, pace) == 1

    text = "".join(path.read_text() for path in tmp_path.iterdir()) + capsys.readouterr().out
    entries = json.loads((tmp_path / "sandbox.har").read_text())["log"]["entries"]
    assert (strayed, set(seen)) == ([], {f"Bearer {KEY['PALOMMA_API_KEY']}"})
    assert len(seen) >= 2 * len(ODD) and len(entries) >= len(seen)
    assert [each for each in (SECRET, KEY["PALOMMA_API_KEY"]) if each in text] == []


def test_the_run_slows_down_after_429(tmp_path: Path) -> None:
    """It waits as long as it is told, halves its pace, and asks once more."""
    server, time = Counting(), Time()
    server.mock.fail_next("rate_limited", operation=next(iter(SPEC.operations)), retry_after=90)
    done = careful(server, time, tmp_path)

    assert 429 in [each["response"].status for each in done.entries]
    assert time.now - 1_000.0 > 90 + 2 * len(server.asked)


def test_production_is_only_read(tmp_path: Path) -> None:
    """ALLOW_PRODUCTION=yes allows reads, and no create."""
    server = Counting()
    done = careful(server, Time(), tmp_path, production=True)

    assert sandbox.plan_for(PRODUCTION, KEY | {"ALLOW_PRODUCTION": "yes"}).creates == []
    assert {"GET"} == {method for method, *_ in server.asked}
    assert done.sent["create"] == 0


@pytest.mark.parametrize(
    ("base_url", "env", "reason"),
    [
        (SANDBOX, {}, "PALOMMA_API_KEY"),
        (SANDBOX, {"PALOMMA_API_KEY": ""}, "PALOMMA_API_KEY"),
        (SANDBOX.replace("https", "http"), KEY, "unencrypted"),
        (PRODUCTION, KEY, "not the sandbox"),
        (PRODUCTION, KEY | {"ALLOW_PRODUCTION": "1"}, "not the sandbox"),
        (SANDBOX.replace("/v0", ".example/v0"), KEY, "not the sandbox"),
        (SANDBOX.replace("/v0", "@prod.example/v0"), KEY, "not the sandbox"),
    ],
)
def test_a_server_that_is_no_sandbox_is_refused(base_url: str, env: dict[str, str], reason: str, capsys: Any) -> None:
    """Whatever isn't known to be a sandbox is taken for production; nothing is sent."""
    assert sandbox.main(base_url, env) == 2
    assert re.match(f"refused: .*{reason}", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (httpx.Response(404, html="<h1>no</h1>"), "is the base URL right"),
        (httpx.Response(200, html="<h1>hello</h1>"), "is the base URL right"),
        (httpx.Response(401, json={"message": "no"}), "the key is not one of this server"),
        (httpx.ConnectError("refused"), "No request was answered"),
    ],
)
def test_a_wrong_server_is_recognised(
    answer: Any, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """Where nothing speaks this API the report says so, instead of hundreds of differences."""

    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    time = Time()
    monkeypatch.setattr(sandbox, "ARCHIVE", tmp_path / "sandbox.har")
    sandbox.main(SANDBOX, KEY, sandbox.Pace(now=lambda: time.now, sleep=time.sleep), httpx.MockTransport(handle))

    assert verdict in capsys.readouterr().out


def test_an_archive_is_a_har_and_survives_an_interrupt(tmp_path: Path) -> None:
    """What was done until then is there, with every field that a reader of HAR needs."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise KeyboardInterrupt
        return httpx.Response(200, json={"items": []})

    with pytest.raises(KeyboardInterrupt):
        careful(httpx.MockTransport(handle), Time(), tmp_path)

    entries = json.loads((tmp_path / "sandbox.har").read_text())["log"]["entries"]
    assert entries
    needed = {"startedDateTime", "time", "request", "response", "timings"}
    assert all(needed <= each.keys() and "httpVersion" in each["request"] for each in entries)


def test_what_nobody_knows_is_masked_and_its_shape_shown() -> None:
    """Types and shapes stay; values stay only where the contract knows them and they say nothing about a person."""
    schema = {"$ref": "#/components/schemas/Customer"}
    body = {
        "documentType": "cc", "documentNumber": "1037551022", "name": "Ana Gómez", "createdAt": "2026-02-01T10:00:00Z",
        "score": 7, "vip": True, "extra": {"card": "4111 1111"}, "ana@example.com": "x",
    }  # fmt: skip

    assert masked(SPEC, schema, body) == {
        "documentType": "cc", "documentNumber": "9999999999", "name": "Aaa Aaaaa", "createdAt": "2026-02-01T10:00:00Z",
        "score": 0, "vip": True, "extra": {"card": "9999 9999"}, "aaa@aaaaaaa.aaa": "a",
    }  # fmt: skip
    assert shape_of("x" * 50) == "a" * 40 + "…"
    headers = {
        "Content-Type": "text/html; x=secret",
        "Retry-After": "5",
        "Location": "https://b.example/?k=secret",
        "X-A": "secret",
    }
    kept = {"Content-Type": "text/html", "Retry-After": "5", "Location": "another host", "X-A": "***"}
    assert kept_headers(headers, "a.example") == kept
