"""What rules judge: facts with the instants at which they were made and at which they arrived. All instants UTC ms."""

from __future__ import annotations

from typing import Literal

import msgspec

Direction = Literal["in", "out"]
LeaveSort = Literal["personal", "sick", "emergency", "official", "training"]
"""事假, 病假, 急诊, 公差, 培训. Ordinary, urgent or late is a class that follows from the time of asking (I-39)."""


class Span(msgspec.Struct, frozen=True, order=True):
    """From ``starts`` to ``ends``, the end not included."""

    starts: int
    ends: int


class Turn(msgspec.Struct, frozen=True):
    """One shift of one person as in force.

    Attributes:
        date: business date: the local date on which it begins (I-21), ISO.
        spans: segments in order, one or more.
        night: the flag of its template (I-22).
        version: of the team's roster in which it came to be as it is.
        changed: when that was.
        changed_by: who changed it, when it is not as first published.
        received: whether the person acknowledged that version, or needed not to (I-58).
        before: the shift's spans in the last version the person acknowledged, when ``received`` is false.
        swap: the approved swap it was obtained through.
        given_by: whose it was before that swap.
        skill: what the post asks for; None: nothing.
        overtime: extra duty, not part of the ordinary roster.
    """

    id: str
    person: str
    team: str
    post: str
    site: str
    zone: str
    date: str
    label: str
    spans: tuple[Span, ...]
    night: bool = False
    version: int = 0
    changed: int = 0
    changed_by: str | None = None
    received: bool = True
    before: tuple[Span, ...] | None = None
    swap: str | None = None
    given_by: str | None = None
    skill: str | None = None
    overtime: bool = False

    @property
    def starts(self) -> int:
        """Start of the first segment."""
        return self.spans[0].starts

    @property
    def ends(self) -> int:
        """End of the last segment."""
        return self.spans[-1].ends


class Punch(msgspec.Struct, frozen=True):
    """One punch. ``at`` is the corrected instant inside [``earliest``, ``latest``]; ``arrived`` when the server had it.

    ``direction`` None: not said. ``correction`` is the approved correction that stands for it.
    """

    id: str
    person: str
    direction: Direction | None
    at: int
    earliest: int
    latest: int
    arrived: int
    post: str = ""
    device: str = ""
    shift: str | None = None
    sure: Literal["live", "anchored", "unanchored", "contradictory"] = "live"
    correction: str | None = None


class Leave(msgspec.Struct, frozen=True):
    """A leave that is approved (``granted``) or was asked for in vain; it reaches from ``since`` to ``until``.

    Attributes:
        valid: whether it excuses (certificate there where one is needed, and so on); else ``clause`` says why not.
        asked: corrected instant of asking.
        awaits: the last instant at which a certificate that is still to come excuses it (R-LEV-14); UTC ms.
    """

    id: str
    person: str
    sort: LeaveSort
    since: int
    until: int
    state: Literal["requested", "granted", "refused", "withdrawn", "void", "invalid"]
    asked: int
    arrived: int
    clause: str | None = None
    awaits: int | None = None


class Outing(msgspec.Struct, frozen=True):
    """Leaving the post during a shift, from ``since`` to ``until``; with consent when ``granted`` (R-ATT-14)."""

    id: str
    person: str
    since: int
    until: int
    state: Literal["requested", "granted", "refused", "withdrawn"]
    business: bool = False


class Correction(msgspec.Struct, frozen=True):
    """An application to correct a missing punch. ``asked`` is its corrected instant (I-27)."""

    id: str
    person: str
    shift: str
    direction: Direction
    claimed: int
    asked: int
    arrived: int
    state: Literal["requested", "granted", "refused", "withdrawn", "moot"]
    segment: int = 0
    """Which segment of the shift, under ``per_segment``."""


class Outage(msgspec.Struct, frozen=True):
    """A post where nobody could punch (H-: bulk correction): punches missing there in that span need no correction."""

    id: str
    post: str
    since: int
    until: int


class SwapAsked(msgspec.Struct, frozen=True):
    """A swap of a shift that did not take effect: asked for, refused, expired (R-SWP-09)."""

    id: str
    shift: str
    by: str
    state: Literal["requested", "accepted", "rejected", "declined", "expired", "withdrawn"]
    asked: int


class Heard(msgspec.Struct, frozen=True):
    """How far what a device recorded has arrived: to ``complete_to``.

    A supervisor said to wait for it no more (``silent``), or not for what was made up to ``silent_to``. Before
    ``since`` it was not there, and can hold nothing.
    """

    device: str
    complete_to: int
    silent: bool = False
    silent_to: int = 0
    since: int = 0


class PersonMonth(msgspec.Struct, frozen=True):
    """All that the days of one person in one month depend on.

    ``turns`` and ``punches`` also of the last day before and the first after the month, for the windows between
    neighbours. ``heard``: by post, the devices that could hold a punch there; and under "" the person's own. ``zone``
    is that of punches without a shift. Every month is judged alone.
    """

    person: str
    month: str
    now: int
    turns: tuple[Turn, ...]
    punches: tuple[Punch, ...] = ()
    leaves: tuple[Leave, ...] = ()
    outings: tuple[Outing, ...] = ()
    corrections: tuple[Correction, ...] = ()
    outages: tuple[Outage, ...] = ()
    swaps: tuple[SwapAsked, ...] = ()
    heard: dict[str, tuple[Heard, ...]] = {}
    zone: str = "Asia/Shanghai"
    held: tuple[int, ...] = ()
    """Instants of acts of this person that are held: they keep the day open (P11)."""
