"""More mutants, beside the checks of behaviour: each is one small fault that no shape shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

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
    member,
    objects,
    pages,
    refusing,
    sometimes,
    status,
    taking,
)
from strange_mutants import (
    KEY,
    as_if,
    given,
    in_details,
    keyed,
    limits,
    lost,
    media,
    only,
    rewritten,
    sent,
    twice,
    when,
)

MOCK = "palomma_mock.state.mock"


def without_header(code: int, name: str) -> Mutant:
    return answered(code, lambda a: replace(a, headers={k: v for k, v in a.headers.items() if k != name}))


def path_kind(change: Callable[[str], str]) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        other = change(request.path)
        if answer.status == 404 and request.method == "GET" and other != request.path:
            return await forward(replace(request, path=other))
        return answer

    return mutant


def message(change: Callable[[Request, str], str], *codes: int) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        body = answer.json
        if answer.status in codes and isinstance(body, dict):
            return answer.saying({"message": change(request, body.get("message", ""))})
        return answer

    return mutant


def remembered(name: str) -> Mutant:
    """A read answers this member as it was when the object was first seen."""
    first: dict[str, Any] = {}

    def change(each: dict[str, Any]) -> None:
        if name in each:
            each[name] = first.setdefault(each["id"], each[name])

    return objects(change)


def drifting(name: str, step: int) -> Mutant:
    """A number grows with each read."""
    seen: dict[str, int] = {}

    def change(each: dict[str, Any]) -> None:
        if isinstance(each.get(name), int):
            seen[each["id"]] = seen.get(each["id"], -1) + 1
            each[name] += step * seen[each["id"]]

    return objects(change)


def refused_but_made() -> Mutant:
    """What is refused for its amount is made all the same."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        if request.method == "POST" and answer.status == 400 and isinstance(request.json, dict):
            await forward(request.saying({**request.json, "amount": 2000}))
        return answer

    return mutant


def same_reference_once() -> Mutant:
    """A second create with the same reference answers the first object."""
    made: dict[tuple[str, str], Answer] = {}

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if request.method != "POST" or not isinstance(body, dict) or "description" not in body:
            return await forward(request)
        key = (request.path, str(body["description"]))
        if key not in made:
            made[key] = await forward(request)
        told = made[key].json
        return (
            made[key].saying({**told, "reference": body.get("reference", "x")})
            if made[key].status == 200
            else made[key]
        )

    return mutant


def item_order(request: Request, page: dict[str, Any]) -> None:
    page["items"].sort(key=lambda each: each["id"][::-1])


def patch_rule(module: str, name: str, change: Callable[[Any], Any]) -> Callable[[], Patch]:
    return lambda: Patch(f"palomma_mock.rules.{module}", name, change)


def settled_twice(old: Any) -> Any:
    def settle(self: Any, account: str, at: float) -> None:
        payins = self.store.take_unsettled(account, at)
        for _ in range(2):
            self.store.take_unsettled = lambda *given: payins
            old(self, account, at)
        del self.store.take_unsettled

    return settle


def steps_lost(kind: str, state: str) -> Callable[[Any], Any]:
    return lambda old: (
        lambda self, due, outcome: None if due.kind == kind and outcome.status == state else old(self, due, outcome)
    )


def overtaken(old: Any) -> Any:
    """A state is told of before it is known."""

    def notify(self: Any, kind: str, id: str, members: Any, at: float) -> None:
        old(self, kind, id, {**members, "updatedAt": members.get("createdAt")}, at)

    return notify


