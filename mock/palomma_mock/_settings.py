"""What a sandbox can be told when it starts."""

import math
from dataclasses import dataclass
from typing import Literal

__all__ = ["DEFAULT_API_KEY", "DEFAULT_INTEGRITY_KEY", "Settings"]

# Not secrets: every palomma-mock has them unless told otherwise, and no other service does.
DEFAULT_API_KEY = "palomma-mock"
DEFAULT_INTEGRITY_KEY = "palomma-mock-integrity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One sandbox's settings.

    `auto_approve` acts for the payer: what would wait on a page is approved at once. `bank_delay` is how many seconds
    an object stays `processing`; infinite means until you decide. `opening_balance` is the default merchant account's,
    in pesos. `seed` makes ids repeatable. `control` opens `/_mock/`.
    """

    api_key: str = DEFAULT_API_KEY
    auto_approve: bool = False
    bank_delay: float = 0.0
    opening_balance: int = 100_000_000
    seed: int | None = None
    webhook_url: str | None = None
    integrity_key: str = DEFAULT_INTEGRITY_KEY
    signature: Literal["hex", "base64"] = "hex"
    webhook_timeout: float = 5.0
    state: str | None = None
    control: bool = False

    def __post_init__(self) -> None:
        if not self.api_key.isascii() or not self.api_key.isprintable() or not self.api_key or " " in self.api_key:
            raise ValueError("api_key: visible ASCII characters only, since it travels in a header")
        if not (self.bank_delay >= 0 or self.bank_delay == math.inf):
            raise ValueError("bank_delay: 0 or more seconds")
        if self.signature not in ("hex", "base64"):
            raise ValueError("signature: hex or base64")
        if self.webhook_url is not None and not self.webhook_url.startswith(("http://", "https://")):
            raise ValueError("webhook_url: an http:// or https:// URL")
        if not self.integrity_key:
            raise ValueError("integrity_key: at least one character")
