"""The catalogue of parameters: what regulations set, typed, with the default where they are silent (regulations.md §4).

A key that is not here is refused by the loader. ``later`` parameters load, are shown with the part that will use them,
and change nothing yet.
"""

from __future__ import annotations

from typing import Any, Literal

from gatehouse.rules.later import (
    Band,
    Cadence,
    CancelLimit,
    HoldUntil,
    LeadBonus,
    MeetingTime,
    NewTables,
    PointBonus,
    Rings,
)
from gatehouse.rules.terms import Approver, Escalation, Parameter, Penalty, ShiftTimes, Tier

Days = int
Minutes = int

# Roster.

SHIFTS: Parameter[tuple[ShiftTimes, ...]] = Parameter(
    "roster.shifts", tuple[ShiftTimes, ...], "H-01", "roster", default=()
)
ROTATION_DAYS: Parameter[int | None] = Parameter("roster.rotation_days", int | None, "I-48", "roster", default=None)
HORIZON_DAYS: Parameter[int] = Parameter("roster.horizon_days", int, "H-02", "roster", default=31)
HOLIDAY_LEAD_DAYS: Parameter[int | None] = Parameter(
    "roster.holiday_lead_days", int | None, "I-38", "roster", default=None
)
RECALL_OLD_VERSION: Parameter[bool] = Parameter("roster.recall_old_version", bool, "H-03", "roster", default=True)
MIN_COVER: Parameter[int] = Parameter("roster.min_cover", int, "H-04", "roster", default=0)
"""People on each post at any time at which the roster has somebody there at all; meal windows included."""
HOLIDAY_REINFORCED: Parameter[bool] = Parameter("roster.holiday_reinforced", bool, "H-05", "roster", default=False)
REST_MIN_HOURS: Parameter[int] = Parameter("rest.min_hours", int, "I-08", "roster", default=8)

# Punches and days.

PUNCH_MODE: Parameter[Literal["per_shift", "per_segment"]] = Parameter(
    "punch.mode", Literal["per_shift", "per_segment"], "I-26", "attendance", default="per_shift"
)
BIND_BEFORE_MIN: Parameter[Minutes] = Parameter("punch.bind_before_min", int, "H-06", "attendance", default=90)
"""How long before a shift's start a punch may belong to it, before neighbours cut it short (product §5.1)."""
BIND_AFTER_MIN: Parameter[Minutes] = Parameter("punch.bind_after_min", int, "H-06", "attendance", default=180)
LEAD_MIN: Parameter[Minutes | None] = Parameter("arrival.lead_min", int | None, "I-03", "attendance", default=None)
GRACE_MIN: Parameter[Minutes] = Parameter("late.grace_min", int, "H-07", "attendance", default=0)
LATE_TIERS: Parameter[tuple[Tier, ...]] = Parameter("late.tiers", tuple[Tier, ...], "H-08", "attendance", default=())
LATE_ESCALATE: Parameter[Escalation | None] = Parameter(
    "late.escalate_from", Escalation | None, "I-04", "attendance", default=None
)
EARLY_TIERS: Parameter[tuple[Tier, ...]] = Parameter("early.tiers", tuple[Tier, ...], "H-08", "attendance", default=())
VIOLATION_LATE_MIN: Parameter[Minutes | None] = Parameter(
    "violation.late_min", int | None, "H-08", "attendance", default=None
)
VIOLATION_OFF_POST_MIN: Parameter[Minutes | None] = Parameter(
    "violation.off_post_min", int | None, "H-08", "attendance", default=None
)
MISSED_PENALTY: Parameter[Penalty | None] = Parameter(
    "punch.missed_penalty", Penalty | None, "H-08", "attendance", default=None
)
MISSED_DIRECTIONS: Parameter[tuple[Literal["in", "out"], ...]] = Parameter(
    "punch.missed_directions", tuple[Literal["in", "out"], ...], "I-26", "attendance", default=("in", "out")
)
"""Which missing punches have the price; whoever went out and came back and punched neither end lacks both."""
PROXY_ALLOWED: Parameter[bool] = Parameter("punch.proxy_allowed", bool, "I-43", "attendance", default=False)
AUTO_EXTEND: Parameter[bool] = Parameter("overtime.auto_extend", bool, "I-35", "attendance", default=True)
OUTING_CONSENT: Parameter[bool] = Parameter("outing.needs_consent", bool, "H-09", "attendance", default=False)
SILENT_AFTER_HOURS: Parameter[int] = Parameter("certainty.silent_after_hours", int, "H-10", "attendance", default=48)
ABSENCE_PENALTY: Parameter[Penalty] = Parameter(
    "absence.penalty", Penalty, "H-33", "attendance", default=Penalty(absence=True)
)
FULL_ATTENDANCE_BONUS: Parameter[int | None] = Parameter(
    "bonus.full_attendance", int | None, "I-30", "attendance", default=None
)
REPORT_DAY: Parameter[int | None] = Parameter("report.attendance_day", int | None, "I-11", "attendance", default=None)

