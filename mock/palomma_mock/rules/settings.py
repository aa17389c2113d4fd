"""What a mock can be told when it starts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .faults import Fault, Lies

# Not secrets: every palomma-mock has them unless told otherwise, and no other service does.
DEFAULT_API_KEY = "palomma-mock"
DEFAULT_INTEGRITY_KEY = "palomma-mock-integrity"
LARGEST_AMOUNT = 10**15
"""Pesos. Sums of this many still fit where SQLite and JSON keep them."""
_LONGEST_DELAY = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one mock.

    Args:
        api_key: Key that calls must bear.
        auto_approve: Act for the payer: approve at once what would wait on a page.
        bank_delay: Seconds that the bank takes; infinite: until you decide.
        opening_balance: Pesos in the default merchant account.
        payin_limit: Largest payin in pesos.
        payout_limit: Largest payout in pesos.
        strict: Refuse what a bank would refuse; otherwise the dashboard warns of it.
        seed: Make ids and chances repeatable.
        webhook_url: Where to send a notification of every change of state.
        integrity_key: Key that signs webhooks.
        signature: Form of X-Signature: hex or base64.
        webhook_timeout: Seconds that the receiver of a webhook has to answer.
        state: SQLite file that keeps everything over a restart; otherwise it is in memory.
        control: Open /_mock/: faults, lies, time and webhooks on demand.
        contract: The contract as a mapping or a JSON file; otherwise the one that palomma was generated from.
        allowed_hosts: Names besides this machine's own by which calls may know the mock.
        lies: What the mock shows later, or otherwise, than it has it.
        faults: What goes wrong from the start.
    """

    api_key: str = DEFAULT_API_KEY
    auto_approve: bool = False
    bank_delay: float = 0.0
    opening_balance: int = 100_000_000
    # https://docs.palomma.com/api-documentation/general: unless Palomma raises them.
    payin_limit: int = 2_000_000
    payout_limit: int = 5_000_000
    strict: bool = False
    seed: int | None = None
    webhook_url: str | None = None
    integrity_key: str = DEFAULT_INTEGRITY_KEY
    signature: Literal["hex", "base64"] = "hex"
    webhook_timeout: float = 5.0
    state: str | None = None
    control: bool = False
    contract: Path | Mapping[str, Any] | None = None
    allowed_hosts: tuple[str, ...] = ()
    lies: Lies = field(default_factory=Lies)
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        for name, holds, rule in self._rules():
            if not holds:
                raise ValueError(f"{name}: {rule}")

    def _rules(self) -> list[tuple[str, bool, str]]:
        key, url = self.api_key, self.webhook_url
        in_header = key.isascii() and key.isprintable() and bool(key) and " " not in key
        amounts = [(name, getattr(self, name)) for name in ("opening_balance", "payin_limit", "payout_limit")]
        return [
            ("api_key", in_header, "visible ASCII characters only, since it travels in a header"),
            ("bank_delay", 0 <= self.bank_delay <= _LONGEST_DELAY or self.bank_delay == math.inf, "0 or more seconds"),
            ("signature", self.signature in ("hex", "base64"), "hex or base64"),
            ("webhook_url", url is None or url.startswith(("http://", "https://")), "an http:// or https:// URL"),
            ("integrity_key", bool(self.integrity_key), "at least one character"),
            ("webhook_timeout", 0 < self.webhook_timeout <= 3600, "more than 0, at most 3600 seconds"),
            *((name, 0 <= amount <= LARGEST_AMOUNT, f"0 to {LARGEST_AMOUNT} pesos") for name, amount in amounts),
        ]
