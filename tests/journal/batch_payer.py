"""Pays a file of references and amounts through a journal: `python -m tests.journal.batch_payer JOURNAL FILE PORT`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from palomma import Palomma
from palomma.journal import Journal


def pay(client: Palomma, file: Path) -> list[str]:
    """Pay each line, and return the ids."""
    with file.open(newline="") as lines:
        return [
            client.payout_requests.create(payout_target_id="t", amount=int(amount), reference=reference).id
            for reference, amount in csv.reader(lines)
        ]


def main(journal: str, file: str, port: str) -> None:
    address = f"http://127.0.0.1:{port}"
    with Palomma("key", environment="sandbox", base_url=address, journal=Journal(journal), timeout=30.0) as client:
        print(*pay(client, Path(file)))


if __name__ == "__main__":
    main(*sys.argv[1:])
