"""What may stand for a parameter: its shape, and what a shape does not say (steps in order, hours in a day)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import msgspec

from gatehouse.rules.later import Band, Cadence, HoldUntil, MeetingTime, PointBonus
from gatehouse.rules.segments import well_formed
from gatehouse.rules.terms import Approver, Escalation, Parameter, Penalty, ShiftTimes, Tier, Words

MOST = 100_000
"""No number in a regulation is larger."""
LIMITS: dict[str, tuple[int, int]] = {
    "roster.rotation_days": (1, 366),
    "roster.horizon_days": (1, 366),
    "roster.holiday_lead_days": (0, 366),
    "roster.min_cover": (0, 1_000),
    "rest.min_hours": (0, 48),
    "punch.bind_before_min": (0, 720),
    "punch.bind_after_min": (0, 1_440),
    "arrival.lead_min": (0, 240),
    "late.grace_min": (0, 240),
    "violation.late_min": (1, 1_440),
    "violation.off_post_min": (1, 1_440),
    "certainty.silent_after_hours": (1, 720),
    "report.attendance_day": (1, 31),
    "correction.window_days": (0, 366),
    "correction.monthly_cap": (0, 31),
    "swap.monthly_cap": (0, 31),
    "swap.min_notice": (0, 43_200),
    "leave.notice_ordinary": (0, 366),
    "leave.notice_urgent": (0, 720),
    "leave.sick_cert_days": (1, 366),
    "leave.sick_slip_due": (0, 366),
    "visit.member_coverage": (0, 100),
    "needs_survey.month": (1, 12),
    "archive.submit_day": (1, 31),
}
"""The least and the most that a number may be, where 0 to ``MOST`` is not what makes sense."""
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d\Z")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,15}\Z")


class BadValue(ValueError):
    """The value cannot stand for the parameter; the message says why."""


def read_value(parameter: Parameter[Any], raw: object) -> Any:  # noqa: ANN401  # what the parameter's shape says
    """The value in the parameter's shape, checked.

    Args:
        parameter: of the catalogue.
        raw: as decoded from TOML or JSON.

    Raises:
        BadValue: it has another shape or makes no sense.
    """
    try:
        value = msgspec.convert(raw, parameter.shape)
    except msgspec.ValidationError as error:
        raise BadValue(str(error)) from None
    if isinstance(value, int) and not isinstance(value, bool):
        least, most = LIMITS.get(parameter.key, (0, MOST))
        if not least <= value <= most:
            raise BadValue(f"{value} is not between {least} and {most}")
    _check(value)
    return value


def _check(value: object) -> None:
    """What holds of each structure, wherever it stands."""
    if isinstance(value, tuple):
        for one in value:
            _check(one)
        _row(value)
    elif isinstance(value, Penalty):
        _penalty(value)
    elif isinstance(value, msgspec.Struct):
        _structure(value)
        for name in value.__struct_fields__:
            _check(getattr(value, name))


def _penalty(penalty: Penalty) -> None:
    if penalty == Penalty():
        raise BadValue("the penalty is empty")
    for name in penalty.__struct_fields__:
        figure = getattr(penalty, name)
        least, most = (-MOST, 0) if name == "points" else (0, 100 if name == "rate_of_base" else MOST)
        if not least <= figure <= most:
            raise BadValue(f"{name} {figure} is not between {least} and {most}")


def _structure(value: msgspec.Struct) -> None:
    match value:
        case Tier(least, _, most) if least < 1 or (most is not None and most < least):
            raise BadValue(f"no minutes lie between {least} and {most}")
        case Escalation(nth, _) if nth < 2:  # noqa: PLR2004  # what begins with the first is the plain price
            raise BadValue("a price that begins with the first time escalates nothing")
        case Approver(roles, up_to) if not roles or (up_to is not None and up_to < 1):
            raise BadValue("nobody would decide")
        case ShiftTimes(code, _, segments) if not _CODE.match(code) or not (segments == "" or well_formed(segments)):
            raise BadValue(f"the hours of {code} are not in order: {segments}")
        case Words(zh_cn, zh_tw, en) if not (zh_cn.strip() and zh_tw.strip() and en.strip()):
            raise BadValue("a language is missing")
        case Band(least, most) if not 0 <= least < most:
            raise BadValue(f"no points lie between {least} and {most}")
        case HoldUntil(_, until) if not _CLOCK.match(until):
            raise BadValue(f"{until} is no time of day")
        case MeetingTime(weekday, starts, ends) if weekday not in {None, *range(1, 8)} or not all(
            one == "" or _CLOCK.match(one) for one in (starts, ends)
        ):
            raise BadValue("the meeting has no such day or time")
        case _:
            pass


def _row(values: tuple[Any, ...]) -> None:
    """Steps that follow each other: none twice, none overlapping, an open end last."""
    match values[:1]:
        case (Tier(),):
            _ascending("tiers", [(one.least, one.most) for one in values])
        case (Approver(),):
            _ascending("approvers", [(one.up_to_days, one.up_to_days) for one in values])
        case (Cadence(),):
            _ascending("steps", [(one.from_month, one.from_month) for one in values])
        case (PointBonus(),):
            _ascending("steps", [(one.least, one.least) for one in values])
        case (Band(),):
            if any(low.most > high.least for high, low in pairwise(values)):
                raise BadValue("two bands overlap, or they are not in order")
        case (ShiftTimes(),):
            _once([one.code for one in values])
        case (str(),):
            _once(list(values))
        case _:
            pass


def _ascending(what: str, spans: list[tuple[int | None, int | None]]) -> None:
    for (_, most), (least, _) in pairwise(spans):
        if most is None or (least is not None and least <= most):
            raise BadValue(f"two {what} overlap, or they are not in order")


def _once(names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise BadValue("one is there twice")
