"""Who could take a shift: asked for one's own only, and saying of colleagues no more than a word."""

from __future__ import annotations

import pytest
from tests.backend.jobs.test_swap_terms import follow, say
from tests.estate import DAY, HOUR, T0, Estate, Phone, codes
from tests.team import Team

from gatehouse.db.steps import read
from gatehouse.errors import Problem
from gatehouse.identity.sign_in import token_hash
from gatehouse.sheets.write_file import write_xlsx
from gatehouse.swaps.partners import Partners, PartnersRequest, find_partners
from gatehouse.swaps.queries import agreements, repays_open, swapped
from gatehouse.swaps.register import register_file, register_of, sheet


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


def session(phone: Phone) -> bytes | None:
    return token_hash(phone.session) if phone.session is not None else None


async def ask(team: Team, who: str, shift: str, colleague: str | None = None) -> Partners:
    phone = team.phones[who]
    asked = PartnersRequest(shift, team.person(colleague) if colleague is not None else None)
    return await find_partners(team.estate.core, phone.claim(), session(phone), asked)


def whys(team: Team, found: Partners) -> dict[str, str | None]:
    numbers = {person: no for no, person in team.estate.people.items()}
    return {numbers[one.id]: one.why for one in found.partners if numbers[one.id].startswith("B")}


async def test_each_colleague_with_one_word(team: Team) -> None:
    await follow(team, "gold")
    admin = team.estate.admin
    for staff_no, grade in (("B1", "中级"), ("B2", "中级"), ("B3", "中级"), ("B4", "初级")):
        admin.act("person.amend", {"grade": grade}, team.person(staff_no))
    await admin.drain()
    give = await team.assign("B1", 3)
    await team.assign("B2", 3, start=12)
    await team.assign("B3", 3, start=20, hours=4)
    found = await ask(team, "B1", give)
    assert whys(team, found) == {"B2": "busy", "B3": "rest", "B4": "skill"}
    assert (found.nth, found.cap, found.notify, found.refused, found.at) == (1, 2, False, None, team.estate.clock.ms)
    # What it says is what a request would meet.
    for staff_no, code in (("B3", "back_to_back"), ("B4", "swap_skill")):
        team.request("B1", give, [staff_no])
        assert codes(await team.phones["B1"].drain()) == [("refused", code)]


async def test_what_speaks_against_the_shift_itself_is_said_once(team: Team) -> None:
    await follow(team, "gold")
    first, second = await team.assign("B1", 3), await team.assign("B1", 6)
    team.request("B1", first, ["B2"])
    await team.phones["B1"].drain()
    found = await ask(team, "B1", second)
    assert found.refused is not None
    assert (found.refused.code, found.refused.clause, found.partners) == ("swap_consecutive", "R-SWP-08", ())


async def test_which_of_a_colleagues_shifts_could_come_back(team: Team) -> None:
    await follow(team, "gold")
    give = await team.assign("B1", 3)
    fine, at_once, tired = await team.assign("B2", 6), await team.assign("B2", 5), await team.assign("B2", 9)
    await team.assign("B1", 5, start=10)
    await team.assign("B1", 9, start=18, hours=4)
    found = await ask(team, "B1", give, "B2")
    assert {one.id: one.why for one in found.takes or ()} == {fine: None, at_once: "busy", tired: "rest"}


async def test_asked_by_whose_shift_it_is_for_fourteen_days(team: Team) -> None:
    mine, theirs, far = await team.assign("B1", 3), await team.assign("B2", 3), await team.assign("B1", 14)
    team.estate.clock.ms = T0 + 8 * HOUR
    assert whys(team, await ask(team, "B1", far)) == {"B2": None, "B3": None, "B4": None}
    team.estate.clock.ms -= 1
    for who, shift in (("B1", theirs), ("S1", mine), ("B1", far), ("B1", team.id), ("B1", "0" * 26)):
        with pytest.raises(Problem, match="not_found"):
            await ask(team, who, shift)
    with pytest.raises(Problem, match="not_found"):
        await ask(team, "B1", mine, "M1")
    with pytest.raises(Problem, match="not_signed_in"):
        await find_partners(team.estate.core, team.phones["B1"].claim(), None, PartnersRequest(mine))
    team.estate.clock.ms = T0 + 3 * DAY + 8 * HOUR
    with pytest.raises(Problem, match="not_found"):
        await ask(team, "B1", mine)


