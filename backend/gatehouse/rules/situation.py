"""The format of cases: a situation as a person would tell it, and what must come of it (docs/cases.md).

It is the public contract of the engine, so it is strict: an unknown key is refused with its path. Times are local wall
times of ``zone``, "2026-11-09 08:31" or with seconds; shift times are "09:00-11:30 12:30-18:30", past midnight too.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from gatehouse.rules.calendar import Sort
from gatehouse.rules.facts import Direction, LeaveSort
from gatehouse.rules.terms import Penalty
from gatehouse.rules.verdict import Certainty, Fact, Status

Wall = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$", examples=["2026-11-09 08:31"])]
Date = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\d$", examples=["2026-11-09"])]
Times = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d\d:\d\d-\d\d:\d\d( \d\d:\d\d-\d\d:\d\d)*$",
        description="Segments in order. An end that is not after its start, or an hour from 24 on, is the next day's.",
        examples=["08:30-17:30", "17:00-01:00"],
    ),
]
Name = Annotated[str, msgspec.Meta(pattern=r"^[\w.+-]{1,60}$")]
Role = Literal["guard", "agent", "supervisor", "clerk", "manager", "admin"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A part of a case: unknown keys are refused."""


class Setting(_Strict, frozen=True, kw_only=True):
    """A parameter that this situation sets beside its pack, as an admin could.

    ``clause``: what it rests on; left out: what the pack's value, else the default rests on.
    """

    key: str
    value: Any
    clause: str = ""


class Someone(_Strict, frozen=True, kw_only=True):
    """A person.

    Attributes:
        team: whose roster the person is on; the team's pack judges.
        superior: the direct superior, by name.
        roles: supervisor of the own team, manager of the site, admin of the organisation.
        grade: as the office writes it (初级, 中级, 高级 …); None: not on record.
        skills: what the person is qualified for.
        deputies: who decides while this person is away.
    """

    team: Name = "team"
    superior: Name | None = None
    roles: tuple[Role, ...] = ("guard",)
    grade: str | None = None
    skills: tuple[str, ...] = ()
    deputies: tuple[Name, ...] = ()


class Post(_Strict, frozen=True, kw_only=True):
    """A place to be filled: so many people at least (None: as the pack says), with a skill; ``all_day``: 24 hours."""

    cover_min: int | None = None
    skill: str | None = None
    all_day: bool = False


class Shift(_Strict, frozen=True, kw_only=True):
    """One shift of one person, by the name its events use.

    Attributes:
        date: business date: on which it begins (I-21).
        night: the flag of its template (I-22).
        received: whether the person acknowledged the roster that made it so (I-58).
        before: its times in the roster the person had seen, when not; None: the person had not seen it at all.
        swap: it came to this person by the swap of this name …
        given_by: … from this person.
        skill: what it asks for.
        overtime: extra duty.
    """

    person: Name
    date: Date
    times: Times
    post: Name = "gate"
    label: str = "班"
    night: bool = False
    received: bool = True
    before: Times | None = None
    swap: Name | None = None
    given_by: Name | None = None
    skill: str | None = None
    overtime: bool = False


class Device(_Strict, frozen=True, kw_only=True):
    """A device that could hold punches: a tablet of a post or a person's phone, and how far it has been heard.

    ``silent``: a supervisor declared not to wait for it any more.
    """

    heard_to: Wall
    post: Name | None = None
    person: Name | None = None
    silent: bool = False


class _Event(_Strict, frozen=True, kw_only=True, tag_field="do"):
    """Something a person did.

    Attributes:
        at: when it was done, by corrected device time (I-27).
        arrives: when the server had it; left out: at once.
        id: the name that others refer to it by, and under which its decision is given; left out: e1, e2 … in order.
    """

    at: Wall
    arrives: Wall | None = None
    id: Name | None = None


class Punched(_Event, frozen=True, kw_only=True, tag="punch"):
    """A punch of ``person``, pressed by ``by`` (left out: the same)."""

    person: Name
    way: Direction | None = None
    by: Name | None = None
    post: Name = "gate"
    device: Name = ""
    earliest: Wall | None = None
    latest: Wall | None = None
    sure: Literal["live", "anchored", "unanchored", "contradictory"] = "live"
    held: bool = False
    """The act is held for a person to release (it may lie after a revocation): it keeps the day open."""


class Asked(_Event, frozen=True, kw_only=True, tag="leave.request"):
    """Leave from ``since`` to ``until`` for ``person``, filed by ``by`` (left out: the same) and put to ``to``."""

    person: Name
    sort: LeaveSort = "personal"
    since: Wall
    until: Wall
    by: Name | None = None
    to: Name | None = None
    substitute: Name | None = None


class Certificate(_Event, frozen=True, kw_only=True, tag="leave.certify"):
    """A supervisor saw a medical certificate for these dates, both included."""

    of: Name
    by: Name
    first: Date
    last: Date


class Back(_Event, frozen=True, kw_only=True, tag="leave.return"):
    """Back on duty (销假): what is left of the leave ends."""

    of: Name
    by: Name


class Corrected(_Event, frozen=True, kw_only=True, tag="correction.request"):
    """The punch missing at the start (``in``) or end (``out``) of a shift was really at ``claimed``."""

    shift: Name
    by: Name
    way: Direction
    claimed: Wall
    segment: int = 0


class Out(_Event, frozen=True, kw_only=True, tag="outing.request"):
    """Away from the post during a shift."""

    shift: Name
    by: Name
    since: Wall
    until: Wall
    business: bool = False


class Outage(_Event, frozen=True, kw_only=True, tag="outage.declare"):
    """Nobody could punch at a post from ``since`` to ``until``."""

    by: Name
    post: Name
    since: Wall
    until: Wall


