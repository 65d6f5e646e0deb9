"""What a long run proved: one JSON file a run under docs/evidence/, and the page docs/evidence.md made from them.

Every harness (`make simulate`, `mutants`, `crash`, `servers`, `storm` …) builds one :class:`Evidence` and calls
:func:`keep`. With ``--record`` the result goes into the tree, where the page is made from it; else under build/.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from tests.bench.machine import commit, describe

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "docs" / "evidence"
PAGE = ROOT / "docs" / "evidence.md"
SCRATCH = ROOT / "build" / "evidence"
ORDER = ("simulate", "engine", "mutants", "traps", "crash", "servers", "storm", "growth", "soak", "months")


def _machine() -> str:
    it = describe()
    return f"{it.system}, {it.cores} cores ({it.cpu}), {it.memory_gb} GB, Python {it.python}, SQLite {it.sqlite}"


class Count(msgspec.Struct, frozen=True):
    """So many of something: ``Count("histories, SQLite", 10_000)``."""

    what: str
    n: int


class Bound(msgspec.Struct, frozen=True):
    """Something that must not happen: seen ``failures`` times in ``n`` tries."""

    what: str
    failures: int
    n: int

    @property
    def rate(self) -> str:
        """What the tries say of the true rate, 95 % sure: 3/N after none (rule of three)."""
        return f"< {3 / self.n:.1e}" if self.failures == 0 and self.n else ""


class Table(msgspec.Struct, frozen=True):
    """Figures side by side, as text."""

    title: str
    columns: list[str]
    rows: list[list[str]]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One harness's whole run. ``command`` runs it again in one line; ``seeds`` says from where to where."""

    name: str
    title: str
    claim: str
    """What was to be shown, in one or two sentences."""
    command: str
    needs: str = ""
    """What must be installed besides the locked wheels, or nothing."""
    seeds: str = ""
    counts: list[Count] = []
    bounds: list[Bound] = []
    tables: list[Table] = []
    remarks: list[str] = []
    """What a reader must know to believe it: limits, negative controls, what was missed."""
    seconds: float = 0
    commit: str = msgspec.field(default_factory=commit)
    at: str = msgspec.field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))
    machine: str = msgspec.field(default_factory=_machine)

    @property
    def failures(self) -> int:
        """How often what must not happen happened."""
        return sum(one.failures for one in self.bounds)


def keep(evidence: Evidence, *, record: bool) -> Path:
    """Write the result as JSON, with ``record`` into the tree (and the page anew), else under build/; give the file."""
    folder = RECORDED if record else SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{evidence.name}.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(evidence), indent=1) + b"\n")
    if record:
        PAGE.write_text(page(recorded()))
    return file


def recorded() -> list[Evidence]:
    """Everything in the tree, in the order of the page."""
    found = [msgspec.json.decode(file.read_bytes(), type=Evidence) for file in RECORDED.glob("*.json")]
    return sorted(found, key=lambda one: (ORDER.index(one.name) if one.name in ORDER else len(ORDER), one.name))


def page(found: list[Evidence]) -> str:
    """The page, in Markdown."""
    lines = [
        "# What was proved, and how to prove it again",
        "",
        "Made by `make evidence` from the files in `docs/evidence/`; each was written by the run it tells of.",
        "After no failure in N tries the true rate is only bounded: below 3/N with 95 % certainty. Figures hold for",
        "the machine named.",
        "",
        "| what | tries | failures | true rate | again |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {bound.what} | {bound.n:,} | {bound.failures} | {bound.rate} | `{one.command}` |"
        for one in found
        for bound in one.bounds
    ]
    for one in found:
        lines += ["", f"## {one.title}", "", one.claim, "", f"Again: `{one.command}`"]
        if one.needs:
            lines.append(f"(needs {one.needs})")
        ran = f"Ran {one.at} at commit `{one.commit}` in {one.seconds:,.0f} s on {one.machine}."
        lines += ["", ran + (f" Seeds: {one.seeds}." if one.seeds else "")]
        if one.counts:
            lines += ["", "| count | |", "|---|---|", *(f"| {it.what} | {it.n:,} |" for it in one.counts)]
        for table in one.tables:
            lines += ["", f"**{table.title}**", "", _row(table.columns), _row(["---"] * len(table.columns))]
            lines += [_row(row) for row in table.rows]
        if one.remarks:
            lines += ["", *(f"- {remark}" for remark in one.remarks)]
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> int:
    """``make evidence``: write the page anew."""
    PAGE.write_text(page(recorded()))
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(recorded())} runs\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
