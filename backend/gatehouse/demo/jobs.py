"""Publishing shifts, swaps in every stage, a deputy: what supervisors and colleagues do beside the gates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from gatehouse.demo.duty import Shift, oddity, on_leave, publishing, shifts
from gatehouse.demo.estate import Estate
from gatehouse.demo.people import DAY as DAYTIME
from gatehouse.demo.people import NIGHT, POSTS, SPLIT, TEAMS
from gatehouse.demo.steps import DAY, HOUR, MINUTE, Calendar, Step
from gatehouse.demo.tablets import Tablet
from gatehouse_sync import rota
from gatehouse_sync.ids import derived

SUPERVISORS: Final = {DAYTIME: "1201", NIGHT: "1202", SPLIT: "1203"}
DEPUTY: Final = ("1202", "1201")
"""Who is away from today for the next three days, and who stands in."""
GIVES, TAKES = "3001", "3002"
"""He asks his colleague to take a shift, who has not answered yet."""
EXCHANGES: Final = ("3013", "3014")
"""They agreed to exchange two shifts; the supervisor's word is missing."""
TO_ALL: Final = "3005"
"""Asks his whole team."""
GAVE: Final = ("2001", "2002")
"""She gave a shift away, and it was approved."""
DENIED: Final = ("3004", "3003")
"""His request was rejected, with a note."""
STATES: Final = {
    GIVES: "requested",
    EXCHANGES[0]: "accepted",
    TO_ALL: "requested",
    GAVE[0]: "approved",
    DENIED[0]: "rejected",
}
"""What becomes of each person's request."""

PACKS: Final = {DAYTIME: "sales", NIGHT: "ding", SPLIT: "ecom"}
"""The regulation that each team follows: between them they price lateness, leaving early and a missed punch."""

Event = Callable[[], Awaitable[None]]


