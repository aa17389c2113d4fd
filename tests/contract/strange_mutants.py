"""Sixty and more mutants written from Palomma's documented facts alone, before the checks were: the honest measure.

They are never used to tune a check. Each is about one sentence of the facts; where the mock must be another for it, the
mock's code is patched.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count, cycle
from typing import Any

from msgspec import structs
from mutation import (
    Answer,
    Forward,
    Mutant,
    Patch,
    Request,
    answered,
    at,
    dropping,
    echoing,
    objects,
    pages,
    refusing,
    sometimes,
    status,
    taking,
)

KEY = "Bearer palomma-mock"


def keyed(known: Callable[[Request], object]) -> Mutant:
    """Lets in whom this recognizes, too."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        if known(request):
            request = replace(request, headers={**request.headers, "authorization": KEY})
        return await forward(request)

    return mutant


def given(request: Request) -> str:
    return request.headers.get("authorization", "")


def unkeyed_404(request: Request, forward: Forward) -> Any:
    async def mutant() -> Answer:
        answer = await forward(request)
        if answer.status == 401 and re.search("/[^/]+/[^/]+/[^/]+$", request.path):
            there = await forward(replace(request, headers={**request.headers, "authorization": KEY}))
            return there if there.status == 404 else answer
        return answer

    return mutant()


def method_answered(method: str, code: int, body: Any) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        return answer.saying(body, code) if request.method == method and answer.status == 405 else answer

    return mutant


def as_if(name: str, bad: Callable[[Any], object], good: Any) -> Mutant:
    """A body whose member should be refused is taken for a good one, and answered as it was given."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if not isinstance(body, dict) or name not in body or not bad(body[name]):
            return await forward(request)
        answer = await forward(request.saying({**body, name: good(body[name]) if callable(good) else good}))
        told = answer.json
        return answer.saying({**told, name: body[name]}) if answer.status == 200 and name in told else answer

    return mutant


def is_int(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def known_id(name: str, first: dict[str, str]) -> Mutant:
    """An id that nobody has is taken for one that was good before."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        body = request.json
        if isinstance(body, dict) and isinstance(body.get(name), str) and request.method == "POST":
            if answer.status == 200:
                first.setdefault(name, body[name])
            elif answer.status == 400 and name in first:
                return await forward(request.saying({**body, name: first[name]}))
        return answer

    return mutant


def media(wanted: str) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        if wanted in request.headers.get("content-type", ""):
            request = replace(request, headers={**request.headers, "content-type": "application/json"})
        return await forward(request)

    return mutant


def lenient(fix: Callable[[bytes], bytes]) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        if request.method == "POST" and request.json is None:
            request = replace(request, body=fix(request.body))
        return await forward(request)

    return mutant


async def first_of_list(request: Request, forward: Forward) -> Answer:
    body = request.json
    single = isinstance(body, list) and len(body) == 1
    return await forward(request.saying(body[0]) if single else request)


def details_of_another() -> Mutant:
    seen: list[dict[str, Any]] = []

    def change(each: dict[str, Any]) -> None:
        if "customerDetails" in each:
            seen.append(each["customerDetails"])
            other = [one for one in seen if one != each["customerDetails"]]
            each["customerDetails"] = other[0] if other else each["customerDetails"]

    return objects(change)


def flipped(each: dict[str, Any]) -> None:
    if "payinSourceDetails" in each:
        details = each["payinSourceDetails"]
        each["payinSourceDetails"] = {**details, "partialPayinsEnabled": not details.get("partialPayinsEnabled")}


def in_details(name: str, change: Callable[[Any], Any]) -> Mutant:
    def edit(each: dict[str, Any]) -> None:
        details = each.get("customerDetails", {})
        if name in details:
            details[name] = change(details[name])

    return objects(edit)


def when(statuses: str, **members: Any) -> Mutant:
    """Objects in these states have other members."""

    def change(each: dict[str, Any]) -> None:
        if each.get("status") in statuses.split():
            each.update({name: value(each) if callable(value) else value for name, value in members.items()})

    return objects(change)


def only(name: str, change: Callable[[dict[str, Any]], Any]) -> Mutant:
    return objects(lambda each: each.update({name: change(each)}) if name in each else None)


def counting() -> Mutant:
    reasons = cycle(("ERROR", "DECLINED_BY_BANK", "EXPIRED"))

    def change(each: dict[str, Any]) -> None:
        if each.get("status") == "cancelled":
            each["statusMessage"] = next(reasons)

    return objects(change)


