"""All that the days of one person in one month depend on, loaded in one transaction."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gatehouse.attendance.acknowledged import spans_seen, versions_seen
from gatehouse.corrections.queries import corrections, outages
from gatehouse.db.steps import Query, Steps
from gatehouse.leave.queries import leaves, outings
from gatehouse.policy.queries import load_book
from gatehouse.rules import segments
from gatehouse.rules.book import Book
from gatehouse.rules.facts import Heard, Leave, PersonMonth, Punch, Span, SwapAsked, Turn
from gatehouse.rules.month import judge_month
from gatehouse.rules.over_cap import over_cap
from gatehouse.rules.verdict import MonthVerdict, Proposal
from gatehouse.swaps.queries import agreements
from gatehouse_sync.apply import Body

DAY = 86_400_000
MINUTE = 60_000
_ZONE = "Asia/Shanghai"
_json = msgspec.json.Decoder()


class Judged(msgspec.Struct, frozen=True):
    """A month with what it was judged from; ``teams`` are those of its shifts, in order of id."""

    facts: PersonMonth
    verdict: MonthVerdict
    book: Book
    teams: tuple[str, ...]


def judged(org: str, person: str, month: str, now: int) -> Steps[Judged]:
    """One person's month as of now, from what is stored."""
    facts = yield from load(org, person, month, now)
    book = yield from load_book(org)
    verdict = judge_month(facts, book.on)
    teams = tuple(sorted({turn.team for turn in facts.turns if turn.date.startswith(month)}))
    beyond = yield from _over_cap(org, person, month, book)
    if beyond:
        verdict = msgspec.structs.replace(verdict, proposals=(*verdict.proposals, *beyond))
    return Judged(facts, verdict, book, teams)


def load(org: str, person: str, month: str, now: int) -> Steps[PersonMonth]:
    """The facts of a month; ``now`` is UTC ms."""
    first, last = bounds(month)
    since, until = first - 2 * DAY, last + 3 * DAY
    zones: dict[str, str] = dict((yield Query("SELECT id, zone FROM site WHERE org = ?", (org,))))
    turns = yield from _turns(org, person, month, zones)
    zone = turns[0].zone if turns else (sorted(zones.values()) or [_ZONE])[0]
    posts = {turn.post for turn in turns}
    book = yield from load_book(org)
    asked = yield from leaves(org, person, since, until)
    return PersonMonth(
        person,
        month,
        now,
        tuple(turns),
        tuple((yield from _punches(org, person, since, until))),
        tuple(_leave_facts(asked, turns, zone, book, now)),
        tuple((yield from outings(org, person, since, until))),
        tuple((yield from corrections(org, person, month))),
        tuple((yield from outages(org, posts, since, until))),
        tuple((yield from _swaps(org, person, {turn.id for turn in turns}))),
        (yield from _heard(org, person, posts)),
        zone,
        tuple((yield from _held(org, person))),
    )


def bounds(month: str) -> tuple[int, int]:
    """First and last midnight of a month, UTC ms, on no clock in particular."""
    year, number = map(int, month.split("-"))
    days = calendar.monthrange(year, number)[1]
    first = round(dt.datetime(year, number, 1, tzinfo=dt.UTC).timestamp() * 1000)
    return first, first + days * DAY


