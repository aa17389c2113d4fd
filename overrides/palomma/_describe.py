"""What a status or a status message means, and what to do about it, for people.

https://palomma-api.mintlify.app/api-documentation/statusMessages and the status pages of the objects. What to do is
ours: Palomma gives no advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from palomma_api.runtime.model import mask

__all__ = ["Description", "describe"]

LONGEST = 60


class Description(NamedTuple):
    """A meaning, and an advice to the merchant. `str()` of it is both."""

    meaning: str
    advice: str

    def __str__(self) -> str:
        return f"{self.meaning} {self.advice}"


_EN: Mapping[str, Description] = {
    "pending": Description(
        "The customer has not paid or authorised it yet.",
        "Send the customer to payment_url or auth_url, and wait for the webhook.",
    ),
    "processing": Description(
        "The bank has it, and has not answered yet.",
        "Wait for the webhook or read the object again; do not create it a second time.",
    ),
    "active": Description("The account is verified and can be used.", "Create payments with its id."),
    "approved": Description(
        "The money was collected or sent.",
        "Nothing. In a payin, amount_collected says how much and fee is taken out of it at settlement.",
    ),
    "partial": Description(
        "A part of the amount was collected: a success with less money.",
        "Read amount_collected. Collect the rest with a new payin request, if it is still owed.",
    ),
    "cancelled": Description(
        "It failed, and will not change any more.", "Read status_message for the reason. A new attempt is a new object."
    ),
    "AUTHENTICATION_FAILED": Description(
        "The customer gave the bank wrong credentials.", "Let the customer try again, with a new object."
    ),
    "BANK_NOT_AVAILABLE": Description("The bank could not be reached.", "Try again later, with a new object."),
    "CUSTOMER_CANCELLATION": Description(
        "The customer gave up.", "Ask the customer whether to try again; if so, create a new object."
    ),
    "DECLINED_BY_BANK": Description(
        "The bank refused it by its own rules.",
        "The customer must ask the bank, or use another account or means of payment.",
    ),
    "EXPIRED": Description("It was not completed in time.", "Create a new one, and tell the customer until when."),
    "INVALID_ACCOUNT": Description(
        "There is no account with this number at this bank.",
        "Check bank, account type and number with the customer, and register the account again.",
    ),
    "NOT_ENOUGH_FUNDS": Description(
        "The account does not hold enough money.",
        "In a payin, try again when the customer has funds. In a payout, look at your merchant account's balance.",
    ),
    "DOCUMENT_ACCOUNT_MISMATCH": Description(
        "The account belongs to another document number.",
        "Check whose account it is. If the data was wrong, register customer and account again.",
    ),
    "ERROR": Description(
        "It failed for a reason that Palomma does not tell.", "Ask Palomma, with the object's id, before you try again."
    ),
}

_ES: Mapping[str, Description] = {
    "pending": Description(
        "El cliente aún no ha pagado o autorizado.",
        "Envíe al cliente a payment_url o auth_url y espere el webhook.",
    ),
    "processing": Description(
        "El banco la tiene y aún no responde.",
        "Espere el webhook o consulte el objeto de nuevo; no lo cree por segunda vez.",
    ),
    "active": Description("La cuenta está verificada y se puede usar.", "Cree pagos con su id."),
    "approved": Description(
        "El dinero se recaudó o se envió.",
        "Nada. En un recaudo, amount_collected dice cuánto, y fee se descuenta de ahí al liquidar.",
    ),
    "partial": Description(
        "Se recaudó una parte del monto: un éxito con menos dinero.",
        "Consulte amount_collected. Si aún se debe el resto, recáudelo con otra solicitud.",
    ),
    "cancelled": Description(
        "Falló y ya no cambiará.", "Consulte el motivo en status_message. Un nuevo intento es un objeto nuevo."
    ),
    "AUTHENTICATION_FAILED": Description(
        "El cliente se identificó mal ante el banco.", "Permita que lo intente de nuevo, con un objeto nuevo."
    ),
    "BANK_NOT_AVAILABLE": Description(
        "No fue posible comunicarse con el banco.", "Intente más tarde, con un objeto nuevo."
    ),
    "CUSTOMER_CANCELLATION": Description(
        "El cliente desistió.", "Pregúntele si quiere intentarlo de nuevo; si es así, cree un objeto nuevo."
    ),
    "DECLINED_BY_BANK": Description(
        "El banco la rechazó por sus propias reglas.",
        "El cliente debe consultar a su banco, o usar otra cuenta u otro medio de pago.",
    ),
    "EXPIRED": Description("No se completó a tiempo.", "Cree un objeto nuevo y dígale al cliente hasta cuándo vale."),
    "INVALID_ACCOUNT": Description(
        "No existe una cuenta con ese número en ese banco.",
        "Verifique con el cliente banco, tipo y número, y registre la cuenta de nuevo.",
    ),
    "NOT_ENOUGH_FUNDS": Description(
        "La cuenta no tiene fondos suficientes.",
        "En un recaudo, intente cuando el cliente tenga fondos. En una dispersión, mire el saldo de su cuenta.",
    ),
    "DOCUMENT_ACCOUNT_MISMATCH": Description(
        "La cuenta pertenece a otro número de documento.",
        "Verifique de quién es la cuenta. Si los datos estaban mal, registre de nuevo cliente y cuenta.",
    ),
    "ERROR": Description(
        "Falló por un motivo que Palomma no indica.",
        "Pregunte a Palomma, con el id del objeto, antes de intentarlo de nuevo.",
    ),
}

_UNKNOWN: Mapping[str, Description] = {
    "en": Description(
        "Palomma says {value}, which this version does not know.",
        "Do not take it for an outcome: read the object again later, and ask Palomma.",
    ),
    "es": Description(
        "Palomma dice {value}, que esta versión no conoce.",
        "No lo tome por un resultado: consulte el objeto más tarde y pregunte a Palomma.",
    ),
}
TEXTS: Mapping[str, Mapping[str, Description]] = {"en": _EN, "es": _ES}


def describe(status: str, lang: Literal["es", "en"] = "es") -> Description:
    """What a `status` or a `status_message` means, and what to do, in Spanish or English.

    A value that nobody announced has an answer, too. Raises `ValueError` for another language.

    ```python
    describe(payout.status_message or payout.status, lang="en").meaning
    ```
    """
    if lang not in TEXTS:
        raise ValueError(f"lang must be {' or '.join(map(repr, TEXTS))}, not {lang!r}")
    unknown = _UNKNOWN[lang]
    shown = mask(repr(status[:LONGEST]))
    return TEXTS[lang].get(status) or unknown._replace(meaning=unknown.meaning.replace("{value}", shown))
