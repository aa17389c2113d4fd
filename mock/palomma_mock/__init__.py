"""palomma-mock: Palomma's payments API on your laptop, with pages, webhooks and failures. `pip install palomma[mock]`.

Four rooms: `rules` (what Palomma does, pure), `state` (what the mock holds), `pages` (what people see) and `http` (how
it is reached). Imports point from http to pages to state to rules, and never back. What is public is in `__all__` here.

Nothing is imported before it is used: pytest loads this package in every environment that has `palomma`, also where the
extra `mock` isn't installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .http.app import create_app
    from .http.server import MockServer
    from .http.transport import MockTransport
    from .rules.clock import Clock, frozen_clock
    from .rules.contract import Call, Contract
    from .rules.faults import ENDINGS, FAULTS, Fault, Lies
    from .rules.messages import Answer, Request
    from .rules.schema import RefusedError
    from .rules.settings import Settings
    from .state.mock import Exchange, Mock
    from .state.notices import SCENARIOS, sign
    from .state.store import Notice, Record, StateError

# The lightest first: a name is looked for in one after the other.
_ROOMS = (
    "rules.messages rules.clock rules.faults rules.schema rules.contract rules.settings "
    "state.store state.notices state.mock http.transport http.app http.server"
)
__all__ = [
    "ENDINGS", "FAULTS", "SCENARIOS", "Answer", "Call", "Clock", "Contract", "Exchange", "Fault", "Lies", "Mock",
    "MockServer", "MockTransport", "Notice", "Record", "RefusedError", "Request", "Settings", "StateError",
    "create_app", "frozen_clock", "sign",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for room in _ROOMS.split() if name in __all__ else ():
        if hasattr(module := import_module(f".{room}", __name__), name):
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
