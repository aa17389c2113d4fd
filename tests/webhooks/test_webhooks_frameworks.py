"""The glue for frameworks: a real FastAPI, Flask and Django answer what was posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from webhook_facts import KEY, delivery, state

from palomma.webhooks import Event, MemoryInbox, Router, Webhook
from tests.django_project import set_up, urls

Post = Callable[..., tuple[int, str]]


def fastapi(webhook: Webhook, webhooks: Router) -> Post:
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from palomma.webhooks.fastapi import router

    app = FastAPI()
    app.include_router(router(webhook, webhooks))
    client = TestClient(app, raise_server_exceptions=False)
    assert app.openapi()["paths"] == {}  # it is no part of your API

    def post(body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, str]:
        answer = client.request(method, "/webhooks/palomma", content=body, headers=headers)
        return answer.status_code, answer.text

    return post


def flask(webhook: Webhook, webhooks: Router) -> Post:
    from flask import Flask

    from palomma.webhooks.flask import blueprint

    app = Flask(__name__)
    app.register_blueprint(blueprint(webhook, webhooks))
    client = app.test_client()

    def post(body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, str]:
        answer = client.open("/webhooks/palomma", method=method, data=body, headers=headers)
        return answer.status_code, answer.text

    return post


def django(webhook: Webhook, webhooks: Router) -> Post:
    set_up()
    from django.test import Client
    from django.urls import path

    from palomma.webhooks.django import view

    urls.urlpatterns[:] = [path("webhooks/palomma", view(webhook, webhooks))]
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def post(body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, str]:
        answer = client.generic(method, "/webhooks/palomma", body, content_type="application/json", headers=headers)
        return answer.status_code, answer.content.decode()

    return post


@pytest.fixture(params=[fastapi, flask, django])
def framework(request: pytest.FixtureRequest) -> Iterator[tuple[Post, Router]]:
    webhooks = Router(MemoryInbox())
    yield request.param(Webhook(KEY), webhooks), webhooks


def test_a_delivery_is_verified_and_handled_once(framework: tuple[Post, Router]) -> None:
    """The raw body and the headers reach the router, and its word is the answer."""
    post, webhooks = framework
    seen: list[Event] = []
    webhooks.on("payout-request.update")(seen.append)
    body = state("a", "object", 1)
    said = [post(body, delivery(body)), post(body, delivery(body)), post(b"{}", delivery(body)), post(body, {})]

    assert said == [(200, "handled"), (200, "duplicate"), (400, "body_mismatch"), (400, "header_missing")]
    assert [event.webhook_id for event in seen] == ["a"]


def test_a_handler_that_fails_is_a_500(framework: tuple[Post, Router]) -> None:
    """So Palomma delivers again, and then it is handled."""
    post, webhooks = framework
    failures = [RuntimeError("once")]

    @webhooks.on("payout-request.update")
    def fail_once(event: Event) -> None:
        if failures:
            raise failures.pop()

    body = state("a", "object", 1)

    assert [post(body, delivery(body))[0], post(body, delivery(body))] == [500, (200, "handled")]


def test_only_posts(framework: tuple[Post, Router]) -> None:
    """Another method is refused by the framework."""
    assert framework[0](b"", {}, method="GET")[0] == 405


def test_async_handlers_in_fastapi() -> None:
    """Coroutine functions are awaited."""
    webhooks = Router(MemoryInbox())
    seen: list[str] = []

    @webhooks.on("payout-request.update")
    async def changed(event: Event) -> None:
        seen.append(event.webhook_id)

    body = state("a", "object", 1)

    assert (fastapi(Webhook(KEY), webhooks)(body, delivery(body)), seen) == ((200, "handled"), ["a"])
