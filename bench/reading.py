"""What reading costs: members to a model, a page of 1,000, and 100,000 objects page by page."""

from __future__ import annotations

import gc
import importlib
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from objects import PAGE_SIZE, payout_target
from report import Curve, Row, Section
from stock import stock
from timing import in_turns, median, ratio

from palomma.models import PayoutTarget, PayoutTargetPage

__all__ = ["paging", "reading"]

PAGE = {"items": [payout_target(number) for number in range(1000)], "count": 1000}
READS = 1000
PAGING = """
import sys, time
from palomma import Palomma
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20
client, start = Palomma("key", base_url=sys.argv[1]), time.perf_counter()
for number, _ in enumerate(client.payout_targets.iterate(), 1):
    if number % int(sys.argv[2]) == 0:
        print(number, resident(), time.perf_counter() - start)
"""


def _reads(model: Any, members: dict[str, Any]) -> Callable[[], object]:
    def work() -> None:
        for _ in range(READS):
            model.from_dict(members)

    return work


def _kept(model: Any, body: bytes) -> int:
    """Bytes that the models of a page keep."""
    gc.collect()
    tracemalloc.start()
    kept = model.from_dict(json.loads(body))
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size


def reading(_: str, rounds: int) -> Section:
    """Models, against the stock client's."""
    body, one = json.dumps(PAGE).encode(), PAGE["items"][7]  # type: ignore[index]
    with stock():
        theirs = importlib.import_module("stock_client.models")
        single = in_turns({"stock": _reads(theirs.PayoutTarget, one), "ours": _reads(PayoutTarget, one)}, rounds)
        page = in_turns(
            {
                "stock": lambda: theirs.PayoutTargetPage.from_dict(json.loads(body)),
                "ours": lambda: PayoutTargetPage.from_dict(json.loads(body)),
                "json": lambda: json.loads(body),
            },
            rounds,
        )
        kept = [_kept(model.PayoutTargetPage, body) for model in (theirs, sys.modules["palomma.models"])]
    return Section(
        "reading",
        "Reading",
        "Answers as models, against what the generator makes of the same contract without our templates. The object "
        "is a payout target with its customer, twelve members and six.",
        [
            Row("one object, members to model", ratio(single, "ours", "stock"), 0.35),
            Row("a page of 1,000, bytes to models", ratio(page, "ours", "stock"), 0.6),
            Row("of which json.loads alone", ratio(page, "json", "stock")),
            Row("memory that the page keeps", kept[1] / kept[0], 0.7),
            Row("one object", median(single, "ours") / READS * 1e6, unit="µs"),
            Row("a page of 1,000", median(page, "ours") * 1e3, unit="ms"),
            Row("memory that the page keeps, per object", kept[1] / 1000, unit="bytes"),
        ],
        costs={f"{name}, one object": cost for name, cost in single.items()}
        | {f"{name}, a page": cost for name, cost in page.items()},
        silent="what a caller does with the models. The stock ones raise on a value that nobody announced; ours don't.",
    )


def paging(url: str, rounds: int) -> Section:
    """100,000 objects, page by page, in a process of its own."""
    command = [sys.executable, "-c", PAGING, url, str(50 * PAGE_SIZE)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    points = [tuple(map(float, line.split())) for line in text.splitlines()]
    count, memory, seconds = points[-1]
    return Section(
        "paging",
        "100,000 objects, page by page",
        f"`for target in client.payout_targets.iterate()` over pages of {PAGE_SIZE}.",
        [
            Row("memory at the end, against after 5,000 objects", memory / points[0][1], 1.05),
            Row("memory at the end", memory, unit="MiB"),
            Row("objects per second", count / seconds, unit="objects/s"),
        ],
        curves=[Curve("resident memory", [x for x, _, _ in points], [y for _, y, _ in points])],
        axes=("objects read", "MiB"),
        silent="how long Palomma takes for a page, or how large its pages are.",
    )
