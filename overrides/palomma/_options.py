"""The settings of a client, checked once, before anything is sent. No message shows the key."""

from __future__ import annotations

import inspect
import ipaddress
import math
import os
import re
import ssl
from contextlib import suppress
from functools import cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from palomma_api.contract import ENVIRONMENTS
from palomma_api.runtime.values import importing

from ._errors import ConfigurationError

__all__ = ["Options", "Secret", "check_hook", "check_retries", "check_seconds", "default_context", "is_loopback"]


class Secret:
    """A text that its repr doesn't show."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<Secret>"


class Options(NamedTuple):
    """What a client and all its copies have in common."""

    secret: Secret
    base_url: str
    environment: str | None
    """The name of the contract's environment, if it is one of them."""
    proxy: str | None
    ssl_context: ssl.SSLContext | None
    max_response_bytes: int

    @classmethod
    def checked(
        cls, secret: Secret, environment: str | None, base_url: str | None, proxy: str | None,
        ssl_context: ssl.SSLContext | None, max_response_bytes: int, direct: bool,
    ) -> Options:  # fmt: skip
        """Check them; fill in what the process's environment says. `direct`: no proxy is looked for.

        Raises `ConfigurationError`.
        """
        check_key(secret)
        base_url, environment = resolve_base_url(environment, base_url)
        if proxy is not None:
            check_proxy(proxy, base_url)
        elif not direct:
            proxy = find_proxy(base_url)
        return cls(secret, base_url, environment, proxy, ssl_context, max_response_bytes)


@cache
def default_context() -> ssl.SSLContext:
    """Return httpx's TLS settings, one for the process: reading the authorities' certificates costs more than all else
    in a client. It imports what knows them, so a fork waits (R4)."""
    with importing:
        return httpx.create_ssl_context()


def check_key(secret: Secret) -> None:
    """It can be sent as a header. Takes no text, so that a traceback that shows the locals shows no key."""
    if not secret.value:
        raise ConfigurationError("There is no API key: pass api_key=… or set PALOMMA_API_KEY")
    if not isinstance(secret.value, str) or not re.fullmatch(r"[\x21-\x7e]+", secret.value):
        raise ConfigurationError(
            "The API key must be printable ASCII without spaces or line ends: copy it again, without what surrounds it"
        )


def resolve_base_url(environment: str | None, base_url: str | None) -> tuple[str, str | None]:
    """The URL that every path is added to, and the name of its environment if it is one of the contract's.

    What is passed counts before what the process's environment says.
    """
    url = base_url if base_url is not None or environment is not None else os.environ.get("PALOMMA_BASE_URL")
    if url is None:
        name = environment if environment is not None else os.environ.get("PALOMMA_ENVIRONMENT", "sandbox")
        if name not in ENVIRONMENTS:
            raise ConfigurationError(f"environment must be {' or '.join(map(repr, ENVIRONMENTS))}, not {name!r}")
        return ENVIRONMENTS[name], name
    parts = _split(url, "base_url")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ConfigurationError(
            "base_url must be https:// (http:// only to this machine): the key would travel in clear"
        )
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ConfigurationError("base_url must be scheme, host and path alone: no user, query or fragment")
    return url.rstrip("/"), None


def _split(url: str, name: str) -> SplitResult:
    with suppress(ValueError, AttributeError):
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        if known and not re.search(r"[\x00-\x20\x7f]", url):
            return parts
    raise ConfigurationError(f"{name} must be a URL such as https://host/path")


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def check_seconds(name: str, value: float, *, zero: bool = True) -> float:
    """Return seconds, none or more (without `zero` more than none), and not for ever. Raises `ConfigurationError`."""
    known = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not known or not 0 <= value < math.inf or not (value or zero):
        least = "0 or above" if zero else "above 0"
        raise ConfigurationError(f"{name} must be a number of seconds, {least}; None would wait for ever")
    return float(value)


def check_retries(max_retries: int) -> int:
    """How often a call may be sent again."""
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:
        raise ConfigurationError("max_retries must be a whole number, 0 or more")
    return max_retries


def check_hook(hook: object) -> None:
    """Refuse a hook that would have to be awaited: nobody would do that. Raises `ConfigurationError`."""
    if inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(getattr(hook, "__call__", None)):  # noqa: B004
        name = getattr(hook, "__qualname__", type(hook).__name__)
        raise ConfigurationError(
            f"the hook {name} is async: it would never be awaited. Pass a plain function; it may start a task"
        )


def check_proxy(proxy: str, base_url: str) -> str:
    """An `http://` proxy; the TLS to Palomma goes through it untouched."""
    if not base_url.startswith("https:"):
        raise ConfigurationError("proxy needs a base_url of https://: without TLS it would see the key")
    if _split(proxy, "proxy").scheme != "http":
        raise ConfigurationError("proxy must be http://…; for others pass transport=httpx.HTTPTransport(proxy=…)")
    return proxy


def find_proxy(base_url: str) -> str | None:
    """The proxy that the environment asks for (HTTPS_PROXY, ALL_PROXY, NO_PROXY). Never for http://: it would see the
    key."""
    parts = urlsplit(base_url)
    proxies = getproxies() if parts.scheme == "https" else {}
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return check_proxy(proxy if "://" in proxy else f"http://{proxy}", base_url)
