"""Leave from the request to the return: level by level, by order of arrival, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.backend.leave.packs import ecom, gold, under
from tests.estate import DAY, HOUR, MINUTE, T0, Estate, codes
from tests.team import Team

from gatehouse.db.steps import read
from gatehouse.leave.expire import expire
from gatehouse.leave.queries import leaves, on_leave
from gatehouse.rules.terms import Terms
from gatehouse_sync.apply import Body
from gatehouse_sync.fields import MAX_INSTANT

SHIFT = T0 + 3 * DAY + 8 * HOUR
"""2026-03-05 16:00 in Shanghai, when the shift of these tests begins."""


@pytest.fixture
async def team(estate: Estate) -> Team:
    return await Team(estate).build()


@pytest.fixture
def golden(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with under(monkeypatch, Terms("gold", gold())):
        yield


@pytest.fixture
def trading(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with under(monkeypatch, Terms("ecom", ecom())):
        yield


def ask(team: Team, staff_no: str = "B1", **given: Any) -> str:
    values = {"sort": "personal", "since": SHIFT, "until": SHIFT + 8 * HOUR, "reason": "家里有事", **given}
    return team.phones[staff_no].act("leave.request", values)


async def decide(team: Team, staff_no: str, kind: str, leave: str, **given: Any) -> tuple[str, str | None]:
    phone = team.phones[staff_no]
    phone.act(kind, given, leave)
    return codes(await phone.sync())[-1]


async def row(team: Team, leave: str, staff_no: str = "S1") -> Body:
    phone = team.phones[staff_no]
    await phone.sync()
    found = phone.row(leave)
    assert found is not None
    return found


async def refusal(team: Team, staff_no: str) -> dict[str, Any]:
    """The one refusal in a person's inbox."""
    await team.phones[staff_no].sync()
    (notice,) = team.phones[staff_no].notices()
    return dict(notice["f"])


async def test_a_supervisor_grants_one_day_and_the_person_is_back_again(team: Team) -> None:
    await team.assign("B1", 3)
    leave = ask(team)
    assert codes(await team.phones["B1"].sync()) == [("applied", None)]
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["class"], fields["days"], fields["deadline"]) == ("requested", "ordinary", 1, SHIFT)
    assert await decide(team, "S1", "leave.approve", leave) == ("applied", None)
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["approved"], fields["decided_by"]) == (
        "granted",
        [team.person("S1")],
        team.person("S1"),
    )
    estate = team.estate
    assert await read(estate.database, on_leave(estate.org, {team.person("B1")}, SHIFT, SHIFT + HOUR)) == {
        team.person("B1")
    }
    estate.clock.ms = SHIFT + 2 * HOUR
    assert await decide(team, "B1", "leave.return", leave) == ("applied", None)
    assert await decide(team, "B1", "leave.return", leave) == ("refused", "already_done")
    (stored,) = await read(estate.database, leaves(estate.org, team.person("B1"), SHIFT, SHIFT + DAY))
    assert (stored.until, stored.state) == (SHIFT + 2 * HOUR, "granted")
    assert (
        await read(estate.database, on_leave(estate.org, {team.person("B1")}, SHIFT + 3 * HOUR, SHIFT + DAY)) == set()
    )


async def test_back_before_it_began_is_refused(team: Team) -> None:
    leave = ask(team)
    await team.phones["B1"].sync()
    await decide(team, "S1", "leave.approve", leave)
    assert await decide(team, "B1", "leave.return", leave) == ("refused", "leave_not_begun")


@pytest.mark.usefixtures("golden")
async def test_more_than_one_day_goes_on_to_the_administration(team: Team) -> None:
    """R-LEV-11, I-54: supervisor first, then administration; in effect only after the last one."""
    leave = ask(team, until=SHIFT + DAY + 8 * HOUR)
    await team.phones["B1"].sync()
    admin = team.estate.admin
    await admin.sync()
    assert admin.row(leave) is None, "nobody sees it before it is theirs to decide"
    admin.act("leave.approve", {}, leave)
    assert codes(await admin.sync()) == [("refused", "level_skipped")]
    assert await decide(team, "S1", "leave.approve", leave) == ("applied", None)
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["level"], fields["deciders"]) == ("requested", 1, [team.estate.admin_id])
    await admin.sync()
    assert admin.row(leave) is not None
    admin.act("leave.approve", {}, leave)
    assert codes(await admin.sync()) == [("applied", None)]
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["approved"]) == ("granted", [team.person("S1"), team.estate.admin_id])


