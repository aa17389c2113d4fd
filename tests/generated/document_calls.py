"""Run in a process of its own, with a client of one of Palomma's other APIs on its path: call all of it, both ways.

A server on this machine answers each operation with the document's own example.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import json
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

import palomma
import palomma.models
from palomma import AsyncPalomma, Palomma, RetryBudget
from palomma.webhooks import Webhook, sign

DOCUMENTS = Path(__file__).parent / "documents"
KEY = "integrity-key"


class Api:
    """One document: its operations, examples and webhooks, and a server that answers with the examples."""

    def __init__(self, name: str) -> None:
        self.document: dict[str, Any] = yaml.safe_load((DOCUMENTS / f"{name}.yaml").read_text())
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.called: set[str] = set()
        self.reply: tuple[int, Any] | None = None
        """What the next request is answered with, in place of the example."""

    def resolve(self, node: Any) -> Any:
        """Follow a reference."""
        while isinstance(node, dict) and "$ref" in node:
            found: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            node = found
        return node

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield verb, path and node of each operation."""
        for path, item in self.document["paths"].items():
            for verb in ("get", "post", "put", "patch", "delete"):
                if verb in item:
                    yield verb.upper(), path, item[verb]

    def example(self, content: dict[str, Any]) -> Any:
        """Return the first example of a body or an answer."""
        media = content["content"]["application/json"]
        if "example" in media:
            return media["example"]
        return self.resolve(next(iter(media["examples"].values())))["value"]

    def answer(self, verb: str, path: str) -> tuple[int, Any]:
        """Return status and example of the operation that a request asks for."""
        for each, template, node in self.operations():
            if each == verb and re.fullmatch(re.sub(r"{.+?}", "[^/]+", template), path):
                self.called.add(node["operationId"])
                status = next(code for code in node["responses"] if code.startswith("2"))
                return int(status), self.example(self.resolve(node["responses"][status]))
        return 404, {}

    def webhooks(self) -> list[dict[str, Any]]:
        """Return an example of each webhook's body."""
        hooks = self.document.get("webhooks") or self.document["x-webhooks"]
        return [self.example(self.resolve(item["post"]["requestBody"])) for item in hooks.values()]

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve on this machine; yield the base address."""
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if self.raw_requestline and self.parse_request():
                    self.give(*api.take(self))
                else:
                    self.close_connection = True

            def give(self, status: int, members: Any) -> None:
                content = json.dumps(members).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/v1"
            server.shutdown()

    def take(self, handler: BaseHTTPRequestHandler) -> tuple[int, Any]:
        """Note a request; return what it is answered with."""
        parts = urlsplit(handler.path)
        content = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        assert handler.headers["Authorization"] == "Bearer key"
        self.asked.append((handler.command, parts.path.removeprefix("/v1"), dict(parse_qsl(parts.query)),
                           json.loads(content) if content else None))  # fmt: skip
        reply, self.reply = self.reply, None
        return reply or self.answer(handler.command, parts.path.removeprefix("/v1"))


class Caller:
    """Uses both clients of one API."""

    def __init__(self, api: Api, address: str) -> None:
        self.api = api
        self._settings: dict[str, Any] = {"base_url": address, "retry_budget": RetryBudget(), "timeout": 10.0}

    def __call__(
        self, use: Callable[[Any], Any], asked: tuple[Any, ...], *, reply: tuple[int, Any] | None = None
    ) -> Any:
        """Use both clients; check what each asked for; return the value, or the error that came."""
        self._once(self._blocking, use, asked, reply)
        return self._once(self._awaiting, use, asked, reply)

    def _once(self, run: Any, use: Any, asked: tuple[Any, ...], reply: tuple[int, Any] | None) -> Any:
        self.api.asked.clear()
        self.api.reply = reply
        value = run(use)
        assert self.api.asked == [asked], self.api.asked
        return value

    def _blocking(self, use: Callable[[Any], Any]) -> Any:
        with Palomma("key", **self._settings) as client:
            try:
                return use(client)
            except palomma.PalommaError as error:
                return error

    def _awaiting(self, use: Callable[[Any], Any]) -> Any:
        async def call() -> Any:
            async with AsyncPalomma("key", **self._settings) as client:
                value = use(client)
                return await value if inspect.isawaitable(value) else [each async for each in value]

        try:
            return asyncio.run(call())
        except palomma.PalommaError as error:
            return error


def rentals(call: Caller) -> None:
    """Dates in path, query and answers, errors of {error: {code, message}}, webhooks of {type, data}."""
    body = {
        "reference": "rent-2026-11-7",
        "amount": 1200000,
        "description": "Rent of November",
        "redirectUrl": "https://homes.example/paid",
        "customerDocumentNumber": "1037551022",
        "customerDocumentType": "cc",
        "contract": "00042",
    }
    given = {re.sub("([A-Z])", lambda letter: f"_{letter[1].lower()}", name): value for name, value in body.items()}
    made = call(lambda c: c.invoices.create(**given), ("POST", "/invoices", {}, body))
    assert (made.id, made.status, made.payment_date, made.payment_method) == (
        "01JBR57X6QR5ZRKEEKBSDBW4RA", "ready", None, None)  # fmt: skip
    assert made.created_at == dt.datetime(2026, 11, 3, 15, 4, 5, 123000, dt.UTC)
    assert "1037551022" not in repr(made)

    day = dt.date(2026, 11, 3)
    query = {"paymentDate": "2026-11-03", "settlementCycle": "13", "limit": "5"}
    page = call(
        lambda c: c.invoices.list(payment_date=day, settlement_cycle="13", limit=5), ("GET", "/invoices", query, None)
    )
    assert (page.items[0].amount, page.cursor, page.count) == (1200000, "6b1f4c0d9a7e52837c1e", 1)

    paid = call(lambda c: c.invoices.get(made.id), ("GET", f"/invoices/{made.id}", {}, None))
    assert (paid.status, paid.payment_date, paid.settlement_date, paid.payment_method) == (
        "paid", day, dt.date(2026, 11, 4), "breb")  # fmt: skip

    asked = ("GET", "/settlements/2026-11-04/13", {}, None)
    settlement = call(lambda c: c.settlements.get(dt.date(2026, 11, 4), "13"), asked)
    assert (settlement.date, settlement.status, settlement.number_of_invoices) == (dt.date(2026, 11, 4), "credited", 1)

    refused = (400, {"error": {"code": "invalid_amount", "message": "amount is too small"}})
    error = call(lambda c: c.invoices.create(**given), ("POST", "/invoices", {}, body), reply=refused)
    assert (type(error), error.message) == (palomma.BadRequestError, "amount is too small")

    found = [delivered(each) for each in call.api.webhooks()]
    assert [(event.event_type, type(event.event).__name__) for event in found] == [
        ("invoice", "Invoice"), ("settlement", "Settlement")]  # fmt: skip
    assert found[0].event.payment_date == day


def direct_debit(call: Caller) -> None:
    """UUIDs everywhere, bodies of three kinds, creates answered with 201, lists without pages."""
    customer_id = uuid.UUID("8d3c7a5e-2f41-4b0a-9d6e-1c5f7a9b3e20")
    method_id = uuid.UUID("3b9f0c12-7d58-4e6a-8a41-5e2d9c0b7f13")
    request_id = uuid.UUID("c05a6f7e-91b4-4d2c-b3e8-6a7d8e9f0a1b")
    given = {"name": "Pepito Perez", "document_type": "cc", "document_number": "1037551022", "email": "p@shop.example"}
    sent = {"name": "Pepito Perez", "documentType": "cc", "documentNumber": "1037551022", "email": "p@shop.example"}
    customer = call(lambda c: c.customers.create(**given), ("POST", "/customers", {}, sent))
    assert (customer.id, "1037551022" in repr(customer)) == (customer_id, False)
    assert call(lambda c: c.customers.list(), ("GET", "/customers", {}, None)).items == [customer]
    assert call(lambda c: c.customers.get(customer_id), ("GET", f"/customers/{customer_id}", {}, None)) == customer
    payment_methods(call, customer_id, method_id)
    payment_requests(call, method_id, request_id)

    found = [delivered(each) for each in call.api.webhooks()]
    assert [(event.event_type, type(event.event).__name__) for event in found] == [
        ("paymentMethod", "PaymentMethod"), ("paymentRequest", "PaymentRequest")]  # fmt: skip
    assert [event.event.id for event in found] == [method_id, request_id]


def payment_methods(call: Caller, customer_id: uuid.UUID, method_id: uuid.UUID) -> None:
    """Create two of the three kinds, list and read."""
    models = palomma.models
    account = {"bank": "santander", "account_type": "savings", "account_number": "000123456789"}
    sent = {"customerId": str(customer_id), "type": "bankAccount", "bank": "santander", "accountType": "savings",
            "accountNumber": "000123456789"}  # fmt: skip
    made = call(
        lambda c: c.payment_methods.create(body=models.CreateBankAccount(customer_id=customer_id, **account)),
        ("POST", "/paymentMethods", {}, sent),
    )
    assert (made.id, made.customer_id, made.status, made.error_details) == (method_id, customer_id, "pending", None)
    nequi = {"customerId": str(customer_id), "type": "nequiInstant", "phone": "3001234567"}
    example = call.api.answer("GET", f"/paymentMethods/{method_id}")[1]
    call(
        lambda c: c.payment_methods.create(body=models.CreateNequiInstant.from_dict(nequi)),
        ("POST", "/paymentMethods", {}, nequi),
        reply=(201, {**example, "type": "nequiInstant"}),
    )
    listed = call(lambda c: c.payment_methods.list(), ("GET", "/paymentMethods", {}, None))
    assert [(each.id, each.status) for each in listed.items] == [(method_id, "active")]
    read = call(lambda c: c.payment_methods.get(str(method_id)), ("GET", f"/paymentMethods/{method_id}", {}, None))
    assert read == made


def payment_requests(call: Caller, method_id: uuid.UUID, request_id: uuid.UUID) -> None:
    """Create, list, read, and be refused."""
    sent = {"paymentMethodId": str(method_id), "amount": 45000}
    made = call(
        lambda c: c.payment_requests.create(payment_method_id=method_id, amount=45000),
        ("POST", "/paymentRequests", {}, sent),
    )
    assert (made.id, made.payment_method_id, made.amount, made.status) == (request_id, method_id, 45000, "pending")
    listed = call(lambda c: c.payment_requests.list(), ("GET", "/paymentRequests", {}, None))
    assert [each.status for each in listed.items] == ["approved"]
    failed = {**call.api.answer("GET", f"/paymentRequests/{request_id}")[1], "status": "error",
              "errorDetails": {"errorCode": "D23"}}  # fmt: skip
    asked = ("GET", f"/paymentRequests/{request_id}", {}, None)
    read = call(lambda c: c.payment_requests.get(request_id), asked, reply=(200, failed))
    assert (read.status, read.error_details.error_code) == ("error", "D23")
    error = call(lambda c: c.payment_requests.get(request_id), asked, reply=(404, {"message": "Not found"}))
    assert (type(error), error.message) == (palomma.NotFoundError, "Not found")


def delivered(payload: dict[str, Any]) -> Any:
    """Return the event of a delivery with this body."""
    return Webhook(KEY).verify(sign(payload, KEY))


def main(name: str) -> None:
    """Call all operations of one document."""
    api = Api(name)
    with api.serving() as address:
        {"rentals": rentals, "direct_debit": direct_debit}[name](Caller(api, address))
    assert api.called == {node["operationId"] for _, _, node in api.operations()}, "an operation was not called"


if __name__ == "__main__":
    main(sys.argv[1])
