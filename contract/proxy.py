"""An independent judge: Prism as a validating proxy between the client and the mock. Needs Node, and `npm ci`."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from palomma import Palomma
from palomma_mock import MockServer

from .client_calls import call_everything
from .spec import FILE, ROOT
from .world import World

__all__ = ["Watch", "main", "prism", "watched_calls"]

_PRISM = ROOT / "node_modules" / ".bin" / "prism"
_READY = "Prism is listening"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def prism(upstream: str) -> Iterator[str]:
    """The URL of a Prism that passes everything on to `upstream`, and says in a header what broke the contract."""
    port = _free_port()
    command = [str(_PRISM), "proxy", str(FILE), upstream, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout
        if not any(_READY in line for line in process.stdout):
            raise RuntimeError("Prism did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


class Watch(httpx.BaseTransport):
    """A transport that reads Prism's verdicts."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.answers = 0
        self.violations: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on, and take note."""
        response = self._inner.handle_request(request)
        self.answers += 1
        for violation in json.loads(response.headers.get("sl-violations", "[]")):
            self.violations.append(f"{request.method} {request.url.path}: {violation['message']}")
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def watched_calls(mock: MockServer, base_url: str) -> Watch:
    """All calls of the client, through this proxy."""
    watch = Watch()
    with Palomma(mock.api_key, base_url=base_url, transport=watch) as client:
        call_everything(client, World(mock.clock.now), lambda: mock.advance(7 * 86_400))
    return watch


def main() -> int:
    """Print how many answers Prism saw, and each violation; 1 if there is one, or if Prism misses a planted one."""
    with MockServer(seed=1, auto_approve=True) as mock, prism(mock.base_url) as base_url:
        watch = watched_calls(mock, base_url)
        print(f"{watch.answers} answers through Prism, {len(watch.violations)} violations")
        print(*watch.violations, sep="\n")
        # The control: an answer that the contract forbids has to be noticed.
        with Palomma(mock.api_key, base_url=base_url, transport=(control := Watch())) as client:
            mock.fail_next("unknown_enum")
            client.merchant_accounts.list()
        print(f"planted: {len(control.violations)} noticed")
    return 1 if watch.violations or not control.violations else 0


if __name__ == "__main__":
    sys.exit(main())
