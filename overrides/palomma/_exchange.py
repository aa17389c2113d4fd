"""Calls in httpx's terms, and answers back from them. Both clients and all their copies share one `Exchange`."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache, partial
from itertools import islice
from types import ModuleType
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx

from palomma_api.contract import SCHEME
from palomma_api.runtime.calls import Call, Scheme

from . import __version__
from ._auth import Tokens
from ._errors import ConfigurationError
from ._options import Options, Secret, is_loopback
from ._redaction import Redactor
from ._sansio import Failure, Send
from ._transport.http import AsyncTransport, Transport

__all__ = ["Buffer", "Exchange", "stream_of"]

TransportT = TypeVar("TransportT", httpx.BaseTransport, httpx.AsyncBaseTransport)
ALLOWED_HOSTS = "PALOMMA_ALLOW_HOSTS"


class Buffer(bytearray):
    """The body of an answer while it comes. A traceback that shows the locals doesn't show it (R5)."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


class TooLargeError(Exception):
    """An answer is longer than `max_response_bytes`."""


# Another attempt would end in them, too. What can't be put into bytes is a ValueError, and so is a wrong certificate.
_PERMANENT = (TooLargeError, httpx.InvalidURL, ValueError)


_redactor: ContextVar[Callable[[], Redactor] | None] = ContextVar("palomma_redactor", default=None)
"""Makes what hides the secrets of the call that is on its way here."""


def _redact(record: logging.LogRecord) -> bool:
    """Cut what a call must not show out of a log record: at DEBUG httpcore logs the heads of answers (R5)."""
    if (redactor := _redactor.get()) is not None:
        record.msg, record.args = redactor().known(record.getMessage()), ()
    return True


_RAISED_BY_OURS = {"builtins", "httpx", "httpx2", "h11", "ssl", "socket", "anyio", "trio", "palomma"}
"""The packages whose errors our own transport may raise."""


class Exchange(Generic[TransportT]):
    """The transport, and how calls are put to it. `own`: it is ours and none that the caller gave."""

    def __init__(self, options: Options, transport: TransportT, own: bool) -> None:
        self.options = options
        self.transport: TransportT = transport
        self.closed = False
        self.tokens = Tokens()
        self._own = own
        self.ours = isinstance(transport, (Transport, AsyncTransport))
        self._family: Any = _family_of(transport)
        self._not_sent = _errors_not_sent(transport, self._family)
        if not self.ours:  # it may stand on httpcore
            for part in ("connection", "http11", "http2", "proxy", "socks"):
                logging.getLogger(f"{self._family.__name__.replace('x', 'core')}.{part}").addFilter(_redact)
        self._permanent = (*_PERMANENT, self._family.UnsupportedProtocol, self._family.LocalProtocolError)
        # Complete, so that httpx has nothing to add for each call.
        self._headers = [
            (b"Host", httpx.URL(options.base_url).netloc),
            *_credentials(SCHEME, options.secret),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
            (b"User-Agent", f"palomma-python/{__version__}".encode()),
        ]
        self._urls: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<Exchange {self.options.base_url}>"

    def check(self, call: Call[Any]) -> None:
        """Refuse a call of a closed client, or to a real server from a pytest run. Raises `ConfigurationError`."""
        if self.closed:
            raise ConfigurationError("this client is closed")
        if self._own:
            _check_host_in_tests(self._base_of(call))

    def drop(self) -> None:
        """Let no later request use a connection of now, if the transport can do that."""
        if isinstance(self.transport, (Transport, AsyncTransport)):
            self.transport.drop()

    def redactor(self, call: Call[Any]) -> Redactor:
        """Return what hides the key and what `call` sends."""
        tokens = [value.rpartition(" ")[2] for name, value in call.headers.items() if name.lower() == "authorization"]
        return Redactor.of(call.body, self.options.secret.value, *tokens)

    def request(self, send: Send) -> httpx.Request:
        """Return what goes to the transport. From then on one of the caller's may send, and doesn't say so."""
        if self.closed:
            raise ConfigurationError("this client is closed")
        call, content = send.call, send.content or b""
        headers = self._headers_of(call)
        if content or send.media:
            headers += [(b"Content-Type", send.media.encode()), (b"Content-Length", b"%d" % len(content))]
        elif call.operation.effect != "read" and call.operation.method != "DELETE":
            headers += [(b"Content-Length", b"0")]
        request: httpx.Request = self._family.Request(
            call.operation.method,
            self._url(call),
            headers=headers,
            stream=self._family.ByteStream(content),
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), send.deadline)},
        )
        request.read()
        if not self.ours:
            send.deadline.sent = True
            _redactor.set(cache(partial(self.redactor, call)))
        return request

    def _base_of(self, call: Call[Any]) -> str:
        # An operation may have servers of its own; what the caller gave as `base_url` counts for all.
        return call.operation.servers.get(self.options.environment or "", self.options.base_url)

    def _url(self, call: Call[Any]) -> Any:
        text = f"{self._base_of(call)}{call.path}" + (f"?{urlencode(call.query)}" if call.query else "")
        url = self._urls.get(text)
        if url is None:
            url = self._family.URL(text)
            if call.path == call.operation.path and not call.query:  # as many as there are operations
                self._urls[text] = url
        return url

    def _headers_of(self, call: Call[Any]) -> list[tuple[bytes, bytes]]:
        operation = call.operation
        usual = operation.scheme == SCHEME and operation.accept == "application/json"
        if usual and not operation.servers and not call.headers:
            return self._headers.copy()
        own = {
            b"Host": self._url(call).netloc,
            b"Accept": operation.accept.encode(),
            **dict(_credentials(operation.scheme, self.options.secret)),
            **{name.encode(): value.encode() for name, value in call.headers.items()},
        }
        replaced = {name.lower() for name in own} | ({b"authorization"} if operation.scheme != SCHEME else set())
        return [(name, value) for name, value in self._headers if name.lower() not in replaced] + list(own.items())

    def check_length(self, body: Buffer) -> None:
        """Raise `TooLargeError`."""
        most = self.options.max_response_bytes
        if len(body) > most:
            raise TooLargeError(f"the answer is longer than {most} bytes (max_response_bytes)")

    def is_the_callers(self, error: Exception) -> bool:
        """Return whether an exception came of a signal handler, such as Celery's time limit: it goes to the caller."""
        return self.ours and type(error).__module__.partition(".")[0] not in _RAISED_BY_OURS

    def failure(self, send: Send, error: Exception, body: Buffer, answered: bool) -> Failure:
        """Return what an exception of an attempt means. Once a head has come, the request was sent (R1)."""
        sent = send.deadline.sent and (answered or not isinstance(error, self._not_sent))
        lasting = any(isinstance(link, self._permanent) for link in islice(_chain(error), 20))
        return Failure(error, sent, lasting, bytes(body) or None)


