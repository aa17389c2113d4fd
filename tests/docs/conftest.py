"""What the tests of the documentation share."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from palomma import Palomma
from palomma_mock import MockServer

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))  # its scripts are imported as Sphinx does

# A Python block of a page, or a hidden one in a comment, which prepares the next or checks the last.
SNIPPET = re.compile(r"^```python\n(.*?)^```|^<!-- python\n(.*?)^-->", re.DOTALL | re.MULTILINE)


def snippets(page: Path) -> list[str]:
    """The Python of a page, in order, each at its own line so that a traceback names it."""
    text = page.read_text(encoding="utf-8")
    return ["\n" * text.count("\n", 0, m.start() + 1) + (m[1] or m[2]) for m in SNIPPET.finditer(text)]


@pytest.fixture
def mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A mock that `Palomma()` talks to, as a reader set it up by the quickstart."""
    with MockServer() as server:
        monkeypatch.setenv("PALOMMA_API_KEY", server.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", server.base_url)
        monkeypatch.setenv("PALOMMA_ENVIRONMENT", "sandbox")  # a journal wants to know whose references they are
        monkeypatch.setenv("PALOMMA_INTEGRITY_KEY", server.integrity_key)
        yield server


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A page doesn't close every client that it shows."""
    made: list[Palomma] = []
    begin = Palomma.__init__

    def remembering(self: Palomma, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        made.append(self)

    monkeypatch.setattr(Palomma, "__init__", remembering)
    yield
    for client in made:
        client.close()
