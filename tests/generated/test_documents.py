"""Palomma's two other APIs, as documents: their clients type-check and do all that the documents say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["rentals", "direct_debit"])
def test_another_document_becomes_a_client_that_works(name: str, tmp_path: Path) -> None:
    """Every operation is called through both clients over a socket, and every webhook's body is read."""
    contract = ROOT / f"tests/generated/documents/{name}.yaml"
    command = [sys.executable, "openapi/generate.py", "--contract", str(contract), "--output", str(tmp_path)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr

    path = os.pathsep.join(map(str, (tmp_path, ROOT / "overrides", ROOT)))
    ran = subprocess.run([sys.executable, "-m", "tests.generated.document_calls", name], cwd=tmp_path,
                         env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
