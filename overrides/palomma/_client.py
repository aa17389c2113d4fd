"""The clients: what a flow asks for is done here, blocking or awaiting. Nothing is decided here."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing, closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Never, Self, TypeVar, cast
from urllib.parse import urlencode

import httpx
from attrs import evolve

from palomma_api.client import AsyncResources, Resources, operation, operations
from palomma_api.contract import SCHEME, Environment
from palomma_api.runtime.calls import Call, LookUp, Scheme
from palomma_api.runtime.model import mask, refuse_unknown, suggest

from . import __version__
from ._auth import Tokens, authorized
from ._budget import PROCESS_BUDGET, RetryBudget
from ._config import (
    Secret,
    check_key,
    check_proxy,
    check_retries,
    check_timeout,
    find_key,
    find_proxy,
    resolve_base_url,
)
from ._errors import OutcomeUnknownError
from ._flow import Answer, Drop, Failure, Policy, Send, Sleep, flow
from ._foreign import check_host_in_tests, family_of, kinds_not_sent, kinds_permanent
from ._observe import Attempt, Outcome, quiet
from ._reference import mint_reference

if TYPE_CHECKING:
    from ._transport import AsyncTransport, Transport

__all__ = ["AsyncPalomma", "Palomma"]

T = TypeVar("T")
TransportT = TypeVar("TransportT", httpx.BaseTransport, httpx.AsyncBaseTransport)
MIB = 1024 * 1024

TEXT_LENGTH = 500


class ClosedError(Exception):
    """A call of a client that is closed."""


class TooLargeError(Exception):
    """An answer is longer than `max_response_bytes`."""


_LASTING = (
    ClosedError,
    TooLargeError,
    httpx.InvalidURL,
    ValueError,  # what is to be sent can't be put into bytes; a wrong certificate is one, too
)


class _Base(Generic[TransportT]):
    """What both clients are: a setup, and how to put a call into httpx's terms."""

    _own_transport: Callable[[str | None, ssl.SSLContext | None], TransportT]
    _base_url = "not set up"  # what the repr shows in the traceback of a ConfigurationError

    def __init__(
        self,
        api_key: str | None = None,
        *,
        environment: Environment | None = None,
        base_url: str | None = None,
        timeout: float = 30.0,
        max_retries: int = 2,
        transport: TransportT | None = None,
        ssl_context: ssl.SSLContext | None = None,
        proxy: str | None = None,
        auto_reference: bool = True,
        retry_rate_limited: bool = True,
        max_response_bytes: int = 8 * MIB,
        retry_budget: RetryBudget = PROCESS_BUDGET,
        on_attempt: Callable[[Attempt], object] | None = None,
        on_outcome: Callable[[Outcome], object] | None = None,
        **unknown: Never,
    ) -> None:
        """Set up a client. Nothing is sent.

        Args:
            api_key: Palomma's key; `$PALOMMA_API_KEY` if not given.
            environment: `sandbox` or `production`; `$PALOMMA_ENVIRONMENT`, else `sandbox`, if not given.
            base_url: another address of the API, such as the mock's; `$PALOMMA_BASE_URL` if neither this nor
                `environment` is given.
            timeout: seconds for a whole call, all its attempts and waits together.
            max_retries: how often a call is sent again, where that is safe.
            transport: a transport of yours instead of ours, of httpx or httpx2. Of any but their own HTTP transports
                every failure counts as sent.
            ssl_context: TLS settings instead of httpx's defaults.
            proxy: an `http://` proxy; `$HTTPS_PROXY` if not given.
            auto_reference: give every create without a reference one, so that its outcome can be looked up.
            retry_rate_limited: whether a 429 is sent again after its `Retry-After`.
            max_response_bytes: a longer answer is not read to its end.
            retry_budget: is asked before every retry; one for the process if not given.
            on_attempt: is told of every attempt, without bodies.
            on_outcome: is told how every call ended, without bodies.

        Raises `ConfigurationError`.
        """
        refuse_unknown(type(self).__name__, unknown, _Base.__init__.__kwdefaults__ or ())
        self._tokens = Tokens()
        self._secret = find_key(api_key)
        del api_key  # a traceback that shows the locals shows no key
        check_key(self._secret)
        self._base_url, self._environment = resolve_base_url(environment, base_url)
        # Complete, so that httpx has nothing to add for each call. Its repr of them shows no key.
        self._headers = httpx.Headers(
            [
                (b"Host", httpx.URL(self._base_url).netloc),
                *(_credentials(SCHEME, self._secret)),
                (b"Accept", b"application/json"),
                (b"Accept-Encoding", b"identity"),
                (b"User-Agent", f"palomma-python/{__version__}".encode()),
            ]
        )
        self._urls: dict[str, httpx.URL] = {}
        self._max_response_bytes = max_response_bytes
        self._policy = Policy(
            timeout=check_timeout(timeout),
            max_retries=check_retries(max_retries),
            retry_rate_limited=retry_rate_limited,
            mint=mint_reference if auto_reference else None,
            new_key=mint_reference,
            random=random.random,
            budget=retry_budget,
            on_attempt=quiet(on_attempt),
            on_outcome=quiet(on_outcome),
        )
        self._life: dict[str, Any] = {"closed": False}
        self._ours = transport is None or _is_ours(transport)
        self._family: Any = family_of(transport)
        self._not_sent = () if self._ours else kinds_not_sent(transport)
        self._permanent = (*_LASTING, *kinds_permanent(self._family))
        if transport is not None:
            self._life["transport"] = transport
        else:
            proxy = check_proxy(proxy, self._base_url) if proxy is not None else find_proxy(self._base_url)
            own = self._own_transport
            self._open: Callable[[], TransportT] = lambda: own(proxy, ssl_context)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"

    if not TYPE_CHECKING:  # a type checker shall find a misspelt name by itself

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(text if name.startswith("_") else text + suggest(name, dir(type(self))))

    def with_options(self, *, timeout: float | None = None, max_retries: int | None = None) -> Self:
        """A copy with another timeout (seconds) or number of retries, over the same connections.

        Closing one closes both. Raises `ConfigurationError`.
        """
        copy = object.__new__(type(self))
        # The resources are bound to the client that made them; the private rest is shared.
        copy.__dict__.update({name: value for name, value in vars(self).items() if name.startswith("_")})
        changes: dict[str, Any] = {}
        if timeout is not None:
            changes["timeout"] = check_timeout(timeout)
        if max_retries is not None:
            changes["max_retries"] = check_retries(max_retries)
        copy._policy = evolve(self._policy, **changes)
        return copy

    @property
    def _transport(self) -> TransportT:
        """One for a client and its copies, made by the first call: httpcore takes a while to import."""
        if "transport" not in self._life:
            self._life.setdefault("transport", self._open())  # of two threads' the first one's
        transport: TransportT = self._life["transport"]
        return transport

    def _flow(self, call: Call[T]) -> Generator[Send | Sleep | Drop, Any, T]:
        if "transport" not in self._life:
            check_host_in_tests(self._base_url)
        scheme = call.operation.scheme
        if scheme is None or scheme.type != "client_credentials":
            return flow(call, self._policy, time)
        end = time.monotonic() + self._policy.timeout  # the whole call's, the token's included (R4)

        def send(call: Call[Any]) -> Generator[Any, Any, Any]:
            return flow(call, evolve(self._policy, timeout=max(0.001, end - time.monotonic())), time)

        return authorized(call, scheme, self._secret, self._tokens, send, time)

    def _request(self, send: Send) -> httpx.Request:
        if self._life["closed"]:
            raise ClosedError("this client is closed")
        call = send.call
        content = send.content or b""
        headers = self._headers_of(call)
        if content or send.media:
            headers += [(b"Content-Type", send.media.encode()), (b"Content-Length", b"%d" % len(content))]
        elif call.operation.effect != "read" and call.operation.method != "DELETE":
            headers += [(b"Content-Length", b"0")]
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), send.deadline)
        request: httpx.Request = self._family.Request(
            call.operation.method,
            self._url(call),
            headers=headers,
            stream=self._family.ByteStream(content),
            extensions={"timeout": timeout},
        )
        request.read()
        send.deadline.sent = not self._ours  # from here on a transport of the caller's may send, and notes nothing
        return request

    def _url(self, call: Call[Any]) -> httpx.URL:
        operation = call.operation
        # An operation may have servers of its own; what the caller gave as `base_url` counts for all.
        base = operation.servers.get(self._environment or "", self._base_url)
        path = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
        url = self._urls.get(base + path)
        if url is None:
            url = self._family.URL(base + path)
            if path == operation.path:  # as many as there are operations
                self._urls[base + path] = url
        return url

    def _headers_of(self, call: Call[Any]) -> list[tuple[bytes, bytes]]:
        operation = call.operation
        usual = operation.scheme == SCHEME and operation.accept == "application/json"
        if usual and not operation.servers and not call.headers:
            return self._headers.raw
        own = {
            b"Host": self._url(call).netloc,
            b"Accept": operation.accept.encode(),
            **dict(_credentials(operation.scheme, self._secret)),
            **{name.encode(): value.encode() for name, value in call.headers.items()},
        }
        replaced = {name.lower() for name in own} | ({b"authorization"} if operation.scheme != SCHEME else set())
        return [(name, value) for name, value in self._headers.raw if name.lower() not in replaced] + list(own.items())

    def _check_length(self, body: bytearray) -> None:
        if len(body) > self._max_response_bytes:
            raise TooLargeError(f"the answer is longer than {self._max_response_bytes} bytes (max_response_bytes)")

    def _answer(self, response: httpx.Response, body: bytearray) -> Answer:
        headers = {name.lower(): _cut(self._secret, value) for name, value in response.headers.items()}
        return Answer(response.status_code, headers, self._secret.cut_from(bytes(body)))

    def _failure(self, send: Send, error: Exception, body: bytearray, answered: bool) -> Failure:
        # Once the head of an answer has come, the request was sent, whatever the transport raises later.
        sent = send.deadline.sent and (answered or not isinstance(error, self._not_sent))
        lasting = any(isinstance(link, self._permanent) for link in islice(_chain(error), 20))
        return Failure(_stand_in(error, self._secret), sent, lasting, self._secret.cut_from(bytes(body)) or None)


