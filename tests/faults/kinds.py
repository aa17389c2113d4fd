"""The kinds of fault, and for each the row of the decision table that a read and a create must end in."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

import trustme

from .server import Connection, Received, answer, obedient, told

__all__ = ["KINDS", "Kind", "Row", "trusting"]

RETURNS = "returns"
REFUSED, LOST, UNKNOWN = "NotSentError", "ResponseError", "OutcomeUnknownError"


@dataclass(frozen=True)
class Row:
    """The expected outcome and number of attempts (at most one retry) of a read and of a create."""

    get: str
    get_attempts: int
    post: str
    post_attempts: int


def _both(outcome: str, attempts: int = 1) -> Row:
    return Row(outcome, attempts, outcome, attempts)


FINE = _both(RETURNS)
NOT_SENT = _both(REFUSED, 2)
NOT_SENT_LASTING = _both(REFUSED)  # also: the deadline left no time for another attempt
CUT_OFF = Row(LOST, 2, UNKNOWN, 1)
HANGS = Row(LOST, 1, UNKNOWN, 1)
UNREADABLE = Row(LOST, 1, UNKNOWN, 1)
BROKEN = Row("ServerError", 2, UNKNOWN, 1)


@dataclass(frozen=True)
class Kind:
    behave: Callable[[Connection], object]
    row: Row
    timeout: float = 5.0
    tls: bool = False
    """The client speaks TLS, and trusts the authority of these tests."""
    proxy: bool = False
    """The server is the client's proxy."""
    warm: bool = False
    """A read went well on the connection before."""
    listening: bool = True
    swallowing: bool = False
    sent: bool = True
    """Whether a byte of the request is meant to reach the server."""


SHORT = 0.8
_OK = b'{"id": "01HPR9B3N7Q2W5Y8A1C4E6G9J0", "status": "processing"}'

# --- certificates


# Made before the threads start: a cache would give each of them another one.
_AUTHORITY = trustme.CA()


def trusting() -> ssl.SSLContext:
    """What the client trusts in these tests."""
    context = ssl.create_default_context()
    _AUTHORITY.configure_trust(context)
    return context


@cache
def _server_side(fault: str = "") -> ssl.SSLContext:
    authority = trustme.CA() if fault == "unknown authority" else _AUTHORITY
    expiry = datetime.now(UTC) - timedelta(days=1) if fault == "expired" else None
    name = "elsewhere.example" if fault == "wrong host" else "127.0.0.1"
    certificate = authority.issue_cert(name, "api.palomma.test", not_after=expiry) if name == "127.0.0.1" else (
        authority.issue_cert(name)
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    if fault == "client certificate":
        context.verify_mode = ssl.CERT_REQUIRED
        _AUTHORITY.configure_trust(context)
    return context


# --- behaviours, made of few words

Behaviour = Callable[[Connection], object]


def _read(then: Callable[[Connection, Received], object]) -> Behaviour:
    """Read each request of a connection, then do."""

    def behave(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            then(connection, request)

    return behave


def _raw(data: bytes, end: Callable[[Connection], object] = Connection.finish) -> Behaviour:
    """Read one request, send these bytes, end."""

    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(data)
        end(connection)

    return behave


def _body(body: bytes, status: str = "200 OK", *headers: str) -> Behaviour:
    return _read(lambda connection, request: connection.send(answer(body, status, *headers)))


def _tell(*headers: str, status: str = "200 OK", **members: object) -> Behaviour:
    return _read(lambda connection, request: connection.send(answer(told(request, **members), status, *headers)))


def _head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines]).encode("latin-1") + b"\r\n\r\n"


def _fault(status: str, *headers: str) -> Behaviour:
    return _body(b'{"message": "no"}', status, *headers)


def _html(status: str) -> Behaviour:
    return _body(b"<html><h1>Bad gateway</h1></html>", status, "Content-Type: text/html")


def _without_reading(end: Callable[[Connection], object]) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.arrived()
        end(connection)

    return behave


def _for_ever(start: bytes, more: bytes, pause: float = 0.002) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(start)
        while not connection.server.stopped.wait(pause):
            connection.send(more)

    return behave


def _dripping(pause: float) -> Behaviour:
    return _read(lambda connection, request: connection.drip(answer(told(request)), pause))


def _chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


