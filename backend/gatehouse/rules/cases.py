"""Cases: read from JSON, played, compared with what they expect, told as JSON or in words (docs/cases.md)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from gatehouse.rules.casework.play import CaseError, Played, play
from gatehouse.rules.situation import Case, CaseFile, Expected, Flagged, Proposed, Situation, Told
from gatehouse.rules.verdict import DayVerdict, Proposal

FOLDER = Path(__file__).parent / "cases"
ADDED = ("people", "posts")
"""What a case adds to its base's instead of replacing it."""


class BadCase(ValueError):
    """A file that is no file of cases; the text says where and why."""


class Difference(msgspec.Struct, frozen=True):
    """Where something else came out than was expected."""

    where: str
    expected: Any
    found: Any


class Result(msgspec.Struct, frozen=True):
    """One case played: what came of it, and what of that was not expected."""

    case: Case
    outcome: dict[str, Any]
    differences: tuple[Difference, ...]
    touched: frozenset[str]
    """Clauses that verdicts, proposals, decisions and findings of it named."""

    @property
    def right(self) -> bool:
        """Whether all came out as expected."""
        return not self.differences


def read(data: bytes, name: str) -> CaseFile:
    """Read a file of cases; what ``base`` says is filled in where a case says nothing.

    Raises:
        BadCase: it is no JSON, or a key or value is unknown; with the path of the first.
    """
    try:
        found = msgspec.json.decode(data, type=CaseFile)
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCase(f"{name}: {error}") from None
    ids: set[str] = set()
    for case in found.cases:
        if case.id in ids:
            raise BadCase(f"{name}: two cases are called {case.id}")
        ids.add(case.id)
    cases = tuple(_with_base(case, said, found.base) for case, said in zip(found.cases, raw["cases"], strict=True))
    return msgspec.structs.replace(found, cases=cases)


def _with_base(case: Case, said: dict[str, Any], base: Situation) -> Case:
    """People and posts of the base stay, with the case's own beside them; anything else a case says replaces it."""
    missing = {name: getattr(base, name) for name in Situation.__struct_fields__ if name not in said}
    return msgspec.structs.replace(
        case, **missing, **{name: getattr(base, name) | getattr(case, name) for name in ADDED if name in said}
    )


@cache
def shipped() -> tuple[Case, ...]:
    """Every case that ships, in order of file and place; no two have one id."""
    found = [case for file in sorted(FOLDER.glob("*.json")) for case in read(file.read_bytes(), file.name).cases]
    twice = {case.id for case in found if sum(other.id == case.id for other in found) > 1}
    if twice:
        raise BadCase(f"two cases are called {', '.join(sorted(twice))}")
    return tuple(found)


def run(case: Case) -> Result:
    """Play a case and compare.

    Raises:
        BadCase: it names what does not exist.
    """
    try:
        played = play(case)
    except (CaseError, ValueError) as error:
        raise BadCase(f"{case.id}: {error}") from None
    outcome = told(played)
    return Result(case, outcome, tuple(_compare(case.expect, outcome)), frozenset(_clauses(outcome)))


# What came out, as plain values.


def told(played: Played) -> dict[str, Any]:
    """What came of a situation, with instants as wall times."""
    return {
        "decisions": {name: _plain(one) for name, one in played.decided.items()},
        "verdicts": {name: _day(played, day) for name, day in played.days.items()},
        "proposals": [_proposal(played, one) for one in played.proposals],
        "unscheduled": played.unscheduled,
        "roster": [_plain(one) for one in played.roster],
        "rota": played.rota,
        "holder": played.holder,
    }


def _plain(one: Told | Flagged) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(one)
    return {key: value for key, value in plain.items() if value is not None}


def _day(played: Played, day: DayVerdict) -> dict[str, Any]:
    stage = played.stage
    return {
        "status": day.status,
        "certainty": day.certainty,
        "late": day.late,
        "early": day.early,
        "overrun": day.overrun,
        "lead_missed": day.lead_missed,
        "off_post": day.off_post,
        "worked": day.worked,
        "night": day.night,
        "came": stage.wall(day.came) if day.came is not None else None,
        "went": stage.wall(day.went) if day.went is not None else None,
        "lines": [{"key": line.key, "clause": line.clause, "facts": stage.readable(line.facts)} for line in day.lines],
    }


