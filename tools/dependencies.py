"""A smoke test with the lowest or the highest dependencies that pyproject.toml allows, in an environment of its own.

python tools/dependencies.py lowest
python tools/dependencies.py highest --python python3.13
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXTRAS = ("mock", "journal")
# What the tests need besides, at any version.
RUNNERS = ("pytest==9.2.0", "PyYAML", "jsonschema[format]", "hypothesis", "trio", "trustme")
# What needs nothing but the packages themselves and the runners above.
SMOKE = {
    "tests/docs": ("test_readme.py", "test_describe.py"),
    "tests/generated": ("test_models.py",),
    "tests/client": ("test_sansio.py", "test_errors.py", "test_reconcile.py", "test_own_transport.py"),
    "tests/mock": ("http/test_mock_operations.py", "rules/test_mock_states.py"),
    "tests/webhooks": ("test_webhooks_router.py", "test_webhooks_event.py"),
}
RESOLUTIONS = {"lowest": "lowest-direct", "highest": "highest"}


def run(*command: str | Path) -> None:
    """Run a command in the project's folder. Raises CalledProcessError."""
    subprocess.run([str(word) for word in command], check=True, cwd=ROOT)


def main() -> None:
    """Resolve, install, test."""
    parser = argparse.ArgumentParser(description="A smoke test with other dependencies.")
    parser.add_argument("which", choices=RESOLUTIONS)
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        python, wanted = Path(folder, "venv/bin/python"), Path(folder, "requirements.txt")
        run(options.python, "-m", "venv", Path(folder, "venv"))
        extras = [word for extra in EXTRAS for word in ("--extra", extra)]
        resolution = ("--resolution", RESOLUTIONS[options.which])
        run(uv, "pip", "compile", "--quiet", "--python", python, *resolution, *extras, "pyproject.toml", "-o", wanted)
        print(*(line for line in wanted.read_text().splitlines() if "==" in line), sep="\n", flush=True)
        run(uv, "pip", "install", "--quiet", "--python", python, "-r", wanted, *RUNNERS)
        run(uv, "pip", "install", "--quiet", "--python", python, "--no-deps", ROOT)
        for tests, names in SMOKE.items():
            run(python, "-m", "pytest", "-q", "-k", "not postgres", *(Path(tests, name) for name in names))


if __name__ == "__main__":
    main()
