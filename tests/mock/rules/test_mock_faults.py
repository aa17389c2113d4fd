"""Faults on demand: through a socket, through the project's client, and without a socket."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpx
import pytest

from palomma import (
    AsyncPalomma,
    OutcomeUnknownError,
    Palomma,
    RateLimitError,
    RetryBudget,
)
from palomma_mock import FAULTS, Mock, MockServer, MockTransport, Settings, create_app, frozen_clock
from tests.mock.conftest import PERSON, Make
from tests.mock.mock_contract import AsyncCheckedTransport, CheckedTransport, Checker

MEMBERS: dict[str, Any] = {
    "name": "Ana",
    "document_type": "cc",
    "document_number": "1",
    "email": "ana@example.com",
    "phone_number": "3",
}


def number(mock: MockServer) -> int:
    return mock.store.count("customers")


@pytest.mark.parametrize(
    ("kind", "error", "made"),
    [
        ("answer_lost", httpx.ReadError, 1),
        ("request_lost", httpx.ReadError, 0),
        ("truncated", httpx.RemoteProtocolError, 1),
    ],
)
def test_a_broken_connection(
    kind: str, error: type[Exception], made: int, http: httpx.Client, mock: MockServer, checker: Checker
) -> None:
    """The caller sees the connection break; whether the call took effect is the fault's choice. The next call works."""
    mock.fail_next(kind)

    with pytest.raises(error), checker.lenient():
        http.post("/customers", json=PERSON)
    assert number(mock) == made
    assert http.post("/customers", json=PERSON).status_code == 200


