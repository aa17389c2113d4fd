"""A run written down: lines for the terminal, JUnit for machines, one HTML page for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from .run import Run
from .spec import ROOT

__all__ = ["OUT", "html_table", "lines", "page", "table", "write"]

OUT = ROOT / "build" / "contract"
_STYLE = """body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
:root{color-scheme:light dark}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #8886;padding:.25rem .6rem;text-align:left}
td.number{text-align:right;font-variant-numeric:tabular-nums}pre{overflow:auto;padding:.6rem;border:1px solid #8886}"""
_XML_FORBIDS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "?")


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
        f" ({len(by_chance)} followed by schemathesis, {len(links & run.walked - by_chance)} walked)",
        f"documented statuses: {len(documented & (run.seen.keys() | run.provoked))} of {len(documented)}"
        f" ({len(by_itself)} answered by itself, {len(run.provoked - by_itself)} provoked by a fault)",
        f"all requests: sha256 {run.fingerprint()[:16]}…",
        *(f"  {finding.check}: {finding.operation}: {finding.problem}" for finding in run.findings),
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    written = [" | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *(f"| {row} |" for row in written)])


def html_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The same in HTML."""

    def cell(value: object) -> str:
        return f'<td class="number">{value}</td>' if isinstance(value, int) else f"<td>{escape(str(value))}</td>"

    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr>{body}</table>"


def page(title: str, *parts: str) -> str:
    """A whole HTML page, which loads nothing from anywhere."""
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f"{head}<h1>{escape(title)}</h1>{''.join(parts)}</html>"


def _mark(run: Run, id: str, code: str) -> object:
    return run.seen[id, code] or ("fault" if (id, code) in run.provoked else "")


def _html(run: Run, title: str) -> str:
    codes = sorted({code for _, code in run.seen.keys() | run.documented})
    rows = [
        [id, f"{operation.method} {operation.path}", *(_mark(run, id, code) for code in codes)]
        for id, operation in run.spec.operations.items()
    ]
    links = [[*link, run.links[link], "yes" if link in run.walked else ""] for link in sorted(run.all_links)]
    findings = [
        f"<h3>{escape(f'{each.check}: {each.operation}')}</h3><pre>{escape(f'{each.problem} {each.code}')}</pre>"
        for each in run.findings
    ]
    return page(
        title,
        f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines(run)[:5])}</ul>",
        "<h2>Findings</h2>" + ("".join(findings) or "<p>None.</p>"),
        "<h2>Answers by operation</h2>" + html_table(["operation", "request", *codes], rows),
        "<h2>Links</h2>" + html_table(["from", "link", "followed", "walked"], links),
    )


def _junit(run: Run, title: str) -> str:
    """One test case for each operation, and one for whether the run saw everything."""
    suite = ElementTree.Element("testsuite", name=title)
    failing = 0
    for id in [*run.spec.operations, *{each.operation for each in run.findings} - run.spec.operations.keys()]:
        case = ElementTree.SubElement(suite, "testcase", classname="contract", name=id)
        for finding in [each for each in run.findings if each.operation == id]:
            failure = ElementTree.SubElement(case, "failure", message=finding.check)
            failure.text = f"{finding.problem}\n\n{finding.code}".translate(_XML_FORBIDS)
        failing += bool(len(case))
    whole = ElementTree.SubElement(suite, "testcase", classname="contract", name="everything was seen")
    if not run.complete:
        ElementTree.SubElement(whole, "failure", message="\n".join(lines(run)).translate(_XML_FORBIDS))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failing + bool(len(whole))))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def write(run: Run, title: str, folder: Path = OUT) -> None:
    """`junit.xml` and `report.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "junit.xml").write_text(_junit(run, title), encoding="utf-8")
    (folder / "report.html").write_text(_html(run, title), encoding="utf-8", errors="replace")
