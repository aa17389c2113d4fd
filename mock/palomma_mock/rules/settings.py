"""What a mock can be told when it starts: the same names and defaults in Python, in pytest and on the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from .clock import Clock
from .faults import Fault, Lies
from .options import Options

# Not secrets: every palomma-mock has them unless told otherwise, and no other service does.
DEFAULT_API_KEY = "palomma-mock"
DEFAULT_INTEGRITY_KEY = "palomma-mock-integrity"
LARGEST_AMOUNT = 10**15
"""Pesos. Sums of this many still fit where SQLite and JSON keep them."""
Scenario = Literal["payer_never_comes", "bank_down_on_monday", "commit_shows_late", "lost_and_late"]
_Pesos = Annotated[int, Meta(ge=0, le=LARGEST_AMOUNT, description=f"0 to {LARGEST_AMOUNT} pesos")]
_Key = Annotated[str, Meta(pattern="^[!-~]+$", description="visible ASCII characters only: it travels in a header")]
_Delay = Annotated[float, Meta(ge=0, description="0 or more seconds, or inf: until you decide")]
_Url = Annotated[str, Meta(pattern="^https?://", description="an http:// or https:// URL")]
_Patience = Annotated[float, Meta(gt=0, le=3600, description="more than 0, at most 3600 seconds")]
_Instant = Annotated[float, Meta(ge=0, le=LARGEST_AMOUNT, description="seconds since 1970")]


class Settings(Options, frozen=True, kw_only=True):
    """The settings of one mock.

    Args:
        api_key: Key that calls must bear.
        auto_approve: Act for the payer: approve at once what would wait on a page.
        bank_delay: Seconds that the bank takes; inf: until you decide.
        opening_balance: Pesos in the default merchant account.
        payin_limit: Largest payin in pesos.
        payout_limit: Largest payout in pesos.
        strict: Refuse what a bank would refuse; otherwise the dashboard warns of it.
        seed: Make ids and chances repeatable.
        public_url: Where browsers find the mock, if not where calls do.
        webhook_url: Where to send a notification of every change of state.
        integrity_key: Key that signs webhooks.
        signature: Form of X-Signature: hex or base64.
        webhook_timeout: Seconds that the receiver of a webhook has to answer.
        state: SQLite file that keeps everything over a restart; otherwise it is in memory.
        control: Open /_mock/, and the buttons for it: faults, lies, time and webhooks on demand.
        contract: The contract as a mapping or a JSON file; otherwise the one that palomma was generated from.
        allowed_hosts: Names besides this machine's own by which calls may know the mock.
        scenario: A story that everything happens in, by its name: see `play`.
        lies: What the mock shows later, or otherwise, than it has it.
        faults: What goes wrong from the start.
        start: Let the clock stand still, at this instant, in seconds since 1970, until it is advanced.
        clock: A clock of yours.
    """

    api_key: _Key = DEFAULT_API_KEY
    auto_approve: bool = False
    bank_delay: _Delay = 0.0
    opening_balance: _Pesos = 100_000_000
    # https://docs.palomma.com/api-documentation/general: unless Palomma raises them.
    payin_limit: _Pesos = 2_000_000
    payout_limit: _Pesos = 5_000_000
    strict: bool = True
    seed: int | None = None
    public_url: _Url | None = None
    webhook_url: _Url | None = None
    integrity_key: Annotated[str, Meta(min_length=1)] = DEFAULT_INTEGRITY_KEY
    signature: Literal["hex", "base64"] = "hex"
    webhook_timeout: _Patience = 5.0
    state: str | None = None
    control: bool = True
    contract: Path | Mapping[str, Any] | None = None
    allowed_hosts: tuple[str, ...] = ()
    scenario: Scenario | None = None
    lies: Lies = Lies()
    faults: tuple[Fault, ...] = ()
    start: _Instant | None = None
    clock: Clock | None = None