def _told_in_chunks(body: bytes) -> bytes:
    return _head("Transfer-Encoding: chunked") + _chunked(body[:7], body[7:]) + b"0\r\n\r\n"


def _in_chunks(connection: Connection, request: Received) -> None:
    connection.send(_told_in_chunks(told(request)))


def _floods(connection: Connection) -> None:
    connection.request()
    connection.send(_head("Transfer-Encoding: chunked"))
    chunk = _chunked(b" " * 500_000)
    while not connection.server.stopped.is_set():
        connection.send(chunk)


def _retry_on(date: timedelta) -> Behaviour:
    def then(connection: Connection, request: Received) -> None:
        moment = format_datetime(datetime.now(UTC) + date, usegmt=True)
        connection.send(answer(b"{}", "429 Too Many Requests", f"Retry-After: {moment}"))

    return _read(then)


def _moved(status: str) -> Behaviour:
    def then(connection: Connection, request: Received) -> None:
        connection.send(answer(b"", status, f"Location: {request.target}"))

    return _read(then)


def _lying(by: int, end: Callable[[Connection], object] = Connection.finish) -> Behaviour:
    def behave(connection: Connection) -> None:
        request = connection.request()
        assert request is not None
        body = told(request)
        connection.send(answer(body, length=len(body) + by))
        end(connection)

    return behave


def _more_than_told(connection: Connection, request: Received) -> None:
    connection.send(answer(told(request)) + b"\r\nand more")


# --- after a first, good answer on the same connection


def _after_a_good_one(then: Callable[[Connection, Received], object]) -> Behaviour:
    """The first connection answers once, then does `then`; the others are good."""

    def behave(connection: Connection) -> None:
        if connection.index:
            obedient(connection)
            return
        request = connection.request()
        assert request is not None
        then(connection, request)

    return behave


def _closes_when_idle(end: Callable[[Connection], object]) -> Callable[[Connection, Received], None]:
    def then(connection: Connection, request: Received) -> None:
        connection.send(answer(told(request)))
        end(connection)
        connection.server.idle_closed.set()

    return then


def _closes_on_the_next(connection: Connection, request: Received) -> None:
    connection.send(answer(told(request)))
    connection.server.idle_closed.set()
    connection.request()
    connection.finish()


LEFT_OVER = json.dumps({"id": "01LEFTOVER", "status": "approved"}).encode()


def _left_over(*answers: Callable[[bytes], bytes], body: bytes = LEFT_OVER) -> Callable[[Connection, Received], None]:
    """The first answer is the call's, the second nobody's. They come in one packet; over TLS, a record each."""
    first, second = answers or (answer, answer)

    def then(connection: Connection, request: Received) -> None:
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        connection.send(first(told(request)), second(body or told(request)))
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        connection.server.idle_closed.set()
        connection.request()
        connection.gone()

    return then


def _two_the_second_later(connection: Connection, request: Received) -> None:
    connection.send(answer(told(request)))
    connection.send(answer(LEFT_OVER))
    connection.server.idle_closed.set()
    connection.gone()


def _two_the_second_cut(connection: Connection, request: Received) -> None:
    """The second one's beginning comes with the first answer, its rest after the next request."""
    whole = answer(LEFT_OVER)
    connection.send(answer(told(request)) + whole[:20])
    connection.server.idle_closed.set()
    connection.request()
    connection.send(whole[20:])
    connection.gone()


# Ends of an answer that are not looked for in vain only by who parses it: what comes after is nobody's.
def _ended(end: bytes) -> Callable[[bytes], bytes]:
    return lambda body: _head("Transfer-Encoding: chunked") + _chunked(body) + end


