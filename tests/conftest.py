"""What all tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from tests.webhooks.postgres_server import find_binaries, running_server

# Loaded here and not by its entry point (see addopts), which would be before coverage begins to look.
pytest_plugins = ["palomma_mock.pytest_plugin"]
ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    """Heed Ctrl-C, and let what the tests start heed it: a shell takes it away from what it runs in its background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """openapi/palomma.yaml."""
    spec: dict[str, Any] = yaml.safe_load((ROOT / "openapi/palomma.yaml").read_text())
    return spec


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key, address or proxy of whoever runs the tests reaches a client."""
    for name in (
        "PALOMMA_API_KEY",
        "PALOMMA_BASE_URL",
        "PALOMMA_ENVIRONMENT",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real server, started once and stopped at the end."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here: `make system` installs Debian's package, or `apt-get install postgresql`")
    with running_server(binaries) as url:
        yield url


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[sa.Engine]:
    """An engine on an empty database."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    yield engine
    engine.dispose()
