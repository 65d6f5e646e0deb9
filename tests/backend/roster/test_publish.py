"""A month of a team, published: what shifts it makes, changes and ends, and what it must not do."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.dump import ask
from tests.estate import DAY, HOUR, T0, Estate, codes
from tests.rosters import HOURS, MONTH, shown, templates, values
from tests.team import Team

from gatehouse.audit.keys import VerifyingKey
from gatehouse.audit.verify import verify
from gatehouse.roster import publish
from gatehouse_sync import rota
from gatehouse_sync.apply import Body
from gatehouse_sync.fields import MAX_INSTANT

APPLIED = [("applied", None)]


class Plan:
    """A team, its templates, and a planner's device."""

    def __init__(self, team: Team, by_label: dict[str, str]) -> None:
        self.team, self.by_label, self.boss = team, by_label, team.phones["S1"]

    def say(self, rows: dict[str, str], seen: int = 0, month: str = MONTH) -> str:
        estate = self.team.estate
        by_person = {self.team.person(who): text for who, text in rows.items()}
        said = values(self.team.id, self.by_label, [estate.east, estate.west], by_person, seen, month)
        return self.boss.act("roster.publish", said)

    async def settle(self) -> list[tuple[str, str | None]]:
        """What was decided; the device has all of it then."""
        decided = codes(await self.boss.drain())
        await self.boss.pull()
        return decided

    def has(self, who: str) -> dict[str, str]:
        return {date[-2:]: label for date, label in shown(self.boss, self.team.person(who)).items()}

    def shift(self, who: str, day: int) -> Body:
        (row,) = [
            row
            for row in self.boss.rows("shift")
            if (row["f"]["person"], row["f"]["date"]) == (self.team.person(who), f"{MONTH}-{day:02}")
            and "cancelled" not in row["f"]
        ]
        return row


@pytest.fixture
async def plan(estate: Estate) -> Plan:
    team = await Team(estate).build()
    return Plan(team, await templates(team))


async def sound(estate: Estate) -> list[str]:
    return [str(one) for one in await verify(estate.database, VerifyingKey(estate.key.public))]


async def test_a_month_is_published_as_one_version(plan: Plan) -> None:
    publication = plan.say({"B1": "早 早 休 夜", "B2": "中2 休 客"})
    assert await plan.settle() == APPLIED
    assert plan.has("B1") == {"01": "早", "02": "早", "04": "夜"}
    assert plan.has("B2") == {"01": "中", "03": "客"}
    early, late = plan.shift("B1", 1)["f"], plan.shift("B2", 1)["f"]
    midnight = T0 - DAY - 8 * HOUR  # of 1 March in China
    assert (early["start"], early["end"]) == (midnight + 7 * HOUR, midnight + 15 * HOUR)
    assert early["template"] == plan.by_label["早"]
    assert early["segments"] == HOURS["早"]
    assert (early["post"], late["post"]) == (plan.team.estate.east, plan.team.estate.west)
    assert {row["f"]["roster"] for row in plan.boss.rows("shift")} == {1}
    assert plan.shift("B1", 4)["f"]["night"] is True
    assert plan.shift("B1", 4)["f"]["end"] == midnight + 3 * DAY + 31 * HOUR
    row = plan.boss.row(publication)
    assert row is not None
    assert (row["f"]["version"], row["f"]["seen"]) == (1, 0)
    (roster,) = plan.boss.rows("roster")
    assert roster["f"]["version"] == 1


async def test_people_and_the_posts_tablets_are_told_like_of_any_shift(plan: Plan) -> None:
    plan.say({"B1": "早"})
    await plan.settle()
    await plan.team.phones["B1"].pull()
    assert shown(plan.team.phones["B1"], plan.team.person("B1")) == {f"{MONTH}-01": "早"}
    badges = await ask(plan.team.estate.database, "SELECT body FROM entity WHERE kind = 'badge'")
    assert len(badges) == 1


