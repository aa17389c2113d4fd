"""The site: `make docs`. Nothing on it is loaded from another host.

It is built twice, from docs into build/site and from docs/es into build/site/es, with this one configuration: the
Spanish pages stand at the same paths as the English ones. `-D language=es` makes it the Spanish one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import palomma._client  # noqa: E402
import palomma.journal  # noqa: E402

# What only type checkers import there: without it autodoc can't resolve the names of the signatures that name it.
palomma._client.Journal = palomma.journal.Journal  # type: ignore[attr-defined]

project = "palomma"
author = "the palomma developers"
project_copyright = author
version = release = palomma.__version__
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "site_pages",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["examples", "es"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist", "tasklist"]
copybutton_prompt_text = "$ "
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"palomma {release}"
html_theme_options = {"top_of_page_buttons": ["view"]}  # our template makes it the language switch
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_extra_path = [str(HERE / "llms.txt")]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
templates_path = ["_templates"]
# What `make docs-contract` rendered, where it was made.
RENDERED = HERE.parent / "build/contract"
if (RENDERED / "contract.html").exists():
    html_extra_path.append(str(RENDERED))
    tags.add("contract")  # type: ignore[name-defined]  # noqa: F821

default_role = "code"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_preserve_defaults = True
autoclass_content = "both"
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
nitpicky = True
# Other projects' names, whose inventories would have to be fetched, and private ones.
nitpick_ignore_regex = [("py:.*", r"(?!palomma(\.|$)).*"), ("py:.*", r"palomma\..*\b_.*")]

FENCE = re.compile(r"^```python$")


def _fences(lines: list[str]) -> list[str]:
    """Docstrings are Markdown where they show code; autodoc reads reStructuredText."""
    out: list[str] = []
    inside = False
    for line in lines:
        if FENCE.match(line.strip()):
            inside = True
            out += ["", ".. code-block:: python", ""]
        elif inside and line.strip() == "```":
            inside = False
            out.append("")
        else:
            out.append("   " + line if inside else line)
    return out


def _docstring(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    lines[:] = _fences(lines)


def _page(app: Any, name: str, template: str, context: dict[str, Any], tree: object) -> None:
    """Every page leads to the same page in the other language, for people and for search engines."""
    up = "../" * name.count("/")
    spanish = app.config.language == "es"
    context["other_language"] = "en" if spanish else "es"
    context["other_page"] = f"{up}../{name}.html" if spanish else f"{up}es/{name}.html"
    pages = {app.config.language: context["pathto"](name), context["other_language"]: context["other_page"]}
    links = [f'<link rel="alternate" hreflang="{language}" href="{page}">' for language, page in pages.items()]
    context["metatags"] = "\n".join([context.get("metatags", ""), *links])


def setup(app: Any) -> None:
    app.connect("autodoc-process-docstring", _docstring)
    app.connect("html-page-context", _page)