def _proposal(played: Played, one: Proposal) -> dict[str, Any]:
    _, _, of = one.id.partition(":")
    plain = {
        "cause": one.cause,
        "clause": one.clause,
        "penalty": msgspec.to_builtins(one.penalty),
        "person": one.person,
        "date": one.date,
        "facts": played.stage.readable(one.facts),
    }
    return {**plain, "shift": of} if of in played.stage.turns else plain


def _clauses(found: Any) -> Iterator[str]:  # noqa: ANN401  # plain values of any depth
    if isinstance(found, dict):
        clause = found.get("clause")
        if isinstance(clause, str):
            yield clause
        found = list(found.values())
    if isinstance(found, list):
        for one in found:
            yield from _clauses(one)


# Comparing.


def _compare(expected: Expected, outcome: dict[str, Any]) -> Iterator[Difference]:
    for name, want in expected.decisions.items():
        yield from _named(f"decisions.{name}", _plain(want), outcome["decisions"].get(name))
    for name, day in expected.verdicts.items():
        yield from _verdict(f"verdicts.{name}", msgspec.to_builtins(day), outcome["verdicts"].get(name))
    if expected.proposals is not None:
        yield from _proposals(expected.proposals, outcome["proposals"])
    if expected.unscheduled is not None and sorted(expected.unscheduled) != sorted(outcome["unscheduled"]):
        yield Difference("unscheduled", sorted(expected.unscheduled), sorted(outcome["unscheduled"]))
    if expected.roster is not None:
        want_rows = [_plain(one) for one in expected.roster]
        if _sorted(want_rows) != _sorted(outcome["roster"]):
            yield Difference("roster", want_rows, outcome["roster"])
    yield from _rota(expected.rota, outcome["rota"])
    for name, person in expected.holder.items():
        if outcome["holder"].get(name) != person:
            yield Difference(f"holder.{name}", person, outcome["holder"].get(name))


def _rota(want: dict[str, dict[str, str]], found: dict[str, dict[str, str]]) -> Iterator[Difference]:
    for name, row in want.items():
        for date, symbol in row.items():
            got = found.get(name, {}).get(date, "")
            if got != symbol:
                yield Difference(f"rota.{name}.{date}", symbol, got)


def _named(where: str, want: dict[str, Any], found: dict[str, Any] | None) -> Iterator[Difference]:
    """Every key that is wanted; of facts and warnings those that are named."""
    if found is None:
        yield Difference(where, want, None)
        return
    for key, value in want.items():
        if key == "facts":
            yield from _named(f"{where}.facts", value, found.get("facts") or {})
        elif key == "warned" and value:
            yield from (Difference(f"{where}.warned", one, found.get(key)) for one in value if one not in found[key])
        elif found.get(key) != value:
            yield Difference(f"{where}.{key}", value, found.get(key))


def _verdict(where: str, want: dict[str, Any], found: dict[str, Any] | None) -> Iterator[Difference]:
    if found is None:
        yield Difference(where, want, None)
        return
    for key, value in want.items():
        if key == "clauses":
            there = {line["clause"] for line in found["lines"]}
            yield from (
                Difference(f"{where}.clauses", one, sorted(filter(None, there))) for one in value if one not in there
            )
        elif key == "lines":
            said = [line["key"] for line in found["lines"]]
            yield from (Difference(f"{where}.lines", one, said) for one in value if one not in said)
        elif found[key] != value:
            yield Difference(f"{where}.{key}", value, found[key])


def _proposals(want: tuple[Proposed, ...], found: list[dict[str, Any]]) -> Iterator[Difference]:
    """The whole list: each wanted one is there once, and there is no other."""
    left = list(found)
    for one in want:
        plain = msgspec.to_builtins(one)
        match = next((got for got in left if all(got.get(key) == value for key, value in plain.items())), None)
        if match is None:
            yield Difference("proposals", plain, [_short(got) for got in found])
        else:
            left.remove(match)
    for got in left:
        yield Difference("proposals", None, _short(got))


def _short(proposal: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in proposal.items() if key in {"cause", "clause", "penalty", "shift", "person"}}


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(str(sorted(row.items())) for row in rows)
