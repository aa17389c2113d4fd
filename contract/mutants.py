"""The proof that a run can fail: mutants of the mock, each with one small fault, each to be found.

A mutant is a function of a request and of the way to the mock, and answers in its place. A survivor is a missing check.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .report import table
from .run import Finding, Run, fuzz
from .target import App, Target
from .walk import walk

__all__ = ["MUTANTS", "Answer", "Request", "killed_by", "main", "mutated", "unchanged"]

_EXAMPLES = 20
_SEED = 1


@dataclass
class Request:
    """What a mutant sees of a request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read, or None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def asking(self, **query: str) -> Request:
        """The same with other query parameters."""
        return replace(self, query={**self.query, **query})

    def saying(self, body: Any) -> Request:
        """The same with another body."""
        return replace(self, body=json.dumps(body).encode())


@dataclass
class Answer:
    """What a mutant answers."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})

    @property
    def json(self) -> Any:
        """The body read, or None."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def saying(self, body: Any, status: int | None = None) -> Answer:
        """The same with another body."""
        return replace(self, status=status or self.status, body=json.dumps(body).encode())


Forward = Callable[[Request], Awaitable[Answer]]
Mutant = Callable[[Request, Forward], Awaitable[Answer]]


async def _forward(app: App, scope: Any, request: Request, asked: dict[str, str]) -> Answer:
    answer = Answer(0, headers={})
    # A query that the mutant leaves alone goes on as it came, a parameter that is given twice included.
    query = scope["query_string"] if request.query == asked else urlencode(request.query).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
    inner = {**scope, "query_string": query, "headers": headers}
    await app(inner, receive, send)
    return answer


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def mutated(mutant: Mutant) -> Callable[[App], App]:
    """The mock with this fault."""

    def around(app: App) -> App:
        async def changed(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            request = Request(scope["method"], scope["path"], dict(pairs), headers, await _body(receive))

            async def forward(request: Request) -> Answer:
                return await _forward(app, scope, request, dict(pairs))

            answer = await mutant(request, forward)
            out = {**answer.headers, "content-length": str(len(answer.body))}
            lines = [(name.encode(), value.encode("latin-1")) for name, value in out.items()]
            await send({"type": "http.response.start", "status": answer.status, "headers": lines})
            await send({"type": "http.response.body", "body": answer.body})

        return changed

    return around


# Ways to write a mutant


def _status(old: int, new: int, method: str = "") -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        hit = answer.status == old and method in ("", request.method)
        return replace(answer, status=new) if hit else answer

    return mutant


def _answered(status: int, change: Callable[[Answer], Answer], method: str = "") -> Mutant:
    """Change the answers with this status."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        return change(answer) if answer.status == status and method in ("", request.method) else answer

    return mutant


def _objects(change: Callable[[dict[str, Any]], object]) -> Mutant:
    """Change every object in the answers."""

    def edited(answer: Answer) -> Answer:
        body = answer.json
        for each in body.get("items", [body]):
            change(each)
        return answer.saying(body)

    return _answered(200, edited)


def _member(name: str, value: Any) -> Mutant:
    """Give a member another value, wherever it stands."""
    return _objects(lambda each: each.update({name: value}) if name in each else None)


def _pages(change: Callable[[Request, dict[str, Any]], object]) -> Mutant:
    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        body = answer.json
        if answer.status != 200 or not isinstance(body, dict) or "items" not in body:
            return answer
        change(request, body)
        return answer.saying(body)

    return mutant


def _asked(change: Callable[[dict[str, Any]], object]) -> Mutant:
    """Read the body of a create more kindly than it was written."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        body = request.json
        if isinstance(body, dict):
            change(body)
            request = request.saying(body)
        return await forward(request)

    return mutant


def _refusing(unwanted: Callable[[Request], object]) -> Mutant:
    """Refuse what the contract allows."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        answer = await forward(request)
        return answer.saying({"message": "no"}, 400) if answer.status == 200 and unwanted(request) else answer

    return mutant


def _taking(name: str, kindly: Callable[[str], str | None]) -> Mutant:
    """Take a query parameter that the contract forbids."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        value = request.query.get(name)
        better = None if value is None else kindly(value)
        return await forward(request.asking(**{name: better}) if better is not None else request)

    return mutant


def _without(name: str) -> Mutant:
    """Ignore a query parameter."""

    async def mutant(request: Request, forward: Forward) -> Answer:
        return await forward(replace(request, query={k: v for k, v in request.query.items() if k != name}))

    return mutant


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

    return _pages(change)


def _shaky(name: str) -> Mutant:
    count = 0

    def change(each: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        each[name] = f"2020-01-01T00:{count // 60 % 60:02d}:{count % 60:02d}.000Z"

    return _objects(change)


def _dropping(name: str) -> Mutant:
    return _objects(lambda each: each.pop(name, None))


def _echoing(name: str, change: Callable[[Any], Any]) -> Mutant:
    def edited(answer: Answer) -> Answer:
        body = answer.json
        return answer.saying({**body, name: change(body[name])}) if name in body else answer

    return _answered(200, edited, "POST")


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

MUTANTS: dict[str, Callable[[], Mutant]] = {
    # statuses
    "a create answers 201": lambda: _status(200, 201, "POST"),
    "a create answers 204 with nothing": lambda: _answered(200, lambda a: Answer(204, b"", {}), "POST"),
    "a read answers 203": lambda: _status(200, 203, "GET"),
    "an unknown id answers 400": lambda: _status(404, 400),
    "an unknown id answers 410": lambda: _status(404, 410),
    "an unknown id answers an empty object": lambda: _answered(404, lambda a: a.saying({}, 200)),
    "an unknown id answers another object": lambda: _invented(another=True),
    "an unknown id answers an invented object": lambda: _invented(another=False),
    "a refused body answers 422": lambda: _status(400, 422, "POST"),
    "a refused body is accepted": lambda: _accepting,
    "a refused query is accepted": lambda: _answered(400, lambda a: a.saying({"items": []}, 200), "GET"),
    "auth is ignored": lambda: _no_auth,
    "any key will do": lambda: _any_key,
    "no key answers 403": lambda: _status(401, 403),
    "500 on an emoji": lambda: _emoji,
    "500 on a wrong body": lambda: _status(400, 500, "POST"),
    "every method is answered": lambda: _any_method,
    "405 doesn't say what is allowed": lambda: _no_allow,
    # what an answer is made of
    "an answer is text/plain": lambda: _answered(200, lambda a: replace(a, headers=_TEXT)),
    "an answer has no content type": lambda: _answered(200, lambda a: replace(a, headers={})),
    "an answer is cut short": lambda: _answered(200, lambda a: replace(a, body=a.body[:-1])),
    "a 404 is an HTML page": lambda: _answered(404, lambda a: Answer(404, _HTML, {"content-type": "text/html"})),
    "an error has no message": lambda: _answered(400, lambda a: a.saying({"error": "no"})),
    "an error's message is a list": lambda: _answered(400, lambda a: a.saying({"message": ["no"]})),
    # members of answers
    "the id is missing": lambda: _dropping("id"),
    "the status is missing": lambda: _dropping("status"),
    "a page has no items": lambda: _pages(lambda request, page: page.pop("items")),
    "an id is a number": lambda: _member("id", 7),
    "a status nobody announced": lambda: _member("status", "paused"),
    "a type nobody announced": lambda: _member("type", "crypto"),
    "an undocumented member": lambda: _objects(lambda each: each.update(internalId=7)),
    "an undocumented member, nested": lambda: _objects(_nested),
    "statusMessage while not cancelled": lambda: _objects(_reasoned),
    "an amount is a string": lambda: _member("amount", "5000"),
    "an amount is negative": lambda: _member("amountCollected", -1),
    "a fee has cents": lambda: _member("fee", 0.5),
    "a flag is a string": lambda: _member("partialPayinsEnabled", "false"),
    "an optional member is null": lambda: _member("description", None),
    "a date without zone": lambda: _member("createdAt", "2026-02-01 10:00:00"),
    "a date is a number": lambda: _member("updatedAt", 1_770_000_000),
    "a page to pay on is no URL": lambda: _member("paymentUrl", "pay here"),
    "a count is negative": lambda: _pages(lambda request, page: page.update(count=-1)),
    "a count is too small": lambda: _pages(lambda request, page: page.update(count=0)),
    "a cursor is a number": lambda: _pages(lambda request, page: page.update(cursor=7)),
    # requests taken or refused wrongly
    "an amount may be a string": lambda: _asked(_kind_numbers),
    "a text may be a number": lambda: _asked(_kind_digits),
    "the minimum is off by one": lambda: _asked(_off_by_one),
    "a required member isn't required": lambda: _asked(lambda body: body.setdefault("documentNumber", "1037551022")),
    "null is taken for absent": lambda: _asked(_no_nulls),
    "any bank will do": lambda: _asked(_kind_bank),
    "an empty text is taken": lambda: _asked(_no_empties),
    "any redirectUrl will do": lambda: _asked(_kind_text("redirectUrl", "https://shop.example/")),
    "a limit of 0 is taken": lambda: _taking("limit", lambda value: "1" if value == "0" else None),
    "a limit of 101 is taken": lambda: _taking("limit", lambda value: "100" if value == "101" else None),
    "a limit of 100 is refused": lambda: _refusing(lambda request: request.query.get("limit") == "100"),
    "the least amount is refused": lambda: _refusing(lambda request: re.search(rb'"amount": ?1[05]01\b', request.body)),
    "a bank is refused": lambda: _refusing(lambda request: b"davivienda" in request.body),
    "optional members are refused": lambda: _refusing(lambda request: b'"description"' in request.body),
    # state
    "the reference isn't echoed": lambda: _echoing("reference", lambda value: value + "-"),
    "the reference is dropped": lambda: _answered(
        200, lambda a: a.saying({k: v for k, v in a.json.items() if k != "reference"}), "POST"
    ),
    "a reference is made up": lambda: _answered(200, lambda a: a.saying({"reference": "order-1", **a.json}), "POST"),
    "another amount is booked": lambda: _echoing("amount", lambda value: value + 1),
    "a create answers another customer": lambda: _echoing("customerId", lambda value: value[::-1]),
    "a create answers an id of its own": lambda: _echoing("id", lambda value: value[:-1] + "!"),
    "what was created is gone": lambda: _forgetting,
    "what was created reads differently": lambda: _echoing("name", lambda value: value.upper() + "."),
    "reads are stale": lambda: _remembering(old=True),
    "a state runs backwards": lambda: _remembering(old=False),
    "createdAt changes": lambda: _shaky("createdAt"),
    "the reference filter is ignored": lambda: _without("reference"),
    "the customerId filter is ignored": lambda: _without("customerId"),
    "the reference filter finds nothing": lambda: _pages(_hiding),
    "the limit is ignored": lambda: _without("limit"),
    "a cursor leads back": _looping,
    "the cursor is ignored": lambda: _without("cursor"),
    "a page repeats an object": lambda: _pages(_repeating),
    "a page loses an object": lambda: _pages(_losing),
}


async def unchanged(request: Request, forward: Forward) -> Answer:
    """No mutant at all: what a run finds here is the fault of the tools, and every kill would be worth nothing."""
    return await forward(request)


def killed_by(mutant: Mutant, examples: int = _EXAMPLES) -> Finding | None:
    """The first finding of a run against this mutant, or None if it survives."""
    target = Target(_SEED, examples, around=mutated(mutant))
    target.schema.config.generation.update(no_shrink=True)
    try:
        run = walk(target.schema, target.world, Run())
        if not run.findings:
            fuzz(target.schema, run, stop=lambda run: bool(run.findings))
        return next(iter(run.findings), None)
    finally:
        target.close()


def main(names: Iterable[str] = ()) -> int:
    """Try the mutants, and print which check finds which; 1 if one survives."""
    if finding := killed_by(unchanged):
        print(f"the mock itself is refused: {finding.check}: {finding.operation}: {finding.problem}")
        return 2
    found = {name: killed_by(MUTANTS[name]()) for name in names or MUTANTS}
    rows = [(name, each.check if each else "SURVIVED", each.operation if each else "") for name, each in found.items()]
    killed = sum(each is not None for each in found.values())
    print(table(("mutant", "check", "operation"), rows), f"{killed} of {len(rows)} mutants killed", sep="\n\n")
    return 0 if killed == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