class Jobs:
    """The rosters and swaps of the estate; ids by the names of duty.py, swaps by who asked."""

    def __init__(self, estate: Estate, calendar: Calendar, tablets: dict[str, Tablet], seed: int) -> None:
        self.estate, self.calendar, self.tablets, self.seed = estate, calendar, tablets, seed
        self.rosters = shifts(calendar)
        self._ids: dict[str, str] = {}
        self._published: dict[str, str] = {}
        self._swaps: dict[str, str] = {}

    def events(self) -> list[tuple[int, Event]]:
        """What happens when. The garage's tablet is still heard of when its guard asks."""
        now, opened = self.calendar.now, publishing(self.calendar)
        asks: list[tuple[int, Event]] = [
            (30 * HOUR, lambda: self._ask(GAVE[0], [GAVE[1]], 3 * DAY, "家里有事，想休一天")),
            (28 * HOUR, lambda: self._accept(GAVE[0], GAVE[1])),
            (27 * HOUR, lambda: self._ask(DENIED[0], [DENIED[1]], 2 * DAY, "想陪孩子参加活动")),
            (26 * HOUR, lambda: self._exchange(*EXCHANGES)),
            (25 * HOUR, lambda: self._decide("swap.approve", GAVE[0], "同意，请提前十分钟到岗")),
            (24 * HOUR, lambda: self._decide("swap.reject", DENIED[0], "当天有消防演练，人手不足，请另选日期")),
            (20 * HOUR, self._name_deputy),
            (12 * HOUR, lambda: self._accept(*EXCHANGES)),
            (11 * HOUR, lambda: self._ask(TO_ALL, [], 30 * HOUR, "回老家办事，哪位方便代一个班")),
            (10 * HOUR, lambda: self._ask(GIVES, [TAKES], DAY, "下午要带老人看病")),
        ]
        return (
            [(opened, self._publish)]
            + [(max(now - ago, opened + i * MINUTE), event) for i, (ago, event) in enumerate(asks, 1)]
            + [(max(at, opened + HOUR), event) for at, event in self._requests()]
        )

    def _requests(self) -> list[tuple[int, Event]]:
        """Leave asked for and given before the shift, and missed punches corrected the morning after."""
        made: list[tuple[int, Event]] = []
        for staff_no, date in on_leave(self.calendar):
            shift = next(one for one in self.rosters if (one.staff_no, one.date) == (staff_no, date))
            made += self._asked_and_given(
                shift,
                (shift.start - 40 * HOUR, shift.start - 30 * HOUR),
                ("leave.request", {"sort": "personal", "since": shift.start, "until": shift.end, "reason": "家里有事"}),
                "leave.approve",
            )
        forgotten = [one for one in self.rosters if oddity(self.calendar, one, self.seed)[0] == "no_out"]
        for shift in [one for one in forgotten if one.team != NIGHT][1::2]:
            fields = {"direction": "out", "claimed": shift.end, "cause": "forgot", "reason": "交接时忘了打卡"}
            at = shift.end + 14 * HOUR, shift.end + 17 * HOUR
            made += self._asked_and_given(shift, at, ("correction.request", fields), "correction.approve")
        return made

    def _asked_and_given(
        self, shift: Shift, at: tuple[int, int], request: tuple[str, dict[str, Any]], answer: str
    ) -> list[tuple[int, Event]]:
        """A request made at the shift's post, and the supervisor's answer on the office computer."""
        found: dict[str, str] = {}

        async def ask() -> None:
            kind, fields = request
            more = {"shift": self._ids[shift.name]} if kind == "correction.request" else {}
            found["id"] = await self._at_post(shift.post, shift.staff_no, kind, {**fields, **more})

        async def give() -> None:
            computer = self.estate.computer
            computer.act_for(SUPERVISORS[shift.team], answer, {}, found["id"])
            await computer.push()

        return [(at[0], ask), (at[1], give)]

    async def punch(self, step: Step) -> None:
        """Somebody clocks in or out on the post's tablet, whoever works on it at the time."""
        estate, tablet = self.estate, self.tablets[step.post]
        place = {"site": estate.sites[POSTS[step.post]], "post": estate.posts[step.post]}
        await tablet.know(str(step.who))
        tablet.act_for(str(step.who), "punch.record", {**place, **step.fields, "shift": self._ids[step.visit]})

    async def _publish(self) -> None:
        """Each supervisor publishes their team's months on the office computer."""
        estate, computer = self.estate, self.estate.computer
        first = min(shift.date for shift in self.rosters)
        for team, pack in PACKS.items():
            computer.act("policy.choose", {"team": estate.teams[team], "pack": pack, "since": first})
        months = sorted({shift.date[:7] for shift in self.rosters})
        for team, supervisor in SUPERVISORS.items():
            await computer.know(supervisor)
            for seen, month in enumerate(months):
                values = self._month(team, month) | {"seen": seen}
                self._note(computer.act_for(supervisor, rota.KIND, values), values)
        await computer.push()

    def _month(self, team: str, month: str) -> dict[str, Any]:
        """A team's month as it is published (PROTOCOL 10.10); days outside the estate's are left as they are."""
        estate, days = self.estate, rota.days_of(month)
        turns = [shift for shift in self.rosters if shift.team == team and shift.date[:7] == month]
        posts = sorted({estate.posts[shift.post] for shift in turns})
        cells: dict[str, dict[str, str]] = {estate.people[one.staff_no]: {} for one in turns}
        for one in turns:
            cells[estate.people[one.staff_no]][one.date] = rota.SIGNS[posts.index(estate.posts[one.post])]
        first, last = min(one.date for one in self.rosters), max(one.date for one in self.rosters)
        rows = [
            f"{person} " + "".join(worked.get(date, rota.REST if first <= date <= last else rota.KEEP) for date in days)
            for person, worked in sorted(cells.items())
        ]
        return {
            "team": estate.teams[team],
            "month": month,
            "templates": [estate.templates[TEAMS[team]]],
            "posts": posts,
            "legend": " ".join(f"a{rota.LETTERS[i]}" for i in range(len(posts))),
            "rows": "\n".join(rows),
        }

    def _note(self, publication: str, values: dict[str, Any]) -> None:
        """The ids that the shifts of a publication have, by their names in the script."""
        names = {(self.estate.people[shift.staff_no], shift.date): shift.name for shift in self.rosters}
        worked = [cell for cell in rota.cells(values) if cell.work]
        for i, cell in enumerate(worked):
            name = names[cell.person, cell.date]
            self._ids[name] = derived("shift", publication, str(i))
            self._published[self._ids[name]] = publication

    def _next(self, staff_no: str, after: int) -> Shift:
        """The person's first shift that begins later than so long from now."""
        since = self.calendar.now + after
        return next(one for one in self.rosters if one.staff_no == staff_no and one.start > since)

    async def _ask(
        self, staff_no: str, asked: list[str], after: int, reason: str, more: Mapping[str, Any] | None = None
    ) -> None:
        shift = self._next(staff_no, after)
        give = self._ids[shift.name]
        people = sorted(self.estate.people[one] for one in asked)
        fields = {
            "give": give,
            "give_ver": self._published[give],
            "mode": "give_away",
            "asked": people,
            "reason": reason,
            **(more or {}),
        }
        self._swaps[staff_no] = await self._at_post(shift.post, staff_no, "swap.request", fields)

    async def _exchange(self, staff_no: str, other: str) -> None:
        take = self._ids[self._next(other, DAY).name]
        legs = {"mode": "exchange", "take": take, "take_ver": self._published[take]}
        await self._ask(staff_no, [other], DAY, "和同事商量好对调", legs)

    async def _accept(self, asker: str, staff_no: str) -> None:
        await self._at_post(self._next(staff_no, 0).post, staff_no, "swap.accept", {}, self._swaps[asker])

    async def _at_post(
        self, post: str, staff_no: str, kind: str, fields: dict[str, Any], entity: str | None = None
    ) -> str:
        """An act of one of the post's people on its tablet, sent at once."""
        tablet = self.tablets[post]
        await tablet.know(staff_no)
        made = tablet.act_for(staff_no, kind, fields, entity)
        await tablet.push()
        return made

    async def _decide(self, kind: str, asker: str, note: str) -> None:
        computer = self.estate.computer
        computer.act_for(SUPERVISORS[DAYTIME], kind, {"note": note}, self._swaps[asker])
        await computer.push()

    async def _name_deputy(self) -> None:
        estate, calendar = self.estate, self.calendar
        absent, deputy = DEPUTY
        today = calendar.day(calendar.now)
        span = {"since": calendar.midnight(today), "until": calendar.midnight(today + 4)}
        people = {"absent": estate.people[absent], "deputy": estate.people[deputy]}
        estate.computer.act_for(absent, "deputy.name", {**people, **span})
        await estate.computer.push()