async def test_the_first_decision_stands_and_the_other_is_told(team: Team) -> None:
    """I-47."""
    leave = ask(team)
    await team.phones["B1"].sync()
    await team.phones["S1"].pull()
    assert await decide(team, "S1", "leave.reject", leave, note="人手不够") == ("applied", None)
    assert await decide(team, "S3", "leave.approve", leave) == ("refused", "wrong_state")
    told = await refusal(team, "S3")
    assert (told["because"][:2], told["clause"]) == (["rejected", team.person("S1")], "I-47")


@pytest.mark.parametrize(
    ("who", "kind", "code"),
    [
        ("B1", "leave.approve", "own_matter"),
        ("B2", "leave.approve", "not_entitled"),
        ("B2", "leave.reject", "not_entitled"),
        ("B2", "leave.withdraw", "not_yours"),
        ("S1", "leave.withdraw", "not_yours"),
        ("S1", "leave.return", "wrong_state"),
        ("B1", "leave.certify", "own_matter"),
        ("B2", "leave.certify", "not_entitled"),
        ("S1", "leave.expire", "not_entitled"),
    ],
)
async def test_who_may_not_is_refused(team: Team, who: str, kind: str, code: str) -> None:
    leave = ask(team)
    await team.phones["B1"].sync()
    given = {"note": "不行"} if kind == "leave.reject" else {}
    if kind == "leave.certify":
        given = {"first": "2026-03-05", "last": "2026-03-05"}
    assert await decide(team, who, kind, leave, **given) == ("refused", code)


async def test_a_supervisors_own_request_is_the_managers(team: Team) -> None:
    """I-40."""
    team.phones["M1"] = await team.estate.phone("M1")
    team.estate.people["M1"] = team.phones["M1"].person
    leave = ask(team, "S1")
    await team.phones["S1"].sync()
    assert await decide(team, "S1", "leave.approve", leave) == ("refused", "own_matter")
    assert await decide(team, "S3", "leave.approve", leave) == ("refused", "not_entitled")
    assert await decide(team, "M1", "leave.approve", leave) == ("applied", None)


async def test_undecided_at_the_start_of_the_shift_it_has_no_effect(team: Team) -> None:
    """I-28: at the very start, and not a millisecond before."""
    await team.assign("B1", 3)
    leave = ask(team, since=SHIFT - HOUR)
    await team.phones["B1"].sync()
    team.estate.clock.ms = SHIFT - 1
    assert await expire(team.estate.core) == 0
    team.estate.clock.ms = SHIFT
    assert await decide(team, "S1", "leave.approve", leave) == ("refused", "leave_begun")
    assert (await refusal(team, "S1"))["clause"] == "I-28"
    assert await expire(team.estate.core) == 1
    assert await expire(team.estate.core) == 0
    assert (await row(team, leave))["f"]["state"] == "expired"


async def test_asked_for_offline_and_arriving_after_the_start_it_is_on_record_without_effect(team: Team) -> None:
    """I-27: in time by the phone, and yet nobody agreed before the shift began."""
    await team.assign("B1", 3)
    leave = ask(team)
    team.estate.clock.ms = SHIFT + HOUR
    assert codes(await team.phones["B1"].sync()) == [("applied", None)]
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["class"], fields["clause"]) == ("expired", "ordinary", "I-28")


