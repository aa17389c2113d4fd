"""What a request of the API asks for, if it is allowed and well-formed. Nothing is done here."""

import hmac
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from .contract import Call, Contract, Operation
from .messages import MAX_BODY, Answer, Request, error
from .schema import RefusedError

_LARGEST_KEY = 255


def _number(text: str) -> float:
    """Return 2000.0 as 2000, which is the same in JSON. Raises OverflowError for what no float can hold."""
    number, whole = float(text), int(float(text))
    return whole if whole == number else number


_JSON = msgspec.json.Decoder(float_hook=_number)


def asked(contract: Contract, request: Request, api_key: str) -> Call | Answer:
    """Return what is asked for, or the answer that says why not. Raises RefusedError for what is malformed."""
    route = contract.route(request.path)
    operations, ids = route or ({}, [])
    operation = operations.get(request.method)
    if (operation is None or operation.secured) and not _authorized(contract, request, api_key):
        bearer = contract.key_places[0][0] == "bearer"
        return error(401, "Unauthorized", *([("www-authenticate", "Bearer")] if bearer else []))
    if route is None:
        return error(404, "Not found")
    if operation is None:
        return error(405, "Method not allowed", ("allow", ", ".join(sorted(operations))))
    query = _query(contract, operation, request.query)
    return Call(operation, ids, query, _body(contract, operation, request), _key(operation, request), request)


def _authorized(contract: Contract, request: Request, api_key: str) -> bool:
    for place, name in contract.key_places:
        given = request.headers.get(name, "")
        if place == "query":
            given = dict(parse_qsl(request.query)).get(name, "")
        if place == "bearer":
            scheme, _, given = given.partition(" ")
            given = given.strip() if scheme.lower() == "bearer" else ""
        if hmac.compare_digest(given.encode("latin-1", "replace"), api_key.encode()):
            return True
    return False


def _query(contract: Contract, operation: Operation, text: str) -> dict[str, str]:
    """Return the parameters that the operation has; others are ignored."""
    given = parse_qsl(text, keep_blank_values=True) if text else []
    pairs = [(name, value) for name, value in given if name in operation.parameters]
    parameters = dict(pairs)
    if len(parameters) < len(pairs):
        raise RefusedError("query: a parameter is given twice")
    for name, parameter in operation.query.items():
        if name in parameters:
            _check_text(contract, parameter.get("schema", {}), parameters[name], name)
        elif parameter.get("required"):
            raise RefusedError(f"{name}: required")
    return parameters


def _check_text(contract: Contract, schema: Mapping[str, Any], text: str, name: str) -> None:
    kind = contract.schemas.at(schema).get("type")
    if kind in ("string", "integer"):
        number = kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text)
        contract.schemas.check(schema, int(text) if number else text, name)


def _body(contract: Contract, operation: Operation, request: Request) -> Any:
    if request.body is None:
        raise RefusedError(f"body: larger than {MAX_BODY} bytes", 413)
    if operation.body is None:
        return None
    if not request.body:
        if operation.body_required:
            raise RefusedError("body: required")
        return None
    if not _is_json(request.headers.get("content-type", ""), request.headers.get("content-encoding", "identity")):
        raise RefusedError("content-type: application/json in UTF-8 only", 415)
    try:
        value = _JSON.decode(request.body)
        contract.schemas.check(operation.body, value)
        msgspec.json.encode(value)  # What the contract leaves open must be kept all the same.
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise RefusedError("body: not JSON in UTF-8") from None
    except (RecursionError, OverflowError, ValueError):  # the last for what jsonschema-rs finds too deep
        raise RefusedError("body: nested too deeply, or a number too large") from None
    return value


@lru_cache(256)
def _is_json(content_type: str, encoding: str) -> bool:
    media, *parameters = [part.strip().lower() for part in content_type.split(";")]
    in_utf8 = set(parameters) <= {"", "charset=utf-8", 'charset="utf-8"'}
    return bool(re.fullmatch(r"application/(.+\+)?json", media)) and in_utf8 and encoding == "identity"


def _key(operation: Operation, request: Request) -> str | None:
    if operation.key is None:
        return None
    name = operation.key["name"]
    key = request.headers.get(name.lower())
    if key is None and operation.key.get("required"):
        raise RefusedError(f"{name}: required")
    if key is not None and not 1 <= len(key) <= _LARGEST_KEY:
        raise RefusedError(f"{name}: 1 to {_LARGEST_KEY} characters")
    return key
