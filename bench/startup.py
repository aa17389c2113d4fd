"""What a fresh process costs until it has a client, and how much memory it has then."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from calls import ARGUMENTS, KEY
from objects import CREATE
from report import Row, Section
from timing import Cost, ratio, turns

__all__ = ["start", "startup"]

# What httpx and httpcore import if it happens to be there, as in this repository's tools and not where a client runs.
OPTIONAL = ("trio", "click", "rich", "pygments", "h2", "socksio", "brotli", "brotlicffi", "zstandard")
WITHOUT = f"import sys\nfor name in {OPTIONAL}: sys.modules[name] = None\n"
MEBI = 1024  # ru_maxrss counts KiB
MODEL_ALONE = "from palomma.models import PayoutTarget; PayoutTarget\nassert 'httpx' not in sys.modules"


def _codes(url: str) -> dict[str, str]:
    bank = ARGUMENTS["bank_account"].to_dict()
    plain = {name: value for name, value in ARGUMENTS.items() if name != "bank_account"}
    account = f"{bank['bank']!r}, {bank['accountType']!r}, {bank['accountNumber']!r}"
    return {
        "nothing": "",
        "httpx": "import httpx; httpx.Client()",
        "palomma": f"from palomma import Palomma; Palomma({KEY!r})",
        "palomma, async": f"from palomma import AsyncPalomma; AsyncPalomma({KEY!r})",
        "model": MODEL_ALONE,
        "httpx, first answer": f"import httpx, json; httpx.Client().post('{url}/payoutTargets', "
        f"json={CREATE | {'reference': 'order-7'}!r}).json()",
        "palomma, first answer": "from palomma import Palomma; from palomma.models import BankAccount\n"
        f"Palomma({KEY!r}, base_url={url!r}).payout_targets.create(bank_account=BankAccount({account}), **{plain!r})",
    }


def start(code: str) -> Cost:
    """One fresh process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PALOMMA"))}
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", WITHOUT + code], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, code
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / MEBI)


def startup(url: str, rounds: int) -> Section:
    """Imports, clients, memory."""
    codes = _codes(url)
    starts: dict[str, list[Cost]] = {name: [] for name in codes}
    for name, counts in turns(list(codes), rounds):  # what doesn't count writes the .pyc files
        cost = start(codes[name])
        if counts:
            starts[name].append(cost)
    return Section(
        "startup",
        "A fresh process",
        "`from palomma import Palomma; Palomma(key)` against `import httpx; httpx.Client()`, the start of Python "
        "included; without the extras that httpx picks up when they are there (trio, rich, …).",
        [
            Row("import and client, by the clock", ratio(starts, "palomma", "httpx", "wall"), 1.0),
            Row("import and client, CPU", ratio(starts, "palomma", "httpx", "cpu"), 0.85),
            Row("the same, async, CPU", ratio(starts, "palomma, async", "httpx", "cpu"), 0.85),
            Row("memory then", ratio(starts, "palomma", "httpx", "memory"), 1.1),
            Row("until the first answer, CPU", ratio(starts, "palomma, first answer", "httpx, first answer", "cpu")),
            Row("memory then, after an answer",
                ratio(starts, "palomma, first answer", "httpx, first answer", "memory"), 1.1),
            Row("a model alone, CPU", ratio(starts, "model", "httpx", "cpu"), note="imports no httpx"),
            Row("Python alone, CPU", ratio(starts, "nothing", "httpx", "cpu")),
        ],
        costs=starts,
        silent="what the TLS settings cost. `httpx.Client()` reads the certificates at once, and the first call over "
        "`https` does so here: a process that makes one call pays it in both. The first answer above came over http.",
    )  # fmt: skip
