"""What an office keeps: names that are one thing's, what may not be closed, who may not be above whom."""

from __future__ import annotations

from typing import Any

import pytest
from tests.estate import DAY, HOUR, T0, Estate, codes
from tests.team import Team

from gatehouse.rules.segments import well_formed

APPLIED = ("applied", None)


async def did(estate: Estate, kind: str, fields: dict[str, Any], entity: str | None = None) -> tuple[str, str | None]:
    """The decision about one act of the admin."""
    estate.admin.act(kind, fields, entity)
    return codes(await estate.admin.sync())[-1]


async def made(estate: Estate, kind: str, fields: dict[str, Any]) -> str:
    entity = estate.admin.act(kind, fields)
    assert codes(await estate.admin.sync()) == [APPLIED]
    return entity


async def test_a_name_is_one_things_in_its_place(estate: Estate) -> None:
    """Also one made or freed a moment before in the same push; 1-101 and 11-01 are two rooms."""
    admin = estate.admin
    block = await made(estate, "building.create", {"site": estate.site, "name": "1栋", "order": 1})
    other = await made(estate, "building.create", {"site": estate.site, "name": "2栋", "order": 2})
    first = admin.act("unit.create", {"building": block, "name": "1-101", "floor": 1})
    for building, name in ((block, "11-01"), (block, "1-101"), (block, " 1-101".strip() + ""), (other, "1-101")):
        admin.act("unit.create", {"building": building, "name": name})
    taken = ("refused", "name_taken")
    assert codes(await admin.sync()) == [APPLIED, APPLIED, taken, taken, APPLIED]
    assert admin.rows("unit")[0]["f"]["site"] == estate.site, "a unit is in its building's site"
    assert await did(estate, "unit.create", {"building": block, "name": "1-101"}) == taken
    admin.act("unit.amend", {"name": "1-101A"}, first)
    admin.act("unit.create", {"building": block, "name": "1-101"})
    admin.act("unit.amend", {"name": "1-101"}, first)
    assert codes(await admin.sync()) == [APPLIED, APPLIED, taken]
    assert await did(estate, "unit.amend", {"floor": 3}, first) == APPLIED
    assert await did(estate, "unit.create", {"building": estate.site, "name": "9"}) == ("refused", "unknown_reference")
    for kind, fields in (
        ("post.create", {"site": estate.site, "name": "东门岗", "order": 9}),
        ("building.create", {"site": estate.site, "name": "1栋", "order": 9}),
        ("site.create", {"name": "翠湖花园", "zone": "Asia/Shanghai"}),
    ):
        assert await did(estate, kind, fields) == taken, kind


async def test_a_staff_number_is_one_persons(estate: Estate) -> None:
    person = estate.people["G1"]
    assert await did(estate, "person.create", {"name": "李卫国", "staff_no": "g-1"}) == ("refused", "entity_exists")
    assert await did(estate, "person.amend", {"staff_no": "G 2"}, person) == ("refused", "name_taken")
    assert await did(estate, "person.amend", {"staff_no": "G9", "grade": "三级", "phone": None}, person) == APPLIED
    assert await did(estate, "person.create", {"name": "李卫国", "staff_no": "G1"}) == APPLIED, "two of one name"
    assert await did(estate, "person.amend", {"name": None}, person) == ("refused", "malformed")
    await estate.phone("G9")


async def test_known_vehicles_are_at_the_gate_and_residents_are_not(estate: Estate) -> None:
    """No phone holds a resident, the admin's neither; a guard's phone knows the plate and no name with it."""
    block = await made(estate, "building.create", {"site": estate.site, "name": "1栋", "order": 1})
    unit = await made(estate, "unit.create", {"building": block, "name": "101"})
    resident = await made(estate, "resident.create", {"unit": unit, "name": "住户甲", "phone": "13900001111"})
    car = {"site": estate.site, "plate": "粤B12345", "category": "resident", "unit": unit}
    assert await did(estate, "vehicle.create", car) == APPLIED
    assert await did(estate, "vehicle.create", {**car, "plate": "粤b·12345"}) == ("refused", "name_taken")
    guard = await estate.phone("G1")
    await guard.pull()
    assert [row["f"]["plate"] for row in guard.rows("vehicle")] == ["粤B12345"]
    assert [row["f"]["name"] for row in guard.rows("unit")] == ["101"]
    assert guard.row(resident) is None
    assert estate.admin.row(resident) is None
    assert await did(estate, "resident.amend", {"until": T0 + DAY, "phone": None}, resident) == APPLIED


