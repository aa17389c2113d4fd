"""The rows of a file that is to be paid, checked: all that is wrong is said at once, before anything is sent."""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from palomma._lookup.identity import plain

from ._contract import listed
from ._table import Table, amount_of
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
Read = tuple[str, Words | None]
Before = Mapping[str, Any]
_ERROR = re.compile(r"#[^\d\s]*[!?]|#N/[AD]|#+")
"""What a spreadsheet shows where a formula failed, in Spanish or English."""
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


def read_rows(table: Table, limits: tuple[int, int]) -> tuple[list[Row], list[Problem]]:
    """Return the rows, and everything that is wrong. `limits`: the lowest and the highest amount."""
    people = [name for name in _PAYEE if name not in table.columns]
    to = [] if "target" in table.columns or not people else ["target"] if len(people) == len(_PAYEE) else people
    if absent := [name for name in ("reference", "amount", *to) if name in to or name not in table.columns]:
        texts = {name: words("row_column", es=COLUMNS[name][0], en=name) for name in absent}
        return [], [Problem(table.header.number, name, text) for name, text in texts.items()]
    rows: list[Row] = []
    problems: list[Problem] = []
    for name, count in Counter(filter(None, table.columns)).items():
        if count > 1:
            problems.append(Problem(table.header.number, table.name(name), words("row_column_twice")))
    met: dict[str, int] = {}
    for line in table.lines:
        row, wrong = _row(line.number, table.cells(line), table.columns, limits)
        if row.reference and (first := met.setdefault(plain(row.reference), line.number)) != line.number:
            wrong.append(("reference", words("row_twice", line=first)))
        problems += [Problem(line.number, table.name(column), said) for column, said in wrong]
        rows.append(row)
    if not rows:
        problems.append(Problem(table.header.number, "", words("row_none")))
    return rows, problems


Wrong = list[tuple[str, Words]]


def _row(
    number: int, cells: Mapping[str, str], columns: Collection[str | None], limits: tuple[int, int]
) -> tuple[Row, Wrong]:
    to = ("target",) if cells.get("target") or not set(_PAYEE) <= set(columns) else _PAYEE
    wrong: Wrong = [("", words("row_outside"))] if cells[""] else []
    read: dict[str, Any] = {"description": cells.get("description", "")}
    for name in ("reference", "amount", *to):
        read[name], why = _value(name, cells[name], read)
        if why:
            wrong.append((name, why))
    amount, (lowest, highest) = read["amount"], limits
    if amount != "" and not lowest <= amount <= highest:
        wrong.append(("amount", words("row_limits", lowest=lowest, highest=highest)))
    if to is not _PAYEE:
        return Row(number, read["reference"], amount or 0, read["target"]), wrong
    payee = Payee(*(read[name] for name in Payee._fields))
    if any(each and each in re.sub(r"[.\s-]", "", read["reference"]) for each in (payee.document, payee.account)):
        wrong.append(("reference", words("row_private")))
    return Row(number, read["reference"], amount or 0, payee=payee), wrong


def _value(name: str, text: str, read: Before) -> tuple[Any, Words | None]:
    if not text:
        return "", words("row_empty")
    return ("", words("row_error")) if _ERROR.fullmatch(text) else _READ[name](text, read)


def _shown(text: str) -> str:
    """Return what a cell holds, unless it may be the number of an account in the wrong column (R5)."""
    return repr(text) if sum(map(str.isdigit, text)) < 8 else f"'…{text[-4:]}'"


def _reference(text: str, before: Before) -> Read:
    if re.fullmatch(r"\d+-\d\d-\d\d 00:00:00|\d+[.,]\d+E\+\d+", text):
        return text, words("row_changed")
    return text, None if len(text) <= 255 and text.isprintable() else words("row_reference")


def _amount(text: str, before: Before) -> tuple[Any, Words | None]:
    amount = amount_of(text)
    return ("", words("row_amount", text=_shown(text))) if amount is None else (amount, None)


def _listed(enum: str) -> Callable[[str, Before], Read]:
    def read(text: str, before: Before) -> Read:
        value, near = listed(enum).value(text), listed(enum).nearest(text)
        key = "row_listed_near" if near else "row_listed"
        choices = ", ".join(listed(enum).names.values())
        return value or "", None if value else words(key, text=_shown(text), near=near, choices=choices)

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


_READ: Mapping[str, Callable[[str, Before], tuple[Any, Words | None]]] = {
    "reference": _reference,
    "amount": _amount,
    "target": lambda text, before: (text, None if text.isprintable() and len(text) <= 255 else words("row_target")),
    "name": lambda text, before: (text, None if text.isprintable() and len(text) <= 500 else words("row_name")),
    "document_type": _listed("DocumentType"),
    "document": _document,
    "bank": _listed("Bank"),
    "account_type": _listed("AccountType"),
    "account": _matching(r"\d{6,20}", "row_account", r"[.\s-]"),
    "email": _matching(r"[\w.%+'-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,63}", "row_email"),
    "phone": _matching(r"(3\d|60)\d{8}", "row_phone", r"[\s().-]", r"^(\+|00)?57(?=\d{10}$)"),
}
