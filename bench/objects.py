"""What is created, answered and read in every measurement."""

from __future__ import annotations

from typing import Any

__all__ = ["CREATE", "PAGE_SIZE", "payout_target"]

PAGE_SIZE = 100

# The body of every create but for its reference.
CREATE: dict[str, Any] = {
    "customerId": "01HPR8S7YF43PV3QV16TZDC80P",
    "redirectUrl": "https://shop.example/done",
    "type": "bankAccount",
    "bankAccount": {"bank": "bancolombia", "accountType": "savings", "accountNumber": "12345678901"},
    "description": "Savings account",
}


def payout_target(number: int) -> dict[str, Any]:
    """A payout target as the documentation shows one, with all its members."""
    return {
        "id": f"01HPR9B3N7Q2W5Y8A1C4E{number:05d}",
        "reference": f"target-{number}",
        "description": "Savings account",
        "customerId": "01HPR8S7YF43PV3QV16TZDC80P",
        "customerDetails": {
            "reference": f"customer-{number}",
            "name": "Ana Nuñez",
            "documentType": "cc",
            "documentNumber": f"10{number:08d}",
            "email": "ana@example.com",
            "phoneNumber": "3013111111",
        },
        "type": "bankAccount",
        "status": "active",
        "authUrl": "https://pay.palomma.com/auth/01HPR9B3N7Q2W5Y8A1C4E6G9J0",
        "redirectUrl": "https://shop.example/done",
        "createdAt": "2026-01-02T03:04:05.678Z",
        "updatedAt": "2026-01-02T03:04:05.678Z",
    }
