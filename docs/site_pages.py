"""The pages that are made from the code and the contract, in both languages: resources, models, statuses, errors.

Sphinx calls `write` before it reads the sources. `python docs/site_pages.py` writes them, too.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import attrs
import yaml
from resource_pages import WORDS, code, plain, resource_page, said

import palomma
import palomma.webhooks
from palomma import models
from palomma_api.client import Resources
from palomma_api.contract import LIFECYCLES
from palomma_api.runtime.values import lazy
from palomma_api.texts import TEXTS

HERE = Path(__file__).parent
LANGUAGES = {"en": HERE, "es": HERE / "es"}
ERRORS: dict[str, dict[str, dict[str, str]]] = yaml.safe_load((HERE / "errors.yaml").read_text(encoding="utf-8"))


def resources() -> list[str]:
    """Return the names of the resources of a client, in the contract's order."""
    return [name for name, value in vars(Resources).items() if isinstance(value, lazy)]


def methods() -> Iterator[tuple[str, str, Any]]:
    """Yield the resource, the name and the function of every method of a client."""
    with palomma.Palomma("documentation", base_url="http://127.0.0.1:1") as client:
        for resource in resources():
            for name, method in vars(type(getattr(client, resource))).items():
                if not name.startswith("_"):
                    yield resource, name, method


def models_page(language: str) -> str:
    """Return a page with the values of every enum and the members of every model, as Markdown."""
    words = WORDS[language]
    objects = {name: getattr(models, name) for name in models.__all__}
    lines = [words["models"], f"## {words['values']}\n"]
    for name, value in objects.items():
        if not isinstance(value, type):
            lines.append(f"({name})=\n### {name}\n\n{', '.join(f'`{member}`' for member in get_args(value))}\n")
    lines.append(f"## {words['objects']}\n")
    for name, value in objects.items():
        if isinstance(value, type):
            lines += _model(language, name, value)
    return "\n".join(lines)


def _model(language: str, name: str, model: type) -> Iterator[str]:
    """Yield the lines of a model: what it is, and each member with its type."""
    yield f"### {name}\n\n```{{py:class}} palomma.models.{name}\n:no-index-entry:\n```\n"
    yield said(language, inspect.getdoc(model) or "") + "\n"
    described = _descriptions(model)
    for field in attrs.fields(model):
        if field.name != "additional_properties":
            required = "" if field.default is not attrs.NOTHING else f", {WORDS[language]['always']}"
            yield f"`{field.name}`: `{plain(str(field.type))}`{required}"
            yield f": {said(language, described.get(field.name, '')) or '…'}\n"


def _descriptions(model: type) -> dict[str, str]:
    """Return the text below each member of a model, which Python itself doesn't keep."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(model)))  # type: ignore[arg-type]
    (body,) = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == model.__name__]
    return {
        node.target.id: " ".join(text.value.value.split())
        for node, text in pairwise(body)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }


def statuses(language: str) -> str:
    """Return a table for each enum of states and of reasons: what a merchant reads, and what payers read."""
    words = WORDS[language]
    other = "es" if language == "en" else "en"
    lines: list[str] = []
    for enum in dict.fromkeys(name for each in LIFECYCLES.values() for name in (each.states, each.reasons)):
        titles = [words[key] for key in ("value", "you", "you_other", "payers", "payers_other")]
        lines += [f"### {enum}", "", f"| {' | '.join(titles)} |", "|---|---|---|---|---|"]
        for value, texts in TEXTS[enum].items():
            cells = (texts[lang][audience] for audience in ("merchant", "payer") for lang in (language, other))
            lines.append(f"| `{value}` | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def errors() -> Iterator[type[palomma.PalommaError]]:
    """Yield every public error, each before those that derive from it."""

    def below(kind: type[palomma.PalommaError]) -> Iterator[type[palomma.PalommaError]]:
        if not kind.__name__.startswith("_") and kind.__module__.startswith("palomma."):
            yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    assert all(getattr(palomma.webhooks, name) for name in palomma.webhooks.__all__)  # with it come its errors
    return below(palomma.PalommaError)


def _entry(language: str, error: type[palomma.PalommaError]) -> Mapping[str, str]:
    """Return what errors.yaml says of an error; its docstring where nobody has written that yet (a test fails then)."""
    alone = {"when": inspect.getdoc(error) or "", "money": "…", "do": "…"}
    return ERRORS.get(error.__name__, {}).get(language, alone)


def error_page(language: str, error: type[palomma.PalommaError]) -> str:
    """Return the page of an error, whose name is the error's `code`."""
    words, name = WORDS[language], error.__name__
    entry = _entry(language, error)
    module = "palomma" if hasattr(palomma, name) else "palomma.webhooks"
    public = [*errors()]
    parents = [each for each in error.__mro__[1:] if each in public]
    lines = [f"# {name}", "", f'`error.code == "{code(error)}"`', ""]
    lines += [f"**{words['when']}** {entry['when']}", "", f"**{words['money']}** {entry['money']}", ""]
    lines += [f"**{words['do']}** {entry['do']}", ""]
    if parents:
        kinds = ", ".join(f"[{each.__name__}]({code(each)}.md)" for each in parents)
        lines += [f"{words['is_a']} {kinds}.", ""]
    children = [each for each in public if each.__bases__[0] is error]
    if children:
        lines += [words["kinds"], "", *(f"- [{each.__name__}]({code(each)}.md)" for each in children), ""]
    example = f"from {module} import {name}\n\ntry:\n    ...  # {words['a_call']}\nexcept {name} as error:\n"
    lines += ["```python", f"{example}    print(error.code, error.help_url)", "```", ""]
    lines += [f"{words['members']} {{py:obj}}`{module}.{name}`.", ""]
    return "\n".join(lines)


def errors_table(language: str) -> str:
    """Return a table of all errors: what happened, and whether money moved."""
    words = WORDS[language]
    lines = [f"| {words['error']} | {words['when']} | {words['money']} |", "|---|---|---|"]
    for error in errors():
        entry = {key: " ".join(text.split()) for key, text in _entry(language, error).items()}
        lines.append(f"| [{error.__name__}](errors/{code(error)}.md) | {entry['when']} | {entry['money']} |")
    return "\n".join(lines) + "\n"


def error_classes() -> str:
    """Return the directives that document the members of every error of the client, in the order of the tree."""
    names = [error.__name__ for error in errors() if hasattr(palomma, error.__name__)]
    return "\n".join(["```{eval-rst}", *(f".. autoexception:: palomma.{name}" for name in names), "```", ""])


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the place and the text of every page that is made."""
    for language, root in LANGUAGES.items():
        reference = root / "reference"
        yield reference / "models.md", models_page(language)
        yield reference / "statuses.inc", statuses(language)
        yield reference / "errors.inc", errors_table(language)
        yield reference / "error_classes.inc", error_classes()
        for resource in resources():
            yield reference / f"resources/{resource}.md", resource_page(language, resource)
        for error in errors():
            yield reference / f"errors/{code(error)}.md", error_page(language, error)


def write(app: object = None) -> None:
    """Write all of them, where what they say has changed, and remove what is no more."""
    made = dict(pages())
    for folder in {page.parent for page in made} - {root / "reference" for root in LANGUAGES.values()}:
        for page in folder.glob("*.md"):
            if page not in made:
                page.unlink()
    for page, text in made.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Have Sphinx call `write`."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}


if __name__ == "__main__":
    write()
