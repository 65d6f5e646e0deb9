"""What the punches of one stretch say of it: come, gone, away, on duty; and what is missing, late or early.

Minutes late and early are minutes on duty that the person owed and was not there for: meal gaps and granted leave are
not owed (R-ATT-11, product §5.16).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from gatehouse.rules.binding import Mark, Stretch
from gatehouse.rules.facts import Correction, Outage
from gatehouse.rules.spans import MINUTE, Pair, minus, minutes, shared

MISTAP = 5 * MINUTE
"""A going and a coming so close together are one person at one button (product §5.6)."""


class Excused(msgspec.Struct, frozen=True):
    """Granted spans: of leave; of outings, and of those the ones on business."""

    leave: tuple[Pair, ...] = ()
    outing: tuple[Pair, ...] = ()
    business: tuple[Pair, ...] = ()


class Stay(msgspec.Struct):
    """One stretch as punched.

    Attributes:
        owed: its spans without granted leave.
        came, went: the punches that count: the earliest coming, the latest going (I-33), if that was not taken back.
        punched: whether there is any punch.
        lacks_in, lacks_out: something was owed there and is not punched; nothing (`owed` empty) lacks nothing.
        outages: what stands for a missing punch.
        moot: corrections whose real punch came after they were asked for (I-56).
        away: from a going to the next coming within the stretch.
        off_post: of these, owed and without a granted outing.
        late, early, overrun: whole minutes; ``after_lead`` those by which the lead was missed without being late.
        within_grace: minutes late that the regulation lets pass; ``late`` is 0 then.
        worked: spans on duty; ``credited``: where a punch is missing, from when to when that is only taken to be so.
    """

    owed: list[Pair]
    came: Mark | None = None
    went: Mark | None = None
    punched: bool = False
    lacks_in: bool = False
    lacks_out: bool = False
    outages: list[Outage] = []
    moot: list[Correction] = []
    away: list[Pair] = []
    off_post: list[Pair] = []
    late: int = 0
    within_grace: int = 0
    early: int = 0
    overrun: int = 0
    after_lead: int = 0
    worked: list[Pair] = []
    credited: Pair | None = None

    @property
    def there(self) -> bool:
        """Whether anything says that the person was there."""
        return self.punched or bool(self.outages)


class Unpunched(msgspec.Struct, frozen=True):
    """A missing punch: which, when it was due, and how it stands with its correction.

    ``until`` is the end of the time to apply, None where a regulation sets none; ``correction`` one that waits
    for a decision, or was refused: what was refused costs what was never asked for costs, and no sooner (I-25).
    """

    direction: Literal["in", "out", "both"]
    due: int
    state: Literal["at_once", "open", "lapsed", "pending"]
    until: int | None = None
    correction: Correction | None = None

    @property
    def priced(self) -> bool:
        """Whether it costs what the regulation says (R-COR-03, R-COR-04, I-25)."""
        return self.state in {"at_once", "lapsed"}


def stay(
    stretch: Stretch,
    excused: Excused,
    corrections: Sequence[Correction] = (),
    outages: Sequence[Outage] = (),
    *,
    lead_min: int = 0,
    extends: bool = True,
) -> Stay:
    """What became of a stretch, by its punches and what was granted.

    Args:
        stretch: with its punches bound.
        excused: what was granted, as spans.
        corrections: the person's, of any shift.
        outages: of this post.
        lead_min: how long before the start one should be there.
        extends: whether time after the end is worked time (R-ATT-05, I-35).
    """
    made = Stay(minus(stretch.spans, excused.leave) if excused.leave else list(stretch.spans))
    marks = _counting(stretch, corrections, made)
    owed = made.owed
    if not marks and not owed:
        return made
    starts, ends = (owed[0][0], owed[-1][1]) if owed else (stretch.starts, stretch.ends)
    _ends(made, marks, starts, ends)
    if owed:
        made.lacks_in, made.lacks_out = made.came is None, made.went is None
        _stand_in(made, outages, starts, ends)
    # Going straight out with consent, or not coming back while it lasts, is neither late nor early (R-ATT-14).
    if made.came is not None and owed:
        at = made.came.at
        made.late = minutes(minus(shared(owed, [(starts, at)]), excused.outing)) if at > starts else 0
        lead = at - (starts - lead_min * MINUTE)
        if lead > 0 and not made.late and starts == stretch.starts:
            made.after_lead = min(lead // MINUTE, lead_min)
    if made.went is not None and owed:
        at = made.went.at
        made.early = minutes(minus(shared(owed, [(at, ends)]), excused.outing)) if at < ends else 0
    _away(made, marks, excused)
    _worked(made, stretch, excused, starts, ends, extends=extends)
    return made


def _counting(stretch: Stretch, corrections: Sequence[Correction], made: Stay) -> list[Mark]:
    """The punches without those of corrections that a real one has overtaken."""
    own = [
        one
        for one in corrections
        if one.shift == stretch.turn.id and one.segment == stretch.segment and one.state != "withdrawn"
    ]
    if not own:
        return stretch.marks
    made.moot = [one for one in own if one.state == "moot" or answer(stretch, one) is not None]
    gone = {one.id for one in made.moot}
    return [mark for mark in stretch.marks if mark.punch.correction not in gone]


def answer(stretch: Stretch, asked: Correction) -> Mark | None:
    """The punch that an application stands for, once it has come: made before it was asked for, and there after (I-56).

    It is the one that counts: who goes out and comes back has not gone for good, and still misses the going.
    """
    made = Stay([])
    real = [mark for mark in stretch.marks if mark.punch.correction is None and mark.at <= asked.asked]
    _ends(made, real, stretch.starts, stretch.ends)
    found = made.came if asked.direction == "in" else made.went
    return found if found is not None and found.punch.arrived > asked.asked else None


def _ends(made: Stay, marks: Sequence[Mark], starts: int, ends: int) -> None:
    """The earliest coming and the latest going; one that the other way precedes, or follows, is missing.

    Who goes and comes back has not gone for good, who was seen going had come before, and nobody goes before coming.
    """
    ins = [mark for mark in marks if mark.direction == "in"]
    outs = [mark for mark in marks if mark.direction == "out"]
    came, went = (ins[0] if ins else None), (outs[-1] if outs else None)
    if came is not None and outs and starts < outs[0].at < came.at - MISTAP:
        came = None
    if went is not None and ins and went.at + MISTAP < ins[-1].at < ends:
        went = None
    if came is not None and went is not None and went.at <= came.at:
        went = None
    made.came, made.went = came, went
    made.punched = bool(marks)


def _stand_in(made: Stay, outages: Sequence[Outage], starts: int, ends: int) -> None:
    """Where nobody could punch at the scheduled moment, no punch is missing."""
    for one in outages:
        covers_in = made.lacks_in and one.since <= starts <= one.until
        covers_out = made.lacks_out and one.since <= ends <= one.until
        if covers_in or covers_out:
            made.outages.append(one)
            made.lacks_in, made.lacks_out = made.lacks_in and not covers_in, made.lacks_out and not covers_out


def _away(made: Stay, marks: Sequence[Mark], excused: Excused) -> None:
    left: int | None = None
    for mark in marks:
        if mark.direction == "out":
            left = mark.at
        elif mark.direction == "in" and left is not None:
            final = made.went is not None and left == made.went.at
            if mark.at > left and not final and (made.came is None or left > made.came.at):
                made.away.append((left, mark.at))
            left = None
    if made.away:
        made.off_post = minus(shared(made.away, made.owed), excused.outing)


def _worked(made: Stay, stretch: Stretch, excused: Excused, starts: int, ends: int, *, extends: bool) -> None:
    """On duty: from the coming to the going inside the scheduled spans, and after the end while the shift goes on."""
    if not made.there or (not made.owed and (made.came is None or made.went is None)):
        return
    since = made.came.at if made.came is not None else starts
    until = made.went.at if made.went is not None else ends
    if until <= since:
        return
    spans = made.owed or list(stretch.spans)
    if made.went is not None and until > stretch.ends:
        made.overrun = (until - max(since, stretch.ends)) // MINUTE
        if extends:
            spans = [*spans, (max(since, stretch.ends), until)]
    present = shared(spans, [(since, until)])
    if made.away:
        present = minus(present, minus(made.away, excused.business))
    made.worked = present
    if made.lacks_in or made.lacks_out:
        made.credited = since, until
