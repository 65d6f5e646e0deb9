"""What came of a case in words, for whoever runs it at a terminal."""

from __future__ import annotations

from typing import Any

from gatehouse.rules.cases import Result
from gatehouse.rules.clauses import clauses

MINUTES = ("late", "early", "overrun", "lead_missed", "off_post", "worked", "night")


def words(result: Result, language: str = "zh_cn") -> str:
    """One case: title, decisions, verdicts with their lines, proposals, and what was not as expected."""
    outcome, case = result.outcome, result.case
    lines = [f"{'ok  ' if result.right else 'FAIL'} {case.id}  {case.title}"]
    lines += [_decision(name, one, language) for name, one in outcome["decisions"].items()]
    for name, day in outcome["verdicts"].items():
        lines += _verdict(name, case.shifts[name].date, day, language)
    lines += [_proposal(one, language) for one in outcome["proposals"]]
    if outcome["unscheduled"]:
        lines.append(f"  belongs to no shift: {', '.join(outcome['unscheduled'])}")
    lines += [f"  roster: {one['key']} {_cited(one['clause'], language)}" for one in outcome["roster"]]
    for one in result.differences:
        lines.append(f"  ! {one.where}: expected {_short(one.expected)}, found {_short(one.found)}")
    return "\n".join(lines)


def _decision(name: str, one: dict[str, Any], language: str) -> str:
    beside = [f"{key} {_short(one[key])}" for key in ("state", "class", "levels", "until", "warned") if one.get(key)]
    told = f"  {name}: {one['code']}" + (f" ({', '.join(beside)})" if beside else "")
    return told + _facts(one.get("facts")) + _because(one.get("clause"), language)


def _verdict(name: str, date: str, day: dict[str, Any], language: str) -> list[str]:
    minutes = [f"{key} {day[key]} min" for key in MINUTES if day[key]]
    times = [f"{key} {day[key]}" for key in ("came", "went") if day[key]]
    found = [f"  {name} {date}: {day['status']} [{day['certainty']}] " + ", ".join([*times, *minutes])]
    return [
        *found,
        *(f"    - {one['key']}{_facts(one['facts'])}{_because(one['clause'], language)}" for one in day["lines"]),
    ]


def _proposal(one: dict[str, Any], language: str) -> str:
    price = ", ".join(f"{key} {_short(value)}" for key, value in one["penalty"].items())
    of = one.get("shift", one["date"])
    return f"  proposed for {one['person']}, {of}: {one['cause']}: {price}{_because(one['clause'], language)}"


def _facts(facts: dict[str, Any] | None) -> str:
    return "".join(f" {key}={value}" for key, value in (facts or {}).items())


def _because(clause: str | None, language: str) -> str:
    return f"  <- {_cited(clause, language)}" if clause else ""


def _cited(clause: str, language: str) -> str:
    known = clauses().get(clause)
    return f"{clause} {getattr(known.text, language)}" if known is not None else clause


def _short(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value is None else str(value)
