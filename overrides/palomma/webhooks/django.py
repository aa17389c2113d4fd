"""Palomma's webhooks in Django: `path("webhooks/palomma", view(webhook, webhooks))`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse  # type: ignore[import-untyped, unused-ignore]
from django.views.decorators.csrf import csrf_exempt  # type: ignore[import-untyped, unused-ignore]
from django.views.decorators.http import require_POST  # type: ignore[import-untyped, unused-ignore]

from ._router import Router
from ._verify import Webhook

__all__ = ["view"]


def view(webhook: Webhook, webhooks: Router) -> Callable[..., Any]:
    """Return a view that verifies what is posted to it, and hands it to your handlers.

    What they raise becomes a 500, and Palomma delivers again. Handlers must be plain functions. With `ATOMIC_REQUESTS`
    what a handler wrote through Django is rolled back then, too.
    """

    def receive(request: Any) -> Any:
        status, text = webhooks.receive(webhook, request.headers, request.body)
        return HttpResponse(text.encode(), status=status, content_type="text/plain")

    # A signature stands in for the token against forged requests, which only your own pages have.
    checked: Callable[..., Any] = csrf_exempt(require_POST(receive))
    return checked
