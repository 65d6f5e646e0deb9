"""A person's month as a record of the feed: the verdict, what people settled, what closing has frozen (`closed`)."""

from __future__ import annotations

import msgspec

from gatehouse.attendance.closed import Plain, freeze
from gatehouse.attendance.facts import Judged, bounds
from gatehouse.db.steps import Query, Row, Steps
from gatehouse.periods.queries import closed_months
from gatehouse.replication.server_acts import server_device
from gatehouse.rules.parameters import SILENT_AFTER_HOURS
from gatehouse.rules.spans import HOUR
from gatehouse.rules.verdict import DayVerdict, Proposal
from gatehouse_sync import canon
from gatehouse_sync.apply import Body
from gatehouse_sync.ids import derived

NEVER = 2**53 - 1
"""``due`` of a month that only new facts can change."""
DAY = 86_400_000


def month_id(person: str, month: str) -> str:
    """The entity that holds one person's month."""
    return derived("month", person, month)


def body_of(org: str, judged: Judged, before: Body | None, now: int) -> Steps[tuple[Body, str]]:
    """The record, and the newest verdict as a text of its own, which a closed month's record no longer shows."""
    facts, verdict = judged.facts, judged.verdict
    person, month = facts.person, facts.month
    closed = yield from closed_months(org, judged.teams, month)
    settled = yield from _settled(org, person, month, verdict.proposals)
    team_of = {turn.id: turn.team for turn in facts.turns}
    days = [plain_day(one, team_of[one.shift]) for one in verdict.days]
    proposals = [plain_proposal(one) for one in verdict.proposals]
    fields: Plain = {
        "days": days,
        "month": month,
        "person": person,
        "proposals": proposals,
        "teams": list(judged.teams),
        "until": bounds(month)[1] + DAY,
    }
    if verdict.unscheduled:
        fields["unscheduled"] = list(verdict.unscheduled)
    if settled:
        fields["settled"] = settled
    shown: Plain = before["f"] if before is not None else {}
    newest: Plain = {"days": days, "proposals": proposals}
    if closed or "revisions" in shown:
        newest["frozen"] = freeze(fields, shown, closed, (yield from _latest(org, person, month)), now)
    latest = canon.encode(newest).decode()
    made = {"at": bounds(month)[0], "by": server_device(org), "f": fields, "id": month_id(person, month)}
    return {**made, "kind": "month", "ver": version_of(fields)}, latest


def version_of(fields: Plain) -> str:
    """The ``ver`` of a month's record: another for everything it can say."""
    return derived("month", fields["person"], fields["month"], canon.encode(fields).decode())


def plain_day(day: DayVerdict, team: str) -> Plain:
    """A day as JSON says it; a line is ``[key, clause, facts]``, its clause "" where it rests on none."""
    said: Plain = msgspec.to_builtins(msgspec.structs.replace(day, lines=()))
    lines = [[line.key, line.clause or "", dict(line.facts)] for line in day.lines]
    return {**said, "lines": lines, "team": team}


def plain_proposal(proposal: Proposal) -> Plain:
    """A proposal as JSON says it; parts of a price that are nothing are left out."""
    said: Plain = msgspec.to_builtins(proposal)
    return said


def next_due(judged: Judged) -> int:
    """When time alone changes the verdict next, UTC ms.

    A window ends, a wait is given up, a correction or a certificate is too late.
    """
    found = [NEVER, *(leave.awaits + 1 for leave in judged.facts.leaves if leave.awaits is not None)]
    terms = {turn.id: judged.book.on(turn.team, turn.date) for turn in judged.facts.turns}
    for day in judged.verdict.days:
        until = _until(day)
        for line in day.lines:
            if line.key == "open":
                found.append(int(line.facts["until_at"]) + 1)
            elif line.key == "correction_open":
                found.append(int(line.facts["until_at"]))
            elif line.key == "waiting":
                found.append(until + terms[day.shift][SILENT_AFTER_HOURS].value * HOUR)
    return min(found)


def waits(judged: Judged) -> list[Row]:
    """``(device, needs)``: from which instant on, UTC ms, a verdict says something else; also of one given up.

    That is where it has said enough for a day, or anything more: how far it has spoken stands in the verdict.
    """
    needs: dict[str, int] = {}
    for day in judged.verdict.days:
        for line in day.lines:
            if line.key in {"waiting", "silent", "gave_up"}:
                device = str(line.facts["device"])
                more = int(line.facts["complete_to_at"]) + 1
                needs[device] = min(needs.get(device, NEVER), _until(day), more)
    return sorted(needs.items())


def _until(day: DayVerdict) -> int:
    return next(int(line.facts["until_at"]) for line in day.lines if line.key == "window")


def _settled(org: str, person: str, month: str, proposals: tuple[Proposal, ...]) -> Steps[list[Plain]]:
    """What people decided about proposals; a confirmed one whose cause is gone, or costs other, is to be reversed."""
    rows = yield Query(
        "SELECT id, proposal, state, price FROM penalty WHERE org = ? AND person = ? AND month = ? ORDER BY id",
        (org, person, month),
    )
    prices = {one.id: price_text(one) for one in proposals}
    found = []
    for id_, proposal, state, price in rows:
        one = {"id": id_, "proposal": proposal, "state": state}
        if state == "confirmed" and prices.get(proposal) != price:
            one["reverse"] = True
        found.append(one)
    return found


def price_text(proposal: Proposal) -> str:
    """What a proposal names, as the settled row keeps it."""
    return canon.encode(msgspec.to_builtins(proposal.penalty)).decode()


def _latest(org: str, person: str, month: str) -> Steps[Plain | None]:
    rows = yield Query(
        "SELECT latest FROM month_state WHERE org = ? AND person = ? AND month = ?", (org, person, month)
    )
    return msgspec.json.decode(rows[0][0]) if rows else None
