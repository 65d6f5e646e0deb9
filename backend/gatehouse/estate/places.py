"""Kinds of op about where people work and what is known there, all the admin's.

Sites, posts, teams, buildings, units, residents, vehicles, shift templates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from gatehouse.db.steps import Query, Row, Steps
from gatehouse.estate import names
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

ADMIN = frozenset({"admin"})
Prepare = Callable[[Op, Facts], Steps[None]]
Rule = Callable[[Act, Facts], str | Ruling | None]
_MINUTES = re.compile(r"([0-4]\d):([0-5]\d)-([0-4]\d):([0-5]\d)\Z")
DAY_MIN = 24 * 60
LONGEST_SEGMENTS = 6


def register(registry: Registry) -> None:
    """Tell replication about these kinds and tables."""
    _named(registry, "site", create=(), amend=(_in_use(_open_posts),))
    _named(registry, "post", create=(refer(site="site"),), amend=(_in_use(_post_needed),))
    _named(registry, "team", create=(refer(site="site"),), amend=(refer(site="site"), _in_use(team_members)))
    _named(registry, "building", create=(refer(site="site"),))
    _named(registry, "unit", create=(_of_building,))
    _named(registry, "vehicle", create=(refer(site="site", unit="unit"),), amend=(refer(unit="unit"),))
    _named(
        registry,
        "template",
        create=(refer(site="site"), _segments),
        amend=(refer(site="site"), _segments),
    )
    registry.handle("resident.create", Handler(roles=ADMIN, refs=references("unit"), rule=_of_unit))
    registry.handle("resident.amend", Handler(roles=ADMIN))
    registry.handle("import.run", Handler(roles=ADMIN, rule=lambda act, _f: None if act.by_server else "not_entitled"))
    registry.project(
        "site", Projection("site", ("id text", "org text", "name text", "zone text"), _row("name", "zone"))
    )
    registry.project(
        "post",
        Projection(
            "post",
            ("id text", "org text", "site text", "name text", "position bigint"),
            _row("site", "name", "order"),
        ),
    )
    registry.project(
        "team", Projection("team", ("id text", "org text", "name text", "site text"), _row("name", "site"))
    )
    registry.project(
        "building", Projection("building", ("id text", "org text", "site text", "name text"), _row("site", "name"))
    )
    registry.project(
        "unit",
        Projection(
            "unit",
            ("id text", "org text", "site text", "building text", "name text"),
            _row("site", "building", "name"),
        ),
    )
    registry.project(
        "vehicle", Projection("vehicle", ("id text", "org text", "site text", "plate text"), _row("site", "plate"))
    )
    registry.project(
        "resident", Projection("resident", ("id text", "org text", "site text", "unit text"), _row("site", "unit"))
    )
    registry.project("template", Projection("shift_template", ("id text", "org text", "name text"), _row("name")))


def references(*fields: str) -> Callable[[Op], Iterable[str]]:
    """The ids in these fields of an op."""

    def refs(op: Op) -> Iterable[str]:
        return [one for name in fields if isinstance(one := value(op, name), str)]

    return refs


def refer(**kinds: str) -> Rule:
    """A rule: each of these fields names an entity of its kind, if anything."""

    def rule(act: Act, facts: Facts) -> str | None:
        for name, kind in kinds.items():
            given = value(act.op, name)
            if given is not None and facts.of_kind(given, kind) is None:
                return "unknown_reference"
        return None

    return rule


def all_of(*rules: Rule) -> Rule:
    """What the first rule says that says anything; what the server adds is kept from each that adds."""

    def rule(act: Act, facts: Facts) -> str | Ruling | None:
        added: Ruling | None = None
        for one in rules:
            said = one(act, facts)
            if isinstance(said, str) or (said is not None and said.code is not None):
                return said
            added = said or added
        return added

    return rule


def steps_of(*prepares: Prepare) -> Prepare:
    """One ``prepare`` after another."""

    def prepare(op: Op, facts: Facts) -> Steps[None]:
        for one in prepares:
            yield from one(op, facts)

    return prepare


def _named(
    registry: Registry,
    kind: str,
    create: tuple[Rule, ...],
    amend: tuple[Rule | tuple[Prepare, Rule], ...] = (),
) -> None:
    """Register ``create`` and ``amend`` of a kind whose name is unique in its place."""
    fields = ("site", "building", "unit")
    registry.handle(
        f"{kind}.create",
        Handler(
            roles=ADMIN,
            refs=references(*fields),
            prepare=names.load(kind),
            rule=all_of(*create, names.taken(kind)),
            effect=names.note(kind),
            clash=names.clash(kind),
        ),
    )
    pairs = [one for one in amend if isinstance(one, tuple)]
    rules = [one for one in amend if not isinstance(one, tuple)]
    registry.handle(
        f"{kind}.amend",
        Handler(
            roles=ADMIN,
            refs=references(*fields),
            prepare=steps_of(names.load(kind), *(prepare for prepare, _ in pairs)),
            rule=all_of(cleared, *rules, *(rule for _, rule in pairs), names.taken(kind)),
            effect=names.note(kind),
            clash=names.clash(kind),
        ),
    )


_KEPT = frozenset({"name", "order", "label", "segments", "plate", "category", "staff_no"})


def cleared(act: Act, _facts: Facts) -> str | None:
    """What a thing cannot be without is not cleared."""
    return "malformed" if any(given is None and name in _KEPT for name, given in act.op.fields.items()) else None


def _of_building(act: Act, facts: Facts) -> str | Ruling:
    building = facts.of_kind(value(act.op, "building"), "building")
    return "unknown_reference" if building is None else Ruling(fields={"site": building["f"]["site"]})


def _of_unit(act: Act, facts: Facts) -> str | Ruling:
    unit = facts.of_kind(value(act.op, "unit"), "unit")
    return "unknown_reference" if unit is None else Ruling(fields={"site": unit["f"]["site"]})


# Closing.


def _in_use(uses: Prepare) -> tuple[Prepare, Rule]:
    """Look up, when the act closes its thing, whether anything still stands on it; refuse ``still_used`` then."""

    def prepare(op: Op, facts: Facts) -> Steps[None]:
        if value(op, "closed") is not None:
            yield from uses(op, facts)

    def rule(act: Act, facts: Facts) -> str | None:
        closes = value(act.op, "closed") is not None
        return "still_used" if closes and facts.noted.get(("used", act.op.head.entity)) else None

    return prepare, rule


def _note_used(op: Op, facts: Facts, rows: list[Row]) -> None:
    facts.noted["used", op.head.entity] = facts.noted.get(("used", op.head.entity)) or bool(rows)


def _open_posts(op: Op, facts: Facts) -> Steps[None]:
    """Posts of the site that are in use."""
    rows = yield Query("SELECT id FROM post WHERE site = ?", (op.head.entity,))
    posts = {row[0] for row in rows}
    yield from facts.load_entities(posts)
    _note_used(op, facts, [(post,) for post in posts if "closed" not in facts.bodies[post]["f"]])


def _post_needed(op: Op, facts: Facts) -> Steps[None]:
    """A tablet that stands at the post, or a shift there that is not over."""
    post = op.head.entity
    rows = yield Query("SELECT id FROM device WHERE post = ? AND kind = 'kiosk' AND revoked IS NULL LIMIT 1", (post,))
    _note_used(op, facts, rows)
    rows = yield Query(
        "SELECT id FROM shift WHERE post = ? AND ends > ? AND cancelled IS NULL LIMIT 1", (post, facts.now)
    )
    _note_used(op, facts, rows)


def team_members(op: Op, facts: Facts) -> Steps[None]:
    """Whether anybody who has not left is in the team now."""
    _note_used(op, facts, (yield members(op.head.entity, facts)))


def members(team: str, facts: Facts) -> Query:
    """One person of the team as it is now."""
    return Query(
        "SELECT p.id FROM person_team m JOIN person p ON p.id = m.person "
        "WHERE m.team = ? AND (p.dismissed IS NULL OR p.dismissed > ?) AND m.id = "
        "(SELECT l.id FROM person_team l WHERE l.person = m.person AND l.since <= ? "
        "ORDER BY l.since DESC, l.id DESC LIMIT 1) LIMIT 1",
        (team, facts.now, facts.now),
    )


# Templates.


def minutes(segment: str) -> tuple[int, int] | None:
    """``"17:00-25:00"`` as minutes from the midnight of the business date; None when it is no such span."""
    found = _MINUTES.match(segment)
    if found is None:
        return None
    first_h, first_m, last_h, last_m = map(int, found.groups())
    first, last = first_h * 60 + first_m, last_h * 60 + last_m
    return (first, last) if first < last <= 2 * DAY_MIN else None


def well_formed(segments: str) -> bool:
    """Whether these are one to six spans in order, begun on the business date, without overlap, within 24 hours."""
    spans = [minutes(one) for one in segments.split(" ")]
    known = [span for span in spans if span is not None]
    if not 0 < len(known) == len(spans) <= LONGEST_SEGMENTS or known[0][0] >= DAY_MIN:
        return False
    return all(a[1] <= b[0] for a, b in pairwise(known)) and known[-1][1] - known[0][0] <= DAY_MIN


def _segments(act: Act, _facts: Facts) -> str | None:
    given = value(act.op, "segments")
    return "bad_segments" if isinstance(given, str) and not well_formed(given) else None


def _row(*fields: str) -> Callable[[Body, str], Row]:
    def row(body: Body, org: str) -> Row:
        return (body["id"], org, *(body["f"].get(name) for name in fields))

    return row
