"""What goes out and comes back changes nothing, whatever things are called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.estate import T0, Estate
from tests.sheets import Office

from gatehouse.estate.queries import compared
from gatehouse.sheets.book import clean
from gatehouse.sheets.columns import LANGUAGES, SHEETS, What
from gatehouse.sheets.layout import Given, lay_out
from gatehouse.sheets.people import known_people, write_people
from gatehouse.sheets.people_plan import plan_people
from gatehouse.sheets.places import KnownPosts, known_vehicles, plan_posts, plan_vehicles, write_posts, write_vehicles
from gatehouse.sheets.plan import Context, Plan, Sites
from gatehouse.sheets.take_out import export, table
from gatehouse.sheets.units import known_units, plan_units, write_units
from gatehouse.sheets.worker import read
from gatehouse.sheets.write_file import write_csv, write_xlsx
from gatehouse_sync.apply import Body
from gatehouse_sync.nouns.office import ROLES

AWKWARD = (
    '=HYPERLINK("http://x")',
    "+1",
    "-2",
    "@SUM(A1)",
    "'quoted",
    "'=1",
    "00123",
    "＝1",
    "1e5",
    "甲、乙",
    "a@b",
    "  x ",
    "2026-03-02",
)
_NAME = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12),
).filter(clean)


class Made:
    """Things with the names given, by the admin's own acts: no import had a say in them."""

    def __init__(self, estate: Estate, names: list[str]) -> None:
        self.estate, self.names = estate, names

    async def build(self) -> None:
        admin, names = self.estate.admin, self.names
        site = admin.act("site.create", {"name": names[0], "zone": "America/New_York"})
        team = admin.act("team.create", {"name": names[1]})
        block = admin.act("building.create", {"site": site, "name": names[2][:40], "order": 1})
        unit = admin.act("unit.create", {"building": block, "name": names[3][:40], "floor": -1})
        admin.act("unit.create", {"building": block, "name": "空置"})
        for phone in ("1", "2"):  # two of one name in one unit
            admin.act("resident.create", {"unit": unit, "name": names[4], "phone": f"1390000111{phone}"})
        admin.act("resident.create", {"unit": unit, "name": names[5], "relation": "tenant"})
        admin.act("post.create", {"site": site, "name": names[6][:40], "order": 7})
        admin.act(
            "vehicle.create",
            {"site": site, "plate": names[7][:12], "category": "staff", "unit": unit, "until": T0 + 12_345},
        )
        first = admin.act(
            "person.create", {"name": names[8], "staff_no": f"{names[9][:20]}-x", "team": team, "grade": names[10][:24]}
        )
        for role, where in (
            ("guard", {"site": site}),
            ("manager", {}),
            ("supervisor", {"site": self.estate.site, "team": team}),
        ):
            admin.act("role.grant", {"person": first, "role": role, "since": T0, **where})
        admin.act("person.create", {"name": names[8], "staff_no": "00123", "superior": first, "phone": "+86 1390000"})
        await admin.drain()


async def unchanged(office: Office) -> None:
    for what in SHEETS:
        for form in ("xlsx", "csv"):
            shown = await office.show(what, await office.out(what, form))
            assert shown.told == [], (what, form, shown.told)
            assert (shown.counts.new, shown.counts.changed) == (0, 0), (what, form, shown.new, shown.changed)
            assert shown.counts.same == shown.counts.rows
            assert shown.counts.untouched == 0, (what, form)


async def test_an_estate_with_awkward_names_comes_back_unchanged(estate: Estate) -> None:
    await Made(estate, list(AWKWARD)).build()
    for language in LANGUAGES:
        await unchanged(Office(estate.admin, language))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
async def test_a_form_to_fill_in_has_the_headers_and_nothing_else(estate: Estate, office: Office, form: str) -> None:
    for what, columns in SHEETS.items():
        raw = await export(office.core, what, form, office.caller, empty=True)  # type: ignore[arg-type]  # one of two
        found = lay_out(read(raw), what, {}, None, None)
        assert [one.field for one in found.headings] == [one.field for one in columns]
        assert found.rows == []


def body(kind: str, id_: str, **fields: object) -> Body:
    return {"at": T0, "by": "x", "f": fields, "id": id_, "kind": kind, "ver": id_}


@settings(max_examples=40, deadline=None)
@given(st.lists(_NAME, min_size=13, max_size=13, unique_by=lambda name: compared("unit", clean(name))), st.data())
def test_any_names_come_back_unchanged(names: list[str], data: st.DataObject) -> None:
    """The same over any names, roles and dates, from the records themselves."""
    zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "UTC", "Pacific/Apia"])
    sites = [body("site", f"s{i}", name=names[i], zone=data.draw(zones)) for i in range(2)]
    teams = [body("team", f"t{i}", name=names[2 + i]) for i in range(2)]
    people = [
        body("person", f"p{i}", name=names[4], staff_no=f"{names[5][:20]}{i}", grade=names[6][:24], team=f"t{i % 2}")
        for i in range(3)
    ]
    grant = st.tuples(
        st.sampled_from(["p0", "p1", "p2"]),
        st.sampled_from(ROLES),
        st.sampled_from([None, "s0", "s1"]),
        st.sampled_from([None, "t0", "t1"]),
    )
    roles = [
        body("role", f"r{i}", person=person, role=role, since=T0, site=site, team=team)
        for i, (person, role, site, team) in enumerate(data.draw(st.lists(grant, max_size=6)))
    ]
    instants = st.integers(0, 4_000_000_000_000)
    buildings = [body("building", f"b{i}", site="s0", name=names[7 + i][:40], order=i) for i in range(2)]
    units = [body("unit", f"u{i}", site="s0", building=f"b{i % 2}", name=names[9 + i // 2][:40]) for i in range(4)]
    residents = [
        body("resident", f"l{i}", site="s0", unit=f"u{i % 2}", name=names[11], phone=f"1390000{i}") for i in range(5)
    ]
    cars = [
        body("vehicle", "c", site="s0", plate=names[12][:12], category="barred", unit="u3", until=data.draw(instants))
    ]
    posts = [body("post", "o", site="s1", name=names[3][:40], order=3)]
    since = {"p0": data.draw(instants), "p1": data.draw(instants)}
    context = Context("o", T0, data.draw(st.sampled_from(LANGUAGES)), lambda: "new")
    known = known_people(sites, teams, people, roles, since, T0)
    rooms, flats = known_vehicles(sites, buildings, units, cars), known_units(sites, buildings, units, residents, T0)
    gates = KnownPosts(Sites(sites), posts)
    plans: list[tuple[What, list[list[str | int]], Callable[[list[Given]], Plan]]] = [
        ("people", write_people(known, context.language), lambda given: plan_people(known, given, context)),
        ("posts", write_posts(gates), lambda given: plan_posts(gates, given, context)),
        ("units", write_units(flats, context.language), lambda given: plan_units(flats, given, context)),
        ("vehicles", write_vehicles(rooms, context.language), lambda given: plan_vehicles(rooms, given, context)),
    ]
    for what, rows, plan in plans:
        made = table(what, rows, context.language)
        for raw in (write_xlsx(made), write_csv(made)):
            done = plan(lay_out(read(raw), what, {}, None, None).rows)
            assert (done.findings, done.diffs, done.acts, done.same) == ([], [], [], len(rows)), what
