"""One mock for all tests, emptied before each; clients whose every answer is checked against the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from palomma import Palomma
from palomma_mock import MockServer
from tests.mock.mock_contract import CheckedTransport, Checker
from tests.mock.mock_receiver import Receiver, receiving


@pytest.fixture(scope="session")
def _server() -> Iterator[MockServer]:
    with MockServer(start=1_770_000_000.0) as server:
        yield server


@pytest.fixture
def mock(_server: MockServer) -> MockServer:
    """A mock with nothing in it, on a clock that stands still."""
    _server.restart(seed=1, strict=False)
    return _server


@pytest.fixture
def checker() -> Checker:
    return Checker()


@pytest.fixture
def http(mock: MockServer, checker: Checker) -> Iterator[httpx.Client]:
    """Plain HTTP, with the key and the check."""
    transport = CheckedTransport(httpx.HTTPTransport(), checker)
    headers = {"authorization": f"Bearer {mock.api_key}"}
    with httpx.Client(base_url=mock.base_url, headers=headers, transport=transport) as client:
        yield client


@pytest.fixture
def client(mock: MockServer, checker: Checker) -> Iterator[Palomma]:
    """The project's client, with the check."""
    with mock.client(transport=CheckedTransport(httpx.HTTPTransport(), checker)) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


Make = Callable[..., dict[str, Any]]
PERSON = {
    "name": "Pepita Pérez",
    "documentType": "cc",
    "documentNumber": "1037551022",
    "email": "pepita@example.com",
    "phoneNumber": "3013111111",
}
AT_ONCE = "0000000001"


def bank_account(number: str = "123456789") -> dict[str, str]:
    return {"bank": "bancolombia", "accountType": "savings", "accountNumber": number}


@pytest.fixture
def make(http: httpx.Client) -> Make:
    """Create an object, its required members filled in."""

    def post(kind: str, **members: Any) -> dict[str, Any]:
        response = http.post(f"/{kind}", json=members)
        assert response.status_code == 200, response.text
        return response.json()

    def made(kind: str, **members: Any) -> dict[str, Any]:
        number = members.pop("number", "123456789")
        page = {"redirectUrl": "https://shop.example/back"}
        account = {"type": "bankAccount", "bankAccount": bank_account(number)}
        match kind:
            case "customers":
                return post(kind, **PERSON | members)
            case "payinSources" | "payoutTargets":
                owner = members.pop("customerId", None) or made("customers")["id"]
                return post(kind, customerId=owner, **page | account | members)
            case "payinLinks":
                owner = members.pop("customerId", None) or made("customers")["id"]
                link = {"amount": 50_000, "type": "general", "availableTypes": ["pse"]}
                return post(kind, customerId=owner, **page | link | members)
            case "payinRequests":
                source = members.pop("payinSourceId", None) or made("payinSources", number=AT_ONCE)["id"]
                return post(kind, payinSourceId=source, **{"amount": 45_000} | members)
            case _:
                target = members.pop("payoutTargetId", None) or made("payoutTargets", number=AT_ONCE)["id"]
                return post(kind, payoutTargetId=target, **{"amount": 45_000} | members)

    return made


@pytest.fixture
def look(http: httpx.Client) -> Callable[[str, str], dict[str, Any]]:
    """Read an object."""

    def read(kind: str, id: str) -> dict[str, Any]:
        return http.get(f"/{kind}/{id}").json()

    return read
