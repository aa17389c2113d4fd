"""Mutants written last, from the documented facts alone and before anybody looked at the checks again.

They are about what no earlier table tells of: what a refused request leaves behind, what the second page forgets, what
a large number loses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from mutation import (
    Answer,
    Forward,
    Mutant,
    Patch,
    Request,
    answered,
    asked,
    at,
    dropping,
    echoing,
    objects,
    pages,
    refusing,
    sometimes,
    taking,
)
from strange_mutants import (
    KEY,
    as_if,
    given,
    in_details,
    keyed,
    limits,
    not_of,
    only,
    resigned,
    rewritten,
    sent,
    when,
)


def let_in(request: Request) -> Request:
    return replace(request, headers={**request.headers, "authorization": KEY})


async def refused_and_made(request: Request, forward: Forward) -> Answer:
    """Who has no key is refused, and what he asked for is done."""
    answer = await forward(request)
    if answer.status == 401 and request.method == "POST":
        await forward(let_in(request))
    return answer


def once_seen() -> Mutant:
    """Whoever came with the key once may come without."""
    seen: list[bool] = []

    async def mutant(request: Request, forward: Forward) -> Answer:
        if given(request) == KEY:
            seen.append(True)
        return await forward(let_in(request) if seen and not given(request) else request)

    return mutant


async def body_before_key(request: Request, forward: Forward) -> Answer:
    """A wrong body is refused before anybody asks for the key, so strangers learn what is allowed."""
    answer = await forward(request)
    if answer.status == 401 and request.method == "POST":
        there = await forward(let_in(request))
        return there if there.status == 400 else answer
    return answer


async def of_any_kind(request: Request, forward: Forward) -> Answer:
    """An id of another kind is found, too."""
    answer = await forward(request)
    if request.method == "GET" and answer.status == 404 and request.path.count("/") == 3:
        for kind in ("customers", "payinLinks", "payinSources", "payoutTargets"):
            there = await forward(replace(request, path=f"/v0/{kind}/{request.path.rsplit('/', 1)[1]}"))
            if there.status == 200:
                return there
    return answer


async def put_is_post(request: Request, forward: Forward) -> Answer:
    return await forward(replace(request, method="POST") if request.method == "PUT" else request)


async def patch_is_get(request: Request, forward: Forward) -> Answer:
    single = request.path.count("/") == 3 and request.method == "PATCH"
    return await forward(replace(request, method="GET", body=b"") if single else request)


async def traced(request: Request, forward: Forward) -> Answer:
    if request.method != "TRACE":
        return await forward(request)
    told = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return Answer(200, told.encode(), {"content-type": "message/http"})


def deleted() -> Mutant:
    """DELETE is refused, and done."""
    gone: set[str] = set()

    async def mutant(request: Request, forward: Forward) -> Answer:
        if request.method == "DELETE" and request.path.count("/") == 3:
            gone.add(request.path)
        if request.method == "GET" and request.path in gone:
            return Answer(404).saying({"message": "Not found"})
        return await forward(request)

    return mutant


async def any_path(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    known = ("customers", "payin", "payout", "merchantAccounts")
    if answer.status == 404 and not request.path.removeprefix("/v0/").startswith(known):
        return answer.saying({"items": [], "cursor": None, "count": 0}, 200)
    return answer


async def in_utf_16(request: Request, forward: Forward) -> Answer:
    body = request.body
    return await forward(replace(request, body=body.decode("utf-16").encode()) if body[:2] == b"\xff\xfe" else request)


async def not_a_number(request: Request, forward: Forward) -> Answer:
    body = request.json
    if isinstance(body, dict) and str(body.get("amount")) in ("nan", "inf", "-inf"):
        request = request.saying({**body, "amount": 5000})
    return await forward(request)


def in_account(change: Callable[[dict[str, Any]], object]) -> Mutant:
    """The account of a bank is read more kindly."""

    def edit(body: dict[str, Any]) -> None:
        if isinstance(body.get("bankAccount"), dict):
            change(body["bankAccount"])

    return asked(edit)


def account_is(request: Request, name: str, value: str) -> bool:
    body = request.json
    account = body.get("bankAccount") if isinstance(body, dict) else None
    return isinstance(account, dict) and account.get(name) == value


def pending_will_do() -> Mutant:
    """A debit from a source that isn't active yet is booked with one that is."""
    active: list[str] = []

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer, body = await forward(request), request.json
        if request.method != "POST" or not request.path.endswith("/payinRequests") or not isinstance(body, dict):
            return answer
        if answer.status == 200:
            active.append(body["payinSourceId"])
        wanted = body.get("payinSourceId")
        if answer.status != 400 or not active or not isinstance(wanted, str):
            return answer
        there = await forward(replace(request, method="GET", path=f"/v0/payinSources/{wanted}", body=b""))
        if there.status != 200 or there.json.get("status") == "cancelled":
            return answer
        told = await forward(request.saying({**body, "payinSourceId": active[0]}))
        return told.saying({**told.json, "payinSourceId": wanted}) if told.status == 200 else told

    return mutant


