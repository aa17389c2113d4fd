"""The daily commands: find, wait, doctor, webhooks, trigger. All but `trigger`, which asks a mock, only read."""

from __future__ import annotations

import os
import platform
import re
import ssl
import sys
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from palomma import _errors as errors
from palomma._reference import mint_reference
from palomma_api.client import operation, operations
from palomma_api.runtime.calls import Operation

from ._operations import rows_of
from ._session import Session, code_of, stop, worst

__all__ = ["doctor", "find", "listen", "replay", "sign", "trigger", "verify", "wait"]

SKEW = 300.0
"""Seconds by which the clocks may differ: a client's `max_skew`."""


def _all() -> list[Operation[Any]]:
    return [operation(id) for id in operations()]


def find(session: Session, reference: str) -> int:
    """Write every object that was created with a reference. Return 5 if there is none, 3 if none is certain."""
    codes, count = [0], 0

    def found() -> Iterator[dict[str, Any]]:
        nonlocal count
        for create in (each for each in _all() if each.look_up):
            try:
                thing = client._find(create, reference)
            except errors.OutcomeUnknownError as error:  # several, or rewritten
                session.tell("plain", text=error)
                codes.append(3)
                continue
            if thing is not None:
                count += 1
                yield {"resource": create.name.partition(".")[0], **next(rows_of(thing))}

    with session.client() as client:
        session.write(found())
    return worst(codes) or (0 if count else 5)


def wait(session: Session, id: str, *, until: str | None = None, seconds: float = 60.0) -> int:
    """Wait until an object of any kind is in a final state, or in `until`, and write it."""
    with session.client() as client:
        for read in (each for each in _all() if each.read_by and each.final):
            call = read.call(id)
            try:
                client._send(call)
            except errors.NotFoundError:
                continue
            try:
                session.write(rows_of(client._wait(call, until, seconds, 1.0)), one=True)
            except errors.WaitTimeoutError as error:
                session.write(rows_of(error.last), one=True)
                raise
            return 0
    return stop(5, "nothing_found", name=id)


def doctor(session: Session) -> int:
    """Check key, host, clock, look-up and versions. Only reads are sent. Return the code of what is wrong."""
    codes: list[int] = []

    def check(name: str, code: int, detail: object) -> dict[str, Any]:
        codes.append(code)
        return {"check": name, "result": session.word("ok" if code == 0 else "bad"), "detail": str(detail)}

    def checks() -> Iterator[dict[str, Any]]:
        options = client._exchange.options
        yield check("environment", 0, f"{session.environment}: {options.base_url}")
        yield check("proxy", 0, options.proxy or "-")
        yield check("tls", 0, ssl.OPENSSL_VERSION if urlsplit(options.base_url).scheme == "https" else "-")
        try:
            read = next(each for each in _all() if each.read_by and len(each.parameters) == 1)
            client._send(read.call(mint_reference()))
        except errors.NotFoundError as error:  # as it must be: nothing has this id
            yield check("key", 0, session.profile.key_variable)
            said = error.headers.get("date")
            skew = (datetime.now(UTC) - parsedate_to_datetime(said)).total_seconds() if said else 0.0
            yield check("clock", int(abs(skew) > SKEW), f"{skew:+.0f} s")
        except errors.PalommaError as error:
            yield check("key" if code_of(error) == 4 else "host", code_of(error), error)
            return
        yield check("filter", *_filters(client))

    with session.client() as client:
        session.write(checks())
    versions = [f"{package} {version(package)}" for package in ("palomma", "httpx", "h11", "cyclopts")]
    session.tell("plain", text=", ".join([*versions, f"Python {platform.python_version()}"]))
    return worst(codes)


def _filters(client: Any) -> tuple[int, str]:
    """Say whether lists are filtered by reference, which looking up is quicker by."""
    for look_up in (each.look_up for each in _all() if each.look_up):
        whole = operation(look_up.list)
        if len(client._send(whole.call())):
            some = client._send(whole.call(**{look_up.argument: mint_reference()}))
            return (1, f"{look_up.list}: ignored") if len(some) else (0, f"{look_up.list}: filters")
    return 0, "nothing to filter"


