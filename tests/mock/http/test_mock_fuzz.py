"""Requests that nobody meant: whatever comes, the mock answers, never with a 500, and always as the contract says."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx
import pytest

from palomma_mock import Settings, create_app, frozen_clock
from palomma_mock.pages.actions import ACTIONS
from tests.mock.conftest import PERSON, bank_account
from tests.mock.mock_contract import CONTRACT, check_exchange

REQUESTS = [1_500, pytest.param(20_000, marks=pytest.mark.deep)]
_TEXTS = [
    "",
    "x",
    "null",
    "0",
    "-1",
    "9" * 400,
    "\0",
    "é\u2028🙂",
    "../..",
    "%00",
    "<b>",
    "a" * 5000,
    "default",
    "\x7f",
]
_RAW = [b"", b"\xff\xfe", b"{", b"[]", b"null", b'{"a":' * 3000, b"[" * 200_000, b" " * (2**20 + 1), b'"\xed\xa0\x80"']
_TYPES = [b"application/json"] * 8 + [b"application/json; charset=utf-8", b"text/plain", b"", b"a/b; c=\xff", b";;;"]
HOSTS = [b"127.0.0.1:1"] * 50 + [b"<b>", b"\xff", b"", b"evil.example", b"127.0.0.1:1\x00"]
_METHODS = ["GET", "POST"] * 8 + [
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "QUERY",
    "\u0100".encode().hex(),
]


_FORMS = [
    *(f"/do/{name}" for name in (*ACTIONS, "nothing")),
    *(f"/_mock/{name}" for name in (*ACTIONS, "state", "requests", "nothing")),
]
_VIEWS = ["/", "/x", "/static/style.css", "/static/../web.py", *["/objects", "/object"] * 3, "/webhooks", "/requests"]
_CONTROL = {
    "advance": ["seconds"],
    "decide": ["id", "verdict"],
    "faults": ["kind", "operation", "times", "status", "retryAfter", "processed", "share", "after", "lasts", "every"],
    "lies": ["commitAfter", "showAfter", "listAfter", "vary", "reference", "cut", "filters", "duplicates"],
    "webhooks": ["scenario"],
    "scenario": ["name"],
    "trigger": ["event", "id"],
    "redeliver": ["seq"],
    "merchantAccounts": ["id", "description", "type", "balance", "payoutLimit"],
}


class Fuzz:
    """A source of requests, repeatable by its seed, that learns the ids it is answered with."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ids = ["nobody", "default"]

    def value(self, depth: int = 0) -> Any:
        """Any JSON value."""
        choose = self.random.choice
        scalars = [None, True, 0, -1, 1500, 1501, 11_003, 2**63, 10**400, 1.5, 1e300, choose(_TEXTS), choose(self.ids)]
        if depth < 2 and self.random.random() < 0.2:
            return choose([[self.value(depth + 1)], {choose(_TEXTS): self.value(depth + 1)}])
        return choose(scalars)

    def body(self, kind: str) -> bytes:
        """A body that fits the kind, or nearly, or not at all."""
        if self.random.random() < 0.05:
            return self.random.choice(_RAW)
        members = self.fitting(kind)
        for name in list(members):
            if self.random.random() < 0.06:
                members[name] = self.value()
            elif self.random.random() < 0.03:
                del members[name]
        text = json.dumps(members, ensure_ascii=self.random.random() < 0.5)
        return text.encode("utf-8", "surrogatepass")

    def fitting(self, kind: str) -> dict[str, Any]:
        """A body that may well be accepted."""
        choose = self.random.choice
        account = {
            "type": "bankAccount",
            "bankAccount": bank_account(choose(["1", *(f"{n:010}" for n in range(1, 22))])),
        }
        to = {"customerId": choose(self.ids), "redirectUrl": choose(["https://shop.example/"] * 3 + ["a:", "x"])}
        amount = choose([1501, 5000, 2_000_000, *range(11_001, 11_021)])
        bodies: dict[str, dict[str, Any]] = {
            "customers": dict(PERSON),
            "payinSources": to | account | {"partialPayinsEnabled": True},
            "payoutTargets": to | account | {"description": choose(_TEXTS)},
            "payinLinks": to | {"amount": amount, "type": "general", "availableTypes": ["pse", "card"]},
            "payinRequests": {"payinSourceId": choose(self.ids), "amount": amount},
            "payoutRequests": {"payoutTargetId": choose(self.ids), "amount": amount},
        }
        return bodies.get(kind, {}) | {"reference": choose(["a", "b", *_TEXTS[:3]])}

    def path(self) -> tuple[str, str]:
        """A path of the contract, or of nothing; and its first segment below the base."""
        choose = self.random.choice
        kind = choose([*dict.fromkeys(path.split("/")[1] for path in CONTRACT["paths"]), "nothing"])
        quoted = [quote(text, safe="") for text in (choose(_TEXTS), choose(self.ids))]
        below = choose(
            ["", "", "", f"/{choose(quoted)}", f"/{choose(quoted)}/settlements", "/", "//", f"/x/{choose(quoted)}"]
        )
        return f"/v0/{kind}{below}", kind

    def elsewhere(self) -> tuple[str, bytes]:
        """A path of the pages or of the control API, and a body that may be meant for it."""
        choose = self.random.choice
        kind = choose(["payinLinks", "payinSources", "payoutTargets", "customers", *_TEXTS])
        id = quote(choose([*self.ids, *_TEXTS]), safe="")
        path = choose(
            [f"/pay/{quote(kind, safe='')}/{id}"] * 3
            + [
                choose(
                    [
                        "/",
                        "/x",
                        "/static/style.css",
                        "/static/../web.py",
                        *["/objects", "/object"] * 3,
                        "/webhooks",
                        "/requests",
                    ]
                )
            ]
            + _FORMS
        )
        if path.startswith("/_mock"):
            return path.replace("SEQ", choose(["1", "2", "9" * 30, "-1", "x"])), self.control(path)
        values = [choose(["approve", "EXPIRED", "partial", choose(self.ids), *_TEXTS, "9" * 30]) for _ in range(5)]
        known = _CONTROL.get(path.split("/")[-1], ["seq"])
        fields = zip(["verdict", choose(["id", "method"]), choose(known), choose(known), "lang"], values, strict=True)
        return path, choose([urlencode(list(fields)).encode()] * 4 + _RAW)

    def control(self, path: str) -> bytes:
        """A body for the control API: members it knows, values it may not."""
        known = _CONTROL.get(path.split("/")[2], [])
        odd = [10**17, 1e300, -1e300, 0.1, 1, 2, True, "cut", "html", "duplicate", "gateway", "approve", 3600, 9e11]
        names = self.random.sample(known, self.random.randint(0, min(3, len(known))))
        if known and self.random.random() < 0.8:
            names.append(known[0])
        members = {name: self.value() if self.random.random() < 0.2 else self.random.choice(odd) for name in names}
        return self.random.choice([json.dumps(members).encode("utf-8", "surrogatepass")] * 9 + _RAW)

    def query(self) -> bytes:
        """Parameters, known and not."""
        names = [
            "limit",
            "cursor",
            "reference",
            "customerId",
            "lang",
            "since",
            "x",
            "q",
            "kind",
            "id",
            "status",
            "before",
        ]
        values = ["1", "100", "101", "a", "payinLinks", "customers", "pending", self.random.choice(self.ids), *_TEXTS]
        pairs = [
            (self.random.choice(names), self.random.choice(values)) for _ in range(self.random.choice([0, 0, 1, 2]))
        ]
        return urlencode(pairs).encode() + self.random.choice([b"", b"", b"&&=%zz", b"\xff"])

    def scope(self, elsewhere: bool = False) -> tuple[dict[str, Any], bytes]:
        """One request, as a server would hand it over."""
        choose = self.random.choice
        path, kind = self.path()
        body = self.body(kind)
        if elsewhere:
            path, body = self.elsewhere()
        headers = [(b"content-type", choose(_TYPES)), (b"host", choose(HOSTS))]
        headers.append((b"authorization", choose([b"Bearer palomma-mock"] * 15 + [b"", b"Bearer", b"\xff \xff"])))
        if self.random.random() < 0.1:
            headers.append(
                (choose([b"origin", b"accept-language", b"content-encoding"]), choose([b"null", b"\xff;q=\xff", b""]))
            )
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": choose(_METHODS),
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": self.query(),
            "root_path": "",
            "headers": headers,
            "server": choose([("127.0.0.1", 1), None]),
            "client": None,
        }
        return scope, body


