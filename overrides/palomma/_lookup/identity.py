"""Ours or not: one rule for what answers a call, for what a look-up finds, and for what a webhook brings (R1).

The members that the contract marks with `x-identifies` decide, numbers compared as numbers. Whatever else differs
changes no outcome (R3). Functions of their arguments alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import compress
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from palomma._errors import Request
from palomma._redaction import mask_sensitive
from palomma_api.runtime.calls import Call, Operation
from palomma_api.runtime.errors import ShapeError
from palomma_api.runtime.model import Model
from palomma_api.runtime.values import ASSUMED, read_datetime, to_json_value

__all__ = [
    "NO_LENGTH", "differences", "disagreement", "longer", "may_be_ours", "member_of", "ours_among", "plain",
    "reference_of", "resembles", "same", "why_not",
]  # fmt: skip

NO_LENGTH: tuple[int, ...] = (0, 0, 0)
# A counter, after a sign or white space and letters or nothing, that is parted in two: `invoice-1` and `7`.
_COUNTER = r"(?s)(.*[\W_])?[^\W\d_]*(?=[1-9][0-9\n]{,6}\Z)[0-9]+\n[0-9]+"
_HALF_CHARACTERS = "".join(map(chr, [0xFFFD, *range(0xD800, 0xDC00)]))


def differences(call: Call[Any], reference: str | None, value: Any) -> tuple[str, ...]:
    """Return the names of the members in which an answer differs from what its call sent, without mattering (R3).

    Such are a name that was trimmed, an account that was resolved, or a reference in another case or cut. What is
    absent neither agrees nor disagrees. Raises `ShapeError` for an answer to another call (R1): one with another id,
    amount, target, customer or reference.
    """
    operation = call.operation
    sent = call.body if isinstance(call.body, dict) else {}
    pairs = [(member, sent.get(member)) for member in operation.identifying]
    if operation.read_by is not None:
        pairs.append(("id", _read_id(call, operation.read_by)))
    for member, expected in pairs:
        came = member_of(value, member)
        if expected is not None and came is not None and not same(came, expected):
            raise ShapeError(f"it has another {member}, so it answers another call")
    echo = member_of(value, operation.look_up.member) if operation.look_up is not None else None
    if reference is not None and isinstance(echo, str) and echo and not resembles(reference, echo):
        raise ShapeError("it echoes another reference, so it answers another call")
    return tuple(dict.fromkeys(_differing(sent, value)))


def _differing(sent: Any, came: Any, name: str = "") -> Iterator[str]:
    """Yield the names of the members that are not as they were sent, such as `bankAccount.accountNumber`."""
    if isinstance(sent, dict) and isinstance(came, Model):
        for member, item in sent.items():
            if (other := member_of(came, member)) != item or type(other) is not type(item):  # few are
                yield from _differing(item, other, f"{name}.{member}" if name else member)
    elif isinstance(sent, list) and isinstance(came, list) and len(sent) == len(came):
        for one, other in zip(sent, came, strict=True):
            yield from _differing(one, other, name)
    elif came not in (None, "") and sent is not None and (isinstance(came, Model) or not same(came, sent)):
        yield name


def _read_id(call: Call[Any], argument: str) -> str | None:
    """Return the id that a read asked for, as it stands in the path."""
    wire = next((each.wire_name for each in call.operation.parameters if each.name == argument), argument)
    segments = zip(call.operation.path.split("/"), call.path.split("/"), strict=False)
    return next((unquote(segment) for name, segment in segments if name == f"{{{wire}}}"), None)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are the same in JSON. A number may also be written as a text, a moment in any way."""
    if isinstance(one, datetime):
        return bool(one == read_datetime(other))
    one, other = to_json_value(one), to_json_value(other)
    if type(one) is type(other) or bool in (type(one), type(other)):
        return type(one) is type(other) and bool(one == other)
    try:
        return float(one) == float(other)
    except (TypeError, ValueError):
        return False


def member_of(value: Any, json_name: str) -> Any:
    """Return a member of a model by its name in JSON; None if it isn't there."""
    # No attribute is called `_`.
    return getattr(value, value._attributes.get(json_name, "_"), None) if isinstance(value, Model) else None


def reference_of(item: Any, member: str) -> str:
    """Return an object's reference as text, also where a server made a number of it; empty if it has none."""
    value = _raw(item, member)
    return "" if value is None else str(value)


