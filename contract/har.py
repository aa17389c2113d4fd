"""HTTP archives that can be kept: the key and personal data are masked before anything is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from schemathesis import Response

from palomma._redaction import Redactor

__all__ = ["MASK", "entry", "read", "write"]

MASK = "***"
# What says who a person is or where the money lies; `bank` and `documentType` alone don't.
_PERSONAL = {"name", "email", "phoneNumber", "documentNumber", "accountNumber", "reference", "description"}
_CAPABILITIES = {"authUrl", "paymentUrl"}  # whoever has such a URL can act as the payer
_HEADERS = {"content-type", "retry-after", "allow"}


def _masked(value: Any, hide: Redactor, name: str = "") -> Any:
    """The same shape and types, without what is personal. What was sent is cut out of any text that echoes it."""
    if isinstance(value, dict):
        return {key: _masked(member, hide, key) for key, member in value.items()}
    if isinstance(value, list):
        return [_masked(item, hide, name) for item in value]
    if name in _CAPABILITIES and isinstance(value, str):
        return f"https://masked.example/{MASK}"
    if name in _PERSONAL and value is not None and not isinstance(value, bool):
        return MASK if isinstance(value, str) else type(value)(0)
    return hide.text(value) if isinstance(value, str) else value


def _text(body: Any, hide: Redactor) -> str:
    """JSON with its personal members masked; anything else can't be masked, so only its size is kept."""
    try:
        return json.dumps(_masked(json.loads(body or b""), hide), ensure_ascii=False)
    except ValueError:
        return f"{MASK} {len(body or b'')} bytes, not JSON"


def _url(url: str, hide: Redactor) -> str:
    parts = urlsplit(url)
    query = [(name, _masked(value, hide, name)) for name, value in parse_qsl(parts.query)]
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=urlencode(query, safe="*")))


def _headers(headers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Only headers known to be harmless; the rest may hold the key, a cookie or an address."""
    return [{"name": k, "value": v if k in _HEADERS else MASK} for k, v in _first(headers).items()]


def _first(headers: Mapping[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value[0] if isinstance(value, list) else value) for name, value in headers.items()}


def entry(operation: str, response: Response) -> dict[str, Any]:
    """One exchange, masked. Its comment is the operationId."""
    request, media = response.request, (response.headers.get("content-type") or [""])[0]
    keys = [value.rpartition(" ")[2] for name, value in _first(request.headers).items() if name == "authorization"]
    hide = Redactor.of(json.loads(cast(bytes, request.body or b"null")), *keys)
    asked: dict[str, Any] = {"method": request.method, "url": _url(request.url or "", hide)}
    asked["headers"] = _headers(request.headers)
    if request.body:
        asked["postData"] = {"mimeType": "application/json", "text": _text(request.body, hide)}
    content = {"size": len(response.content), "mimeType": media, "text": _text(response.content, hide)}
    told = {"status": response.status_code, "headers": _headers(response.headers), "content": content}
    return {"comment": operation, "time": round(response.elapsed * 1000, 2), "request": asked, "response": told}


def write(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """An archive of these exchanges."""
    path.parent.mkdir(parents=True, exist_ok=True)
    log = {"version": "1.2", "creator": {"name": "palomma contract", "version": "1"}, "entries": list(entries)}
    path.write_text(json.dumps({"log": log}, ensure_ascii=False, indent=1), encoding="utf-8")


def read(path: Path) -> list[dict[str, Any]]:
    """The exchanges of an archive."""
    return cast(list[dict[str, Any]], json.loads(path.read_text(encoding="utf-8"))["log"]["entries"])