def stream_of(response: httpx.Response) -> Any:
    """Return the body as it came: httpx would unpack, without bounds, what we asked not to be packed."""
    # A transport that looked into the answer has consumed it.
    return httpx.ByteStream(response.content) if response.is_stream_consumed else response.stream


def _credentials(scheme: Scheme | None, secret: Secret) -> list[tuple[bytes, bytes]]:
    """Return the header that says who calls."""
    if scheme is None or scheme.type == "client_credentials":
        return []
    value = secret.value if scheme.type == "header" else f"Bearer {secret.value}"
    return [(scheme.name.encode(), value.encode())]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _family_of(transport: object) -> ModuleType:
    """Return httpx2 for a transport that is built on it, else httpx. Both work side by side."""
    roots = {kind.__module__.partition(".")[0] for kind in type(transport).__mro__}
    return sys.modules["httpx2"] if "httpx2" in roots else httpx


def _errors_not_sent(transport: object, family: Any) -> tuple[type[Exception], ...]:
    """Return the errors of a transport of the caller's after which no byte of a request has left this machine (R1).

    They are believed of httpx's and httpx2's own transports alone. Any other may raise what it likes: httpx-aiohttp
    raises `ConnectTimeout` for a server that hangs up after it has read the request. Nor is a subclass believed.
    """
    if type(transport) not in (family.HTTPTransport, family.AsyncHTTPTransport):
        return ()
    before = family.ConnectError, family.ConnectTimeout, family.PoolTimeout
    return *before, family.UnsupportedProtocol, family.LocalProtocolError


def _check_host_in_tests(url: str) -> None:
    """Refuse to send to a real server from a pytest run: mocks that patch httpx don't reach our own transport.

    The pytest plugin sets $PALOMMA_ALLOW_HOSTS; elsewhere this does nothing.
    """
    allowed = os.environ.get(ALLOWED_HOSTS)
    if allowed is None:
        return
    host = urlsplit(url).hostname or ""
    if not is_loopback(host) and host not in re.split(r"[\s,]+", allowed.lower()):
        raise ConfigurationError(
            f"This is a pytest run, and the call would really go to {host}: mocks that patch httpx (respx, "
            "pytest-httpx) do not reach this client. Use the fixture palomma_mock, or "
            "transport=httpx.MockTransport(router.handler). To really send, name the host in the ini option "
            "palomma_allow_hosts or with the marker of that name"
        )