def _credentials(scheme: Scheme | None, secret: Secret) -> list[tuple[bytes, bytes]]:
    """The header that says who calls."""
    if scheme is None or scheme.type == "client_credentials":
        return []
    value = secret.value if scheme.type == "header" else f"Bearer {secret.value}"
    return [(scheme.name.encode(), value.encode())]


def _is_ours(transport: object) -> bool:
    from ._transport import AsyncTransport, Transport

    return isinstance(transport, (Transport, AsyncTransport))


def _stream(response: httpx.Response) -> Any:
    """The body as it came: httpx would unpack, without bounds, what we asked not to be packed."""
    # A transport that looked into the answer has consumed it.
    return httpx.ByteStream(response.content) if response.is_stream_consumed else response.stream


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _cut(secret: Secret, text: str) -> str:
    return secret.cut_from(text.encode(errors="replace")).decode()


def _stand_in(error: Exception, secret: Secret) -> Exception:
    """A copy of `error` alone: the frames behind it hold the request, and its text may hold what a server sent."""
    kind, text = type(error), ""
    try:
        text = mask(_cut(secret, str(error)))[:TEXT_LENGTH]
        return kind(text)
    except Exception:  # a class of the caller's transport, which is made in another way
        return Exception(f"{kind.__name__}: {text}")