async def test_a_later_one_changes_ends_and_makes_and_leaves_the_rest(plan: Plan) -> None:
    plan.say({"B1": "早 早 早", "B2": "中 中 中"})
    await plan.settle()
    first, kept = plan.shift("B1", 1), plan.shift("B1", 3)
    plan.say({"B1": "中 休 保 夜"}, seen=1)
    assert await plan.settle() == APPLIED
    assert plan.has("B1") == {"01": "中", "03": "早", "04": "夜"}
    assert plan.has("B2") == {"01": "中", "02": "中", "03": "中"}
    changed = plan.shift("B1", 1)
    assert changed["id"] == first["id"]
    assert changed["ver"] != first["ver"]
    assert plan.shift("B1", 3) == kept
    gone = [row for row in plan.boss.rows("shift") if "cancelled" in row["f"]]
    assert [(row["f"]["date"], row["f"]["roster"]) for row in gone] == [(f"{MONTH}-02", 2)]
    rows = await ask(plan.team.estate.database, "SELECT day FROM shift WHERE cancelled IS NOT NULL")
    assert rows == [(f"{MONTH}-02",)]


async def test_two_shifts_of_one_day_are_one_cell(plan: Plan) -> None:
    plan.say({"B1": "早"})
    await plan.settle()
    said = values(plan.team.id, plan.by_label, [plan.team.estate.east], {plan.team.person("B1"): "早 夜"}, 1)
    both = "+".join(sorted(said["legend"].split()))
    person, signs = said["rows"].split(" ")
    said |= {"legend": both, "rows": f"{person} {signs.replace('01', '0.')}"}
    plan.boss.act("roster.publish", said)
    assert await plan.settle() == APPLIED
    labels = sorted(row["f"]["label"] for row in plan.boss.rows("shift"))
    assert labels == ["夜", "早"]


@pytest.mark.path("P20")
async def test_an_edit_of_an_older_version_is_refused_and_says_which_is_newest(plan: Plan) -> None:
    """I-53: of two who edit one roster the second to arrive learns who was faster, and nothing of it takes effect."""
    plan.say({"B1": "早"})
    await plan.settle()
    plan.say({"B1": "中"}, seen=1)
    plan.say({"B2": "中"}, seen=1)
    assert await plan.settle() == [*APPLIED, ("refused", "roster_stale")]
    (notice,) = plan.boss.notices()
    assert notice["f"]["clause"] == "I-53"
    assert notice["f"]["told"] == {"newest": 2, "seen": 1}
    assert notice["f"]["because"][1] == plan.team.person("S1")
    assert plan.has("B2") == {}


async def test_an_approved_swap_is_a_version_too(plan: Plan) -> None:
    plan.say({"B1": "早", "B2": "休"}, month="2026-04")
    await plan.settle()
    (row,) = plan.boss.rows("shift")
    for who in ("B1", "B2"):
        await plan.team.phones[who].pull()
    swap = plan.team.request("B1", row["id"], ["B2"], give_ver=row["ver"])
    await plan.team.phones["B1"].drain()
    plan.team.phones["B2"].act("swap.accept", {}, swap)
    await plan.team.phones["B2"].drain()
    plan.boss.act("swap.approve", {}, swap)
    assert await plan.settle() == APPLIED
    plan.say({"B1": "休"}, seen=1, month="2026-04")
    assert await plan.settle() == [("refused", "roster_stale")]
    plan.say({"B2": "休"}, seen=2, month="2026-04")
    assert await plan.settle() == APPLIED
    assert plan.has("B2") == {}


async def test_a_swap_of_a_shift_that_was_taken_off_meanwhile_is_refused(plan: Plan) -> None:
    plan.say({"B1": "早"}, month="2026-04")
    await plan.settle()
    (row,) = plan.boss.rows("shift")
    plan.say({"B1": "休"}, seen=1, month="2026-04")
    await plan.settle()
    await plan.team.phones["B1"].pull()
    gone = plan.boss.row(row["id"])
    assert gone is not None
    plan.team.request("B1", row["id"], ["B2"], give_ver=gone["ver"])
    assert codes(await plan.team.phones["B1"].sync()) == [("refused", "shift_changed")]


@pytest.mark.parametrize(
    ("rows", "who", "day"),
    [({"B1": "夜 早", "B2": "早"}, "B1", "02"), ({"B1": "早", "B2": "客 夜 早"}, "B2", "03")],
)
async def test_overlapping_work_of_one_person_refuses_all_of_it(
    plan: Plan, rows: dict[str, str], who: str, day: str
) -> None:
    plan.by_label["夜"] = plan.team.estate.admin.act(
        "template.create", {"name": "通宵", "label": "夜", "segments": "19:00-31:30", "order": 9}
    )
    await plan.team.estate.admin.drain()
    plan.say(rows)
    assert await plan.settle() == [("refused", "overlap")]
    (notice,) = plan.boss.notices()
    assert notice["f"]["told"] == {"who": plan.team.person(who), "date": f"{MONTH}-{day}"}
    assert notice["f"]["clause"] == "I-08"
    assert plan.boss.rows("shift") == []


