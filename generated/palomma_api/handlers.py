"""Handlers of webhooks, typed by what each event brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from . import models as _models

E = TypeVar("E")
M = TypeVar("M")
R = TypeVar("R")


class Register(Protocol[E, M]):
    """Registers a function of an event, or of the object that the event brings."""

    @overload
    def __call__(self, handler: Callable[[E], R], /) -> Callable[[E], R]: ...
    @overload
    def __call__(self, handler: Callable[[M], R], /) -> Callable[[M], R]: ...


class RegisterInTransaction(Protocol[E, M]):
    """Registers a function of an event, or of the object that the event brings, and of a database connection."""

    @overload
    def __call__(self, handler: Callable[[E, Any], R], /) -> Callable[[E, Any], R]: ...
    @overload
    def __call__(self, handler: Callable[[M, Any], R], /) -> Callable[[M, Any], R]: ...


class Handlers(Generic[E]):
    """What a router of events of type `E` has: its handlers by event type."""

    def _register(self, event_type: str, transaction: bool, unknown: bool) -> Any:
        raise NotImplementedError

    @overload
    def on(
        self, event_type: Literal["payin-link.update"], *, transaction: Literal[False] = False
    ) -> Register[E, _models.PayinLink]: ...
    @overload
    def on(
        self, event_type: Literal["payin-link.update"], *, transaction: Literal[True]
    ) -> RegisterInTransaction[E, _models.PayinLink]: ...

    @overload
    def on(
        self, event_type: Literal["payin-source.update"], *, transaction: Literal[False] = False
    ) -> Register[E, _models.PayinSource]: ...
    @overload
    def on(
        self, event_type: Literal["payin-source.update"], *, transaction: Literal[True]
    ) -> RegisterInTransaction[E, _models.PayinSource]: ...

    @overload
    def on(
        self, event_type: Literal["payin-request.update"], *, transaction: Literal[False] = False
    ) -> Register[E, _models.PayinRequest]: ...
    @overload
    def on(
        self, event_type: Literal["payin-request.update"], *, transaction: Literal[True]
    ) -> RegisterInTransaction[E, _models.PayinRequest]: ...

    @overload
    def on(
        self, event_type: Literal["payout-target.update"], *, transaction: Literal[False] = False
    ) -> Register[E, _models.PayoutTarget]: ...
    @overload
    def on(
        self, event_type: Literal["payout-target.update"], *, transaction: Literal[True]
    ) -> RegisterInTransaction[E, _models.PayoutTarget]: ...

    @overload
    def on(
        self, event_type: Literal["payout-request.update"], *, transaction: Literal[False] = False
    ) -> Register[E, _models.PayoutRequest]: ...
    @overload
    def on(
        self, event_type: Literal["payout-request.update"], *, transaction: Literal[True]
    ) -> RegisterInTransaction[E, _models.PayoutRequest]: ...

    @overload
    def on(
        self, event_type: Literal["payin-settlement.update"], *, transaction: Literal[False] = False
    ) -> Register[E, _models.PayinSettlement]: ...
    @overload
    def on(
        self, event_type: Literal["payin-settlement.update"], *, transaction: Literal[True]
    ) -> RegisterInTransaction[E, _models.PayinSettlement]: ...

    @overload
    def on(self, event_type: Literal["*"], *, transaction: Literal[False] = False) -> Register[E, E]: ...
    @overload
    def on(self, event_type: Literal["*"], *, transaction: Literal[True]) -> RegisterInTransaction[E, E]: ...

    @overload
    def on(self, event_type: str, *, transaction: Literal[False] = False, unknown: Literal[True]) -> Register[E, E]: ...
    @overload
    def on(
        self, event_type: str, *, transaction: Literal[True], unknown: Literal[True]
    ) -> RegisterInTransaction[E, E]: ...

    def on(self, event_type: str, *, transaction: bool = False, unknown: bool = False) -> Any:
        """Register the handler of an event type: a function or a coroutine function of one argument.

        It is handed what the argument is annotated with: the object that the event brings, such as a `PayinLink`, or
        the whole `Event`; without an annotation, the event. `"*"` takes all events that have no handler.

        Args:
            event_type: One of the contract's, or `"*"`.
            transaction: The handler is a plain function of a second argument, a SQLAlchemy `Connection`. What it writes
                there is committed together with the fact that the event is done: both or neither, whenever the process
                dies.
            unknown: Take an event type that this version doesn't know.

        Raises:
            ConfigurationError: The event type isn't the contract's, or has a handler already; the annotation is
                another; or there can be no transaction.
        """
        return self._register(event_type, transaction, unknown)
