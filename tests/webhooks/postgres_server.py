"""A PostgreSQL server of our own on loopback, for as long as a block lasts."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

__all__ = ["data_folder", "find_binaries", "restart", "running_server"]

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    # The machine never fails here: what the server acknowledged needs no disk to be there afterwards.
    "fsync": "off",
}


def find_binaries() -> Path | None:
    """The newest folder with initdb and pg_ctl: Debian keeps them off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    return debian[-1] if debian else Path(on_path).resolve().parent if on_path else None


@contextlib.contextmanager
def running_server(binaries: Path, **more: str) -> Iterator[str]:
    """Start a server in a temporary folder, with more settings, give its SQLAlchemy URL, and remove all of it."""
    with tempfile.TemporaryDirectory(prefix="palomma-postgres-") as name:
        folder, user = Path(name), _unprivileged_user()
        if user:
            shutil.chown(folder, user)
        password = secrets.token_hex(16)
        (folder / "password").write_text(password)
        (folder / "password").chmod(0o644)

        def run(*command: str) -> None:
            arguments = [str(binaries / command[0]), "-D", str(folder / "data"), *command[1:]]
            groups: list[str] | None = [] if user else None
            subprocess.run(
                arguments, check=True, cwd=folder, stdout=subprocess.DEVNULL, user=user, group=user, extra_groups=groups
            )

        access = "-U", "palomma", "-A", "scram-sha-256", "--pwfile", str(folder / "password")
        run("initdb", *access, "--no-sync", "--no-locale", "-E", "UTF8")
        port = _free_port()
        settings = {**_SETTINGS, **more, "port": str(port), "unix_socket_directories": str(folder)}
        options = " ".join(f"-c {key}={value}" for key, value in settings.items())
        run("pg_ctl", "start", "-w", "-o", options, "-l", str(folder / "log"))
        try:
            yield f"postgresql+psycopg://palomma:{password}@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "immediate")


def restart(folder: str) -> None:
    """Kill the server that has this data folder, and start it again."""
    binaries, user = find_binaries(), _unprivileged_user()
    assert binaries
    subprocess.run(
        [str(binaries / "pg_ctl"), "restart", "-D", folder, "-w", "-m", "immediate", "-l", str(Path(folder, "../log"))],
        check=True, cwd="/", stdout=subprocess.DEVNULL, user=user, group=user, extra_groups=[] if user else None,
    )  # fmt: skip


def data_folder(url: str) -> str:
    """Where a PostgreSQL server has its data; empty for another database."""
    engine = sa.create_engine(url)
    if engine.dialect.name != "postgresql":
        return ""
    with engine.connect() as connection:
        folder = str(connection.scalar(sa.text("SHOW data_directory")))
    engine.dispose()
    return folder


def _unprivileged_user() -> str | None:
    # PostgreSQL refuses to run as root. Debian's package makes the user; elsewhere nobody will do.
    if os.getuid() != 0:
        return None
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
