"""Sending what is due: a task beside the server that ticks the mock and posts its notices."""

import asyncio
import inspect
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from palomma_mock.rules.calendar import instant

from .mock import Mock
from .store import Notice

if TYPE_CHECKING:
    import httpx

_REMEMBERED = 500
_SHORTEST, _LONGEST = 0.05, 3600.0
_GRACE = 0.5


class Courier:
    """Posts the notices of one mock, in order, one at a time."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self._client: httpx.AsyncClient | None = None
        self._one_at_a_time = asyncio.Lock()
        self._woken = asyncio.Event()
        self._stopped = False

    async def run(self) -> None:
        """Tick and send for as long as the server runs."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            loop.call_soon_threadsafe(self._woken.set)

        self._mock.on_due = wake
        try:
            while not self._stopped:
                self._woken.clear()
                await self.send_due()
                await self._nap()
        finally:
            self._mock.on_due = lambda: None
            if self._client:
                await self._client.aclose()

    async def stop(self, task: "asyncio.Task[None]") -> None:
        """End `run`, at the latest half a second from now, whatever the merchant's endpoint does."""
        self._stopped = True
        self._woken.set()
        await asyncio.wait({task}, timeout=_GRACE)
        if task.cancel():
            await asyncio.wait({task})

    async def _nap(self) -> None:
        with self._mock.lock:
            times = (self._mock.store.next_at(), self._mock.store.next_notice_at())
            wait = min((at for at in times if at is not None), default=float("inf")) - self._mock.clock.now()
        with suppress(TimeoutError):
            # Not shorter than a moment: what is due on a standing clock isn't reached by waiting.
            await asyncio.wait_for(self._woken.wait(), min(max(wait, _SHORTEST), _LONGEST))

    async def send_due(self) -> None:
        """Let happen what is due, and send until nothing is."""
        async with self._one_at_a_time:
            while notice := self._next():
                answer = await self._send(notice)
                with self._mock.lock, self._mock.store.transaction():
                    self._mock.notices.attempted(notice, answer, self._mock.clock.now())
                    self._mock.version += 1

    def _next(self) -> Notice | None:
        with self._mock.lock:
            self._mock.tick()
            return self._mock.store.due_notice(self._mock.clock.now())

    async def _send(self, notice: Notice) -> dict[str, Any]:
        settings, receiver = self._mock.settings, self._mock.receiver
        url = "http://127.0.0.1" + receiver[1] if receiver else settings.webhook_url or ""
        at = instant(self._mock.clock.now())
        try:
            async with (
                asyncio.timeout(settings.webhook_timeout),
                self._client_for(receiver and receiver[0]).stream(
                    "POST", url, content=notice.body, headers=notice.headers
                ) as response,
            ):
                text = (await anext(response.aiter_bytes(_REMEMBERED), b"")).decode("utf-8", "replace")
                return {"at": at, "status": response.status_code, "body": text}
        except Exception as problem:  # an application raises what it likes
            told = "".join(traceback.format_exception(problem)) if receiver else type(problem).__name__
            return {"at": at, "error": told}

    def _client_for(self, app: Any) -> "httpx.AsyncClient":
        """Return what sends into an application, or else over the network."""
        import httpx  # Only a mock that sends webhooks needs it, and it is half of the start-up time.

        if app:
            return httpx.AsyncClient(transport=_transport_into(app))
        self._client = self._client or httpx.AsyncClient(trust_env=False, timeout=None)
        return self._client


def _transport_into(app: Any) -> "httpx.AsyncBaseTransport":
    """Return the way into an ASGI application, or a WSGI one, which gets a thread of its own."""
    import httpx

    if inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(getattr(app, "__call__", None)):  # noqa: B004
        return httpx.ASGITransport(app)

    async def answer(request: httpx.Request) -> httpx.Response:
        answered = await asyncio.to_thread(httpx.WSGITransport(app).handle_request, request)
        return httpx.Response(answered.status_code, headers=answered.headers, content=answered.read())

    return httpx.MockTransport(answer)
