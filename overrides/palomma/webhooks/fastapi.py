"""Palomma's webhooks in FastAPI: `app.include_router(router(webhook, webhooks))`."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from ._router import Router
from ._verify import Webhook

__all__ = ["router"]


def router(webhook: Webhook, webhooks: Router, path: str = "/webhooks/palomma") -> APIRouter:
    """Return an APIRouter that verifies what is posted to `path`, and hands it to your handlers.

    Plain functions run in threads, so they don't hold up other requests. What they raise becomes a 500, and Palomma
    delivers again.
    """
    routes = APIRouter()

    @routes.post(path, include_in_schema=False)
    async def receive(request: Request) -> PlainTextResponse:
        status, text = await webhooks.receive_async(webhook, request.headers, await request.body())
        return PlainTextResponse(text, status)

    return routes
