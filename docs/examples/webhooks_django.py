"""Palomma's webhooks in Django: verified, and each handled once.

    pip install 'palomma[inbox]' django
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
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from palomma.models import PayinLink
from palomma.webhooks import Event, Router, SqlInbox, Webhook, WebhookVerificationError

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
def link_changed(event: Event) -> None:
    link = event.event
    if not isinstance(link, PayinLink):
        raise TypeError("a payin link without id or status: raised, so that it isn't taken for handled")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS links (id TEXT PRIMARY KEY, status TEXT)")
        cursor.execute("INSERT OR REPLACE INTO links VALUES (%s, %s)", [link.id, link.status])


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    try:
        event = webhook.verify(request.headers, request.body)
    except WebhookVerificationError as error:
        return HttpResponse(error.reason, status=400)
    outcome = webhooks.handle(event)
    return HttpResponse(outcome.value, status=outcome.http_status)


urlpatterns = [path("webhooks/palomma", receive)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
