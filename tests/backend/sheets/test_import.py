"""What a file does to an estate: shown first, done as shown, all of it or nothing."""

from __future__ import annotations

import pytest
from tests.estate import HOUR, Estate
from tests.sheets import PEOPLE, POSTS, UNITS, VEHICLES, Office, told

from gatehouse.db.steps import Query, Steps, read, write
from gatehouse.errors import Problem
from gatehouse.sheets.plan import day_of, phone_of
from gatehouse.sheets.uploads import forget

SITE = "翠湖花园"
LEAD = ("周主管", "L1", "", "一班", "", "主管", "", SITE, "")


async def asked(estate: Estate, sql: str, *args: object) -> list[tuple[object, ...]]:
    def steps() -> Steps[list[tuple[object, ...]]]:
        return (yield Query(sql, args))

    return await read(estate.database, steps())


async def ops_since(estate: Estate, n: int) -> list[str]:
    rows = await asked(estate, "SELECT kind FROM op WHERE org = ? AND n > ? ORDER BY n", estate.org, n)
    return [str(row[0]) for row in rows]


async def log_end(estate: Estate) -> int:
    ((n,),) = await asked(estate, "SELECT n FROM org_head WHERE org = ?", estate.org)
    return int(str(n))


async def test_people_come_in_with_teams_superiors_and_roles(estate: Estate, office: Office) -> None:
    rows = (
        PEOPLE,
        ("小李", "00123", "139 0000 1111", "一班", "L1", "保安", "P3", SITE, "2026/3/1"),
        LEAD,
        ("小李", "00124", None, "一班", "00123", "客服、文员", None, SITE, "2026年2月1日"),
    )
    shown = await office.look("people", *rows)
    assert told(shown) == []
    assert (shown.counts.new, shown.counts.changed, shown.counts.untouched) == (3, 0, 5)
    assert shown.created == {"team": ["一班"]}
    n = await log_end(estate)
    done = await office.apply(shown)
    assert (done.counts.new, done.acts) == (3, 8)
    kinds = await ops_since(estate, n)
    assert kinds[:2] == ["import.run", "team.create"]
    assert sorted(kinds[2:]) == ["person.create"] * 3 + ["role.grant"] * 4
    await estate.admin.pull()
    people = {row["f"]["staff_no"]: row["f"] for row in estate.admin.rows("person")}
    assert people["00123"]["name"] == people["00124"]["name"] == "小李"
    ids = {row["f"]["staff_no"]: row["id"] for row in estate.admin.rows("person")}
    assert people["00123"]["superior"] == ids["L1"]
    assert people["00124"]["superior"] == ids["00123"]
    # What came in can sign in, and leads.
    await estate.password(ids["L1"])
    await estate.phone("L1")
    ((held,),) = await asked(estate, "SELECT count(*) FROM role WHERE person = ? AND team IS NOT NULL", ids["L1"])
    assert held == 1
    again = await office.look("people", *rows)
    assert (again.counts.same, again.counts.new, again.counts.changed, told(again, "error", "warning")) == (3, 0, 0, [])


