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
            for operation_id, (method, _, operation) in OPERATIONS.items():
                if method == "post":
                    made = getattr(client, snake(operation["tags"][0])).create(**self.body(operation_id))
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


def test_the_contract_has_the_documented_operations():
    """22 operations, so that the walks below walk all of them."""
    assert len(OPERATIONS) == 22


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_works(world: World, operation_id: str):
    """Each operationId is a method of its resource, and the mock's answer becomes its model."""
    resource, method = snake(OPERATIONS[operation_id][2]["tags"][0]), re.match("[a-z]+", operation_id)
    path_ids, body = world.arguments(operation_id)

    with world.mock.client() as client:
        assert method is not None
        answered(operation_id, path_ids, getattr(getattr(client, resource), method[0])(*path_ids, **body))


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_works_async(world: World, operation_id: str):
    """The async twin of every method does the same."""
    resource, method = snake(OPERATIONS[operation_id][2]["tags"][0]), re.match("[a-z]+", operation_id)
    path_ids, body = world.arguments(operation_id)

    async def call() -> Any:
        async with world.mock.async_client() as client:
            assert method is not None
            return await getattr(getattr(client, resource), method[0])(*path_ids, **body)

    answered(operation_id, path_ids, asyncio.run(call()))


def test_iterate_yields_the_items_of_all_pages(world: World):
    """45 customers come one by one over pages of 20, each once, sync and async."""
    with MockServer() as mock, mock.client() as client:
        body = world.body("createCustomer")
        made = [client.customers.create(**body, reference=f"c-{number}").reference for number in range(45)]

        async def read() -> list[str | None]:
            async with mock.async_client() as twin:
                return [customer.reference async for customer in twin.customers.iterate(limit=20)]

        assert sorted(made) == sorted(customer.reference for customer in client.customers.iterate(limit=20))
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
    """Each has a docstring that names its arguments."""
    with Palomma("key") as client:
        for method, _, operation in OPERATIONS.values():
            name = {"post": "create"}.get(method) or re.match("[a-z]+", operation["operationId"])[0]  # type: ignore[index]
            text = getattr(getattr(client, snake(operation["tags"][0])), name)
            assert text.__doc__ is not None
            arguments = [given for given in inspect.signature(text).parameters if given != "self"]
            assert all(f"{argument}: " in text.__doc__ for argument in arguments)
