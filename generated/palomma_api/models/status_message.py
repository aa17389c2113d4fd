from typing import Literal, TypeAlias

StatusMessage: TypeAlias = Literal[
    "AUTHENTICATION_FAILED",
    "BANK_NOT_AVAILABLE",
    "CUSTOMER_CANCELLATION",
    "DECLINED_BY_BANK",
    "DOCUMENT_ACCOUNT_MISMATCH",
    "ERROR",
    "EXPIRED",
    "INVALID_ACCOUNT",
    "NOT_ENOUGH_FUNDS",
]
