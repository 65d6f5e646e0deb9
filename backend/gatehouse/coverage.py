"""Which clause is shown by what: clause, parameters that rest on it, functions that carry it out, cases that show it.

Nothing here is kept by hand but what follows from no code: a function carries a clause when it names it, in code or in
its text, or reads a parameter whose value rests on it.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from gatehouse.rules import parameters
from gatehouse.rules.cases import shipped
from gatehouse.rules.clauses import Clause, clauses
from gatehouse.rules.pack import packs
from gatehouse.rules.terms import Parameter

HERE = Path(__file__).parent
FAMILIES = {
    "R-ATT": "Attendance and punching",
    "R-COR": "Corrections of missed punches",
    "R-SCH": "Rosters",
    "R-SWP": "Swaps of shifts",
    "R-LEV": "Leave and absence",
    "I-": "Readings of unclear wording",
    "H-": "House readings",
}
FEATURES = ("rules", "roster", "swaps", "leave", "corrections", "approvals", "attendance", "policy", "clock")
TOLD = ("casework", "cases", "packs", "clauses")
"""Parts of ``rules`` that play cases or hold data: they carry nothing out."""
NAMED = re.compile(r"\b([RIH]-(?:[A-Z]{3}-)?\d\d)\b")
ELSEWHERE = {
    "I-09": "points, not built yet",
    "I-10": "points, not built yet",
    "I-11": "the monthly attendance report",
    "I-12": "handover, not built yet",
    "I-13": "visitors",
    "I-14": "visitors",
    "I-15": "bookings, not built yet",
    "I-16": "grades, not built yet",
    "I-29": "points, not built yet; closed periods of attendance",
    "I-34": "visitors",
    "I-36": "return visits, not built yet",
    "I-37": "incidents, not built yet",
    "I-38": "also the hold of archives, not built yet",
    "I-41": "bookings, not built yet",
    "I-44": "points, not built yet",
    "I-50": "patrols, not built yet",
    "I-51": "grades, not built yet",
    "I-52": "devices and people who leave: tests/sync, tests/backend/test_held.py",
    "I-53": "tests/backend/roster/test_publish.py",
    "I-55": "closed periods of attendance and their revisions",
    "R-ATT-10": "the role of the attendance clerk",
    "R-SCH-01": "the duty-day list: tests/backend/rules/test_roster.py",
    "R-SCH-05": "publishing and receipts: tests/backend/roster/test_publish.py",
    "R-SWP-03": "the note to a swap: tests/backend/jobs/test_swap_standing.py",
    "R-SWP-20": "what a handover must record of swaps: tests/backend/jobs/test_swap_standing.py",
    **{
        f"H-{number}": "chosen where a parameter is read; no judgement rests on it"
        for number in ("01", "02", "03", "13")
    },
    "H-30": "tests/backend/rules/test_book.py",
    "H-31": "tests/backend/rules/test_book.py",
    "H-32": "tests/backend/rules/test_book.py",
    "H-65": "outages declared: tests/backend/leave",
}
"""Clauses that no case shows, and where they are at home instead."""
LATER = tuple(f"H-{number}" for number in range(19, 30))
"""Readings of parameters of parts that are not built yet."""


GENERAL = {
    "H-61": "rules.leave.judge",
    "I-01": "rules.penalties.tier_of",
    "I-32": "rules.penalties.of_day",
    "I-43": "clock.ops.register",
    "R-ATT-01": "rules.day.judge_day",
    "R-ATT-08": "rules.day.judge_day",
    "R-ATT-09": "clock.ops.register",
    "R-SCH-02": "rules.segments.well_formed",
    "R-SCH-04": "rules.leave.judge",
    "R-SCH-08": "roster.publish",
    "R-SCH-09": "rules.rotation.generate",
    "R-SCH-11": "rules.segments.well_formed",
    "R-SCH-12": "rules.segments.well_formed",
    "R-SCH-16": "rules.roster.need_of",
    "R-SWP-01": "swaps.request.request",
    "R-SWP-11": "rules.swap.approval",
    "R-SWP-12": "swaps.request.request",
}
"""Clauses so general that no single place names them, and the function through which they hold."""


class Row(msgspec.Struct, frozen=True):
    """One clause and everything that shows it."""

    clause: Clause
    parameters: tuple[str, ...]
    functions: tuple[str, ...]
    cases: tuple[str, ...]

    @property
    def note(self) -> str:
        """What is to be said of it besides."""
        if self.clause.conduct:
            return "conduct only"
        if self.clause.id in LATER:
            return "of parts that are not built yet"
        return ELSEWHERE.get(self.clause.id, "")


@cache
def rows() -> tuple[Row, ...]:
    """Every clause of the five families and every reading, in order of id."""
    resting, by_clause = _resting(), _functions()
    cases: dict[str, list[str]] = defaultdict(list)
    for case in shipped():
        for cited in case.clauses:
            cases[cited].append(case.id)
    found = []
    for id_, clause in clauses().items():
        if id_.startswith(tuple(FAMILIES)):
            keys = tuple(sorted(resting.get(id_, ())))
            found.append(Row(clause, keys, tuple(sorted(by_clause.get(id_, ()))), tuple(cases.get(id_, ()))))
    return tuple(found)


def page() -> str:
    """The page, in Markdown."""
    shown = [row for row in rows() if row.cases]
    lines = [
        "# What shows each clause",
        "",
        "<!-- Made by `gatehouse rules coverage > docs/coverage.md`. -->",
        "",
        "Clause, parameters that rest on it (and in which packs), functions that carry it out, cases that show it.",
        "A function carries a clause when it names it, or reads a parameter whose value rests on it. Cases are in",
        "`backend/gatehouse/rules/cases/`; `gatehouse rules check` plays them all.",
        "",
        f"{len(shipped())} cases show {len(shown)} of {len(rows())} clauses and readings.",
    ]
    for family, title in FAMILIES.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| clause | says | parameters | functions | cases | |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_line(row) for row in rows() if row.clause.id.startswith(family)]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    names = ", ".join(f"`{name}`" for name in row.cases)
    cells = (
        row.clause.id,
        row.clause.text.en,
        ", ".join(f"`{key}`" for key in row.parameters),
        ", ".join(f"`{name}`" for name in row.functions),
        f"{len(row.cases)}: {names}" if row.cases else "",
        row.note,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _resting() -> dict[str, set[str]]:
    """Parameters by the clause that a pack's value, or the default, rests on."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, parameter in parameters.PARAMETERS.items():
        found[parameter.clause].add(key)
    for pack in packs().values():
        for key, values in pack.values.items():
            for value in values:
                found[value.cited.clause].add(f"{key} ({pack.code})")
    return found


