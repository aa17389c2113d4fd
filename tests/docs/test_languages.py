"""Every page in both languages: the same pages, the same code, and the words of the glossary."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from typing import Any

import pytest

from .conftest import DOCS

ROOT = DOCS.parent
MADE = (
    "reference/errors/",
    "reference/resources/",
    "reference/models.md",
)  # by site_pages.py, in both languages at once
BLOCK = re.compile(r"^ *```([a-z]+)\n(.*?)^ *```|^<!-- (python)\n(.*?)^-->", re.DOTALL | re.MULTILINE)
TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
# A reader's own files and pages have names of the reader's language.
OWN = re.compile(r"\b[\w-]+\.(?:csv|xlsx)\b|https://\w+\.example/\w*")


def pages(folder: Path) -> dict[str, Path]:
    """Return the pages below a folder that somebody wrote, by their paths; not those of the other language."""
    found = {page.relative_to(folder).as_posix(): page for page in folder.rglob("*.md")}
    return {name: page for name, page in found.items() if not name.startswith(("es/", *MADE))}


ENGLISH, SPANISH = {"README": ROOT / "README.md"} | pages(DOCS), {"README": ROOT / "README.es.md"} | pages(DOCS / "es")


def code(language: str, text: str) -> list[str]:
    """Return what must be the same in both languages: all but comments, what stands in quotes, and own files."""
    if language == "python":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        dropped = (
            tokenize.COMMENT,
            tokenize.NL,
            tokenize.FSTRING_MIDDLE if hasattr(tokenize, "FSTRING_MIDDLE") else -1,
        )
        return [TEXT.sub("''", _plain(each)) for each in tokens if each.type not in dropped]
    if language == "text":  # what a program prints
        return []
    return [OWN.sub("''", TEXT.sub("''", line.partition(" # ")[0].rstrip())) for line in text.splitlines()]


def _plain(token: tokenize.TokenInfo) -> str:
    return "''" if token.type == tokenize.STRING else token.string


def blocks(page: Path) -> list[tuple[str, list[str]]]:
    """Return the code blocks of a page, hidden ones included, with their languages."""
    found = BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [(kind := match[1] or match[3], code(kind, match[2] or match[4])) for match in found]


def shape(page: Path) -> tuple[list[str], list[int], list[str]]:
    """Return the levels of a page's headings, the columns of its tables' rows, and where its links lead."""
    text = re.sub(r"```.*?```|<!--.*?-->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    rows = [line.replace(r"\|", "").count("|") for line in text.splitlines() if line.lstrip().startswith("|")]
    links = re.findall(r"\]\(([^)\s]+)\)|\{\w+:?\w*\}`([^`]+)`", text)
    return (
        re.findall(r"^(#+) ", text, re.MULTILINE),
        rows,
        sorted(
            re.sub(r"^(\.\./)+|\bes/", "", link or role.partition("<")[2].lstrip("./") or role) for link, role in links
        ),
    )


def prose(page: Path) -> str:
    """Return a page without its code."""
    text = re.sub(r"```.*?```|<!--.*?-->|`[^`]*`", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)", "]", text)


def test_no_page_is_in_one_language_only():
    """The Spanish pages stand at the same paths, below docs/es."""
    assert ENGLISH.keys() == SPANISH.keys()


@pytest.mark.parametrize("name", sorted(ENGLISH.keys() & SPANISH.keys()))
def test_the_code_of_both_languages_is_the_same(name: str):
    """But for comments, what stands in quotes, and own files. A page that includes its English twin may have none."""
    if "start-after:" not in SPANISH[name].read_text(encoding="utf-8") or blocks(SPANISH[name]):
        assert blocks(SPANISH[name]) == blocks(ENGLISH[name])


@pytest.mark.parametrize("name", sorted(ENGLISH.keys() & SPANISH.keys()))
def test_both_languages_say_as_much(name: str):
    """The same headings, tables as long, and the same links."""
    if "start-after:" not in SPANISH[name].read_text(encoding="utf-8") and name != "README":
        assert shape(SPANISH[name]) == shape(ENGLISH[name])


def test_the_spanish_table_of_retries_is_the_english_one():
    """Row by row: what a read and a create do (the English table is compared with the code)."""

    def verdicts(page: Path, again: str, done: str) -> list[list[str]]:
        lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.count("|") == 4]
        cells = [[cell.strip() for cell in line.split("|")[2:4]] for line in lines[2:]]
        return [[cell.replace(again, "again").replace(done, "done") for cell in row] for row in cells]

    english = verdicts(ENGLISH["guides/retries.md"], "retry, then", "return")
    assert len(english) > 15
    assert verdicts(SPANISH["guides/retries.md"], "reintenta, luego", "devuelve") == english


@pytest.mark.parametrize("other", ["f(1)  # uno", "f('a')", 'g("a")'])
def test_a_difference_of_the_code_is_seen(other: str):
    """Another comment and another text are none; another name is one."""
    assert (code("python", other) == code("python", 'f("b")')) is (other == "f('a')")


def terms() -> list[list[str]]:
    """Return the rows of the glossary."""
    lines = (DOCS / "glossary.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith(("| `", "| |"))]


def test_the_glossary_has_the_contracts_names(contract: dict[str, Any]):
    """What the contract calls a resource in people's words is what the pages call it."""
    known = {row[0].strip("`"): row for row in terms()}
    for tag in contract["tags"]:
        model = tag["name"][0].upper() + tag["name"][1:-1]
        words = {lang: said["merchant"].lower() for lang, said in tag["x-texts"][tag["name"]].items()}

        assert known[model][1].split(",")[0] == words["en"]
        assert known[model][2].split(",")[0] == words["es"]


@pytest.mark.parametrize("name", sorted(SPANISH))
def test_the_spanish_pages_say_usted_and_the_words_of_the_glossary(name: str):
    """No *tú*, and none of the words that the glossary rules out."""
    if name != "glossary.md":
        text = prose(SPANISH[name]).lower()
        wrong = [row[4 - 1] for row in terms() if row[3]]
        familiar = ["tú", "tu", "tus", "contigo", "puedes", "tienes", "debes", "quieres", "necesitas", "usas", "haz"]

        assert [word for word in [*wrong, *familiar] if re.search(rf"\b{word}s?\b", text)] == []
