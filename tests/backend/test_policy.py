"""Which regulation a team follows: who may say so, what is refused, and what rules are told, also inside a push."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.estate import HOUR, Estate, codes
from tests.team import Team

from gatehouse.db.steps import read
from gatehouse.policy import queries
from gatehouse.policy.queries import book_of, faulty, holidays, load_book, note_book
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler
from gatehouse.rules.book import Book
from gatehouse.rules.parameters import PARAMETERS, SWAP_CAP
from gatehouse.rules.terms import Parameter

APPLIED = ("applied", None)


async def did(estate: Estate, kind: str, fields: dict[str, Any], entity: str | None = None) -> tuple[str, str | None]:
    """The decision about one act of the admin."""
    estate.admin.act(kind, fields, entity)
    return codes(await estate.admin.sync())[-1]


async def book(estate: Estate) -> Book:
    return await read(estate.database, load_book(estate.org))


async def team_of(estate: Estate) -> str:
    return (await Team(estate).build()).id


def changed(team: str, **values: str) -> dict[str, Any]:
    given = {"team": team, "key": "swap.monthly_cap", "value": "5", "since": "2026-04-01", "reason": "试行"}
    return given | values


async def test_a_team_follows_what_is_chosen_for_it_from_the_date_on(estate: Estate) -> None:
    team = await team_of(estate)
    assert (await book(estate)).on(team, "2026-04-01").pack == ""
    assert await did(estate, "policy.choose", {"team": team, "pack": "ecom", "since": "2026-03-01"}) == APPLIED
    assert await did(estate, "policy.choose", {"team": team, "pack": "gold", "since": "2026-04-01"}) == APPLIED
    made = await book(estate)
    assert [made.on(team, date).pack for date in ("2026-02-28", "2026-03-31", "2026-04-01")] == ["", "ecom", "gold"]
    assert await did(estate, "policy.choose", {"team": team, "pack": "none", "since": "2026-05-01"}) == APPLIED
    assert (await book(estate)).on(team, "2026-05-01").pack == ""


async def test_a_parameter_set_for_a_team_holds_until_it_is_ended(estate: Estate) -> None:
    team = await team_of(estate)
    assert await did(estate, "policy.choose", {"team": team, "pack": "ecom", "since": "2026-03-01"}) == APPLIED
    override = estate.admin.act("override.make", changed(team))
    assert codes(await estate.admin.sync()) == [APPLIED]
    cited = (await book(estate)).on(team, "2026-04-01")[SWAP_CAP]
    assert (cited.value, cited.clause, cited.changed) == (5, "R-SWP-06", "试行")
    assert await did(estate, "override.end", {"until": "2026-04-10"}, override) == APPLIED
    assert await did(estate, "override.end", {"until": "2026-04-10"}, override) == ("refused", "already_done")
    assert [(await book(estate)).on(team, date)[SWAP_CAP].value for date in ("2026-04-09", "2026-04-10")] == [5, 3]


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("policy.choose", {"pack": "acme", "since": "2026-04-01"}, "unknown_pack"),
        ("policy.choose", {"pack": "singles", "since": "2026-04-01"}, "unknown_pack"),
        ("policy.choose", {"pack": "ecom", "since": "2026-02-30"}, "bad_date"),
        ("policy.choose", {"pack": "ecom", "since": "soon"}, "bad_date"),
        ("override.make", {"key": "swap.cap"}, "unknown_parameter"),
        ("override.make", {"value": "-1"}, "bad_value"),
        ("override.make", {"value": '"five"'}, "bad_value"),
        ("override.make", {"value": "five"}, "bad_value"),
        ("override.make", {"value": " 5"}, "bad_value"),
        ("override.make", {"value": "5.5"}, "bad_value"),
        (
            "override.make",
            {"key": "late.tiers", "value": '[{"least":5,"penalty":{"points":-1},"extra":1}]'},
            "bad_value",
        ),
        ("override.make", {"value": "[" * 1_500 + "]" * 1_500}, "bad_value"),
        ("override.make", {"since": "20260401"}, "bad_date"),
    ],
)
async def test_what_cannot_hold_is_refused_with_its_code(
    on_sqlite: Estate, kind: str, fields: dict[str, Any], code: str
) -> None:
    team = await team_of(on_sqlite)
    given = changed(team, **fields) if kind == "override.make" else {"team": team, **fields}
    assert await did(on_sqlite, kind, given) == ("refused", code)
    made = await book(on_sqlite)
    assert (made.on(team, "2027-01-01").pack, made.faults) == ("", [])


async def test_a_refused_value_names_its_parameter(on_sqlite: Estate) -> None:
    team = await team_of(on_sqlite)
    act = on_sqlite.admin.act("override.make", changed(team, value="-1"))
    await on_sqlite.admin.sync()
    rows = [row for row in on_sqlite.admin.rows("notice") if row["f"]["op"] == act]
    assert [row["f"]["code"] for row in rows] == ["bad_value"]
    assert rows[0]["f"]["told"] == {"key": "swap.monthly_cap"}


async def test_an_act_about_what_is_no_team_or_no_site_is_refused(estate: Estate) -> None:
    await team_of(estate)
    post = estate.east
    refused = ("refused", "unknown_reference")
    assert await did(estate, "policy.choose", {"team": post, "pack": "ecom", "since": "2026-04-01"}) == refused
    assert await did(estate, "override.make", changed(post)) == refused
    day = {"date": "2026-10-01", "sort": "statutory", "name": "国庆"}
    assert await did(estate, "holiday.set", {**day, "site": post}) == refused
    assert await did(estate, "holiday.set", {**day, "date": "2026-13-01"}) == ("refused", "bad_date")


async def test_nobody_but_an_admin_decides_about_regulations(estate: Estate) -> None:
    team = await Team(estate).build()
    boss = team.phones["S1"]
    boss.act("policy.choose", {"team": team.id, "pack": "ecom", "since": "2026-04-01"})
    boss.act("override.make", changed(team.id))
    boss.act("holiday.set", {"date": "2026-10-01", "sort": "statutory", "name": "国庆"})
    assert codes(await boss.sync()) == [("refused", "not_entitled")] * 3


async def test_holidays_come_oldest_first(estate: Estate) -> None:
    for sort in ("workday", "statutory"):
        estate.clock.forward(HOUR)
        fields = {"date": "2026-10-01", "sort": sort, "name": "国庆", "site": estate.site}
        assert await did(estate, "holiday.set", fields) == APPLIED
    found = await read(estate.database, holidays(estate.org))
    assert [(one.date, one.sort, one.site) for one in found] == [
        ("2026-10-01", "workday", estate.site),
        ("2026-10-01", "statutory", estate.site),
    ]


@pytest.fixture
def parameters() -> Iterator[dict[str, Parameter[Any]]]:
    """All parameters, afterwards the same in the same order: pages are made of them."""
    kept = dict(PARAMETERS)
    yield PARAMETERS
    PARAMETERS.clear()
    PARAMETERS.update(kept)


async def test_a_stored_value_that_no_longer_fits_is_passed_over_and_told(
    estate: Estate, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, Parameter[Any]]
) -> None:
    """A parameter that a later version drops stops no push."""
    team = await team_of(estate)
    assert await did(estate, "policy.choose", {"team": team, "pack": "ecom", "since": "2026-03-01"}) == APPLIED
    assert await did(estate, "override.make", changed(team)) == APPLIED
    monkeypatch.setattr(queries, "_books", queries._Books())
    del parameters["swap.monthly_cap"]
    made = await book(estate)
    assert made.on(team, "2026-04-02").pack == "ecom"
    told = await read(estate.database, faulty())
    assert told == [f"team {team}: swap.monthly_cap: there is no such parameter"]


async def test_the_book_is_made_again_only_when_something_changed(estate: Estate) -> None:
    team = await team_of(estate)
    assert await did(estate, "policy.choose", {"team": team, "pack": "ecom", "since": "2026-03-01"}) == APPLIED
    first = await book(estate)
    assert await did(estate, "team.amend", {"name": "客服二班"}, team) == APPLIED
    assert await book(estate) is first
    assert await did(estate, "policy.choose", {"team": team, "pack": "gold", "since": "2026-03-01"}) == APPLIED
    second = await book(estate)
    assert second is not first
    assert second.on(team, "2026-04-01").pack == "gold"


async def test_a_rule_is_told_what_the_same_push_changed_before_it(estate: Estate) -> None:
    team = await team_of(estate)
    caps: list[int | None] = []

    def rule(_act: Act, facts: Facts) -> None:
        caps.append(book_of(facts).on(team, "2026-04-20")[SWAP_CAP].value)

    handlers = estate.core.registry.handlers
    before = handlers["punch.record"]
    handlers["punch.record"] = Handler(prepare=lambda _op, facts: note_book(facts, [team]), rule=rule)
    try:
        admin = estate.admin
        punch = {"direction": "in", "site": estate.site, "post": estate.east}
        admin.act("punch.record", punch)
        admin.act("policy.choose", {"team": team, "pack": "ecom", "since": "2026-03-01"})
        admin.act("punch.record", punch)
        override = admin.act("override.make", changed(team))
        admin.act("punch.record", punch)
        admin.act("override.end", {"until": "2026-04-10"}, override)
        admin.act("punch.record", punch)
        assert codes(await admin.sync()) == [APPLIED] * 7
    finally:
        handlers["punch.record"] = before
    assert caps == [None, 3, 5, 3]
