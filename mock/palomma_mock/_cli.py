"""The command `palomma-mock`."""

import argparse
import ipaddress
import math
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rules.settings import Settings

__all__ = ["main", "parser"]

_LOOPBACK_NAME = "localhost"


def port(text: str) -> int:
    """Return a port number, for argparse, whose message repeats this function's name."""
    if not 0 <= (number := int(text)) <= 65535:
        raise ValueError
    return number


def parser() -> argparse.ArgumentParser:
    """Return the command's options."""
    from .rules.settings import Settings
    from .state.notices import RETRY_AFTER

    default = Settings()
    options = argparse.ArgumentParser(
        prog="palomma-mock",
        description="Palomma's payments API on this machine, with pages, webhooks and failures. No money moves.",
    )
    add: Any = options.add_argument
    retries = ", ".join(f"{seconds:g}" for seconds in RETRY_AFTER)
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    add("--port", type=port, default=8080, help="port to listen on, 0 for any free one (default: %(default)s)")
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name that calls may use for this host",
    )
    add("--api-key", default=default.api_key, help="key that calls must bear (default: %(default)s)")
    add("--auto-approve", action="store_true", help="act for the payer: approve at once what would wait on a page")
    add(
        "--bank-delay",
        type=float,
        default=1.0,
        metavar="SECONDS",
        help="how long the bank takes; inf: until you decide",
    )
    add("--strict", action="store_true", help="refuse what a bank would refuse; otherwise the dashboard warns of it")
    for name, of in (("opening-balance", "the default merchant account"), ("payin-limit", ""), ("payout-limit", "")):
        value = getattr(default, name.replace("-", "_"))
        add(f"--{name}", type=int, default=value, metavar="COP", help=f"{of and 'of ' + of} (default: %(default)s)")
    add("--webhook-url", metavar="URL", help="where to send a notification of every change of state")
    add(
        "--integrity-key", default=default.integrity_key, help=f"signs webhooks; failed ones go again after {retries} s"
    )
    add("--signature", choices=("hex", "base64"), default="hex", help="form of X-Signature (default: %(default)s)")
    add("--state", metavar="FILE", help="keep everything in this SQLite file over a restart (default: in memory)")
    add("--seed", type=int, help="make ids and chances repeatable")
    add("--contract", type=Path, metavar="FILE", help="another contract, in JSON (default: the one of this version)")
    add(
        "--lie",
        action="append",
        default=[],
        metavar="NAME=VALUE,…",
        help="show things late or otherwise: commit_after=2",
    )
    add(
        "--fail",
        action="append",
        default=[],
        metavar="KIND,NAME=VALUE,…",
        help="a fault or an outage: html,after=9,lasts=5",
    )
    add("--control", action="store_true", help="open /_mock/: faults, lies, time and webhooks on demand")
    return options


def _settings(options: argparse.Namespace) -> "Settings":
    from .rules.faults import Fault, Lies
    from .rules.settings import Settings

    names = vars(options).keys() - {"host", "port", "lie", "fail", "allow_host"}
    return Settings(
        lies=Lies.from_text(",".join(options.lie)),
        faults=tuple(Fault.from_text(text, "kind") for text in options.fail),
        allowed_hosts=(options.host.lower(), *options.allow_host),
        **{name: getattr(options, name) for name in names},
    )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOOPBACK_NAME


def _greet(host: str, port: int, settings: "Settings", base: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"API        http://{shown}:{port}{base}")
    print(f"Dashboard  http://{shown}:{port}/")
    known = settings.api_key == type(settings)().api_key
    print(f"Key        Bearer {settings.api_key}" if known else "Key        Bearer, with the key you gave")
    if settings.bank_delay == math.inf:
        print("Payments stay `processing` until you decide.")
    if not _loopback(host):
        print(f"Listening on {host}: whoever can reach this machine can use the mock and see what it holds.")
    print("Stop it with Ctrl-C.", flush=True)


def _fail(problem: object) -> int:
    print(f"palomma-mock: {problem}", file=sys.stderr)
    return 1


def _run(options: argparse.Namespace) -> int:
    from .http.app import create_app
    from .http.server import listen, server_for
    from .state.mock import Mock
    from .state.store import StateError

    try:
        mock = Mock(_settings(options))
    except (ValueError, OSError, StateError) as problem:
        return _fail(problem)
    try:
        listener = listen(options.host, options.port)
    except OSError as problem:
        mock.close()
        where = f"{options.host} port {options.port}"
        return _fail(f"can't listen on {where}: {problem.strerror}; choose another with --port")
    # Once everything is closed, uvicorn raises the interrupt again.
    with listener, suppress(KeyboardInterrupt):
        _greet(options.host, listener.getsockname()[1], mock.settings, mock.contract.base)
        server_for(create_app(mock)).run(sockets=[listener])
    print("Stopped.")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mock until it is interrupted; 1 if it can't start."""
    try:
        return _run(parser().parse_args(arguments))
    except ImportError as problem:
        package = (problem.name or "").partition(".")[0]
        return _fail(f"{package} is missing; install the extra with: pip install 'palomma[mock]'")