async def test_every_error_of_people_is_told_with_its_cell(estate: Estate, office: Office) -> None:
    estate.admin.act("person.dismiss", {"dismissed": estate.clock.ms}, estate.people["G3"])
    await estate.admin.drain()
    rows = (
        PEOPLE,
        ("甲", "", "", "", "", "", "", "", ""),
        ("", "X2", "", "", "", "", "", "", ""),
        ("乙", "X3", "abc", "", "", "", "", "", ""),
        ("丙", "X4", "", "", "", "", "", "", "3/2/2026"),
        ("丁", "X5", "", "", "X5", "", "", "", ""),
        ("戊", "X6", "", "", "nobody", "", "", "", ""),
        ("己", "X7", "", "", "X8", "", "", "", ""),
        ("庚", "X8", "", "", "X7", "", "", "", ""),
        ("辛", "X9", "", "", "", "总统", "", SITE, ""),
        ("壬", "X10", "", "", "", "保安", "", "不存在", ""),
        ("癸", "x-9", "", "", "", "", "", "", ""),
        ("赵小兵", "G3", "", "", "", "", "", "", ""),
        ("长" * 81, "X12", "", "", "", "", "", "", ""),
        ("子", "X13", "", "无人班", "", "", "", "", ""),
        ("丑", "X14", "", "", "", "管理员", "", SITE, ""),
        ("寅", "X15", "", "", "", "", "", SITE, ""),
        ("卯", "X" * 25, "", "", "", "", "", "", ""),
        ("辰" * 10_000, "X17", "", "", "", "", "", "", ""),
    )
    shown = await office.look("people", *rows)
    assert sorted(told(shown)) == [
        (2, "B", "required"),
        (3, "A", "required"),
        (4, "C", "bad_phone"),
        (5, "I", "bad_date"),
        (6, "E", "superior_self"),
        (7, "E", "superior_unknown"),
        (8, "E", "superior_circle"),
        (9, "E", "superior_circle"),
        (10, "F", "role_unknown"),
        (11, "H", "site_unknown"),
        (12, "B", "duplicate"),
        (13, "B", "person_left"),
        (14, "A", "too_long"),
        (15, "D", "team_without_lead"),
        (16, "F", "role_by_hand"),
        (17, "F", "role_needed"),
        (18, "B", "too_long"),
        (19, "A", "too_long"),
    ]
    assert max(len(str(one)) for one in shown.told) < 400, "a cell of 10 kB is not sent back"
    n = await log_end(estate)
    with pytest.raises(Problem) as caught:
        await office.apply(shown)
    assert caught.value.code == "import_errors"
    assert await log_end(estate) == n


async def test_a_change_says_what_was_and_what_will_be(estate: Estate, office: Office) -> None:
    await office.bring("people", PEOPLE, LEAD, ("小李", "N1", "13900001111", "一班", "", "保安", "P1", SITE, ""))
    shown = await office.look(
        "people",
        PEOPLE,
        ("周主管", "L2", "", "二班", "", "主管", "", SITE, ""),
        ("小李", "N1", "13900002222", "二班", "L2", "班长", "", SITE, ""),
    )
    assert told(shown) == []
    assert shown.changed[0].fields == {
        "phone": ("13900001111", "13900002222"),
        "team": ("一班", "二班"),
        "superior": ("", "L2"),
        "role": ("保安", "保安、主管"),
        "site": (SITE, SITE),
    }
    await office.apply(shown)
    await estate.admin.pull()
    person = next(row for row in estate.admin.rows("person") if row["f"]["staff_no"] == "N1")
    assert person["f"]["phone"] == "13900002222"
    assert person["f"]["grade"] == "P1", "an empty cell takes nothing away"


async def test_two_who_change_places_are_no_circle(estate: Estate, office: Office) -> None:
    """A above B becomes B above A: each step alone would close the circle, the file as a whole does not."""
    await office.bring(
        "people",
        PEOPLE,
        LEAD,
        ("甲", "A1", "", "一班", "L1", "", "", "", ""),
        ("乙", "A2", "", "一班", "A1", "", "", "", ""),
    )
    await office.bring("people", PEOPLE[:5], ("甲", "A1", "", "", "A2"), ("乙", "A2", "", "", "L1"))
    await estate.admin.pull()
    people = {row["f"]["staff_no"]: row for row in estate.admin.rows("person")}
    assert people["A1"]["f"]["superior"] == people["A2"]["id"]