def _lines_without_cr(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(body) + body


def _blank_lines_within(body: bytes) -> bytes:
    """The body seems to begin later, by as much as an extra answer is long."""
    return answer(b" " * len(answer(LEFT_OVER)) + b"\r\n\r\n" + body)


ENDS: dict[str, Callable[[bytes], bytes]] = {
    "a length": answer,
    "chunks": _told_in_chunks,
    "a chunk extension": _ended(b"0;x=y\r\n\r\n"),
    "a quoted chunk extension": _ended(b'0;x="y"\r\n\r\n'),
    "a trailer": _ended(b"0\r\nX-Checksum: 1\r\n\r\n"),
    "a size with a space": _ended(b"0 \r\n\r\n"),
    "a size of zeros": _ended(b"0000\r\n\r\n"),
    "bare line feeds": _lines_without_cr,
    "blank lines in the body": _blank_lines_within,
    "HTTP/1.0": lambda body: answer(body, "200 OK", "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "a flood of 1xx": lambda body: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 1000 + answer(body),
    "a length and chunks": lambda body: _ended(b"0\r\n\r\n")(body).replace(b"\r\n", b"\r\nContent-Length: 5\r\n", 1),
}
EXTRAS = {
    "another's": lambda: answer(LEFT_OVER),
    "a 429": lambda: answer(b"{}", "429 Too Many Requests"),
    "a 100": lambda: b"HTTP/1.1 100 Continue\r\n\r\n",
    "a line end": lambda: b"\r\n",
}


def _extra(first: Callable[[bytes], bytes], second: Callable[[], bytes]) -> Behaviour:
    """A good answer, and more in the same packet or TLS record."""

    def then(connection: Connection, request: Received) -> None:
        connection.send(first(told(request)) + second())
        connection.server.idle_closed.set()
        connection.request()
        connection.gone()

    return _after_a_good_one(then)


def _closed_with(extra: Callable[[], bytes], version: bytes = b"1.1") -> Behaviour:
    """A body that ends where the connection does, and holds another answer."""
    return _raw(b"HTTP/" + version + b" 200 OK\r\n\r\n" + _OK + extra())


# --- TLS


def _tls(then: Behaviour, fault: str = "") -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.start_tls(_server_side(fault))
        then(connection)

    return behave


def _plain(then: Behaviour) -> Behaviour:
    return then


def _hello(end: Callable[[Connection], object]) -> Behaviour:
    """Read the client's hello, no more."""

    def behave(connection: Connection) -> None:
        connection.sock.recv(65536)
        end(connection)

    return behave


def _slow_handshake(connection: Connection) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    side = _server_side().wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(connection.sock.recv(65536))
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        connection.drip(outgoing.read(), 0.05)


def _garbage_in_tls(connection: Connection) -> None:
    connection.request()
    raw = connection.sock.detach()
    plain = connection.server.adopt(socket.socket(fileno=raw))
    plain.sendall(b"this is no TLS record at all, whatever key it is read with")
    plain.shutdown(socket.SHUT_WR)


# --- proxies


def _connect(then: Behaviour, status: str = "200 Connection established") -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(f"HTTP/1.1 {status}\r\n\r\n".encode())
        then(connection)

    return behave


def _no_connect(status: str) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(answer(b"denied", status))
        connection.finish()

    return behave


def _connect_raw(data: bytes, end: Callable[[Connection], object]) -> Behaviour:
    def behave(connection: Connection) -> None:
        connection.request()
        connection.send(data)
        end(connection)

    return behave


def _tunnel(then: Behaviour, fault: str = "") -> Behaviour:
    return _connect(_tls(then, fault))


def _rejected(outcome: str) -> Row:
    return _both(outcome)


_BOMB = gzip.compress(b"\0" * 30_000_000)
_DEEP = b'{"id": "1", "status": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
_LONG = b'{"id": "1", "status": "x", "amount": ' + b"9" * 5000 + b"}"
_TWICE = b'{"id": "0", "id": "01HPR9B3N7Q2W5Y8A1C4E6G9J0", "status": "x", "status": "processing"}'

KINDS: dict[str, Kind] = {
    # the connection
    "refuse": Kind(obedient, NOT_SENT, listening=False, sent=False),
    "black hole: no SYN answered": Kind(obedient, NOT_SENT_LASTING, SHORT, swallowing=True, sent=False),
    "black hole: never answers": Kind(_read(lambda connection, request: connection.gone()), HANGS, SHORT),
    "RST before reading": Kind(_without_reading(Connection.reset), CUT_OFF),
    "FIN before reading": Kind(_without_reading(Connection.finish), CUT_OFF),
    "RST after reading": Kind(_raw(b"", Connection.reset), CUT_OFF),
    "FIN after reading": Kind(_raw(b""), CUT_OFF),
    "never reads, never answers": Kind(_without_reading(lambda c: c.server.stopped.wait()), HANGS, SHORT),
    # the head
    "half a status line, FIN": Kind(_raw(b"HTTP/1.1 20"), CUT_OFF),
    "half a status line, RST": Kind(_raw(b"HTTP/1.1 20", Connection.reset), CUT_OFF),
    "half a status line, stall": Kind(_raw(b"HTTP/1.1 20", Connection.gone), HANGS, SHORT),
    "half a head, FIN": Kind(_raw(b"HTTP/1.1 200 OK\r\nContent-Le"), CUT_OFF),
    "half a head, stall": Kind(_raw(b"HTTP/1.1 200 OK\r\nContent-Le", Connection.gone), HANGS, SHORT),
    "slow head": Kind(_for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05), HANGS, SHORT),
    "endless 1xx": Kind(_for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), HANGS, SHORT),
    "endless headers": Kind(_for_ever(b"HTTP/1.1 200 OK\r\n", b"X-More: %s\r\n" % (b"x" * 4000)), CUT_OFF),
    "one endless header": Kind(_for_ever(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 9000), CUT_OFF),
    "a few 1xx first": Kind(_read(lambda c, r: c.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3, answer(told(r)))), FINE),
    "no HTTP at all": Kind(_raw(b"220 mail.example ESMTP\r\n"), CUT_OFF),
    "HTTP/2 on HTTP/1.1": Kind(_raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80"), CUT_OFF),
    "status 99999": Kind(_raw(b"HTTP/1.1 99999 What\r\n\r\n"), CUT_OFF),
    "status of letters": Kind(_raw(b"HTTP/1.1 abc OK\r\n\r\n"), CUT_OFF),
    "101 unasked": Kind(_raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), CUT_OFF),
    "NUL in a header": Kind(_raw(_head("X: a\0b", "Content-Length: 2") + b"{}"), CUT_OFF),
    "HTTP/1.0": Kind(_raw(b"HTTP/1.0 200 OK\r\n\r\n" + _OK), FINE),
    "headers that aren't ASCII": Kind(_tell("X-Náme: ñandú", "X-Path: \xff\xfe"), CUT_OFF),
    "header values that aren't ASCII": Kind(_tell("X-Name: ñandú", "X-Path: \xff\xfe"), FINE),
    # the body's length
    "half a body, FIN": Kind(_lying(+20), CUT_OFF),
    "half a body, RST": Kind(_lying(+20, Connection.reset), CUT_OFF),
    "stalled body": Kind(_lying(+20, Connection.gone), HANGS, SHORT),
    "length too short": Kind(_lying(-10), UNREADABLE),
    "length too long": Kind(_lying(+1), CUT_OFF),
    "bytes after the body": Kind(_read(_more_than_told), FINE),
    "two lengths": Kind(_raw(_head("Content-Length: 2", "Content-Length: 3") + b"{}"), CUT_OFF),
    "length of letters": Kind(_raw(_head("Content-Length: many") + b"{}"), CUT_OFF),
    "negative length": Kind(_raw(_head("Content-Length: -2") + b"{}"), CUT_OFF),
    "chunks": Kind(_read(_in_chunks), FINE),
    "chunks, cut": Kind(_raw(_head("Transfer-Encoding: chunked") + _chunked(_OK)[:-20]), CUT_OFF),
    "chunks without an end": Kind(_raw(_head("Transfer-Encoding: chunked") + _chunked(_OK)), CUT_OFF),
    "chunk of no size": Kind(_raw(_head("Transfer-Encoding: chunked") + b"xyz\r\n" + _OK), CUT_OFF),
    "unknown transfer coding": Kind(_raw(_head("Transfer-Encoding: br") + _OK), CUT_OFF),
    "no length, closed": Kind(_raw(_head() + _OK), FINE),
    "slow body, one byte at a time": Kind(_dripping(0.002), FINE),
    "too slow a body, one byte at a time": Kind(_dripping(0.05), HANGS, SHORT),
    "13 MB": Kind(_body(b'{"id": "' + b"x" * 13_000_000 + b'"}'), UNREADABLE, 10.0),
    "endless body": Kind(_floods, UNREADABLE, 10.0),
    # the body's coding
    "gzip unasked": Kind(_body(gzip.compress(_OK), "200 OK", "Content-Encoding: gzip"), UNREADABLE),
    "broken gzip unasked": Kind(_body(gzip.compress(_OK)[:-9], "200 OK", "Content-Encoding: gzip"), UNREADABLE),
    "gzip bomb": Kind(_body(_BOMB, "200 OK", "Content-Encoding: gzip"), UNREADABLE),
    "gzip in name only": Kind(_tell("Content-Encoding: gzip"), FINE),
    "invalid UTF-8": Kind(_body(b'{"id": "1", "status": "\xff\xfe"}'), UNREADABLE),
    "UTF-16": Kind(_body(_OK.decode().encode("utf-16")), FINE),
    "a byte order mark": Kind(_body(b"\xef\xbb\xbf" + _OK), FINE),
    # the body's shape
    "HTML with 200": Kind(_html("200 OK"), UNREADABLE),
    "empty 200": Kind(_body(b""), UNREADABLE),
    "204": Kind(_raw(b"HTTP/1.1 204 No Content\r\n\r\n"), UNREADABLE),
    "a list": Kind(_body(b"[" + _OK + b"]"), UNREADABLE),
    "null": Kind(_body(b"null"), UNREADABLE),
    "a string": Kind(_body(b'"created"'), UNREADABLE),
    "a number": Kind(_body(b"42"), UNREADABLE),
    "an empty object": Kind(_body(b"{}"), UNREADABLE),
    "another object": Kind(_body(b'{"data": ' + _OK + b"}"), UNREADABLE),
    "without an id": Kind(_tell(id=None), UNREADABLE),
    "an id that's a number": Kind(_tell(id=5), UNREADABLE),
    "without a status": Kind(_body(b'{"id": "1"}'), UNREADABLE),
    "a status that's null": Kind(_body(b'{"id": "1", "status": null}'), UNREADABLE),
    "nested 100,000 deep": Kind(_body(_DEEP), UNREADABLE),
    "5,000 digits": Kind(_body(_LONG), UNREADABLE),
    "NaN": Kind(_body(_OK[:-1] + b', "amount": NaN, "fee": -Infinity}'), FINE),
    "members twice": Kind(_body(_TWICE), FINE),
    "JSON and more": Kind(_body(_OK + _OK), UNREADABLE),
    "an unknown status": Kind(_body(_OK.replace(b"processing", b"__new__")), FINE),
    "unknown members": Kind(_tell(surprise={"a": [1, 2]}), FINE),
    "odd dates": Kind(_tell(createdAt="yesterday", updatedAt=7), FINE),
    "201": Kind(_tell(status="201 Created"), FINE),
    "202": Kind(_tell(status="202 Accepted"), FINE),
    "another amount": Kind(_tell(amount=7), Row(RETURNS, 1, UNKNOWN, 1)),
    "another target": Kind(_tell(payoutTargetId="01ANOTHER"), Row(RETURNS, 1, UNKNOWN, 1)),
    "another id": Kind(_tell(id="1"), Row(LOST, 1, RETURNS, 1)),
    "another reference": Kind(_tell(reference="order-of-another"), Row(RETURNS, 1, UNKNOWN, 1)),
    "no reference": Kind(_tell(reference=None), FINE),
    "an empty reference": Kind(_tell(reference=""), FINE),
    "a reference that's a number": Kind(_tell(reference=7), FINE),
    # statuses: rejected
    "400": Kind(_fault("400 Bad Request"), _rejected("BadRequestError")),
    "401": Kind(_fault("401 Unauthorized"), _rejected("AuthenticationError")),
    "403": Kind(_fault("403 Forbidden"), _rejected("PermissionDeniedError")),
    "404": Kind(_fault("404 Not Found"), _rejected("NotFoundError")),
    "405": Kind(_fault("405 Method Not Allowed"), _rejected("APIError")),
    "406": Kind(_fault("406 Not Acceptable"), _rejected("APIError")),
    "409": Kind(_fault("409 Conflict"), _rejected("ConflictError")),
    "411": Kind(_fault("411 Length Required"), _rejected("APIError")),
    "413": Kind(_fault("413 Content Too Large"), _rejected("APIError")),
    "414": Kind(_fault("414 URI Too Long"), _rejected("APIError")),
    "415": Kind(_fault("415 Unsupported Media Type"), _rejected("APIError")),
    "422": Kind(_fault("422 Unprocessable"), _rejected("BadRequestError")),
    "431": Kind(_fault("431 Too Large"), _rejected("APIError")),
    "400 in HTML": Kind(_html("400 Bad Request"), _rejected("BadRequestError")),
    # statuses: again, on a fresh connection
    "421": Kind(_fault("421 Misdirected Request"), _both("APIError", 2)),
    "425": Kind(_fault("425 Too Early"), _both("APIError", 2)),
    "429 without a hint": Kind(_fault("429 Too Many Requests"), _both("RateLimitError", 2)),
    "429 seconds": Kind(_fault("429 Too Many Requests", "Retry-After: 1"), _both("RateLimitError", 2)),
    "429 date": Kind(_retry_on(timedelta(seconds=1)), _both("RateLimitError", 2)),
    "429 date gone by": Kind(_retry_on(timedelta(days=-1)), _both("RateLimitError", 2)),
    "429 garbage": Kind(_fault("429 Too Many Requests", "Retry-After: soon"), _both("RateLimitError", 2)),
    "429 negative": Kind(_fault("429 Too Many Requests", "Retry-After: -5"), _both("RateLimitError", 2)),
    "429 beyond the deadline": Kind(_fault("429 Too Many Requests", "Retry-After: 60"), _both("RateLimitError")),
    "429 huge": Kind(_fault("429 Too Many Requests", f"Retry-After: {'9' * 400}"), _both("RateLimitError")),
    "429 date far away": Kind(_retry_on(timedelta(days=400)), _both("RateLimitError")),
    # statuses: unknown
    "402": Kind(_fault("402 Payment Required"), BROKEN),
    "408": Kind(_fault("408 Request Timeout"), BROKEN),
    "418": Kind(_fault("418 I'm a teapot"), BROKEN),
    "499": Kind(_fault("499 Client Closed Request"), BROKEN),
    "500": Kind(_fault("500 Internal Server Error"), BROKEN),
    "500 in HTML": Kind(_html("500 Internal Server Error"), BROKEN),
    "502": Kind(_fault("502 Bad Gateway"), BROKEN),
    "503": Kind(_fault("503 Service Unavailable"), BROKEN),
    "503 beyond the deadline": Kind(
        _fault("503 Service Unavailable", "Retry-After: 99"), Row("ServerError", 1, UNKNOWN, 1)
    ),
    "504": Kind(_fault("504 Gateway Timeout"), BROKEN),
    "520 in HTML": Kind(_html("520 Web Server Returned an Unknown Error"), BROKEN),
    "999": Kind(_fault("999 Request denied"), BROKEN),
    "500 with the object": Kind(_tell(status="500 Internal Server Error"), BROKEN),
    # statuses: never followed
    "300": Kind(_moved("300 Multiple Choices"), Row("APIError", 1, UNKNOWN, 1)),
    "301 loop": Kind(_moved("301 Moved Permanently"), Row("APIError", 1, UNKNOWN, 1)),
    "302 loop": Kind(_moved("302 Found"), Row("APIError", 1, UNKNOWN, 1)),
    "303 loop": Kind(_moved("303 See Other"), Row("APIError", 1, UNKNOWN, 1)),
    "304": Kind(_raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), Row("APIError", 1, UNKNOWN, 1)),
    "307 loop": Kind(_moved("307 Temporary Redirect"), _rejected("APIError")),
    "308 loop": Kind(_moved("308 Permanent Redirect"), _rejected("APIError")),
    # a connection that was good before
    "idle connection closed": Kind(_after_a_good_one(_closes_when_idle(Connection.finish)), FINE, warm=True),
    "idle connection reset": Kind(_after_a_good_one(_closes_when_idle(Connection.reset)), FINE, warm=True),
    "idle connection closed on the next request": Kind(
        _after_a_good_one(_closes_on_the_next), Row(RETURNS, 2, UNKNOWN, 1), warm=True
    ),
    "two answers at once": Kind(_after_a_good_one(_left_over()), FINE, warm=True),
    "the same answer twice at once": Kind(_after_a_good_one(_left_over(body=b"")), FINE, warm=True),
    "two answers at once, in chunks": Kind(
        _after_a_good_one(_left_over(_told_in_chunks, _told_in_chunks)), FINE, warm=True
    ),
    "two answers at once, TLS": Kind(_tls(_after_a_good_one(_left_over())), FINE, warm=True, tls=True),
    "two answers, the second later": Kind(_after_a_good_one(_two_the_second_later), FINE, warm=True),
    "two answers, the second cut": Kind(_after_a_good_one(_two_the_second_cut), FINE, warm=True),
    # an answer too many, in the packet of a good one: a read or a create follows
    **{
        f"{extra} after {end}{', TLS' * tls}": Kind(
            (_tls if tls else _plain)(_extra(ENDS[end], EXTRAS[extra])), FINE, warm=True, tls=tls
        )
        for end in ENDS
        for extra in EXTRAS
        for tls in (False, True)
    },
    **{
        f"{extra} in a body without length, HTTP/{version}{', TLS' * tls}": Kind(
            (_tls if tls else _plain)(_closed_with(EXTRAS[extra], version.encode())),
            CUT_OFF if tls else UNREADABLE,
            tls=tls,
        )
        for extra in ("another's", "a 429")
        for version in ("1.0", "1.1")
        for tls in (False, True)
    },
    # TLS
    "TLS": Kind(_tls(obedient), FINE, tls=True),
    "TLS wrong host": Kind(_tls(obedient, "wrong host"), NOT_SENT_LASTING, tls=True, sent=False),
    "TLS expired": Kind(_tls(obedient, "expired"), NOT_SENT_LASTING, tls=True, sent=False),
    "TLS unknown authority": Kind(_tls(obedient, "unknown authority"), NOT_SENT_LASTING, tls=True, sent=False),
    "TLS plain text": Kind(_hello(lambda c: (c.send(answer(_OK)), c.finish())), NOT_SENT, tls=True, sent=False),
    "TLS FIN in the handshake": Kind(_hello(Connection.finish), NOT_SENT, tls=True, sent=False),
    "TLS RST in the handshake": Kind(_hello(Connection.reset), NOT_SENT, tls=True, sent=False),
    "TLS handshake stalls": Kind(_hello(Connection.gone), NOT_SENT_LASTING, SHORT, tls=True, sent=False),
    "TLS handshake drips": Kind(_slow_handshake, NOT_SENT_LASTING, SHORT, tls=True, sent=False),
    "TLS RST after reading": Kind(_tls(_raw(b"", Connection.reset)), CUT_OFF, tls=True),
    "TLS closed after reading": Kind(_tls(_raw(b"", Connection.close)), CUT_OFF, tls=True),
    "TLS half a body": Kind(_tls(_raw(answer(_OK, length=999), Connection.close)), CUT_OFF, tls=True),
    "TLS stalled body": Kind(_tls(_lying(+20, Connection.gone)), HANGS, SHORT, tls=True),
    "TLS drips": Kind(_tls(_dripping(0.05)), HANGS, SHORT, tls=True),
    "TLS no more TLS after reading": Kind(_tls(_garbage_in_tls), CUT_OFF, tls=True),
    "TLS 500": Kind(_tls(_fault("500 Internal Server Error")), BROKEN, tls=True),
    # proxies
    "proxy": Kind(_tunnel(obedient), FINE, proxy=True),
    "proxy refuses": Kind(obedient, NOT_SENT, proxy=True, listening=False, sent=False),
    "proxy 403": Kind(_no_connect("403 Forbidden"), NOT_SENT, proxy=True, sent=False),
    "proxy 407": Kind(_no_connect("407 Proxy Authentication Required"), NOT_SENT, proxy=True, sent=False),
    "proxy 502": Kind(_no_connect("502 Bad Gateway"), NOT_SENT, proxy=True, sent=False),
    "proxy closes": Kind(_connect_raw(b"", Connection.finish), NOT_SENT, proxy=True, sent=False),
    "proxy resets": Kind(_connect_raw(b"", Connection.reset), NOT_SENT, proxy=True, sent=False),
    "proxy garbage": Kind(_connect_raw(b"garbage\r\n\r\n", Connection.finish), NOT_SENT, proxy=True, sent=False),
    "proxy says more than yes": Kind(
        _connect_raw(b"HTTP/1.1 200 OK\r\n\r\n\x16\x03\x03", Connection.gone), NOT_SENT, proxy=True, sent=False
    ),
    "proxy stalls": Kind(_connect_raw(b"", Connection.gone), NOT_SENT_LASTING, SHORT, proxy=True, sent=False),
    "proxy closes the tunnel": Kind(_connect(Connection.finish), NOT_SENT, proxy=True, sent=False),
    "proxy to a wrong host": Kind(_tunnel(obedient, "wrong host"), NOT_SENT_LASTING, proxy=True, sent=False),
    "proxy tunnel cut after reading": Kind(_tunnel(_raw(b"", Connection.reset)), CUT_OFF, proxy=True),
}
