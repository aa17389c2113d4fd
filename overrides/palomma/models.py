"""The models of the contract, under the client's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from palomma_api import models as _generated

if TYPE_CHECKING:
    from palomma_api.models import *

__all__ = _generated.__all__  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    return getattr(_generated, name)


def __dir__() -> list[str]:
    return list(__all__)
