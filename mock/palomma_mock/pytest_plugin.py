"""The pytest plugin of `palomma[mock]`: a fixture `palomma_mock`, and a marker that sets it up.

Nothing of the mock is imported before a test asks for the fixture.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .http.server import MockServer


def pytest_configure(config: pytest.Config) -> None:
    """Announce the marker."""
    config.addinivalue_line(
        "markers", "palomma_mock(**settings): settings of the `palomma_mock` fixture, strict unless told otherwise"
    )


@pytest.fixture(scope="session")
def palomma_mock_server() -> "Iterator[MockServer]":
    """The server that all tests share; ask for `palomma_mock` instead, which empties it first."""
    from .http.server import MockServer

    with MockServer(strict=True) as server:
        yield server


@pytest.fixture
def palomma_mock(request: pytest.FixtureRequest, palomma_mock_server: "MockServer") -> "MockServer":
    """Palomma on a loopback port, with nothing in it yet: `.client()`, `.advance()`, `.webhooks`, `.fail_next(...)`."""
    marker = request.node.get_closest_marker("palomma_mock")
    settings: dict[str, Any] = {"strict": True} | (marker.kwargs if marker else {})
    palomma_mock_server.restart(**settings)
    return palomma_mock_server