async def test_units_residents_posts_and_vehicles(estate: Estate, office: Office) -> None:
    done = await office.bring(
        "units",
        UNITS,
        (SITE, "1栋", "3层", "301", "住户甲", "13900001111", "业主"),
        (SITE, "1栋", "", "301", "住户甲", "13900002222", "家属"),
        (SITE, "1栋", "B1", "B101", "", "", ""),
        (SITE, "2栋", 3, 301, "住户乙", "", ""),
    )
    assert (done.counts.new, done.acts) == (4, 2 + 3 + 3)
    shown = await office.look(
        "units",
        UNITS,
        (SITE, "1栋", "4", "301", "住户甲", "13900001111", "租户"),
        (SITE, "1 栋", "", "301", "x", "", ""),
        (SITE, "1栋", "5", "301", "", "", ""),
        (SITE, "1栋", "x", "302", "", "", ""),
        (SITE, "1栋", "", "301", "", "1390", ""),
        (SITE, "1栋", "", "301", "住户丙", "139", "皇帝"),
    )
    assert told(shown) == [
        (4, "C", "floor_differs"),
        (5, "C", "bad_number"),
        (6, "E", "required"),
        (7, "F", "bad_phone"),
        (7, "G", "relation_unknown"),
    ]
    assert shown.changed[0].fields == {"floor": ("3", "4"), "relation": ("业主", "租户")}
    assert (await office.bring("posts", POSTS, (SITE, "东门岗", 5), (SITE, "车库岗", ""))).acts == 2
    assert told(
        await office.look("posts", POSTS, (SITE, "东门岗", "一"), ("", "x", ""), (SITE, "x", ""), (SITE, "Ｘ", ""))
    ) == [
        (2, "C", "bad_number"),
        (3, "A", "required"),
        (5, "B", "duplicate"),
    ]
    shown = await office.look(
        "vehicles",
        VEHICLES,
        (SITE, "粤B·12345", "1栋-301", "业主车", "2026-12-31"),
        (SITE, "粤BD12345", "2栋301", "黑名单", ""),
        (SITE, "ABC123", "", "", ""),
        (SITE, "粤b12345", "", "", ""),
        (SITE, "x", "", "", ""),
        (SITE, "粤B00001", "301", "", ""),
        (SITE, "粤B00002", "9栋301", "飞机", "明天"),
    )
    assert sorted(told(shown, "error", "warning")) == [
        (4, "B", "unusual_plate"),
        (5, "B", "duplicate"),
        (6, "B", "bad_plate"),
        (7, "C", "unit_ambiguous"),
        (8, "C", "unit_unknown"),
        (8, "D", "category_unknown"),
        (8, "E", "bad_date"),
    ]
    done = await office.bring("vehicles", VEHICLES, (SITE, "粤B·12345", "1栋-301", "业主车", "2026-12-31"))
    await estate.admin.pull()
    (car,) = estate.admin.rows("vehicle")
    assert car["f"]["plate"] == "粤B12345"
    # 24:00 of the last day in Shanghai.
    assert car["f"]["until"] == 1_798_732_800_000


async def test_what_changed_since_the_preview_is_noticed(estate: Estate, office: Office) -> None:
    rows = (PEOPLE[:2], ("小李", "N1"))
    shown = await office.look("people", *rows)
    estate.admin.act("person.create", {"name": "别人", "staff_no": "N1"})
    await estate.admin.drain()
    with pytest.raises(Problem) as caught:
        await office.apply(shown)
    assert caught.value.code == "import_stale"
    fresh = await office.again(shown)
    assert (fresh.counts.new, fresh.counts.changed) == (0, 1)
    await office.apply(fresh)


async def test_what_changed_elsewhere_does_not_matter(estate: Estate, office: Office) -> None:
    shown = await office.look("people", PEOPLE[:2], ("小李", "N1"))
    guard = await estate.phone("G1")
    guard.arrive()
    await guard.drain()
    assert (await office.apply(shown)).acts == 1