def resembles(reference: str, other: str) -> bool:
    """Return whether a reference is the one that was sent, but for white space around it, case, and being cut."""
    return other == reference or ((short := plain(other)) != "" and plain(reference).startswith(short))


def plain(reference: str) -> str:
    """Return what is compared: without white space around it, and without half a character where it was cut.

    An é in one code point and one in two are the same, and so are digits of full width. They are taken apart and not
    put together, so that the beginning of a text stays a beginning.
    """
    # upper() makes i of a dotless one
    return normalize("NFKD", reference.rstrip(_HALF_CHARACTERS)).strip().upper().casefold()


def longer(longest: tuple[int, ...], reference: str) -> tuple[int, ...]:
    """Return the greater lengths, in each unit that a server may cut by: characters, bytes, UTF-16 units."""
    whole = reference.rstrip(_HALF_CHARACTERS)
    bytes_ = (len(whole.encode(code, "surrogatepass")) for code in ("utf-8", "utf-16-le"))
    return tuple(map(max, longest, (len(whole), *bytes_)))


def may_be_ours(reference: str, other: str, times: int, longest: tuple[int, ...]) -> bool:
    """Return whether a stored reference is the one that was sent, or may be it: in another case, trimmed or cut.

    Args:
        reference: What was sent.
        other: One that a complete walk met.
        times: How often the walk met it.
        longest: As `longer` makes it, that of the longest reference which the walk met.

    That a reference is the beginning of ours doesn't show that it was cut: there may be an `invoice-1`, and ours be
    `invoice-17`. But a server that cuts keeps nothing longer than it leaves. So a beginning counts only if no reference
    was met that has room for this one and what follows in ours, in each unit: then what is cut, always at one
    length, is never taken for absent.

    That alone would stop who has nine invoices from asking for the tenth. So where the cut would part a counter (of at
    most six digits, not padded, at the end of ours), the beginning is taken for an earlier number while it was met only
    once. A server that cuts there makes one of ten numbers, which tells soon; until then nobody could know.
    """
    short, whole = plain(other), plain(reference)
    if not resembles(reference, other) or short == whole:
        return short == whole
    kept = max(end for end in range(len(reference)) if short.startswith(plain(reference[:end])))
    rest = whole[len(short) :]
    follows = rest[: len(rest) - len(rest.lstrip()) + 1]  # the white space before the next character may be trimmed
    needed = longer(longer(NO_LENGTH, reference[: kept + 1]), other + follows)
    has_room = all(have >= need for have, need in zip(longest, needed, strict=True))
    return not has_room and (times > 1 or re.fullmatch(_COUNTER, f"{short}\n{rest}") is None)


def ours_among(reference: str, met: Mapping[Any, Any], member: str, longest: tuple[int, ...]) -> dict[Any, Any]:
    """Return which objects of a complete walk may have the reference, of those that it `resembles`."""
    others = [reference_of(item, member) for item in met.values()]
    times = Counter(others)
    alike = (may_be_ours(reference, other, times[other], longest) for other in others)
    return dict(compress(met.items(), alike))


def why_not(item: Any, create: Operation[Any], request: Request | None, max_skew: float) -> str:
    """Return why an object of the right reference isn't proven to be what a call created; nothing if it is.

    What the object doesn't say neither agrees nor disagrees, and so doesn't prove either.
    """
    if create.look_up is None or request is None:
        return "it isn't known what was sent"
    created = member_of(item, create.look_up.created)
    if not isinstance(created, datetime) or created.tzinfo is ASSUMED:
        return "it doesn't say when it was created"
    if created < request.began - timedelta(seconds=max_skew):
        return "it is older than the call"
    return disagreement(item, create, request.members)


def disagreement(item: Any, create: Operation[Any], members: Mapping[str, Any]) -> str:
    """Return in what an object disagrees with what was sent; nothing if it agrees in all that identifies it."""
    for name in create.identifying:
        sent = members.get(name)
        came = mask_sensitive(_raw(item, name), name)
        if sent is not None and not same(came, sent):
            return f"it has another {name}" if came is not None else f"it doesn't say its {name}"
    return ""


def _raw(item: Any, name: str) -> Any:
    """Return a member as it is or, if it couldn't be read as what the contract says, as it came."""
    value = member_of(item, name)
    return item.additional_properties.get(name) if value is None else value
