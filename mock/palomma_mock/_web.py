"""What all pages share: language, forms, headers, and who may press a button."""

import secrets
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from ._html import Html, document

__all__ = ["MAX_FORM", "foreign", "form", "language", "page", "see_other"]

MAX_FORM = 1 << 16
_LANGUAGES = ("es", "en")


def language(query: Mapping[str, str], header: str) -> str:
    """Spanish or English: what the URL says, else what the browser prefers, else Spanish."""
    wanted = [query.get("lang", ""), *_preferred(header)]
    return next((tag[:2].lower() for tag in wanted if tag[:2].lower() in _LANGUAGES), "es")


def _preferred(header: str) -> list[str]:
    def quality(part: str) -> float:
        _, _, q = part.partition(";q=")
        try:
            return -float(q or 1)
        except ValueError:
            return 0.0

    return [part.strip() for part in sorted(header.split(","), key=quality)]


async def form(request: Request) -> dict[str, str]:
    """The fields of a form; too large a body counts as an empty one."""
    body = b""
    async for chunk in request.stream():
        body += chunk if len(body) <= MAX_FORM else b""
    return dict(parse_qsl(body.decode("utf-8", "replace"))) if len(body) <= MAX_FORM else {}


def foreign(request: Request) -> Response | None:
    """The refusal of a request that a page of another site had a browser send, or None."""
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc == request.headers.get("host"):
        return None
    return PlainTextResponse("only this server's own pages may do that", 403)


def page(
    title: str,
    tongue: str,
    style: str,
    body: Html,
    script: str = "",
    status: int = 200,
    forms: str = "; form-action 'self'",
) -> HTMLResponse:
    """A page that runs nothing but its own script and loads nothing at all."""
    nonce = secrets.token_urlsafe(12)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
        f"img-src data:; base-uri 'none'; frame-ancestors 'none'{forms}"
    )
    content = document(title, tongue, nonce, style, body, script)
    headers = {"content-security-policy": policy, "cache-control": "no-store", "x-content-type-options": "nosniff"}
    return HTMLResponse(content, status, headers)


def see_other(url: str) -> Response:
    """On to another page, after a form."""
    response = RedirectResponse("/", 303)
    # As it was given: Starlette would quote it anew.
    response.headers["location"] = url
    return response
