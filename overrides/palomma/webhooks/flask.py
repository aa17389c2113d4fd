"""Palomma's webhooks in Flask: `app.register_blueprint(blueprint(webhook, webhooks))`."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ._router import Router
from ._verify import Webhook

__all__ = ["blueprint"]


def blueprint(webhook: Webhook, webhooks: Router, path: str = "/webhooks/palomma") -> Blueprint:
    """Return a Blueprint that verifies what is posted to `path`, and hands it to your handlers.

    What they raise becomes a 500, and Palomma delivers again. Handlers must be plain functions.
    """
    routes = Blueprint("palomma_webhooks", __name__)

    @routes.post(path)
    def receive() -> Response:
        status, text = webhooks.receive(webhook, request.headers, request.get_data())
        return Response(text, status, mimetype="text/plain")

    return routes