# Corrections.

CORRECTION_ENABLED: Parameter[bool] = Parameter("correction.enabled", bool, "H-11", "correction", default=True)
CORRECTION_WINDOW: Parameter[Days | None] = Parameter(
    "correction.window_days", int | None, "I-17", "correction", default=None
)
CORRECTION_CAP: Parameter[int | None] = Parameter(
    "correction.monthly_cap", int | None, "I-24", "correction", default=None
)
CORRECTION_APPROVER: Parameter[Approver] = Parameter(
    "correction.approver", Approver, "I-40", "correction", default=Approver(("superior",))
)

# Swaps.

SWAP_CAP: Parameter[int | None] = Parameter("swap.monthly_cap", int | None, "I-23", "swap", default=None)
OVER_CAP_MODE: Parameter[Literal["refuse", "allow_with_points"]] = Parameter(
    "swap.over_cap_mode", Literal["refuse", "allow_with_points"], "I-06", "swap", default="refuse"
)
OVER_CAP_PENALTY: Parameter[Penalty | None] = Parameter(
    "swap.over_cap_penalty", Penalty | None, "I-06", "swap", default=None
)
CONSECUTIVE: Parameter[bool] = Parameter("swap.consecutive_allowed", bool, "I-07", "swap", default=True)
BACK_TO_BACK: Parameter[bool] = Parameter("swap.back_to_back_allowed", bool, "I-08", "swap", default=True)
"""Whether rest shorter than ``rest.min_hours`` is allowed after a swap; overlapping shifts never are."""
SKILL_PARITY: Parameter[bool] = Parameter("swap.skill_parity", bool, "H-12", "swap", default=False)
SWAP_APPROVAL: Parameter[Literal["approve", "notify"]] = Parameter(
    "swap.approval", Literal["approve", "notify"], "I-28", "swap", default="approve"
)
SWAP_REGISTER: Parameter[bool] = Parameter("swap.register_form", bool, "H-13", "swap", default=False)
SWAP_NOTICE_MIN: Parameter[Minutes] = Parameter("swap.min_notice", int, "H-14", "swap", default=0)
LEAVE_ON_SWAPPED: Parameter[bool] = Parameter("swap.leave_on_swapped", bool, "H-15", "swap", default=True)
SWAP_HOLIDAY: Parameter[bool] = Parameter("swap.holiday_allowed", bool, "I-31", "swap", default=True)
SWAP_NIGHT: Parameter[bool] = Parameter("swap.night_allowed", bool, "I-22", "swap", default=True)
UNSWAPPED_PENALTY: Parameter[Penalty | None] = Parameter(
    "swap.unswapped_leave_penalty", Penalty | None, "I-49", "attendance", default=None
)
EMPTY_SHIFT_PENALTY: Parameter[Penalty | None] = Parameter(
    "swap.empty_shift_penalty", Penalty | None, "I-49", "attendance", default=None
)

# Leave.

NOTICE_ORDINARY: Parameter[Days] = Parameter("leave.notice_ordinary", int, "I-18", "leave", default=0)
NOTICE_URGENT: Parameter[int] = Parameter("leave.notice_urgent", int, "I-19", "leave", default=0)
"""Hours before the start."""
LATE_REQUEST: Parameter[Literal["void", "manager_approval", "superior"]] = Parameter(
    "leave.late_request", Literal["void", "manager_approval", "superior"], "I-39", "leave", default="superior"
)
LEAVE_NIGHT: Parameter[Literal["allowed", "substitute_only", "before_noon_with_manager"]] = Parameter(
    "leave.night", Literal["allowed", "substitute_only", "before_noon_with_manager"], "I-22", "leave", default="allowed"
)
LEAVE_HOLIDAY: Parameter[bool] = Parameter("leave.holiday_allowed", bool, "I-31", "leave", default=True)
SUBSTITUTE: Parameter[bool] = Parameter("leave.substitute_required", bool, "H-16", "leave", default=False)
SKIP_LEVEL: Parameter[Literal["allowed", "void_absence", "refuse"]] = Parameter(
    "leave.skip_level", Literal["allowed", "void_absence", "refuse"], "I-40", "leave", default="refuse"
)
APPROVER_BY_DAYS: Parameter[tuple[Approver, ...]] = Parameter(
    "leave.approver_by_days", tuple[Approver, ...], "I-54", "leave", default=(Approver(("superior",)),)
)
PROXY_TYPES: Parameter[tuple[Literal["personal", "sick", "emergency", "official", "training"], ...]] = Parameter(
    "leave.proxy_types",
    tuple[Literal["personal", "sick", "emergency", "official", "training"], ...],
    "H-17",
    "leave",
    default=("sick", "emergency"),
)
SICK_CERT_DAYS: Parameter[Days | None] = Parameter("leave.sick_cert_days", int | None, "H-18", "leave", default=None)
SICK_SLIP_DUE: Parameter[Days | None] = Parameter("leave.sick_slip_due", int | None, "H-18", "leave", default=None)

