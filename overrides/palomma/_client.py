"""The sync and the async client. They carry out the steps that `_sansio` decides on."""

from __future__ import annotations

import math
import os
import random
import ssl
import time
from collections.abc import Callable, Collection, Generator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Generic, Never, Self, TypeVar
from urllib.parse import urlsplit

import httpx

from palomma_api.client import AsyncResources, Resources
from palomma_api.contract import Environment
from palomma_api.runtime.calls import Call, Operation
from palomma_api.runtime.model import refuse_unknown, suggest

from ._auth import authorized
from ._budget import PROCESS_BUDGET, RetryBudget
from ._errors import OutcomeUnknownError
from ._exchange import Buffer, Exchange, stream_of
from ._instrumentation import Attempt, Outcome, guarded
from ._lookup.search import find, reconcile, wait_for
from ._options import Options, Secret, check_hook, check_retries, check_seconds
from ._reference import mint_reference, new_key
from ._sansio import Answer, Clock, Deadline, Do, Drop, Failure, Policy, Send, Sleep, steps
from ._transport.http import AsyncTransport, Transport
from .journal._doors import AsyncDoors, Doors, in_a_thread

if TYPE_CHECKING:
    from .journal import Journal

__all__ = ["AsyncPalomma", "Palomma"]

T = TypeVar("T")
TransportT = TypeVar("TransportT", httpx.BaseTransport, httpx.AsyncBaseTransport)
MIB = 1024 * 1024