async def test_only_an_admin_of_the_whole_org_changes_the_estate(estate: Estate) -> None:
    guard, manager = await estate.phone("G1"), await estate.phone("M1")
    for phone in (guard, manager):
        phone.act("building.create", {"site": estate.site, "name": "9栋", "order": 9})
        phone.act("site.amend", {"name": "x"}, estate.site)
        phone.act("person.amend", {"name": "x"}, estate.people["G2"])
        phone.act("import.run", {"by": phone.person, "what": "people", "sha": "0", "rows": 1})
        assert codes(await phone.drain()) == [("refused", "not_entitled")] * 4
        await phone.pull()
        assert [row["f"]["person"] for row in phone.rows("role")] == [phone.person], "others' roles are the office's"
    await estate.admin.pull()
    assert len(estate.admin.rows("role")) == 5
    assert await did(estate, "import.run", {"by": estate.admin_id, "what": "people", "sha": "0", "rows": 1}) == (
        "refused",
        "not_entitled",
    ), "only the server says that a file came in"


async def test_what_is_used_is_not_closed(estate: Estate) -> None:
    team = await Team(estate).build()
    now = estate.clock.ms
    used = ("refused", "still_used")
    await team.assign("B1", 1)
    assert await did(estate, "post.amend", {"closed": now}, estate.east) == used, "a shift to come"
    assert await did(estate, "team.amend", {"closed": now}, team.id) == used, "people in it"
    assert await did(estate, "site.amend", {"closed": now}, estate.site) == used, "open posts"
    tablet = await estate.phone("G1")
    assert await did(estate, "device.kiosk", {"device": tablet.id, "post": estate.west}) == APPLIED
    assert await did(estate, "post.amend", {"closed": now}, estate.west) == used, "a tablet"
    assert await did(estate, "device.kiosk", {"device": tablet.id}) == APPLIED
    assert await did(estate, "post.amend", {"closed": now}, estate.west) == APPLIED
    estate.clock.forward(2 * DAY)
    assert await did(estate, "post.amend", {"closed": now}, estate.east) == APPLIED, "the shift is over"
    assert await did(estate, "site.amend", {"closed": now}, estate.site) == APPLIED
    assert await did(estate, "site.amend", {"closed": None}, estate.site) == APPLIED
    assert "closed" not in (estate.admin.row(estate.site) or {})["f"]


async def test_nobody_is_above_themselves(estate: Estate) -> None:
    """Through however many others, and within one push."""
    team = await Team(estate).build()
    one, two, three = (team.person(staff_no) for staff_no in ("B1", "B2", "B3"))
    admin, since = estate.admin, estate.clock.ms
    for person, above in ((one, two), (two, three), (three, one), (one, one)):
        admin.act("person.assign", {"team": team.id, "since": since, "superior": above}, person)
    circle = ("refused", "superior_circle")
    assert codes(await admin.sync()) == [APPLIED, APPLIED, circle, circle]
    late = {"team": team.id, "since": since, "superior": one}
    assert await did(estate, "person.assign", late, three) == circle


