"""Palomma's webhooks in Django: `path("webhooks/palomma", view(webhook, webhooks))`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse  # type: ignore[import-untyped, unused-ignore]
from django.views.decorators.csrf import csrf_exempt  # type: ignore[import-untyped, unused-ignore]
from django.views.decorators.http import require_POST  # type: ignore[import-untyped, unused-ignore]

from ._router import Router
from ._verify import Webhook

__all__ = ["view"]


def view(webhook: Webhook, webhooks: Router) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that verifies what is posted to it, and hands it to your handlers.

    What they raise becomes a 500, and Palomma delivers again. Handlers must be plain functions. With `ATOMIC_REQUESTS`
    the handler's writes through Django are rolled back then, too.
    """

    # A signature stands in for the token that only your own pages have.
    @csrf_exempt
    @require_POST
    def receive(request: HttpRequest) -> HttpResponse:
        status, text = webhooks.receive(webhook, request.headers, request.body)
        return HttpResponse(text, status=status, content_type="text/plain")

    checked: Callable[[HttpRequest], HttpResponse] = receive
    return checked
