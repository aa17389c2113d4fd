"""Whatever changes in the contract: the client follows, or the generator refuses by name and touches nothing.

Every fifteenth change is tried in the ordinary run, all of them by `pytest -m deep`; `make changes` prints the table.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .changes import CHANGES, _run
from .changes.__main__ import tried
from .changes._run import Verdict

ORDINARY = list(CHANGES)[::15]


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Verdict]:
    """What became of the changes that this run asks for, tried two at once."""
    asked = [item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")]
    return {verdict.change.name: verdict for verdict in tried([name for name in CHANGES if name in asked], 2)}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in ORDINARY else pytest.mark.deep) for name in CHANGES]
)
def test_a_change_holds_or_is_refused_by_name(name: str, verdicts: dict[str, Verdict]) -> None:
    """Generated, typed, called through both clients; or refused, where a refusal is as good."""
    verdict = verdicts[name]

    assert verdict.good, f"{verdict.ending}, {verdict.stage}: {verdict.reason}"


@pytest.mark.deep
def test_of_the_likely_changes_nine_in_ten_hold(verdicts: dict[str, Verdict]) -> None:
    """A refusal is no answer to what Palomma will probably do."""
    likely = [verdict for verdict in verdicts.values() if verdict.change.likelihood == 1]

    assert len([verdict for verdict in likely if verdict.ending == "holds"]) >= 0.9 * len(likely)


def pretend(monkeypatch: pytest.MonkeyPatch, code: int, told: str, *, write: str = "") -> Verdict:
    """Try a change with a generator that ends as told."""

    def generate(document: Path, output: Path) -> subprocess.CompletedProcess[str]:
        for path, content in {**_run.BEFORE, **({write: b"new"} if write else {})}.items():
            (output / path).parent.mkdir(parents=True, exist_ok=True)
            (output / path).write_bytes(content)
        return subprocess.CompletedProcess([], code, "", told)

    monkeypatch.setattr(_run, "generate", generate)
    return _run.attempt("query_boolean")


REFUSAL = "POST /customers createCustomer: a header is not supported: no headers; take it out\n"


@pytest.mark.parametrize(
    ("code", "told", "write", "ending"),
    [
        (1, REFUSAL, "", "refused"),
        (1, REFUSAL, "palomma_api/__init__.py", "BROKEN"),
        (1, REFUSAL, "palomma_api/more.py", "BROKEN"),
        (2, REFUSAL, "", "BROKEN"),
        (1, f"Traceback (most recent call last):\n{REFUSAL}", "", "BROKEN"),
        (1, "KeyError: 'get'", "", "BROKEN"),
        (1, "Something is not supported: no; stop\n", "", "BROKEN"),
        (0, "", "palomma_api/client.py", "BROKEN"),
    ],
)
def test_only_a_refusal_by_name_that_leaves_the_output_alone_is_one(
    monkeypatch: pytest.MonkeyPatch, code: int, told: str, write: str, ending: str
) -> None:
    """A traceback, a nameless complaint, a touched output or another exit code is a break."""
    assert pretend(monkeypatch, code, told, write=write).ending == ending


@pytest.mark.parametrize(
    ("old", "new", "stage"),
    [
        ('"settled"', '"setled"', "use"),
        ("settled: bool", "settled: str", "types"),
        ("import annotations", "import annotations\nimport os", "ruff"),
    ],
)
def test_a_break_of_the_generated_client_is_seen(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, stage: str
) -> None:
    """What is sent under another name, typed otherwise or left over breaks the change."""
    generate = _run.generate

    def broken(document: Path, output: Path) -> subprocess.CompletedProcess[str]:
        made = generate(document, output)
        for path in output.rglob("*.py"):
            path.write_text(path.read_text().replace(old, new))
        return made

    monkeypatch.setattr(_run, "generate", broken)
    verdict = _run.attempt("query_boolean", types=stage == "types")

    assert (verdict.ending, verdict.stage) == ("BROKEN", stage)
