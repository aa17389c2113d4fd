"""The pages that are made from the code: every method, every model, every text of a status."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_overloads

import palomma
from palomma import models
from palomma_api.client import Resources
from palomma_api.contract import LIFECYCLES
from palomma_api.runtime.values import lazy
from palomma_api.texts import TEXTS

HERE = Path(__file__).parent
METHODS = """# Every method on one page

`client` is a {py:obj}`palomma.Palomma`. {py:obj}`palomma.AsyncPalomma` has the same methods, to be awaited; its
`iterate` is for `async for`. Any of them can raise the [errors](errors.md) of this library. Made from the code.
"""
MODELS = """# Models

What calls take and give: `from palomma.models import …`. Members of an answer that hold one of several documented
values are typed with these values, and hold any other that Palomma may add. Made from the contract.
"""


def methods() -> Iterator[tuple[str, str, Any]]:
    """The resource, the name and the function of every method of a client."""
    with palomma.Palomma("documentation", base_url="http://127.0.0.1:1") as client:
        for resource in [name for name, value in vars(Resources).items() if isinstance(value, lazy)]:
            for name, method in vars(type(getattr(client, resource))).items():
                if not name.startswith("_"):
                    yield resource, name, method


def _signature(method: Any) -> str:
    """One parameter a line where there are several: read on a phone, too."""
    # Of several ways to call it the first: the members of the body, one by one.
    signature = inspect.signature(next(iter(get_overloads(method)), method))
    shown = [
        f"{name}: {_plain(parameter.annotation)}"
        + ("" if parameter.default is parameter.empty else f" = {parameter.default!r}")
        for name, parameter in signature.parameters.items()
        if name not in ("self", "unknown")
    ]
    arguments = ", ".join(shown) if len(shown) < 2 else "\n    " + ",\n    ".join(shown) + ",\n"
    return f"({arguments}) -> {_plain(signature.return_annotation)}"


def _plain(annotation: str) -> str:
    """A type without the module it comes from."""
    return re.sub(r"\b_(models|values|datetime|uuid|builtins)\.", "", annotation)


def _prose(method: Any) -> str:
    """The docstring without its arguments, links made into links."""
    text = inspect.cleandoc(method.__doc__).partition("\nArgs:")[0]
    return re.sub(r"(https://\S+)", r"<\1>", text)


def methods_page() -> str:
    """Markdown."""
    parts, before = [METHODS], ""
    for resource, name, method in methods():
        if resource != before:
            parts.append(f"## {resource}\n")
            before = resource
        parts.append(f"### {resource}.{name}\n\n```python\nclient.{resource}.{name}{_signature(method)}\n```\n")
        parts.append(_prose(method) + "\n")
    return "\n".join(parts)


def models_page() -> str:
    """Markdown, whose classes autodoc fills in."""
    objects = {name: getattr(models, name) for name in models.__all__}
    lines = [MODELS, "## Values\n", "| name | values |", "|---|---|"]
    for name, value in objects.items():
        if not isinstance(value, type):
            lines.append(f"| `{name}` | {', '.join(f'`{member}`' for member in get_args(value))} |")
    lines.append("\n## Objects\n")
    for name, value in objects.items():
        if isinstance(value, type):
            lines += [f"### {name}\n", "```{eval-rst}", f".. autoclass:: palomma.models.{name}"]
            lines += ["   :no-index-entry:", "   :exclude-members: from_dict, to_dict, type_", "```\n"]
    return "\n".join(lines)


def statuses() -> str:
    """Markdown: a table for each enum of states and of reasons, the words of both readers side by side."""
    lines: list[str] = []
    for enum in dict.fromkeys(name for each in LIFECYCLES.values() for name in (each.states, each.reasons)):
        lines += [f"### {enum}", "", "| value | you | usted | payers | pagadores |", "|---|---|---|---|---|"]
        lines += [f"| `{value}` | {' | '.join(_words(texts))} |" for value, texts in TEXTS[enum].items()]
        lines.append("")
    return "\n".join(lines)


def _words(texts: dict[str, dict[str, str]]) -> Iterator[str]:
    return (texts[lang][audience] for audience in ("merchant", "payer") for lang in ("en", "es"))


def write(app: object = None) -> None:
    """All of them, where what they say has changed."""
    pages = {"methods.md": methods_page(), "models.md": models_page(), "statuses.inc": statuses()}
    for name, text in pages.items():
        page = HERE / "reference" / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
