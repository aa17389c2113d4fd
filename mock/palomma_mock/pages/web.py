"""What all pages share: templates, language, words, forms, headers, and who may press a button."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from palomma_mock.rules.calendar import written
from palomma_mock.rules.contract import Contract
from palomma_mock.rules.states import ACTIVE, APPROVED, CANCELLED, PARTIAL

MAX_FORM = 1 << 16
_HERE = Path(__file__).parent
_GOOD, _BAD = (APPROVED, ACTIVE, PARTIAL, "delivered"), (CANCELLED, "failed")
_SHOWN = 4
# The language and the weight of a part of Accept-Language.
_PREFERENCE = re.compile(r"(?:^|,) *([A-Za-z]{2})[A-Za-z-]* *(?:; *q=([0-9](?:\.[0-9]+)?))? *(?=,|$)")
# Pages load their style and script from here, and nothing else from anywhere.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def pesos(amount: int) -> str:
    """Return an amount as it is written in Colombia."""
    return "$ " + f"{amount:,}".replace(",", ".")


def ending(number: Any) -> str:
    """Return an account number with all but its last characters hidden."""
    return "••••" + number[-_SHOWN:] if isinstance(number, str) and len(number) > _SHOWN else "••••"


def masked(contract: Contract, value: Any) -> Any:
    """Return a JSON value without what the contract calls sensitive (R5)."""
    if isinstance(value, list):
        return [masked(contract, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: ending(one) if name in contract.sensitive else masked(contract, one) for name, one in value.items()}


def tone(status: Any) -> str:
    """Return whether a status is good news, bad news or neither, as a class of the style sheet."""
    return "good" if status in _GOOD else "bad" if status in _BAD else ""


def pretty(value: Any) -> str:
    """Return JSON for people."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


@cache
def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(_HERE / "templates")
    templates.env.filters |= {one.__name__: one for one in (pesos, ending, tone, pretty)}
    templates.env.filters |= {"local": written, "parsed": msgspec.json.decode}
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    return templates


def static_files() -> StaticFiles:
    """Return the style sheet and the script."""
    return StaticFiles(directory=_HERE / "static")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return what pages say of themselves, by language. What the contract's values mean, it says itself."""
    read: dict[str, dict[str, str]] = msgspec.json.decode((_HERE / "texts.json").read_bytes())
    return read


def language(query: Mapping[str, str], header: str) -> str:
    """Return Spanish or English: what the URL says, else what the browser prefers, else Spanish."""
    preferred = sorted(_PREFERENCE.findall(header), key=lambda found: -float(found[1] or 1))
    wanted = [query.get("lang", "")[:2].lower(), *(tag.lower() for tag, _ in preferred)]
    return next((tag for tag in wanted if tag in texts()), "es")


async def body_of(request: Request) -> bytes | None:
    """Return the body, or None if it is too large; no more of it is read than that."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            return None
    return body


async def form(request: Request) -> dict[str, str]:
    """Return the fields of a form that say something; too large a body counts as an empty one."""
    return dict(parse_qsl((await body_of(request) or b"").decode("utf-8", "replace")))


def foreign(request: Request) -> Response | None:
    """Return the refusal of a request that a page of another site had a browser send, or None."""
    origin = request.headers.get("origin")
    if origin is None or origin.partition("://")[2] == request.headers.get("host"):
        return None
    return PlainTextResponse("only this server's own pages may do that", 403)


def page(
    request: Request, template: str, query: Mapping[str, str] | None = None, *, status: int = 200,
    forms: str = "'self'", **values: Any
) -> Response:  # fmt: skip
    """Return a page in the reader's language. It runs only its own script, and loads nothing from elsewhere."""
    query = request.query_params if query is None else query
    tongue = language(query, request.headers.get("accept-language", ""))
    policy = _POLICY + (f"; form-action {forms}" if forms else "")
    headers = {"content-security-policy": policy, "cache-control": "no-store", "x-content-type-options": "nosniff"}
    context = {"text": texts()[tongue], "lang": tongue, "other": "en" if tongue == "es" else "es"}
    context["query"] = {name: value for name, value in query.items() if name != "since"}
    return _templates().TemplateResponse(request, template, context | values, status, headers)


def see_other(url: str) -> Response:
    """Return the way to another page, after a form."""
    # As it was given: Starlette's RedirectResponse would quote it anew.
    return Response(status_code=303, headers={"location": url})