async def test_a_team_keeps_a_supervisor_and_the_org_an_admin(estate: Estate) -> None:
    team = await Team(estate).build()
    admin, now = estate.admin, estate.clock.ms
    await admin.pull()
    lead = {row["f"]["person"]: row["id"] for row in admin.rows("role") if row["f"]["role"] == "supervisor"}
    first, second = lead[team.person("S1")], lead[team.person("S3")]
    assert await did(estate, "role.end", {"until": now}, first) == APPLIED
    assert await did(estate, "role.end", {"until": now}, second) == ("refused", "team_without_lead")
    (mine,) = [row["id"] for row in admin.rows("role") if row["f"]["role"] == "admin"]
    last = ("refused", "last_admin")
    assert await did(estate, "role.end", {"until": now + HOUR}, mine) == last
    assert await did(estate, "person.dismiss", {"dismissed": now + HOUR}, estate.admin_id) == last
    leaves = await made(estate, "role.grant", {"person": estate.people["G1"], "role": "admin", "since": now})
    assert await did(estate, "role.end", {"until": now + HOUR}, leaves) == APPLIED
    assert await did(estate, "person.dismiss", {"dismissed": now + 2 * HOUR}, estate.admin_id) == last, "gone by then"
    assert await did(estate, "person.dismiss", {"dismissed": now}, team.person("S3")) == APPLIED, "never held up"
    guest = {"person": estate.people["G2"], "role": "admin", "since": now}
    await made(estate, "role.grant", guest)
    assert await did(estate, "person.dismiss", {"dismissed": now}, estate.people["G2"]) == APPLIED
    assert await did(estate, "role.end", {"until": now + HOUR}, mine) == last, "the other has left"


async def test_a_deputy_is_taken_back(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    team = await Team(estate).build()
    boss, now = team.phones["S1"], estate.clock.ms
    span = {"absent": team.person("S1"), "deputy": team.person("S2"), "since": now, "until": now + 9 * DAY}
    named = boss.act("deputy.name", span)
    assert codes(await boss.sync()) == [APPLIED]
    team.phones["S3"].act("deputy.end", {"until": now + HOUR}, named)
    assert codes(await team.phones["S3"].sync()) == [("refused", "not_yours")]
    deputy = team.phones["S2"]
    await deputy.pull()
    assert f"lead:{team.id}" in (await deputy.pull_once()).grants.scopes
    boss.act("deputy.end", {"until": now}, named)
    told: list[str] = []
    monkeypatch.setattr(estate.core.hub, "cut_off", lambda people, _devices, _regrants: told.extend(people))
    assert codes(await boss.sync()) == [APPLIED]
    assert team.person("S2") in told, "the socket of before hears no more"
    assert f"lead:{team.id}" not in (await deputy.pull_once()).grants.scopes


@pytest.mark.parametrize(
    ("segments", "good"),
    [
        ("08:00-20:00", True),
        ("08:00-12:00 13:30-17:30", True),
        ("17:00-25:00", True),
        ("20:00-32:00", True),
        ("00:00-24:00", True),
        ("19:00-24:00 25:00-31:00", True),
        ("23:00-24:00 24:30-47:30", False),
        ("08:00-12:00 11:59-17:00", False),
        ("13:00-17:00 08:00-12:00", False),
        ("08:00-08:00", False),
        ("08:00-33:00", False),
        ("24:00-25:00", False),
        ("8:00-12:00", False),
        ("08:00-12:60", False),
        ("", False),
        ("08:00-12:00  13:00-14:00", False),
        (" ".join(f"0{n}:00-0{n}:30" for n in range(7)), False),
    ],
)
def test_the_times_of_a_template(segments: str, good: bool) -> None:
    assert well_formed(segments) is good


async def test_a_template_is_everybodys(estate: Estate) -> None:
    given = {"name": "夜班", "label": "夜", "segments": "17:00-25:00", "order": 1, "night": True}
    template = await made(estate, "template.create", given)
    wrong = {**given, "name": "怪班", "segments": "17:00-16:00"}
    assert await did(estate, "template.create", wrong) == ("refused", "bad_segments")
    assert await did(estate, "template.amend", {"segments": "1-2"}, template) == ("refused", "bad_segments")
    assert await did(estate, "template.amend", {"segments": "18:00-26:00"}, template) == APPLIED
    guard = await estate.phone("G1")
    await guard.pull()
    assert guard.rows("template")[0]["f"]["segments"] == "18:00-26:00"
