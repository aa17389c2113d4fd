"""Transports of the caller's: what is believed of them, and the guard for tests that mean to have one."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from types import ModuleType
from urllib.parse import urlsplit

import httpx

from ._config import is_loopback
from ._errors import ConfigurationError

__all__ = ["check_host_in_tests", "family_of", "kinds_not_sent", "kinds_permanent"]

ALLOWED_HOSTS = "PALOMMA_ALLOW_HOSTS"


def family_of(transport: object) -> ModuleType:
    """Return httpx2 for a transport that is built on it, else httpx. Both work side by side."""
    roots = {kind.__module__.partition(".")[0] for kind in type(transport).__mro__}
    return sys.modules["httpx2"] if "httpx2" in roots else httpx


def kinds_not_sent(transport: object) -> tuple[type[Exception], ...]:
    """Return the errors of a transport after which no byte of the request has left this machine (R1).

    They are believed of httpx's and httpx2's own transports alone. Any other may raise what it likes: httpx-aiohttp
    raises `ConnectTimeout` for a server that hangs up after it has read the request. Nor is a subclass believed.
    """
    family = family_of(transport)
    if type(transport) not in (family.HTTPTransport, family.AsyncHTTPTransport):
        return ()
    return family.ConnectError, family.ConnectTimeout, family.PoolTimeout, *kinds_permanent(family)


@cache
def kinds_permanent(family: ModuleType) -> tuple[type[Exception], ...]:
    """Return the errors of `family` that another attempt would end in, too."""
    return family.UnsupportedProtocol, family.LocalProtocolError


def check_host_in_tests(url: str) -> None:
    """Refuse to send to a real server from a pytest run: a mock that patches httpx does not reach our own transport.

    The pytest plugin sets $PALOMMA_ALLOW_HOSTS; elsewhere this does nothing. Raises `ConfigurationError`.
    """
    allowed = os.environ.get(ALLOWED_HOSTS)
    host = urlsplit(url).hostname or ""
    if allowed is None or is_loopback(host) or host in re.split(r"[\s,]+", allowed.lower()):
        return
    raise ConfigurationError(
        f"This is a pytest run, and the call would really go to {host}: mocks that patch httpx (respx, pytest-httpx) "
        "do not reach this client. Use the fixture palomma_mock, or transport=httpx.MockTransport(router.handler). To "
        "really send, name the host in the ini option palomma_allow_hosts or with the marker of that name"
    )