def ignoring(name: str) -> Mutant:
    """A member of the body is checked and then forgotten."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if request.method == "POST" and isinstance(body, dict) and isinstance(body.get(name), str):
            return await forward(request.saying({key: value for key, value in body.items() if key != name}))
        return await forward(request)

    return mutant


def first_url() -> Mutant:
    """All are sent to the page of the first."""
    first: dict[str, str] = {}
    return only("paymentUrl", lambda e: first.setdefault("url", e["paymentUrl"]))


def of_newest() -> Mutant:
    """A page shows the customer of its newest item in all of them."""

    def change(request: Request, page: dict[str, Any]) -> None:
        shown = [each["customerDetails"] for each in page["items"] if "customerDetails" in each]
        for each in page["items"]:
            if "customerDetails" in each:
                each["customerDetails"] = shown[0]

    return pages(change)


def in_source(change: Callable[[dict[str, Any]], object]) -> Mutant:
    def edit(each: dict[str, Any]) -> None:
        if "payinSourceDetails" in each:
            change(each["payinSourceDetails"])

    return objects(edit)


def shifted(name: str, hours: float) -> Mutant:
    def moved(each: dict[str, Any]) -> str:
        then = datetime.fromisoformat(each[name]) + timedelta(hours=hours)
        return then.strftime("%Y-%m-%dT%H:%M:%S") + each[name][19:]

    return only(name, moved)


def ticking() -> Mutant:
    """updatedAt moves with each read."""
    ticks = count(1)

    def change(each: dict[str, Any]) -> None:
        if "updatedAt" in each:
            then = datetime.fromisoformat(each["updatedAt"]) + timedelta(seconds=next(ticks))
            each["updatedAt"] = then.strftime("%Y-%m-%dT%H:%M:%S") + each["updatedAt"][19:]

    return objects(change)


def in_lists(change: Callable[[dict[str, Any]], object]) -> Mutant:
    """What a list shows isn't what its object is."""
    return pages(lambda request, page: [change(each) for each in page["items"]])


