"""A run written down: lines for the terminal, JUnit for machines, Markdown for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from schemathesis.config import OutputConfig
from schemathesis.reporting.junitxml import JunitXmlWriter

from .run import Run
from .spec import ROOT

__all__ = ["OUT", "lines", "table", "write"]

OUT = ROOT / "build" / "contract"


def lines(run: Run) -> list[str]:
    """The figures, and what stands behind them."""
    documented, links = run.documented, run.all_links
    by_itself = documented & run.seen.keys()
    by_chance = links & run.links.keys()
    operations = {operation for operation, _ in run.seen}
    return [
        f"{len(run.findings)} findings in {run.cases} cases",
        f"operations: {len(operations)} of {len(run.spec.operations)}",
        f"links: {len(links & (run.links.keys() | run.walked))} of {len(links)}"
        f" ({len(by_chance)} followed by schemathesis, {len(links & run.walked - by_chance)} walked only)",
        f"documented statuses: {len(documented & (run.seen.keys() | run.provoked))} of {len(documented)}"
        f" ({len(by_itself)} answered by itself, {len(run.provoked - by_itself)} provoked by a fault)",
        f"all requests: sha256 {run.fingerprint()[:16]}…",
        *(f"  {each.check}: {each.operation}: {each.problem} ({n} times)" for each, n in run.findings.items()),
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    written = [" | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {row} |" for row in written)])


def write(run: Run, title: str, folder: Path = OUT) -> None:
    """`junit.xml`, a test case for each operation and one for whether everything was seen; and `report.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    with JunitXmlWriter(folder / "junit.xml") as junit:
        for operation in run.spec.operations:
            junit.record_scenario(operation, 0.0, [], None, OutputConfig())
        for each in run.findings:
            junit.record_error(each.operation, f"{each.check}: {each.problem}\n{each.code}")
        if not run.complete:
            junit.record_error("everything was seen", "\n".join(lines(run)))
    codes = sorted({code for _, code in run.seen.keys() | run.documented})
    rows = [
        [id, *(run.seen[id, code] or ("fault" if (id, code) in run.provoked else "") for code in codes)]
        for id in run.spec.operations
    ]
    text = "\n".join([f"# {title}", "", *(f"- {line}" for line in lines(run)), "", table(["operation", *codes], rows)])
    (folder / "report.md").write_text(f"{text}\n", encoding="utf-8", errors="replace")
