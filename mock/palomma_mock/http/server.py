"""Running the application: on a socket of our own, in this thread for the command, in another for tests."""

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from starlette.types import ASGIApp

from palomma_mock.rules.clock import frozen_clock
from palomma_mock.rules.options import takes
from palomma_mock.rules.settings import Settings
from palomma_mock.state.courier import Courier
from palomma_mock.state.mock import Mock

from .app import create_app
from .protocol import MockProtocol

if TYPE_CHECKING:
    from palomma import AsyncPalomma, Palomma

_PATIENCE = 30.0
# More connections than this are told to come back later; a system's usual limit is 1024 open files.
_CONNECTIONS = 512


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError if the address can't be had."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.create_server(address, family=family, backlog=_CONNECTIONS)
    # Only of a socket whose protocol is named does asyncio know that it is TCP, and then sends without delay.
    return socket.socket(family, kind, protocol, fileno=listener.detach())


def server_for(app: ASGIApp) -> uvicorn.Server:
    """Return a quiet uvicorn that gives connections a second to finish when it is stopped."""
    quiet: Any = {"log_level": "error", "access_log": False, "server_header": False, "ws": "none", "lifespan": "on"}
    limits: Any = {"timeout_graceful_shutdown": 1, "limit_concurrency": _CONNECTIONS}
    return uvicorn.Server(uvicorn.Config(app, http=MockProtocol, **quiet, **limits))


class MockServer(Mock):
    """A mock on a free loopback port, in a thread, for a `with` statement.

    `MockServer(auto_approve=True)` takes the same names as `Settings`. Its clock stands still, at the present or at
    `start` (seconds since the epoch), unless it is given one.
    """

    @takes(Settings)
    def __init__(self, **settings: Any) -> None:
        given = Settings.of(**settings)
        super().__init__(given, given.clock or frozen_clock(given.start))
        self._listener = listen("127.0.0.1", 0)
        self._started: Future[tuple[Courier, asyncio.AbstractEventLoop]] = Future()
        self._server = server_for(create_app(self, on_start=self._on_start))
        run = partial(self._server.run, [self._listener])
        self._thread = threading.Thread(target=run, name="palomma-mock", daemon=True)

    def _on_start(self, courier: Courier) -> None:
        self._started.set_result((courier, asyncio.get_running_loop()))

    def start(self) -> Self:
        """Serve, until `stop`."""
        self._thread.start()
        self._courier, self._loop = self._started.result(_PATIENCE)
        return self

    def stop(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._listener.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()

    @takes(Settings)
    def restart(self, **settings: Any) -> None:
        """Start over with a fresh state, with these settings (and the defaults for the rest), on the same port."""
        self.reset(Settings.of(**settings))

    @property
    def origin(self) -> str:
        """Where the dashboard is."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self.origin + self.contract.base

    def advance(self, seconds: float | None = None) -> None:
        """Move the clock, let happen what is due by then, and send the webhooks of it; without a number, as far as
        the next thing that is due."""
        self.settle()
        super().advance(seconds)
        self.settle()

    def settle(self) -> None:
        """Let happen what is due by now, and send the webhooks of it."""
        super().settle()
        asyncio.run_coroutine_threadsafe(self._courier.send_due(), self._loop).result(_PATIENCE)

    @contextmanager
    def slow_names(self, seconds: float) -> Iterator[str]:
        """Give a base URL whose host name takes so many (real) seconds to resolve in this process."""
        name, resolve = f"slow-{secrets.token_hex(4)}.localhost", socket.getaddrinfo

        def slowly(host: Any, *arguments: Any, **options: Any) -> Any:
            if host not in (name, name.encode()):
                return resolve(host, *arguments, **options)
            time.sleep(seconds)
            return resolve("127.0.0.1", *arguments, **options)

        # No other process can be lied to like this: there the system's own resolver answers.
        socket.getaddrinfo = slowly
        try:
            yield self.base_url.replace("127.0.0.1", name)
        finally:
            socket.getaddrinfo = resolve

    def client(self, **options: Any) -> "Palomma":
        """Return a `palomma.Palomma` aimed at this mock."""
        from palomma import Palomma

        return Palomma(self.api_key, base_url=self.base_url, **options)

    def async_client(self, **options: Any) -> "AsyncPalomma":
        """Return a `palomma.AsyncPalomma` aimed at this mock."""
        from palomma import AsyncPalomma

        return AsyncPalomma(self.api_key, base_url=self.base_url, **options)
