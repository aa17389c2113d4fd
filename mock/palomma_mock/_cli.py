"""The command `palomma-mock`."""

import argparse
import math
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rules.settings import Settings


def port(text: str) -> int:
    """Return a port number, for argparse, whose message repeats this function's name."""
    if not 0 <= (number := int(text)) <= 65535:
        raise ValueError
    return number


def parser() -> argparse.ArgumentParser:
    """Return the command's options: where to listen, and the settings in the words of their docstring."""
    from msgspec.structs import fields

    from .rules.settings import Settings

    options = argparse.ArgumentParser(
        prog="palomma-mock",
        description="Palomma's payments API on this machine, with pages, webhooks and failures. No money moves.",
    )
    options.add_argument("--version", action="version", version=version("palomma"))
    add: Any = options.add_argument
    add("--host", default="127.0.0.1", help="Address to listen on. (default: %(default)s, this machine only)")
    add("--port", type=port, default=8080, help="Port to listen on, 0 for any free one. (default: %(default)s)")
    defaults = Settings()
    for setting in fields(Settings):
        name, default = setting.name, getattr(defaults, setting.name)
        told = "".join(re.findall(rf"(?m)^ +{name}: (.+)", Settings.__doc__ or ""))
        ways: dict[type, Any] = {bool: {"action": argparse.BooleanOptionalAction}, tuple: {"action": "append"}}
        option = ways.get(type(default), {}) | ({} if isinstance(default, bool) else {"metavar": "VALUE"})
        shown = f" (default: {default})" if isinstance(default, (bool, int, float, str)) else ""
        if name != "clock":
            also = ["--forward-to"] if name == "webhook_url" else []
            add("--" + name.replace("_", "-"), *also, help=told + shown, **option)
    return options


def _settings(options: argparse.Namespace) -> "Settings":
    from .rules.faults import Fault, Lies
    from .rules.settings import Settings

    given = {name: value for name, value in vars(options).items() if value is not None and name not in ("host", "port")}
    given["allowed_hosts"] = [options.host.lower(), *given.get("allowed_hosts", ())]
    given["faults"] = [Fault.from_text(text, "kind") for text in given.get("faults", ())]
    given["lies"] = Lies.from_text(given.get("lies", ""))
    return Settings.from_texts(given | {"contract": options.contract and Path(options.contract)})


def _greet(host: str, port: int, settings: "Settings", base: str, own: bool) -> None:
    shown = f"[{host}]" if ":" in host else host
    print(f"API        http://{shown}:{port}{base}")
    print(f"Dashboard  http://{shown}:{port}/")
    known = settings.api_key == type(settings)().api_key
    print(f"Key        Bearer {settings.api_key}" if known else "Key        Bearer, with the key you gave")
    if settings.bank_delay == math.inf:
        print("Payments stay open until you decide.")
    if not own:
        print(f"Listening on {host}: whoever can reach this machine can use the mock and see what it holds.")
    print("Stop it with Ctrl-C.", flush=True)


def _fail(problem: object) -> int:
    print(f"palomma-mock: {problem}", file=sys.stderr)
    return 1


def _run(options: argparse.Namespace) -> int:
    from .http.app import create_app, is_loopback
    from .http.server import listen, server_for
    from .state.mock import Mock
    from .state.store import StateError

    try:
        mock = Mock(_settings(options))
    except (ValueError, TypeError, OSError, StateError) as problem:
        return _fail(problem)
    try:
        listener = listen(options.host, options.port)
    except OSError as problem:
        mock.close()
        where = f"{options.host} port {options.port}"
        return _fail(f"can't listen on {where}: {problem.strerror}; choose another with --port")
    # Once everything is closed, uvicorn raises the interrupt again.
    with listener, suppress(KeyboardInterrupt):
        _greet(options.host, listener.getsockname()[1], mock.settings, mock.contract.base, is_loopback(options.host))
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