OWN: dict[str, Callable[[], Mutant | Patch]] = {
    # auth
    "an empty key will do": lambda: keyed(lambda r: given(r).strip() == "Bearer"),
    "a key without scheme will do": lambda: keyed(lambda r: given(r) == "palomma-mock"),
    "Basic will do": lambda: keyed(lambda r: given(r).startswith("Basic")),
    "a key twice will do": lambda: keyed(lambda r: given(r) == f"{KEY} palomma-mock"),
    "a key in the query will do": lambda: keyed(lambda r: "palomma-mock" in r.query.values()),
    "X-API-Key will do": lambda: keyed(lambda r: r.headers.get("x-api-key") == "palomma-mock"),
    "creates ask for no key": lambda: keyed(lambda r: r.method == "POST"),
    "one resource asks for no key": lambda: keyed(lambda r: "payoutTargets" in r.path),
    "a wildcard is a key": lambda: keyed(lambda r: "*" in given(r)),
    "401 names no scheme": lambda: without_header(401, "www-authenticate"),
    "a wrong key answers 404": lambda: status(401, 404),
    "a wrong key answers 500": lambda: status(401, 500),
    # errors
    "404 has no message": lambda: answered(404, lambda a: a.saying({})),
    "404 has a code beside its message": lambda: answered(404, lambda a: a.saying({"message": "no", "code": 7})),
    "400 repeats what was sent": lambda: message(lambda r, m: f"{m}: {r.body.decode('utf-8', 'replace')}", 400),
    "404 repeats the id": lambda: message(lambda r, m: f"{m}: {r.path}", 404),
    "a message is blank": lambda: message(lambda r, m: "  ", 400, 401, 404),
    "a message tells the key": lambda: message(lambda r, m: f"{m}; the key is palomma-mock", 400),
    "405 is a page of HTML": lambda: answered(
        405, lambda a: Answer(405, b"<h1>no</h1>", {**a.headers, "content-type": "text/html"})
    ),
    "405 is empty": lambda: answered(405, lambda a: replace(a, body=b"")),
    "a 400 is a text": lambda: answered(400, lambda a: Answer(400, b"no", {"content-type": "text/plain"})),
    # methods and paths
    "405 allows too much": lambda: answered(
        405, lambda a: replace(a, headers={**a.headers, "allow": "GET, POST, DELETE"})
    ),
    "405 answers 501": lambda: status(405, 501),
    "OPTIONS answers 204": lambda: answered(405, lambda a: Answer(204, b"", {"allow": "GET"})),
    "a slash at the end is forgiven": lambda: path_kind(lambda p: p.rstrip("/")),
    "a doubled slash is forgiven": lambda: path_kind(lambda p: p.replace("//", "/")),
    "paths ignore case": lambda: path_kind(lambda p: p[:4] + p[4:].swapcase()),
    "an ending is forgiven": lambda: path_kind(lambda p: p.removesuffix(".json")),
    # ids
    "ids ignore spaces": lambda: path_kind(lambda p: p.replace("%20", "").strip().replace("/ ", "/")),
    "ids ignore case": lambda: path_kind(lambda p: "/".join([*p.split("/")[:-1], p.split("/")[-1].swapcase()])),
    "an id may be one longer": lambda: path_kind(lambda p: p[:-1]),
    "an unknown id answers an empty page": lambda: answered(404, lambda a: a.saying({"items": []}, 200)),
    "a settlement is found under any account": lambda: path_kind(
        lambda p: re.sub("merchantAccounts/[^/]+/", "merchantAccounts/default/", p)
    ),
    # requests
    "XML is taken": lambda: media("xml"),
    "JSON needs no content type": lambda: as_json_by_default,
    "a flag may be text": lambda: as_if("partialPayinsEnabled", lambda v: isinstance(v, str), True),
    "a type in capitals is taken": lambda: as_if("type", lambda v: v == "BANKACCOUNT", "bankAccount"),
    "no redirectUrl is taken": lambda: defaulting("redirectUrl", "https://shop.example/"),
    "no amount is taken": lambda: defaulting("amount", 2000),
    "no availableTypes is taken": lambda: defaulting("availableTypes", ["pse"]),
    "an empty list of types is taken": lambda: as_if("availableTypes", lambda v: v == [], ["pse"]),
    "an unknown means of payment is taken": lambda: as_if(
        "availableTypes", lambda v: isinstance(v, list) and "unknown" in v, lambda v: [e for e in v if e != "unknown"]
    ),
    "an amount of text with a fraction is taken": lambda: as_if(
        "amount", lambda v: isinstance(v, str) and v.endswith(".0"), 2000
    ),
    "an amount of 2 million is refused": lambda: refusing(
        lambda r: b'"amount": 2000000,' in r.body or b'"amount": 2000000}' in r.body
    ),
    "a payout of 5 million is refused": lambda: at("payoutRequests", refusing(lambda r: b"5000000" in r.body)),
    "a link may not live seven days": patch_rule(
        "objects", "within_expiration_window", lambda old: lambda expiry, now: old(expiry + 86_400, now)
    ),
    "a link must live a minute": patch_rule(
        "objects", "within_expiration_window", lambda old: lambda expiry, now: old(expiry, now) and expiry > now + 30
    ),
    "a date that doesn't exist is taken": lambda: undated,
    "a cancelled source is debited": lambda: Patch(
        "palomma_mock.rules.objects",
        "_paid",
        lambda old: lambda new, body, context, kind, name: old(new, body, alive(context), kind, name),
    ),
    "a long text is refused": lambda: refusing(lambda r: len(r.body) > 5_000),
    "umlauts are refused": lambda: refusing(lambda r: "Ünï".encode() in r.body),
    "another member is refused": lambda: refusing(lambda r: b"notDocumented1" in r.body),
    # members
    "the reference is in capitals": lambda: echoing("reference", str.upper),
    "a text loses its spaces": lambda: echoing("name", str.strip),
    "a leading zero is lost": lambda: echoing("documentNumber", lambda v: v.lstrip("0")),
    "there are no timestamps": lambda: dropping("createdAt"),
    "there is no authUrl": lambda: dropping("authUrl"),
    "a count is seven more": lambda: pages(lambda r, p: p.update(count=len(p["items"]) + 7)),
    "a document type in details is another": lambda: in_details("documentType", lambda v: "ce" if v == "cc" else "cc"),
    "details lack the reference": lambda: in_details_without("reference"),
    "a gateway has a balance": lambda: objects(
        lambda e: e.update(availableBalance=0) if e.get("type") == "gateway" else None
    ),
    "an aggregator has switches": lambda: objects(
        lambda e: e.update(payinsEnabled=True) if e.get("type") == "aggregator" else None
    ),
    "an aggregator has no balance": lambda: dropping("availableBalance"),
    "partial is off unless it is named": lambda: only("partialPayinsEnabled", lambda e: False),
    "a default expiration is missing": lambda: dropping("expiration"),
    "amounts are written with a fraction": lambda: answered(
        200, lambda a: replace(a, body=re.sub(rb'("amount":\d+)', rb"\1.0", a.body))
    ),
    # times
    "createdAt is a day early": lambda: only("createdAt", lambda e: "2026-01-01" + e["createdAt"][10:]),
    "updatedAt is that of the first sight": lambda: remembered("updatedAt"),
    "a settlement's hour is another": lambda: only(
        "payinSettlementCycle", lambda e: 20 if e["payinSettlementCycle"] != 20 else 11
    ),
    "a settlement's day is the one before": lambda: only("payinSettlementDate", lambda e: "2026-02-01"),
    # states
    "a link stays pending": lambda: Patch(MOCK, "Mock._move", steps_lost("payinLinks", "processing")),
    "a target never becomes active": lambda: Patch(MOCK, "Mock._move", steps_lost("payoutTargets", "active")),
    "a payout stays with the bank": lambda: Patch(MOCK, "Mock._move", steps_lost("payoutRequests", "approved")),
    "an approved link reads as processing": lambda: when("approved", status="processing"),
    "a reason goes with active": lambda: when("active", statusMessage="EXPIRED"),
    "a source begins as active": lambda: at("payinSources", echoing("status", lambda v: "active")),
    "a status is that of the first sight": lambda: remembered("status"),
    # money
    "what is collected isn't shown": lambda: when("approved", amountCollected=0),
    "what was cancelled was collected": lambda: when("cancelled", amountCollected=lambda e: e.get("amount", 5)),
    "a fee of nothing": lambda: only("fee", lambda e: 0),
    "a fee that grows": lambda: drifting("fee", 1),
    "an amount that grows": lambda: drifting("amount", 1),
    "what was cancelled costs a fee": lambda: when("cancelled", fee=500),
    "what was sent is less": lambda: when("approved", amountSent=lambda e: e.get("amount", 1) - 1),
    "a payout moves another amount": patch_rule(
        "money", "payout_booked", lambda old: lambda account, amount: old(account, amount + 1)
    ),
    "a payin is booked twice": patch_rule(
        "money", "payin_booked", lambda old: lambda account, collected: old(old(account, collected), collected)
    ),
    "a settlement keeps its fees": patch_rule(
        "money", "settlement_booked", lambda old: lambda account, collected, fees: old(account, collected, 0)
    ),
    "a settlement sums up less": lambda: only("totalAmountCollected", lambda e: e["totalAmountCollected"] - 1000),
    "nothing is settled": lambda: Patch(MOCK, "Mock._settle", lambda old: lambda self, account, at: None),
    "all is settled twice": lambda: Patch(MOCK, "Mock._settle", settled_twice),
    "payouts use up no limit": patch_rule(
        "money",
        "payout_booked",
        lambda old: (
            lambda account, amount: {
                **old(account, amount),
                **{k: account[k] for k in ("payoutLimitBalance",) if k in account},
            }
        ),
    ),
    # lists, pages, filters
    "a list lacks its oldest": lambda: pages(lost(0)),
    "a list is in another order by page": lambda: pages(item_order),
    "a first page repeats its last": lambda: pages(
        lambda r, p: p["items"].append(p["items"][-1]) if p["items"] and "cursor" not in r.query else None
    ),
    "a limit of 1 gives two": lambda: limits(lambda v: "2" if v == "1" else None),
    "a limit of 99 gives 98": lambda: limits(lambda v: "98" if v == "99" else None),
    "a limit of 1000 is taken": lambda: taking("limit", lambda v: "100" if v == "1000" else None),
    "a limit may have spaces": lambda: taking("limit", lambda v: v.strip() or None),
    "an empty limit is taken": lambda: taking("limit", lambda v: "20" if v == "" else None),
    "the last page has a cursor that leads back": lambda: pages(
        lambda r, p: p.update(cursor=r.query["cursor"]) if not p["cursor"] and "cursor" in r.query else None
    ),
    "a page ends early": lambda: pages(lambda r, p: p.update(cursor=None) if "cursor" in r.query else None),
    "a filter finds one at most": lambda: pages(
        lambda r, p: (
            p.update(items=p["items"][:1], cursor=None, count=len(p["items"][:1])) if "customerId" in r.query else None
        )
    ),
    "a filter ignores spaces": lambda: taking("reference", lambda v: v.strip()),
    "a star finds all": lambda: star,
    # counts
    "a create makes two": lambda: at("customers", posting(twice())),
    "what is refused is made": refused_but_made,
    "a repeated create answers the first": same_reference_once,
    # webhooks
    "a source is not told": lambda: Patch(
        MOCK,
        "Mock._notify",
        lambda old: lambda self, kind, *rest: None if kind == "payinSources" else old(self, kind, *rest),
    ),
    "an event has old times": lambda: Patch(MOCK, "Mock._notify", overtaken),
    "an event has a member more": lambda: sent(rewritten(lambda d: d.update(version=1), True)),
    "an event is about another object": lambda: sent(
        rewritten(lambda d: d["event"].update(id=d["event"]["id"][::-1]), True)
    ),
    "an event hides the money": lambda: sent(
        rewritten(lambda d: d["event"].update(amount=1) if "amount" in d["event"] else None, True)
    ),
    "a timestamp without zone": lambda: sent(rewritten(lambda d: d.update(timestamp=d["timestamp"].rstrip("Z")), True)),
    "a webhookId is a number": lambda: sent(rewritten(lambda d: d.update(webhookId=7), True)),
    # now and then
    "one list of ten answers 500": lambda: sometimes(10, "GET", pages500),
    "one create of twelve answers 500": lambda: sometimes(
        12, "POST", answered(200, lambda a: a.saying({"message": "no"}, 500))
    ),
    "one read of fifteen is late": lambda: sometimes(15, "GET", member("status", "processing")),
    "one error of eight has no message": lambda: sometimes(
        8, "GET", answered(404, lambda a: a.saying({"error": "no"}))
    ),
    "one read of thirty loses its details": lambda: sometimes(30, "GET", dropping("customerDetails")),
}


