"""HTML that can't be written unescaped: every child and attribute is text unless an `element` made it."""

from html import escape

__all__ = ["Html", "document", "element", "fragment"]

_VOID = ("input", "meta", "link", "br")


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def _text(child: object) -> str:
    return child if isinstance(child, Html) else escape(str(child), quote=True)


def fragment(*children: object) -> Html:
    """Children one after another; None is nothing."""
    return Html("".join(_text(child) for child in children if child is not None))


def element(name: str, /, *children: object, **attributes: object) -> Html:
    """`element("a", "text", href=…)`. A trailing `_` is dropped, others become `-`; None and False leave one out."""
    given = {key: value for key, value in attributes.items() if value is not None and value is not False}
    shown = {key.rstrip("_").replace("_", "-"): value for key, value in given.items()}
    inside = "".join(f" {key}" if value is True else f' {key}="{_text(value)}"' for key, value in shown.items())
    return Html(f"<{name}{inside}>" if name in _VOID else f"<{name}{inside}>{fragment(*children)}</{name}>")


def document(title: str, language: str, nonce: str, style: str, body: Html, script: str = "") -> str:
    """A whole page, which loads nothing from anywhere. Style and script are ours, and hold no data."""
    head = fragment(
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex"),
        element("link", rel="icon", href="data:,"),
        element("title", title),
        element("style", Html(style), nonce=nonce),
    )
    code = element("script", Html(script), nonce=nonce) if script else None
    return "<!doctype html>" + element("html", element("head", head), element("body", body, code), lang=language)
