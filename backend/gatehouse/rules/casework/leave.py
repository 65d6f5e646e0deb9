"""Leave, corrections and outings of a situation: asked for, decided level by level, taken back."""

from __future__ import annotations

import msgspec

from gatehouse.rules import correction, leave, outing
from gatehouse.rules.casework.stage import CorrectionKept, LeaveKept, OutingKept, Stage
from gatehouse.rules.facts import Correction, Outing, Punch
from gatehouse.rules.lacking import answered, lacks
from gatehouse.rules.levels import Level, deciders
from gatehouse.rules.situation import Approve, Asked, Back, Certificate, Corrected, Out, Reject, Told, Withdraw
from gatehouse.rules.verdict import Violation

MOVED = Told(code="wrong_state")


def ask_leave(stage: Stage, event: Asked, id_: str, arrived: int) -> Told:
    """A request for leave, with the class it falls in and who decides."""
    person = event.person
    asked = leave.LeaveAsked(
        person,
        event.by or person,
        event.sort,
        stage.ms(event.since),
        stage.ms(event.until),
        stage.ms(event.at),
        stage.told.zone,
        event.to,
        event.substitute,
    )
    turns = stage.turns_of(person)
    others = [
        leave.Taken(kept.asked.since, kept.until)
        for kept in stage.leaves.values()
        if kept.asked.person == person and kept.state in {"requested", "granted"}
    ]
    covering = stage.turns_of(event.substitute) if event.substitute is not None else ()
    found = leave.judge(
        asked,
        turns,
        lambda date: stage.terms(stage.team_of(person), date),
        stage.ranks(person),
        others=others,
        holiday=stage.statutory,
        covering=covering,
    )
    if isinstance(found, Violation):
        return stage.refused(found)
    kept = LeaveKept(asked, found, arrived)
    if found.void is not None:
        kept.state, kept.clause = "void", found.void.clause
    stage.leaves[id_] = kept
    void = found.void
    return Told(
        code="applied",
        clause=void.clause if void is not None else None,
        facts=stage.readable(void.facts) if void is not None else {},
        class_=found.class_,
        levels=found.levels,
        until=stage.wall(found.deadline),
        state=kept.state,
    )


def certify(stage: Stage, event: Certificate) -> Told:
    """A supervisor saw a certificate."""
    kept = stage.leaves[event.of]
    if event.by == kept.asked.person:
        return Told(code="own_matter", clause="I-40")
    if not _in_charge(stage, event.by, kept.asked.person):
        return Told(code="not_entitled")
    found = leave.certify(_certified(kept), event.first, event.last)
    if found is not None:
        return stage.refused(found)
    kept.spans.append((event.first, event.last))
    kept.seen = stage.ms(event.at)
    return Told(code="applied")


def back(stage: Stage, event: Back) -> Told:
    """Back on duty before the leave is over (R-LEV-08)."""
    kept, at = stage.leaves[event.of], stage.ms(event.at)
    if event.by not in {kept.asked.person, kept.asked.by} and not _in_charge(stage, event.by, kept.asked.person):
        return Told(code="not_yours")
    if kept.state != "granted":
        return MOVED
    if at < kept.asked.since:
        return Told(code="leave_not_begun", clause="R-LEV-08")
    kept.returned = at
    return Told(code="applied")


def _in_charge(stage: Stage, by: str, person: str) -> bool:
    levels: tuple[Level, ...] = ("superior", "supervisor", "manager", "administration")
    return any(by in deciders(level, person, stage.ranks(person)) for level in levels)


def settle(stage: Stage, now: int) -> None:
    """What time alone does: leave undecided at its start has no effect (I-28); certificates fall due (R-LEV-14)."""
    for kept in stage.leaves.values():
        if kept.state == "requested" and kept.route.deadline <= now:
            kept.state, kept.clause = "void", "I-28"
    for kept in stage.leaves.values():
        if kept.state == "granted" and kept.route.certificate:
            terms = stage.terms(stage.team_of(kept.asked.person), stage.wall(kept.asked.since)[:10])
            standing, clause = leave.standing(_certified(kept), now, terms)
            if standing == "invalid":
                kept.state, kept.clause = "invalid", clause


def _certified(kept: LeaveKept) -> leave.Certified:
    asked = kept.asked
    return leave.Certified(asked.since, kept.until, asked.zone, kept.route.due, tuple(kept.spans), kept.seen)


def ask_correction(stage: Stage, event: Corrected, id_: str, arrived: int) -> Told:
    """An application to correct a missing punch, within window and cap."""
    turn = stage.turns[event.shift]
    terms = stage.terms(turn.team, turn.date)
    asked = correction.CorrectionAsked(event.by, event.way, stage.ms(event.claimed), stage.ms(event.at), event.segment)
    mine = [kept.made for kept in stage.corrections.values() if kept.made.person == turn.person]
    month = [one for one in mine if stage.turns[one.shift].date[:7] == turn.date[:7]]
    real = [
        one for one in stage.punches if one.person == turn.person and one.correction is None and one.at <= asked.asked
    ]
    found = correction.judge(
        asked,
        turn,
        terms,
        correction.Applied(
            used=sum(one.state not in {"withdrawn", "moot"} for one in month),
            same=any(
                one.shift == event.shift
                and one.direction == event.way
                and one.segment == event.segment
                and one.state in {"requested", "granted"}
                for one in mine
            ),
            punched=not lacks(turn, event.way, event.segment, stage.turns_of(turn.person), real, terms),
        ),
    )
    if isinstance(found, Violation):
        return stage.refused(found)
    made = Correction(
        id_,
        turn.person,
        turn.id,
        event.way,
        asked.claimed,
        asked.asked,
        arrived,
        "requested",
        event.segment,
    )
    stage.corrections[id_] = CorrectionKept(made, found)
    moment = correction.due_of(turn, event.way, event.segment, terms)
    limit = correction.limit_of(moment, turn.zone, terms) if moment is not None else None
    return Told(code="applied", levels=found, until=stage.wall(limit) if limit is not None else None, state="requested")


