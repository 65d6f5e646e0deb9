"""What a regulation sets: typed parameters, and the values in force for a team on a date, each with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar, cast

import msgspec

T = TypeVar("T")
Language = Literal["zh-CN", "zh-TW", "en"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"zh_cn": "zh-CN", "zh_tw": "zh-TW"}):
    """A short text in the three languages of the product."""

    zh_cn: str
    zh_tw: str
    en: str


class Penalty(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a clause says a breach costs, never prose (regulations.md §4). It is proposed, never taken (I-32, I-45).

    Attributes:
        points: points taken, as a negative number.
        yuan: a fine.
        yuan_min: a fine of at least so much; a person sets it.
        rate_of_base: per cent of the base wage.
        day_wage: so many days' average wage.
        bonus_lost: the full-attendance bonus of the period is lost (at most once, R-ATT-18; no fine, I-30).
        violation: entered as a disciplinary violation, without a figure.
        absence: counted as absence.
        assess_both: both people of a swap are listed for a person to decide by their share.
        red_packet: yuan given to the group in ``shares`` shares; recorded only (R-PTS-14).
    """

    points: int = 0
    yuan: int = 0
    yuan_min: int = 0
    rate_of_base: int = 0
    day_wage: int = 0
    bonus_lost: bool = False
    violation: bool = False
    absence: bool = False
    assess_both: bool = False
    red_packet: int = 0
    shares: int = 0


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whole minutes from ``least`` to ``most``, both included (I-01; None: no end), and what they cost."""

    least: int
    penalty: Penalty
    most: int | None = None


class Escalation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the ``nth`` time in a calendar month on, not retroactively, the price is another (I-04)."""

    nth: int
    penalty: Penalty


class Approver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who decides up to so many days (None: any number): ``superior`` is the next one above the person."""

    roles: tuple[Literal["superior", "supervisor", "manager", "administration"], ...]
    up_to_days: int | None = None


class ShiftTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A shift that a regulation names; ``segments`` as in a template, "09:00-11:30 12:30-18:30", or "": not stated."""

    code: str
    name: Words
    segments: str = ""
    night: bool = False


class Parameter(Generic[T]):
    """One thing that regulations set: its key, type and default, and the reading the default rests on.

    Attributes:
        key: as in regulations.md §4.
        shape: the type its values are read as.
        default: what holds where a regulation is silent.
        clause: ``I-nn`` or ``H-nn``: why this default.
        used_by: the part of the product in which it takes effect.
        later: that part does not exist yet; the value loads and is shown as such.
    """

    def __init__(
        self,
        key: str,
        shape: object,
        clause: str,
        used_by: str,
        *,
        default: T,
        later: bool = False,
    ) -> None:
        self.key, self.shape, self.default, self.clause = key, shape, default, clause
        self.used_by, self.later = used_by, later


class Cited(msgspec.Struct, Generic[T], frozen=True):
    """A value in force and what it rests on.

    Attributes:
        clause: ``R-…`` of the regulation, ``I-nn`` or ``H-nn`` of a reading.
        text: the clause in short.
        source: the title of the regulation; None for a reading.
        since: the first date it holds (ISO), "" for a default.
        changed: an admin set it for this team, with this reason.
    """

    value: T
    clause: str
    text: Words | None = None
    source: str | None = None
    since: str = ""
    changed: str | None = None

    def __bool__(self) -> bool:
        raise TypeError("ask its value")


class Terms:
    """All parameters as in force for one team on one date."""

    def __init__(self, pack: str, values: Mapping[str, Cited[Any]]) -> None:
        self.pack = pack
        self._values = values

    def __getitem__(self, parameter: Parameter[T]) -> Cited[T]:
        """The value in force, else the default with the reading it rests on."""
        found = self._values.get(parameter.key)
        return cast("Cited[T]", found) if found is not None else Cited(parameter.default, parameter.clause)

    def stated(self, parameter: Parameter[T]) -> bool:
        """Whether the regulation (or an admin) says anything about it."""
        return parameter.key in self._values
