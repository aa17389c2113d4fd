"""What a bank would refuse though the contract allows it: doubtful e-mail addresses, phones, documents and accounts.

The forms are Colombia's, not Palomma's, which documents none; so they are warnings unless the mock is strict.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
# Mobiles begin with 3, landlines with 60; no country code, as in the documentation's samples.
_PHONE = re.compile(r"(3\d|60)\d{8}", re.ASCII)
# Before 2000 a citizen's number had up to 8 digits; since then it has 10, of which the first is 1.
_CITIZEN = re.compile(r"[1-9]\d{2,7}|1\d{9}", re.ASCII)
_FOREIGNER = re.compile(r"(?=.*\d)[A-Za-z0-9]{3,12}", re.ASCII)
_COMPANY = re.compile(r"[89]\d{8}", re.ASCII)
_ACCOUNT = re.compile(r"\d{6,20}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_TEXT = 500
_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


def check_digit(number: str) -> str:
    """Return the digit that belongs behind the digits of a NIT."""
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(number), _WEIGHTS, strict=False)) % 11
    return str(rest if rest < 2 else 11 - rest)


def _is_nit(number: str) -> bool:
    body, digit = number[:-1], number[-1:]
    bare = _COMPANY.fullmatch(number) or _CITIZEN.fullmatch(number)
    whole = _COMPANY.fullmatch(body) or _CITIZEN.fullmatch(body)
    return bool(bare or (whole and digit == check_digit(body)))


_DOCUMENTS: dict[str, tuple[Any, str]] = {
    "cc": (_CITIZEN.fullmatch, "3 to 8 digits, or 10 of which the first is 1"),
    "ce": (_FOREIGNER.fullmatch, "3 to 12 letters and digits"),
    "nit": (_is_nit, "9 digits, with or without their check digit, and no dots or dashes"),
}
_MEMBERS: dict[str, tuple[Any, str]] = {
    "email": (_EMAIL.fullmatch, "an address such as ana@example.com"),
    "phoneNumber": (_PHONE.fullmatch, "10 digits beginning with 3 or 60, without country code"),
    "accountNumber": (_ACCOUNT.fullmatch, "6 to 20 digits"),
}


def doubts(members: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Yield, as `member: reason`, what a bank would refuse in a body; never a value (R5)."""
    for name, value in members.items():
        if isinstance(value, dict):
            yield from doubts(value, f"{where}{name}.")
        elif isinstance(value, str) and (reason := _doubt(name, value, members)):
            yield f"{where}{name}: {reason}"


def _doubt(name: str, value: str, members: Mapping[str, Any]) -> str | None:
    forms = _DOCUMENTS if name == "documentNumber" else _MEMBERS
    fits, form = forms.get(str(members.get("documentType")) if name == "documentNumber" else name, (None, ""))
    if fits and not fits(value):
        return f"a bank wants {form}"
    if len(value) > _LONGEST_TEXT or (not value.isprintable() and _CONTROL.search(value)):
        return f"at most {_LONGEST_TEXT} characters, none of them a control character"
    return None
