"""docs/performance.md and its plots: tables of what was measured. Nothing in them is typed by hand."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

__all__ = ["Curve", "Row", "Section", "write"]

DOCS = Path(__file__).parent.parent / "docs"
PACKAGES = ("httpx", "httpcore", "h11", "anyio", "attrs", "httpx-aiohttp", "aiohttp", "openapi-python-client")
mpl.rcParams["svg.hashsalt"] = "palomma"  # else every run names its shapes anew
mpl.rcParams["svg.fonttype"] = "none"


@dataclass(frozen=True)
class Row:
    """One figure, against what it should be; `target` is none where a figure is only stated."""

    what: str
    figure: float
    target: float | None = None
    higher_is_better: bool = False
    unit: str = "×"
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.target is None:
            return None
        return self.figure >= self.target if self.higher_is_better else self.figure <= self.target

    @property
    def cells(self) -> tuple[str, str, str, str]:
        sign = "≥" if self.higher_is_better else "≤"
        target = "—" if self.target is None else f"{sign} {self.target:g} {self.unit}"
        verdict = {None: "stated", True: "reached", False: "**missed**"}[self.reached]
        return f"{_number(self.figure)} {self.unit}", target, verdict, self.note


@dataclass(frozen=True)
class Curve:
    """How something grows."""

    name: str
    x: Sequence[float]
    y: Sequence[float]


@dataclass
class Section:
    """A table, its plot, and what its numbers don't say."""

    name: str
    title: str
    about: str
    rows: list[Row] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    axes: tuple[str, str] = ("", "")
    silent: str = ""
    more: str = ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def write(sections: Sequence[Section], how: str) -> None:
    """Write the page and a plot for each section."""
    (DOCS / "performance").mkdir(exist_ok=True)
    for section in sections:
        _plot(section).savefig(DOCS / "performance" / f"{section.name}.svg", metadata={"Date": None})
    (DOCS / "performance.md").write_text("\n".join([_head(how), *map(_section, sections)]))


def _head(how: str) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = os.getloadavg()[0]
    return f"""# How fast it is

Written by `{how}`, on {datetime.now(UTC):%Y-%m-%d}. To measure again: `make bench`, or
`python bench/run.py --quick` for a first look. Every number here comes from that run.

Machine: {platform.machine()}, {os.cpu_count()} cores, {platform.system()}, {platform.python_implementation()} \
{platform.python_version()}, load {load:.1f} at the end of the run. Versions: {versions}.

A ratio compares two candidates within one run: they take turns, and it is the median of the rounds' ratios. So what
slows the machine down slows both. An absolute number holds for this machine on that day only. Everything goes to a
server on the same machine that does next to nothing, so the client's own cost shows; over a real network a call to
Palomma takes tens of milliseconds, of which this is a hundredth.
"""


def _section(section: Section) -> str:
    table = [f"| {row.what} | {' | '.join(row.cells)} |" for row in section.rows]
    parts = [
        f"## {section.title}",
        section.about,
        "\n".join(["| what | measured | target | | |", "|---|---|---|---|---|", *table]),
        f"![{section.title}](performance/{section.name}.svg)",
        section.more,
        f"What it doesn't say: {section.silent}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _plot(section: Section) -> Figure:
    return _lines(section) if section.curves else _bars(section.rows)


def _lines(section: Section) -> Figure:
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for curve in section.curves:
        axes.plot(curve.x, curve.y, marker="o", label=curve.name)
    axes.set(xlabel=section.axes[0], ylabel=section.axes[1], xscale="log")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def _bars(rows: Sequence[Row]) -> Figure:
    """Each figure beside its own target, as a share of it where there is one."""
    shown = [row for row in rows if row.unit == rows[0].unit]
    figure = Figure(figsize=(8, 0.8 + 0.45 * len(shown)), layout="constrained")
    axes = figure.subplots()
    places = range(len(shown))
    colours = {None: "#8888aa", True: "#3a8a5f", False: "#c0504d"}
    axes.barh(places, [row.figure for row in shown], color=[colours[row.reached] for row in shown])
    for place, row in zip(places, shown, strict=True):
        if row.target is not None:
            axes.plot([row.target] * 2, [place - 0.4, place + 0.4], color="black", linewidth=2)
    axes.set_yticks(places, [row.what.replace("`", "") for row in shown])
    axes.set_xlabel(f"{shown[0].unit}  (a black line marks the target)")
    axes.invert_yaxis()
    return figure
