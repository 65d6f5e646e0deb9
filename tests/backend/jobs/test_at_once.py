"""Two who act at the same moment: one of them is first, the other is told, and nobody has two shifts at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from tests.dump import ask
from tests.estate import DAY, HOUR, T0, Estate, Phone, codes
from tests.team import Team

from gatehouse_sync import canon
from gatehouse_sync.protocol import Outcome, PushReply

ROUNDS = 6


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def at_once(estate: Estate, *phones: Phone) -> list[tuple[str, str | None]]:
    """Push every phone's last act at the same moment; what was decided of each, in the order given."""
    replies = await asyncio.gather(*(estate.push(canon.encode(phone.frame())) for phone in phones))
    decided: list[Outcome] = []
    for phone, reply in zip(phones, replies, strict=True):
        assert isinstance(reply, PushReply)
        phone.device.pushed(reply)
        decided.append(reply.results[-1])
    return codes(decided)


@pytest.mark.trap("T13")
async def test_of_two_who_accept_at_the_same_moment_one_has_it_and_the_other_is_told_who(team: Team) -> None:
    for turn in range(ROUNDS):
        give = await team.assign("B1", 3 + turn)
        swap = team.request("B1", give, ["B2", "B3"])
        await team.phones["B1"].drain()
        order = ["B2", "B3"] if turn % 2 else ["B3", "B2"]
        for staff_no in order:
            team.phones[staff_no].act("swap.accept", {}, swap)
        decided = dict(zip(order, await at_once(team.estate, *(team.phones[one] for one in order)), strict=True))
        (first,) = [who for who, how in decided.items() if how == ("applied", None)]
        (late,) = [who for who, how in decided.items() if how == ("refused", "wrong_state")]
        await team.phones[late].pull()
        notice = [body for body in team.phones[late].notices() if body["f"]["about"] == swap]
        assert [body["f"]["because"][:2] for body in notice] == [["accepted", team.person(first)]]
        row = team.phones[late].row(swap)
        assert row is not None
        assert row["f"]["accepted_by"] == team.person(first)


@pytest.mark.trap("T14")
async def test_an_approval_and_a_withdrawal_at_the_same_moment_are_never_both(team: Team) -> None:
    for turn in range(ROUNDS):
        give = await team.assign("B1", 3 + turn)
        swap = team.request("B1", give, ["B2"])
        await team.phones["B1"].drain()
        team.phones["B2"].act("swap.accept", {}, swap)
        await team.phones["B2"].drain()
        boss, asker = team.phones["S1"], team.phones["B1"]
        boss.act("swap.approve", {}, swap)
        asker.act("swap.withdraw", {}, swap)
        pair = (boss, asker) if turn % 2 else (asker, boss)
        decided = dict(zip((one.person for one in pair), await at_once(team.estate, *pair), strict=True))
        ends = {"approved": (boss, asker, "B2"), "withdrawn": (asker, boss, "B1")}
        await boss.pull()
        row = boss.row(swap)
        assert row is not None
        first, late, holder = ends[row["f"]["state"]]
        assert decided == {first.person: ("applied", None), late.person: ("refused", "wrong_state")}
        assert await team.holder(give) == holder
        await late.pull()
        notice = [body for body in late.notices() if body["f"]["about"] == swap]
        assert [body["f"]["because"][:2] for body in notice] == [[row["f"]["state"], first.person]]


def local(year: int, month: int, day: int, hour: int, offset: int) -> int:
    """An instant by the wall clock of a place that is ``offset`` hours ahead of UTC then."""
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp() * 1000) - offset * HOUR


async def overlaps(estate: Estate) -> list[tuple[str, str]]:
    """Shifts of one person that are at the same time."""
    sql = (
        "SELECT a.id, b.id FROM shift a JOIN shift b ON a.person = b.person AND a.id < b.id "
        "WHERE a.starts < b.ends AND b.starts < a.ends"
    )
    return [(one, other) for one, other in await ask(estate.database, sql)]


def given(team: Team, who: str, start: int, end: int, of: str | None = None) -> dict[str, object]:
    return {
        "person": team.person(who),
        "post": team.estate.east,
        "team": of or team.id,
        "date": datetime.fromtimestamp(start / 1000, UTC).strftime("%Y-%m-%d"),
        "start": start,
        "end": end,
        "label": "夜",
    }


