"""What the pages name must exist: names of the packages, calls of a client, make targets, options, links.

python docs/check.py              the Markdown pages
python docs/check.py build/site   and the built site: no link leads nowhere, nothing comes from another host
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import site_pages
import sphinx.search.en
import sphinx.search.es

from palomma_mock._cli import parser

ROOT = Path(__file__).parents[1]
NAME = re.compile(r"(?<![\w./@+\"-])(palomma(?:_mock|_api|_schemas)?(?:\.[A-Za-z_]\w*)+)(?![\w-]*[/@])")
IMPORT = re.compile(r"^\s*from (palomma\S*) import (.+?)(?:#.*)?$", re.MULTILINE)
CALL = re.compile(r"\bclient\.([a-z_]+)\.([a-z_]+)\(")
TARGET = re.compile(r"(?:`|^|\$ )make ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)(?=`|\s*#|\s*$|\s[A-Z])", re.MULTILINE)
OPTION = re.compile(r"palomma-mock((?: --[a-z-]+(?: [^\s`-]\S*)?)+)")
SWITCH = [{"a es", "link en", "link es"}, {"a en", "link en", "link es"}]  # of an English page, of a Spanish one
SOUGHT = ("duplicado", "conciliar", "reconcile")  # in both languages: people type what they think
FILES = ("palomma.md", "palomma.yaml", "palomma.git", "palomma.example")


def _exists(name: str) -> bool:
    """Return whether it can be imported, or reached as an attribute."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if part in getattr(thing, "__annotations__", {}) or part in getattr(thing, "__slots__", ()):
                return True
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
        return True
    return False


def _names(text: str) -> Iterator[str]:
    prose = re.sub(r"https?://\S+", "", text)
    for name in NAME.findall(prose):
        # In a test, `palomma_mock` is the fixture: a MockServer.
        known = _exists(name) or _exists(name.replace("palomma_mock.", "palomma_mock.MockServer.", 1))
        # What stands in quotes is data, such as the name of a span's attribute.
        if name not in FILES and f'"{name}"' not in text and not known:
            yield f"{name} does not exist"
    for module, names in IMPORT.findall(text):
        for name in re.findall(r"\w+", re.sub(r"\bas \w+", "", names)):
            if not _exists(f"{module}.{name}"):
                yield f"{module}.{name} does not exist"


def _commands(text: str, targets: set[str], options: set[str], calls: set[tuple[str, str]]) -> Iterator[str]:
    for named in TARGET.findall(text):
        yield from (f"make {target} does not exist" for target in named.split() if target not in targets)
    for named in OPTION.findall(text):
        wrong = set(re.findall(r"--[a-z-]+", named)) - options
        yield from (f"palomma-mock {option} does not exist" for option in sorted(wrong))
    for call in set(CALL.findall(text)) - calls:
        yield f"client.{call[0]}.{call[1]} does not exist"


def _links(page: Path, text: str) -> Iterator[str]:
    for link in re.findall(r"\]\((?!<?https?:|mailto:|#)([^)\s]+)\)", text):
        if not (page.parent / urldefrag(link).url).exists():
            yield f"{link} leads nowhere"


def pages() -> list[Path]:
    """Return every Markdown page of the repository, those that are made included."""
    site_pages.write()
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])


def page_problems() -> Iterator[str]:
    """What is wrong in the Markdown pages."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    options = set(parser()._option_string_actions)
    calls = {(resource, name) for resource, name, _ in site_pages.methods()}
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for problem in (*_names(text), *_commands(text, targets, options, calls), *_links(page, text)):
            yield f"{page.relative_to(ROOT)}: {problem}"


class _Page(HTMLParser):
    """The ids and the addresses of a built page, and the languages that it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.languages: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.ids.add(value)
            if name == "hreflang" and value:
                self.languages.add(f"{tag} {value}")
            if name == "href" and tag == "a" and value:
                self.links.append(value)
            elif name in ("href", "src", "srcset") and value:
                self.assets.append(value)


def site_problems(site: Path) -> Iterator[str]:
    """What is wrong in the built site."""
    bilingual = (site / "es").is_dir()
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    for path in pages:  # Redoc's program names addresses that no attribute does
        for address in set(re.findall(r"https?://cdn\.[^\"'`\s]+", path.read_text(encoding="utf-8"))):
            yield f"{path}: {address} comes from another host"
    for path, page in pages.items():
        # What Redoc renders is one program: its links are resolved when it runs.
        links = [] if path.name == "contract.html" else page.links
        for link in [*links, *page.assets]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in page.assets and parts.scheme != "data":
                    yield f"{path}: {link} comes from another host"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{path}: {link} leads nowhere"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{path}: {link} has no such place"
        if (
            path.name != "contract.html"
            and bilingual
            and (missing := SWITCH[site / "es" in path.parents] - page.languages)
        ):
            yield f"{path}: lacks {', '.join(sorted(missing))} to the other language"
    if bilingual:
        yield from _search_problems(site)
    for path in site.rglob("*.css"):
        for address in re.findall(r"""(?:url\(|@import)\s*['"]?((?:https?:)?//[^'")\s]+)""", path.read_text()):
            yield f"{path}: {address} comes from another host"


def _search_problems(site: Path) -> Iterator[str]:
    """What people look for and the search of each language doesn't find."""
    for folder, language in ((site, sphinx.search.en.SearchEnglish), (site / "es", sphinx.search.es.SearchSpanish)):
        stem = language({}).stem
        index = (folder / "searchindex.js").read_text(encoding="utf-8").lower()
        yield from (f"{folder}: the search doesn't find {word}" for word in SOUGHT if f'"{stem(word)}":' not in index)


def main() -> int:
    """Print what is wrong; return 1 if anything is."""
    problems = [*page_problems()]
    for site in sys.argv[1:]:
        problems += site_problems(Path(site).resolve())
    print(*problems, sep="\n", end="\n" if problems else "")
    return bool(problems)


if __name__ == "__main__":
    raise SystemExit(main())
