"""The command `palomma-mock`."""

import argparse
import ipaddress
import math
import sys
from collections.abc import Sequence
from contextlib import suppress

from ._notices import RETRY_AFTER
from ._settings import DEFAULT_API_KEY, DEFAULT_INTEGRITY_KEY, Settings

__all__ = ["main"]

_LOOPBACK_NAME = "localhost"


def port(text: str) -> int:
    """A port number, for argparse, whose message repeats this function's name."""
    if not 0 <= (number := int(text)) <= 65535:
        raise ValueError
    return number


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    options = argparse.ArgumentParser(
        prog="palomma-mock",
        description="Palomma's payments API on this machine, with pages, webhooks and failures. No money moves.",
    )
    add = options.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    add("--port", type=port, default=8080, help="port to listen on, 0 for any free one (default: %(default)s)")
    add("--api-key", default=DEFAULT_API_KEY, help="key that calls must bear (default: %(default)s)")
    add("--auto-approve", action="store_true", help="act for the payer: approve at once what would wait on a page")
    add(
        "--bank-delay",
        type=float,
        default=1.0,
        metavar="SECONDS",
        help="how long the bank takes; inf: until you decide",
    )
    add("--opening-balance", type=int, default=100_000_000, metavar="COP", help="of the default merchant account")
    add("--webhook-url", metavar="URL", help="where to send a notification of every change of state")
    retries = ", ".join(f"{seconds:g}" for seconds in RETRY_AFTER)
    add(
        "--integrity-key", default=DEFAULT_INTEGRITY_KEY, help=f"signs webhooks; failed ones go again after {retries} s"
    )
    add(
        "--signature",
        choices=("hex", "base64"),
        default="hex",
        help="how X-Signature is written (default: %(default)s)",
    )
    add("--state", metavar="FILE", help="keep everything in this SQLite file over a restart (default: in memory)")
    add("--seed", type=int, help="make ids repeatable")
    add("--control", action="store_true", help="open /_mock/: faults, time and webhooks on demand")
    return options


def _settings(options: argparse.Namespace) -> Settings:
    names = vars(options).keys() - {"host", "port"}
    return Settings(**{name: getattr(options, name) for name in names})


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOOPBACK_NAME


def _greet(host: str, port: int, settings: Settings) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"API        http://{shown}:{port}/v0")
    print(f"Dashboard  http://{shown}:{port}/")
    key = f"Bearer {DEFAULT_API_KEY}" if settings.api_key == DEFAULT_API_KEY else "Bearer, with the key you gave"
    print(f"Key        {key}")
    if settings.bank_delay == math.inf:
        print("Payments stay `processing` until you decide.")
    if not _loopback(host):
        print(f"Listening on {host}: whoever can reach this machine can use the mock and see what it holds.")
    print("Stop it with Ctrl-C.", flush=True)


def _fail(problem: object) -> int:
    print(f"palomma-mock: {problem}", file=sys.stderr)
    return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock until it is interrupted; 1 if it can't start."""
    options = parser().parse_args(arguments)
    try:
        from ._app import serve_mock
        from ._mock import Mock
        from ._server import listen, server_for
        from ._store import StateError
    except ImportError as problem:
        package = (problem.name or "").partition(".")[0]
        return _fail(f"{package} is missing; install the extra with: pip install 'palomma[mock]'")
    try:
        mock = Mock(_settings(options))
    except (ValueError, StateError) as problem:
        return _fail(problem)
    try:
        listener = listen(options.host, options.port)
    except OSError as problem:
        mock.close()
        where = f"{options.host} port {options.port}"
        return _fail(f"can't listen on {where}: {problem.strerror}; choose another with --port")
    # Once everything is closed, uvicorn raises the interrupt again.
    with listener, suppress(KeyboardInterrupt):
        _greet(options.host, listener.getsockname()[1], mock.sandbox.settings)
        server_for(serve_mock(mock)).run(sockets=[listener])
    print("Stopped.")
    return 0
