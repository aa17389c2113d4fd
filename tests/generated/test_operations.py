"""Every operation of the contract works through the client, sync and async, against the mock."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from palomma import AsyncPalomma, Palomma
from palomma.models import BankAccount
from palomma_api.client import operation as fact
from palomma_api.client import operations
from palomma_mock import MockServer

CONTRACT = yaml.safe_load((Path(__file__).parents[2] / "openapi/palomma.yaml").read_text())
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path, operation)
    for path, item in CONTRACT["paths"].items()
    for method, operation in item.items()
    if "operationId" in operation
}


def snake(name: str) -> str:
    return re.sub("([A-Z])", lambda letter: "_" + letter[1].lower(), name)


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = CONTRACT
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


class World:
    """A mock with one object of every kind, whose ids stand by the names the contract gives them."""

    def __init__(self, mock: MockServer) -> None:
        self.mock = mock
        self.ids: dict[str, str] = {"merchantAccountId": "default", "targetMerchantAccountId": "default"}
        self.ids["sourceMerchantAccountId"] = "default"
        with mock.client() as client:
            for operation_id, (method, _, _) in OPERATIONS.items():
                if method == "post":
                    made = method_of(client, operation_id)(**self.body(operation_id))
                    self.ids[operation_id.removeprefix("create")[0].lower() + operation_id[7:] + "Id"] = made.id
            mock.advance(7 * 24 * 3600)
            self.ids["payinSettlementId"] = next(client.payin_settlements.iterate("default")).id

    def body(self, operation_id: str) -> dict[str, Any]:
        """The keyword arguments that the contract's first example of the body stands for."""
        content = OPERATIONS[operation_id][2]["requestBody"]["content"]["application/json"]
        example: dict[str, Any] = resolve(next(iter(content["examples"].values())))["value"]
        given = {
            name: self.ids.get(name, value) for name, value in example.items() if name not in ("type", "reference")
        }
        given.pop("expiration", None)  # the example's has passed
        if "bankAccount" in given:
            given["bankAccount"] = BankAccount(**{snake(name): value for name, value in given["bankAccount"].items()})
        return {snake(name): value for name, value in given.items()}

    def arguments(self, operation_id: str) -> tuple[list[str], dict[str, Any]]:
        method, path, _ = OPERATIONS[operation_id]
        path_ids = [self.ids[name] for name in re.findall("{(.+?)}", path)]
        return path_ids, self.body(operation_id) if method == "post" else {}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with MockServer(auto_approve=True) as mock:
        yield World(mock)


def answered(operation_id: str, path_ids: list[str], answer: Any) -> None:
    """What any answer must be: the object that was asked for, or a page with what was made."""
    schema = OPERATIONS[operation_id][2]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    assert type(answer).__name__ == schema.rsplit("/", 1)[1]
    if operation_id.startswith("get"):
        assert answer.id == path_ids[-1]
    elif operation_id.startswith("list"):
        assert len(answer.items) >= 1


def method_of(client: Any, operation_id: str) -> Any:
    """The client's method of an operation."""
    resource, name = fact(operation_id).name.split(".")
    return getattr(getattr(client, resource), name)


def test_every_operation_of_the_contract_is_generated():
    """None is left out, and none is made up."""
    assert set(operations()) == set(OPERATIONS)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_works(world: World, operation_id: str):
    """Each operationId is a method of its resource, and the mock's answer becomes its model."""
    path_ids, body = world.arguments(operation_id)

    with world.mock.client() as client:
        answered(operation_id, path_ids, method_of(client, operation_id)(*path_ids, **body))


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_works_async(world: World, operation_id: str):
    """The async twin of every method does the same."""
    path_ids, body = world.arguments(operation_id)

    async def call() -> Any:
        async with world.mock.async_client() as client:
            return await method_of(client, operation_id)(*path_ids, **body)

    answered(operation_id, path_ids, asyncio.run(call()))


def test_iterate_yields_the_items_of_all_pages(world: World):
    """45 customers come one by one over pages of 20, each once, sync and async."""
    with MockServer() as mock, mock.client() as client:
        body = world.body("createCustomer")
        made = [client.customers.create(**body, reference=f"c-{number}").reference for number in range(45)]

        async def read() -> list[str | None]:
            async with mock.async_client() as twin:
                return [customer.reference async for customer in twin.customers.iterate(page_size=20)]

        assert sorted(made) == sorted(customer.reference for customer in client.customers.iterate(page_size=20))
        assert sorted(made) == sorted(asyncio.run(read()))
        assert [customer.reference for customer in client.customers.iterate(reference="c-7")] == ["c-7"]


def test_a_resource_is_made_once_and_both_clients_have_the_same_methods():
    """`client.customers` is one object, and no method is missing on either side."""
    with Palomma("key") as client:
        assert client.customers is client.customers
        twin = AsyncPalomma("key")
        for tag in {snake(operation["tags"][0]) for _, _, operation in OPERATIONS.values()}:
            one, other = getattr(client, tag), getattr(twin, tag)
            names = [name for name in dir(one) if not name.startswith("_")]
            assert names == [name for name in dir(other) if not name.startswith("_")]
            for name in names:
                parameters = inspect.signature(getattr(one, name)).parameters
                assert parameters == inspect.signature(getattr(other, name)).parameters


def test_every_method_says_what_it_does():
    """Each has a docstring that names its arguments in the contract's words, what it returns and what it raises."""
    with Palomma("key") as client:
        for operation_id in operations():
            text = method_of(client, operation_id)
            arguments = [name for name in inspect.signature(text).parameters if name not in ("self", "unknown")]
            assert all(re.search(rf"\b{argument}: \w", text.__doc__) for argument in arguments)
            assert "Returns:" in text.__doc__
            assert "Raises:" in text.__doc__


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (lambda client: client.customers.iterate(limit=5), "listCustomers: limit is called page_size here"),
        (lambda client: client.customers.list(limits=5), r"unexpected keyword argument 'limits'. Did you mean 'limit'"),
        (lambda client: client.customers.list(limit=True), "limit must be of type int"),
        (lambda client: client.payout_targets.create(customer_id="c", redirect_url="u", bank_account={"bank": "x"}),
         r"bank_account must be BankAccount\(bank=…, account_type=…, account_number=…\), not a dict"),
        (lambda client: BankAccount(bank="bancolombia", account_type="savings", account="1"), "Did you mean 'account_"),
        (lambda client: client.customer, "Did you mean 'customers'"),
        (lambda client: client.customers.lst, "Did you mean 'list'"),
        (lambda client: Palomma("key", retries=1), "Did you mean 'max_retries'"),
        (lambda client: BankAccount.from_dict({"bank": "b", "accountType": "c", "accountNumber": "1"}).bnk,
         "Did you mean 'bank'"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_answered_with_the_nearest(wrong: Any, complaint: str):
    """Nothing is sent, and the error says what was meant."""
    with Palomma("key") as client, pytest.raises((TypeError, AttributeError), match=complaint):
        wrong(client)


def test_a_misspelt_listed_value_is_not_sent():
    """`Bancolombia` is a known bank written otherwise; a bank that nobody knows yet may exist (R3)."""
    with pytest.raises(ValueError, match="bank must be written 'bancolombia'"):
        BankAccount(bank="Bancolombia", account_type="savings", account_number="1").to_dict()  # type: ignore[arg-type]

    assert BankAccount(bank="newbank", account_type="savings", account_number="1").to_dict()["bank"] == "newbank"  # type: ignore[arg-type]