async def test_work_for_another_team_overlaps_too(plan: Plan) -> None:
    shift = await plan.team.assign("B1", 1)  # 3 March, 16:00–24:00 in China, by a single assignment
    plan.say({"B1": "保 保 中"}, seen=1)
    assert await plan.settle() == APPLIED  # the same cell: it changes that very shift
    row = plan.boss.row(shift)
    assert row is not None
    assert row["f"]["label"] == "中"
    other = plan.team.estate.admin.act("team.create", {"name": "二班", "site": plan.team.estate.site})
    await plan.team.estate.admin.drain()
    said = values(other, plan.by_label, [plan.team.estate.east], {plan.team.person("B1"): "保 保 客"})
    plan.team.estate.admin.act("roster.publish", said)
    assert codes(await plan.team.estate.admin.drain()) == [("refused", "overlap")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"month": "2026-13"}, "bad_roster"),
        ({"month": "2026-02"}, "bad_roster"),  # 31 cells for 28 days
        ({"rows": "x"}, "bad_roster"),
        ({"legend": "aa aa"}, "bad_roster"),
        ({"legend": "at"}, "bad_roster"),
        ({"legend": "aa+aa+aa+aa"}, "bad_roster"),
        ({"team": "0199f0a0-0001-7000-8000-00000000ffff"}, "unknown_reference"),
        ({"posts": ["0199f0a0-0001-7000-8000-00000000ffff"]}, "unknown_reference"),
        ({"templates": ["0199f0a0-0001-7000-8000-00000000ffff"]}, "unknown_reference"),
    ],
)
async def test_what_is_no_month_of_a_team_is_refused(plan: Plan, change: dict[str, object], code: str) -> None:
    said = values(plan.team.id, plan.by_label, [plan.team.estate.east], {plan.team.person("B1"): "早"})
    plan.boss.act("roster.publish", said | change)
    assert await plan.settle() == [("refused", code)]


async def test_a_person_twice_or_out_of_order_is_no_roster(plan: Plan) -> None:
    said = values(plan.team.id, plan.by_label, [plan.team.estate.east], {plan.team.person("B1"): "早"})
    plan.boss.act("roster.publish", said | {"rows": f"{said['rows']}\n{said['rows']}"})
    assert await plan.settle() == [("refused", "bad_roster")]


async def test_who_has_left_by_then_gets_no_shift(plan: Plan) -> None:
    plan.team.estate.admin.act("person.dismiss", {"dismissed": T0 + 5 * DAY}, plan.team.person("B1"))
    await plan.team.estate.admin.drain()
    plan.say({"B1": "早 早 休 休 休 休 休 早"})
    assert await plan.settle() == [("refused", "not_available")]
    plan.say({"B1": "早 早"})
    assert await plan.settle() == APPLIED


async def test_only_who_plans_the_team_publishes_it(plan: Plan) -> None:
    said = values(plan.team.id, plan.by_label, [plan.team.estate.east], {plan.team.person("B1"): "早"})
    for who, result in (("B1", ("refused", "not_entitled")), ("S3", ("applied", None))):
        phone = plan.team.phones[who]
        phone.act("roster.publish", said)
        assert codes(await phone.drain()) == [result]
    other = plan.team.estate.admin.act("team.create", {"name": "二班", "site": plan.team.estate.site})
    await plan.team.estate.admin.drain()
    plan.boss.act("roster.publish", said | {"team": other, "seen": 0})
    assert await plan.settle() == [("refused", "not_entitled")]


async def test_more_changes_than_a_decision_can_name_are_refused(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "MOST_CHANGED", 2)
    plan.say({"B1": "早 早 早"})
    assert await plan.settle() == APPLIED
    plan.say({"B1": "中 中 中"}, seen=1)
    assert await plan.settle() == [("refused", "too_much_at_once")]


async def test_the_log_folds_to_the_same_shifts(plan: Plan) -> None:
    plan.say({"B1": "早 早 早", "B2": "中 中2 中"})
    plan.boss.act("roster.receive", {"team": plan.team.id, "version": 1})
    await plan.settle()
    plan.say({"B1": "中 休 保 夜"}, seen=1)
    await plan.settle()
    assert await sound(plan.team.estate) == []


