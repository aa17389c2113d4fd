"""What openapi-python-client makes of the same contract with its own templates."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent

__all__ = ["stock"]


@contextmanager
def stock() -> Iterator[None]:
    """The package `stock_client` can be imported."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
        paths = ["--path", str(ROOT / "openapi/palomma.yaml"), "--output-path", f"{folder}/stock_client"]
        subprocess.run([*command, *paths], check=True, capture_output=True)
        sys.path.insert(0, folder)
        try:
            yield
        finally:
            sys.path.remove(folder)