def _functions() -> dict[str, set[str]]:
    """Functions by the clauses they carry."""
    constants = {name: one for name, one in vars(parameters).items() if isinstance(one, Parameter)}
    resting: dict[str, set[str]] = defaultdict(set)
    for clause, keys in _resting().items():
        for key in keys:
            resting[key.partition(" ")[0]].add(clause)
    found: dict[str, set[str]] = defaultdict(set)
    for clause, function in GENERAL.items():
        found[clause].add(function)
    for name, text, used in written():
        carried = set(NAMED.findall(text))
        for constant in used & constants.keys():
            carried |= resting[constants[constant].key]
        for clause in carried:
            found[clause].add(name)
    return found


def written() -> Iterator[tuple[str, str, set[str]]]:
    """Each function of the rules and of the features that carry them out: name, text, and names it uses."""
    for file in sorted(HERE.rglob("*.py")):
        parts = file.relative_to(HERE).parts
        if parts[0] not in FEATURES or (len(parts) > 1 and Path(parts[1]).stem in TOLD):
            continue
        text = file.read_text()
        tree = ast.parse(text)
        module = ".".join((*parts[:-1], file.stem))
        values = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef):
                name = module if isinstance(node, ast.Module) else f"{module}.{node.name}"
                yield name, ast.get_docstring(node) or "", set()
            elif isinstance(node, ast.FunctionDef):
                used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                used |= {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
                said = ast.get_source_segment(text, node) or ""
                yield f"{module}.{node.name}", " ".join([said, *(values[one] for one in used & values.keys())]), used


def _constants(tree: ast.Module) -> dict[str, str]:
    """Constants of a module whose text a function that uses them says too."""
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id: str(node.value.value) for one in targets if isinstance(one, ast.Name)}
    return found
