"""Writes the months that tests of the attendance screens read: rows as rules judge them, `frontend/src/attendance/testing.json`.

Every row is what rules say of facts made here; nothing in it is written by hand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gatehouse.rules import facts as f
from gatehouse.rules import parameters as of
from gatehouse.rules.month import judge_month
from gatehouse.rules.terms import Cited, Penalty, Terms, Tier

OUT = Path(__file__).resolve().parent.parent / "frontend/src/attendance/testing.json"
ZONE = ZoneInfo("Asia/Shanghai")
MONTH = "2026-11"
POST, SITE, TEAM, TABLET, SELF = "post-east", "site-lake", "team-day", "tablet-east", "phone-wang"
HOUR = 3_600_000


def held(values: Mapping[Any, tuple[Any, str]]) -> Terms:
    """Terms of the figures that the months below need."""
    return Terms("ecom", {parameter.key: Cited(value, clause) for parameter, (value, clause) in values.items()})


TERMS = held(
    {
        of.LATE_TIERS: ((Tier(1, Penalty(points=-2), 15), Tier(16, Penalty(points=-5))), "R-ATT-02"),
        of.EARLY_TIERS: ((Tier(1, Penalty(points=-2)),), "R-ATT-02"),
        of.MISSED_PENALTY: (Penalty(yuan=30, bonus_lost=True), "R-COR-03"),
        of.CORRECTION_WINDOW: (2, "R-COR-01"),
        of.ABSENCE_PENALTY: (Penalty(day_wage=1, bonus_lost=True), "R-LEV-07"),
        of.FULL_ATTENDANCE_BONUS: (100, "R-ATT-18"),
    }
)


def at(day: int, clock: str) -> int:
    """UTC ms of a local time of the month; hours may pass 24."""
    hour, minute = map(int, clock.split(":"))
    local = datetime(2026, 11, day, tzinfo=ZONE) + timedelta(hours=hour, minutes=minute)
    return int(local.timestamp() * 1000)


class Maker:
    """The facts of one person's November, day by day."""

    def __init__(self, person: str) -> None:
        self.person = person
        self.turns: list[f.Turn] = []
        self.punches: list[f.Punch] = []
        self.leaves: list[f.Leave] = []
        self.corrections: list[f.Correction] = []

    def shift(self, day: int, **more: Any) -> str:
        id_ = f"shift-{day:02}"
        span = f.Span(at(day, "07:00"), at(day, "19:00"))
        date = f"{MONTH}-{day:02}"
        self.turns.append(f.Turn(id_, self.person, TEAM, POST, SITE, str(ZONE), date, "早", (span,), **more))
        return id_

    def punch(self, day: int, direction: f.Direction, clock: str, **more: Any) -> None:
        when = at(day, clock)
        facts = {"earliest": when, "latest": when, "arrived": when + 2000, "post": POST, "device": TABLET} | more
        self.punches.append(f.Punch(f"punch-{len(self.punches):03}", self.person, direction, when, **facts))

    def both(self, day: int, came: str = "06:55", went: str = "19:02") -> None:
        self.shift(day)
        self.punch(day, "in", came)
        self.punch(day, "out", went)

    def row(self, now: int, heard: int, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
        facts = f.PersonMonth(
            self.person,
            MONTH,
            now,
            tuple(self.turns),
            punches=tuple(self.punches),
            leaves=tuple(self.leaves),
            corrections=tuple(self.corrections),
            heard={POST: (f.Heard(TABLET, heard),), "": (f.Heard(SELF, now),)},
            zone=str(ZONE),
        )
        said = msgspec.to_builtins(judge_month(facts, lambda _team, _date: TERMS))
        for day in said["days"]:
            day["lines"] = [
                [one["key"], one.get("clause") or "", one.get("facts") or {}] for one in day.get("lines", ())
            ]
            day["team"] = TEAM
        fields = {"proposals": [], "teams": [TEAM], "until": at(30, "72:00"), **said}
        fields.pop("moot", None)
        id_ = f"month-{self.person}"
        return {"id": id_, "kind": "month", "ver": id_, "at": now, "by": "", "n": 1, "f": {**fields, **(names or {})}}


def wang(*, until: int = 20) -> Maker:
    """Late, early, a missed punch with its correction, leave, a swap, a change, and a tablet that says nothing since."""
    made = Maker("wang")
    for day in range(1, 31):
        if day % 7 in {0, 1}:
            continue
        if day == 4:
            made.both(day, "07:09")
        elif day == 5:
            made.both(day, "06:50", "18:30")
        elif day == 9:
            made.shift(day)
            made.punch(day, "in", "06:58")
        elif day == 10:
            id_ = made.shift(day, version=3, changed=at(8, "16:20"), changed_by="zhao")
            made.punch(day, "in", "07:00", arrived=at(10, "09:41"))
            made.punch(day, "in", "07:04")
            made.corrections.append(
                f.Correction(
                    "correction-1", "wang", id_, "out", at(10, "19:00"), at(11, "08:30"), at(11, "08:31"), "granted"
                )
            )
            made.punch(day, "out", "19:00", correction="correction-1")
        elif day == 11:
            made.shift(day)
            since, end = at(11, "00:00"), at(12, "00:00")
            made.leaves.append(
                f.Leave("leave-1", "wang", "sick", since, end, "granted", at(10, "20:00"), at(10, "20:00"))
            )
        elif day == 12:
            made.shift(day, swap="swap-1", given_by="qian")
            made.punch(day, "in", "06:40", sure="unanchored", earliest=at(12, "06:20"), latest=at(12, "06:55"))
            made.punch(day, "out", "19:01")
        elif day == 13:
            made.shift(day)
        elif day < until:
            made.both(day)
        else:
            made.shift(day)
    return made


def rows() -> dict[str, Any]:
    """What the tests read, by name."""
    now = at(21, "09:30")
    return {
        "now": now,
        "waiting": wang().row(now, at(19, "20:00") + 2 * HOUR),
        "complete": wang(until=21).row(now, now),
    }


def text() -> str:
    return json.dumps(rows(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