def unpermitted(each: dict[str, Any]) -> None:
    if each.get("status") == "approved" and not each.get("payinSourceDetails", {}).get("partialPayinsEnabled", True):
        each.update(status="partial", amountCollected=each["amount"] // 2)


def large_amounts_wrap(each: dict[str, Any]) -> None:
    if each.get("amount", 0) >= 1_000_000:
        each["amount"] //= 1000


def never_expires(old: Any) -> Any:
    def fate(self: Any, *arguments: Any) -> Any:
        return [step for step in old(self, *arguments) if step.outcome.message != "EXPIRED"]

    return fate


def cancelled_is_booked(old: Any) -> Any:
    def book(self: Any, record: Any, members: Any, at: float) -> None:
        gone = record.kind == "payoutRequests" and members["status"] == "cancelled"
        old(self, record, {**members, "status": "approved"} if gone else members, at)

    return book


def no_state(status: str) -> Callable[[Any], Any]:
    """Changes to this state are not told."""

    def around(old: Any) -> Any:
        def notify(self: Any, kind: str, id: str, members: Any, at: float) -> None:
            if members.get("status") != status:
                old(self, kind, id, members, at)

        return notify

    return around


async def second_page_forgets(request: Request, forward: Forward) -> Answer:
    """Page two of a filtered list is page two of the whole list."""
    if "cursor" in request.query and "reference" in request.query:
        return await forward(replace(request, query={"limit": request.query.get("limit", "20")}))
    return await forward(request)


def by_end() -> Mutant:
    """The filter by reference finds whatever ends like it."""
    known: set[str] = set()

    async def mutant(request: Request, forward: Forward) -> Answer:
        body, wanted = request.json, request.query.get("reference")
        if isinstance(body, dict) and isinstance(body.get("reference"), str):
            known.add(body["reference"])
        found = sorted(each for each in known if wanted and wanted not in known and each.endswith(wanted))
        return await forward(request.asking(reference=found[0]) if found else request)

    return mutant


async def unknown_customer_means_all(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    if request.method == "GET" and "customerId" in request.query and answer.status == 200 and not answer.json["items"]:
        return await forward(replace(request, query={k: v for k, v in request.query.items() if k != "customerId"}))
    return answer


async def settled_together(request: Request, forward: Forward) -> Answer:
    """Whatever account is asked for, the settlements are those of the default one."""
    parts = request.path.split("/")
    there = len(parts) == 5 and parts[4] == "settlements" and request.method == "GET"
    return await forward(replace(request, path="/".join([*parts[:3], "default", parts[4]])) if there else request)


async def no_account_no_settlements(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    if request.path.endswith("/settlements") and answer.status == 404:
        return answer.saying({"items": [], "cursor": None, "count": 0}, 200)
    return answer


def no_cancelled(request: Request, page: dict[str, Any]) -> None:
    page["items"] = [each for each in page["items"] if each.get("status") != "cancelled"]
    page["count"] = len(page["items"])


def encoded_twice(old: Any) -> Any:
    def headers_for(notice: Any, key: str, encoding: str) -> Any:
        body, headers = old(notice, key, encoding)
        encoded = base64.b64encode(base64.b64encode(body)).decode()
        signature = hmac.new(key.encode(), encoded.encode(), hashlib.sha256).hexdigest()
        return body, {**headers, "X-Encoded-Data": encoded, "X-Signature": signature}

    return headers_for


def as_text(old: Any) -> Any:
    def headers_for(notice: Any, key: str, encoding: str) -> Any:
        body, headers = old(notice, key, encoding)
        return body, {**headers, "Content-Type": "text/plain"}

    return headers_for


def signed_by_another(old: Any) -> Any:
    def headers_for(notice: Any, key: str, encoding: str) -> Any:
        body, headers = old(notice, key, encoding)
        signature = hmac.new(b"palomma-mock", base64.b64encode(body), hashlib.sha256).hexdigest()
        return body, {**headers, "X-Signature": signature}

    return headers_for


def under_data(document: dict[str, Any]) -> None:
    document["data"] = document.pop("event")


tries: dict[str, int] = {}


def otherwise(document: dict[str, Any]) -> None:
    """What is sent again tells of another amount."""
    tries[document["webhookId"]] = tries.get(document["webhookId"], 0) + 1
    if tries[document["webhookId"]] > 1:
        document["event"]["amount"] = 7777


def read_before() -> Mutant:
    """A read shows what the read before it showed of the object."""
    before: dict[str, Answer] = {}

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        shown = before.get(request.path, answer)
        before[request.path] = answer
        return shown

    return mutant


async def pages_are_404(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    empty = request.method == "GET" and answer.status == 200 and answer.json.get("items") == []
    return answer.saying({"message": "Nothing found"}, 404) if empty else answer


LATER: dict[str, Callable[[], Mutant | Patch]] = {
    # auth
    "a key of the same length will do": lambda: keyed(lambda r: len(given(r)) == len(KEY)),
    "a cookie with the key will do": lambda: keyed(lambda r: KEY.split()[1] in r.headers.get("cookie", "")),
    "the key will do for a proxy": lambda: keyed(lambda r: r.headers.get("proxy-authorization") == KEY),
    "reads of one object ask for no key": lambda: keyed(lambda r: r.method == "GET" and r.path.count("/") == 3),
    "who has no key is refused, and served": lambda: refused_and_made,
    "a key once seen is remembered": once_seen,
    "a wrong body is told to strangers": lambda: body_before_key,
    # errors
    "an error says gzip and isn't": lambda: answered(
        400, lambda a: replace(a, headers={**a.headers, "content-encoding": "gzip"})
    ),
    "400 shows the message as an object": lambda: answered(400, lambda a: a.saying({"message": {"text": "no"}})),
    "404 answers what was found, and is empty": lambda: answered(404, lambda a: a.saying({"message": "", "id": None})),
    "401 asks for Basic": lambda: answered(
        401, lambda a: replace(a, headers={**a.headers, "www-authenticate": 'Basic realm="x"'})
    ),
    "404 is answered for a list that is empty": lambda: pages_are_404,
    "an id of another kind is found": lambda: of_any_kind,
    "401 says that the key is short": lambda: answered(401, lambda a: a.saying({"message": None})),
    # methods and paths
    "PUT makes what POST makes": lambda: put_is_post,
    "PATCH answers the object": lambda: patch_is_get,
    "TRACE repeats the headers": lambda: traced,
    "DELETE is refused, and done": deleted,
    "any path answers an empty page": lambda: any_path,
    # requests
    "an amount of NaN is taken": lambda: not_a_number,
    "an amount of less than nothing is taken": lambda: as_if(
        "amount", lambda v: type(v) is int and v < 0, lambda v: max(-v, 5000)
    ),
    "checking accounts are refused": lambda: refusing(lambda r: account_is(r, "accountType", "checking")),
    "savings accounts are refused": lambda: refusing(lambda r: account_is(r, "accountType", "savings")),
    "a foreigner's document is refused": lambda: refusing(
        lambda r: isinstance(r.json, dict) and r.json.get("documentType") == "ce"
    ),
    "a card is refused": lambda: refusing(
        lambda r: isinstance(r.json, dict) and "card" in r.json.get("availableTypes", [])
    ),
    "an account needs no number": lambda: in_account(lambda a: a.setdefault("accountNumber", "1234567890")),
    "an account's number is a number": lambda: in_account(
        lambda a: a.update(accountNumber=str(a["accountNumber"])) if type(a.get("accountNumber")) is int else None
    ),
    "an account's kind may be anything": lambda: in_account(
        lambda a: a.update(accountType="savings") if isinstance(a.get("accountType"), str) else None
    ),
    "an expiration may have a zone": lambda: as_if(
        "expiration", lambda v: isinstance(v, str) and v.endswith("Z"), lambda v: v[:19]
    ),
    "another character set is taken": lambda: in_utf_16,
    "a source that waits is debited": pending_will_do,
    "a payout leaves from the default account": lambda: ignoring("sourceMerchantAccountId"),
    "a payin arrives in the default account": lambda: ignoring("targetMerchantAccountId"),
    "a permission for partial debits is forgotten": lambda: asked(lambda b: b.pop("partialPayinsEnabled", None)),
    "a link's expiration is forgotten": lambda: asked(lambda b: b.pop("expiration", None)),
    # members
    "accents are written otherwise": lambda: only("name", lambda e: unicodedata.normalize("NFD", e["name"])),
    "a phone gains a country's code": lambda: only("phoneNumber", lambda e: "+57" + e["phoneNumber"]),
    "a document is masked": lambda: only("documentNumber", lambda e: "****" + e["documentNumber"][-4:]),
    "all pay on the page of the first": first_url,
    "the payer returns to the page to pay on": lambda: objects(
        lambda e: e.update(redirectUrl=e["paymentUrl"]) if "paymentUrl" in e else None
    ),
    "details name another kind of source": lambda: in_source(lambda d: d.update(type="nequiToken")),
    "details lack the source's description": lambda: in_source(lambda d: d.pop("description", None)),
    "details of the source have its customer's reference": lambda: in_source(lambda d: d.update(reference="another")),
    "a page shows one customer in all items": of_newest,
    "details keep an old phone number": lambda: in_details("phoneNumber", lambda v: "3000000000"),
    "all accounts are of one kind in lists": lambda: in_lists(
        lambda e: e.update(type="gateway") if e.get("type") == "aggregator" else None
    ),
    "a settlement names the default account": lambda: only("merchantAccountId", lambda e: "default"),
    "a description is the reference": lambda: objects(
        lambda e: e.update(description=e["reference"]) if {"description", "reference"} <= e.keys() else None
    ),
    # times
    "createdAt is five hours early": lambda: shifted("createdAt", -5),
    "updatedAt is five hours late": lambda: shifted("updatedAt", 5),
    "updatedAt moves with each read": ticking,
    "cancelled at the moment of creation": lambda: when("cancelled", updatedAt=lambda e: e["createdAt"]),
    "an expiration is a day later": lambda: shifted("expiration", 24),
    "an expiration is a date": lambda: only("expiration", lambda e: e["expiration"][:10]),
    "a link never expires": lambda: Patch("palomma_mock.state.mock", "Mock._fate", never_expires),
    # states
    "a reason that nobody announced": lambda: only("statusMessage", lambda e: "NO_MONEY"),
    "partial without permission": lambda: objects(unpermitted),
    "a list shows the state before": lambda: in_lists(
        lambda e: e.update(status="processing") if e.get("status") in ("approved", "partial") else None
    ),
    "a list hides the reason": lambda: in_lists(lambda e: e.pop("statusMessage", None)),
    "a target begins at the bank": lambda: at("payoutTargets", echoing("status", lambda v: "processing")),
    "active reads as processing once more": lambda: when("active", status="processing"),
    # money
    "what is collected lacks the fee": lambda: when(
        "approved", amountCollected=lambda e: e.get("amountCollected", e.get("amount", 0)) - e.get("fee", 0)
    ),
    "a fee is in cents": lambda: only("fee", lambda e: e["fee"] * 100),
    "a list shows another fee": lambda: in_lists(lambda e: e.update(fee=e["fee"] + 1) if "fee" in e else None),
    "what is sent lacks the fee": lambda: only("amountSent", lambda e: max(e["amountSent"] - e["fee"], 0)),
    "an approved payout sent nothing": lambda: objects(
        lambda e: e.update(amountSent=0) if e.get("status") == "approved" and "amountSent" in e else None
    ),
    "large amounts lose their thousands": lambda: objects(large_amounts_wrap),
    "a settlement is not paid out": lambda: Patch(
        "palomma_mock.rules.money",
        "settlement_booked",
        lambda old: (
            lambda account, collected, fees: {
                **old(account, collected, fees),
                **({"availableBalance": account["availableBalance"]} if "availableBalance" in account else {}),
            }
        ),
    ),
    "a settlement stays unsettled": lambda: Patch(
        "palomma_mock.rules.money",
        "settlement_booked",
        lambda old: (
            lambda account, collected, fees: {
                **old(account, collected, fees),
                "unsettledAmount": account["unsettledAmount"],
            }
        ),
    ),
    "what waits for settlement lacks the fee": lambda: Patch(
        "palomma_mock.rules.money", "payin_booked", lambda old: lambda account, sum: old(account, sum - 500)
    ),
    "a cancelled payout is booked": lambda: Patch("palomma_mock.state.mock", "Mock._book", cancelled_is_booked),
    "more is paid out than there is": lambda: Patch(
        "palomma_mock.state.mock", "Mock._covered", lambda old: lambda self, members: True
    ),
    "fees are those of one payin": lambda: only("totalFees", lambda e: 500),
    # lists, pages, filters
    "the last cursor is empty": lambda: pages(lambda r, p: p.update(cursor=p["cursor"] or "")),
    "the last page has no cursor at all": lambda: pages(lambda r, p: None if p["cursor"] else p.pop("cursor")),
    "an empty page has null for items": lambda: pages(lambda r, p: p["items"] or p.update(items=None)),
    "one item is no list": lambda: pages(lambda r, p: p.update(items=p["items"][0]) if len(p["items"]) == 1 else None),
    "a filter finds what ends like it": by_end,
    "an unknown customer has everything": lambda: unknown_customer_means_all,
    "the second page forgets the filter": lambda: second_page_forgets,
    "a page holds a hundred by default": lambda: limits(lambda v: v or "100"),
    "a limit of ten gives eleven": lambda: limits(lambda v: "11" if v == "10" else None),
    "a limit of 50 is refused": lambda: refusing(lambda r: r.query.get("limit") == "50"),
    "a limit with a sign is taken": lambda: taking("limit", lambda v: v.lstrip("+") if v.startswith("+") else None),
    "a limit with a fraction is taken": lambda: taking("limit", lambda v: v[:-2] if v.endswith(".0") else None),
    "lists skip what was cancelled": lambda: pages(no_cancelled),
    "settlements of one account are all accounts'": lambda: settled_together,
    "an unknown account has no settlements": lambda: no_account_no_settlements,
    # webhooks
    "another key signs": lambda: sent(signed_by_another),
    "the data is encoded twice": lambda: sent(encoded_twice),
    "the signature has a prefix": lambda: sent(
        resigned(lambda body, key: "sha256=" + hmac.new(key, base64.b64encode(body), hashlib.sha256).hexdigest())
    ),
    "an event lies under data": lambda: sent(rewritten(under_data, True)),
    "an event lacks its customer": lambda: sent(rewritten(lambda d: d["event"].pop("customerDetails", None), True)),
    "a timestamp is a number": lambda: sent(rewritten(lambda d: d.update(timestamp=1_700_000_000), True)),
    "all notifications have one id": lambda: sent(rewritten(lambda d: d.update(webhookId="1"), True)),
    "a notification has its object's id": lambda: sent(rewritten(lambda d: d.update(webhookId=d["event"]["id"]), True)),
    "an event type is written otherwise": lambda: sent(
        rewritten(lambda d: d.update(eventType=d["eventType"].replace("-", "_")), True)
    ),
    "an event's amount is a text": lambda: sent(
        rewritten(lambda d: d["event"].update({k: str(v) for k, v in d["event"].items() if k == "amount"}), True)
    ),
    "what is sent again is another": lambda: sent(rewritten(otherwise, True)),
    "a notification is a text": lambda: sent(as_text),
    "failures are not told": lambda: Patch("palomma_mock.state.mock", "Mock._notify", no_state("cancelled")),
    "the bank's turn is not told": lambda: Patch("palomma_mock.state.mock", "Mock._notify", no_state("processing")),
    "payouts are not told": lambda: Patch("palomma_mock.state.mock", "Mock._notify", not_of("payoutRequests")),
    # now and then
    "one create of seven answers another reference": lambda: sometimes(
        7, "POST", echoing("reference", lambda v: "another")
    ),
    "one read of twelve is the read before": lambda: sometimes(12, "GET", read_before()),
    "one refusal of nine is a success": lambda: sometimes(
        9, "POST", answered(400, lambda a: a.saying({"id": "1"}, 200))
    ),
    "one request of six is let in without a key": lambda: sometimes(6, "GET", keyed(lambda r: not given(r))),
    "one fee of ten is a peso more": lambda: sometimes(10, "GET", only("fee", lambda e: e["fee"] + 1)),
    "one page of eight counts one more": lambda: sometimes(
        8, "GET", pages(lambda r, p: p.update(count=p["count"] + 1))
    ),
    "one page of nine has no reference": lambda: sometimes(9, "GET", in_lists(lambda e: e.pop("reference", None))),
    "one create of ten lacks its createdAt": lambda: sometimes(10, "POST", dropping("createdAt")),
}
