"""docs/performance.md and its plots: tables of what was measured. Nothing in them is typed by hand."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import matplotlib as mpl
import pyperf
from matplotlib.figure import Figure
from timing import Costs, Quartiles

__all__ = ["Curve", "Row", "Section", "write"]

ROOT = Path(__file__).parent.parent
DOCS, RECORD = ROOT / "docs", Path("build/bench.json")
PACKAGES = ("httpx", "httpcore", "h11", "anyio", "attrs", "httpx-aiohttp", "aiohttp", "openapi-python-client")
mpl.rcParams["svg.hashsalt"] = "palomma"  # else every run names its shapes anew
mpl.rcParams["svg.fonttype"] = "none"

SENTENCES = {
    "en": """\
A blocking create costs this machine {} µs, and {} µs with httpx alone, which does none of it safely. Awaited, {}, {}
and {} times as many creates go through as with httpx, at 1, 10 and 100 at a time. Over a real network a call to Palomma
takes tens of milliseconds, of which this is a hundredth: you will not notice it.
""",
    "es": """\
Una creación sincrónica le cuesta a esta máquina {} µs, y {} µs con httpx solo, que no tiene ninguno de los cuidados.
Con `await` pasan {}, {} y {} veces tantas creaciones como con httpx, con 1, 10 y 100 a la vez. Por una red real, una
llamada a Palomma tarda decenas de milisegundos, y esto es una centésima parte: usted no lo notará.
""",
}
SPANISH = """# Qué tan rápido es

{}
Las tablas y los detalles de la medición se escriben en inglés, y se muestran aquí como están: `×` es cuántas veces lo
que tarda o rinde httpx, `reached` es que se alcanzó la meta, y `stated` es que no hay meta.

```{{include}} ../performance.md
:start-after: "you will not notice it."
:relative-images:
```
"""


@dataclass(frozen=True)
class Row:
    """One figure, against what it should be; `target` is none where a figure is only stated."""

    what: str
    measured: float | Quartiles
    target: float | None = None
    higher_is_better: bool = False
    unit: str = "×"
    note: str = ""

    @property
    def figure(self) -> float:
        return self.measured.median if isinstance(self.measured, Quartiles) else self.measured

    @property
    def reached(self) -> bool | None:
        if self.target is None:
            return None
        return self.figure >= self.target if self.higher_is_better else self.figure <= self.target

    @property
    def cells(self) -> tuple[str, ...]:
        half = self.measured if isinstance(self.measured, Quartiles) else None
        sign = "≥" if self.higher_is_better else "≤"
        target = "—" if self.target is None else f"{sign} {self.target:g} {self.unit}"
        verdict = {None: "stated", True: "reached", False: "**missed**"}[self.reached]
        spread = f"{_number(half.low)} to {_number(half.high)}" if half else "—"
        return f"{_number(self.figure)} {self.unit}", spread, target, verdict, self.note


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
    costs: Costs = field(default_factory=dict)
    """The rounds themselves."""
    curves: list[Curve] = field(default_factory=list)
    axes: tuple[str, str] = ("", "")
    silent: str = ""
    more: str = ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def write(sections: Sequence[Section], how: str) -> None:
    """Write the page, a plot for each section, and the rounds themselves."""
    record = pyperf.BenchmarkSuite([_record(section, name) for section in sections for name in section.costs])
    (ROOT / RECORD).parent.mkdir(exist_ok=True)
    record.dump(str(ROOT / RECORD), replace=True)
    (DOCS / "performance").mkdir(exist_ok=True)
    for section in sections:
        _plot(section).savefig(DOCS / "performance" / f"{section.name}.svg", metadata={"Date": None})
    (DOCS / "performance.md").write_text(
        "\n".join([_head(how, record.get_metadata(), sections), *map(_section, sections)])
    )
    (DOCS / "es/performance.md").write_text(SPANISH.format(_sentences(sections, SENTENCES["es"])))


def _record(section: Section, name: str) -> pyperf.Benchmark:
    label = f"{section.name}: {name}"
    return pyperf.Benchmark([pyperf.Run([cost.wall for cost in section.costs[name]], metadata={"name": label})])


def _sentences(sections: Sequence[Section], sentences: str) -> str:
    """Return the three sentences that the page begins with."""
    rows = {row.what: _number(row.figure) for section in sections for row in section.rows}
    return sentences.format(
        rows["a create with palomma"], rows["a create with httpx"],
        *(rows[f"palomma at {count}"] for count in (1, 10, 100)),
    )  # fmt: skip


def _head(how: str, machine: Mapping[str, object], sections: Sequence[Section]) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load, python = os.getloadavg()[0], str(machine["python_version"]).split()[0]
    return f"""# How fast it is

{_sentences(sections, SENTENCES["en"])}
## How it was measured

Written by `{how}`, on {datetime.now(UTC):%Y-%m-%d}. To measure again: `make bench`, or
`python bench/run.py --quick` for a first look. Every number here comes from that run; its rounds are in
`{RECORD}`, for `python -m pyperf stats {RECORD}` and for `pyperf compare_to` with another day's.

Machine: {machine.get("cpu_model_name", "CPU unknown")}, {machine["cpu_count"]} cores, {machine["platform"]}, \
{machine["python_implementation"]} {python}, load {load:.1f} at the end of the run. Versions: {versions}.

A ratio compares two candidates within one run: they take turns, and it is the median of the rounds' ratios, half of
which lie in the range beside it. So what slows the machine down slows both. An absolute number holds for this machine
on that day only. Everything goes to a server on the same machine that does next to nothing, so the client's own cost
shows; over a real network a call to Palomma takes tens of milliseconds, of which this is a hundredth.
"""


def _section(section: Section) -> str:
    table = [f"| {row.what} | {' | '.join(row.cells)} |" for row in section.rows]
    parts = [
        f"## {section.title}",
        section.about,
        "\n".join(["| what | measured | half of the rounds | target | | |", "|---|---|---|---|---|---|", *table]),
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
