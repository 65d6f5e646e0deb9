"""Shift swaps: every race ends by order of arrival, and every shift has exactly one owner."""

from __future__ import annotations

import os
import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.estate import DAY, HOUR, T0, Estate, codes
from tests.team import Team

from gatehouse.swaps.expire import expire


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


async def test_a_given_shift_changes_hands_when_the_supervisor_approves(team: Team) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"], reason="家里有事")
    await team.phones["B1"].sync()
    await team.phones["B2"].pull()
    team.phones["B2"].act("swap.accept", {}, swap)
    assert codes(await team.phones["B2"].drain()) == [("applied", None)]
    assert await team.holder(give) == "B1"
    team.phones["S1"].act("swap.approve", {}, swap)
    assert codes(await team.phones["S1"].drain()) == [("applied", None)]
    assert await team.holder(give) == "B2"
    row = team.phones["S1"].row(give)
    assert row is not None
    assert (row["f"]["swap"], row["f"]["roster"]) == (swap, 2)
    await team.phones["B1"].pull()
    assert team.phones["B1"].rows("swap")[0]["f"]["state"] == "approved"


@pytest.mark.path("P23")
async def test_both_legs_of_an_exchange_change_in_one_roster_version(team: Team) -> None:
    give, take = await team.assign("B1", 3), await team.assign("B2", 4)
    swap = team.request("B1", give, ["B2"], mode="exchange", take=take, take_ver=take)
    await team.phones["B1"].sync()
    team.phones["B2"].act("swap.accept", {}, swap)
    await team.phones["B2"].drain()
    team.phones["S1"].act("swap.approve", {}, swap)
    await team.phones["S1"].drain()
    assert (await team.holder(give), await team.holder(take)) == ("B2", "B1")
    rows = [team.phones["S1"].row(shift) for shift in (give, take)]
    assert {row["f"]["roster"] for row in rows if row is not None} == {3}


@pytest.mark.trap("T13")
@pytest.mark.path("P20")
async def test_of_two_who_accept_offline_the_first_to_arrive_has_it_and_the_other_is_told_who(team: Team) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2", "B3"])
    await team.phones["B1"].sync()
    for staff_no in ("B2", "B3"):
        await team.phones[staff_no].pull()
        team.phones[staff_no].act("swap.accept", {}, swap)
    assert codes(await team.phones["B3"].drain()) == [("applied", None)]
    assert codes(await team.phones["B2"].sync()) == [("refused", "wrong_state")]
    (notice,) = team.phones["B2"].notices()
    state, who, at, _op = notice["f"]["because"]
    assert (state, who, at) == ("accepted", team.person("B3"), team.estate.clock.ms)


@pytest.mark.trap("T14")
@pytest.mark.path("P20")
async def test_an_approval_after_a_withdrawal_is_refused_and_names_it(team: Team) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].sync()
    team.phones["B2"].act("swap.accept", {}, swap)
    await team.phones["B2"].drain()
    team.phones["S1"].act("swap.approve", {}, swap)
    team.phones["B1"].act("swap.withdraw", {}, swap)
    await team.phones["B1"].drain()
    assert codes(await team.phones["S1"].sync()) == [("refused", "wrong_state")]
    assert team.phones["S1"].notices()[0]["f"]["because"][:2] == ["withdrawn", team.person("B1")]
    assert await team.holder(give) == "B1"


async def test_approving_one_swap_declines_its_rivals(team: Team) -> None:
    give = await team.assign("B1", 3)
    first, second = team.request("B1", give, ["B2"]), team.request("B1", give, ["B3"])
    await team.phones["B1"].sync()
    for staff_no, swap in (("B2", first), ("B3", second)):
        team.phones[staff_no].act("swap.accept", {}, swap)
        await team.phones[staff_no].drain()
    team.phones["S1"].act("swap.approve", {}, second)
    team.phones["S1"].act("swap.approve", {}, first)
    assert codes(await team.phones["S1"].sync()) == [("applied", None), ("refused", "wrong_state")]
    states = {row["id"]: row["f"]["state"] for row in team.phones["S1"].rows("swap")}
    assert states == {first: "declined", second: "approved"}


@pytest.mark.path("P20")
async def test_a_swap_nobody_decided_expires_at_the_start_of_the_shift(team: Team) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].sync()
    assert await expire(team.estate.core) == 0
    team.estate.clock.ms = T0 + 3 * DAY + 8 * HOUR
    assert await expire(team.estate.core) == 1
    assert await expire(team.estate.core) == 0
    team.phones["B2"].act("swap.accept", {}, swap)
    assert codes(await team.phones["B2"].sync()) == [("refused", "wrong_state")]
    assert team.phones["B2"].notices()[0]["f"]["because"][0] == "expired"


