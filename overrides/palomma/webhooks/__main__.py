"""`python -m palomma.webhooks verify|sign|replay`: look at one delivery by hand.

`sign` reads a body and writes the two headers that Palomma would send with it, as `curl -H @file` takes them. `verify`
reads a delivery (header lines; then, if you have it, an empty line and the body) and writes what it says. `replay`
verifies it and posts it to a receiver, as Palomma would; the receiver's inbox sees to it that nothing is handled twice.
The integrity key comes from the environment variable PALOMMA_INTEGRITY_KEY, since everybody on a machine can see its
arguments.
"""

from __future__ import annotations

import argparse
import base64
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
    parser.add_argument("command", choices=["verify", "sign", "replay"])
    parser.add_argument("file", nargs="?", help="standard input if none is given")
    parser.add_argument("--to", metavar="URL", help="where replay posts the delivery to")
    options = parser.parse_args(arguments)
    raw = Path(options.file).read_bytes() if options.file else sys.stdin.buffer.read()
    key = os.environ.get("PALOMMA_INTEGRITY_KEY")
    if key is None:
        parser.error("set PALOMMA_INTEGRITY_KEY to your integrity key")
    try:
        if options.command == "replay":
            return _replay(raw, key, options.to or parser.error("replay needs --to URL"))
        print(_verified(raw, key) if options.command == "verify" else _signed(raw, key))
    except PalommaError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _signed(body: bytes, key: str) -> str:
    return "\n".join(f"{name}: {value}" for name, value in sign(body, key).items())


def _verified(delivery: bytes, key: str) -> str:
    headers, body = _parts(delivery)
    return json.dumps(Webhook(key).verify(headers, body or None).raw, indent=2, ensure_ascii=False)


def _replay(delivery: bytes, key: str, url: str) -> int:
    import httpx  # the other commands need none

    headers, body = _parts(delivery)
    event = Webhook(key).verify(headers, body or None)
    sent = {name.lower(): value for name, value in headers if name.lower().startswith(b"x-")}
    try:
        answer = httpx.post(url, headers=sent, content=body or base64.b64decode(sent[b"x-encoded-data"]), timeout=30.0)
    except httpx.HTTPError as error:
        print(f"{url} gave no answer: {type(error).__name__}", file=sys.stderr)
        return 1
    print(f"{event.webhook_id}: {answer.status_code} {answer.text[:200]}")
    return int(not answer.is_success)


def _parts(delivery: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    head, _, body = delivery.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = [line.partition(b":") for line in head.splitlines()]
    return [(name.strip(), value.strip()) for name, _, value in lines], body


if __name__ == "__main__":
    sys.exit(main())