@pytest.mark.trap("T16")
@pytest.mark.parametrize(
    ("begins", "before", "after"), [((2026, 10, 24), 2, 1), ((2026, 3, 28), 1, 2)], ids=["25 hours", "23 hours"]
)
async def test_shifts_of_a_night_whose_clocks_change_are_compared_by_instants(
    team: Team, begins: tuple[int, int, int], before: int, after: int
) -> None:
    """Berlin: the night shift ends at 06:00 of the changed clock. One from 06:00 fits, one from 05:00 does not.

    By wall times alone the night is eight hours long; it has nine, or seven.
    """
    year, month, day = begins
    boss, night = team.phones["S1"], local(year, month, day, 22, before)
    morning = local(year, month, day + 1, 6, after)
    assert morning - night == (8 + before - after) * HOUR
    boss.act("shift.assign", given(team, "B1", night, morning))
    boss.act("shift.assign", given(team, "B1", morning - HOUR, morning + 7 * HOUR))
    boss.act("shift.assign", given(team, "B1", morning, morning + 8 * HOUR))
    boss.act("shift.assign", given(team, "B1", night - 8 * HOUR, night))
    assert codes(await boss.drain()) == [
        ("applied", None),
        ("refused", "overlap"),
        ("applied", None),
        ("applied", None),
    ]
    assert await overlaps(team.estate) == []


async def second_team(team: Team) -> str:
    """Another team of the site, led by S2."""
    admin = team.estate.admin
    other = admin.act("team.create", {"name": "客服二班", "site": team.estate.site})
    role = {"person": team.person("S2"), "role": "supervisor", "site": team.estate.site, "team": other, "since": T0}
    admin.act("role.grant", role)
    await admin.drain()
    await team.phones["S2"].pull()
    return other


@pytest.mark.trap("T15", "T16")
async def test_two_who_give_one_person_shifts_at_the_same_time_do_not_both_succeed(team: Team) -> None:
    """Of two teams, so that they write no row in common but the person's own."""
    other = await second_team(team)
    bosses = (team.phones["S1"], team.phones["S2"])
    for turn in range(ROUNDS):
        start = T0 + (3 + turn) * DAY + 20 * HOUR
        bosses[0].act("shift.assign", given(team, "B1", start, start + 8 * HOUR))
        late = {**given(team, "B1", start + 7 * HOUR, start + 15 * HOUR, other), "post": team.estate.west}
        bosses[1].act("shift.assign", late)
        decided = await at_once(team.estate, *(bosses if turn % 2 else bosses[::-1]))
        assert sorted(decided, key=str) == [("applied", None), ("refused", "overlap")]
    assert await overlaps(team.estate) == []


@pytest.mark.trap("T15", "T16")
async def test_two_swaps_approved_at_once_do_not_give_one_person_both_shifts(team: Team) -> None:
    """B2 takes over from B1 and from B3, at the same time of the same day; two supervisors approve one each."""
    for turn in range(ROUNDS):
        shifts = [await team.assign("B1", 3 + turn), await team.assign("B3", 3 + turn, start=12, post=team.estate.west)]
        swaps = [team.request(who, shift, ["B2"]) for who, shift in zip(("B1", "B3"), shifts, strict=True)]
        for who, swap in zip(("B1", "B3"), swaps, strict=True):
            await team.phones[who].drain()
            team.phones["B2"].act("swap.accept", {}, swap)
        assert codes(await team.phones["B2"].drain()) == [("applied", None)] * 2
        bosses = (team.phones["S1"], team.phones["S3"])
        for boss, swap in zip(bosses, swaps, strict=True):
            await boss.pull()
            boss.act("swap.approve", {}, swap)
        decided = await at_once(team.estate, *(bosses if turn % 2 else bosses[::-1]))
        assert sorted(decided, key=str) == [("applied", None), ("refused", "overlap")]
        assert await overlaps(team.estate) == []


@pytest.mark.trap("T15", "T16")
async def test_a_held_approval_let_go_while_another_is_made_does_not_give_both_shifts(team: Team) -> None:
    """What comes free is decided within the push that frees it, beside pushes that carry approvals of their own."""
    estate = team.estate
    for turn in range(ROUNDS):
        shifts = [await team.assign("B1", 3 + turn), await team.assign("B3", 3 + turn, start=12, post=estate.west)]
        swaps = [team.request(who, shift, ["B2"]) for who, shift in zip(("B1", "B3"), shifts, strict=True)]
        for who, swap in zip(("B1", "B3"), swaps, strict=True):
            await team.phones[who].drain()
            team.phones["B2"].act("swap.accept", {}, swap)
        assert codes(await team.phones["B2"].drain()) == [("applied", None)] * 2
        lost = await estate.phone("S3")
        await lost.pull()
        estate.admin.act("device.revoke", {"device": lost.id})
        await estate.admin.drain()
        held = lost.act("swap.approve", {}, swaps[1])
        assert codes(await lost.drain()) == [("parked", "after_revocation")]
        boss = team.phones["S1"]
        await boss.pull()
        boss.act("swap.approve", {}, swaps[0])
        estate.admin.act("op.release", {"op": held})
        decided = await at_once(estate, *((boss, estate.admin) if turn % 2 else (estate.admin, boss)))
        assert ("applied", None) in decided
        assert await overlaps(estate) == []
