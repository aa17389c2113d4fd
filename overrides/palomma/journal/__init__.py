"""Exactly once, over crashes, workers and machines: each create is written down before it is sent.

```python
from palomma import Palomma
from palomma.journal import Journal

client = Palomma("your-key", journal=Journal("payouts.db"))
client.payout_requests.create(payout_target_id="…", amount=50_000, reference="invoice-17")  # as often as you like
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._doors import Settled
    from ._journal import Intent, Journal, Moved
    from ._moves import MOVES, Entry, Key

__all__ = ["MOVES", "Entry", "Intent", "Journal", "Key", "Moved", "Settled"]

# Imported when first asked for: a client without a journal pays for no database.
_LAZY = {"Settled": "_doors", "Intent": "_journal", "Journal": "_journal", "Moved": "_journal"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    try:
        value = getattr(import_module(f".{_LAZY.get(name, '_moves')}", __name__), name)
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        raise ImportError("A journal needs SQLAlchemy: pip install 'palomma[journal]'") from error
    globals()[name] = value
    return value
