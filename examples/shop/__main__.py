"""The shop and a mock of its own, on this machine: `python -m examples.shop`.

pip install 'palomma[mock,inbox]' fastapi uvicorn python-multipart
"""

from __future__ import annotations

import argparse
import socket
from tempfile import TemporaryDirectory

import sqlalchemy as sa
import uvicorn

from palomma.webhooks import Webhook
from palomma_mock import Clock, MockServer

from ._app import create_app


def main() -> None:
    """Serve until interrupted. It has no login: it listens to this machine only."""
    parser = argparse.ArgumentParser(description="A shop that collects and pays out, against the mock.")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", options.port)) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = MockServer(clock=Clock(), bank_delay=2.0, webhook_url=f"{origin}/webhooks/palomma")
        with server as mock, mock.client() as client:
            database = sa.create_engine(f"sqlite:///{folder}/shop.db")
            app = create_app(client, Webhook(mock.integrity_key), database, origin)
            print(f"The shop: {origin}/    Palomma's place is taken by {mock.origin}/", flush=True)
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
