"""A server that deviates from the contract in every way at once, and has planted what no report may show.

It is the mock, whose answers are changed; what a network does (TLS, cut bodies, resets) is raised as httpx raises it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from palomma_mock import Mock, MockTransport, Settings, frozen_clock

HTML = b"<!doctype html><h1>Welcome %b</h1>"


class Time:
    """A clock that only sleeping, and a slow server, moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Hostile(httpx.BaseTransport):
    """The transport; `canaries` are what it planted, `requests` what it was asked."""

    def __init__(self, time: Time) -> None:
        self.mock = Mock(Settings(seed=1, auto_approve=True), frozen_clock())
        self._inner, self._time = MockTransport(self.mock), time
        self.canaries: list[str] = []
        self.requests: list[tuple[str, str, bytes]] = []
        self._times: dict[str, int] = {}

    def canary(self, kind: str = "canary") -> str:
        """A value that must not be seen anywhere again."""
        self.canaries.append(f"{kind}-{len(self.canaries):02d}-zq7x")
        return self.canaries[-1]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or don't."""
        self.mock.advance(30)
        self.requests.append((request.method, str(request.url), request.read()))
        parts = request.url.path.removeprefix("/v0/").split("/")
        key = (
            f"{request.method} {parts[0]}"
            + ("/settlements" if "settlements" in parts else "")
            + ("/id" if len(parts) % 2 == 0 else "")
        )
        self._times[key] = self._times.get(key, 0) + 1
        if failing := self._failure(key, self._times[key]):
            return failing
        response = self._inner.handle_request(request)
        return self._changed(key, response)

    # Failures: what passes, and what the network does

    def _failure(self, key: str, time: int) -> httpx.Response | None:
        if key == "GET customers" and time == 1:
            return self._response(429, {"message": self.canary()}, {"retry-after": "17"})
        if key == "GET payinSources" and time == 1:
            return self._response(429, {"message": self.canary()})
        if key == "GET payinLinks/id":
            return httpx.Response(200, content=HTML % self.canary().encode(), headers={"content-type": "text/html"})
        if key == "GET payoutRequests" and time == 1:
            return httpx.Response(502, content=HTML % self.canary().encode(), headers={"content-type": "text/html"})
        if key == "POST payoutRequests":
            raise httpx.ReadError(f"connection reset {self.canary()}")
        if key == "GET payinRequests/id":
            raise httpx.RemoteProtocolError(f"peer closed connection {self.canary()}")
        if key == "GET merchantAccounts/settlements":
            raise httpx.ConnectError(f"[SSL: CERTIFICATE_VERIFY_FAILED] {self.canary()}")
        if key == "GET payoutTargets/id":
            return self._response(
                301, {}, {"location": f"https://{self.canary('host')}.example/?token={self.canary()}"}
            )
        if key == "GET merchantAccounts/id":
            self._time.now += 4.0
        return None

    @staticmethod
    def _response(status: int, body: Any, headers: dict[str, str] | None = None) -> httpx.Response:
        return httpx.Response(
            status, content=json.dumps(body).encode(), headers={"content-type": "application/json", **(headers or {})}
        )

    # Answers: what the contract should say

    def _changed(self, key: str, response: httpx.Response) -> httpx.Response:
        body, status = json.loads(response.read()), response.status_code
        headers = {
            "content-type": "application/json",
            "set-cookie": f"session={self.canary()}",
            "x-served-by": self.canary(),
        }
        for each in body["items"] if isinstance(body, dict) and "items" in body else [body]:
            self._object(each)
        if key == "POST customers" and status == 200:
            status = 201
        if key == "GET payoutRequests":
            body = None
        if key == "GET payoutTargets":
            body = body["items"]
        if key == "GET payinLinks":
            body = {"data": body["items"], "nextPage": self.canary()}
        if key == "GET merchantAccounts/id":
            headers["content-type"] = "application/vnd.palomma+json"
        if status >= 400:
            body = {"error": {"detail": self.canary(), "sent": self.canary()}}
        return self._response(status, body, headers)

    def _object(self, each: dict[str, Any]) -> None:
        change: list[tuple[str, Callable[[Any], Any]]] = [
            ("phoneNumber", lambda value: int(value)),
            ("amountCollected", str),
            ("fee", lambda value: value + 0.5),
            ("email", lambda value: None),
            ("unsettledAmount", lambda value: None),
        ]
        for name, new in change:
            if name in each:
                each[name] = new(each[name])
        if "paymentUrl" in each:
            each["payerIp"] = self.canary()
            each["paymentMethod"] = {"kind": "card", "card": self.canary(), "holder": {"name": self.canary()}}
            each["createdAt"] = "15/02/2024 10:00:00"
        if "documentNumber" in each:
            each["documentNumber"] = int(each["documentNumber"] or 0)
            each["name"] = self.canary("Pepita")
            each["updatedAt"] = 1_770_000_000
        if "authUrl" in each:
            each.pop("createdAt", None)
            each["authUrl"] = f"see {self.canary()}"
        if "partialPayinsEnabled" in each:
            each.pop("status", None)
            each["partialPayinsEnabled"] = "no"
        elif "authUrl" in each:
            each["status"] = "verifying"
        if "payinSourceDetails" in each:
            each["payinSourceDetails"]["mandate"] = [self.canary()]
            each["statusMessage"] = "EXPIRED"
            each["targetMerchantAccountId"] = {"id": self.canary()}
        if "description" in each and "unsettledAmount" in each:
            each["type"] = "wallet"
            each["tags"] = [self.canary()]


# What a run must name: the schema or operation, and words of the row.
DEVIATIONS = (
    "createCustomer | (status) | was the undocumented 201",
    "Customer | documentNumber | was integer, not string",
    "Customer | phoneNumber | was integer, not string",
    "Customer | email | was null, not string",
    "Customer | updatedAt | was integer, not string",
    "listPayoutTargets | (body) | was array, not object",
    "listPayoutRequests | (body) | was null, not object",
    "PayinLinkPage | data | is undocumented (array",
    "PayinLinkPage | nextPage | is undocumented (string",
    "PayinLinkPage | items | was missing, though required",
    "PayinLink | payerIp | is undocumented (string",
    "PayinLink | paymentMethod | is undocumented (object of kind: string aaaa, card: string",
    "PayinLink | createdAt | broke format: date-time, written 99/99/9999 99:99:99",
    "PayinLink | amountCollected | was string, not integer",
    "PayinLink | fee | was number, not integer",
    "PayinSource | status | was missing, though required",
    "PayinSource | partialPayinsEnabled | was string, not boolean",
    "PayinSource | authUrl | broke format: uri",
    "PayoutTarget | status | had the undocumented value `verifying`",
    "MerchantAccount | type | had the undocumented value `wallet`",
    "MerchantAccount | tags | is undocumented (array of string",
    "MerchantAccount | unsettledAmount | was null, not integer",
    "getMerchantAccountById | (content type) | was application/vnd.palomma+json",
    "getPayinLinkById | (content type) | was text/html",
    "getPayoutTargetById | (status) | was the undocumented 301",
    "| listCustomers | 429 ",
    "| listPayinSources | 429 ",
    "| listPayoutRequests | 502 ",
    "| getMerchantAccountById | more than 3 s ",
    "| listPayinSettlements | no answer (ConnectError) ",
)