def sign(session: Session, file: Path) -> int:
    """Write the headers that Palomma would send with a body, as `curl -H @file` takes them."""
    from palomma.webhooks import sign as headers

    for name, value in headers(_raw(file), _integrity_key()).items():
        print(f"{name}: {value}")
    return 0


def verify(session: Session, file: Path) -> int:
    """Verify a delivery, and write what it says."""
    session.write([_delivery(file)[0].raw], one=True)
    return 0


def replay(session: Session, file: Path, *, to: str) -> int:
    """Verify a delivery and post it to a receiver, as Palomma would. Return 1 if it isn't answered with a 2xx."""
    event, headers, body = _delivery(file)
    status, answer = _passed_on(to, headers, body)
    session.write([{"webhookId": event.webhook_id, "status": status, "answer": answer}], one=True)
    return int(not 200 <= status < 300)


def _delivery(file: Path) -> tuple[Any, list[tuple[str, str]], bytes]:
    """Return the event, the headers and the body of a file: header lines, then perhaps an empty line and the body."""
    from palomma.webhooks import Webhook

    head, body, *_ = [*re.split(rb"\r?\n\r?\n", _raw(file), maxsplit=1), b""]
    parts = [line.partition(":") for line in head.decode("latin-1").split("\n")]
    headers = [(name.strip(), value.strip()) for name, _, value in parts]
    return Webhook(_integrity_key()).verify(headers, body or None), headers, body


def _raw(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _integrity_key() -> str:
    key = os.environ.get("PALOMMA_INTEGRITY_KEY")
    return key if key else stop(4, "no_key", name="PALOMMA_INTEGRITY_KEY")


def listen(session: Session, *, port: int = 8081, to: str | None = None, count: int | None = None) -> int:
    """Write every webhook that comes to a port of this machine, and pass it on. Ends after `count`, or by Ctrl-C."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    from palomma.webhooks import Webhook

    webhook = Webhook(_integrity_key())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = list(self.headers.items())
            try:
                event = webhook.verify(headers, body or None)
            except errors.PalommaError as error:
                session.tell("plain", text=error)
                self.send_response(400)
            else:
                session.write([{"received": datetime.now(UTC).isoformat(timespec="seconds"), **event.raw}])
                self.send_response(_passed_on(to, headers, body)[0] if to else 200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what came is written already."""

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        session.tell("listening", port=server.server_address[1])
        while count is None or count > 0:
            server.handle_request()
            count = count and count - 1
    return 0


def _passed_on(to: str, headers: list[tuple[str, str]], body: bytes) -> tuple[int, str]:
    """Post a verified delivery. Return the status and the beginning of the answer; 502 and why if none came."""
    import httpx

    sent = {name.lower(): value for name, value in headers if name.lower().startswith(("x-", "content-type"))}
    try:
        answer = httpx.post(to, headers=sent, content=body or b64decode(sent["x-encoded-data"]), timeout=30.0)
    except httpx.HTTPError as error:
        return 502, f"{to} gave no answer: {type(error).__name__}"
    return answer.status_code, answer.text[:200]


def trigger(session: Session, event: str, *, id: str | None = None, verdict: str = "approve") -> int:
    """Have the mock send an event: of an object that is decided now (`id`), or of the latest as it is."""
    import httpx

    url = urlsplit(session.base_url or stop(2, "mock_only"))
    path, asked = ("trigger", {"event": event}) if id is None else ("decide", {"id": id, "verdict": verdict})
    answer = httpx.post(f"{url.scheme}://{url.netloc}/_mock/{path}", json=asked)
    if id is None and answer.status_code == 404 and "no such" in answer.text:
        stop(5, "no_event", name=event)
    if answer.status_code >= 400:
        stop(1, "mock_says", text=answer.text[:200])
    return 0
