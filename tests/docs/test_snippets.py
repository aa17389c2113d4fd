"""Every Python snippet of the documentation runs as printed, against the sandbox."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest
import site_pages

import palomma.webhooks
from palomma_mock import MockServer

from .conftest import DOCS, snippets

ROOT = DOCS.parent
GENERATED = DOCS / "reference/methods.md"
PAGES = [page for page in [ROOT / "README.es.md", *sorted(DOCS.rglob("*.md"))] if page != GENERATED and snippets(page)]
QUICKSTARTS = {"quickstart.md": "payout order-17", "es/primeros-pasos.md": "pago pedido-17"}
AT_ONCE = {"quickstart.md", "primeros-pasos.md"}

# What a reader of these pages has before, and what the page leaves to the reader.
BEFORE = {
    "docs/webhooks.md": """
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
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
    for snippet in [BEFORE.get(str(page.relative_to(ROOT)), ""), *snippets(page)]:
        exec(compile(snippet, str(page), "exec"), vars(module))


def test_the_signatures_of_the_method_list_are_python(tmp_path: Path):
    """What `client.….create(…)` takes and gives can be read by a program, too."""
    page = tmp_path / "methods.md"
    page.write_text(site_pages.methods_page())
    signatures = [re.sub(r"^client\.(\w+)\.(\w+)", r"def \1_\2", text.strip()) + ": ..." for text in snippets(page)]
    for signature in signatures:
        compile(signature, str(page), "exec")
    assert len(signatures) == page.read_text().count("\n### ")


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
