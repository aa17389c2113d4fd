"""The rows of a file that is to be paid, checked: all that is wrong is said at once, before anything is sent."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ._contract import limits, listed
from ._table import Line, amount_of, columns_of
from ._words import Words, words

__all__ = ["COLUMNS", "Payee", "Problem", "Row", "check_digit", "read_rows"]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("referencia", "id"),
    "target": ("destino", "payout_target_id"),
    "amount": ("valor", "monto"),
    "name": ("nombre",),
    "document_type": ("tipo_documento", "tipo de documento"),
    "document": ("documento", "document_number"),
    "bank": ("banco",),
    "account_type": ("tipo_cuenta", "tipo de cuenta"),
    "account": ("cuenta", "account_number"),
    "email": ("correo", "e-mail"),
    "phone": ("telefono", "celular", "phone_number"),
    "description": ("descripcion",),
}
_PAYEE = tuple(name for name in COLUMNS if name not in ("reference", "target", "amount", "description"))
_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41)


class Payee(NamedTuple):
    """Who is to be paid, and at which account. Its repr shows neither (R5)."""

    name: str
    document_type: str
    document: str
    bank: str
    account_type: str
    account: str
    email: str
    phone: str
    description: str = ""

    def __repr__(self) -> str:
        return "<Payee>"

    def reference(self, salt: bytes) -> str:
        """Return a reference that says nothing to whom doesn't have the salt, and is the same in every file."""
        parts = (self.document_type, self.document, self.bank, self.account_type, self.account)
        return hmac.digest(salt, "\0".join(parts).encode(), "sha256").hex()[:32]


class Row(NamedTuple):
    """One line to be paid: to a target, or to a payee whose target is found or made."""

    line: int
    reference: str
    amount: int
    target: str = ""
    payee: Payee | None = None


class Problem(NamedTuple):
    """What is wrong with a line."""

    line: int
    column: str
    words: Words


def check_digit(number: str) -> str:
    """Return the digit that belongs behind the nine digits of a NIT."""
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(number), _WEIGHTS, strict=False)) % 11
    return str(rest if rest < 2 else 11 - rest)


def read_rows(lines: Iterator[Line]) -> tuple[list[Row], list[Problem], list[str]]:
    """Return the rows, everything that is wrong, and the names of columns that aren't known."""
    header = next(lines, Line(1, []))
    places, others = columns_of(header, COLUMNS)
    whole = "target" in places or set(_PAYEE) <= places.keys()
    absent = [name for name in ("reference", "amount") if name not in places]
    absent += [] if whole else [f"target | {', '.join(name for name in _PAYEE if name not in places)}"]
    if absent:
        return [], [Problem(header.number, name, _column(name)) for name in absent], others
    rows: list[Row] = []
    problems: list[Problem] = []
    met: dict[str, int] = {}
    for line in lines:
        cells = {name: line.cells[place] if place < len(line.cells) else "" for name, place in places.items()}
        row, wrong = _row(line.number, cells)
        if row.reference in met:
            wrong.append(("reference", words("row_twice", line=met[row.reference])))
        met.setdefault(row.reference or f"\0{line.number}", line.number)
        problems += [Problem(line.number, column, said) for column, said in wrong]
        rows.append(row)
    if not rows:
        problems.append(Problem(header.number, "", words("row_none")))
    return rows, problems, others


def _column(name: str) -> Words:
    names = [spelling for part in re.split(r"[ |,]+", name) for spelling in COLUMNS[part][:1]]
    return words("row_column", es=", ".join(names), en=name)


Wrong = list[tuple[str, Words]]


def _row(number: int, cells: Mapping[str, str]) -> tuple[Row, Wrong]:
    wrong: Wrong = []
    reference, amount, target = cells["reference"], amount_of(cells["amount"]), cells.get("target", "")
    if not (0 < len(reference) <= 255 and reference.isprintable()):
        wrong.append(("reference", words("row_reference")))
    lowest, highest = limits("CreatePayoutRequest", "amount")
    if amount is None:
        wrong.append(("amount", words("row_amount", text=repr(cells["amount"]))))
    elif not lowest <= amount <= highest:
        wrong.append(("amount", words("row_limits", lowest=lowest, highest=highest)))
    payee = None if target else _payee(cells, wrong)
    return Row(number, reference, amount or 0, target, payee), wrong


def _payee(cells: Mapping[str, str], wrong: Wrong) -> Payee:
    read: dict[str, str] = {"description": cells.get("description", "")}
    for name in _PAYEE:
        text = cells.get(name, "")
        value, why = _READ[name](text, read) if text else ("", words("row_empty"))
        read[name] = value
        if why:
            wrong.append((name, why))
    return Payee(**read)


Read = tuple[str, Words | None]
Before = Mapping[str, str]


def _listed(enum: str) -> Callable[[str, Before], Read]:
    def read(text: str, before: Before) -> Read:
        value, near = listed(enum).value(text), listed(enum).nearest(text)
        key = "row_listed_near" if near else "row_listed"
        choices = ", ".join(listed(enum).names.values())
        return value or "", None if value else words(key, text=repr(text), near=near, choices=choices)

    return read


def _matching(pattern: str, key: str, *drop: str) -> Callable[[str, Before], Read]:
    def read(text: str, before: Before) -> Read:
        value = text
        for each in drop:
            value = re.sub(each, "", value)
        return value, None if re.fullmatch(pattern, value, re.ASCII) else words(key)

    return read


# The forms are Colombia's; Palomma documents none. https://www.dian.gov.co tells how a NIT's digit is worked out.
_DOCUMENTS = {"cc": r"[1-9]\d{2,7}|1\d{9}", "ce": r"(?=.*\d)[A-Za-z0-9]{3,12}", "nit": r"[89]\d{8}|1\d{9}"}


def _document(text: str, before: Before) -> Read:
    kind, number = before["document_type"], re.sub(r"[.\s]", "", text)
    body, dash, digit = number.partition("-")
    if kind == "nit" and not dash and re.fullmatch(r"[89]\d{9}", number):
        body, dash, digit = number[:-1], "-", number[-1]
    if dash and (kind != "nit" or not body.isdigit() or digit != check_digit(body)):
        good = kind == "nit" and body.isdigit()
        return body, words("row_digit", digit=check_digit(body)) if good else words("row_document")
    return body, None if re.fullmatch(_DOCUMENTS.get(kind, ".*"), body, re.ASCII) else words("row_document")


_READ: Mapping[str, Callable[[str, Before], Read]] = {
    "name": lambda text, before: (text, None if text.isprintable() and len(text) <= 500 else words("row_name")),
    "document_type": _listed("DocumentType"),
    "document": _document,
    "bank": _listed("Bank"),
    "account_type": _listed("AccountType"),
    "account": _matching(r"\d{6,20}", "row_account", r"[.\s-]"),
    "email": _matching(r"[\w.%+'-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,63}", "row_email"),
    "phone": _matching(r"(3\d|60)\d{8}", "row_phone", r"[\s().-]", r"^(\+|00)?57(?=\d{10}$)"),
}
