"""New objects: what each create answers, and why one is refused. Functions of the request and of what it refers to."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ._calendar import default_expiration, expiry_of, within_expiration_window
from ._clock import instant
from ._engine import FEE, Members, first_status, magic_account, magic_amount

__all__ = ["BUILDERS", "DEFAULT_ACCOUNT", "PAGES", "Context", "New", "RefusedError", "merchant_account"]

DEFAULT_ACCOUNT = "default"
PAGES = {"payinLinks": "paymentUrl", "payinSources": "authUrl", "payoutTargets": "authUrl"}
"""The kinds that a payer meets on a page, and the member that says where it is."""
# https://docs.palomma.com/api-documentation/general: unless Palomma raises them.
_PAYIN_LIMIT = 2_000_000
_PAYOUT_LIMIT = 5_000_000
_DETAILS = ("reference", "name", "documentType", "documentNumber", "email", "phoneNumber")


class RefusedError(Exception):
    """The request can't be served; `status` is 400 or 404, and the message names the member, never its value."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Context:
    """What a new object may look at."""

    id: str
    now: float
    origin: str
    find: Callable[[str, str], Members | None]

    def referred(self, kind: str, id: str, member: str) -> Members:
        """The object that a member of the request names."""
        return self.find(kind, id) or _refuse(member, "no such object")


@dataclass(frozen=True, slots=True)
class New:
    """A new object: what the API shows, what it doesn't, whose it is, and the fate that its magic value asks for."""

    members: Members
    owner: str | None = None
    hidden: Members | None = None
    magic: tuple[str, float | None] | None = None
    expires: float = math.inf


def _refuse(member: str, reason: str) -> NoReturn:
    raise RefusedError(f"{member}: {reason}")


def _some(source: Members, *names: str) -> Members:
    return {name: source[name] for name in names if name in source}


def _stamps(context: Context) -> Members:
    now = instant(context.now)
    return {"createdAt": now, "updatedAt": now}


def _for_customer(context: Context, id: str) -> Members:
    customer = context.referred("customers", id, "customerId")
    return {"customerId": id, "customerDetails": _some(customer, *_DETAILS)}


def _within(amount: int, limit: int) -> None:
    if amount > limit:
        _refuse("amount", f"more than the limit of {limit}")


def _account_for(context: Context, body: Members, member: str, switch: str) -> Members:
    id = body.get(member, DEFAULT_ACCOUNT)
    if not context.referred("merchantAccounts", id, member).get(switch, True):
        _refuse(member, f"{switch} is off for this merchant account")
    return {member: id}


def _customer(body: Members, context: Context) -> New:
    return New({"id": context.id, **_some(body, *_DETAILS), **_stamps(context)})


def _page(kind: str, context: Context) -> Members:
    return {PAGES[kind]: f"{context.origin}/pay/{kind}/{context.id}"}


def _expiration(body: Members, now: float) -> str:
    expiration = str(body.get("expiration") or default_expiration(now))
    expiry = expiry_of(expiration)
    if expiry is None:
        _refuse("expiration", "not a date and time like 2024-03-01T18:30:00")
    if not within_expiration_window(expiry, now):
        _refuse("expiration", "neither past nor after the end of the seventh day from now")
    return expiration


def _payin_link(body: Members, context: Context) -> New:
    _within(body["amount"], _PAYIN_LIMIT)
    expiration = _expiration(body, context.now)
    members = {
        "id": context.id,
        **_some(body, "reference", "description"),
        **_for_customer(context, body["customerId"]),
        "status": first_status("payinLinks"),
        **_page("payinLinks", context),
        **_some(body, "redirectUrl", "amount"),
        "amountCollected": 0,
        "fee": FEE,
        "type": body["type"],
        "expiration": expiration,
        **_account_for(context, body, "targetMerchantAccountId", "payinsEnabled"),
        **_stamps(context),
    }
    hidden = {"availableTypes": body["availableTypes"]}
    return New(members, body["customerId"], hidden, magic_amount(body["amount"]), expiry_of(expiration) or math.inf)


def _authorized(kind: str, body: Members, context: Context) -> New:
    members = {
        "id": context.id,
        **_some(body, "reference", "description"),
        **_for_customer(context, body["customerId"]),
        "status": first_status(kind),
        **_page(kind, context),
        **_some(body, "redirectUrl", "type"),
        **_stamps(context),
    }
    hidden = {"bankAccount": body["bankAccount"]}
    return New(members, body["customerId"], hidden, magic_account(body["bankAccount"]["accountNumber"]))


def _payin_source(body: Members, context: Context) -> New:
    new = _authorized("payinSources", body, context)
    new.members["partialPayinsEnabled"] = body.get("partialPayinsEnabled", False)
    return new


def _payout_target(body: Members, context: Context) -> New:
    return _authorized("payoutTargets", body, context)


def _active(context: Context, kind: str, id: str, member: str) -> Members:
    found = context.referred(kind, id, member)
    if found["status"] != "active":
        _refuse(member, "not active")
    return found


def _payin_request(body: Members, context: Context) -> New:
    _within(body["amount"], _PAYIN_LIMIT)
    source = _active(context, "payinSources", body["payinSourceId"], "payinSourceId")
    members = {
        "id": context.id,
        **_some(body, "reference"),
        **_some(source, "customerId", "customerDetails"),
        "payinSourceId": source["id"],
        "payinSourceDetails": _some(source, "reference", "description", "partialPayinsEnabled", "type"),
        "status": first_status("payinRequests"),
        "amount": body["amount"],
        "amountCollected": 0,
        "fee": FEE,
        **_account_for(context, body, "targetMerchantAccountId", "payinsEnabled"),
        **_stamps(context),
    }
    return New(members, source["customerId"], magic=magic_amount(body["amount"]))


def _payout_request(body: Members, context: Context) -> New:
    _within(body["amount"], _PAYOUT_LIMIT)
    target = _active(context, "payoutTargets", body["payoutTargetId"], "payoutTargetId")
    members = {
        "id": context.id,
        **_some(body, "reference"),
        **_some(target, "customerId", "customerDetails"),
        "payoutTargetId": target["id"],
        "payoutTargetDetails": _some(target, "reference", "description", "type"),
        "status": first_status("payoutRequests"),
        "amount": body["amount"],
        "amountSent": body["amount"],
        "fee": FEE,
        **_account_for(context, body, "sourceMerchantAccountId", "payoutsEnabled"),
        **_stamps(context),
    }
    return New(members, target["customerId"], magic=magic_amount(body["amount"]))


BUILDERS: dict[str, Callable[[Members, Context], New]] = {
    "customers": _customer,
    "payinLinks": _payin_link,
    "payinSources": _payin_source,
    "payinRequests": _payin_request,
    "payoutTargets": _payout_target,
    "payoutRequests": _payout_request,
}


def merchant_account(
    id: str, description: str, type: str, balance: int = 0, payout_limit: int | None = None
) -> Members:
    """A merchant account; an aggregator keeps the balance, a gateway has switches instead."""
    limit = {} if payout_limit is None else {"payoutLimitBalance": payout_limit}
    own = {"availableBalance": balance} if type == "aggregator" else {"payinsEnabled": True, "payoutsEnabled": True}
    return {"id": id, "description": description, "unsettledAmount": 0, **limit, "type": type, **own}