async def _answer(app: Callable[..., Awaitable[None]], scope: dict[str, Any], body: bytes) -> httpx.Response:
    events = [{"type": "http.request", "body": body[:9], "more_body": True}, {"type": "http.request", "body": body[9:]}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=content)


@pytest.mark.parametrize("requests", REQUESTS)
def test_no_request_is_answered_with_a_500(requests: int) -> None:
    """Most nearly right, some absurd: no error of the server, and every answer of the API is valid."""
    app = create_app(Settings(auto_approve=True, seed=1, strict=False), frozen_clock(1_770_000_000))
    fuzz = Fuzz(20_260_202)
    seen: Counter[int] = Counter()

    async def run() -> None:
        for number in range(requests):
            scope, body = fuzz.scope()
            if number % 100 == 0:
                app.state.mock.advance(3600)
            response = await _answer(app, scope, body)
            seen[response.status_code] += 1
            assert response.status_code < 500, scope
            if scope["raw_path"].startswith(b"/v0/") and scope["method"] != "HEAD" and response.status_code != 403:
                check_exchange(scope["method"], scope["raw_path"].decode(), response)
                if response.status_code == 200 and scope["method"] == "POST" and len(fuzz.ids) < 300:
                    fuzz.ids.append(response.json()["id"])

    asyncio.run(run())
    app.state.mock.close()

    # The requests were neither all refused nor all accepted.
    assert {200, 400, 401, 403, 404, 405, 413, 415} <= seen.keys()
    assert min(seen[200], seen[400], seen[404]) > requests / 50, seen