def shown_now() -> Mutant:
    ticks = count(1)

    def change(each: dict[str, Any]) -> None:
        if "createdAt" in each:
            minutes, seconds = divmod(next(ticks) % 3600, 60)
            each["createdAt"] = each["updatedAt"] = f"2026-02-01T00:{minutes:02d}:{seconds:02d}.000Z"

    return objects(change)


def shuffled() -> Mutant:
    is_turned = cycle((True, False))

    def change(request: Request, page: dict[str, Any]) -> None:
        if next(is_turned):
            page["items"].reverse()

    return pages(change)


def prefix_filter() -> Mutant:
    """The filter by reference finds whatever begins like it."""
    known: set[str] = set()

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if isinstance(body, dict) and isinstance(body.get("reference"), str):
            known.add(body["reference"])
        wanted = request.query.get("reference")
        if wanted and wanted not in known:
            found = sorted(each for each in known if each.startswith(wanted))
            return await forward(request.asking(reference=found[0]) if found else request)
        return await forward(request)

    return mutant


def folded_filter() -> Mutant:
    known: dict[str, str] = {}

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if isinstance(body, dict) and isinstance(body.get("reference"), str):
            known[body["reference"].lower()] = body["reference"]
        wanted = request.query.get("reference", "")
        return await forward(request.asking(reference=known[wanted.lower()]) if wanted.lower() in known else request)

    return mutant


async def one_filter(request: Request, forward: Forward) -> Answer:
    both = {"reference", "customerId"} <= request.query.keys()
    query = {name: value for name, value in request.query.items() if not both or name != "customerId"}
    return await forward(replace(request, query=query))


