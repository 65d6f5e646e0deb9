"""Months at random: the product and the second judge agree, order changes nothing; the second judge is itself held."""

import random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rules import nine
from tests.rules.agree import NINE, differences, drawn, mingled, terms_of
from tests.rules.months import instant, strategy
from tests.rules.oracle import month_of

from gatehouse.rules import facts as f
from gatehouse.rules import parameters as p
from gatehouse.rules.facts import PersonMonth
from gatehouse.rules.month import judge_month

SLOW = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""More by `make months`, from seeds."""


@SLOW
@given(facts=strategy(), pack=st.sampled_from(NINE))
def test_the_product_and_the_second_judge_agree(facts: PersonMonth, pack: str) -> None:
    assert differences(facts, terms_of(pack)) == []


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_they_agree_on_months_from_seeds(start: int) -> None:
    for seed in range(start, start + 100):
        pack, facts = drawn(seed)
        assert differences(facts, terms_of(pack)) == [], f"seed {seed}, {pack}"


@SLOW
@given(facts=strategy(), pack=st.sampled_from(NINE), chance=st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(facts: PersonMonth, pack: str, chance: random.Random) -> None:
    terms = terms_of(pack)
    assert judge_month(mingled(facts, chance), terms) == judge_month(facts, terms)


@pytest.mark.parametrize("pack", NINE)
def test_shipped_figures_are_those_of_the_regulations(pack: str) -> None:
    """The packs, written by somebody else, against a second copy of the tables."""
    shipped = terms_of(pack)("t1", "2026-11-09")
    for parameter, value, clause in nine.NINE[pack]:
        held = shipped[parameter]
        assert (parameter.key, held.value, held.clause) == (parameter.key, value, clause)


def _shift(pack: str, *punches: tuple[str, f.Direction]) -> dict[str, object]:
    """What the second judge says of 20:00–01:00 on the 9th."""
    spans = (f.Span(instant("2026-11-09", "20:00"), instant("2026-11-09", "25:00")),)
    turn = f.Turn("s", "p1", "t1", "gate", "site", "Asia/Shanghai", "2026-11-09", "x", spans)
    made = []
    for number, (clock, way) in enumerate(punches):
        at = instant("2026-11-09", clock)
        made.append(f.Punch(f"u{number}", "p1", way, at, at, at, at))
    facts = f.PersonMonth("p1", "2026-11", instant("2026-11-20", "12:00"), (turn,), tuple(made))
    return month_of(facts, terms_of(pack))


@pytest.mark.parametrize(("came", "points"), [("20:14", None), ("20:15", -3), ("20:29", -3), ("20:30", -10)])
def test_the_second_judge_knows_the_tiers(came: str, points: int | None) -> None:
    found = _shift("bar", (came, "in"), ("25:00", "out"))
    assert found["proposals"] == ({("late", "s"): {"points": points}} if points else {})


def test_a_difference_is_seen() -> None:
    """Its own proof: a verdict that is a minute off does not pass."""
    for seed in range(50):
        pack, facts = drawn(seed)
        terms = terms_of(pack)
        said = judge_month(facts, terms)
        final = [place for place, day in enumerate(said.days) if day.certainty == "final"]
        if not final:
            continue
        days = list(said.days)
        days[final[0]] = msgspec.structs.replace(days[final[0]], late=days[final[0]].late + 1)
        wrong = msgspec.structs.replace(said, days=tuple(days))
        assert differences(facts, terms, wrong)
        return
    pytest.fail("no month had a final day")


def test_months_hold_what_people_argue_about() -> None:
    """The generator reaches every status and every cause of a price; else agreement would say little."""
    statuses, causes = set(), set()
    for seed in range(600):
        pack, facts = drawn(seed)
        found = month_of(facts, terms_of(pack))
        statuses |= {day["status"] for day in found["days"].values() if day["certainty"] != "open"}
        causes |= {cause for cause, _ in found["proposals"]}
    assert statuses == {
        "present", "late", "early", "late_early", "missing_in", "missing_out", "absent", "leave", "part_leave",
    }  # fmt: skip
    assert causes == {
        "late", "early", "missed_punch", "off_post", "left_post", "absence", "violation", "empty_shift", "bonus_lost",
    }  # fmt: skip
    assert p.PUNCH_MODE.default == "per_shift"
