"""Every Python snippet of the documentation runs as printed, against the mock."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import site_pages
from resource_pages import resource_page

import palomma.webhooks
from palomma import Palomma, PalommaError
from palomma_mock import MockServer

from .conftest import DOCS, SNIPPET, snippets

ROOT = DOCS.parent
SKILL = ROOT / "overrides/palomma/SKILL.md"
MADE = ("reference/errors", "reference/resources")  # from functions, which are called below
QUICKSTARTS = {"quickstart.md": "payout order-17", "es/quickstart.md": "pago pedido-17"}
AT_ONCE = {"quickstart.md"}


def _pages() -> list[Path]:
    """Return every page that has Python, once: a page whose code is another's but for its comments runs with that."""
    found: dict[str, Path] = {}
    for page in [ROOT / "README.md", ROOT / "README.es.md", SKILL, *sorted(DOCS.rglob("*.md"))]:
        if not page.parent.as_posix().endswith(MADE) and (parts := snippets(page)):
            found.setdefault(page.name + "".join(ast.dump(ast.parse(part)) for part in parts), page)
    return list(found.values())


PAGES = _pages()

# What a reader of these pages has before, and what the page leaves to the reader.
BEFORE = {
    "webhooks.md": """
import palomma.webhooks
from palomma.webhooks import Event, SqlInbox as _SqlInbox
import sqlalchemy
import tempfile
def _local(url):
    file = "sqlite:///" + tempfile.mkdtemp() + "/inbox.db"
    inbox = _SqlInbox(sqlalchemy.create_engine(file, poolclass=sqlalchemy.NullPool))
    inbox.create_tables()
    return inbox
palomma.webhooks.SqlInbox = _local
inbox = _local("")
event = Event("w1", "2026-11-21T10:00:00Z", "payin-link.update", {"event": {"id": "l1", "status": "approved"}})
""",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_snippets_of_a_page_run(
    page: Path, mock: MockServer, closing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """One after the other, as a reader who goes down the page would paste them."""
    monkeypatch.chdir(tmp_path)
    if page.name in AT_ONCE:
        mock.restart(auto_approve=True)
    module = types.ModuleType("page")
    module.mock = mock  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "page", module)
    monkeypatch.setattr(palomma.webhooks, "SqlInbox", palomma.webhooks.SqlInbox, raising=False)
    for snippet in [BEFORE.get(page.name, ""), *snippets(page)]:
        exec(compile(snippet, str(page), "exec"), vars(module))


@pytest.mark.parametrize("resource", site_pages.resources())
def test_the_program_of_a_resource_runs(resource: str, tmp_path: Path):
    """Blocking and awaiting, from the top to the end of the page; the Spanish page has the same code."""
    english, spanish = (_blocks(resource_page(language, resource)) for language in ("en", "es"))
    assert english == spanish and len(english) % 2 == 0

    for parts in (english[::2], english[1::2]):
        module: dict[str, Any] = {}
        with asyncio.Runner() as runner:
            for part in parts:
                running = eval(compile(part, resource, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), module)
                if running is not None:
                    runner.run(running)
            if isinstance(module["client"], Palomma):
                module["client"].close()
            else:
                runner.run(module["client"].aclose())
            module["mock"].stop()


def _blocks(text: str) -> list[str]:
    return [match[1] for match in SNIPPET.finditer(text)]


@pytest.mark.parametrize("error", [*site_pages.errors()], ids=lambda error: error.__name__)
def test_the_snippet_of_an_error_runs(error: type[PalommaError], monkeypatch: pytest.MonkeyPatch):
    """It imports the error from where it is public; the Spanish page has the same."""
    (english,), (spanish,) = (_blocks(site_pages.error_page(language, error)) for language in ("en", "es"))

    assert english == spanish
    exec(compile(english, error.__name__, "exec"), {})


@pytest.mark.parametrize(("name", "says"), QUICKSTARTS.items())
def test_the_quickstart_works_by_copy_and_paste(name: str, says: str, tmp_path: Path):
    """The sandbox started by the page's command, its script run by python: the payout is approved."""
    text = (DOCS / name).read_text()
    (command,) = re.findall(r"^palomma-mock .*$", text, re.MULTILINE)
    (script,) = snippets(DOCS / name)
    (tmp_path / "pay.py").write_text(script)
    tools = Path(sys.executable).parent
    sandbox = subprocess.Popen(
        [str(tools / command.split()[0]), *command.split()[1:], "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert sandbox.stdout
    try:
        url = sandbox.stdout.readline().split()[1]
        exported = dict(re.findall(r"^export (\w+)=(\S+)$", text, re.MULTILINE))
        assert exported == {"PALOMMA_API_KEY": "palomma-mock", "PALOMMA_BASE_URL": "http://127.0.0.1:8080/v0"}
        settings = {**os.environ, **exported, "PALOMMA_BASE_URL": url}
        run = subprocess.run(
            [sys.executable, "pay.py"], cwd=tmp_path, env=settings, capture_output=True, text=True, check=True
        )
    finally:
        sandbox.terminate()
        sandbox.communicate()

    assert run.stdout == f"{says}: approved, 50000 COP\n"
    assert run.stdout in text
