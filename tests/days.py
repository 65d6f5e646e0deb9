"""Days for tests of rules: regulations with the figures of each pack, shifts, punches and months in Shanghai's time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gatehouse.rules import parameters as of
from gatehouse.rules.facts import Direction, PersonMonth, Punch, Span, Turn
from gatehouse.rules.month import judge_month
from gatehouse.rules.terms import Cited, Escalation, Parameter, Penalty, Terms, Tier
from gatehouse.rules.verdict import DayVerdict, MonthVerdict

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MONTH = "2026-03"


def terms(pack: str = "none", **held: tuple[Any, str]) -> Terms:
    """Terms of parameters by the names of the catalogue: ``LATE_TIERS=((…), "R-ATT-02")``."""
    values = {}
    for name, (value, clause) in held.items():
        parameter: Parameter[Any] = getattr(of, name)
        values[parameter.key] = Cited(value, clause)
    return Terms(pack, values)


BAR = terms(
    "bar",
    LATE_TIERS=((Tier(15, Penalty(points=-3)), Tier(30, Penalty(points=-10))), "R-ATT-02"),
    MISSED_PENALTY=(Penalty(points=-2), "R-ATT-03"),
    MISSED_DIRECTIONS=(("in",), "R-ATT-03"),
    CORRECTION_ENABLED=(False, "R-COR-04"),
)
PACKET10, PACKET20 = Penalty(red_packet=10, shares=5), Penalty(red_packet=20, shares=5)
DING = terms(
    "ding",
    LATE_TIERS=((Tier(1, PACKET10, 10), Tier(10, PACKET20)), "R-ATT-04"),
    EARLY_TIERS=((Tier(1, PACKET10, 10), Tier(10, PACKET20)), "R-ATT-04"),
)
SALES = terms(
    "sales",
    LATE_TIERS=((Tier(1, Penalty(rate_of_base=1)),), "R-ATT-06"),
    LATE_ESCALATE=(Escalation(3, Penalty(rate_of_base=5)), "R-ATT-06"),
)
ECOM = terms(
    "ecom",
    MISSED_PENALTY=(Penalty(yuan=30, bonus_lost=True), "R-COR-03"),
    CORRECTION_WINDOW=(2, "R-COR-01"),
    CORRECTION_CAP=(3, "R-COR-02"),
    UNSWAPPED_PENALTY=(Penalty(yuan=50, bonus_lost=True), "R-SWP-09"),
    ABSENCE_PENALTY=(Penalty(day_wage=1, bonus_lost=True), "R-LEV-07"),
    FULL_ATTENDANCE_BONUS=(100, "R-ATT-18"),
    SWAP_CAP=(3, "R-SWP-06"),
    OVER_CAP_PENALTY=(Penalty(points=-2), "R-SWP-07"),
)
GOLD = terms(
    "gold",
    LEAD_MIN=(10, "R-ATT-13"),
    VIOLATION_LATE_MIN=(20, "R-ATT-07"),
    VIOLATION_OFF_POST_MIN=(20, "R-ATT-07"),
    OUTING_CONSENT=(True, "R-LEV-16"),
    EMPTY_SHIFT_PENALTY=(Penalty(absence=True, assess_both=True), "R-SWP-17"),
    ABSENCE_PENALTY=(Penalty(absence=True), "R-LEV-09"),
)
PROP = terms("prop", LEAD_MIN=(15, "R-ATT-12"), OUTING_CONSENT=(True, "R-ATT-14"))
NONE = terms()


def at(clock: str, day: int = 2) -> int:
    """An instant of March 2026, "HH:MM[:SS]"; an hour of the next day counts on."""
    hour, minute, *second = [int(part) for part in clock.split(":")]
    midnight = datetime(2026, 3, 1, tzinfo=ZONE).timestamp() * 1000
    return round(midnight) + (day - 1) * DAY + hour * HOUR + minute * MINUTE + sum(second) * 1000


def spans(text: str, day: int = 2) -> tuple[Span, ...]:
    """Segments of a day, "09:00-11:30 12:30-18:30"."""
    return tuple(Span(*(at(clock, day) for clock in part.split("-"))) for part in text.split())


def turn(text: str = "09:00-18:00", day: int = 2, **also: Any) -> Turn:
    """A shift of ``ann`` on a day of March."""
    given: dict[str, Any] = {
        "id": f"shift{day}",
        "person": "ann",
        "team": "team",
        "post": "gate",
        "site": "site",
        "zone": "Asia/Shanghai",
        "date": f"2026-03-{day:02}",
        "label": "早",
        "spans": spans(text, day),
    }
    return Turn(**{**given, **also})


def punch(direction: Direction | None, clock: str, day: int = 2, **also: Any) -> Punch:
    """A punch of ``ann``, which arrived at once."""
    when = at(clock, day)
    given: dict[str, Any] = {"id": f"{direction}{when}", "person": "ann", "direction": direction, "at": when}
    given |= {"earliest": when, "latest": when, "arrived": when, "post": "gate", "device": "tablet"}
    return Punch(**{**given, **also})


def came_and_went(came: str, went: str, day: int = 2) -> list[Punch]:
    """Both punches of a day."""
    return [punch("in", came, day), punch("out", went, day)]


def month(
    turns: Sequence[Turn], punches: Sequence[Punch] = (), under: Terms = NONE, *, now: int | None = None, **also: Any
) -> MonthVerdict:
    """A month judged at its end, unless said otherwise."""
    later = at("00:00", 45) if now is None else now
    facts = PersonMonth("ann", MONTH, later, tuple(turns), tuple(punches), **also)
    return judge_month(facts, lambda team, date: under)


def day(one: Turn, punches: Sequence[Punch] = (), under: Terms = NONE, **also: Any) -> DayVerdict:
    """The verdict of a single shift."""
    return month([one], punches, under, **also).days[0]


def priced(found: MonthVerdict) -> dict[str, Penalty]:
    """What is proposed, by its id."""
    return {one.id: one.penalty for one in found.proposals}


def keys(found: DayVerdict) -> list[str]:
    """The sentences of a day."""
    return [line.key for line in found.lines]