async def unknown_means_all(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    if request.method == "GET" and "reference" in request.query and answer.status == 200 and not answer.json["items"]:
        return await forward(replace(request, query={k: v for k, v in request.query.items() if k != "reference"}))
    return answer


def limits(change: Callable[[str | None], str | None]) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        wanted = change(request.query.get("limit"))
        return await forward(request.asking(limit=wanted) if wanted and request.method == "GET" else request)

    return mutant


async def any_cursor(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    if request.method == "GET" and answer.status == 400 and "cursor" in request.query:
        return await forward(replace(request, query={k: v for k, v in request.query.items() if k != "cursor"}))
    return answer


async def endless(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    body = answer.json
    if request.method != "GET" or answer.status != 200 or "items" not in body:
        return answer
    if request.query.get("cursor") == "the-end":
        return answer
    return answer.saying({**body, "cursor": body.get("cursor") or "the-end"})


async def the_end(request: Request, forward: Forward) -> Answer:
    """A full last page has a cursor, and after it comes an empty page."""
    if request.query.get("cursor") == "the-end":
        answer = await forward(replace(request, query={"limit": "1"}))
        return answer.saying({"items": [], "cursor": None, "count": 0})
    return await endless(request, forward)


def others_amount() -> Mutant:
    last: dict[str, Any] = {}

    def change(answer: Answer) -> Answer:
        body = answer.json
        if not isinstance(body, dict) or "amount" not in body or "id" not in body:
            return answer
        told = answer.saying({**body, "amount": last["amount"]}) if last else answer
        last.update(body)
        return told

    return answered(200, change, "GET")


def forgotten() -> Mutant:
    """The answer says that it was created; it wasn't."""
    last: dict[str, Any] = {}

    async def mutant(request: Request, forward: Forward) -> Answer:
        if request.path not in last:
            answer = await forward(request)
            if answer.status == 200:
                last[request.path] = answer
            return answer
        body = {**last[request.path].json, **(request.json if isinstance(request.json, dict) else {})}
        body.pop("bankAccount", None)
        body.pop("availableTypes", None)
        return last[request.path].saying({**body, "id": str(body["id"])[:-2] + "ZZ"})

    return mutant


def twice() -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        await forward(request)
        return await forward(request)

    return mutant


def lost(position: int) -> Callable[[Request, dict[str, Any]], None]:
    def change(request: Request, page: dict[str, Any]) -> None:
        if page["items"]:
            del page["items"][position]
            page["count"] = len(page["items"])

    return change


# --- webhooks: what the mock sends ----------------------------------------------------------------------------------


def resigned(sign: Callable[[bytes, bytes], str]) -> Callable[[Any], Any]:
    def change(old: Any) -> Any:
        def headers_for(notice: Any, key: str, encoding: str) -> Any:
            body, headers = old(notice, key, encoding)
            return body, {**headers, "X-Signature": sign(body, key.encode())}

        return headers_for

    return change


def rewritten(change: Callable[[dict[str, Any]], Any], both: bool) -> Callable[[Any], Any]:
    """Another body than the mock wrote; in both places and signed, or in the body alone."""

    def around(old: Any) -> Any:
        def headers_for(notice: Any, key: str, encoding: str) -> Any:
            body, headers = old(notice, key, encoding)
            document = json.loads(body)
            change(document)
            body = json.dumps(document, separators=(",", ":")).encode()
            if both:
                encoded = base64.b64encode(body).decode()
                signature = hmac.new(key.encode(), encoded.encode(), hashlib.sha256).hexdigest()
                headers = {**headers, "X-Encoded-Data": encoded, "X-Signature": signature}
            return body, headers

        return headers_for

    return around


def sent(change: Callable[[Any], Any]) -> Patch:
    """What is sent on each attempt is another thing than the mock keeps."""

    def plain(notice: Any, key: str, encoding: str) -> Any:
        return notice.body.encode(), dict(notice.headers)

    def around(old: Any) -> Any:
        async def send(self: Any, notice: Any) -> Any:
            body, headers = change(plain)(notice, self._mock.settings.integrity_key, "hex")
            return await old(self, structs.replace(notice, body=body.decode(), headers=headers))

        return send

    return Patch("palomma_mock.state.courier", "Courier._send", around)


tries: dict[str, int] = {}


def later(document: dict[str, Any]) -> None:
    tries[document["webhookId"]] = tries.get(document["webhookId"], 0) + 1
    if tries[document["webhookId"]] > 1:
        document["timestamp"] = "2026-03-01T00:00:00.000Z"


def renamed(document: dict[str, Any]) -> None:
    tries[document["webhookId"]] = tries.get(document["webhookId"], 0) + 1
    document["webhookId"] += f"-{tries[document['webhookId']]}"


def not_of(kind: str) -> Callable[[Any], Any]:
    return lambda old: lambda self, k, *rest: None if k == kind else old(self, k, *rest)


def notified_twice(old: Any) -> Any:
    def notify(self: Any, *arguments: Any) -> None:
        old(self, *arguments)
        old(self, *arguments)

    return notify


def notified_early(old: Any) -> Any:
    def commit(self: Any, kind: str, new: Any, now: float, *rest: Any) -> Any:
        raw = old(self, kind, new, now, *rest)
        self._notify(kind, new.id, new.members, now)
        return raw

    return commit


def never_again(old: Any) -> Any:
    def attempted(self: Any, notice: Any, answer: Any, now: float) -> None:
        old(self, notice, {**answer, "status": 200}, now)

    return attempted


def url_safe(old: Any) -> Any:
    def headers_for(notice: Any, key: str, encoding: str) -> Any:
        body, headers = old(notice, key, encoding)
        encoded = base64.urlsafe_b64encode(body).decode().rstrip("=")
        signature = hmac.new(key.encode(), encoded.encode(), hashlib.sha256).hexdigest()
        return body, {**headers, "X-Encoded-Data": encoded, "X-Signature": signature}

    return headers_for


STRANGERS: dict[str, Callable[[], Mutant | Patch]] = {
    # auth
    "the header Authentication will do": lambda: keyed(lambda r: r.headers.get("authentication") == KEY),
    "the scheme Token will do": lambda: keyed(lambda r: given(r) == KEY.replace("Bearer", "Token")),
    "the key may be in capitals": lambda: keyed(lambda r: given(r).upper() == KEY.upper()),
    "the key may go on": lambda: keyed(lambda r: given(r).startswith(KEY)),
    "the beginning of a key will do": lambda: keyed(lambda r: len(given(r)) > 9 and KEY.startswith(given(r))),
    "lists ask for no key": lambda: keyed(lambda r: r.method == "GET" and r.path.count("/") == 2),
    "a stranger learns which ids exist": lambda: unkeyed_404,
    "401 answers as 400": lambda: status(401, 400),
    # errors
    "404 has another envelope": lambda: answered(404, lambda a: a.saying({"error": {"message": "Not found"}})),
    "400 has an empty message": lambda: answered(400, lambda a: a.saying({"message": ""})),
    "401 repeats the key that was sent": lambda: answered(
        401, lambda a: a.saying({"message": "palomma-mock is meant"})
    ),
    "404 is JSON, and says HTML": lambda: answered(404, lambda a: replace(a, headers={"content-type": "text/html"})),
    "401 has no message": lambda: answered(401, lambda a: a.saying({})),
    "400 answers a list of errors": lambda: answered(400, lambda a: a.saying([{"message": "no"}])),
    # methods
    "DELETE answers 200": lambda: method_answered("DELETE", 200, {}),
    "PUT answers 404": lambda: method_answered("PUT", 404, {"message": "Not found"}),
    "PATCH answers 200": lambda: method_answered("PATCH", 200, {"id": "x"}),
    "HEAD answers 200": lambda: method_answered("HEAD", 200, {}),
    # requests
    "a link of 1500 is taken": lambda: at("payinLinks", as_if("amount", is_int(1500, 1500), 1501)),
    "a payout of 1000 is taken": lambda: at("payoutRequests", as_if("amount", is_int(1000, 1000), 1001)),
    "a payin above 2 million is taken": lambda: at(
        "payinRequests", as_if("amount", is_int(2_000_001, 2**60), 2_000_000)
    ),
    "a payout above 5 million is taken": lambda: at(
        "payoutRequests", as_if("amount", is_int(5_000_001, 2**60), 5_000_000)
    ),
    "a payout above 2 million is refused": lambda: at(
        "payoutRequests", refusing(lambda r: (r.json or {}).get("amount", 0) > 2_000_000)
    ),
    "a link may have expired": lambda: Patch(
        "palomma_mock.rules.objects",
        "within_expiration_window",
        lambda old: lambda expiry, now: expiry < now or old(expiry, now),
    ),
    "a link may live nine days": lambda: Patch(
        "palomma_mock.rules.objects",
        "within_expiration_window",
        lambda old: lambda expiry, now: old(expiry - 86_400, now) or old(expiry, now),
    ),
    "a document type ti is taken": lambda: as_if("documentType", lambda v: v not in ("cc", "ce", "nit"), "cc"),
    "an unknown customer is taken": lambda: known_id("customerId", {}),
    "an unknown source is taken": lambda: known_id("payinSourceId", {}),
    "any merchant account is taken": lambda: known_id("targetMerchantAccountId", {}),
    "an amount is rounded": lambda: as_if("amount", lambda v: isinstance(v, float) and v % 1 > 0, int),
    "a form is taken": lambda: media("form"),
    "text/plain is taken": lambda: media("text/plain"),
    "JSON may go on after its end": lambda: lenient(lambda body: body[: body.rfind(b"}") + 1]),
    "a list of one body is taken": lambda: first_of_list,
    "a reference is trimmed": lambda: as_if("reference", lambda v: isinstance(v, str) and v != v.strip(), str.strip),
    "a long description is cut": lambda: as_if(
        "description", lambda v: isinstance(v, str) and len(v) > 200, lambda v: v[:200]
    ),
    # members
    "there are no customerDetails": lambda: dropping("customerDetails"),
    "the details are another customer's": details_of_another,
    "a phone number is a number": lambda: in_details("phoneNumber", lambda v: int(v) if str(v).isdigit() else 0),
    "the e-mail in details is in capitals": lambda: in_details("email", str.upper),
    "there is no paymentUrl": lambda: dropping("paymentUrl"),
    "the bank account is echoed": lambda: objects(
        lambda e: e.update(bankAccount={"bank": "nequi"}) if "authUrl" in e else None
    ),
    "there is no fee": lambda: dropping("fee"),
    "a link answers another type": lambda: only("type", lambda e: "pse" if e["type"] == "general" else e["type"]),
    "the default account isn't named": lambda: dropping("targetMerchantAccountId"),
    "details say the opposite of partial": lambda: objects(flipped),
    "redirectUrl loses its end": lambda: only("redirectUrl", lambda e: e["redirectUrl"].rstrip("/0123456789")),
    # times
    "updatedAt is before createdAt": lambda: only("updatedAt", lambda e: "2020-01-01T00:00:00.000Z"),
    "createdAt is the moment of the read": shown_now,
    "updatedAt never moves": lambda: only("updatedAt", lambda e: e["createdAt"]),
    "createdAt is years ahead": lambda: objects(
        lambda e: (
            e.update(createdAt="2030" + e["createdAt"][4:], updatedAt="2030" + e["updatedAt"][4:])
            if "createdAt" in e
            else None
        )
    ),
    # states
    "a debit begins as pending": lambda: at("payinRequests", echoing("status", lambda v: "pending")),
    "a reason is missing": lambda: dropping("statusMessage"),
    "a reason changes from read to read": counting,
    "cancelled reads as approved": lambda: when("cancelled", status="approved"),
    "a source never becomes active": lambda: Patch(
        "palomma_mock.state.mock",
        "Mock._move",
        lambda old: (
            lambda self, due, outcome: (
                None if due.kind == "payinSources" and outcome.status == "active" else old(self, due, outcome)
            )
        ),
    ),
    "a debit stays with the bank": lambda: Patch(
        "palomma_mock.state.mock",
        "Mock._move",
        lambda old: lambda self, due, outcome: None if due.kind == "payinRequests" else old(self, due, outcome),
    ),
    # money
    "collected before it is": lambda: when("pending processing", amountCollected=lambda e: e.get("amount", 0)),
    "a partial debit collects all": lambda: when("partial", amountCollected=lambda e: e["amount"]),
    "approved collects a peso less": lambda: when("approved", amountCollected=lambda e: e.get("amount", 1) - 1),
    "nothing is sent at first": lambda: objects(
        lambda e: e.update(amountSent=0) if e.get("status") == "processing" and "amountSent" in e else None
    ),
    "what was cancelled is sent": lambda: objects(
        lambda e: e.update(amountSent=e["amount"]) if "amountSent" in e else None
    ),
    "a fee of more than the amount": lambda: only("fee", lambda e: e["amount"] + 1),
    "a settlement counts one payin more": lambda: only("numberOfPayins", lambda e: e["numberOfPayins"] + 1),
    "a settlement forgets its fees": lambda: only("totalFees", lambda e: 0),
    "a payout leaves the balance alone": lambda: Patch(
        "palomma_mock.rules.money", "payout_booked", lambda old: lambda account, amount: account
    ),
    "a payin isn't waiting for settlement": lambda: Patch(
        "palomma_mock.rules.money", "payin_booked", lambda old: lambda account, collected: account
    ),
    # lists, pages, filters
    "a list lacks its newest": lambda: pages(lost(-1)),
    "the count is one more": lambda: pages(lambda r, p: p.update(count=len(p["items"]) + 1)),
    "items lack updatedAt": lambda: pages(lambda r, p: [each.pop("updatedAt", None) for each in p["items"]]),
    "the order changes with each read": shuffled,
    "a page holds ten by default": lambda: limits(lambda v: v or "10"),
    "a page of 100 holds 50": lambda: limits(lambda v: "50" if v and v.isdigit() and int(v) > 50 else None),
    "a limit of no number is taken": lambda: taking("limit", lambda v: None if v.isdigit() else "20"),
    "any cursor begins anew": lambda: any_cursor,
    "the last page leads to an empty one": lambda: the_end,
    "a filter finds what begins like it": prefix_filter,
    "a filter ignores case": folded_filter,
    "of two filters one counts": lambda: one_filter,
    "an unknown reference finds all": lambda: unknown_means_all,
    # webhooks
    "a settlement is not told": lambda: Patch("palomma_mock.state.mock", "Mock._notify", not_of("payinSettlements")),
    "each change is told twice": lambda: Patch("palomma_mock.state.mock", "Mock._notify", notified_twice),
    "a creation is told": lambda: Patch("palomma_mock.state.mock", "Mock._commit", notified_early),
    "the body is signed": lambda: sent(resigned(lambda body, key: hmac.new(key, body, hashlib.sha256).hexdigest())),
    "the signature is SHA-1": lambda: sent(
        resigned(lambda body, key: hmac.new(key, base64.b64encode(body), hashlib.sha1).hexdigest())
    ),
    "the encoded data is url-safe": lambda: sent(url_safe),
    "another event type": lambda: sent(rewritten(lambda d: d.update(eventType="payin-link.update"), True)),
    "an event without its status": lambda: sent(rewritten(lambda d: d["event"].pop("status", None), True)),
    "an event tells of the state before": lambda: sent(
        rewritten(lambda d: d["event"].update(status="processing") if "status" in d["event"] else None, True)
    ),
    "the body isn't what is encoded": lambda: sent(rewritten(lambda d: d["event"].update(id="another"), False)),
    "a retry has a new timestamp": lambda: sent(rewritten(later, True)),
    "a retry has a new webhookId": lambda: sent(rewritten(renamed, True)),
    "nothing is sent again": lambda: Patch("palomma_mock.state.notices", "Notices.attempted", never_again),
    # now and then
    "one read of thirteen fails": lambda: sometimes(
        13, "GET", answered(200, lambda a: a.saying({"message": "no"}, 500))
    ),
    "one page of seven loses an object": lambda: sometimes(7, "GET", pages(lost(0))),
    "one create of nine is forgotten": lambda: sometimes(9, "POST", forgotten()),
    "one create of five is made twice": lambda: sometimes(5, "POST", twice()),
    "one read of eleven has another's amount": lambda: sometimes(11, "GET", others_amount()),
    "one answer of twenty lacks its id": lambda: sometimes(20, "GET", dropping("id")),
}