async def test_who_has_left_or_moved_is_no_partner(team: Team) -> None:
    give, admin = await team.assign("B1", 3), team.estate.admin
    other = admin.act("team.create", {"name": "客服二班", "site": team.estate.site})
    admin.act("person.dismiss", {"dismissed": T0}, team.person("B2"))
    admin.act("person.assign", {"team": other, "since": T0 + 1}, team.person("B3"))
    await admin.drain()
    team.estate.clock.forward(HOUR)
    assert whys(team, await ask(team, "B1", give)) == {"B4": None}


async def agreed(team: Team, day: int, **more: str) -> str:
    give = await team.assign("B1", day)
    swap = team.request("B1", give, ["B2"], **more)
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    return swap


async def test_the_register_of_a_month(team: Team) -> None:
    done, open_ = await agreed(team, 3, reason="家里有事", handover="钥匙在抽屉"), await agreed(team, 6)
    assert await say(team, "S1", "swap.approve", done, note="同意") == ("applied", None)
    boss = team.phones["S1"]
    found = await register_of(team.estate.core, boss.claim(), session(boss), team.id, "2026-03")
    assert [(one.id, one.state, one.repay) for one in found.entries] == [
        (done, "approved", "open"),
        (open_, "accepted", "none"),
    ]
    line = sheet(found, "zh-CN").rows[0]
    assert line[1:6] == ["客服B1 B1", "2026-03-05 16:00–00:00 东门岗", "客服B2 B2", "", "家里有事"]
    assert (line[7], line[8], line[10], line[11]) == ("已换成", "周主管 S1", "同意", "未还")
    assert write_xlsx(sheet(found, "en")).startswith(b"PK")
    title, made = await register_file(team.estate.core, boss.claim(), session(boss), (team.id, "2026-03"), "zh-TW")
    assert (title, made[:2]) == ("換班登記表 2026-03", b"PK")
    assert not (await register_of(team.estate.core, boss.claim(), session(boss), team.id, "2026-04")).entries
    await say(team, "B2", "swap.settle", done)
    again = await register_of(team.estate.core, boss.claim(), session(boss), team.id, "2026-03")
    assert again.entries[0].repay == "settled"
    for who, month, code in (("B1", "2026-03", "not_allowed"), ("S1", "2026-13", "not_found")):
        phone = team.phones[who]
        with pytest.raises(Problem, match=code):
            await register_of(team.estate.core, phone.claim(), session(phone), team.id, month)


async def test_what_other_features_ask(team: Team) -> None:
    swap, database, org = await agreed(team, 3, handover="钥匙在抽屉"), team.estate.database, team.estate.org
    span = (T0 + 3 * DAY, T0 + 4 * DAY)
    assert await read(database, swapped(org, team.estate.east, *span)) == []
    await say(team, "S1", "swap.approve", swap)
    (moved,) = await read(database, swapped(org, team.estate.east, *span))
    assert (moved.id, moved.was, moved.now, moved.handover) == (
        swap, team.person("B1"), team.person("B2"), ("钥匙在抽屉",),
    )  # fmt: skip
    assert await read(database, swapped(org, team.estate.east, span[1], span[1] + DAY)) == []
    for who in ("B1", "B2"):
        assert await read(database, repays_open(org, team.person(who))) == [swap]
    assert [one.state for one in await read(database, agreements(org, team.person("B1"), "2026-03"))] == ["approved"]
    assert await read(database, agreements(org, team.person("B2"), "2026-03")) == []
    await say(team, "B2", "swap.settle", swap)
    assert await read(database, repays_open(org, team.person("B1"))) == []
