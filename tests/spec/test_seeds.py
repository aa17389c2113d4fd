"""The two documents that the contract began with: their curl commands work against the mock, and so does the client."""

from __future__ import annotations

import json
import shlex
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from palomma.models import BankAccount
from palomma_mock import MockServer

SEEDS = sorted((Path(__file__).parent / "seeds").glob("*.txt"))


class Seed:
    """A curl command and the sample of its answer."""

    def __init__(self, path: Path) -> None:
        text = path.read_text()
        start = text.index("curl ")
        end = text.index("}'", start) + 2
        words = shlex.split(text[start:end].replace("\\\n", " "))
        options = list(zip(words[1::2], words[2::2], strict=True))
        self.method = dict(options)["--request"]
        self.url = dict(options)["--url"]
        self.headers = dict(value.split(": ", 1) for option, value in options if option == "--header")
        self.body: dict[str, Any] = json.loads(dict(options)["--data"])
        self.answer: dict[str, Any] = json.JSONDecoder().raw_decode(text, text.index("{", end))[0]

    def filled(self, customer_id: str) -> dict[str, Any]:
        """The body with its placeholders filled in, and nothing else changed."""
        given = {
            "reference": "r-1",
            "description": "rent",
            "customerId": customer_id,
            "redirectUrl": "https://a.example/b",
        }
        body = {name: given[name] if value == "<string>" else value for name, value in self.body.items()}
        assert body["bankAccount"] == {"bank": "santander", "accountType": "savings", "accountNumber": "<string>"}
        return {**body, "bankAccount": {**body["bankAccount"], "accountNumber": "000123456789"}}


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as server:
        yield server


@pytest.fixture
def customer_id(mock: MockServer) -> str:
    with mock.client() as client:
        return client.customers.create(
            name="Pepito Perez", document_type="cc", document_number="1037551022",
            email="pepito@gmail.com", phone_number="3013111111",
        ).id  # fmt: skip


def test_there_are_two_seeds():
    """Both documents are here, one for each of the endpoints that came first."""
    assert [Seed(path).url.rsplit("/", 1)[1] for path in SEEDS] == ["payoutTargets", "payinSources"]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_the_curl_command_of_the_document_works(mock: MockServer, customer_id: str, path: Path):
    """It is answered 200, with every member that the document's sample has but the reason of a failure."""
    seed = Seed(path)
    url = seed.url.replace("https://prod.api.palomma.com/v0", mock.base_url)
    headers = {name: value.replace("<token>", mock.api_key) for name, value in seed.headers.items()}
    data = json.dumps(seed.filled(customer_id)).encode()

    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=seed.method), timeout=10) as answer:
        status, members = answer.status, json.load(answer)

    assert status == 200
    # The samples show a statusMessage; their own text says that only a cancelled object has one.
    assert set(members) == set(seed.answer) - {"statusMessage"}
    assert set(members["customerDetails"]) | {"reference"} == set(seed.answer["customerDetails"])


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name[:3])
def test_the_client_sends_the_same_body(mock: MockServer, customer_id: str, path: Path):
    """The client's create with the document's values makes the same object."""
    body = Seed(path).filled(customer_id)
    bank = body["bankAccount"]
    given: dict[str, Any] = {
        "reference": body["reference"],
        "description": body["description"],
        "customer_id": body["customerId"],
        "redirect_url": body["redirectUrl"],
        "bank_account": BankAccount(
            bank=bank["bank"], account_type=bank["accountType"], account_number=bank["accountNumber"]
        ),
    }
    if "partialPayinsEnabled" in body:
        given["partial_payins_enabled"] = body["partialPayinsEnabled"]
    with mock.client() as client:
        resource = client.payout_targets if "payoutTargets" in Seed(path).url else client.payin_sources
        made = resource.create(**given)

        assert {**body, **made.to_dict()} == {**made.to_dict(), "bankAccount": bank}
        assert resource.get(made.id) == made