async def as_json_by_default(request: Request, forward: Forward) -> Answer:
    return await forward(replace(request, headers={"content-type": "application/json", **request.headers}))


def defaulting(name: str, value: Any) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        here = request.method == "POST" and isinstance(body, dict) and name not in body and "customerId" in body
        return await forward(request.saying({**body, name: value}) if here else request)

    return mutant


def alive(context: Any) -> Any:
    find = context.find
    return replace(context, find=lambda kind, id: {**found, "status": "active"} if (found := find(kind, id)) else None)


def in_details_without(name: str) -> Mutant:
    return objects(lambda each: each.get("customerDetails", {}).pop(name, None))


async def star(request: Request, forward: Forward) -> Answer:
    if request.query.get("reference") in ("*", "%"):
        return await forward(replace(request, query={k: v for k, v in request.query.items() if k != "reference"}))
    return await forward(request)


async def pages500(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    return answer.saying({"message": "no"}, 500) if answer.status == 200 and "items" in answer.json else answer


def posting(mutant: Mutant) -> Mutant:
    async def changed(request: Request, forward: Forward) -> Answer:
        return await (mutant(request, forward) if request.method == "POST" else forward(request))

    return changed


async def undated(request: Request, forward: Forward) -> Answer:
    body = request.json
    if not isinstance(body, dict) or body.get("expiration") != "2026-02-30T10:00:00":
        return await forward(request)
    return await forward(request.saying({k: v for k, v in body.items() if k != "expiration"}))
