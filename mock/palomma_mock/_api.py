"""The API itself, sans-io: a request in, an answer out. Servers and transports are thin shells around `Api.answer`."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote

import msgspec

from ._engine import Members
from ._objects import RefusedError
from ._resources import RESOURCES, Operation, Resource, operation_for
from ._sandbox import Sandbox

__all__ = ["BASE_PATH", "MAX_BODY", "Answer", "Api", "Request", "error"]

BASE_PATH = "/v0"
MAX_BODY = 1 << 20
_JSON = ("content-type", "application/json")
_DEFAULT_LIMIT, _MAX_LIMIT = 20, 100
# RFC 3986: a scheme, then only the characters that a URI may have.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_URI_MEMBERS = ("redirectUrl",)


@dataclass(frozen=True, slots=True)
class Request:
    """What the API sees of a request; header names in lower case. `body` is None when it was too large to keep."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes | None = b""
    origin: str = "http://127.0.0.1"


class Answer(NamedTuple):
    """What the API says."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (_JSON,)


class _Route(NamedTuple):
    resource: Resource
    id: str | None
    parent: str | None


def error(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    """The one shape of every error answer."""
    return Answer(status, msgspec.json.encode({"message": message}), (_JSON, *headers))


_DECODERS = {kind: msgspec.json.Decoder(resource.body) for kind, resource in RESOURCES.items() if resource.body}
_BELOW = {(resource.parent, resource.segment): resource for resource in RESOURCES.values() if resource.parent}


def _route(path: str) -> _Route | None:
    match [unquote(segment) for segment in path.removeprefix(BASE_PATH).split("/")[1:]]:
        case [kind, *rest] if kind in RESOURCES and not RESOURCES[kind].parent and len(rest) < 2 and all(rest):
            return _Route(RESOURCES[kind], rest[0] if rest else None, None)
        case [kind, parent, segment, *rest] if (kind, segment) in _BELOW and parent and len(rest) < 2 and all(rest):
            return _Route(_BELOW[kind, segment], rest[0] if rest else None, parent)
    return None


def _allowed(route: _Route) -> dict[str, Operation]:
    actions = {"GET": "get"} if route.id else {"GET": "list", "POST": "create"}
    found = {method: operation_for(route.resource.kind, action) for method, action in actions.items()}
    return {method: operation for method, operation in found.items() if operation}


def operation_of(request: Request) -> Operation | None:
    """The operation that a request asks for, if it is one of the contract's."""
    route = _route(request.path)
    return _allowed(route).get(request.method) if route else None


# Reading a request


def _reason(problem: str) -> str:
    """msgspec's message as `member: reason`, without the value that it may quote."""
    problem, _, path = problem.partition(" - at `$")
    member = path.rstrip("`").lstrip(".")
    if missing := re.fullmatch(r"Object missing required field `(.+)`", problem):
        return ".".join(filter(None, (member, missing[1]))) + ": required"
    if problem.startswith("Invalid enum value"):
        problem = "not one of the allowed values"
    return f"{member}: {problem}" if member else f"body: {problem}"


def _read(resource: Resource, body: bytes) -> Members:
    try:
        members: Members = msgspec.to_builtins(_DECODERS[resource.kind].decode(body))
    except msgspec.ValidationError as problem:
        raise RefusedError(_reason(str(problem))) from None
    except RecursionError:
        raise RefusedError("body: nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RefusedError("body: not JSON in UTF-8") from None
    for member in _URI_MEMBERS:
        if member in members and not _URI.fullmatch(members[member]):
            raise RefusedError(f"{member}: not a URI")
    return members


def _query(text: str, resource: Resource) -> dict[str, str]:
    """The parameters that the operation has; others are ignored."""
    known = {"limit", "cursor", *(name for name, _ in resource.filters)}
    pairs = [
        (name, value) for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=None) if name in known
    ]
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise RefusedError("query: a parameter is given twice")
    return parameters


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= _MAX_LIMIT:
        raise RefusedError(f"limit: a whole number from 1 to {_MAX_LIMIT}")
    return int(text)


def _cursor(kind: str, position: int) -> str:
    return f"{kind}:{position}".encode().hex()


def _position(kind: str, cursor: str | None) -> int | None:
    if cursor is None:
        return None
    try:
        of, _, position = bytes.fromhex(cursor).decode("ascii").partition(":")
    except ValueError:
        of, position = "", ""
    if of != kind or not re.fullmatch("[0-9]{1,15}", position):
        raise RefusedError("cursor: not one that this list gave")
    return int(position)


def _is_json(headers: Mapping[str, str]) -> bool:
    media, *parameters = [part.strip().lower() for part in headers.get("content-type", "").split(";")]
    in_utf8 = set(parameters) <= {"", "charset=utf-8", 'charset="utf-8"'}
    return media == "application/json" and in_utf8 and headers.get("content-encoding", "identity") == "identity"


def origin_of(scheme: str, host: str, default: str) -> str:
    """Where pages are, as the caller knows this server; a Host header that is none is not repeated."""
    return f"{scheme}://{host}" if _AUTHORITY.fullmatch(host) else default


class Api:
    """The 22 operations on a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def answer(self, request: Request) -> Answer:
        """The answer to any request whatever."""
        if not self._authorized(request.headers.get("authorization", "")):
            return error(401, "Unauthorized", ("www-authenticate", "Bearer"))
        route = _route(request.path)
        if route is None:
            return error(404, "Not found")
        allowed = _allowed(route)
        operation = allowed.get(request.method)
        if operation is None:
            return error(405, "Method not allowed", ("allow", ", ".join(sorted(allowed))))
        try:
            return Answer(200, self._perform(operation, route, request))
        except RefusedError as refusal:
            return error(refusal.status, str(refusal))

    def _authorized(self, header: str) -> bool:
        scheme, _, key = header.partition(" ")
        expected = self._sandbox.settings.api_key.encode()
        return scheme.lower() == "bearer" and hmac.compare_digest(key.strip().encode("latin-1", "replace"), expected)

    def _perform(self, operation: Operation, route: _Route, request: Request) -> bytes:
        if operation.action == "create":
            return self._create(route.resource, request)
        if operation.action == "get":
            return self._sandbox.read(route.resource.kind, route.id or "", route.parent)
        return self._list(route, request.query)

    def _create(self, resource: Resource, request: Request) -> bytes:
        if request.body is None:
            raise RefusedError(f"body: larger than {MAX_BODY} bytes", 413)
        if not request.body:
            raise RefusedError("body: required")
        if not _is_json(request.headers):
            raise RefusedError("content-type: application/json in UTF-8 only", 415)
        return self._sandbox.create(resource.kind, _read(resource, request.body), request.origin)

    def _list(self, route: _Route, query: str) -> bytes:
        resource = route.resource
        parameters = _query(query, resource)
        filters = {column: parameters[name] for name, column in resource.filters if name in parameters}
        if route.parent:
            filters["owner"] = route.parent
        before = _position(resource.kind, parameters.get("cursor"))
        items, position = self._sandbox.page(resource.kind, filters, _limit(parameters.get("limit")), before)
        cursor = b"null" if position is None else b'"%s"' % _cursor(resource.kind, position).encode()
        return b'{"items":[%s],"cursor":%s,"count":%d}' % (b",".join(items), cursor, len(items))
