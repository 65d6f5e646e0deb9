"""Structures that regulations set for parts of the product that are to come: points, booking, meetings, and others."""

from __future__ import annotations

from typing import Literal

import msgspec

TableSort = Literal["ordinary", "half_booth", "booth"]
"""散台, 半卡, 卡座."""


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Points from ``most`` down to ``least``: each lost there costs ``yuan`` (I-09); ``dismissal`` is only a flag."""

    least: int
    most: int
    yuan: int = 0
    dismissal: bool = False


class PointBonus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From ``least`` points on at settlement, ``yuan`` extra."""

    least: int
    yuan: int


class LeadBonus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a supervisor gets when ``share_pct`` of the team has ``full`` points, and pays when one is under ``below``.

    Both may apply at once (I-10).
    """

    share_pct: int
    full: int
    bonus_yuan: int
    below: int
    fine_yuan: int


class MeetingTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When people meet: ``weekday`` 1 is Monday, None every day or not said; times "HH:MM", "" where not said."""

    weekday: int | None = None
    starts: str = ""
    ends: str = ""
    part: Literal["", "morning", "afternoon", "handover"] = ""


class HoldUntil(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A booked table is kept until this local time, "HH:MM"."""

    table: TableSort
    until: str


class CancelLimit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cancelled tables of a sort in a week (I-41) that cost nothing; each one beyond costs ``points`` (I-15)."""

    table: TableSort
    limit: int
    points: int


class NewTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tables of new customers a month, from that month of employment on; each one missing costs ``points``."""

    count: int
    points: int
    from_month: int


class Rings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After how many rings a call is answered, and from how many on one apologises."""

    answer_after: int
    apologise_after: int


class Cadence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the ``from_month``-th month after delivery on, a visit every so many months (I-36)."""

    from_month: int
    every_months: int