def _turns(org: str, person: str, month: str, zones: dict[str, str]) -> Steps[list[Turn]]:
    """Shifts of the month, of the day before and of the day after (product §5.4)."""
    first, last = bounds(month)
    rows = yield Query(
        "SELECT e.body FROM shift h JOIN entity e ON e.id = h.id "
        "WHERE h.person = ? AND h.org = ? AND h.starts >= ? AND h.starts < ? AND h.cancelled IS NULL "
        "ORDER BY h.starts, h.id",
        (person, org, first - 3 * DAY, last + 3 * DAY),
    )
    since, until = _iso(first - DAY), _iso(last)
    bodies = [body for (text,) in rows if since <= (body := _json.decode(text))["f"]["date"] <= until]
    swapped = {body["f"]["swap"] for body in bodies if "swap" in body["f"]}
    parties = {}
    if swapped:
        parties = {
            row[0]: row[1:]
            for row in (yield Query("SELECT id, person, accepted_by FROM swap WHERE id = ANY(?*)", (swapped,)))
        }
    seen = yield from versions_seen(org, person, {body["f"]["team"] for body in bodies})
    turns = []
    for body in bodies:
        others = [one for one in parties.get(body["f"].get("swap"), ()) if one != person]
        turn = _turn(body, zones, others[0] if others else None)
        if _needs_receipt(body) and turn.version > seen.get(turn.team, 0):
            before = yield from spans_seen(org, body, seen.get(turn.team, 0))
            spans = None if before is None else _spans(before, turn.zone)
            turn = msgspec.structs.replace(turn, received=False, before=spans)
        turns.append(turn)
    return turns


def _iso(at: int) -> str:
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()


def _turn(body: Body, zones: dict[str, str], other: str | None) -> Turn:
    fields = body["f"]
    zone = zones.get(fields["site"], _ZONE)
    who, when = _changed(body)
    return Turn(
        body["id"],
        fields["person"],
        fields["team"],
        fields["post"],
        fields["site"],
        zone,
        fields["date"],
        fields["label"],
        _spans(fields, zone),
        night=bool(fields.get("night")),
        version=fields.get("roster", 0),
        changed=when,
        changed_by=who,
        swap=fields.get("swap"),
        given_by=other if fields.get("swap") else None,
    )


def _changed(body: Body) -> tuple[str | None, int]:
    """Who changed a shift last, and when; nobody when it is as first published."""
    written = body.get("w", {}).get("roster")
    return (written[0], written[1]) if written else (None, body["at"])


def _needs_receipt(body: Body) -> bool:
    """Whether it changed after it was published, other than by a swap of its person's own (I-58)."""
    written = body.get("w", {})
    by_swap = "swap" in written and written["swap"][2] == written.get("roster", [None, None, None])[2]
    return "roster" in written and not by_swap


def _spans(fields: dict[str, Any], zone: str) -> tuple[Span, ...]:
    """Its segments on the site's clock; one from start to end where it names none, or others."""
    whole = (Span(fields["start"], fields["end"]),)
    parts = [segments.minutes(one) for one in fields.get("segments", "").split(" ")]
    known = [part for part in parts if part is not None]
    if len(known) < 2 or len(known) < len(parts):  # noqa: PLR2004  # one segment is the whole shift
        return whole
    date = dt.date.fromisoformat(fields["date"])
    spans = tuple([Span(_instant(date, a, zone), _instant(date, b, zone)) for a, b in known])
    return spans if (spans[0].starts, spans[-1].ends) == (whole[0].starts, whole[0].ends) else whole


def _instant(date: dt.date, minutes: int, zone: str) -> int:
    days, rest = divmod(minutes, 24 * 60)
    local = dt.datetime.combine(date + dt.timedelta(days=days), dt.time(*divmod(rest, 60)), ZoneInfo(zone))
    return round(local.timestamp() * 1000)


def _punches(org: str, person: str, since: int, until: int) -> Steps[list[Punch]]:
    rows = yield Query(
        "SELECT e.body, o.received, o.device FROM punch p JOIN entity e ON e.id = p.id JOIN op o ON o.id = p.id "
        "WHERE p.person = ? AND p.org = ? AND p.punched >= ? AND p.punched < ? ORDER BY p.punched, p.id",
        (person, org, since, until),
    )
    found = []
    for text, received, device in rows:
        body: Body = _json.decode(text)
        fields = body["f"]
        at = fields["punched"]
        found.append(
            Punch(
                body["id"],
                person,
                fields["direction"],
                at,
                fields.get("earliest", at),
                fields.get("latest", at),
                received,
                fields["post"],
                device,
                fields.get("shift"),
                fields.get("sure", "live"),
            )
        )
    return found


