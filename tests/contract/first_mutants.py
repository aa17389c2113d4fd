"""The first mutants: small faults over HTTP that were written beside the first checks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mutation import (
    Answer,
    Forward,
    Mutant,
    Request,
    answered,
    asked,
    dropping,
    echoing,
    member,
    objects,
    pages,
    refusing,
    status,
    taking,
    without,
)

# Single mutants, where one line doesn't say it


async def _no_auth(request: Request, forward: Forward) -> Answer:
    return await forward(replace(request, headers={**request.headers, "authorization": "Bearer palomma-mock"}))


async def _any_key(request: Request, forward: Forward) -> Answer:
    return await (_no_auth(request, forward) if "authorization" in request.headers else forward(request))


async def _emoji(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    beyond = max(json.dumps(request.json, ensure_ascii=False), default="") > "\uffff"
    return answer.saying({"message": "oops"}, 500) if answer.status == 200 and beyond else answer


async def _any_method(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    return answer.saying({"id": "x"}, 200) if answer.status == 405 else answer


async def _no_allow(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    return replace(answer, headers={k: v for k, v in answer.headers.items() if k != "allow"})


def _invented(another: bool) -> Mutant:
    """200 for an id that was never given out."""
    known: dict[str, Any] = {}

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        kind, _, id = request.path.rpartition("/")
        if answer.status == 200 and isinstance(answer.json, dict) and "id" in answer.json:
            known[kind] = answer.json
        if answer.status == 404 and request.method == "GET" and kind in known:
            return answer.saying(known[kind] if another else {**known[kind], "id": id}, 200)
        return answer

    return mutant


async def _accepting(request: Request, forward: Forward) -> Answer:
    answer = await forward(request)
    if request.method == "POST" and answer.status == 400:
        return answer.saying({"id": "01HPR57X6QR5ZRKEEKBSDBW4RA", "status": "pending"}, 200)
    return answer


async def _forgetting(request: Request, forward: Forward) -> Answer:
    """Every tenth object that is created is gone."""
    answer = await forward(request)
    gone = request.method == "GET" and re.search("[0-3]$", request.path) and answer.status == 200
    return answer.saying({"message": "not found"}, 404) if gone else answer


def _remembering(old: bool) -> Mutant:
    """Reads by id answer what was first seen; or, every other time, a state from before."""
    first: dict[str, Any] = {}
    times: dict[str, int] = {}

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        body = answer.json
        if answer.status != 200 or not isinstance(body, dict) or "id" not in body:
            return answer
        id = body["id"]
        times[id] = times.get(id, 0) + 1
        if old:
            return answer.saying(first.setdefault(id, body)) if request.method == "GET" else answer
        if "status" in body and times[id] % 2 == 0:
            return answer.saying({**body, "status": "processing"})
        return answer

    return mutant


def _looping() -> Mutant:
    def change(request: Request, page: dict[str, Any]) -> None:
        page["cursor"] = request.query.get("cursor") or page["cursor"]

    return pages(change)


def _shaky(name: str) -> Mutant:
    count = 0

    def change(each: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        each[name] = f"2020-01-01T00:{count // 60 % 60:02d}:{count % 60:02d}.000Z"

    return objects(change)


def _kind_numbers(body: dict[str, Any]) -> None:
    if isinstance(body.get("amount"), str) and re.fullmatch("[0-9]+", body["amount"]):
        body["amount"] = int(body["amount"])


def _kind_digits(body: dict[str, Any]) -> None:
    if type(body.get("documentNumber")) is int:
        body["documentNumber"] = str(body["documentNumber"])


def _off_by_one(body: dict[str, Any]) -> None:
    if body.get("amount") in (1000, 1500) and not isinstance(body["amount"], bool):
        body["amount"] += 1


def _no_nulls(body: dict[str, Any]) -> None:
    for name in [name for name, value in body.items() if value is None]:
        del body[name]


def _kind_bank(body: dict[str, Any]) -> None:
    if isinstance(account := body.get("bankAccount"), dict) and isinstance(account.get("bank"), str):
        account["bank"] = "bancolombia"


def _kind_text(name: str, instead: str) -> Callable[[dict[str, Any]], None]:
    def change(body: dict[str, Any]) -> None:
        if isinstance(body.get(name), str):
            body[name] = instead

    return change


def _no_empties(body: dict[str, Any]) -> None:
    for name in [name for name, value in body.items() if value == ""]:
        body[name] = "x"


def _nested(each: dict[str, Any]) -> None:
    each.get("customerDetails", {})["score"] = 7


def _reasoned(each: dict[str, Any]) -> None:
    if each.get("status") in ("active", "processing", "approved"):
        each["statusMessage"] = "EXPIRED"


def _repeating(request: Request, page: dict[str, Any]) -> None:
    if "cursor" in request.query:
        page["items"][-1:] = page["items"][:1]


def _losing(request: Request, page: dict[str, Any]) -> None:
    if "cursor" in request.query:
        del page["items"][:1]
        page["count"] = len(page["items"])


def _hiding(request: Request, page: dict[str, Any]) -> None:
    if "reference" in request.query:
        page["items"], page["cursor"], page["count"] = [], None, 0


_HTML = b"<!doctype html><title>no</title>"
_TEXT = {"content-type": "text/plain"}

KNOWN: dict[str, Callable[[], Mutant]] = {
    # statuses
    "a create answers 201": lambda: status(200, 201, "POST"),
    "a create answers 204 with nothing": lambda: answered(200, lambda a: Answer(204, b"", {}), "POST"),
    "a read answers 203": lambda: status(200, 203, "GET"),
    "an unknown id answers 400": lambda: status(404, 400),
    "an unknown id answers 410": lambda: status(404, 410),
    "an unknown id answers an empty object": lambda: answered(404, lambda a: a.saying({}, 200)),
    "an unknown id answers another object": lambda: _invented(another=True),
    "an unknown id answers an invented object": lambda: _invented(another=False),
    "a refused body answers 422": lambda: status(400, 422, "POST"),
    "a refused body is accepted": lambda: _accepting,
    "a refused query is accepted": lambda: answered(400, lambda a: a.saying({"items": []}, 200), "GET"),
    "auth is ignored": lambda: _no_auth,
    "any key will do": lambda: _any_key,
    "no key answers 403": lambda: status(401, 403),
    "500 on an emoji": lambda: _emoji,
    "500 on a wrong body": lambda: status(400, 500, "POST"),
    "every method is answered": lambda: _any_method,
    "405 doesn't say what is allowed": lambda: _no_allow,
    # what an answer is made of
    "an answer is text/plain": lambda: answered(200, lambda a: replace(a, headers=_TEXT)),
    "an answer has no content type": lambda: answered(200, lambda a: replace(a, headers={})),
    "an answer is cut short": lambda: answered(200, lambda a: replace(a, body=a.body[:-1])),
    "a 404 is an HTML page": lambda: answered(404, lambda a: Answer(404, _HTML, {"content-type": "text/html"})),
    "an error has no message": lambda: answered(400, lambda a: a.saying({"error": "no"})),
    "an error's message is a list": lambda: answered(400, lambda a: a.saying({"message": ["no"]})),
    # members of answers
    "the id is missing": lambda: dropping("id"),
    "the status is missing": lambda: dropping("status"),
    "a page has no items": lambda: pages(lambda request, page: page.pop("items")),
    "an id is a number": lambda: member("id", 7),
    "a status nobody announced": lambda: member("status", "paused"),
    "a type nobody announced": lambda: member("type", "crypto"),
    "an undocumented member": lambda: objects(lambda each: each.update(internalId=7)),
    "an undocumented member, nested": lambda: objects(_nested),
    "statusMessage while not cancelled": lambda: objects(_reasoned),
    "an amount is a string": lambda: member("amount", "5000"),
    "an amount is negative": lambda: member("amountCollected", -1),
    "a fee has cents": lambda: member("fee", 0.5),
    "a flag is a string": lambda: member("partialPayinsEnabled", "false"),
    "an optional member is null": lambda: member("description", None),
    "a date without zone": lambda: member("createdAt", "2026-02-01 10:00:00"),
    "a date is a number": lambda: member("updatedAt", 1_770_000_000),
    "a page to pay on is no URL": lambda: member("paymentUrl", "pay here"),
    "a count is negative": lambda: pages(lambda request, page: page.update(count=-1)),
    "a count is too small": lambda: pages(lambda request, page: page.update(count=0)),
    "a cursor is a number": lambda: pages(lambda request, page: page.update(cursor=7)),
    # requests taken or refused wrongly
    "an amount may be a string": lambda: asked(_kind_numbers),
    "a text may be a number": lambda: asked(_kind_digits),
    "the minimum is off by one": lambda: asked(_off_by_one),
    "a required member isn't required": lambda: asked(lambda body: body.setdefault("documentNumber", "1037551022")),
    "null is taken for absent": lambda: asked(_no_nulls),
    "any bank will do": lambda: asked(_kind_bank),
    "an empty text is taken": lambda: asked(_no_empties),
    "any redirectUrl will do": lambda: asked(_kind_text("redirectUrl", "https://shop.example/")),
    "a limit of 0 is taken": lambda: taking("limit", lambda value: "1" if value == "0" else None),
    "a limit of 101 is taken": lambda: taking("limit", lambda value: "100" if value == "101" else None),
    "a limit of 100 is refused": lambda: refusing(lambda request: request.query.get("limit") == "100"),
    "the least amount is refused": lambda: refusing(lambda request: re.search(rb'"amount": ?1[05]01\b', request.body)),
    "a bank is refused": lambda: refusing(lambda request: b"davivienda" in request.body),
    "optional members are refused": lambda: refusing(lambda request: b'"description"' in request.body),
    # state
    "the reference isn't echoed": lambda: echoing("reference", lambda value: value + "-"),
    "the reference is dropped": lambda: answered(
        200, lambda a: a.saying({k: v for k, v in a.json.items() if k != "reference"}), "POST"
    ),
    "a reference is made up": lambda: answered(200, lambda a: a.saying({"reference": "order-1", **a.json}), "POST"),
    "another amount is booked": lambda: echoing("amount", lambda value: value + 1),
    "a create answers another customer": lambda: echoing("customerId", lambda value: value[::-1]),
    "a create answers an id of its own": lambda: echoing("id", lambda value: value[:-1] + "!"),
    "what was created is gone": lambda: _forgetting,
    "what was created reads differently": lambda: echoing("name", lambda value: value.upper() + "."),
    "reads are stale": lambda: _remembering(old=True),
    "a state runs backwards": lambda: _remembering(old=False),
    "createdAt changes": lambda: _shaky("createdAt"),
    "the reference filter is ignored": lambda: without("reference"),
    "the customerId filter is ignored": lambda: without("customerId"),
    "the reference filter finds nothing": lambda: pages(_hiding),
    "the limit is ignored": lambda: without("limit"),
    "a cursor leads back": _looping,
    "the cursor is ignored": lambda: without("cursor"),
    "a page repeats an object": lambda: pages(_repeating),
    "a page loses an object": lambda: pages(_losing),
}