async def test_a_template_amended_later_changes_nothing_that_was_published(plan: Plan) -> None:
    plan.say({"B1": "早"})
    await plan.settle()
    before = plan.shift("B1", 1)
    plan.team.estate.admin.act("template.amend", {"segments": "06:00-14:00", "label": "晨"}, plan.by_label["早"])
    await plan.team.estate.admin.drain()
    await plan.boss.pull()
    assert plan.shift("B1", 1) == before
    assert await sound(plan.team.estate) == []


async def test_receipts_say_who_has_seen_which_version(plan: Plan) -> None:
    plan.say({"B1": "早"})
    await plan.settle()
    phone = plan.team.phones["B1"]
    phone.act("roster.receive", {"team": plan.team.id, "version": 1})
    phone.act("roster.receive", {"team": plan.team.id, "version": 2})
    assert codes(await phone.drain()) == [*APPLIED, ("refused", "unknown_reference")]
    await plan.boss.pull()
    assert [(row["by"], row["f"]["version"]) for row in plan.boss.rows("receipt")] == [(plan.team.person("B1"), 1)]
    await plan.team.phones["B2"].pull()
    assert plan.team.phones["B2"].rows("receipt") == []
    rows = await ask(plan.team.estate.database, "SELECT person, team, version FROM receipt")
    assert rows == [(plan.team.person("B1"), plan.team.id, 1)]


def test_the_clock_of_a_place_is_kept_where_it_jumps() -> None:
    """A night in Berlin that loses an hour, and one that has it twice: 23 and 25 hours from noon to noon."""
    spring = publish.offsets("Europe/Berlin", "2026-03")
    assert spring == "60 1774746000000:120"
    noon = [rota.instant("2026-03-28", minutes, spring) for minutes in (12 * 60, 36 * 60)]
    assert noon[1] - noon[0] == 23 * HOUR
    skipped = rota.instant("2026-03-29", 150, spring)
    assert skipped == rota.instant("2026-03-29", 210, spring)
    autumn = publish.offsets("Europe/Berlin", "2026-10")
    noon = [rota.instant("2026-10-24", minutes, autumn) for minutes in (12 * 60, 36 * 60)]
    assert noon[1] - noon[0] == 25 * HOUR
    assert rota.instant("2026-10-25", 150, autumn) == rota.instant("2026-10-25", 60, autumn) + 90 * 60_000
    assert publish.offsets("Asia/Shanghai", "2026-03") == "480"


@pytest.mark.parametrize(
    ("date", "start", "kept"),
    [
        ("2026-03-03", "2026-03-03 08:00", "2026-03-03"),
        ("2026-03-03", "2026-03-04 00:30", "2026-03-03"),
        ("2026-03-03", "2026-03-05 00:00", "2026-03-05"),
        ("2026-03-03", "2026-03-02 23:59", "2026-03-02"),
        ("2026-02-30", "2026-03-03 08:00", "2026-03-03"),
    ],
)
async def test_a_shift_is_of_the_day_it_begins(estate: Estate, date: str, start: str, kept: str) -> None:
    """I-21: its date is one that it can have; 24:30 is of the day before."""
    team = await Team(estate).build()
    boss = team.phones["S1"]
    begins = int(datetime.fromisoformat(f"{start}+08:00").timestamp() * 1000)
    given = {"person": team.person("B1"), "post": estate.east, "team": team.id, "date": date, "label": "早"}
    shift = boss.act("shift.assign", {**given, "start": begins, "end": begins + 3_600_000})
    assert codes(await boss.sync()) == APPLIED
    row = boss.row(shift)
    assert row is not None
    assert row["f"]["date"] == kept


async def test_a_shift_in_the_last_year_of_all_does_no_harm(estate: Estate) -> None:
    """Every instant that is well formed has a date, and so have the days beside it."""
    team = await Team(estate).build()
    boss = team.phones["S1"]
    given = {"person": team.person("B1"), "post": estate.east, "team": team.id, "date": "2026-03-03", "label": "早"}
    boss.act("shift.assign", {**given, "start": MAX_INSTANT - 3_600_000, "end": MAX_INSTANT})
    assert codes(await boss.sync()) == APPLIED
