"""palomma-mock: Palomma's payments API on your laptop, with pages, webhooks and failures. `pip install palomma[mock]`.

Nothing is imported before it is used: pytest loads this package in every environment that has `palomma`, also where the
extra `mock` isn't installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._app import create_app
    from ._clock import Clock, frozen_clock
    from ._faults import FAULTS, Fault
    from ._mock import Mock
    from ._notices import SCENARIOS, sign
    from ._objects import RefusedError
    from ._server import MockServer
    from ._settings import Settings
    from ._store import Notice, Record, StateError
    from ._transport import MockTransport

__all__ = [
    "FAULTS",
    "SCENARIOS",
    "Clock",
    "Fault",
    "Mock",
    "MockServer",
    "MockTransport",
    "Notice",
    "Record",
    "RefusedError",
    "Settings",
    "StateError",
    "create_app",
    "frozen_clock",
    "sign",
]

_HOMES = {
    "FAULTS": "_faults",
    "SCENARIOS": "_notices",
    "Clock": "_clock",
    "Fault": "_faults",
    "Mock": "_mock",
    "MockServer": "_server",
    "MockTransport": "_transport",
    "Notice": "_store",
    "Record": "_store",
    "RefusedError": "_objects",
    "Settings": "_settings",
    "StateError": "_store",
    "create_app": "_app",
    "frozen_clock": "_clock",
    "sign": "_notices",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