@pytest.mark.parametrize(
    ("kind", "options", "status", "content_type"),
    [
        ("rate_limited", {"retry_after": 7}, 429, "application/json"),
        ("server_error", {}, 500, "application/json"),
        ("server_error", {"status": 503}, 503, "application/json"),
        ("html", {}, 502, "text/html; charset=utf-8"),
        ("html", {"status": 404}, 404, "text/html; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("processed", [False, True])
def test_an_error_answer(
    kind: str,
    options: dict[str, Any],
    status: int,
    content_type: str,
    processed: bool,
    http: httpx.Client,
    mock: MockServer,
    checker: Checker,
) -> None:
    """Status and body are the fault's, and the call took effect only if that was asked for."""
    mock.fail_next(kind, processed=processed, **options)
    with checker.lenient():
        response = http.post("/customers", json=PERSON)

    assert (response.status_code, response.headers["content-type"]) == (status, content_type)
    assert response.headers.get("retry-after") == ("7" if kind == "rate_limited" else None)
    assert number(mock) == processed


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/customers", ("items", 0, "documentType")),
        ("/payinLinks", ("items", 0, "status")),
        ("/merchantAccounts/default", ("type",)),
        ("/merchantAccounts", ("items", 0, "type")),
        ("/payoutTargets", ()),
    ],
)
def test_an_unknown_enum_value(
    path: str, place: tuple[Any, ...], http: httpx.Client, mock: MockServer, make: Make, checker: Checker
) -> None:
    """The first enum member has a value that the contract doesn't know; where there is none, nothing changes."""
    make("payinLinks")
    mock.fail_next("unknown_enum")
    with checker.lenient():
        answer = http.get(path).json()
    for step in place:
        answer = answer[step]

    assert answer == "not_announced" if place else answer["items"] == []


def test_an_error_has_no_enum_to_change(http: httpx.Client, mock: MockServer) -> None:
    """An unknown enum value leaves an error answer as it is."""
    mock.fail_next("unknown_enum")

    assert http.get("/customers/nobody").json() == {"message": "customer not found"}


def test_a_duplicated_answer_is_left_on_the_connection(mock: MockServer) -> None:
    """After the answer the same one follows once more, where the next call's answer is expected; then that one."""
    mock.fail_next("duplicated")
    host, port = mock.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        for path, copies in (("customers", 2), ("merchantAccounts", 1)):
            line = f"GET /v0/{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {mock.api_key}\r\n\r\n"
            connection.sendall(line.encode())
            received = b""
            while received.count(b'"count":') < copies:
                received += connection.recv(65536)
            bodies = [part.partition(b"\r\n\r\n")[2] for part in received.split(b"HTTP/1.1 200 OK\r\n")[1:]]

            assert len(bodies) == copies
            assert len(set(bodies)) == 1


def test_a_slow_answer_comes(mock: MockServer, http: httpx.Client) -> None:
    """The call takes effect at once, and its answer comes later; a caller may give up before."""
    mock.fail_next("slow", seconds=0.01)
    assert (http.post("/customers", json=PERSON).status_code, number(mock)) == (200, 1)

    mock.fail_next("slow", seconds=3600)
    with pytest.raises(httpx.ReadTimeout):
        http.post("/customers", json=PERSON, timeout=0.2)
    assert number(mock) == 2


def test_a_fault_waits_for_its_operation(mock: MockServer, http: httpx.Client, checker: Checker) -> None:
    """Other operations, and what is no operation, pass it by; it happens as often as told."""
    mock.fail_next("server_error", operation="createCustomer", times=2)
    seen = []
    for method, path in (("GET", "/customers"), ("GET", "/nothing"), ("DELETE", "/customers")):
        seen.append(http.request(method, path).status_code)
    seen += [http.post("/customers", json=PERSON).status_code for _ in range(3)]

    assert seen == [200, 404, 405, 500, 500, 200]
    assert mock.faults.waiting() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "answer_loss"}, "kind: .* did you mean answer_lost"),
        ({"kind": "slow", "operation": "createCustomers"}, "operation: .* did you mean createCustomer"),
        ({"kind": "duplicated", "ending": "crlf"}, "ending"),
        ({"kind": "slow", "times": 10**17}, "times"),
        ({"kind": "slow", "share": 0}, "share"),
        ({"kind": "slow", "lasts": 2, "every": 1}, "every"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "html", "status": 200}, "status"),
        ({"kind": "rate_limited", "retry_after": "1\r\nx: y"}, "retry_after"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(options: dict[str, Any], message: str, mock: MockServer) -> None:
    """The message says which option is wrong."""
    with pytest.raises(ValueError, match=message):
        mock.fail_next(**options)


# The project's client


def test_the_client_doesnt_create_twice(mock: MockServer, checker: Checker) -> None:
    """An answer lost after the commit is an unknown outcome, which the client finds by its reference."""
    transport = CheckedTransport(httpx.HTTPTransport(), checker)
    with mock.client(transport=transport, retry_budget=RetryBudget()) as client:
        mock.fail_next("answer_lost")
        with pytest.raises(OutcomeUnknownError) as caught:
            client.customers.create(**MEMBERS)
        found = list(client.customers.iterate(reference=caught.value.reference))

    assert (len(found), number(mock)) == (1, 1)


def test_the_client_hears_how_long_to_wait(mock: MockServer) -> None:
    """Retry-After of a 429 reaches the caller."""
    mock.fail_next("rate_limited", retry_after=90)
    with mock.client() as client, pytest.raises(RateLimitError) as caught:
        client.customers.create(**MEMBERS)

    assert caught.value.retry_after == 90


def test_both_clients_use_the_socket(mock: MockServer, checker: Checker) -> None:
    """The asynchronous client sees what the synchronous one made."""
    with mock.client() as client:
        made = client.customers.create(**MEMBERS)

    async def read() -> str:
        async with mock.async_client(transport=AsyncCheckedTransport(httpx.AsyncHTTPTransport(), checker)) as client:
            return (await client.customers.get(made.id)).id

    assert asyncio.run(read()) == made.id
    assert checker.checked == 1


# Without a socket


@pytest.fixture
def inside() -> Mock:
    return Mock(Settings(strict=False), frozen_clock(1_770_000_000))


def test_the_mock_answers_in_process(inside: Mock, checker: Checker) -> None:
    """Both clients work on a mock that listens nowhere."""
    transport = MockTransport(inside)
    url = "http://127.0.0.1/v0"
    with Palomma(inside.api_key, base_url=url, transport=CheckedTransport(transport, checker)) as client:
        made = client.customers.create(**MEMBERS)

    async def read() -> str:
        checked = AsyncCheckedTransport(transport, checker)
        async with AsyncPalomma(inside.api_key, base_url=url, transport=checked) as client:
            return (await client.customers.list(limit=1)).items[0].id

    assert asyncio.run(read()) == made.id
    assert checker.checked == 2


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_works_in_process(kind: str, inside: Mock) -> None:
    """What breaks a connection is the error that httpx would raise; a second copy has nowhere to go."""
    waits: list[float] = []
    transport = MockTransport(inside, sleep=waits.append)
    headers = {"authorization": f"Bearer {inside.api_key}"}
    errors = {"answer_lost": httpx.ReadError, "request_lost": httpx.ReadError, "truncated": httpx.RemoteProtocolError}
    inside.fail_next(kind)
    with httpx.Client(base_url="http://mock/v0", transport=transport, headers=headers) as client:
        if kind in errors:
            with pytest.raises(errors[kind]):
                client.get("/customers")
        else:
            client.get("/customers")

    assert waits == ([1.0] if kind == "slow" else [])


def test_a_slow_answer_is_awaited_in_process(inside: Mock) -> None:
    """The asynchronous client isn't blocked."""
    inside.fail_next("slow", seconds=0.01)

    async def read() -> int:
        async with httpx.AsyncClient(base_url="http://mock/v0", transport=MockTransport(inside)) as client:
            return (await client.get("/customers")).status_code

    assert asyncio.run(read()) == 401


def test_in_process_bodies_are_limited_too(inside: Mock) -> None:
    """1 MiB and a byte is a 413 there as well."""
    headers = {"authorization": f"Bearer {inside.api_key}", "content-type": "application/json"}
    with httpx.Client(base_url="http://mock/v0", transport=MockTransport(inside), headers=headers) as client:
        assert client.post("/customers", content=b" " * (2**20 + 1)).status_code == 413


@pytest.mark.parametrize(("kind", "status"), [("html", 502), ("answer_lost", None)])
def test_under_another_server_a_broken_connection_is_an_error(kind: str, status: int | None) -> None:
    """The application alone can't cut a connection, and says so; the other faults need no help."""
    app = create_app(clock=frozen_clock(1_770_000_000))
    mock: Mock = app.state.mock
    mock.fail_next(kind)

    async def read() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(base_url="http://mock/v0", transport=transport) as client:
            return (await client.get("/customers")).status_code

    if status is None:
        with pytest.raises(RuntimeError, match="needs palomma-mock's own server"):
            asyncio.run(read())
    else:
        assert asyncio.run(read()) == status
    mock.close()
