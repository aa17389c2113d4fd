"""What users install: the built wheel, alone in a fresh environment."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USER_CODE = Path(__file__).parent / "user_code.py"


def run(*command: str | Path, ok: bool = True) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert (done.returncode == 0) is ok, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("user")
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return folder / "bin/python"


def test_the_wheel_is_small_and_whole(wheel: Path):
    """Four packages, each typed, under 400 kB, and no test or template among them."""
    names = zipfile.ZipFile(wheel).namelist()

    assert wheel.stat().st_size < 400_000
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {
        "palomma", "palomma_api", "palomma_schemas", "palomma_mock",
    }  # fmt: skip
    assert {name for name in names if name.endswith("py.typed")} == {
        f"{package}/py.typed" for package in ("palomma", "palomma_api", "palomma_schemas", "palomma_mock")
    }


def test_the_client_needs_httpx_and_attrs_alone(python: Path):
    """Nothing is installed but them and what they ask for, and the client is there."""
    installed = {line.split("==")[0].lower() for line in run(python, "-m", "pip", "freeze").splitlines()}

    assert {name for name in installed if not name.startswith("palomma")} <= {
        "httpx", "attrs", "httpcore", "h11", "anyio", "certifi", "idna", "sniffio", "typing_extensions",
    }  # fmt: skip
    assert run(python, "-c", "import palomma; print(palomma.Palomma('key'))") == (
        "<Palomma https://sandbox.api.palomma.com/v0>\n"
    )


def test_a_model_or_a_webhook_costs_no_http_client(python: Path):
    """Who imports a model or verifies a webhook doesn't import httpx."""
    code = "import sys, palomma.webhooks; from palomma.models import BankAccount; print('httpx' in sys.modules)"
    assert run(python, "-c", code) == "False\n"


def _expected() -> set[int]:
    return {number for number, line in enumerate(USER_CODE.read_text().splitlines(), 1) if "# expect-error" in line}


def _complaints(output: str) -> set[int]:
    return {int(number) for number in re.findall(r"user_code\.py:(\d+)[:\d]*[: -]+error", output)}


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_user_code_is_checked_against_the_wheel(python: Path, checker: str, tmp_path: Path):
    """Right code passes a strict checker, and a misspelt bank, a float, a missing and an unknown member don't."""
    tool = Path(sys.executable).parent / checker
    if checker == "mypy":
        command = [tool, "--strict", "--python-executable", python, "--cache-dir", tmp_path, "--no-incremental"]
    else:
        command = [tool, "--pythonpath", python]
    (tmp_path / "user_code.py").write_text(USER_CODE.read_text())

    assert _complaints(run(*command, tmp_path / "user_code.py", ok=False)) == _expected()