async def test_a_change_between_decision_and_writing_is_decided_again(
    estate: Estate, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The snapshot is older than the lock: what came in between is seen, and nothing is written twice."""
    from gatehouse.replication import bulk  # noqa: PLC0415 - to be watched here alone

    shown = await office.look("people", PEOPLE[:2], ("小李", "N1"))
    turns: list[int] = []

    async def late(*args: object, **kwargs: object) -> object:
        turns.append(len(turns))
        if len(turns) == 1:
            estate.admin.act("person.create", {"name": "抢先", "staff_no": "N9"})
            await estate.admin.drain()
        return await write(*args, **kwargs)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(bulk, "write", late)
    done = await office.apply(shown)
    assert (len(turns), done.acts) == (2, 1)
    rows = await asked(estate, "SELECT count(*) FROM op WHERE kind = 'import.run'")
    assert rows == [(1,)]


async def test_applying_twice_is_said_and_done_once(estate: Estate, office: Office) -> None:
    shown = await office.look("people", PEOPLE[:2], ("小李", "N1"))
    await office.apply(shown)
    n = await log_end(estate)
    with pytest.raises(Problem) as caught:
        await office.apply(shown)
    assert caught.value.code == "already_done"
    assert await log_end(estate) == n
    assert await asked(estate, "SELECT sealed FROM sheet_upload WHERE id = ?", shown.id) == [(None,)]


async def test_a_file_is_its_sessions_alone_and_for_an_hour(estate: Estate, office: Office) -> None:
    shown = await office.look("people", PEOPLE[:2], ("保密人", "N1"))
    ((sealed,),) = await asked(estate, "SELECT sealed FROM sheet_upload")
    assert "保密人".encode() not in bytes(sealed)  # type: ignore[call-overload]  # bytes on either
    other = Office(await estate.phone("A001", "另一台"))
    with pytest.raises(Problem) as caught:
        await other.apply(shown)
    assert caught.value.code == "not_found"
    guard = Office(await estate.phone("G1"))
    for attempt in (guard.look("people", PEOPLE[:2], ("x", "1")), guard.apply(shown), guard.out("people")):
        with pytest.raises(Problem) as caught:
            await attempt
        assert caught.value.code == "not_allowed"
    estate.clock.forward(HOUR)
    with pytest.raises(Problem) as caught:
        await office.apply(shown)
    assert caught.value.code == "gone"
    await write(estate.database, lambda: forget(estate.clock.ms))
    assert await asked(estate, "SELECT id FROM sheet_upload") == []


async def test_a_heading_chosen_once_is_remembered(estate: Estate, office: Office) -> None:
    rows = (("大名", "牌号", "籍贯"), ("小李", "N1", "湖北"))
    shown = await office.look("people", *rows)
    assert (shown.missing, shown.version) == (["name", "staff_no"], None)
    shown = await office.again(shown, fields={"A": "name", "B": "staff_no", "C": ""})
    assert (shown.missing, shown.counts.new) == ([], 1)
    with pytest.raises(Problem) as caught:
        await office.again(shown, fields={"A": "name", "B": "name"})
    assert caught.value.code == "import_mapping"
    later = await office.look("people", *rows)
    assert [(one.field, one.how) for one in later.headings] == [
        ("name", "remembered"),
        ("staff_no", "remembered"),
        (None, "remembered"),
    ]
    other = await office.look("posts", ("大名", "牌号"), ("x", "y"))
    assert other.missing == ["site", "name"]


async def test_a_file_of_another_kind_is_recognised(office: Office) -> None:
    assert (await office.look("people", UNITS, (SITE, "1栋", "1", "101", "", "", ""))).looks_like == "units"
    assert (await office.look("vehicles", VEHICLES, (SITE, "粤B12345", "", "", ""))).looks_like is None


async def test_too_many_rows_are_refused_before_they_are_compared(office: Office) -> None:
    raw = ("姓名,工号\n" + "\n".join(f"甲,{n}" for n in range(50_001))).encode()
    with pytest.raises(Problem) as caught:
        await office.show("people", raw)
    assert caught.value.code == "sheet_too_many_rows"


def test_days_and_phones_as_people_write_them() -> None:
    same = ("2026-03-02", "2026/3/2", "2026.3.2", "2026年3月2日", "20260302", "２０２６－３－２", "2026-03-02 08:00")
    assert {str(day_of(one)) for one in same} == {"2026-03-02"}
    for wrong in ("3/2/2026", "2026-02-30", "昨天", "2026-13-01", "46083", "1026-01-01", ""):
        assert day_of(wrong) is None, wrong
    assert [phone_of(one) for one in ("13900001111", "+86 139 0000 1111", "０７５５－１２３４５６７")] == [
        "13900001111",
        "+86 139 0000 1111",
        "0755-1234567",
    ]
    for wrong in ("abc", "123", "139000011112222333344445555", "无", "1390000111x"):
        assert phone_of(wrong) is None, wrong
