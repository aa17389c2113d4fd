"""New objects of the resources whose behaviour Palomma documents: what the contract alone can't tell."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from .calendar import default_expiration, expiry_of, within_expiration_window
from .money import FEE
from .schema import Members, refuse
from .states import ACTIVE, Magic, first_status, magic_account, magic_amount

DEFAULT_ACCOUNT = "default"
PAGES = {"payinLinks": "paymentUrl", "payinSources": "authUrl", "payoutTargets": "authUrl"}
"""The kinds that a payer meets on a page, and the member that says where it is."""
_DETAILS = ("reference", "name", "documentType", "documentNumber", "email", "phoneNumber")


class Context(NamedTuple):
    """What a new object may look at."""

    now: float
    origin: str
    payin_limit: int
    payout_limit: int
    find: Callable[[str, str], Members | None]

    def referred(self, kind: str, id: str, member: str) -> Members:
        """Return the object that a member of the request names."""
        return self.find(kind, id) or refuse(member, "no such object")


@dataclass(slots=True)
class New:
    """A new object: what the API shows and what it doesn't, its owner, its request, its magic value's fate."""

    id: str
    members: Members
    owner: str | None = None
    hidden: Members = field(default_factory=dict)
    request: bytes = b""
    magic: Magic | None = None
    expires: float | None = None


def _some(source: Members, *names: str) -> Members:
    return {name: source[name] for name in names if name in source}


def _for_customer(new: New, body: Members, context: Context) -> None:
    new.owner = body["customerId"]
    customer = context.referred("customers", body["customerId"], "customerId")
    new.members["customerDetails"] = _some(customer, *_DETAILS)


def _within(amount: int, limit: int) -> None:
    if amount > limit:
        refuse("amount", f"more than the limit of {limit}")


def _account_for(new: New, body: Members, context: Context, member: str, switch: str) -> None:
    id = body.get(member, DEFAULT_ACCOUNT)
    if not context.referred("merchantAccounts", id, member).get(switch, True):
        refuse(member, f"{switch} is off for this merchant account")
    new.members[member] = id


def _expiration(body: Members, now: float) -> str:
    expiration = str(body.get("expiration") or default_expiration(now))
    expiry = expiry_of(expiration)
    if expiry is None:
        refuse("expiration", "not a date and time like 2024-03-01T18:30:00")
    if not within_expiration_window(expiry, now):
        refuse("expiration", "neither past nor after the end of the seventh day from now")
    return expiration


def _payin_link(new: New, body: Members, context: Context) -> None:
    _within(body["amount"], context.payin_limit)
    expiration = _expiration(body, context.now)
    _for_customer(new, body, context)
    _account_for(new, body, context, "targetMerchantAccountId", "payinsEnabled")
    new.members |= {"amountCollected": 0, "fee": FEE, "expiration": expiration}
    new.hidden = {"availableTypes": body["availableTypes"]}
    new.magic, new.expires = magic_amount(body["amount"]), expiry_of(expiration)


def _authorized(new: New, body: Members, context: Context) -> None:
    _for_customer(new, body, context)
    new.hidden = {"bankAccount": body["bankAccount"]}
    new.magic = magic_account(body["bankAccount"]["accountNumber"])


def _payin_source(new: New, body: Members, context: Context) -> None:
    _authorized(new, body, context)
    new.members["partialPayinsEnabled"] = body.get("partialPayinsEnabled", False)


def _paid(new: New, body: Members, context: Context, kind: str, member: str) -> Members:
    """Fill in what a payment takes from the active object that it names."""
    source = context.referred(kind, body[member], member)
    if source.get("status") != ACTIVE:
        refuse(member, "not active")
    new.owner = source.get("customerId")
    new.members |= _some(source, "customerId", "customerDetails") | {"fee": FEE}
    new.magic = magic_amount(body["amount"])
    return source


def _payin_request(new: New, body: Members, context: Context) -> None:
    _within(body["amount"], context.payin_limit)
    source = _paid(new, body, context, "payinSources", "payinSourceId")
    details = _some(source, "reference", "description", "partialPayinsEnabled", "type")
    new.members |= {"payinSourceDetails": details, "amountCollected": 0}
    _account_for(new, body, context, "targetMerchantAccountId", "payinsEnabled")


def _payout_request(new: New, body: Members, context: Context) -> None:
    _within(body["amount"], context.payout_limit)
    target = _paid(new, body, context, "payoutTargets", "payoutTargetId")
    details = _some(target, "reference", "description", "type")
    new.members |= {"payoutTargetDetails": details, "amountSent": body["amount"]}
    _account_for(new, body, context, "sourceMerchantAccountId", "payoutsEnabled")


# What completes an object of a kind, and the members of the body that it can't do without.
_COMPLETIONS: dict[str, tuple[Callable[[New, Members, Context], None], tuple[str, ...]]] = {
    "payinLinks": (_payin_link, ("customerId", "amount", "availableTypes")),
    "payinSources": (_payin_source, ("customerId", "bankAccount")),
    "payinRequests": (_payin_request, ("payinSourceId", "amount")),
    "payoutTargets": (_authorized, ("customerId", "bankAccount")),
    "payoutRequests": (_payout_request, ("payoutTargetId", "amount")),
}


def completed(kind: str, new: New, body: Any, context: Context, order: Iterable[str]) -> New:
    """Return the object with what is known of its kind; as it is, if the kind or its body is another than we know."""
    complete, needed = _COMPLETIONS.get(kind, (None, ()))
    if complete and isinstance(body, dict) and all(name in body for name in needed):
        new = replace(new, members=new.members | {"status": first_status(kind)})
        complete(new, body, context)
        if kind in PAGES:
            new.members[PAGES[kind]] = f"{context.origin}/pay/{kind}/{new.id}"
        new.members = _some(new.members, *order) | new.members
    return new
