"""The table of a run, as a person reads it, as docs/benchmarks.md keeps it, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec
from tests.bench.machine import Machine

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "benchmarks.md"
RESULT = ROOT / "build" / "bench" / "result.json"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


class Figure(msgspec.Struct, frozen=True):
    """One line: every repeat's value, the raw limit of the same run (if there is one), the target and its direction."""

    name: str
    unit: str
    values: list[float]
    raw: float | None = None
    target: float | None = None
    at_most: bool = False

    @property
    def value(self) -> float:
        """The median of the repeats."""
        return median(self.values)

    @property
    def ratio(self) -> str:
        """The figure as a part or a multiple of the raw limit."""
        return f"{self.value / self.raw:.2f}" if self.raw else ""

    @property
    def met(self) -> str:
        """Whether the median meets the target."""
        if self.target is None:
            return ""
        good = self.value <= self.target if self.at_most else self.value >= self.target
        return "yes" if good else "**no**"


class Run(msgspec.Struct, frozen=True):
    """A whole run; ``load`` is the one-minute average after it."""

    machine: Machine
    commit: str
    at: str
    fdatasync_us: float
    figures: list[Figure]
    load: float
    seconds: float
    notes: list[str]


def table(run: Run) -> list[str]:
    """The lines of the Markdown table: ratios first, absolutes of this one run behind them."""
    lines = [
        "| what | of the raw limit | target | met | median (range) | raw limit, same run |",
        "|---|---|---|---|---|---|",
    ]
    for one in run.figures:
        target = "" if one.target is None else f"{'≤' if one.at_most else '≥'} {shown(one.target)} {one.unit}"
        spread = f" ({shown(min(one.values))} to {shown(max(one.values))})" if len(one.values) > 1 else ""
        raw = f"{shown(one.raw)} {one.unit}" if one.raw is not None else ""
        value = f"{shown(one.value)} {one.unit}{spread}"
        lines.append(f"| {one.name} | {one.ratio} | {target} | {one.met} | {value} | {raw} |")
    return lines


def described(run: Run) -> str:
    """One sentence about the machine and the moment."""
    it = run.machine
    return (
        f"One run of {run.at}, commit {run.commit or 'unknown'}, {run.seconds:.0f} s: {it.system}, {it.cores} cores "
        f"({it.cpu}), {it.memory_gb} GB, Python {it.python}, SQLite {it.sqlite}, 4 KiB fdatasync "
        f"{run.fdatasync_us / 1000:.2f} ms (median); load average {it.load:.2f} before and {run.load:.2f} after."
    )


def shown(value: float) -> str:
    """A number with three significant digits or so, thousands apart."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def recorded() -> dict[str, str]:
    """The ratios of the run the document keeps, by name of the line."""
    text = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    inside = text.partition(BEGIN)[2].partition(END)[0]
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in inside.splitlines() if "|" in line]
    return {row[0]: row[1] for row in cells[2:] if len(row) > 1}


def compared(run: Run) -> list[str]:
    """A line for each ratio that moved by more than a quarter against the document."""
    before = recorded()
    moved = []
    for one in run.figures:
        old = before.get(one.name, "")
        if one.ratio and re.fullmatch(r"[\d.]+", old) and abs(float(one.ratio) / max(float(old), 0.01) - 1) > 0.25:
            moved.append(f"{one.name}: {one.ratio} of the raw limit, {old} in docs/benchmarks.md")
    return moved


def keep(run: Run) -> None:
    """Write the run as JSON."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")


def record(run: Run) -> None:
    """Put the run into the document, between the markers."""
    text = DOCUMENT.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise RuntimeError("docs/benchmarks.md has lost its markers")
    lines: Sequence[str] = [described(run), "", *table(run)]
    DOCUMENT.write_text("\n".join([before + BEGIN, "", *lines, "", END + after]))
