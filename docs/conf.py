"""The site: `make docs`. Nothing on it is loaded from another host."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import palomma  # noqa: E402

project = "palomma"
author = "the palomma developers"
project_copyright = author
version = release = palomma.__version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "site_pages"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["examples"]
myst_enable_extensions = ["colon_fence", "fieldlist", "tasklist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"palomma {release}"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
templates_path = ["_templates"]
# What `make docs-contract` rendered, where it was made.
RENDERED = HERE.parent / "build/contract"
if (RENDERED / "contract.html").exists():
    html_extra_path = [str(RENDERED)]
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


def _page(app: object, name: str, template: str, context: dict[str, object], tree: object) -> None:
    """The Spanish pages say so to browsers and to screen readers."""
    if name.startswith("es/"):
        context["language"] = "es"


def setup(app: object) -> None:
    app.connect("autodoc-process-docstring", _docstring)  # type: ignore[attr-defined]
    app.connect("html-page-context", _page)  # type: ignore[attr-defined]
