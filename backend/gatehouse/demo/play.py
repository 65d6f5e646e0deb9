"""Playing the script: each step in order of time, on the tablet of its post, by the person on duty there."""

from __future__ import annotations

from gatehouse.demo.days import days, exchanges
from gatehouse.demo.duty import punches
from gatehouse.demo.estate import Estate
from gatehouse.demo.jobs import Event, Jobs
from gatehouse.demo.people import DISMISSED, FREIGHT, MOVED, POSTS, SPLIT, TEAMS, on_duty
from gatehouse.demo.planted import SENT, planted
from gatehouse.demo.steps import HOUR, MINUTE, Calendar, Step
from gatehouse.demo.tablets import Tablet, World

_LEFT_MS = 26 * HOUR
"""So long ago the dismissed guard went, or later the same day where the estate is as young."""
_CLOCK_ERRORS = (4_000, -11_000, 83_000, 1_500, -2_000)
"""How far the tablets' clocks are off, ms; anchors make up for it."""


class Play:
    """The estate being lived in."""

    def __init__(self, world: World, estate: Estate, calendar: Calendar, seed: int) -> None:
        self.world, self.estate, self.calendar, self.seed = world, estate, calendar, seed
        self.tablets: dict[str, Tablet] = {}
        self.visits: dict[str, str] = {}
        self.last_at: dict[str, str] = {}
        self.phone: Tablet | None = None
        self.jobs = Jobs(estate, calendar, self.tablets, seed)

    async def run(self) -> None:
        """All of it, from the tablets' enrolment to now."""
        calendar, clock = self.calendar, self.world.clock
        clock.ms = calendar.start + HOUR
        for post, error_ms in zip(POSTS, _CLOCK_ERRORS, strict=True):
            person = on_duty(post, calendar.day(clock.ms), calendar.hour(clock.ms))
            self.tablets[post] = await Tablet.enrol(self.world, person, f"{post}平板", error_ms)
        ordinary = list(days(calendar, self.seed))
        first = min(step.at for step in ordinary if (step.post, step.verb) == (FREIGHT, "arrive"))
        steps = [*exchanges(calendar), *ordinary, *planted(calendar, self.seed)]
        steps += punches(calendar, self.jobs.rosters, self.seed)
        events: list[tuple[int, Step | Event]] = [
            *((step.at, step) for step in steps),
            *self._staff(max(calendar.now - _LEFT_MS, first + 2 * HOUR)),
            *self.jobs.events(),
        ]
        events.sort(key=lambda event: event[0])
        for at, event in events:
            clock.ms = max(clock.ms, at)
            if isinstance(event, Step):
                await self._do(event)
            else:
                await event()

    async def _do(self, step: Step) -> None:
        tablet = self.tablets[step.post]
        if step.verb in {"push", "part"}:
            await tablet.push(SENT if step.verb == "part" else None)
            return
        if step.verb == "punch":
            await self.jobs.punch(step)
            return
        await tablet.take_over(self.calendar.person(step))
        if step.verb == "pull":
            await tablet.pull()
        else:
            self._act(tablet, step)

    def _act(self, tablet: Tablet, step: Step) -> None:
        estate = self.estate
        post = estate.posts[step.post]
        here = {"site": estate.sites[POSTS[step.post]]}
        match step.verb:
            case "arrive":
                made = tablet.act("visit.arrive", {**here, "post": post, **step.fields})
                self.visits[step.visit] = self.last_at[step.post] = made
            case "exit":
                self.visits[step.visit] = tablet.act("visit.exit", {**here, "left_post": post, **step.fields})
            case "leave":
                tablet.act("visit.leave", {"left_post": post}, self.visits[step.visit])
            case "join":
                tablet.act("visit.join", {"joined": self.visits[step.other]}, self.visits[step.visit])
            case _:
                tablet.act("visit.amend", step.fields, self.visits[step.visit])

    # What happens beside the gates.

    def _staff(self, gone: int) -> list[tuple[int, Event]]:
        calendar = self.calendar
        return [
            ((calendar.start + calendar.now) // 2, self._move),
            (gone - HOUR, self._phone),
            (gone - 20 * MINUTE, self._remark),
            (gone, self._dismiss),
            (calendar.now - 2 * HOUR, self._phone_sends),
            (calendar.now, self._close),
        ]

    async def _move(self) -> None:
        """A guard changes team, and so his superior."""
        estate, computer = self.estate, self.estate.computer
        fields = {
            "team": estate.teams[SPLIT],
            "since": self.world.clock.ms,
            "shift": TEAMS[SPLIT],
            "superior": estate.people["1203"],
        }
        computer.act("person.assign", fields, estate.people[MOVED])
        await computer.push()
        await computer.pull()

    async def _phone(self) -> None:
        self.phone = await Tablet.enrol(self.world, DISMISSED, "孔庆丰的手机", -6_000)

    async def _remark(self) -> None:
        """A remark made before he left, on a phone without network."""
        if self.phone is not None:
            self.phone.act("visit.amend", {"note": "车已挪到 B3 访客区"}, self.last_at[FREIGHT])

    async def _dismiss(self) -> None:
        estate = self.estate
        estate.computer.act("person.dismiss", {"dismissed": self.world.clock.ms}, estate.people[DISMISSED])
        await estate.computer.push()

    async def _phone_sends(self) -> None:
        """The phone finds a network a day later: the act may lie after he left, and is held."""
        if self.phone is not None:
            await self.phone.push()

    async def _close(self) -> None:
        """The admin signs out of the office computer, which is the last act of the demo."""
        self.estate.computer.act("session.end", {})
        await self.estate.computer.push()
