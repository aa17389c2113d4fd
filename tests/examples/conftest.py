"""What the tests of the examples share: a sandbox, and a way to run an example as its user does."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from palomma import Palomma
from palomma.models import BankAccount
from palomma_mock import MockServer

EXAMPLES = Path(__file__).parents[2] / "examples"


def load(name: str) -> ModuleType:
    """An example as a module."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def environment(mock: MockServer) -> dict[str, str]:
    """The environment of a process that talks to the mock."""
    return {**os.environ, "PALOMMA_API_KEY": mock.api_key, "PALOMMA_BASE_URL": mock.base_url}


def new_target(client: Palomma) -> str:
    """An active payout target's id."""
    customer = client.customers.create(
        name="Pepito Perez",
        document_type="cc",
        document_number="1037551022",
        email="pepito@gmail.com",
        phone_number="3013111111",
    )
    account = BankAccount(bank="santander", account_type="savings", account_number="000123456789")
    target = client.payout_targets.create(
        customer_id=customer.id, redirect_url="https://merchant.example/back", bank_account=account
    )
    return target.id


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer(auto_approve=True) as server:
        yield server


@pytest.fixture
def client(mock: MockServer) -> Iterator[Palomma]:
    with mock.client() as made:
        yield made


@pytest.fixture
def target(client: Palomma) -> str:
    return new_target(client)
