"""A team on a test estate: a supervisor, four agents with shifts, a deputy, a tablet."""

from __future__ import annotations

from typing import Any

from tests.estate import DAY, HOUR, T0, Estate, Phone, codes

AGENTS = ("B1", "B2", "B3", "B4")


class Team:
    """The people of one team and their phones; ``assign`` publishes a shift."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.phones: dict[str, Phone] = {}
        self.id = ""

    async def build(self, pack: str | None = None) -> Team:
        """Hire them; under the regulations of ``pack`` from the year's first day on, if one is named."""
        estate = self.estate
        self.id = estate.admin.act("team.create", {"name": "客服一班", "site": estate.site})
        for staff_no, name, role in (
            ("S1", "周主管", "supervisor"),
            ("S2", "吴代班", "agent"),
            ("S3", "郑主管", "supervisor"),
            *((one, f"客服{one}", "agent") for one in AGENTS),
        ):
            person = estate.admin.act("person.create", {"name": name, "staff_no": staff_no})
            estate.people[staff_no] = person
            estate.admin.act("person.assign", {"team": self.id, "since": T0}, person)
            team = {"team": self.id} if role == "supervisor" else {}
            estate.admin.act("role.grant", {"person": person, "role": role, "site": estate.site, "since": T0, **team})
            await estate.password(person)
        await estate.admin.drain()
        for staff_no in ("S1", "S2", "S3", *AGENTS):
            self.phones[staff_no] = await estate.phone(staff_no)
        if pack is not None:
            estate.admin.act("policy.choose", {"team": self.id, "pack": pack, "since": "2026-01-01"})
            assert codes(await estate.admin.drain()) == [("applied", None)]
        return self

    def person(self, staff_no: str) -> str:
        return self.estate.people[staff_no]

    async def assign(self, staff_no: str, day: int, start: int = 8, hours: int = 8, post: str | None = None) -> str:
        """A shift ``day`` days after the estate began, from ``start`` o'clock; gives its id."""
        begins = T0 + day * DAY + start * HOUR
        boss = self.phones["S1"]
        shift = boss.act(
            "shift.assign",
            {
                "person": self.person(staff_no),
                "post": post or self.estate.east,
                "team": self.id,
                "date": f"2026-03-{2 + day:02}",
                "start": begins,
                "end": begins + hours * HOUR,
                "label": "早",
            },
        )
        await boss.sync()
        return shift

    def request(self, staff_no: str, give: str, asked: list[str], **more: Any) -> str:
        """A swap asked for on the requester's phone."""
        given = {"give": give, "give_ver": give, "mode": "give_away", "asked": sorted(map(self.person, asked)), **more}
        return self.phones[staff_no].act("swap.request", given)

    async def holder(self, shift: str) -> str:
        """Whose the shift is, as the supervisor's device has it; a staff number."""
        boss = self.phones["S1"]
        await boss.pull()
        row = boss.row(shift)
        assert row is not None
        return next(no for no, person in self.estate.people.items() if person == row["f"]["person"])