def _leave_facts(asked: Iterable[Any], turns: list[Turn], zone: str, book: Book, now: int) -> list[Leave]:
    """Each under the terms of the team whose shift it excuses."""
    found = []
    for leave in asked:
        shift = next((one for one in turns if leave.since < one.ends and one.starts < leave.until), None)
        if shift is not None:
            found.append(leave.fact(zone, book.on(shift.team, shift.date), now))
    return found


def _swaps(org: str, person: str, shifts: set[str]) -> Steps[list[SwapAsked]]:
    rows = yield Query(
        "SELECT s.id, s.give, s.person, s.state, e.body FROM swap s JOIN entity e ON e.id = s.id "
        "WHERE s.org = ? AND s.person = ? AND s.give = ANY(?*) AND s.state <> 'approved' ORDER BY s.id",
        (org, person, shifts),
    )
    return [SwapAsked(id_, give, by, state, _json.decode(body)["at"]) for id_, give, by, state, body in rows]


def _over_cap(org: str, person: str, month: str, book: Book) -> Steps[tuple[Proposal, ...]]:
    made = yield from agreements(org, person, month)
    if not made:
        return ()
    ((team,),) = yield Query("SELECT team FROM swap WHERE id = ?", (made[0].id,))
    return over_cap(person, month, made, book.on(team, f"{month}-01"))


def _heard(org: str, person: str, posts: set[str]) -> Steps[dict[str, tuple[Heard, ...]]]:
    """The tablets of these posts, and the devices that the person was the last to sign in on.

    A tablet that was moved away may hold punches of where it stood until it has been heard since.
    """
    rows = yield Query(
        "SELECT d.id, d.kind, d.post, d.last_post, d.complete_to, d.created, "
        "COALESCE((SELECT MAX(s.until) FROM silence s WHERE s.device = d.id), 0) FROM device d "
        "WHERE d.org = ? AND d.revoked IS NULL AND ((d.kind = 'kiosk' AND (d.post = ANY(?*) OR d.last_post = ANY(?*))) "
        "OR (d.kind = 'personal' AND d.owner = ?)) ORDER BY d.id",
        (org, posts, posts, person),
    )
    moved = yield Query(
        "SELECT DISTINCT d.id, was.post, d.complete_to, d.created, "
        "COALESCE((SELECT MAX(s.until) FROM silence s WHERE s.device = d.id), 0) FROM device_post was "
        "JOIN device_post next ON next.device = was.device AND next.n = was.n + 1 JOIN device d ON d.id = was.device "
        "WHERE was.post = ANY(?*) AND d.org = ? AND d.revoked IS NULL AND next.known > d.complete_to ORDER BY d.id",
        (posts, org),
    )
    found: dict[str, list[Heard]] = {}
    for id_, post, complete_to, since, silent_to in moved:
        found.setdefault(post, []).append(Heard(id_, complete_to, silent_to=silent_to, since=since))
    for id_, kind, post, last_post, complete_to, since, silent_to in rows:
        where = {post, last_post} & posts if kind == "kiosk" else {""}
        for one in where:
            found.setdefault(one, []).append(Heard(id_, complete_to, silent_to=silent_to, since=since))
    return {where: tuple(some) for where, some in found.items()}


def _held(org: str, person: str) -> Steps[list[int]]:
    """When this person's punches were made that are held (P11)."""
    rows = yield Query(
        "SELECT l.leaf FROM hold h JOIN op o ON o.id = h.op JOIN log l ON l.org = o.org AND l.n = o.n "
        "WHERE h.org = ? AND o.actor = ? AND o.kind = 'punch.record' ORDER BY o.id",
        (org, person),
    )
    return [_json.decode(leaf)["decision"]["t"][2] for (leaf,) in rows]
