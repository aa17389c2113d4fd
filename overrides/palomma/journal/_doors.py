"""What a client can do with its journal. Nothing here needs a database."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from palomma._errors import ConfigurationError

if TYPE_CHECKING:
    from ._moves import Entry

__all__ = ["AsyncDoors", "Doors", "Settled", "Stop", "in_a_thread"]

T = TypeVar("T")
SHIELDED = 5.0


class Settled(NamedTuple):
    """What became of the rows that were looked up."""

    confirmed: int = 0
    review: int = 0
    """A person has to decide."""
    resend: int = 0
    """May be sent again: nothing was found, and the journal was set up so (`after_quiet`)."""
    still_unknown: int = 0


class Stop(Protocol):
    """An `Event` of threading, asyncio, trio or anyio."""

    def is_set(self) -> bool: ...


async def in_a_thread(action: Callable[[], T]) -> T:
    """Do `action` in a worker thread. A cancellation waits for it, for five seconds at most."""
    import anyio
    import anyio.to_thread

    results, begun = SimpleQueue[T](), list[None]()

    def work() -> None:
        begun.append(None)
        results.put(action())

    with anyio.move_on_after(SHIELDED, shield=True):
        await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
    if not results.empty():
        return results.get()
    # All threads were busy for so long, or it takes so long.
    return await anyio.to_thread.run_sync(results.get if begun else action, abandon_on_cancel=True)


class _Both:
    _run: Any
    _book: Any

    def _do_in_book(self, name: str, *arguments: Any) -> Any:
        if self._book is None:
            raise ConfigurationError("this client has no journal: Palomma(journal=Journal(…))")
        from . import _work

        return self._run(getattr(_work, name)(self._book, self, *arguments))


class Doors(_Both):
    """The journal's methods of `Palomma`."""

    def settle(self) -> Settled:
        """Look up what is unknown in the journal, once, and say what became of it. Nothing is created by this.

        Raises `APIError` if the key is refused, `ConfigurationError` without a journal.
        """
        return self._do_in_book("settle")  # type: ignore[no-any-return]

    def work(self, *, once: bool = False, stop: Stop | None = None, settle: bool = True) -> Settled:
        """Settle what is unknown and send what `journal.later` wrote, until `stop` is set. Any number of workers may.

        Args:
            once: settle once, send what is there, and return.
            stop: an `Event`; it is asked every second.
            settle: False: leave what is unknown to another worker. With `once` that sends for a quarter of a minute at
                most, so that whoever settles has its turn, too.

        Raises `AuthenticationError`, `PermissionDeniedError` or `NotFoundError` where the key or the address is wrong:
        nothing is rejected then.
        """
        return self._do_in_book("work", once, stop, settle)  # type: ignore[no-any-return]

    def resolve(
        self, operation: str, reference: str, *, by: str, because: str, object_id: str | None = None,
        not_created: bool = False,
    ) -> Entry:  # fmt: skip
        """Decide as a person about a row that is `unknown` or in `review`.

        Args:
            operation: the operationId, such as `createPayoutRequest`.
            reference: what it was created with.
            by: who decides. It is kept.
            because: why. It is kept.
            object_id: the object that it is; it must agree with what was sent, and confirm no other row.
            not_created: nothing was created. Two complete look-ups must bear it out, after the quiet period; then the
                reference may be sent again. Other than `settle`, which waits by a clock of its own, this goes by the
                clock of the journal's database alone: who resolves is a person with a second source, such as the bank's
                statement, and can see that a clock was set forward. If it was, wait for the quiet period by your watch.

        Raises `ConfigurationError` if it can't be so, and says why.
        """
        return self._do_in_book("resolve", operation, reference, object_id, not_created, by, because)  # type: ignore[no-any-return]


class AsyncDoors(_Both):
    """The journal's methods of `AsyncPalomma`."""

    async def settle(self) -> Settled:
        """`Palomma.settle`, to be awaited."""
        return await self._do_in_book("settle")  # type: ignore[no-any-return]

    async def work(self, *, once: bool = False, stop: Stop | None = None, settle: bool = True) -> Settled:
        """`Palomma.work`, to be awaited. Cancelling it is as good as `stop`."""
        return await self._do_in_book("work", once, stop, settle)  # type: ignore[no-any-return]

    async def resolve(
        self, operation: str, reference: str, *, by: str, because: str, object_id: str | None = None,
        not_created: bool = False,
    ) -> Entry:  # fmt: skip
        """`Palomma.resolve`, to be awaited."""
        return await self._do_in_book("resolve", operation, reference, object_id, not_created, by, because)  # type: ignore[no-any-return]
