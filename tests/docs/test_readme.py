"""The README says what is so: its snippets run, its table is the contract's."""

from __future__ import annotations

import re
from importlib import resources
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_a_snippet_runs_as_printed(snippet: str, capsys: pytest.CaptureFixture[str]):
    """Copied and pasted, it does what it says."""
    exec(compile(snippet, "README.md", "exec"), {})

    assert "PayoutRequest(id='" in capsys.readouterr().out


def test_there_is_a_snippet():
    """The walk above has something to run."""
    assert len(SNIPPETS) == 1


def test_the_table_of_operations_is_the_contract(contract: dict[str, Any]):
    """Every operation stands in the README's table, and no other."""
    rows = re.findall(r"\| `(\w+\.\w+)` \| `([A-Z]+ \S+)` \|", README)
    expected = [
        f"{method.upper()} {path}"
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if "operationId" in operation
    ]
    assert sorted(request for _, request in rows) == sorted(expected)
    assert len({name for name, _ in rows}) == len(rows)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)", README))))
def test_the_make_targets_it_names_exist(target: str):
    """`make …` of the README is in the Makefile."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)#]+)", README))))
def test_its_links_lead_somewhere(link: str):
    """A relative link names a file of the repository."""
    assert (ROOT / link).exists()


def test_an_index_shows_no_link_into_the_repository():
    """Nor what cog reads; the links that lead to the web stay."""
    shown = metadata("palomma").get_payload() or metadata("palomma")["Description"]

    assert re.findall(r"\]\((?!https?:)", shown) == []
    assert "[Palomma](https://docs.palomma.com)" in shown and "[[[" not in shown
    assert len(re.findall(r"^\| `\w+\.\w+` \|", shown, re.MULTILINE)) == README.count("| `GET ") + README.count(
        "| `POST "
    )


def test_the_index_for_assistants_leads_to_pages():
    """Every link of llms.txt is a page of the site, or is made as one."""
    text = (ROOT / "docs/llms.txt").read_text()
    links = re.findall(r"\]\(([^)]+)\.html\)", text)

    made = {"reference/models"}
    assert links and [link for link in links if link not in made and not (ROOT / "docs" / f"{link}.md").exists()] == []


def test_assistants_are_told_in_the_wheel():
    """SKILL.md lies beside the code."""
    assert (resources.files("palomma") / "SKILL.md").read_text(encoding="utf-8").startswith("---\nname: palomma\n")
