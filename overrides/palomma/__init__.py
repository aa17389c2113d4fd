"""A client for Palomma's payments API: one call never pays twice, no outcome is lost, no key is shown.

`Palomma` and `AsyncPalomma` are the clients, `palomma.models` what they take and give, `palomma.webhooks` what Palomma
tells by itself, and `PalommaError` the base of all errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _errors
from ._errors import *

if TYPE_CHECKING:
    from ._budget import RetryBudget
    from ._client import AsyncPalomma, Palomma
    from ._instrumentation import Attempt, Outcome
    from .descriptions import Description, describe

__version__ = "0.1.0"

__all__ = [
    "AsyncPalomma",
    "Attempt",
    "Description",
    "Outcome",
    "Palomma",
    "RetryBudget",
    "__version__",
    "describe",
]
__all__ += _errors.__all__

# Imported when first asked for: who needs a model or a webhook pays for no HTTP.
_LAZY = {
    "AsyncPalomma": "_client",
    "Attempt": "_instrumentation",
    "Description": "descriptions",
    "Outcome": "_instrumentation",
    "Palomma": "_client",
    "RetryBudget": "_budget",
    "describe": "descriptions",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
