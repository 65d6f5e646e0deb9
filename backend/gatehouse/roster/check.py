"""What would forbid a publication, and what speaks against it, before anybody publishes (R-SCH-07, -10, -13, I-08).

It asks what the publication itself will be asked, and more: warnings stop nobody, so they are for whoever decides.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast
from zoneinfo import ZoneInfo

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.errors import Problem
from gatehouse.policy.queries import holidays, load_book
from gatehouse.roster.publish import DAY, offsets
from gatehouse.roster.queries import LONGEST_MS, Planner
from gatehouse.rules import roster
from gatehouse.rules.calendar import Calendar, Sort
from gatehouse.rules.facts import Span, Turn
from gatehouse.rules.verdict import Violation, Warned
from gatehouse_sync import rota
from gatehouse_sync.apply import Body

AROUND = 7 * DAY
"""So far before and after the month the people's shifts count: for rest, and days in a row."""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The values of the publication."""

    team: str
    month: str
    seen: int
    templates: list[str]
    posts: list[str]
    rows: str
    legend: str | None = None


class Checked(msgspec.Struct, frozen=True):
    """What was found."""

    violations: tuple[Violation, ...]
    warned: tuple[Warned, ...]


def check(asked: Asked, by: Planner, now: int) -> Steps[Checked]:
    """The team's month with the publication's cells upon it, as the rules see it.

    Raises:
        Problem: ``bad_frame`` for what is no publication, or names what is not there.
    """
    values = {name: it for name, it in msgspec.structs.asdict(asked).items() if it is not None}
    try:
        cells = rota.cells(values)
    except rota.RosterError as error:
        raise Problem("bad_frame") from error
    wanted = {*asked.templates, *asked.posts, *(cell.person for cell in cells)}
    bodies = yield from _bodies(by.org, wanted)
    if wanted - bodies.keys() or any(bodies[one]["kind"] != "template" for one in asked.templates):
        raise Problem("bad_frame")
    team = (yield from _bodies(by.org, [asked.team]))[asked.team]["f"]
    rows = yield Query("SELECT id FROM post WHERE org = ? AND site = ?", (by.org, team.get("site", "")))
    posts = yield from _bodies(by.org, {*(row[0] for row in rows), *asked.posts})
    sites = yield from _bodies(by.org, {one["f"]["site"] for one in posts.values()})
    if any(posts[one]["kind"] != "post" for one in asked.posts):
        raise Problem("bad_frame")
    zones = {one: sites[body["f"]["site"]]["f"]["zone"] for one, body in posts.items()}
    work = rota.work_of(values, _said(asked, bodies, zones))
    people = {cell.person for cell in cells}
    there = yield from _there(by.org, asked, people)
    moved = {(cell.person, cell.date) for cell in cells}
    stays = [one for one in there if one["team"] != asked.team or (one["person"], one["date"]) not in moved]
    turns = tuple(_turn(fields, bodies, zones) for fields in [*stays, *work])
    zone = next((zones[one] for one in asked.posts), next(iter(zones.values()), "UTC"))
    book = yield from load_book(by.org)
    told = [one for one in (yield from holidays(by.org)) if one.site in {None, team.get("site")}]
    # The kind of act lets only sorts in.
    calendar = Calendar({one.date: cast("Sort", one.sort) for one in told})
    days = rota.days_of(asked.month)
    month = roster.Month(
        asked.team,
        asked.month,
        turns,
        tuple((date, Span(*(_at(date, minutes, zone) for minutes in (0, 24 * 60)))) for date in days),
        {
            one: roster.PostNeeds(
                body["f"].get("cover_min"), body["f"].get("round_clock", False), body["f"].get("skill")
            )
            for one, body in posts.items()
            if "closed" not in body["f"] and any(turn.post == one for turn in turns)
        },
        now,
        dt.datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date().isoformat(),
        {one: frozenset(bodies[one]["f"].get("skills", "").split()) for one in people},
    )
    return Checked(*roster.check(month, book.on(asked.team, days[0]), calendar))


def _at(date: str, minutes: int, zone: str) -> int:
    return rota.instant(date, minutes, offsets(zone, date[:7]))


def _bodies(org: str, wanted: Any) -> Steps[dict[str, Body]]:  # noqa: ANN401  # any collection of ids
    rows = yield Query("SELECT body FROM entity WHERE org = ? AND id = ANY(?*)", (org, set(wanted)))
    bodies = [msgspec.json.decode(row[0]) for row in rows]
    return {body["id"]: body for body in bodies}


def _said(asked: Asked, bodies: dict[str, Body], zones: dict[str, str]) -> dict[str, Any]:
    templates = [bodies[one]["f"] for one in asked.templates]
    return {
        "labels": "\n".join(one["label"] for one in templates),
        "nights": "".join("1" if one.get("night") else "0" for one in templates),
        "offsets": "\n".join(offsets(zones[one], asked.month) for one in asked.posts),
        "sites": "\n".join(bodies[one]["f"]["site"] for one in asked.posts),
        "times": "\n".join(one["segments"] for one in templates),
        "version": asked.seen + 1,
    }


def _there(org: str, asked: Asked, people: set[str]) -> Steps[list[dict[str, Any]]]:
    """The team's shifts of the month and around it, and what its people have elsewhere then."""
    days = rota.days_of(asked.month)
    since = rota.instant(days[0], 0, "0") - AROUND
    until = rota.instant(days[-1], 24 * 60, "0") + AROUND
    rows = yield Query(
        "SELECT e.body FROM shift h JOIN entity e ON e.id = h.id WHERE h.org = ? AND h.cancelled IS NULL "
        "AND h.starts >= ? AND h.starts <= ? AND (h.team = ? OR h.person = ANY(?*))",
        (org, since - LONGEST_MS, until, asked.team, people),
    )
    return [msgspec.json.decode(row[0])["f"] for row in rows]


def _turn(fields: dict[str, Any], bodies: dict[str, Body], zones: dict[str, str]) -> Turn:
    zone = zones.get(fields["post"], "UTC")
    parts = fields["segments"].split(" ") if "segments" in fields else []
    spans = tuple(Span(*(_at(fields["date"], at, zone) for at in rota.minutes(one))) for one in parts)
    post = bodies.get(fields["post"])
    return Turn(
        f"{fields['person']} {fields['start']}",
        fields["person"],
        fields["team"],
        fields["post"],
        fields.get("site", ""),
        zone,
        fields["date"],
        fields["label"],
        spans or (Span(fields["start"], fields["end"]),),
        fields.get("night", False),
        skill=post["f"].get("skill") if post is not None else None,
    )
