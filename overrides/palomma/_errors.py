"""The exceptions.

PalommaError
├── ConfigurationError        nothing was sent: the client was set up wrongly
├── NotSentError              nothing was sent: no byte of the request left this machine
├── ResponseError             a read failed: nothing moves by reading
├── OutcomeUnknownError       MONEY MAY HAVE MOVED: look it up before anything else
└── APIError                  Palomma answered, and said no
    ├── BadRequestError       400, 422
    ├── AuthenticationError   401
    ├── PermissionDeniedError 403
    ├── NotFoundError         404
    ├── ConflictError         409
    ├── RateLimitError        429
    └── ServerError           408, 5xx and whatever else says nothing about the request; only of reads
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from palomma_api.runtime.model import mask

__all__ = [
    "APIError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "NotFoundError",
    "NotSentError",
    "OutcomeUnknownError",
    "PalommaError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseError",
    "ServerError",
]


class PalommaError(Exception):
    """Base of all errors of this library.

    A pickled or copied error keeps everything but the long numbers in `body` and `headers`: their last four digits
    are left.
    """

    operation: str | None = None
    """The operationId, such as `createPayoutRequest`."""
    method: str | None = None
    path: str | None = None
    """The path's template, without the ids."""
    reference: str | None = None
    """The reference that was sent, minted by the client if the caller gave none."""
    status_code: int | None = None
    headers: Mapping[str, str] = {}
    """The answer's headers, names in lower case."""
    body: bytes | None = None
    """The answer's body as it came."""
    message: str | None = None
    """Palomma's own `message`, with long numbers cut to their last four digits."""
    code: str | None = None
    """The error's own code, where the contract has one."""
    idempotency_key: str | None = None
    """The key that was sent, where the contract has a header for it."""
    attempts: int = 0
    elapsed: float = 0.0
    """Seconds from the start of the call."""
    retry_after: float | None = None
    """Seconds that Palomma asked to wait."""

    def __init__(self, text: str, **facts: Any) -> None:
        super().__init__(text)
        self.__dict__.update(facts)

    def __reduce__(self) -> tuple[Any, ...]:
        body = mask(self.body.decode(errors="replace")).encode() if self.body else self.body
        headers = {name: mask(value) for name, value in self.headers.items()}
        return type(self), self.args, {**self.__dict__, "body": body, "headers": headers}


class ConfigurationError(PalommaError, ValueError):
    """The client was set up wrongly. No money moved: nothing was sent."""


class NotSentError(PalommaError):
    """No byte of the request left this machine. No money moved: it is safe to try again."""


class ResponseError(PalommaError):
    """A read was not answered in a form that can be read. No money moves by reading: it is safe to try again."""


class OutcomeUnknownError(PalommaError):
    """A create was sent, its outcome is not known. Money may have moved: look it up with `client.reconcile(error)`."""


class APIError(PalommaError):
    """Palomma answered with another status than success. No money moved."""


class BadRequestError(APIError):
    """400 or 422: Palomma refused the request's content. No money moved."""


class AuthenticationError(APIError):
    """401: Palomma doesn't know the API key. No money moved."""


class PermissionDeniedError(APIError):
    """403: the API key may not do this. No money moved."""


class NotFoundError(APIError):
    """404: there is no such object. No money moved."""


class ConflictError(APIError):
    """409: no money moved by this call, but an earlier one may have: look `reference` up."""


class RateLimitError(APIError):
    """429: too many requests, not processed. No money moved: try again after `retry_after` seconds."""


class ServerError(APIError):
    """A read failed at Palomma's side. No money moves by reading: it is safe to try again."""
