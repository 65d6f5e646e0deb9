"""The packs that ship hold together, and one in which anything is uncited, undated, unknown or unshaped is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gatehouse.rules import parameters
from gatehouse.rules.clauses import clauses, documents
from gatehouse.rules.pack import BadPack, packs, read, shipped
from gatehouse.rules.parameters import PARAMETERS
from gatehouse.rules.terms import Approver, Parameter, Penalty, Tier
from gatehouse.rules.values import LIMITS, BadValue, read_value

HEAD = """
code = "bar"
[title]
zh-CN = "一"
zh-TW = "一"
en = "One"
"""
GOOD = """
[[values]]
key = "arrival.lead_min"
from = 2020-01-01
clause = "R-ATT-02"
value = 10
text = { zh-CN = "一", zh-TW = "一", en = "One" }
"""
TIERS = GOOD.replace("arrival.lead_min", "late.tiers")


def refused(text: str) -> tuple[str, str, str]:
    """File, key and reason of a pack that is not taken."""
    with pytest.raises(BadPack) as caught:
        read(HEAD + text, "bar.toml")
    return caught.value.file, caught.value.key, caught.value.reason


def test_nine_regulations_ship_and_what_none_of_them_carries() -> None:
    assert sorted(packs()) == ["bar", "ding", "duty", "ecom", "gold", "guard", "prop", "rest", "sales"]
    assert sorted(shipped().keys() - packs().keys()) == ["singles"]


def test_every_value_that_ships_is_cited_from_its_own_regulation() -> None:
    for pack in shipped().values():
        for row in pack.values.values():
            for one in row:
                clause = clauses()[one.cited.clause]
                assert one.cited.text is not None
                assert clause.reading or one.cited.source in {documents()[of].zh_cn for of in clause.of}


@pytest.mark.parametrize(
    ("code", "parameter", "value", "clause"),
    [
        ("ecom", parameters.SWAP_CAP, 3, "R-SWP-06"),
        ("ecom", parameters.OVER_CAP_PENALTY, Penalty(points=-2), "R-SWP-07"),
        ("ecom", parameters.MISSED_PENALTY, Penalty(yuan=30, bonus_lost=True), "R-COR-03"),
        ("ecom", parameters.ABSENCE_PENALTY, Penalty(day_wage=1, bonus_lost=True), "R-LEV-07"),
        ("gold", parameters.SWAP_CAP, 2, "R-SWP-14"),
        ("gold", parameters.LATE_REQUEST, "manager_approval", "R-LEV-09"),
        (
            "gold",
            parameters.APPROVER_BY_DAYS,
            (Approver(("supervisor",), up_to_days=1), Approver(("supervisor", "administration"))),
            "R-LEV-11",
        ),
        (
            "bar",
            parameters.LATE_TIERS,
            (Tier(15, Penalty(points=-3), 29), Tier(30, Penalty(points=-10))),
            "R-ATT-02",
        ),
        (
            "ding",
            parameters.LATE_TIERS,
            (Tier(1, Penalty(red_packet=10, shares=5), 10), Tier(11, Penalty(red_packet=20))),
            "R-ATT-04",
        ),
        ("sales", parameters.LATE_TIERS, (Tier(1, Penalty(rate_of_base=1)),), "R-ATT-06"),
        ("prop", parameters.SWAP_NOTICE_MIN, 0, "R-SWP-22"),
        ("duty", parameters.SWAP_APPROVAL, "notify", "R-SWP-21"),
        ("rest", parameters.PROXY_ALLOWED, False, "R-ATT-09"),
        ("guard", parameters.MIN_COVER, 1, "R-SCH-17"),
    ],
)
def test_the_figures_are_those_of_the_regulations(
    code: str, parameter: Parameter[Any], value: object, clause: str
) -> None:
    cited = packs()[code].on("2026-10-01")[parameter.key]
    assert (cited.value, cited.clause) == (value, clause)


def test_every_parameter_has_a_default_of_its_own_shape_and_a_clause_that_exists() -> None:
    for one in PARAMETERS.values():
        assert one.clause in clauses()
        assert one.default is None or read_value(one, _raw(one.default)) == one.default
    assert LIMITS.keys() <= PARAMETERS.keys()


def _raw(value: object) -> object:
    return msgspec.to_builtins(value)


def test_a_good_pack_is_read_with_its_dates() -> None:
    ended = GOOD.replace("clause", "until = 2021-01-01\nclause", 1)
    pack = read(HEAD + ended + GOOD.replace("2020", "2021").replace("10", "15"), "bar.toml")
    assert [pack.on(date).get("arrival.lead_min") is not None for date in ("2019-12-31", "2020-01-01")] == [False, True]
    assert [pack.on(date)["arrival.lead_min"].value for date in ("2020-12-31", "2021-01-01")] == [10, 15]
    alone = read(HEAD + ended, "bar.toml")
    assert [[*alone.on(date)] for date in ("2020-12-31", "2021-01-01")] == [["arrival.lead_min"], []]


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (GOOD.replace('clause = "R-ATT-02"', ""), "no clause is cited"),
        (GOOD.replace("R-ATT-02", "R-ATT-99"), "there is no clause R-ATT-99"),
        (GOOD.replace("R-ATT-02", "R-ATT-01"), "R-ATT-01 does not stand in bar"),
        (GOOD.replace('zh-TW = "一", ', ""), "missing required field `zh-TW`"),
        (GOOD.replace('zh-TW = "一"', 'zh-TW = " "'), "a language of the text is missing"),
        (GOOD.replace("from = 2020-01-01", ""), "missing required field `from`"),
        (GOOD.replace("value = 10", 'value = "ten"'), "Expected `int | null`, got `str`"),
        (GOOD.replace("value = 10", "value = true"), "got `bool`"),
        (GOOD.replace("value = 10", "value = 500"), "500 is not between 0 and 240"),
        (GOOD.replace("value = 10", "until = 2020-01-01\nvalue = 10"), "it ends before it begins"),
        (GOOD.replace("value = 10", "note = 1\nvalue = 10"), "unknown field `note`"),
        (GOOD + GOOD.replace("2020", "2021"), "two values hold on 2021-01-01"),
        (
            GOOD.replace("value = 10", "until = 2021-01-02\nvalue = 10") + GOOD.replace("2020", "2021"),
            "two values hold on",
        ),
    ],
)
def test_a_spoiled_value_is_refused_with_file_key_and_reason(spoiled: str, said: str) -> None:
    file, key, reason = refused(spoiled)
    assert (file, key) == ("bar.toml", "arrival.lead_min")
    assert said in reason


def test_an_unknown_key_is_refused() -> None:
    spoiled = GOOD.replace("arrival.lead_min", "arrival.lead_mins")
    assert refused(spoiled) == ("bar.toml", "arrival.lead_mins", "there is no such parameter")


@pytest.mark.parametrize(
    ("tiers", "said"),
    [
        (
            "[{ least = 15, most = 30, penalty = { points = -3 } }, { least = 30, penalty = { points = -10 } }]",
            "overlap",
        ),
        ("[{ least = 15, penalty = { points = -3 } }, { least = 30, penalty = { points = -10 } }]", "overlap"),
        (
            "[{ least = 30, penalty = { points = -10 } }, { least = 15, most = 29, penalty = { points = -3 } }]",
            "overlap",
        ),
        ("[{ least = 15, most = 14, penalty = { points = -3 } }]", "no minutes lie between"),
        ("[{ least = 0, penalty = { points = -3 } }]", "no minutes lie between"),
        ("[{ least = 15, penalty = {} }]", "the penalty is empty"),
        ("[{ least = 15, penalty = { points = 3 } }]", "points 3 is not between"),
        ('[{ least = 15, penalty = { points = -3, note = "…" } }]', "unknown field"),
        ('"from 15 minutes on"', "Expected `array`"),
    ],
)
def test_tiers_that_overlap_or_are_prose_are_refused(tiers: str, said: str) -> None:
    _, key, reason = refused(TIERS.replace("value = 10", f"value = {tiers}"))
    assert key == "late.tiers"
    assert said in reason


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("roster.shifts", [{"code": "a", "name": {"zh-CN": "一", "zh-TW": "一", "en": "a"}, "segments": "9:00-10:00"}]),
        ("roster.shifts", [{"code": "a", "name": {"zh-CN": "一", "zh-TW": "", "en": "a"}}]),
        ("leave.approver_by_days", [{"roles": []}]),
        ("leave.approver_by_days", [{"roles": ["superior"]}, {"roles": ["manager"], "up_to_days": 3}]),
        ("leave.proxy_types", ["sick", "sick"]),
        ("late.escalate_from", {"nth": 1, "penalty": {"points": -1}}),
        ("points.bands", [{"least": 90, "most": 100, "yuan": 1}, {"least": 80, "most": 91, "yuan": 2}]),
        ("booking.hold_until", [{"table": "booth", "until": "25:00"}]),
        ("meeting.weekly", {"weekday": 8}),
        ("swap.over_cap_mode", "perhaps"),
        ("rest.min_hours", 8.5),
        ("swap.monthly_cap", -1),
        ("swap.monthly_cap", 10**9),
        ("rest.min_hours", None),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(key: str, raw: object) -> None:
    with pytest.raises(BadValue):
        read_value(PARAMETERS[key], raw)


@pytest.mark.parametrize("text", ["", "code = 1", "[[values]", 'code = "nowhere"\nvalues = []'])
def test_a_file_that_is_no_pack_is_refused(text: str) -> None:
    with pytest.raises(BadPack):
        read(text, "bar.toml")
