"""One mock: a sandbox, its API and its faults. Every way to run it holds one of these."""

from typing import Literal

from ._api import Api, Request
from ._clock import Clock
from ._faults import Delivery, Fault, Faults
from ._sandbox import Sandbox
from ._settings import Settings
from ._store import Notice, Record

__all__ = ["Mock"]


class Mock:
    """What tests and the control API do to a sandbox."""

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.sandbox = Sandbox(settings, clock)
        self.faults = Faults()
        self._api = Api(self.sandbox)

    @property
    def api_key(self) -> str:
        """The key that calls must bear."""
        return self.sandbox.settings.api_key

    @property
    def integrity_key(self) -> str:
        """The key that webhooks are signed with."""
        return self.sandbox.settings.integrity_key

    @property
    def clock(self) -> Clock:
        """The sandbox's clock; move it with `advance`, which also lets happen what is due."""
        return self.sandbox.clock

    @property
    def webhooks(self) -> list[Notice]:
        """The notifications so far, oldest first: the latest 1000, sent or not."""
        with self.sandbox.lock:
            self.sandbox.tick()
            return self.sandbox.store.notices()[::-1]

    def exchange(self, request: Request) -> Delivery:
        """Answer one request of the API."""
        with self.sandbox.lock:
            return self.faults.exchange(self._api, request)

    def advance(self, seconds: float | None = None) -> None:
        """Move the clock and let happen what is due by then; without a number, as far as the next thing that is."""
        self.sandbox.advance(seconds)

    def settle(self) -> None:
        """Let happen what is due by now."""
        self.sandbox.tick()

    def decide(self, id: str, verdict: str) -> Record:
        """Be the payer or the bank: `approve`, `partial`, or a status message such as `NOT_ENOUGH_FUNDS`."""
        return self.sandbox.decide_by_id(id, verdict)

    def fail_next(
        self,
        kind: str,
        *,
        operation: str | None = None,
        times: int = 1,
        status: int | None = None,
        retry_after: str | int = 1,
        seconds: float = 1.0,
        processed: bool | None = None,
    ) -> None:
        """Have the next call (of that operationId, so many times) go wrong, in one of the ways of `FAULTS`."""
        fault = Fault(kind, operation, times, status, str(retry_after), seconds, processed)
        with self.sandbox.lock:
            self.faults.add(fault)

    def next_webhook(self, scenario: Literal["duplicate", "late", "out_of_order", "tampered"]) -> None:
        """Have the next notification go a way of its own."""
        with self.sandbox.lock:
            self.sandbox.notices.next_is(scenario)

    def reset(self, settings: Settings | None = None) -> None:
        """A fresh state: no objects, faults or notifications."""
        with self.sandbox.lock:
            self.faults.clear()
            self.sandbox.reset(settings)

    def close(self) -> None:
        """Leave the state file to others."""
        self.sandbox.close()