# What parts of the product that are still to come will use.


def _later(key: str, shape: object, clause: str, used_by: str, default: Any = None) -> None:  # noqa: ANN401 - any shape
    LATER[key] = Parameter(key, shape, clause, used_by, default=default, later=True)


LATER: dict[str, Parameter[Any]] = {}
"""By key: these load and are shown, and change nothing yet."""
_later("bonus.performance", int | None, "H-19", "points")
_later("report.daily_required", bool, "H-20", "reports", default=False)
_later("handover.hold_until_relief", bool, "I-35", "handover", default=False)
_later("handover.sign_required", bool, "H-21", "handover", default=False)
_later("handover.open_items", Literal["forbid", "with_reason", "record"], "I-12", "handover", default="with_reason")
_later("incident.report_due", int | None, "I-37", "incidents")
_later("incident.skip_level_ok", bool, "H-22", "incidents", default=False)
_later("patrol.interval_min", int | None, "I-50", "patrol")
_later("visitor.id_required", bool, "I-14", "visitors", default=False)
_later("vehicle.register_unknown", bool, "H-23", "visitors", default=False)
_later("points.start", int | None, "H-19", "points")
_later("points.bands", tuple[Band, ...], "I-09", "points", default=())
_later("points.bonus", tuple[PointBonus, ...], "H-19", "points", default=())
_later("points.settle_day", Literal["day_before_payday"] | None, "I-29", "points")
_later("points.supervisor_bonus", LeadBonus | None, "I-10", "points")
_later("fines.destination", Literal["activity_fund"] | None, "I-32", "points")
_later("penalty_slips.monthly_limit", int | None, "H-19", "points")
_later("complaint.penalty", Penalty | None, "H-19", "complaints")
_later("complaint.fine_min", int | None, "H-19", "complaints")
_later("meeting.daily", MeetingTime | None, "H-24", "meetings")
_later("meeting.weekly", MeetingTime | None, "H-24", "meetings")
_later("booking.min_lead_min", int | None, "H-25", "booking")
_later("booking.hold_until", tuple[HoldUntil, ...], "H-25", "booking", default=())
_later("booking.extension_min", int | None, "H-25", "booking")
_later("booking.weekly_cancel_limit", tuple[CancelLimit, ...], "I-15", "booking", default=())
_later("booking.new_tables_month", NewTables | None, "H-25", "booking")
_later("reception.greet_sec", int | None, "H-26", "front desk")
_later("phone.rings", Rings | None, "H-26", "front desk")
_later("audit.self_check", Literal["monthly", "quarterly"] | None, "H-20", "inspections")
_later("audit.company_check", Literal["monthly", "quarterly"] | None, "H-20", "inspections")
_later("visit.cadence", tuple[Cadence, ...], "I-36", "return visits", default=())
_later("visit.due_days", int | None, "I-17", "return visits")
_later("visit.member_coverage", int | None, "H-27", "return visits")
_later("client.first_contact_days", int | None, "I-17", "return visits")
_later("needs_survey.month", int | None, "H-27", "return visits")
_later("archive.submit_day", int | None, "H-28", "archive")
_later("archive.borrow_days", int | None, "I-17", "archive")
_later("archive.destroy_hold_months", int | None, "I-38", "archive")
_later("archive.check_months", int | None, "H-28", "archive")
_later("secrecy.levels", tuple[Literal["general", "classified", "secret", "confidential", "top_secret"], ...],
       "H-29", "archive", default=())  # fmt: skip
_later("secrecy.after_exit_years", int | None, "H-29", "people")
_later("secrecy.release_months", int | None, "H-29", "people")

PARAMETERS: dict[str, Parameter[Any]] = {
    one.key: one for one in (*(value for value in globals().values() if isinstance(value, Parameter)), *LATER.values())
}
"""Every parameter there is, by key, in the order of this page."""