class Palomma(_Base[httpx.BaseTransport], Resources):
    """Palomma's API, blocking. Threads may share one client.

    ```python
    with Palomma("your-key", environment="sandbox") as client:
        target = client.payout_targets.get("01HPR8S7YF43PV3QV16TZDC80P")
    ```
    """

    @staticmethod
    def _own_transport(*settings: Any) -> httpx.BaseTransport:
        from ._transport import Transport

        return Transport(*settings)

    def _send(self, call: Call[T]) -> T:
        with closing(self._flow(call)) as steps:
            try:
                step = next(steps)
                while True:
                    step = steps.send(self._do(step))
            except StopIteration as done:
                value: T = done.value
                return value

    def _do(self, step: Send | Sleep | Drop) -> Answer | Failure | None:
        if isinstance(step, Send):
            return self._attempt(step)
        if isinstance(step, Sleep):
            time.sleep(step.seconds)
        else:
            self._drop()
        return None

    def _attempt(self, send: Send) -> Answer | Failure:
        if send.fresh:
            self._drop()
        body = bytearray()
        answered = False
        try:
            with closing(self._transport.handle_request(self._request(send))) as response:
                answered = send.deadline.sent = True
                for chunk in _stream(response):
                    body += chunk
                    self._check_length(body)
            return self._answer(response, body)
        except Exception as error:
            return self._failure(send, error, body, answered)

    def _drop(self) -> None:
        if self._ours:
            cast("Transport", self._transport).drop()

    def reconcile(self, error: OutcomeUnknownError) -> Any:
        """What became of a create whose outcome is unknown: its object, or None if there is none (yet).

        Nothing is created by this. An object may appear some time after the create was sent: ask again before you
        take None for an answer. Raises `OutcomeUnknownError` again if the error has no reference to look up, or
        several objects have it, and another `PalommaError` when the look-up itself fails.
        """
        look_up, reference = _lookup(error)
        items: Iterator[Any] = _iterate(self, look_up, reference)
        return _only(error, {item.id: item for item in items if item.reference == reference})

    def close(self) -> None:
        """Close the connections. A closed client sends nothing."""
        self._life["closed"] = True
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncPalomma(_Base[httpx.AsyncBaseTransport], AsyncResources):
    """Palomma's API, to be awaited, under asyncio or trio.

    ```python
    async with AsyncPalomma("your-key", environment="sandbox") as client:
        target = await client.payout_targets.get("01HPR8S7YF43PV3QV16TZDC80P")
    ```
    """

    @staticmethod
    def _own_transport(*settings: Any) -> httpx.AsyncBaseTransport:
        from ._transport import AsyncTransport

        return AsyncTransport(*settings)

    async def _send(self, call: Call[T]) -> T:
        with closing(self._flow(call)) as steps:
            try:
                step = next(steps)
                while True:
                    step = steps.send(await self._do(step))
            except StopIteration as done:
                value: T = done.value
                return value

    async def _do(self, step: Send | Sleep | Drop) -> Answer | Failure | None:
        if isinstance(step, Send):
            return await self._attempt(step)
        if isinstance(step, Sleep):
            import anyio  # here, since the blocking client has no use for it

            await anyio.sleep(step.seconds)
        else:
            await self._drop()
        return None

    async def _attempt(self, send: Send) -> Answer | Failure:
        if send.fresh:
            await self._drop()
        body = bytearray()
        answered = False
        try:
            async with aclosing(await self._transport.handle_async_request(self._request(send))) as response:
                answered = send.deadline.sent = True
                async for chunk in _stream(response):
                    body += chunk
                    self._check_length(body)
            return self._answer(response, body)
        except Exception as error:
            return self._failure(send, error, body, answered)

    async def _drop(self) -> None:
        if self._ours:
            cast("AsyncTransport", self._transport).drop()

    async def reconcile(self, error: OutcomeUnknownError) -> Any:
        """What became of a create whose outcome is unknown: its object, or None if there is none (yet).

        Nothing is created by this. An object may appear some time after the create was sent: ask again before you
        take None for an answer. Raises `OutcomeUnknownError` again if the error has no reference to look up, or
        several objects have it, and another `PalommaError` when the look-up itself fails.
        """
        look_up, reference = _lookup(error)
        items: AsyncIterator[Any] = _iterate(self, look_up, reference)
        return _only(error, {item.id: item async for item in items if item.reference == reference})

    async def aclose(self) -> None:
        """Close the connections. A closed client sends nothing."""
        self._life["closed"] = True
        await self._transport.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()


def _lookup(error: OutcomeUnknownError) -> tuple[LookUp, str]:
    """How, and by which reference, what `error` lost is found."""
    look_up = operation(error.operation).look_up if error.operation in operations() else None
    if not error.reference or look_up is None:
        text = f"{error.operation} was sent without a reference, so it can't be looked up by one. Ask Palomma"
        raise OutcomeUnknownError(text, **vars(error))
    return look_up, error.reference


def _iterate(client: object, look_up: LookUp, reference: str) -> Any:
    """The objects of the list that is filtered by a reference."""
    iterate = getattr(getattr(client, look_up.resource), look_up.method)
    return iterate(**{look_up.argument: reference})


def _only(error: OutcomeUnknownError, found: dict[str, Any]) -> Any:
    if len(found) > 1:
        text = f"{error.operation}: {len(found)} objects have the reference {error.reference}: {', '.join(found)}"
        raise OutcomeUnknownError(text, **vars(error))
    return next(iter(found.values()), None)
