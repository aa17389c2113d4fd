"""The exceptions.

PalommaError
├── ConfigurationError        nothing was sent: the client was set up wrongly
├── NotSentError              nothing was sent: no byte of the request left this machine
├── ResponseError             a read failed: nothing moves by reading
├── OutcomeUnknownError       MONEY MAY HAVE MOVED: look it up before anything else
│   ├── StillUnknownError         it was looked up and not found, or can't be looked up
│   ├── ReferenceRewrittenError   objects have a reference that is only alike
│   ├── AmbiguousReferenceError   several objects have the reference
│   ├── InProgressError           another call with the reference is on its way
│   └── ConflictError             409: an earlier one may exist
├── ReferenceReusedError      nothing was sent: the journal has other words under this reference
├── ConfirmedUnreadableError  it was paid already, and can't be read just now
├── WaitTimeoutError          an object didn't reach its state in time: nothing moves by reading
└── APIError                  Palomma answered, and said no
    ├── BadRequestError       400, 422
    ├── AuthenticationError   401
    ├── PermissionDeniedError 403
    ├── NotFoundError         404
    ├── RateLimitError        429
    └── ServerError           408, 5xx and whatever else says nothing about the request; only of reads
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from palomma_api.runtime.model import mask
from palomma_api.runtime.values import load

__all__ = [
    "APIError",
    "AmbiguousReferenceError",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConfirmedUnreadableError",
    "ConflictError",
    "InProgressError",
    "NotFoundError",
    "NotSentError",
    "OutcomeUnknownError",
    "PalommaError",
    "PermissionDeniedError",
    "RateLimitError",
    "ReferenceReusedError",
    "ReferenceRewrittenError",
    "Request",
    "ResponseError",
    "ServerError",
    "StillUnknownError",
    "WaitTimeoutError",
]


class Request(NamedTuple):
    """What a call sent."""

    members: Mapping[str, Any]
    """The body's JSON members. Of what the contract marks as sensitive the last four characters are left."""
    began: datetime
    """When the call began, by this machine's clock, with its zone."""

    def __repr__(self) -> str:
        return f"<Request of {self.began}>"


class PalommaError(Exception):
    """Base of all errors of this library.

    A pickled or copied error keeps everything but the objects that it holds and the long numbers in `body` and
    `headers`: their last four digits are left.
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
    api_code: str | None = None
    """Palomma's own code of the error, where the contract has one."""
    idempotency_key: str | None = None
    """The key that was sent, where the contract has a header for it."""
    attempts: int = 0
    elapsed: float = 0.0
    """Seconds from the start of the call."""
    retry_after: float | None = None
    """Seconds that Palomma asked to wait."""
    request: Request | None = None
    """What was sent, and when."""
    entry: Any = None
    """The row of the journal, where there is one."""

    def __init__(self, text: str, **facts: Any) -> None:
        super().__init__(text)
        self.__dict__.update(facts)

    @property
    def code(self) -> str:
        """The error's stable name, for machines: `outcome_unknown` for an `OutcomeUnknownError`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__.removesuffix("Error")).lower()

    @property
    def help_url(self) -> str:
        """The error's page. It is below the address of the documentation, if the package's metadata names one."""
        metadata = load("importlib.metadata", None, "metadata")  # it takes a quarter as long as all the rest
        urls = dict(each.split(", ", 1) for each in metadata("palomma").get_all("Project-URL", ()))
        return f"{urls.get('Documentation', '')}reference/errors/{self.code}.html"

    def __reduce__(self) -> tuple[Any, ...]:
        body = mask(self.body.decode(errors="replace")).encode() if self.body else self.body
        headers = {name: mask(value) for name, value in self.headers.items()}
        kept = {name: value for name, value in self.__dict__.items() if name not in ("candidates", "last")}
        return type(self), self.args, {**kept, "body": body, "headers": headers}


class ConfigurationError(PalommaError, ValueError):
    """The client was set up wrongly. No money moved: nothing was sent."""


class NotSentError(PalommaError):
    """No byte of the request left this machine. No money moved: it is safe to try again."""


class ResponseError(PalommaError):
    """A read was not answered in a form that can be read. No money moves by reading: it is safe to try again."""


class OutcomeUnknownError(PalommaError):
    """A create was sent, its outcome is not known. Money may have moved: look it up with `client.reconcile(error)`."""

    candidates: tuple[Any, ...] = ()
    """The objects that a look-up met and that are not proven to be what was created."""


class StillUnknownError(OutcomeUnknownError):
    """A look-up didn't find it (yet), or failed. Money may have moved: it may still appear, so don't send it again."""


class ReferenceRewrittenError(OutcomeUnknownError):
    """Only objects with a reference in other case, trimmed or cut exist. Money may have moved: see `candidates`."""


class AmbiguousReferenceError(OutcomeUnknownError):
    """Several objects have the reference. Money may have moved: see `candidates`."""


class InProgressError(OutcomeUnknownError):
    """Another call with this reference is on its way. Money may have moved: ask again later."""


class ConflictError(OutcomeUnknownError):
    """409: no money moved by this call, but an earlier one may have: look `reference` up."""


class ReferenceReusedError(PalommaError):
    """The journal has this reference with other words. No money moved: nothing was sent."""

    members: tuple[str, ...] = ()
    """The members that differ from what was given first."""


class ConfirmedUnreadableError(PalommaError):
    """It exists already, and can't be read now. No money moved by this call: ask for `object_id` again later."""

    object_id: str | None = None


class WaitTimeoutError(PalommaError):
    """An object didn't reach the state that was waited for. No money moves by waiting: it is safe to wait again."""

    last: Any = None
    """The object as it was last read; None if it never was."""


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


class RateLimitError(APIError):
    """429: too many requests, not processed. No money moved: try again after `retry_after` seconds."""


class ServerError(APIError):
    """A read failed at Palomma's side. No money moves by reading: it is safe to try again."""
