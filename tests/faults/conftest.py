"""What the matrix of faults counted, at the end of the session."""

from __future__ import annotations

import pytest

from .runs import Run, Tally

TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> Tally:
    """The runs of the tests that were selected, all made when the first of them asks."""
    wanted = dict.fromkeys(item.callspec.params["run"] for item in request.session.items if _is_run(item))  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NO_PROXY", "127.0.0.1")
        tally = request.config.stash[TALLY] = Tally.of(wanted)
    return tally


def _is_run(item: pytest.Item) -> bool:
    return isinstance(getattr(getattr(item, "callspec", None), "params", {}).get("run"), Run)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tally = config.stash.get(TALLY, None)
    if tally is not None:
        terminalreporter.section("faults")
        for line in tally.lines():
            terminalreporter.line(line)
