"""Prints the months that tests of attendance screens read, `frontend/src/attendance/testing.json`, as rules judge them.

Every row is what rules say of the facts below, written as the server writes it; none of it is written by hand.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gatehouse.attendance.rows import plain_day, plain_proposal
from gatehouse.rules import facts as f
from gatehouse.rules import parameters as of
from gatehouse.rules.month import judge_month
from gatehouse.rules.terms import Cited, Penalty, Terms, Tier

ZONE = ZoneInfo("Asia/Shanghai")
MONTH, POST, SITE, TEAM, TABLET = "2026-11", "post-east", "site-lake", "team-day", "tablet-east"
PERSON, BOSS, OTHER = "wang", "zhao", "qian"
LATE, EARLY, NO_OUT, CHANGED, LEAVE, SWAPPED, ABSENT, SILENT = 4, 5, 9, 10, 11, 12, 13, 20
"""Days of the month on which something is to be told; the tablet has said nothing since the last of them began."""
WEEKEND = {0, 1}

TERMS = Terms(
    "ecom",
    {
        parameter.key: Cited(value, clause)
        for parameter, value, clause in (
            (of.LATE_TIERS, (Tier(1, Penalty(points=-2), 15), Tier(16, Penalty(points=-5))), "R-ATT-02"),
            (of.EARLY_TIERS, (Tier(1, Penalty(points=-2)),), "R-ATT-02"),
            (of.MISSED_PENALTY, Penalty(yuan=30, bonus_lost=True), "R-COR-03"),
            (of.CORRECTION_WINDOW, 2, "R-COR-01"),
            (of.ABSENCE_PENALTY, Penalty(day_wage=1, bonus_lost=True), "R-LEV-07"),
            (of.FULL_ATTENDANCE_BONUS, 100, "R-ATT-18"),
        )
    },
)


def at(day: int, clock: str) -> int:
    """UTC ms of a local time of the month."""
    hour, minute = map(int, clock.split(":"))
    local = datetime(2026, 11, day, tzinfo=ZONE) + timedelta(hours=hour, minutes=minute)
    return int(local.timestamp() * 1000)


def turn(day: int) -> f.Turn:
    """From seven to seven; one was changed after it was published, one came by a swap."""
    span = f.Span(at(day, "07:00"), at(day, "19:00"))
    more: dict[str, Any] = {}
    if day == CHANGED:
        more = {"version": 3, "changed": at(day - 2, "16:20"), "changed_by": BOSS}
    elif day == SWAPPED:
        more = {"swap": "swap-1", "given_by": OTHER}
    return f.Turn(f"shift-{day:02}", PERSON, TEAM, POST, SITE, str(ZONE), f"{MONTH}-{day:02}", "早", (span,), **more)


def punches(day: int) -> list[f.Punch]:
    """In and out, as far as there are any."""
    if day in {LEAVE, ABSENT} or day >= SILENT:
        return []
    came, went = at(day, "07:09" if day == LATE else "06:55"), at(day, "18:30" if day == EARLY else "19:02")
    sure: dict[str, Any] = {}
    if day == SWAPPED:
        sure = {"sure": "unanchored", "earliest": came - 1_200_000, "latest": came + 300_000}
    made = [_punch(day, "in", came, **sure)]
    if day == CHANGED:
        made.append(_punch(day, "in", at(day, "07:04"), arrived=at(day, "09:41")))
    return made if day == NO_OUT else [*made, _punch(day, "out", went)]


def _punch(day: int, direction: f.Direction, when: int, **more: Any) -> f.Punch:
    facts: dict[str, Any] = {"earliest": when, "latest": when, "arrived": when + 2000, "post": POST, "device": TABLET}
    facts |= more
    return f.Punch(f"punch-{day:02}-{direction}-{when}", PERSON, direction, when, **facts)


def row(now: int, heard: int) -> dict[str, Any]:
    """The month's record when the tablet had told all up to ``heard``."""
    days = [day for day in range(1, 31) if day % 7 not in WEEKEND]
    since, until = at(LEAVE, "00:00"), at(LEAVE + 1, "00:00")
    asked = at(LEAVE - 1, "20:00")
    verdict = judge_month(
        f.PersonMonth(
            PERSON,
            MONTH,
            now,
            tuple(turn(day) for day in days),
            punches=tuple(punch for day in days for punch in punches(day)),
            leaves=(f.Leave("leave-1", PERSON, "sick", since, until, "granted", asked, asked),),
            heard={POST: (f.Heard(TABLET, heard),)},
            zone=str(ZONE),
        ),
        lambda _team, _date: TERMS,
    )
    fields = {
        "days": [plain_day(day, TEAM) for day in verdict.days],
        "month": MONTH,
        "person": PERSON,
        "proposals": [plain_proposal(one) for one in verdict.proposals],
        "teams": [TEAM],
    }
    return {"id": "month-wang", "kind": "month", "ver": "v1", "at": now, "by": "", "n": 1, "f": fields}


def text() -> str:
    """Two readings of one month: before and after the tablet told of the last day."""
    now = at(SILENT + 1, "09:30")
    rows = {"now": now, "waiting": row(now, at(SILENT, "06:00")), "complete": row(now, now)}
    return json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
