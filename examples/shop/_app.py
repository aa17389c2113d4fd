"""The shop's routes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from palomma import OutcomeUnknownError, Palomma, PalommaError
from palomma.models import BankAccount, PayinLink, PayoutRequest, PayoutTarget
from palomma.webhooks import Event, Router, SqlInbox, Webhook, WebhookVerificationError

from . import _pages as pages
from ._store import FAILED, PAID, Record, Store

SUPPLIERS_SHARE = 60  # percent
PATIENCE = 2.0  # seconds that a customer waits for a lost link to be found
Text = Annotated[str, Form()]


def _to(url: str) -> Response:
    return RedirectResponse(url, status_code=303)


class Shop:
    """What the routes do."""

    def __init__(self, client: Palomma, store: Store, origin: str) -> None:
        self.client = client
        self.store = store
        self.origin = origin
        # Two clicks see one debt. With several processes this must be a lock of the database's.
        self._paying = Lock()

    def create(self, reference: str, send: Callable[[], Any]) -> Any:
        """What was created, or None if nobody knows yet: then its row stays open, and `check` comes back to it."""
        try:
            thing = self._sent(send)
        except OutcomeUnknownError:
            return None
        except PalommaError:
            self.store.forget(reference)  # nothing was created
            raise
        self.store.learn(thing)
        return thing

    def _sent(self, send: Callable[[], Any]) -> Any:
        try:
            return send()
        except OutcomeUnknownError as error:
            return self.client.reconcile(error, wait=PATIENCE)

    def buy(self, product: str, name: str, document: str, email: str, phone: str) -> str:
        """Where to send the customer."""
        title, price = pages.PRODUCTS[product]
        customer = self.client.customers.create(
            name=name, document_type="cc", document_number=document, email=email, phone_number=phone
        )
        reference = self.store.add("payin_links", title, price)
        link = self.create(
            reference,
            lambda: self.client.payin_links.create(
                customer_id=customer.id,
                amount=price,
                available_types=["pse", "nequiButton", "bancolombiaButton"],
                redirect_url=f"{self.origin}/orders/{reference}?returned=yes",
                reference=reference,
                description=title,
            ),
        )
        return link.payment_url if link and link.payment_url else f"/orders/{reference}"

    def register_supplier(self) -> str:
        """Where the supplier confirms the account."""
        supplier = self.client.customers.create(
            name="Tejidos del Altiplano S.A.S.",
            document_type="nit",
            document_number="900123456",
            email="pagos@tejidos.example",
            phone_number="3109876543",
        )
        reference = self.store.add("payout_targets", supplier.name or "")
        account = BankAccount(bank="bancolombia", account_type="checking", account_number="000987654321")
        target = self.create(
            reference,
            lambda: self.client.payout_targets.create(
                customer_id=supplier.id,
                redirect_url=f"{self.origin}/admin",
                bank_account=account,
                reference=reference,
            ),
        )
        return target.auth_url if target and target.auth_url else "/admin"

    @property
    def supplier(self) -> Record | None:
        return next(iter(self.store.all("payout_targets")), None)

    @property
    def owed(self) -> int:
        """The supplier's share of what was collected, less all payouts but the cancelled: an open one may be paid."""
        collected = sum(row.amount for row in self.store.all("payin_links") if row.status == PAID)
        sent = sum(row.amount for row in self.store.all("payout_requests") if row.status != FAILED)
        return int(collected * SUPPLIERS_SHARE // 100) - int(sent)

    def pay_supplier(self) -> None:
        """Send what is owed."""
        with self._paying:
            supplier, amount = self.supplier, self.owed
            if supplier is None or amount <= 1000:  # Palomma sends more than 1,000 pesos
                return
            reference = self.store.add("payout_requests", supplier.title, amount)
        self.create(
            reference,
            lambda: self.client.payout_requests.create(
                payout_target_id=supplier.palomma_id, amount=amount, reference=reference
            ),
        )

    def check(self) -> None:
        """Ask Palomma about all that is open: webhooks may be lost, and answers, too."""
        for row in self.store.open():
            self.ask(row)

    def ask(self, row: Record) -> None:
        """Ask Palomma about one row."""
        resource: Any = getattr(self.client, row.resource)
        thing = resource.get(row.palomma_id) if row.palomma_id else resource.find(row.reference)
        if thing is not None:
            self.store.learn(thing)


def create_app(client: Palomma, webhook: Webhook, database: sa.Engine, origin: str) -> FastAPI:
    """The shop. `origin` is where customers reach it."""
    store = Store(database)
    inbox = SqlInbox(database)
    inbox.create_tables()
    shop, webhooks, app = Shop(client, store, origin), Router(inbox), FastAPI(openapi_url=None)

    @app.get("/", response_class=HTMLResponse)
    def shelf() -> str:
        return pages.shelf()

    @app.post("/buy")
    def buy(product: Text, name: Text, document: Text, email: Text, phone: Text) -> Response:
        if product not in pages.PRODUCTS:
            return PlainTextResponse("no such product", status_code=400)
        return _to(shop.buy(product, name, document, email, phone))

    @app.get("/orders/{reference}")
    def order(reference: str, returned: str = "") -> Response:
        record = store.get(reference)
        if record is None or record.resource != "payin_links":
            return PlainTextResponse("no such order", status_code=404)
        if record.status == "new":  # its link was lost; once it is found, the customer can pay
            with suppress(PalommaError):
                shop.ask(record)
            record = store.get(reference) or record
        return HTMLResponse(pages.order(record, bool(returned)))

    @app.get("/admin", response_class=HTMLResponse)
    def till() -> str:
        return pages.till(store.all("payin_links"), shop.supplier, store.all("payout_requests"), shop.owed)

    @app.post("/admin/supplier")
    def supplier() -> Response:
        return _to(shop.register_supplier())

    @app.post("/admin/pay")
    def pay() -> Response:
        shop.pay_supplier()
        return _to("/admin")

    @app.post("/admin/check")
    def check() -> Response:
        shop.check()
        return _to("/admin")

    @app.exception_handler(PalommaError)
    def palomma_failed(request: Request, error: PalommaError) -> Response:
        return HTMLResponse(pages.failed(), status_code=502)

    @webhooks.on("payin-link.update", transaction=True)
    @webhooks.on("payout-target.update", transaction=True)
    @webhooks.on("payout-request.update", transaction=True)
    def changed(event: Event, connection: sa.Connection) -> None:
        if isinstance(event.event, PayinLink | PayoutTarget | PayoutRequest):
            store.learn(event.event, connection)

    @app.post("/webhooks/palomma")
    async def receive(request: Request) -> Response:
        try:
            event = webhook.verify(request.headers, await request.body())
        except WebhookVerificationError as error:
            return PlainTextResponse(error.reason, status_code=400)
        outcome = await webhooks.handle_async(event)
        return PlainTextResponse(outcome.value, status_code=outcome.http_status)

    return app
