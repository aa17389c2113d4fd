"""The examples of docs/, run as they are, with the real frameworks, against the real deliveries of palomma-mock."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from palomma_mock import MockServer
from tests.objects import new_customer, new_target

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SCENARIOS: list[tuple[Any, float]] = [("out_of_order", 60.0), ("duplicate", 60.0), ("tampered", 0.0)]
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


def answers(mock: MockServer) -> list[tuple[str, str, list[str]]]:
    """What the example answered: event type, the object's state, and each attempt's status and text."""
    return [
        (
            notice.event_type,
            json.loads(notice.body)["event"]["status"],
            [f"{a['status']} {a['body']}" for a in notice.attempts],
        )
        for notice in mock.webhooks
    ]


@pytest.mark.parametrize(
    ("example", "signature", "payouts"),
    [
        ("webhooks_fastapi.py", "hex", "handled"),
        ("webhooks_starlette.py", "base64", "handled"),
        ("webhooks_flask.py", "hex", "ignored"),
        ("webhooks_django.py", "base64", "ignored"),
    ],
)
def test_example(example: str, signature: Any, payouts: str, tmp_path: Path) -> None:
    """Each example handles real deliveries once, refuses old states and forgeries, and ignores what it doesn't know."""
    with (
        running(example, tmp_path) as url,
        MockServer(webhook_url=url, integrity_key=KEY, signature=signature, bank_delay=60.0) as mock,
        mock.client() as client,
    ):
        customer = new_customer(client)
        links = []
        for scenario, wait in SCENARIOS:
            link = client.payin_links.create(
                customer_id=customer.id, redirect_url="https://example.com", amount=5000, available_types=["pse"]
            )
            links.append(link.id)
            mock.next_webhook(scenario)
            mock.decide(link.id, "approve")
            mock.advance(wait)
        said = answers(mock)
        mock.restart(webhook_url=url, integrity_key=KEY, signature=signature, auto_approve=True)
        target = new_target(client)
        mock.settle()
        client.payout_requests.create(payout_target_id=target, amount=5000)
        mock.settle()
        said_of_payouts = answers(mock)
    with contextlib.closing(sqlite3.connect(tmp_path / "webhooks.db")) as database:
        written = dict(database.execute("SELECT id, status FROM links"))

    assert sorted(said) == [
        ("payin-link.update", "approved", ["200 handled"]),
        ("payin-link.update", "approved", ["200 handled"]),
        ("payin-link.update", "processing", ["200 handled", "200 duplicate"]),
        ("payin-link.update", "processing", ["200 stale"]),
        ("payin-link.update", "processing", ["400 signature_mismatch"]),
    ]
    assert written == {links[0]: "approved", links[1]: "approved"}
    assert said_of_payouts[-1] == ("payout-request.update", "approved", [f"200 {payouts}"])
    assert {entry[0]: entry[2] for entry in said_of_payouts[:-1]} == {"payout-target.update": ["200 ignored"]}


def test_documentation_names_every_example() -> None:
    """docs/webhooks.md leads to each example, and names no other."""
    page = (EXAMPLES.parent / "webhooks.md").read_text()

    assert sorted(set(re.findall(r"webhooks_\w+\.py", page))) == sorted(
        path.name for path in EXAMPLES.glob("webhooks_*.py")
    )