@pytest.mark.parametrize(
    ("who", "kind", "code"),
    [
        ("B1", "swap.accept", "own_matter"),
        ("B3", "swap.accept", "not_asked"),
        ("B3", "swap.decline", "not_asked"),
        ("B2", "swap.withdraw", "not_yours"),
        ("B3", "swap.reject", "not_entitled"),
        ("S2", "swap.reject", "not_entitled"),
        ("B1", "swap.expire", "not_entitled"),
    ],
)
async def test_who_may_not_is_refused(team: Team, who: str, kind: str, code: str) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].sync()
    team.phones[who].act(kind, {"note": "不行"} if kind == "swap.reject" else {}, swap)
    assert codes(await team.phones[who].drain()) == [("refused", code)]


async def test_what_cannot_be_asked_for(team: Team) -> None:
    mine, theirs, begun = await team.assign("B1", 3), await team.assign("B2", 3), await team.assign("B1", 1)
    team.estate.clock.ms = T0 + DAY + 9 * HOUR
    team.request("B1", theirs, ["B2"])
    team.request("B1", begun, ["B2"])
    team.request("B1", mine, ["B1"])
    team.request("B1", mine, ["B2"], give_ver=theirs)
    team.request("B1", mine, ["B2"], mode="exchange")
    team.request("B1", team.id, ["B2"])
    assert [code for _, code in codes(await team.phones["B1"].drain())] == [
        "not_yours",
        "shift_started",
        "own_matter",
        "shift_changed",
        "unknown_reference",
        "unknown_reference",
    ]


@pytest.mark.trap("T16")
@pytest.mark.parametrize(
    ("night", "next_", "said"),
    [
        # Local time in Berlin; its clocks go back on 25 October 2026 and forward on 28 March 2027, both at night.
        (("2026-10-24T22:00", "2026-10-25T06:00"), ("2026-10-25T05:59", "2026-10-25T12:00"), "refused"),
        (("2026-10-24T22:00", "2026-10-25T06:00"), ("2026-10-25T06:00", "2026-10-25T12:00"), "applied"),
        # 02:30 comes twice that night: the shift ends with the first, the other begins with the second.
        (("2026-10-24T22:00", "2026-10-25T02:30"), ("2026-10-25T02:30+01:00", "2026-10-25T12:00"), "applied"),
        (("2026-10-24T22:00", "2026-10-25T02:30+01:00"), ("2026-10-25T02:30", "2026-10-25T12:00"), "refused"),
        (("2027-03-27T22:00", "2027-03-28T06:00"), ("2027-03-28T05:59", "2027-03-28T12:00"), "refused"),
        (("2027-03-27T22:00", "2027-03-28T06:00"), ("2027-03-28T06:00", "2027-03-28T12:00"), "applied"),
    ],
)
async def test_nights_of_23_and_25_hours_are_spans_of_time(
    team: Team, night: tuple[str, str], next_: tuple[str, str], said: str
) -> None:
    """Shifts over midnight and over a change of the clocks: what counts is when they are, not what clocks show."""
    boss, zone = team.phones["S1"], ZoneInfo("Europe/Berlin")
    for span in (night, next_):
        moments = [datetime.fromisoformat(text) for text in span]
        start, end = (
            int((one if one.tzinfo is not None else one.replace(tzinfo=zone)).timestamp() * 1000) for one in moments
        )
        fields = {"person": team.person("B1"), "post": team.estate.east, "team": team.id, "date": span[0][:10]}
        boss.act("shift.assign", {**fields, "start": start, "end": end, "label": "夜"})
    first, second = await boss.drain()
    assert (first[2], second[2], second[3]) == ("applied", said, "overlap" if said == "refused" else None)


@pytest.mark.trap("T16")
async def test_nobody_gets_two_shifts_at_the_same_time(team: Team) -> None:
    give = await team.assign("B1", 3)
    await team.assign("B2", 3, start=12)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].sync()
    team.phones["B2"].act("swap.accept", {}, swap)
    assert codes(await team.phones["B2"].drain()) == [("refused", "overlap")]
    boss = team.phones["S1"]
    shift = {
        "person": team.person("B1"),
        "post": team.estate.west,
        "team": team.id,
        "date": "2026-03-05",
        "start": T0 + 3 * DAY + 15 * HOUR,
        "end": T0 + 3 * DAY + 20 * HOUR,
        "label": "晚",
    }
    boss.act("shift.assign", shift)
    assert codes(await boss.drain()) == [("refused", "overlap")]


async def test_nobody_decides_a_matter_of_their_own(team: Team) -> None:
    give = await team.assign("S3", 3)
    swap = team.request("S3", give, ["B2"])
    await team.phones["S3"].sync()
    team.phones["B2"].act("swap.accept", {}, swap)
    await team.phones["B2"].drain()
    team.phones["S3"].act("swap.approve", {}, swap)
    assert codes(await team.phones["S3"].drain()) == [("refused", "own_matter")]
    team.phones["S1"].act("swap.approve", {}, swap)
    assert codes(await team.phones["S1"].drain()) == [("applied", None)]


