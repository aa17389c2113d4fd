"""Palomma's webhooks in Flask: verified, and each handled once.

pip install 'palomma[journal]' flask
PALOMMA_INTEGRITY_KEY=... python webhooks_flask.py
"""

import os

import sqlalchemy as sa
from flask import Flask

from palomma.models import PayinLink
from palomma.webhooks import Router, SqlInbox, Webhook
from palomma.webhooks.flask import blueprint

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


app = Flask(__name__)
app.register_blueprint(blueprint(webhook, webhooks, "/webhooks/palomma"))

if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8000")))
