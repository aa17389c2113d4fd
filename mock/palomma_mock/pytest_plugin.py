"""The pytest plugin of `palomma[mock]`: a fixture `palomma_mock`, and a marker that sets it up.

Nothing of the mock is imported before a test asks for the fixture.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .http.server import MockServer

# Once it is set, a client without `transport=` sends to these hosts and this machine alone. Children inherit it.
ALLOWED_HOSTS = "PALOMMA_ALLOW_HOSTS"
_environment = pytest.StashKey[pytest.MonkeyPatch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Announce the ini option."""
    parser.addini("palomma_allow_hosts", "hosts that clients of palomma may really send to", type="args", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Announce the marker."""
    config.addinivalue_line("markers", "palomma_mock(**settings): settings of the fixture")
    config.addinivalue_line("markers", "palomma_allow_hosts(*hosts): hosts that this test's clients may really send to")
    config.stash[_environment] = pytest.MonkeyPatch()
    _allow(config.stash[_environment], config.getini("palomma_allow_hosts"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the environment as it was."""
    config.stash[_environment].undo()


def _allow(environment: pytest.MonkeyPatch, hosts: list[str]) -> None:
    environment.setenv(ALLOWED_HOSTS, " ".join([os.environ.get(ALLOWED_HOSTS, ""), *hosts]))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let the test, with its fixtures, send to the hosts of its markers."""
    with pytest.MonkeyPatch.context() as environment:
        _allow(environment, [host for marker in item.iter_markers("palomma_allow_hosts") for host in marker.args])
        yield


@pytest.fixture(scope="session")
def palomma_mock_server() -> "Iterator[MockServer]":
    """The server that all tests share; ask for `palomma_mock` instead, which empties it first."""
    from .http.server import MockServer

    with MockServer() as server:
        yield server


@pytest.fixture
def palomma_mock(request: pytest.FixtureRequest, palomma_mock_server: "MockServer") -> "MockServer":
    """Palomma on a loopback port, with nothing in it yet: `.client()`, `.advance()`, `.webhooks`, `.fail_next(...)`."""
    marker = request.node.get_closest_marker("palomma_mock")
    palomma_mock_server.restart(**marker.kwargs if marker else {})
    return palomma_mock_server
