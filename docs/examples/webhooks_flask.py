"""Palomma's webhooks in Flask: verified, and each handled once.

pip install 'palomma[inbox]' flask
PALOMMA_INTEGRITY_KEY=... python webhooks_flask.py
"""

import os

import sqlalchemy as sa
from flask import Flask, request

from palomma.models import PayinLink
from palomma.webhooks import Event, Router, SqlInbox, Webhook, WebhookVerificationError

webhook = Webhook(os.environ["PALOMMA_INTEGRITY_KEY"])
database = sa.create_engine(os.environ.get("DATABASE_URL", "sqlite:///webhooks.db"))
inbox = SqlInbox(database)
inbox.create_tables()
links = sa.Table("links", sa.MetaData(), sa.Column("id", sa.Text), sa.Column("status", sa.Text))
links.create(database, checkfirst=True)
webhooks = Router(inbox)


@webhooks.on("payin-link.update", transaction=True)
def link_changed(event: Event, connection: sa.Connection) -> None:
    """What is written to `connection` is committed together with the fact that the event is done."""
    link = event.event
    if not isinstance(link, PayinLink):
        raise TypeError("a payin link without id or status: raised, so that it isn't taken for handled")
    connection.execute(links.insert().values(id=link.id, status=link.status))


app = Flask(__name__)


@app.post("/webhooks/palomma")
def receive() -> tuple[str, int]:
    try:
        event = webhook.verify(request.headers, request.get_data())
    except WebhookVerificationError as error:
        return error.reason, 400
    outcome = webhooks.handle(event)
    return outcome.value, outcome.http_status


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8000")))
