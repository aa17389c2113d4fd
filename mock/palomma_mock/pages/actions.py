"""What can be done to a mock from outside: the dashboard's buttons and the control API do it by these names."""

import inspect
from collections.abc import Callable
from typing import Any

import msgspec

from palomma_mock.rules.faults import Fault, Lies
from palomma_mock.state.mock import Mock

Act = Callable[..., Any]


def _lie(mock: Mock, lies: Lies) -> None:
    mock.lies = lies


# Not the server's own `advance`, which waits for the loop that runs this.
_METHODS: dict[str, Act] = {
    "advance": Mock.advance,
    "decide": Mock.decide,
    "trigger": Mock.trigger,
    "redeliver": Mock.redeliver,
    "webhooks": Mock.next_webhook,
    "scenario": Mock.play,
    "merchantAccounts": Mock.add_merchant_account,
    "clear": lambda mock: mock.faults.clear(),
    "reset": lambda mock: mock.reset(),
}


def _body_of(name: str, method: Act) -> type[msgspec.Struct]:
    """Return what a request for a method says: its parameters, by name."""
    parameters = list(inspect.signature(method).parameters.values())[1:]
    fields = [(one.name, one.annotation, *([] if one.default is one.empty else [one.default])) for one in parameters]
    return msgspec.defstruct(name.title(), fields, forbid_unknown_fields=True, rename="camel")


def _called(method: Act) -> Act:
    return lambda mock, body: method(mock, **msgspec.structs.asdict(body))


ACTIONS: dict[str, tuple[type[Any], Act]] = {
    "faults": (Fault, Mock.add_fault),
    "lies": (Lies, _lie),
    **{name: (_body_of(name, method), _called(method)) for name, method in _METHODS.items()},
}
"""By name: the type of what says how, and what does it."""