@pytest.mark.usefixtures("trading")
async def test_a_class_is_judged_by_when_it_was_made_not_when_it_arrived(team: Team) -> None:
    """I-27, I-39: made two hours before the start is urgent, though it arrives one minute before."""
    await team.assign("B1", 3)
    team.estate.clock.ms = SHIFT - 2 * HOUR
    leave = ask(team)
    team.estate.clock.ms = SHIFT - MINUTE
    await team.phones["B1"].sync()
    assert (await row(team, leave))["f"]["class"] == "urgent"


@pytest.mark.usefixtures("trading")
async def test_too_late_it_is_void_by_its_clause(team: Team) -> None:
    await team.assign("B1", 3)
    team.estate.clock.ms = SHIFT - 2 * HOUR + 1
    leave = ask(team)
    await team.phones["B1"].sync()
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["why"], fields["clause"]) == ("void", "leave_late", "R-LEV-01")
    (stored,) = await read(team.estate.database, leaves(team.estate.org, team.person("B1"), SHIFT, SHIFT + DAY))
    fact = stored.fact("Asia/Shanghai", Terms("ecom", ecom()), team.estate.clock.ms)
    assert (fact.state, fact.clause) == ("void", "R-LEV-01")


@pytest.mark.usefixtures("golden")
async def test_skipping_a_level_is_refused_and_another_line_too(team: Team) -> None:
    """R-LEV-10."""
    ask(team, to=team.estate.admin_id)
    ask(team, to=team.person("B2"))
    ask(team, to=team.person("S1"))
    assert codes(await team.phones["B1"].sync()) == [
        ("refused", "level_skipped"),
        ("refused", "cross_line"),
        ("applied", None),
    ]
    told = [notice["f"] for notice in team.phones["B1"].notices()]
    assert {one["clause"] for one in told} == {"R-LEV-10"}


@pytest.mark.usefixtures("trading")
async def test_skipping_a_level_makes_it_void_where_the_regulation_says_so(team: Team) -> None:
    """R-LEV-04."""
    leave = ask(team, to=team.estate.admin_id, substitute=team.person("B2"))
    await team.phones["B1"].sync()
    fields = (await row(team, leave))["f"]
    assert (fields["state"], fields["why"], fields["clause"]) == ("void", "level_skipped", "R-LEV-04")
    assert await decide(team, "S1", "leave.approve", leave) == ("refused", "wrong_state")


async def test_only_a_sick_note_is_handed_in_by_another(team: Team) -> None:
    """R-LEV-12, R-LEV-13; and never for people elsewhere."""
    ask(team, "B2", person=team.person("B1"))
    leave = ask(team, "B2", person=team.person("B1"), sort="sick")
    ask(team, "B2", person=team.estate.people["G1"], sort="sick")
    results = codes(await team.phones["B2"].sync())
    assert results == [("refused", "leave_in_person"), ("applied", None), ("refused", "not_yours")]
    body = await row(team, leave, "B1")
    assert (body["by"], body["f"]["person"]) == (team.person("B2"), team.person("B1"))
    assert await decide(team, "B1", "leave.withdraw", leave) == ("applied", None)


async def test_what_cannot_be_asked_for(team: Team) -> None:
    await team.assign("B2", 3)
    ask(team, until=SHIFT)
    ask(team, until=SHIFT + 367 * DAY)
    ask(team, since=MAX_INSTANT - 1, until=MAX_INSTANT)
    ask(team, to=team.id)
    ask(team, substitute=team.person("B1"))
    ask(team, substitute=team.person("B2"))
    ask(team, substitute=team.person("B3"))
    ask(team, since=SHIFT + 7 * HOUR, until=SHIFT + 9 * HOUR)
    ask(team, since=SHIFT + 8 * HOUR, until=SHIFT + 9 * HOUR)
    assert codes(await team.phones["B1"].sync()) == [
        ("refused", "leave_span"),
        ("refused", "leave_span"),
        ("refused", "leave_span"),
        ("refused", "unknown_reference"),
        ("refused", "leave_substitute"),
        ("refused", "substitute_busy"),
        ("applied", None),
        ("refused", "leave_overlaps"),
        ("applied", None),
    ]


