"""Shifts that follow from a publication, and their course when acts came back in another order (10.10, 14.5)."""

from __future__ import annotations

from typing import Any

import pytest

from gatehouse_sync import rota
from gatehouse_sync.apply import others
from gatehouse_sync.clock import Evidence, Interval
from gatehouse_sync.course import Course, Step
from gatehouse_sync.decision import Decision
from gatehouse_sync.ids import derived
from gatehouse_sync.ops import Head, Op

A, B, T, P, X = (f"0199f0a0-000{i}-7000-8000-000000000001" for i in range(5))
NOON = 1_772_332_800_000


def op(kind: str, id_: str, entity: str, values: dict[str, Any]) -> Op:
    t = Evidence(None, 0, "run", NOON)
    return Op(Head(A, A, None, None, [], entity, id_, kind, 1, X, t, sorted(values), values), None)


def published(rows: str, legend: str = "aa", also: dict[str, dict[str, Any]] | None = None) -> tuple[Op, Decision]:
    values = {"team": X, "month": "2026-03", "seen": 0, "templates": [T], "posts": [P], "legend": legend, "rows": rows}
    said = {"labels": "早", "times": "07:00-15:00", "nights": "0", "sites": X, "offsets": "480", "version": 1}
    made = op(rota.KIND, B, B, values)
    return made, Decision("applied", Interval(NOON, NOON, NOON, "live"), set=said, also=also or {})


def row(signs: str) -> str:
    return f"{A} {signs.ljust(31, rota.KEEP)}"


def test_what_makes_a_shift_comes_before_all_else_about_it_whatever_its_place() -> None:
    made, decision = published(row("0"))
    (shift,) = others(made, decision)
    swapped = op("swap.approve", T, T, {})
    moved = Decision("applied", Interval(NOON, NOON, NOON, "live"), also={shift: {"person": B}})
    first = Course(shift, [Step((10, "", 0), made, "d", decision), Step((5, "e", 3), swapped, "d", moved)])
    body = first.body()
    assert body is not None
    assert (body["f"]["person"], body["ver"], body["by"]) == (B, T, A)


def test_a_shift_that_stood_there_is_changed_and_not_made() -> None:
    made, decision = published(row("0-0"), also={X: {"i": 1}, T: {}})
    sheet = rota.sheet(made, decision)
    assert list(sheet.made) == [derived("shift", B, "0")]
    assert sheet.changed[X]["start"] == rota.instant("2026-03-03", 7 * 60, "480")
    assert sheet.changed[T] == {"cancelled": NOON, "roster": 1}


@pytest.mark.parametrize(
    ("rows", "legend"),
    [("", "aa"), (row("1"), "aa"), (row("0") + "\n", "aa"), (row("."), "aa"), (f"{A} 0", "aa"), (row("0"), "ab"),
     (row("0"), "aa  aa"), (row("0"), "a"), (f"{B} {'0' * 31}\n{A} {'0' * 31}", "aa"), (f"x {'0' * 31}", "aa")],
)  # fmt: skip
def test_what_is_no_month(rows: str, legend: str) -> None:
    made, _ = published(rows, legend)
    with pytest.raises(rota.RosterError):
        rota.cells(made.head.values)
