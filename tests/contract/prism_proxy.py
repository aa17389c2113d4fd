"""An independent judge: Prism as a validating proxy between the client and the mock. Needs Node, and `npm ci`."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
from client_calls import call_everything

from contract.spec import FILE, ROOT
from palomma import Palomma
from palomma_mock import MockServer

__all__ = ["PRISM", "Watch", "prism", "serving", "watched_calls"]

PRISM = ROOT / "tools/node_modules" / ".bin" / "prism"
_READY = "Prism is listening"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def prism(upstream: str) -> AbstractContextManager[str]:
    """The URL of a Prism that passes everything on to `upstream`, and says in a header what broke the contract."""
    return _running("proxy", str(FILE), upstream)


def serving() -> AbstractContextManager[str]:
    """The URL of a Prism that answers everything itself, from the contract's examples."""
    return _running("mock", str(FILE))


@contextmanager
def _running(*arguments: str) -> Iterator[str]:
    port = _free_port()
    command = [str(PRISM), *arguments, "--host", "127.0.0.1", "--port", str(port)]
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
        call_everything(client, mock.clock.now, lambda: mock.advance(7 * 86_400))
    return watch
