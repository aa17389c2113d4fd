"""What a power cut interrupts: payments, of which every third is lost; `recorder.c` notes what was received when.

python -m tests.journal.power_cut_payer JOURNAL PAYMENTS [off]
"""

from __future__ import annotations

import ctypes
import json
import sys
from contextlib import suppress

import httpx
import sqlalchemy as sa
from sqlalchemy import event

from palomma import Palomma, PalommaError
from palomma.journal import Journal


def main(path: str, payments: str, *unsafe: str) -> None:
    note = ctypes.CDLL(None).note

    def answer(request: httpx.Request) -> httpx.Response:
        sent = json.loads(request.content)
        note(f"received {sent['reference']}".encode())
        if int(sent["reference"]) % 3 == 0:
            raise httpx.ReadError("lost")
        return httpx.Response(200, json={"id": f"p{sent['reference']}", "status": "processing", **sent})

    if unsafe:  # what the journal never does
        event.listen(sa.Engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA synchronous = OFF"))
    client = Palomma(
        "key", journal=Journal(path), environment="sandbox", base_url="http://127.0.0.1:9",
        transport=httpx.MockTransport(answer),
    )  # fmt: skip
    for number in range(int(payments)):
        with suppress(PalommaError):
            made = client.payout_requests.create(payout_target_id="t", amount=2_000, reference=str(number))
            note(f"returned {made.reference} {made.id}".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
