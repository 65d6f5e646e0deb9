"""Months of one person, plausible and nasty, made from any source of chance: a seed in bulk, Hypothesis for few.

What people argue about is likelier here than in life: punches on the boundary of a tier to the second, neighbours back
to back, windows that overlap, nights over the end of the month, presses of the wrong button, devices that say nothing.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st

from gatehouse.rules import facts as f

MINUTE = 60_000
DAY = 86_400_000
SHANGHAI = "Asia/Shanghai"
EDGES = (0, 1, 5, 9, 10, 11, 14, 15, 16, 19, 20, 21, 29, 30, 31, 45, 120)
"""Minutes at which a tier of one of the nine begins or ends, and their neighbours."""
SECONDS = (0, 0, 0, 1, 30, 59)
MONTHS = ("2026-02", "2026-09", "2026-11", "2026-12", "2027-01", "2028-02")
WEEK = {
    "office": ("08:30-17:30",),
    "nights": ("17:00-25:00", "08:30-17:30"),
    "bar": ("20:00-25:00",),
    "split": ("09:00-11:30 12:30-18:30", "13:00-17:30 18:30-23:30"),
    "three": ("00:00-08:00", "08:00-16:00", "16:00-24:00"),
    "gate": ("07:00-19:00", "19:00-31:00"),
    "whole": ("08:00-32:00",),
    "close": ("08:00-12:00", "12:00-16:00", "16:10-20:00", "21:00-23:30"),
    "short": ("10:00-10:30", "10:30-11:00", "14:00-14:20"),
}
"""Shift times by how a place works; some places work two on one day."""

Chance = random.Random
SWAPS: tuple[Literal["requested", "accepted", "rejected", "declined", "expired", "withdrawn"], ...] = (
    "requested", "accepted", "rejected", "declined", "expired", "withdrawn",
)  # fmt: skip
APPLIED: tuple[Literal["requested", "granted", "refused", "withdrawn"], ...] = (
    "requested", "granted", "granted", "refused", "withdrawn",
)  # fmt: skip


def month(chance: Chance) -> f.PersonMonth:
    """One person's month with everything that could have happened in it."""
    return _Maker(chance).made()


def strategy() -> st.SearchStrategy[f.PersonMonth]:
    """The same for Hypothesis, which can make it smaller."""
    return st.randoms(use_true_random=False).map(month)


