"""The command `palomma`, in Spanish and English: every operation of the contract, and what finance does with them.

Nothing but this file is imported before the extra `cli` is known to be there.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command. Return its exit code: see `palomma.cli._session.CODES`."""
    try:
        from ._app import run
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("palomma"):
            raise
        print(f"palomma: falta {error.name} / {error.name} is missing: pip install 'palomma[cli]'", file=sys.stderr)
        return 2
    return run(sys.argv[1:] if arguments is None else arguments)