class _Base(Generic[TransportT]):
    """What both clients share: they are set up here."""

    _own_transport: Callable[[str | None, ssl.SSLContext | None], TransportT]
    _exchange: Exchange[TransportT]
    _book: Any
    """The journal, as this client writes in it; None: there is none."""
    _run: Callable[[Generator[Any, Any, Any]], Any]
    """Carries steps out: returns what comes of them, or an awaitable of it."""

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
        max_skew: float = 300.0,
        retry_budget: RetryBudget = PROCESS_BUDGET,
        journal: Journal | None = None,
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
            max_skew: seconds by which this machine's clock may be ahead of Palomma's. What was created earlier than
                that before a call is not taken for what the call created.
            retry_budget: is asked before every retry; one for the process if not given.
            journal: writes each create down before it is sent, so that no reference is paid twice, whatever dies. With
                `base_url` it needs `environment`, too (or `$PALOMMA_ENVIRONMENT`).
            on_attempt: is told of every attempt, without bodies.
            on_outcome: is told how every call ended, without bodies.

        Raises `ConfigurationError`.
        """
        refuse_unknown(type(self).__name__, unknown, _Base.__init__.__kwdefaults__ or ())
        secret = Secret(api_key if api_key is not None else os.environ.get("PALOMMA_API_KEY", ""))
        del api_key  # a traceback that shows the locals shows no key (R5)
        direct = transport is not None  # a transport of the caller's goes by the proxy it knows
        options = Options.checked(secret, environment, base_url, proxy, ssl_context, max_response_bytes, direct)
        for hook in (on_attempt, on_outcome):
            check_hook(hook)
        # Made now, and not by the first call: its imports hold locks, and another thread could fork or be forked (R4).
        own = self._own_transport(options.proxy, options.ssl_context)
        self._exchange = Exchange(options, own if transport is None else transport, transport is None)
        self._policy = Policy(
            mint=mint_reference if auto_reference else None,
            random=random.random,
            new_key=new_key,
            host=urlsplit(options.base_url).netloc,
            redactor=self._exchange.redactor,
            timeout=check_seconds("timeout", timeout, zero=False),
            max_retries=check_retries(max_retries),
            max_skew=check_seconds("max_skew", max_skew),
            retry_rate_limited=retry_rate_limited,
            budget=retry_budget,
            on_attempt=guarded(on_attempt),
            on_outcome=guarded(on_outcome),
        )
        self._book = None if journal is None else journal.book(self._exchange, environment)

    def __repr__(self) -> str:
        exchange = vars(self).get("_exchange")  # it isn't there in the traceback of a ConfigurationError
        return f"<{type(self).__name__} {exchange.options.base_url if exchange else 'not set up'}>"

    if not TYPE_CHECKING:  # a type checker shall find a misspelt name by itself

        def __getattr__(self, name: str) -> Any:
            text = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(text if name.startswith("_") else text + suggest(name, dir(type(self))))

    def with_options(self, *, timeout: float | None = None, max_retries: int | None = None) -> Self:
        """Return a copy with another timeout (seconds) or number of retries, over the same connections.

        Closing one closes both. Raises `ConfigurationError`.
        """
        copy = object.__new__(type(self))
        copy._exchange, copy._book, policy = self._exchange, self._book, self._policy
        if timeout is not None:
            policy = policy._replace(timeout=check_seconds("timeout", timeout, zero=False))
        copy._policy = policy if max_retries is None else policy._replace(max_retries=check_retries(max_retries))
        return copy

    def reconcile(self, error: OutcomeUnknownError, *, wait: float = 0.0) -> Any:
        """Look up what became of a create whose outcome is unknown. Nothing is created by this.

        Each resource has the same with types, such as `client.payout_requests.reconcile`.

        Args:
            error: what the create raised.
            wait: seconds for which it is looked for again while it isn't there.

        Returns: the object, never None; to be awaited with an `AsyncPalomma`.

        Raises `StillUnknownError`, `ReferenceRewrittenError` or `AmbiguousReferenceError`.
        """
        return self._reconcile(error, wait, ())

    def _send(self, call: Call[T]) -> Any:
        return self._run(self._steps(call) if self._book is None else self._book.send(self, call))

    def _find(self, create: Operation[Any], reference: str) -> Any:
        return self._run(find(create, reference, self._steps))

    def _reconcile(self, error: Exception, wait: float, creates: tuple[str, ...]) -> Any:
        return self._run(reconcile(error, wait, creates, self._steps, time, self._policy.max_skew))

    def _wait(self, read: Call[T], until: Collection[str] | None, timeout: float, poll: float) -> Any:
        return self._run(wait_for(read, until, timeout, poll, self._steps, time))

    def _steps(
        self, call: Call[T], timeout: float = math.inf, deadline: Callable[[float, Clock], Deadline] = Deadline
    ) -> Generator[Send | Sleep | Drop, Any, T]:
        self._exchange.check(call)
        scheme = call.operation.scheme
        policy = self._policy
        if timeout < policy.timeout or deadline is not Deadline:
            policy = policy._replace(timeout=min(timeout, policy.timeout), deadline=deadline)
        if scheme is None or scheme.type != "client_credentials":
            return steps(call, policy, time)
        end = time.monotonic() + policy.timeout  # the whole call's, the token's included (R4)

        def send(call: Call[Any]) -> Generator[Any, Any, Any]:
            return steps(call, policy._replace(timeout=max(0.001, end - time.monotonic())), time)

        return authorized(call, scheme, self._exchange.options.secret, self._exchange.tokens, send, time)


class Palomma(_Base[httpx.BaseTransport], Doors, Resources):
    """Palomma's API, blocking. Threads may share one client.

    ```python
    with Palomma("your-key", environment="sandbox") as client:
        target = client.payout_targets.get("01HPR8S7YF43PV3QV16TZDC80P")
    ```
    """

    _own_transport = Transport

    def _run(self, steps: Generator[Any, Any, T]) -> T:
        with closing(steps) as todo:
            try:
                step = next(todo)
                while True:
                    try:
                        result = self._do(step)
                    except BaseException as error:  # cancelled, interrupted: what is to be noted is noted now
                        step = todo.throw(error)
                    else:
                        step = todo.send(result)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]

    def _do(self, step: Any) -> Any:
        if isinstance(step, Send):
            return self._attempt(step)
        if isinstance(step, Do):
            return step.action()
        if isinstance(step, Sleep):
            time.sleep(step.seconds)
        else:
            self._exchange.drop()
        return None

    def _attempt(self, send: Send) -> Answer | Failure:
        exchange, body, answered = self._exchange, Buffer(), False
        try:
            with closing(exchange.transport.handle_request(exchange.request(send))) as response:
                answered = True
                for chunk in stream_of(response):
                    body += chunk
                    del chunk  # it's in the body, which a traceback doesn't show (R5)
                    exchange.check_length(body)
            return Answer(response.status_code, response.headers, bytes(body))
        except Exception as error:
            if exchange.is_the_callers(error):
                raise
            return exchange.failure(send, error, body, answered)

    def close(self) -> None:
        """Close the connections. A closed client sends nothing."""
        self._exchange.closed = True
        self._exchange.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncPalomma(_Base[httpx.AsyncBaseTransport], AsyncDoors, AsyncResources):
    """Palomma's API, to be awaited, under asyncio or trio.

    ```python
    async with AsyncPalomma("your-key", environment="sandbox") as client:
        target = await client.payout_targets.get("01HPR8S7YF43PV3QV16TZDC80P")
    ```
    """

    _own_transport = AsyncTransport

    async def _run(self, steps: Generator[Any, Any, T]) -> T:
        with closing(steps) as todo:
            try:
                step = next(todo)
                while True:
                    try:
                        result = await self._do(step)
                    except BaseException as error:  # cancelled, interrupted: what is to be noted is noted now
                        step = todo.throw(error)
                    else:
                        step = todo.send(result)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]

    async def _do(self, step: Any) -> Any:
        if isinstance(step, Send):
            return await self._attempt(step)
        if isinstance(step, Sleep):
            import anyio  # here, since the blocking client has no use for it

            await anyio.sleep(step.seconds)
        elif isinstance(step, Do):
            return await in_a_thread(step.action)
        else:
            self._exchange.drop()
        return None

    async def _attempt(self, send: Send) -> Answer | Failure:
        exchange, body, answered = self._exchange, Buffer(), False
        try:
            async with aclosing(await exchange.transport.handle_async_request(exchange.request(send))) as response:
                answered = True
                async for chunk in stream_of(response):
                    body += chunk
                    del chunk  # it's in the body, which a traceback doesn't show (R5)
                    exchange.check_length(body)
            return Answer(response.status_code, response.headers, bytes(body))
        except Exception as error:
            if exchange.is_the_callers(error):
                raise
            return exchange.failure(send, error, body, answered)

    async def aclose(self) -> None:
        """Close the connections. A closed client sends nothing."""
        self._exchange.closed = True
        await self._exchange.transport.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()
