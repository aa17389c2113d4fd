"""What became of a create whose outcome is unknown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from palomma import AsyncPalomma, OutcomeUnknownError, Palomma, PalommaError, ResponseError, ServerError
from tests.faults.server import Connection, FaultServer, answer

from .conftest import settings

OURS = {"id": "1", "status": "processing", "reference": "order-7"}
OTHERS = {"id": "2", "status": "processing", "reference": "order-8"}
LOST = OutcomeUnknownError(
    "lost", operation="createPayoutRequest", reference="order-7", status_code=502, body=b"<html>", attempts=1
)


def pages(*pages: list[dict[str, Any]], cursors: tuple[object, ...] = ()) -> Callable[[Connection], None]:
    """A server of these pages, one for each request, which ignores every filter."""
    leads = [*cursors, *[f"c{number}" for number in range(len(cursors) + 1, len(pages))], None]

    def behave(connection: Connection) -> None:
        while connection.request() is not None:
            number = len(connection.server.requests) - 1
            page = {"items": pages[number % len(pages)], "cursor": leads[number % len(leads)]}
            connection.send(answer(json.dumps(page).encode()))

    return behave


def reconciled(blocking: bool, server: FaultServer, error: OutcomeUnknownError) -> Any:
    async def main() -> Any:
        async with AsyncPalomma(**settings(server, max_retries=0)) as client:
            return await client.reconcile(error)

    if not blocking:
        return asyncio.run(main())
    with Palomma(**settings(server, max_retries=0)) as client:
        return client.reconcile(error)


both = pytest.mark.parametrize("blocking", [True, False], ids=["sync", "async"])


@both
@pytest.mark.parametrize(
    ("given", "found"),
    [
        (pages([OURS]), "1"),
        (pages([]), None),
        (pages([OTHERS]), None),
        (pages([OTHERS, OURS]), "1"),
        (pages([OTHERS], [], [OURS]), "1"),
        (pages([OTHERS], [OTHERS]), None),
        (pages([OURS], [OURS]), "1"),
        (pages([{"id": "3", "status": "x"}, {"id": "4", "status": "x", "reference": None}, OURS]), "1"),
        (pages([{"id": "3", "status": "x", "reference": ["order-7"]}]), None),
    ],
)
def test_the_object_is_found(
    given: Callable[[Connection], None], found: str | None, blocking: bool, serve: Callable[..., FaultServer]
) -> None:
    """The one object with the reference, or None; right also if the server ignores the filter or shows one twice."""
    server = serve(given)

    value = reconciled(blocking, server, LOST)

    assert (value.id if value else None) == found
    assert set(server.received) == {"GET"}
    assert parse_qs(urlsplit(server.requests[0].target).query) == {"reference": ["order-7"]}


@both
@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        (pages([OURS, {**OURS, "id": "9"}]), OutcomeUnknownError, "2 objects have the reference order-7: 1, 9"),
        (pages([OTHERS], cursors=("c1", "c1")), ResponseError, "leads to a page that was read already"),
        (pages([OTHERS], cursors=("c1", "c2", "c3", "c1")), ResponseError, "leads to a page that was read already"),
        (pages([OTHERS], cursors=(5,)), ResponseError, "leads to a page that was read already, or nowhere"),
        (pages([OTHERS], cursors=({"next": "c1"},)), ResponseError, "or nowhere"),
        (lambda connection: (connection.request(), connection.send(answer(b"[]"))), ResponseError, "not a list"),
        (lambda connection: (connection.request(), connection.send(answer(b"", "500 No"))), ServerError, "500"),
    ],
)
def test_the_look_up_can_fail(
    given: Callable[[Connection], None],
    error: type[PalommaError],
    text: str,
    blocking: bool,
    serve: Callable[..., FaultServer],
) -> None:
    """Several objects, pages in a circle or a broken answer: our errors, and no create is ever sent."""
    server = serve(given)

    with pytest.raises(error, match=text):
        reconciled(blocking, server, LOST)

    assert set(server.received) == {"GET"}


@both
@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknownError("lost", operation="createPayoutRequest", reference=None),
        OutcomeUnknownError("lost", operation="createPayoutRequest", reference=""),
        OutcomeUnknownError("lost", operation="createSomethingElse", reference="order-7"),
    ],
)
def test_nothing_to_look_up(error: OutcomeUnknownError, blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """Without a reference the outcome stays unknown, and the error says so with all it knew; nothing is sent."""
    server = serve(pages([OURS]))

    with pytest.raises(OutcomeUnknownError, match="can't be looked up") as raised:
        reconciled(blocking, server, error)

    assert vars(raised.value) == vars(error)
    assert server.received == []


@both
def test_a_lost_create_is_reconciled(blocking: bool, serve: Callable[..., FaultServer]) -> None:
    """A create that was processed and lost is found by the reference that the client minted."""
    created: list[dict[str, Any]] = []

    def behave(connection: Connection) -> None:
        while (request := connection.request()) is not None:
            if request.method == "POST":
                created.append({**OURS, "reference": request.members["reference"]})
                connection.reset()
                return
            connection.send(answer(json.dumps({"items": created}).encode()))

    server = serve(behave)

    async def main() -> Any:
        async with AsyncPalomma(**settings(server)) as client:
            with pytest.raises(OutcomeUnknownError) as raised:
                await client.payout_requests.create(payout_target_id="t", amount=1)
            return await client.reconcile(raised.value)

    if blocking:
        with Palomma(**settings(server)) as client:
            with pytest.raises(OutcomeUnknownError) as raised:
                client.payout_requests.create(payout_target_id="t", amount=1)
            found = client.reconcile(raised.value)
    else:
        found = asyncio.run(main())

    assert [found.to_dict()] == created
    assert server.received == ["POST", "GET"]
