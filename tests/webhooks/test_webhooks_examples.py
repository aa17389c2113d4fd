"""The examples of docs/, run as they are, with the real frameworks, against the real deliveries of palomma-mock."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palomma.models import BankAccount
from palomma_mock import MockServer

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
KEY = "integrity-key-of-the-examples"


@contextlib.contextmanager
def running(example: str, folder: Path) -> Iterator[str]:
    """Start an example in an empty folder, on a port that the system chooses, and give the URL of its webhook."""
    command = [
        sys.executable,
        "-u",
        str(EXAMPLES / example),
        *(["runserver", "--noreload", "0"] if "django" in example else []),
    ]
    environment = {**os.environ, "PALOMMA_INTEGRITY_KEY": KEY, "PORT": "0"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        said = ""
        try:
            for line in process.stdout:
                said += line
                if listening := re.search(r"http://127\.0\.0\.1:\d+", line):
                    break
            else:
                pytest.fail(said)
            yield f"{listening[0]}/webhooks/palomma"
        finally:
            process.terminate()


@pytest.mark.parametrize(
    ("example", "signature"),
    [
        ("webhooks_fastapi.py", "hex"),
        ("webhooks_starlette.py", "base64"),
        ("webhooks_flask.py", "hex"),
        ("webhooks_django.py", "base64"),
    ],
)
def test_example(example: str, signature: str, tmp_path: Path) -> None:
    with (
        running(example, tmp_path) as url,
        MockServer(webhook_url=url, integrity_key=KEY, signature=signature, bank_delay=60.0) as mock,
        mock.client() as client,
    ):
        customer = client.customers.create(
            name="Ana Nuñez", document_type="cc", document_number="1", email="a@example.com", phone_number="3013111111"
        )
        link = client.payin_links.create(
            customer_id=customer.id,
            redirect_url="https://example.com",
            amount=5000,
            
            available_types=["pse"],
        )
        mock.next_webhook("out_of_order")
        mock.decide(link.id, "approve")
        mock.advance(60)
        for n in mock.webhooks:
            print(n.event_type, n.scenario, n.attempts, n.body)
    assert 0
