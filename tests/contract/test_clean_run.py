"""The mock as it is holds the contract, and the run says how it knows."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from contract import report
from contract.__main__ import against_mock
from contract.run import Run
from contract.spec import SPEC


def test_nothing_is_found_and_everything_is_seen(clean: Run) -> None:
    """Every operation, link and documented status is seen, in more than two thousand cases."""
    assert (clean.findings, clean.complete) == ({}, True)
    assert clean.cases >= 2_000


def test_statuses_that_only_a_fault_brings_are_counted_apart(clean: Run) -> None:
    """A mock that works answers no 500, and no 400 to an id: these, and nothing else, are provoked."""
    only_provoked = clean.provoked - clean.seen.keys()

    assert {code for _, code in only_provoked} == {"400", "500"}
    assert all(clean.spec.operations[id].reads_one for id, code in only_provoked if code == "400")


def test_the_same_seed_sends_the_same_requests() -> None:
    """Methods, URLs and bodies, one after another, ids of the mock included."""
    first, second = (against_mock(seed=7, examples=1, until=lambda run: run.cases > 700) for _ in range(2))

    assert (first.cases, first.fingerprint()) == (second.cases, second.fingerprint())


def test_the_report_names_a_finding(tmp_path: Path) -> None:
    """What was found stands in the lines, in the JUnit file and on the page, markup and all."""
    run = Run(cases=1)
    operation = next(iter(SPEC.operations))
    run.found("requests_are_echoed", operation, "name: not <what> was asked for\x00", "curl …")

    report.write(run, "A run", tmp_path)

    junit = ElementTree.parse(tmp_path / "junit.xml").getroot()
    failing = [case.get("name") for case in junit.iter("testcase") if case.find("error") is not None]
    assert failing == [operation, "everything was seen"]
    assert len(SPEC.operations) + 1 == sum(1 for _ in junit.iter("testcase"))
    assert "name: not <what> was asked for" in (tmp_path / "report.md").read_text()
    assert report.lines(run)[0] == "1 findings in 1 cases"


def test_a_run_that_saw_too_little_is_not_complete() -> None:
    """No finding is no proof: an empty run fails."""
    assert not Run().complete