def ask_outing(stage: Stage, event: Out, id_: str) -> Told:
    """Going out during a shift."""
    turn = stage.turns[event.shift]
    since, until = stage.ms(event.since), stage.ms(event.until)
    asked = outing.OutingAsked(event.by, since, until, stage.ms(event.at))
    found = outing.judge(asked, turn, stage.terms(turn.team, turn.date))
    if isinstance(found, Violation):
        return stage.refused(found)
    made = Outing(id_, turn.person, since, until, "requested" if found else "granted", business=event.business)
    stage.outings[id_] = OutingKept(made, found)
    return Told(code="applied", levels=found, state=made.state)


# Answers.


def _may(stage: Stage, by: str, person: str, levels: tuple[Level, ...], reached: int) -> Told | None:
    """Nobody decides a matter of their own (I-40); else whoever stands on the level whose turn it is."""
    if by == person:
        return Told(code="own_matter", clause="I-40")
    if by not in deciders(levels[reached], person, stage.ranks(person)):
        return Told(code="not_entitled")
    return None


def answer_leave(stage: Stage, event: Approve | Reject | Withdraw) -> Told:
    """A level's word about a leave, or the applicant takes it back."""
    kept = stage.leaves[event.of]
    if isinstance(event, Withdraw):
        return _withdraw(stage, event, kept)
    if kept.state != "requested":
        return MOVED
    refused = _may(stage, event.by, kept.asked.person, kept.route.levels, kept.reached)
    if refused is not None:
        return refused
    if isinstance(event, Reject):
        kept.state = "refused"
    else:
        kept.reached += 1
        if kept.reached == len(kept.route.levels):
            kept.state = "granted"
    return Told(code="applied", state=kept.state)


def _withdraw(stage: Stage, event: Withdraw, kept: LeaveKept) -> Told:
    """Taken back by the person, or by who handed it in; once it has begun one is back instead (R-LEV-08)."""
    if event.by not in {kept.asked.person, kept.asked.by}:
        return Told(code="not_yours")
    if kept.state not in {"requested", "granted"}:
        return MOVED
    if kept.state == "granted" and kept.route.deadline <= stage.ms(event.arrives or event.at):
        return Told(code="leave_begun", clause="R-LEV-08")
    kept.state = "withdrawn"
    return Told(code="applied", state=kept.state)


def answer_correction(stage: Stage, event: Approve | Reject | Withdraw) -> Told:
    """A word about a correction; approved, it stands beside the evidence as a fact of its own (R-COR-05)."""
    kept = stage.corrections[event.of]
    made = kept.made
    if made.state != "requested":
        return MOVED
    if isinstance(event, Withdraw):
        if event.by != made.person:
            return Told(code="not_yours")
        kept.made = msgspec.structs.replace(made, state="withdrawn")
        return Told(code="applied", state="withdrawn")
    refused = _may(stage, event.by, made.person, kept.levels, kept.reached)
    if refused is not None:
        return refused
    if isinstance(event, Reject):
        kept.made = msgspec.structs.replace(made, state="refused")
    else:
        kept.reached += 1
        if kept.reached == len(kept.levels):
            kept.made = msgspec.structs.replace(made, state="granted")
            stage.punches.append(_stands_for(stage, kept.made))
    return Told(code="applied", state=kept.made.state)


def _stands_for(stage: Stage, made: Correction) -> Punch:
    return Punch(
        f"{made.id}.punch",
        made.person,
        made.direction,
        made.claimed,
        made.claimed,
        made.claimed,
        made.arrived,
        stage.turns[made.shift].post,
        shift=made.shift,
        correction=made.id,
    )


def answer_outing(stage: Stage, event: Approve | Reject | Withdraw) -> Told:
    """A word about an outing."""
    kept = stage.outings[event.of]
    made = kept.made
    if made.state != "requested":
        return MOVED
    if isinstance(event, Withdraw):
        if event.by != made.person:
            return Told(code="not_yours")
        kept.made = msgspec.structs.replace(made, state="withdrawn")
        return Told(code="applied", state="withdrawn")
    refused = _may(stage, event.by, made.person, kept.levels, kept.reached)
    if refused is not None:
        return refused
    if isinstance(event, Approve):
        kept.reached += 1
    granted = isinstance(event, Approve) and kept.reached == len(kept.levels)
    if granted or isinstance(event, Reject):
        kept.made = msgspec.structs.replace(made, state="granted" if granted else "refused")
    return Told(code="applied", state=kept.made.state)


def moot(stage: Stage, punch: Punch) -> None:
    """Corrections whose real punch has come: kept, and their use of the cap given back (I-56)."""
    for kept in stage.corrections.values():
        made = kept.made
        turn = stage.turns[made.shift]
        if made.person != punch.person or made.state not in {"requested", "granted", "refused"}:
            continue
        terms = stage.terms(turn.team, turn.date)
        real = [one for one in stage.punches if one.person == turn.person and one.correction is None]
        if answered(turn, made, stage.turns_of(turn.person), real, terms) is not None:
            kept.made = msgspec.structs.replace(made, state="moot")
            stage.punches = [one for one in stage.punches if one.correction != made.id]