@pytest.mark.parametrize("requests", REQUESTS)
def test_no_page_and_no_control_is_a_500(requests: int) -> None:
    """Dashboard, forms, the payer's pages and the control API, whatever they are told; then the mock still works."""
    app = create_app(Settings(seed=1, webhook_url="http://127.0.0.1:9/", strict=False), frozen_clock(1_770_000_000))
    mock = app.state.mock
    fuzz = Fuzz(20_261_124)
    seen: Counter[int] = Counter()

    async def create() -> None:
        """Make something that pages can show; what it is doesn't matter."""
        scope, body = fuzz.scope()
        scope["method"] = "POST"
        mock.faults.clear()
        response = await _answer(app, scope, body)
        assert response.status_code < 500, scope
        if response.status_code == 200:
            fuzz.ids = [response.json()["id"], *fuzz.ids[:30]]

    async def run() -> None:
        for number in range(requests):
            if number % 3 == 0:
                await create()
            scope, body = fuzz.scope(elsewhere=True)
            response = await _answer(app, scope, body)
            seen[response.status_code] += 1
            assert response.status_code < 500, (scope, body)
        mock.reset()
        fuzz.ids = ["nobody", "default"]
        dashboard = {
            "method": "GET",
            "raw_path": b"/",
            "path": "/",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }
        assert (await _answer(app, fuzz.scope()[0] | dashboard, b"")).status_code == 200

    asyncio.run(run())
    mock.close()

    assert {200, 303, 400, 403, 404, 405, 413} <= seen.keys()
    assert min(seen[200], seen[303], seen[400], seen[404]) > requests / 100, seen