def instant(date: str, clock: str, zone: str = SHANGHAI) -> int:
    """UTC milliseconds of a local wall time; hours may pass 24."""
    hours, minutes = clock.split(":")
    on = dt.date.fromisoformat(date) + dt.timedelta(days=int(hours) // 24)
    at = dt.datetime.combine(on, dt.time(int(hours) % 24, int(minutes)), ZoneInfo(zone))
    return int(at.timestamp()) * 1000


class _Maker:
    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.month = chance.choice(MONTHS)
        self.person = "p1"
        self.turns: list[f.Turn] = []
        self.punches: list[f.Punch] = []
        self.leaves: list[f.Leave] = []
        self.outings: list[f.Outing] = []
        self.corrections: list[f.Correction] = []
        self.outages: list[f.Outage] = []
        self.swaps: list[f.SwapAsked] = []
        self.held: list[int] = []
        self.used: set[int] = set()
        self.made_so_far = 0

    def made(self) -> f.PersonMonth:
        chance = self.chance
        first = dt.date.fromisoformat(self.month + "-01")
        last = (first + dt.timedelta(days=32)).replace(day=1)
        days = [first + dt.timedelta(days=n) for n in range(-1, (last - first).days + 1)]
        shown = days if self.likely(0.1) else days[: chance.randint(3, 12)]
        if self.likely(0.3):
            shown = days[-chance.randint(3, 8) :]
        kind = chance.choice(sorted(WEEK))
        for on in shown:
            self.day(on, WEEK[kind])
        self.turns = [self.possible(turn) for turn in self.turns]
        for turn in self.turns:
            self.behaviour(turn)
        end = max((one.ends for one in self.turns), default=instant(shown[-1].isoformat(), "12:00"))
        begin = min((one.starts for one in self.turns), default=end)
        now = end + chance.choice((5 * DAY, 5 * DAY, 3 * DAY, DAY, 200 * MINUTE, 0))
        if self.likely(0.25):
            now = chance.randint(begin, end) // MINUTE * MINUTE
        # Nothing has happened yet that is later than now.
        self.corrections = [one for one in self.corrections if one.asked <= now]
        applied = {one.id for one in self.corrections} | {None}
        self.punches = [one for one in self.punches if one.at <= now and one.correction in applied]
        chance.shuffle(self.punches)
        return f.PersonMonth(
            self.person,
            self.month,
            now,
            tuple(self.turns),
            punches=tuple(self.punches),
            leaves=tuple(self.leaves),
            outings=tuple(self.outings),
            corrections=tuple(self.corrections),
            outages=tuple(self.outages),
            swaps=tuple(self.swaps),
            heard=self.heard(begin, end, now),
            held=tuple(self.held),
        )

    def likely(self, rate: float) -> bool:
        return self.chance.random() < rate

    def name(self, what: str) -> str:
        self.made_so_far += 1
        return f"{what}{self.made_so_far}"

    # The roster.

    def day(self, on: dt.date, times: tuple[str, ...]) -> None:
        if self.likely(0.15):
            return
        picked = sorted(self.chance.sample(times, k=2 if len(times) > 1 and self.likely(0.4) else 1))
        for text in picked:
            spans = tuple(
                f.Span(*(instant(on.isoformat(), clock) for clock in part.split("-"))) for part in text.split()
            )
            if self.turns and spans[0].starts < self.turns[-1].ends:
                continue
            self.turns.append(self.turn(on.isoformat(), text, spans))

    def turn(self, date: str, label: str, spans: tuple[f.Span, ...]) -> f.Turn:
        made = f.Turn(
            self.name("s"), self.person, "t1", self.chance.choice(("gate", "gate", "desk")), "site", SHANGHAI, date,
            label, spans, night=spans[0].starts % DAY >= instant("1970-01-02", "16:00") % DAY,
        )  # fmt: skip
        if self.likely(0.08):
            made = msgspec.structs.replace(made, swap=self.name("w"), given_by="p2")
        if self.likely(0.06):
            shift = self.chance.choice((-300, -60, -20, 20, 60, 300)) * MINUTE
            old = tuple(f.Span(one.starts + shift, one.ends + shift) for one in spans)
            made = msgspec.structs.replace(
                made,
                version=2,
                changed=spans[0].starts - DAY,
                received=False,
                before=self.chance.choice((None, old, old)),
            )
        return made

    def possible(self, turn: f.Turn) -> f.Turn:
        """No roster gives one person two shifts at once, not even one that was changed later."""
        old = turn.before or ()
        taken = any(
            other.id != turn.id and old and other.starts < old[-1].ends and old[0].starts < other.ends
            for other in self.turns
        )
        return msgspec.structs.replace(turn, before=None) if taken else turn

    # What became of a shift.

    def behaviour(self, turn: f.Turn) -> None:
        acts: tuple[tuple[float, Callable[[f.Turn], None]], ...] = (
            (5, self.usual), (3, self.late_or_early), (1.2, self.one_punch), (1, self.nobody), (1, self.went_out),
            (0.8, self.several), (0.4, self.wrong_way), (1.2, self.on_leave),
        )  # fmt: skip
        weights = [weight for weight, _ in acts]
        self.chance.choices([act for _, act in acts], weights)[0](turn)
        if self.likely(0.03):
            self.held.append(turn.starts + self.minutes(-60, 60))
        if self.likely(0.03):
            since = turn.starts - 30 * MINUTE if self.likely(0.5) else turn.ends - 30 * MINUTE
            self.outages.append(f.Outage(self.name("o"), turn.post, since, since + 60 * MINUTE))

    def minutes(self, least: int, most: int) -> int:
        return self.chance.randint(least, most) * MINUTE

    def edge(self) -> int:
        return self.chance.choice(EDGES) * MINUTE + self.chance.choice(SECONDS) * 1000

    def punch(
        self, at: int, direction: f.Direction | None, *, correction: str | None = None, shift: str | None = None
    ) -> None:
        while at in self.used:  # nobody presses twice in one moment
            at += 1000
        self.used.add(at)
        wide = self.chance.choice((0, 0, 30_000, 600_000))
        arrived = at + self.chance.choice((1000, 1000, DAY, 3 * DAY))
        said = None if direction is not None and correction is None and self.likely(0.03) else direction
        self.punches.append(
            f.Punch(self.name("u"), self.person, said, at, at - wide, at + wide, arrived, "gate", "d1",
                    shift=shift, correction=correction)
        )  # fmt: skip

    def usual(self, turn: f.Turn) -> None:
        self.punch(turn.starts - self.minutes(0, 20), "in")
        self.punch(turn.ends + self.minutes(0, 20), "out")

    def late_or_early(self, turn: f.Turn) -> None:
        self.punch(turn.starts + (self.edge() if self.likely(0.7) else -self.edge()), "in")
        self.punch(turn.ends + (self.edge() if self.likely(0.5) else -self.edge()), "out")

    def one_punch(self, turn: f.Turn) -> None:
        way: f.Direction = self.chance.choice(("in", "out"))
        if way == "in":
            self.punch(turn.starts + self.edge() * self.chance.choice((-1, 0, 1)), "in")
        else:
            self.punch(turn.ends + self.edge() * self.chance.choice((-1, 0, 1)), "out")
        if self.likely(0.6):
            self.corrected(turn, "out" if way == "in" else "in")

    def nobody(self, turn: f.Turn) -> None:
        pick = self.chance.random()
        if pick < 0.25:
            state = self.chance.choice(SWAPS)
            self.swaps.append(f.SwapAsked(self.name("w"), turn.id, self.person, state, turn.starts - DAY))
        elif pick < 0.4:
            self.corrected(turn, self.chance.choice(("in", "out")))
        elif pick < 0.55:
            state_of_leave = self.chance.choice(("requested", "refused", "withdrawn", "void", "invalid"))
            self.leave(turn.starts, turn.ends, state_of_leave)

    def corrected(self, turn: f.Turn, way: f.Direction) -> None:
        state = self.chance.choice(APPLIED)
        claimed = turn.starts + self.edge() if way == "in" else turn.ends - self.edge()
        asked = (turn.starts if way == "in" else turn.ends) + self.chance.choice((0, 1, 2, 3)) * DAY
        made = f.Correction(self.name("c"), self.person, turn.id, way, claimed, asked, asked, state)
        self.corrections.append(made)
        if state == "granted":
            self.punch(claimed, way, correction=made.id, shift=turn.id)

    def went_out(self, turn: f.Turn) -> None:
        self.usual(turn)
        out = turn.starts + self.minutes(1, max(2, (turn.ends - turn.starts) // MINUTE - 60))
        back = out + self.edge() + MINUTE
        self.punch(out, "out")
        self.punch(back, "in")
        if self.likely(0.5):
            since, until = out, back
            if self.likely(0.4):
                since += self.minutes(-10, 10)
                until = max(since + MINUTE, until + self.minutes(-10, 10))
            state = self.chance.choice(APPLIED)
            self.outings.append(f.Outing(self.name("g"), self.person, since, until, state, business=self.likely(0.5)))

    def several(self, turn: f.Turn) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self.punch(turn.starts + self.minutes(-100, 20), "in")
        for _ in range(self.chance.randint(0, 4)):
            self.punch(turn.ends + self.minutes(-20, 190), "out")

    def wrong_way(self, turn: f.Turn) -> None:
        for at in (turn.starts + self.minutes(-10, 10), turn.ends + self.minutes(-10, 30)):
            if self.likely(0.8):
                self.punch(at, self.chance.choice(("in", "out", None)))

    def on_leave(self, turn: f.Turn) -> None:
        state = self.chance.choice(("granted", "granted", "granted", "requested", "refused", "void", "invalid"))
        middle = turn.starts + (turn.ends - turn.starts) // 2 // MINUTE * MINUTE
        part = self.chance.random()
        if part < 0.4:
            self.leave(turn.starts - self.minutes(0, 90), turn.ends + self.minutes(0, 90), state)
            if self.likely(0.1):
                self.usual(turn)
        elif part < 0.7:
            self.leave(turn.starts - self.minutes(0, 9), middle, state)
            if self.likely(0.8):
                self.punch(middle + self.edge() * self.chance.choice((-1, 1)), "in")
                self.punch(turn.ends + self.minutes(-12, 12), "out")
        else:
            self.leave(middle, turn.ends + self.minutes(0, 9), state)
            if self.likely(0.8):
                self.punch(turn.starts + self.minutes(-12, 12), "in")
                self.punch(middle + self.edge() * self.chance.choice((-1, 1)), "out")

    def leave(self, since: int, until: int, state: str) -> None:
        sort: f.LeaveSort = self.chance.choice(("personal", "sick", "emergency", "official", "training"))
        made = f.Leave(self.name("l"), self.person, sort, since, until, "granted", since - DAY, since - DAY)
        self.leaves.append(msgspec.structs.replace(made, state=state))

    # Who has spoken.

    def heard(self, begin: int, end: int, now: int) -> dict[str, tuple[f.Heard, ...]]:
        found = {}
        for post in ("gate", "desk", ""):
            devices = []
            for _ in range(self.chance.choice((0, 1, 1, 2))):
                to = now
                if self.likely(0.12):
                    to = self.chance.randint(begin - DAY, max(end, now))
                devices.append(f.Heard(self.name("d"), to, silent=to < now and self.likely(0.3)))
            found[post] = tuple(devices)
        return found