async def test_a_deputy_decides_within_the_dates_and_not_outside(team: Team) -> None:
    give = await team.assign("B1", 3)
    swap = team.request("B1", give, ["B2"])
    await team.phones["B1"].sync()
    team.phones["B2"].act("swap.accept", {}, swap)
    await team.phones["B2"].drain()
    span = {"absent": team.person("S1"), "deputy": team.person("S2"), "since": T0 + DAY, "until": T0 + 2 * DAY}
    team.phones["S1"].act("deputy.name", span)
    assert codes(await team.phones["S1"].drain()) == [("applied", None)]
    team.phones["S2"].act("swap.approve", {}, swap)
    assert codes(await team.phones["S2"].drain()) == [("refused", "not_entitled")]
    team.estate.clock.forward(DAY + HOUR)
    await team.phones["S2"].pull()
    assert [row["id"] for row in team.phones["S2"].rows("swap")] == [swap]
    team.phones["S2"].act("swap.approve", {}, swap)
    assert codes(await team.phones["S2"].drain()) == [("applied", None)]


async def test_a_request_two_days_late_is_judged_by_the_shift_as_it_is_then(team: Team) -> None:
    give = await team.assign("B1", 1)
    swap = team.request("B1", give, ["B2"])
    team.estate.clock.forward(2 * DAY)
    assert codes(await team.phones["B1"].sync()) == [("refused", "shift_started")]
    assert team.phones["B1"].notices()[0]["f"]["code"] == "shift_started"
    team.phones["B2"].act("swap.accept", {}, swap)
    assert codes(await team.phones["B2"].drain()) == [("refused", "behind_refused")]


NEXT = {
    "requested": {"accept": "accepted", "decline": "requested", "withdraw": "withdrawn", "reject": "rejected"},
    "accepted": {"withdraw": "withdrawn", "approve": "approved", "reject": "rejected"},
}
"""The transition table, written a second time by hand: what each command makes of each state."""


@pytest.mark.parametrize("seed", range(int(os.environ.get("SWAP_SEEDS", "6"))))
@pytest.mark.trap("T14")
async def test_random_interleavings_end_as_the_table_says(team: Team, seed: int) -> None:
    """Twenty stories a seed: four devices act offline on what they last saw, and drain in any order."""
    dice = random.Random(seed)
    owner: dict[str, str] = {}
    for story in range(20):
        day = 4 + story
        give = await team.assign("B1", day)
        swap = team.request("B1", give, ["B2", "B3"])
        await team.phones["B1"].drain()
        state, accepted, declined = "requested", "", set[str]()
        acts = [
            ("B1", "withdraw"),
            ("B2", "accept"),
            ("B3", "accept"),
            ("B2", "decline"),
            ("B3", "decline"),
            ("S1", "approve"),
            ("S1", "reject"),
            ("S3", "approve"),
        ]
        chosen = dice.sample(acts, dice.randint(2, 6))
        for who, verb in chosen:
            given = {"note": "人手不够"} if verb == "reject" else {}
            team.phones[who].act(f"swap.{verb}", given, swap)
            if dice.random() < 0.5:
                continue
            state, accepted, declined = await settle(team, who, swap, state, accepted, declined)
        for who in dice.sample(sorted({who for who, _ in chosen}), len({who for who, _ in chosen})):
            state, accepted, declined = await settle(team, who, swap, state, accepted, declined)
        owner[give] = accepted if state == "approved" else "B1"
        await team.phones["S1"].pull()
        row = team.phones["S1"].row(swap)
        assert row is not None
        assert row["f"]["state"] == state
    for shift, who in owner.items():
        assert await team.holder(shift) == who


async def settle(
    team: Team, who: str, swap: str, state: str, accepted: str, declined: set[str]
) -> tuple[str, str, set[str]]:
    """Drain a device and say, by the table alone, what its acts should have made of the swap."""
    waiting = [
        kept.op.head.kind.removeprefix("swap.")
        for kept in team.phones[who].device.outbox
        if kept.n > team.phones[who].device.acked
    ]
    results = codes(await team.phones[who].drain())
    for verb, (decision, _code) in zip(waiting, results, strict=True):
        allowed = NEXT.get(state, {}).get(verb)
        if verb == "accept" and who in declined:
            allowed = None
        assert (decision == "applied") is (allowed is not None), (who, verb, state)
        if allowed is None:
            continue
        state = allowed
        if verb == "accept":
            accepted = who
        if verb == "decline":
            declined = declined | {who}
            state = "declined" if declined == {"B2", "B3"} else "requested"
    return state, accepted, declined


async def test_who_assigns_a_shift_does_not_stand_at_its_post(team: Team) -> None:
    await team.assign("B1", 3)
    await team.phones["S1"].pull()
    assert team.phones["S1"].rows("gate") == []
