"""Palomma's webhooks in Starlette: verified, and each handled once.

pip install 'palomma[journal]' starlette uvicorn
PALOMMA_INTEGRITY_KEY=... python webhooks_starlette.py
"""

import os

import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from palomma.models import PayinLink, PayoutRequest
from palomma.webhooks import Router, SqlInbox, Webhook

webhook = Webhook(os.environ["PALOMMA_INTEGRITY_KEY"])
database = sa.create_engine(os.environ.get("DATABASE_URL", "sqlite:///webhooks.db"))
inbox = SqlInbox(database)
inbox.create_tables()
links = sa.Table("links", sa.MetaData(), sa.Column("id", sa.Text), sa.Column("status", sa.Text))
links.create(database, checkfirst=True)
webhooks = Router(inbox)


@webhooks.on("payin-link.update", transaction=True)
def link_changed(link: PayinLink, connection: sa.Connection) -> None:
    """What is written to `connection` is committed together with the fact that the event is done."""
    connection.execute(links.insert().values(id=link.id, status=link.status))


@webhooks.on("payout-request.update")
async def payout_changed(payout: PayoutRequest) -> None:
    """An async handler has no such transaction: it may run again if the process dies, and must not mind."""
    print("payout", payout.id, "changed", flush=True)


async def receive(request: Request) -> Response:
    status, text = await webhooks.receive_async(webhook, request.headers, await request.body())
    return PlainTextResponse(text, status_code=status)


app = Starlette(routes=[Route("/webhooks/palomma", receive, methods=["POST"])])


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "8000")))