@pytest.mark.usefixtures("golden")
async def test_certificates_add_up_until_they_reach_over_the_leave(team: Team) -> None:
    """R-LEV-13, R-LEV-14: seen by whom and when; a gap leaves the leave without excuse."""
    leave = ask(team, sort="sick", until=SHIFT + 2 * DAY + 8 * HOUR)
    await team.phones["B1"].sync()
    await decide(team, "S1", "leave.approve", leave)
    admin = team.estate.admin
    await admin.sync()
    admin.act("leave.approve", {}, leave)
    await admin.sync()
    assert (await row(team, leave))["f"]["due"] == "2026-03-08"
    bad = {"first": "2026-03-01", "last": "2026-03-04"}
    assert await decide(team, "S1", "leave.certify", leave, **bad) == ("refused", "certificate_dates")
    assert await decide(team, "S1", "leave.certify", leave, first="2026-03-05", last="2026-03-06") == ("applied", None)
    estate, terms = team.estate, Terms("gold", gold())
    after = T0 + 8 * DAY
    (stored,) = await read(estate.database, leaves(estate.org, team.person("B1"), SHIFT, SHIFT + DAY))
    fact = stored.fact("Asia/Shanghai", terms, after)
    assert (fact.state, fact.clause) == ("invalid", "R-LEV-14")
    assert await decide(team, "S1", "leave.certify", leave, first="2026-03-07", last="2026-03-08") == ("applied", None)
    (stored,) = await read(estate.database, leaves(estate.org, team.person("B1"), SHIFT, SHIFT + DAY))
    assert stored.fact("Asia/Shanghai", terms, after).state == "granted"
    fields = (await row(team, leave))["f"]
    assert (fields["certs"], fields["seen_by"], fields["seen"]) == (
        ["2026-03-05/2026-03-06", "2026-03-07/2026-03-08"],
        team.person("S1"),
        estate.clock.ms,
    )


async def test_withdrawn_before_it_begins_and_not_after(team: Team) -> None:
    first, second = ask(team), ask(team, since=SHIFT + DAY, until=SHIFT + DAY + HOUR)
    await team.phones["B1"].sync()
    for leave in (first, second):
        await decide(team, "S1", "leave.approve", leave)
    assert await decide(team, "B1", "leave.withdraw", second) == ("applied", None)
    team.estate.clock.ms = SHIFT
    assert await decide(team, "B1", "leave.withdraw", first) == ("refused", "leave_begun")


async def test_colleagues_hear_nothing_of_it(team: Team) -> None:
    """I5: the person's, the supervisors' and who decides; nobody else's."""
    leave = ask(team)
    await team.phones["B1"].sync()
    for staff_no, sees in (("B1", True), ("S1", True), ("S3", True), ("B2", False), ("S2", False)):
        await team.phones[staff_no].sync()
        assert (team.phones[staff_no].row(leave) is not None) is sees


async def test_a_team_that_follows_a_regulation_is_judged_by_it_from_its_date(team: Team) -> None:
    """The real book: what an admin chose, from the date on, and the days that are holidays."""
    admin = team.estate.admin
    admin.act("policy.choose", {"team": team.id, "pack": "ecom", "since": "2026-03-05"})
    admin.act("holiday.set", {"date": "2026-03-06", "sort": "statutory", "name": "本地节日"})
    assert codes(await admin.sync()) == [("applied", None), ("applied", None)]
    for day in (2, 3, 4):
        await team.assign("B1", day)
    before = ask(team, since=SHIFT - DAY, until=SHIFT - DAY + 8 * HOUR)
    ask(team)
    ask(team, since=SHIFT + DAY, until=SHIFT + DAY + 8 * HOUR, substitute=team.person("B2"))
    assert codes(await team.phones["B1"].sync()) == [
        ("applied", None),
        ("refused", "leave_substitute"),
        ("refused", "leave_holiday"),
    ]
    assert {notice["f"]["clause"] for notice in team.phones["B1"].notices()} == {"R-LEV-02", "R-LEV-06"}
    assert (await row(team, before))["f"]["levels"] == "superior"
