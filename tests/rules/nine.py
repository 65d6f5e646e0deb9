"""What the nine regulations set for days and their prices, copied by hand from regulations.md §4.1–4.2.

A second copy on purpose: the shipped packs are held against it, and the oracle's months are judged by it.
"""

from __future__ import annotations

from typing import Any

from gatehouse.rules import parameters as p
from gatehouse.rules.terms import Cited, Escalation, Parameter, Penalty, Terms, Tier

ABSENT = Penalty(absence=True)
NINE: dict[str, list[tuple[Parameter[Any], Any, str]]] = {
    "ecom": [
        (p.ROTATION_DAYS, 5, "R-SCH-03"),
        (p.MISSED_PENALTY, Penalty(yuan=30, bonus_lost=True), "R-COR-03"),
        (p.CORRECTION_WINDOW, 2, "R-COR-01"),
        (p.CORRECTION_CAP, 3, "R-COR-02"),
        (p.FULL_ATTENDANCE_BONUS, 100, "R-ATT-18"),
        (p.SWAP_CAP, 3, "R-SWP-06"),
        (p.UNSWAPPED_PENALTY, Penalty(yuan=50, bonus_lost=True), "R-SWP-09"),
        (p.ABSENCE_PENALTY, Penalty(day_wage=1, bonus_lost=True), "R-LEV-07"),
        (p.NOTICE_ORDINARY, 1, "R-LEV-02"),
        (p.NOTICE_URGENT, 2, "R-LEV-03"),
    ],
    "prop": [
        (p.HORIZON_DAYS, 30, "R-SCH-05"),
        (p.HOLIDAY_LEAD_DAYS, 7, "R-SCH-07"),
        (p.LEAD_MIN, 15, "R-ATT-12"),
        (p.OUTING_CONSENT, True, "R-ATT-14"),
        (p.REPORT_DAY, 25, "R-RPT-01"),
    ],
    "bar": [
        (p.LATE_TIERS, (Tier(15, Penalty(points=-3), 29), Tier(30, Penalty(points=-10))), "R-ATT-02"),
        (p.MISSED_PENALTY, Penalty(points=-2), "R-ATT-03"),
        (p.MISSED_DIRECTIONS, ("in",), "R-ATT-03"),
        (p.CORRECTION_ENABLED, False, "R-COR-04"),
    ],
    "duty": [],
    "ding": [
        (
            p.LATE_TIERS,
            (Tier(1, Penalty(red_packet=10, shares=5), 10), Tier(11, Penalty(red_packet=20))),
            "R-ATT-04",
        ),
        (
            p.EARLY_TIERS,
            (Tier(1, Penalty(red_packet=10, shares=5), 10), Tier(11, Penalty(red_packet=20))),
            "R-ATT-04",
        ),
        (p.AUTO_EXTEND, True, "R-ATT-05"),
    ],
    "rest": [(p.PROXY_ALLOWED, False, "R-ATT-09")],
    "sales": [
        (p.LATE_TIERS, (Tier(1, Penalty(rate_of_base=1)),), "R-ATT-06"),
        (p.LATE_ESCALATE, Escalation(3, Penalty(rate_of_base=5)), "R-ATT-06"),
    ],
    "guard": [],
    "gold": [
        (p.LEAD_MIN, 10, "R-ATT-13"),
        (p.VIOLATION_LATE_MIN, 20, "R-ATT-07"),
        (p.VIOLATION_OFF_POST_MIN, 20, "R-ATT-07"),
        (p.OUTING_CONSENT, True, "R-LEV-16"),
        (p.SWAP_CAP, 2, "R-SWP-14"),
        (p.EMPTY_SHIFT_PENALTY, Penalty(absence=True, assess_both=True), "R-SWP-17"),
        (p.ABSENCE_PENALTY, ABSENT, "R-LEV-09"),
        (p.NOTICE_ORDINARY, 1, "R-LEV-09"),
        (p.NOTICE_URGENT, 1, "R-LEV-09"),
        (p.SICK_CERT_DAYS, 1, "R-LEV-13"),
    ],
}
"""(parameter, value, clause) by regulation."""


def terms(pack: str) -> Terms:
    """One regulation as in force, and every default where it is silent; "" for none at all."""
    stated = NINE[pack] if pack else []
    return Terms(pack, {what.key: Cited(value, clause) for what, value, clause in stated})
