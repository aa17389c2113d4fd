"""Palomma's webhooks in Django: verified, and each handled once.

    pip install 'palomma[journal]' django
    PALOMMA_INTEGRITY_KEY=... python webhooks_django.py runserver --noreload 8000

The inbox has a database connection of its own, beside Django's. So a handler that writes with Django may run again if
the process dies between its commit and the inbox's: it writes what may be written twice.
"""

import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection
from django.urls import path

from palomma.models import PayinLink
from palomma.webhooks import Router, SqlInbox, Webhook
from palomma.webhooks.django import view

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "webhooks.db"}},
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()

webhook = Webhook(os.environ["PALOMMA_INTEGRITY_KEY"])
inbox = SqlInbox("sqlite:///palomma-webhooks.db")
inbox.create_tables()
webhooks = Router(inbox)


@webhooks.on("payin-link.update")
def link_changed(link: PayinLink) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS links (id TEXT PRIMARY KEY, status TEXT)")
        cursor.execute("INSERT OR REPLACE INTO links VALUES (%s, %s)", [link.id, link.status])


urlpatterns = [path("webhooks/palomma", view(webhook, webhooks))]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
