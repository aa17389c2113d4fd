"""What a client accepts as its setup."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

import palomma
import palomma.models
from palomma import ConfigurationError, Palomma, RetryBudget
from palomma._budget import PROCESS_BUDGET
from palomma._options import default_context, find_proxy, resolve_base_url
from palomma._reference import mint_reference


@pytest.mark.parametrize(
    ("setup", "text"),
    [
        ({"api_key": None}, "There is no API key"),
        ({"api_key": ""}, "There is no API key"),
        ({"api_key": "a b"}, "printable ASCII"),
        ({"api_key": 7}, "printable ASCII"),
        ({"timeout": None}, "None would wait for ever"),
        ({"timeout": 0}, "above 0"),
        ({"timeout": -1}, "above 0"),
        ({"timeout": True}, "above 0"),
        ({"timeout": "3"}, "above 0"),
        ({"timeout": float("inf")}, "above 0"),
        ({"timeout": float("nan")}, "above 0"),
        ({"max_retries": -1}, "whole number"),
        ({"max_retries": 1.5}, "whole number"),
        ({"max_retries": True}, "whole number"),
        ({"max_retries": None}, "whole number"),
        ({"environment": "live"}, "'sandbox' or 'production'"),
        ({"environment": ""}, "'sandbox' or 'production'"),
        ({"base_url": ""}, "must be a URL"),
        ({"base_url": "api.palomma.com"}, "must be a URL"),
        ({"base_url": "ftp://api.palomma.com"}, "must be a URL"),
        ({"base_url": "https://"}, "must be a URL"),
        ({"base_url": "https://a:99999"}, "must be a URL"),
        ({"base_url": "https://a:0"}, "must be a URL"),
        ({"base_url": "https://[::1"}, "must be a URL"),
        ({"base_url": "https://a/\nb"}, "must be a URL"),
        ({"base_url": 7}, "must be a URL"),
        ({"base_url": "http://api.palomma.com"}, "travel in clear"),
        ({"base_url": "http://192.168.0.1"}, "travel in clear"),
        ({"base_url": "http://localhost.example.com"}, "travel in clear"),
        ({"base_url": "https://user:pass@a"}, "no user, query or fragment"),
        ({"base_url": "https://a/?b"}, "no user, query or fragment"),
        ({"base_url": "https://a/#b"}, "no user, query or fragment"),
        ({"proxy": "socks5://a"}, "must be a URL"),
        ({"proxy": "https://a"}, "proxy must be http://"),
        ({"proxy": ""}, "must be a URL"),
    ],
    ids=repr,
)
def test_what_is_refused(setup: dict[str, Any], text: str) -> None:
    """ConfigurationError, which is also a ValueError, before anything is sent."""
    with pytest.raises(ConfigurationError, match=text) as raised:
        Palomma(**{"api_key": "key", **setup})

    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("environ", "environment", "base_url", "expected"),
    [
        ({}, None, None, "https://sandbox.api.palomma.com/v0"),
        ({}, "production", None, "https://prod.api.palomma.com/v0"),
        ({"PALOMMA_ENVIRONMENT": "production"}, None, None, "https://prod.api.palomma.com/v0"),
        ({"PALOMMA_ENVIRONMENT": "production"}, "sandbox", None, "https://sandbox.api.palomma.com/v0"),
        ({"PALOMMA_BASE_URL": "https://a/b/"}, None, None, "https://a/b"),
        ({"PALOMMA_BASE_URL": "https://a/b/"}, "sandbox", None, "https://sandbox.api.palomma.com/v0"),
        ({"PALOMMA_BASE_URL": "https://a"}, None, "http://localhost:8000/v0", "http://localhost:8000/v0"),
        ({}, None, "http://mock.localhost", "http://mock.localhost"),
        ({}, None, "http://[::1]:8000", "http://[::1]:8000"),
        ({}, "production", "https://a", "https://a"),
    ],
)
def test_the_address(
    environ: dict[str, str], environment: str | None, base_url: str | None, expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What is passed counts before what the process's environment says."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert resolve_base_url(environment, base_url)[0] == expected


@pytest.mark.parametrize(
    ("environ", "base_url", "expected"),
    [
        ({}, "https://a", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://a", "http://p:1"),
        ({"HTTPS_PROXY": "p:1"}, "https://a", "http://p:1"),
        ({"ALL_PROXY": "http://p:2"}, "https://a", "http://p:2"),
        ({"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://p:2"}, "https://a", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a"}, "https://a", None),
        ({"HTTP_PROXY": "http://p:1"}, "https://a", None),
        ({"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, "http://localhost", None),
    ],
)
def test_the_proxy_of_the_environment(
    environ: dict[str, str], base_url: str, expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTPS_PROXY, then ALL_PROXY, unless NO_PROXY; never for http://."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    assert find_proxy(base_url) == expected


def test_the_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """$PALOMMA_API_KEY counts if no key is passed."""
    monkeypatch.setenv("PALOMMA_API_KEY", "key")
    with Palomma() as client:
        assert repr(client) == "<Palomma https://sandbox.api.palomma.com/v0>"


def test_a_copy_with_other_options() -> None:
    """A copy has its own timeout and retries and shares the connections; the original stays as it was."""
    with Palomma("key", timeout=3.0, max_retries=1) as client:
        copy = client.with_options(timeout=5, max_retries=0)
        same = client.with_options()

        assert [(c._policy.timeout, c._policy.max_retries) for c in (client, copy, same)] == [(3, 1), (5, 0), (3, 1)]
        assert copy._exchange.transport is client._exchange.transport
        assert copy.customers is copy.customers is not client.customers
        for wrong in ({"timeout": 0}, {"max_retries": -1}):
            with pytest.raises(ConfigurationError):
                client.with_options(**wrong)  # type: ignore[arg-type]


def test_the_budget_is_one_for_the_process() -> None:
    """Clients share a budget unless they are given one."""
    with Palomma("key") as one, Palomma("key") as two, Palomma("key", retry_budget=RetryBudget()) as three:
        assert one._policy.budget is two._policy.budget is PROCESS_BUDGET is not three._policy.budget


def test_the_budget_counts_tokens() -> None:
    """A retry costs 14 of 500; a success after a retry brings 14 back, a first success one; it is never overfull."""
    budget = RetryBudget()
    taken = 0
    while budget.take():
        taken += 1
    assert (taken, budget.tokens) == (35, 10)

    budget.succeeded(retried=False)
    budget.succeeded(retried=True)
    assert (budget.tokens, budget.take(), budget.tokens) == (25, True, 11)

    for _ in range(100):
        budget.succeeded(retried=True)
    budget.succeeded(retried=False)
    assert budget.tokens == 500


def test_minted_references_are_ulids() -> None:
    """26 characters of Crockford's alphabet, in the order of time; two are never the same."""
    assert mint_reference(lambda: 0.0, lambda bits: 0) == "0" * 26
    assert mint_reference(lambda: 1_469_918_176.385, lambda bits: 2**bits - 1) == "01ARYZ6S41ZZZZZZZZZZZZZZZZ"
    assert len({mint_reference() for _ in range(10_000)}) == 10_000


def test_the_package_shows_its_names() -> None:
    """`dir` and attribute access know what is imported lazily, and nothing else."""
    assert dir(palomma) == sorted(palomma.__all__)
    assert all(hasattr(palomma, name) for name in palomma.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Stripe'"):
        palomma.Stripe  # noqa: B018
    assert set(dir(palomma.models)) >= {"BankAccount", "PayoutTarget"}


def test_tls_by_default() -> None:
    """A server must prove who it is; the authorities' certificates are read once for all clients."""
    context = default_context()

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert default_context() is context
