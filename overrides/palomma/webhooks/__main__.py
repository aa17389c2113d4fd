"""`python -m palomma.webhooks verify|sign`: look at one delivery by hand.

`sign` reads a body and writes the two headers that Palomma would send with it, as `curl -H @file` takes them. `verify`
reads a delivery (header lines; then, if you have it, an empty line and the body) and writes what it says. The integrity
key comes from the environment variable PALOMMA_INTEGRITY_KEY, since everybody on a machine can see its arguments.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from palomma._errors import PalommaError

from ._verify import Webhook, sign

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m palomma.webhooks", description="Look at one delivery by hand.")
    parser.add_argument("command", choices=["verify", "sign"])
    parser.add_argument("file", nargs="?", help="standard input if none is given")
    options = parser.parse_args(arguments)
    raw = Path(options.file).read_bytes() if options.file else sys.stdin.buffer.read()
    key = os.environ.get("PALOMMA_INTEGRITY_KEY")
    if key is None:
        parser.error("set PALOMMA_INTEGRITY_KEY to your integrity key")
    try:
        print(_verified(raw, key) if options.command == "verify" else _signed(raw, key))
    except PalommaError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _signed(body: bytes, key: str) -> str:
    return "\n".join(f"{name}: {value}" for name, value in sign(body, key).items())


def _verified(delivery: bytes, key: str) -> str:
    head, _, body = delivery.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [line.partition(b":") for line in head.splitlines()]
    event = Webhook(key).verify([(name.strip(), value.strip()) for name, _, value in lines], body or None)
    return json.dumps(event.raw, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