class SwapAsked(_Event, frozen=True, kw_only=True, tag="swap.request"):
    """``by`` gives the shift ``give`` to one of ``asked``, and takes ``take`` back (left out: repay stays open)."""

    by: Name
    give: Name
    asked: tuple[Name, ...]
    take: Name | None = None


class _Answer(_Event, frozen=True, kw_only=True):
    """An answer to the request named ``of``; ``note``: the reason in writing that some answers need."""

    of: Name
    by: Name
    note: str = ""


class Approve(_Answer, frozen=True, kw_only=True, tag="approve"):
    """Whoever decides agrees."""


class Reject(_Answer, frozen=True, kw_only=True, tag="reject"):
    """Whoever decides does not agree."""


class Withdraw(_Answer, frozen=True, kw_only=True, tag="withdraw"):
    """The applicant takes it back."""


class Accept(_Answer, frozen=True, kw_only=True, tag="swap.accept"):
    """A colleague takes the shift."""


class Decline(_Answer, frozen=True, kw_only=True, tag="swap.decline"):
    """The colleague does not take it."""


Event = (
    Punched
    | Asked
    | Certificate
    | Back
    | Corrected
    | Out
    | Outage
    | SwapAsked
    | Approve
    | Reject
    | Withdraw
    | Accept
    | Decline
)


class RosterCheck(_Strict, frozen=True, kw_only=True):
    """Dates of one month of a team's roster, to be checked as when it is published at ``now``."""

    team: Name = "team"
    since: Date
    until: Date


class Rotating(_Strict, frozen=True, kw_only=True):
    """A rotation to be laid out from ``since`` to ``until``, both included.

    Attributes:
        pattern: symbols, as people write it: ``早早中中夜夜休休``, or apart by blanks.
        anchor: the date on which it begins.
        step: days for each symbol; None: as the pack says, else 1.
        members: by person, how many places of the pattern ahead.
        by_hand: by person, dates that somebody set by hand: they are left alone.
    """

    pattern: str
    anchor: Date
    since: Date
    until: Date
    step: int | None = None
    members: dict[Name, int]
    by_hand: dict[Name, tuple[Date, ...]] = {}


class Told(_Strict, frozen=True, kw_only=True):
    """What became of one event.

    ``code``: "applied", else why it was refused; the other keys are looked at only where they are named.
    """

    code: str
    clause: str | None = None
    facts: dict[str, Fact] | None = None
    class_: Literal["ordinary", "urgent", "late"] | None = msgspec.field(default=None, name="class")
    levels: tuple[str, ...] | None = None
    until: Wall | None = None
    warned: tuple[str, ...] | None = None
    state: str | None = None


class Judged(_Strict, frozen=True, kw_only=True):
    """What became of one shift; only the keys named are looked at. ``clauses``: among those its lines rest on."""

    status: Status | None = None
    certainty: Certainty | None = None
    late: int | None = None
    early: int | None = None
    overrun: int | None = None
    lead_missed: int | None = None
    off_post: int | None = None
    worked: int | None = None
    night: int | None = None
    came: Wall | None = None
    went: Wall | None = None
    clauses: tuple[str, ...] | None = None
    lines: tuple[str, ...] | None = None


class Proposed(_Strict, frozen=True, kw_only=True):
    """A price that is put to a person to confirm. ``shift`` is left out for what is of the whole month."""

    cause: str
    clause: str
    penalty: Penalty
    person: Name | None = None
    shift: Name | None = None


class Flagged(_Strict, frozen=True, kw_only=True):
    """What a roster check found: by key, or code of a refusal, with its clause, date, person and post."""

    key: str
    clause: str | None = None
    date: Date | None = None
    who: Name | None = None
    post: Name | None = None
    refused: bool = False


class Expected(_Strict, frozen=True, kw_only=True):
    """What must come of it. Proposals, unscheduled punches and roster findings are whole lists; the rest by name."""

    decisions: dict[Name, Told] = {}
    verdicts: dict[Name, Judged] = {}
    proposals: tuple[Proposed, ...] | None = None
    unscheduled: tuple[Name, ...] | None = None
    roster: tuple[Flagged, ...] | None = None
    rota: dict[Name, dict[Date, str]] = {}
    """Symbols that a rotation sets, by person and date; only those named are looked at, ``""`` for none."""
    holder: dict[Name, Name] = {}
    """Who holds a shift in the end."""


class Situation(_Strict, frozen=True, kw_only=True):
    """What a case tells; a file may tell the common part once as ``base``, and a case then only what differs."""

    zone: str = "Asia/Shanghai"
    pack: str = ""
    settings: tuple[Setting, ...] = ()
    people: dict[Name, Someone] = {}
    posts: dict[Name, Post] = {}
    shifts: dict[Name, Shift] = {}
    calendar: dict[Date, Sort] = {}
    """What an admin set the calendar's dates to; the calendar of China holds for all others."""
    devices: dict[Name, Device] = {}
    events: tuple[Event, ...] = ()
    roster: RosterCheck | None = None
    rotation: Rotating | None = None
    now: Wall | None = None


class Case(Situation, frozen=True, kw_only=True):
    """One situation and what must come of it, with the clauses it shows."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[\w-]{1,60}$")]
    title: str
    clauses: tuple[str, ...]
    why: str = ""
    expect: Expected = Expected()


class CaseFile(_Strict, frozen=True, kw_only=True):
    """A file of cases.

    ``base`` is what its cases have in common: a case's own people and posts stand beside the base's, any other key that
    a case states replaces the base's.
    """

    about: str
    cases: tuple[Case, ...]
    base: Situation = Situation()
