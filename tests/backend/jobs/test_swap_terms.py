"""Swaps of a team that follows a regulation: refused with the clause, at whichever step it stops holding (I-46)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.estate import DAY, HOUR, T0, Estate, codes
from tests.team import Team


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def follow(team: Team, pack: str, **changes: str) -> None:
    """The team follows a pack, with single parameters set otherwise (dots as underscores twice)."""
    admin = team.estate.admin
    admin.act("policy.choose", {"team": team.id, "pack": pack, "since": "2026-01-01"})
    for key, value in changes.items():
        given = {
            "team": team.id,
            "key": key.replace("__", "."),
            "value": value,
            "since": "2026-01-01",
            "reason": "试行",
        }
        admin.act("override.make", given)
    assert {d for d, _ in codes(await admin.drain())} == {"applied"}


async def say(team: Team, who: str, kind: str, swap: str, **fields: Any) -> tuple[str, str | None]:
    phone = team.phones[who]
    await phone.drain()
    phone.act(kind, fields, swap)
    (said,) = codes(await phone.drain())
    return said


async def told(team: Team, who: str) -> tuple[str, str | None, dict[str, Any]]:
    """The newest notice of a person: code, clause, facts."""
    await team.phones[who].pull()
    fields = max(team.phones[who].notices(), key=lambda one: one["f"]["op"])["f"]
    return fields["code"], fields.get("clause"), fields.get("told", {})


async def body(team: Team, swap: str) -> dict[str, Any]:
    await team.phones["S1"].pull()
    row = team.phones["S1"].row(swap)
    assert row is not None
    fields: dict[str, Any] = row["f"]
    return fields


async def test_the_third_swap_of_a_month_is_refused_with_clause_and_figures(team: Team) -> None:
    await follow(team, "gold", swap__consecutive_allowed="true")
    shifts = [await team.assign("B1", day) for day in (3, 6, 9)]
    swaps = [team.request("B1", shift, ["B2"]) for shift in shifts]
    assert codes(await team.phones["B1"].drain()) == [("applied", None), ("applied", None), ("refused", "swap_cap")]
    assert await told(team, "B1") == ("swap_cap", "R-SWP-14", {"month": "2026-03", "nth": 3, "cap": 2})
    first = await body(team, swaps[0])
    assert (first["nth"], first["cap"], first["month"]) == (1, 2, "2026-03")
    # A withdrawn one is given back (I-23).
    assert await say(team, "B1", "swap.withdraw", swaps[0]) == ("applied", None)
    team.request("B1", shifts[2], ["B2"])
    assert codes(await team.phones["B1"].drain()) == [("applied", None)]


async def test_a_cap_that_came_while_it_was_pending_stops_the_approval(team: Team) -> None:
    """In the order of arrival: the first keeps its place, the second has none any more."""
    shifts = [await team.assign("B1", day) for day in (3, 6)]
    swaps = [team.request("B1", shift, ["B2"]) for shift in shifts]
    await team.phones["B1"].drain()
    for swap in swaps:
        assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    await follow(team, "none", swap__monthly_cap="1")
    assert await say(team, "S1", "swap.approve", swaps[1]) == ("refused", "swap_cap")
    assert await say(team, "S1", "swap.approve", swaps[0]) == ("applied", None)
    assert await say(team, "S1", "swap.approve", swaps[1]) == ("refused", "swap_cap")


async def test_beyond_the_cap_with_points_the_deciders_are_told(team: Team) -> None:
    await follow(team, "ecom", swap__over_cap_mode='"allow_with_points"', swap__monthly_cap="1",
                 swap__consecutive_allowed="true")  # fmt: skip
    shifts = [await team.assign("B1", day) for day in (3, 6)]
    swaps = [team.request("B1", shift, ["B2"]) for shift in shifts]
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swaps[1]) == ("applied", None)
    against = (await body(team, swaps[1]))["weighed"]["against"]
    assert ["over_cap", "R-SWP-07", {"cap": 1, "nth": 2, "points": -2}] in against


@pytest.mark.parametrize(("gap", "said"), [(7, ("refused", "back_to_back")), (8, ("applied", None))])
async def test_rest_is_judged_when_a_colleague_says_yes(team: Team, gap: int, said: tuple[str, str | None]) -> None:
    await follow(team, "gold")
    give = await team.assign("B1", 3, start=8)
    await team.assign("B2", 2, start=24 - gap, hours=8)
    swap = team.request("B1", give, ["B2", "B3"])
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swap) == said
    if said[1] is not None:
        code, clause, facts = await told(team, "B2")
        assert (code, clause, facts["rest_min"], facts["hours"]) == ("back_to_back", "R-SWP-15", gap * 60, 8)
        assert await say(team, "B3", "swap.accept", swap) == ("applied", None)


async def test_a_roster_that_changed_since_is_judged_at_approval(team: Team) -> None:
    await follow(team, "gold")
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    await team.assign("B2", 3, start=18, hours=4)
    assert await say(team, "S1", "swap.approve", swap) == ("refused", "back_to_back")
    assert await team.holder(give) == "B1"


async def test_neighbouring_shifts_and_shifts_from_swaps(team: Team) -> None:
    await follow(team, "gold")
    first, second, third = [await team.assign("B1", day) for day in (3, 6, 9)]
    swap = team.request("B1", first, ["B2"])
    await team.phones["B1"].drain()
    team.request("B1", second, ["B3"])
    assert codes(await team.phones["B1"].drain()) == [("refused", "swap_consecutive")]
    assert await told(team, "B1") == (
        "swap_consecutive", "R-SWP-08", {"date": "2026-03-08", "other": "2026-03-05", "who": team.person("B1")},
    )  # fmt: skip
    team.request("B1", third, ["B3"])
    assert codes(await team.phones["B1"].drain()) == [("applied", None)]
    # Approved and so no longer held, it still is of the roster it was given away from.
    assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    assert await say(team, "S1", "swap.approve", swap) == ("applied", None)
    team.request("B1", second, ["B3"])
    assert codes(await team.phones["B1"].drain()) == [("refused", "swap_consecutive")]
    await team.phones["B2"].pull()
    got = team.phones["B2"].row(first)
    assert got is not None
    team.request("B2", first, ["B3"], give_ver=got["ver"])
    assert codes(await team.phones["B2"].drain()) == [("refused", "swap_passed_on")]


async def test_statutory_holidays_as_an_admin_set_them(team: Team) -> None:
    await follow(team, "ecom")
    give = await team.assign("B1", 3)
    admin = team.estate.admin
    admin.act("holiday.set", {"date": "2026-03-05", "sort": "statutory", "name": "园区放假"})
    assert codes(await admin.drain()) == [("applied", None)]
    team.request("B1", give, ["B2"])
    assert codes(await team.phones["B1"].drain()) == [("refused", "swap_holiday")]
    assert (await told(team, "B1"))[1] == "R-SWP-05"
    team.estate.clock.forward(HOUR)
    admin.act("holiday.set", {"date": "2026-03-05", "sort": "workday", "name": "照常上班"})
    await admin.drain()
    team.request("B1", give, ["B2"])
    assert codes(await team.phones["B1"].drain()) == [("applied", None)]


async def test_grades_and_what_the_post_asks_for(team: Team) -> None:
    await follow(team, "gold")
    admin = team.estate.admin
    for staff_no, fields in (("B1", {"grade": "中级"}), ("B2", {"grade": "初级"}), ("B3", {"grade": "高级"})):
        admin.act("person.amend", fields, team.person(staff_no))
    await admin.drain()
    give = await team.assign("B1", 3)
    team.request("B1", give, ["B2"])
    swap = team.request("B1", give, ["B3"])
    assert codes(await team.phones["B1"].drain()) == [("refused", "swap_skill"), ("applied", None)]
    admin.act("post.amend", {"skill": "消防证"}, team.estate.east)
    await admin.drain()
    assert await say(team, "B3", "swap.accept", swap) == ("refused", "swap_skill")
    admin.act("person.amend", {"skills": "驾照 消防证"}, team.person("B3"))
    await admin.drain()
    assert await say(team, "B3", "swap.accept", swap) == ("applied", None)


async def test_the_colleagues_yes_is_enough_where_only_notice_is_asked(team: Team) -> None:
    await follow(team, "duty")
    give = await team.assign("B1", 3)
    swap, rival = team.request("B1", give, ["B2"]), team.request("B1", give, ["B3"])
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    assert await team.holder(give) == "B2"
    assert [(await body(team, one))["state"] for one in (swap, rival)] == ["approved", "declined"]
    assert "decided_by" not in await body(team, swap)
    assert await say(team, "S1", "swap.approve", swap) == ("refused", "wrong_state")


async def test_below_minimum_cover_the_approval_says_why(team: Team) -> None:
    admin = team.estate.admin
    admin.act("post.amend", {"cover_min": 2}, team.estate.east)
    await admin.drain()
    give = await team.assign("B1", 3)
    await team.assign("B4", 3, start=8, hours=4)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    weighed = (await body(team, swap))["weighed"]
    assert weighed["cover"] == [[team.estate.east, 1, 1, 2]]
    assert [one[0] for one in weighed["against"]] == ["cover_low"]
    assert await say(team, "S1", "swap.approve", swap) == ("refused", "reason_needed")
    assert (await told(team, "S1"))[1:] == ("R-SCH-14", {"post": team.estate.east, "before": 1, "after": 1, "least": 2})
    assert await say(team, "S1", "swap.approve", swap, note="王队顶上半班") == ("applied", None)


async def test_a_shift_that_is_owed_is_given_back_or_let_go(team: Team) -> None:
    mine, theirs, other = await team.assign("B1", 3), await team.assign("B2", 6), await team.assign("B2", 9)
    debt = team.request("B1", mine, ["B2"])
    await team.phones["B1"].drain()
    for who, kind in (("B2", "swap.accept"), ("S1", "swap.approve")):
        assert await say(team, who, kind, debt) == ("applied", None)
    for who, give, asked, said in (
        ("B2", theirs, "B3", ("refused", "unknown_reference")),  # to somebody else
        ("B2", theirs, "B1", ("applied", None)),
        ("B2", other, "B1", ("applied", None)),
    ):
        team.request(who, give, [asked], repays=debt)
        assert codes(await team.phones[who].drain()) == [said]
    await team.phones["S1"].pull()
    repays = [row["id"] for row in team.phones["S1"].rows("swap") if row["f"].get("repays") == debt]
    for repay in repays:
        assert await say(team, "B1", "swap.accept", repay) == ("applied", None)
    assert await say(team, "S1", "swap.approve", repays[0]) == ("applied", None)
    assert (await body(team, debt))["repaid"] == repays[0]
    assert await say(team, "S1", "swap.approve", repays[1]) == ("refused", "already_done")
    assert await say(team, "B2", "swap.settle", debt) == ("refused", "already_done")
    assert await say(team, "B1", "swap.settle", repays[0]) == ("refused", "already_done")


async def test_whoever_is_owed_lets_it_go_or_who_is_in_charge(team: Team) -> None:
    debts = []
    for day in (3, 6):
        give = await team.assign("B1", day)
        debts.append(team.request("B1", give, ["B2"]))
        await team.phones["B1"].drain()
        assert await say(team, "B2", "swap.accept", debts[-1]) == ("applied", None)
    assert await say(team, "B2", "swap.settle", debts[0]) == ("refused", "wrong_state")
    for debt in debts:
        assert await say(team, "S1", "swap.approve", debt) == ("applied", None)
    assert await say(team, "B1", "swap.settle", debts[0]) == ("refused", "not_yours")
    assert await say(team, "B3", "swap.settle", debts[0]) == ("refused", "not_yours")
    assert await say(team, "B2", "swap.settle", debts[0]) == ("applied", None)
    assert await say(team, "S1", "swap.settle", debts[1]) == ("applied", None)
    assert await say(team, "B2", "swap.settle", debts[0]) == ("refused", "already_done")


async def test_the_two_hand_over_in_writing(team: Team) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"], handover="3 栋快递柜钥匙在抽屉")
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.brief", swap, handover="好") == ("refused", "not_yours")
    assert await say(team, "B2", "swap.accept", swap, handover="我带上对讲机") == ("applied", None)
    assert await say(team, "B1", "swap.brief", swap, handover="19 点有搬家车") == ("applied", None)
    notes = [(one[1], one[3]) for one in (await body(team, swap))["handover"]]
    assert notes == [
        (team.person("B1"), "3 栋快递柜钥匙在抽屉"),
        (team.person("B2"), "我带上对讲机"),
        (team.person("B1"), "19 点有搬家车"),
    ]
    assert await say(team, "S1", "swap.brief", swap, handover="知道了") == ("refused", "not_yours")


async def test_three_who_would_swap_in_a_circle_are_told_that_shifts_meet(team: Team) -> None:
    shifts = {who: await team.assign(who, 3) for who in ("B1", "B2", "B3")}
    for who, whom in (("B1", "B2"), ("B2", "B3"), ("B3", "B1")):
        swap = team.request(who, shifts[who], [whom])
        await team.phones[who].drain()
        assert await say(team, whom, "swap.accept", swap) == ("refused", "overlap")


async def test_the_same_push_counts_its_own_requests(team: Team) -> None:
    """Three requests of one push against a cap of two: judged one after another, not beside each other."""
    await follow(team, "gold", swap__consecutive_allowed="true")
    shifts = [await team.assign("B1", day) for day in (3, 6, 9)]
    for shift in shifts:
        team.request("B1", shift, [])
    assert [code for _, code in codes(await team.phones["B1"].drain())] == [None, None, "swap_cap"]


async def test_notice_is_judged_by_when_it_was_asked(team: Team) -> None:
    """Two hours ahead, recorded offline in time and arrived later: it counts (I-27)."""
    await follow(team, "none", swap__min_notice="120")
    give = await team.assign("B1", 1)
    start = T0 + DAY + 8 * HOUR
    team.estate.clock.ms = start - 2 * HOUR
    await team.phones["B1"].pull()
    team.request("B1", give, ["B2"])
    team.estate.clock.forward(HOUR)
    late = team.request("B1", give, ["B3"])
    assert codes(await team.phones["B1"].drain()) == [("applied", None), ("refused", "swap_notice")]
    assert late


async def test_what_one_accepted_uses_nothing_of_ones_own_cap(team: Team) -> None:
    """I-23: it counts for who asked, in the month of the shift that was given away."""
    await follow(team, "none", swap__monthly_cap="1")
    theirs, mine = await team.assign("B1", 3), await team.assign("B2", 6)
    taken = team.request("B1", theirs, ["B2"])
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", taken) == ("applied", None)
    assert await say(team, "S1", "swap.approve", taken) == ("applied", None)
    swap = team.request("B2", mine, ["B3"])
    assert codes(await team.phones["B2"].drain()) == [("applied", None)]
    assert (await body(team, swap))["nth"] == 1


async def test_an_exchange_counts_in_the_month_of_what_is_given_away(team: Team) -> None:
    await follow(team, "none", swap__monthly_cap="1")
    march, other, april = await team.assign("B1", 20), await team.assign("B1", 23), await team.assign("B2", 45)
    swap = team.request("B1", march, ["B2"], mode="exchange", take=april, take_ver=april)
    team.request("B1", other, ["B2"])
    assert codes(await team.phones["B1"].drain()) == [("applied", None), ("refused", "swap_cap")]
    assert (await body(team, swap))["month"] == "2026-03"


async def test_what_a_colleague_gives_in_return_is_given_away_too(team: Team) -> None:
    """I-07 a, for either of the two: beside the shift given in return no other is given away."""
    await follow(team, "gold")
    give, take, beside = await team.assign("B1", 3), await team.assign("B2", 6), await team.assign("B2", 9)
    swap = team.request("B1", give, ["B2"], mode="exchange", take=take, take_ver=take)
    await team.phones["B1"].drain()
    assert await say(team, "B2", "swap.accept", swap) == ("applied", None)
    team.request("B2", beside, ["B3"])
    assert codes(await team.phones["B2"].drain()) == [("refused", "swap_consecutive")]
    assert await say(team, "S1", "swap.approve", swap) == ("applied", None)
    team.request("B2", beside, ["B3"])
    assert codes(await team.phones["B2"].drain()) == [("refused", "swap_consecutive")]


async def test_whoever_has_leave_then_takes_no_shift(team: Team) -> None:
    """R-SCH-14: granted, on record, and found by the swap; one that waits for a decision keeps nobody from it."""
    give = await team.assign("B1", 3)
    start = T0 + 3 * DAY + 8 * HOUR
    asked = {"sort": "personal", "since": start + HOUR, "until": start + 2 * HOUR, "reason": "体检"}
    swap = team.request("B1", give, ["B2", "B3"])
    await team.phones["B1"].drain()
    for who, answer, said in (("B2", "leave.approve", ("refused", "on_leave")), ("B3", "", ("applied", None))):
        leave = team.phones[who].act("leave.request", asked)
        assert codes(await team.phones[who].drain()) == [("applied", None)]
        if answer:
            assert await say(team, "S1", answer, leave) == ("applied", None)
        assert await say(team, who, "swap.accept", swap) == said
