"""Every command of the guides runs as printed, against a mock, with the files that the page shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from palomma.cli._words import words
from palomma_mock import MockServer
from tests.objects import new_customer

from .conftest import Run, new_target

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = [
    "es/guides/pay-a-file.md", "es/guides/close-the-day.md", "es/guides/bank.md",
    "guides/pay-a-file.md", "guides/close-the-day.md", "guides/bank.md", "guides/command.md", "es/guides/command.md",
]  # fmt: skip
MONDAY = datetime.fromisoformat("2026-11-23T10:00:00-05:00").timestamp()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[MockServer]:
    """A Monday on which a link was paid; by Tuesday noon it is settled."""
    with MockServer(auto_approve=True, start=MONDAY) as mock, mock.client() as client:
        monkeypatch.setenv("PALOMMA_API_KEY", mock.api_key)
        monkeypatch.setenv("PALOMMA_BASE_URL", mock.base_url)
        customer = new_customer(client)
        client.payin_links.create(
            customer_id=customer.id, redirect_url="https://m.example/", amount=60_000, available_types=["pse"],
            reference="pedido-17",
        )  # fmt: skip
        mock.advance(26 * 3600)
        yield mock


@pytest.mark.parametrize("name", GUIDES)
def test_the_commands_of_a_guide(name: str, palomma: Run, world: MockServer, home: Path):
    """In the page's language and order; the code is 0, or the one that stands behind the command."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for file, content in re.findall(r"```\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)```", text, re.DOTALL):
        (home / file).write_text(content, encoding="utf-8")
    (home / "config/palomma").mkdir(parents=True)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("palomma ")]
    assert commands

    if "pay " in commands[0]:
        world.restart()
    for line in commands:
        command, _, comment = line.partition("  # ")
        lang = "es" if name.startswith("es/") else "en"
        ran = palomma("--lang", lang, *shlex.split(command)[1:], typed="s\n")
        assert ran.code == (int(comment.split()[-1]) if comment else 0), (line, ran)
        with world.client() as client:  # whoever has a link confirms
            for target in client.payout_targets.iterate():
                if target.status == "pending":
                    world.decide(target.id, "approve")


@pytest.mark.parametrize("name", ["README.md", "README.es.md"])
def test_the_commands_of_a_readme(name: str, palomma: Run, world: MockServer, home: Path):
    """Its three lines pay a file of the name that they say, once, and save what moved."""
    text = (DOCS.parent / name).read_text(encoding="utf-8")
    commands = [shlex.split(line) for line in re.findall(r"^palomma .*", text, re.MULTILINE)]
    with world.client() as client:
        target = new_target(client)
        (home / commands[0][2]).write_text(f"referencia;destino;valor\ninv-1;{target};50.000\n")
        codes = [palomma(*words[1:], typed="s\n").code for words in commands]
        assert codes == [0, 0, 0]
        assert [payout.amount for payout in client.payout_requests.iterate()] == [50_000]
    assert (home / commands[2][-1]).exists()


def test_the_exit_codes_of_the_guide_are_those_of_the_command():
    """The page's table has every code, and says of it what the command says."""
    text = (DOCS / "guides/command.md").read_text(encoding="utf-8")
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    assert listed == [0, 1, 2, 3, 4, 5, 6, 130]
    assert [code for code in listed if re.split("[,:;]", words(f"code_{code}").en)[0] not in text] == []
