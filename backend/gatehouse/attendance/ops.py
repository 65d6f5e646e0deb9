"""What people decide about proposals, and which devices nobody waits for any more.

A proposal follows from the facts as the server has them when the act arrives, never from a row that repeats it (P15):
it is worked out once more, and what it names is kept in the decision. Nothing is deducted anywhere (I-32, I-45).
"""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.attendance import marks
from gatehouse.attendance.facts import Judged, bounds, judged
from gatehouse.attendance.rows import DAY, price_text
from gatehouse.db.steps import Query, Row, Steps
from gatehouse.periods.queries import is_closed, note_closed
from gatehouse.replication.device_rows import DeviceRow
from gatehouse.replication.facts import Facts
from gatehouse.replication.grants import RoleFacts, held
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse.rules.verdict import Proposal
from gatehouse_sync import rota
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

_JUDGED, _SETTLED = "attendance.judged", "attendance.settled"


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds, tables, and what spoils a month."""
    marks.register(registry)
    for kind in ("penalty.confirm", "penalty.dismiss"):
        registry.handle(
            kind, Handler(looks=_person, prepare=_prepare, rule=_settle, needs=_person, clash=_settled_since)
        )
    registry.handle("penalty.reverse", Handler(prepare=_prepare_reverse, rule=_reverse))
    registry.handle("silence.declare", Handler(prepare=_prepare_silence, rule=_silence))
    registry.project(
        "penalty",
        Projection(
            "penalty",
            (
                *("id text", "org text", "person text", "month text", "proposal text"),
                *("state text", "price text"),
            ),
            _penalty_row,
        ),
    )
    registry.project(
        "silence", Projection("silence", ("id text", "org text", "device text", "until bigint"), _silence_row)
    )


def _penalty_row(body: Body, org: str) -> Row:
    fields = body["f"]
    named = fields["person"], fields["month"], fields["proposal"]
    return (body["id"], org, *named, fields["state"], fields["price"])


def _silence_row(body: Body, org: str) -> Row:
    return (body["id"], org, body["f"]["device"], body["f"]["until"])


# Proposals.


def _person(op: Op) -> Iterable[str]:
    return [str(value(op, "person"))]


def _prepare(op: Op, facts: Facts) -> Steps[None]:
    person, month = str(value(op, "person")), str(value(op, "month"))
    try:
        rota.days_of(month)
    except rota.RosterError:
        return
    if facts.of_kind(person, "person") is None:
        return
    found = yield from judged(facts.org, person, month, facts.now)
    facts.noted[_JUDGED, f"{person} {month}"] = found
    for team in found.teams:
        yield from note_closed(facts, team, month)
    yield from facts.load_entities(set(found.teams))
    rows = yield Query(
        "SELECT id, proposal FROM penalty WHERE org = ? AND person = ? AND month = ? AND state <> 'reversed'",
        (facts.org, person, month),
    )
    yield from facts.load_entities({row[0] for row in rows})


def _settle(act: Act, facts: Facts) -> str | Ruling:
    op = act.op
    person, month, named = (str(value(op, name)) for name in ("person", "month", "proposal"))
    found: Judged | None = facts.noted.get((_JUDGED, f"{person} {month}"))
    if found is None:
        return "unknown_reference"
    proposal = next((one for one in found.verdict.proposals if one.id == named), None)
    team = _team_of(found, proposal) if proposal is not None else None
    if proposal is None or team is None:
        return "not_proposed"
    allowed, doubt = held(_in_charge(op.head.actor, facts, team), act.t)
    barred = _barred(op.head.actor, {proposal.person, person}, allowed=allowed or act.by_server)
    if barred is None and is_closed(facts, team, month):
        barred = Ruling(code="period_closed", clause="I-55", told={"month": month})
    return (
        barred
        or _moved(_standing(facts, person, month, named))
        or Ruling(
            fields={
                "cause": proposal.cause,
                "clause": proposal.clause,
                "date": proposal.date,
                "owner": proposal.person,
                "price": price_text(proposal),
                "state": "confirmed" if op.head.kind == "penalty.confirm" else "dismissed",
                "team": team,
                "until": bounds(month)[1] + DAY,
            },
            flags=_flags(act, doubt=doubt),
        )
    )


def _barred(actor: str, concerned: set[str], *, allowed: bool) -> Ruling | None:
    """Nobody decides a matter of their own (I-40), and only who is in charge decides at all."""
    if actor in concerned:
        return Ruling(code="own_matter", clause="I-40")
    return None if allowed else Ruling(code="not_entitled")


def _moved(standing: Body | None) -> Ruling | None:
    if standing is None:
        return None
    return Ruling(code="wrong_state", because=(standing["f"]["state"], standing["by"], standing["at"], standing["ver"]))


def _flags(act: Act, *, doubt: bool) -> tuple[str, ...]:
    return ("role_straddle",) if doubt and act.t.class_ != "unanchored" else ()


def _team_of(found: Judged, proposal: Proposal) -> str | None:
    """The team for whose shift it is proposed; of the bonus and the like, the one of that date."""
    turns = [turn for turn in found.facts.turns if turn.id in proposal.id.split(":")]
    turns = turns or [turn for turn in found.facts.turns if turn.date == proposal.date] or list(found.facts.turns)
    return turns[0].team if turns else None


def _standing(facts: Facts, person: str, month: str, proposal: str) -> Body | None:
    """What was decided about the proposal already and is not reversed."""
    for body in facts.bodies.values():
        if body["kind"] == "penalty" and body["f"].get("state") in {"confirmed", "dismissed"}:
            fields = body["f"]
            if (fields["person"], fields["month"], fields["proposal"]) == (person, month, proposal):
                return body
    return None


def _settled_since(act: Act, facts: Facts) -> bool:
    person, month, named = (str(value(act.op, name)) for name in ("person", "month", "proposal"))
    standing = _standing(facts, person, month, named)
    return standing is not None and standing["id"] != act.op.head.entity


def _prepare_reverse(op: Op, facts: Facts) -> Steps[None]:
    body = facts.of_kind(op.head.entity, "penalty")
    if body is not None and "team" in body["f"]:
        yield from facts.load_entities({body["f"]["team"]})


def _reverse(act: Act, facts: Facts) -> str | Ruling:
    """A confirmed one is undone by an act of its own, also in a closed month: what was reported stays (I-29)."""
    body = facts.bodies[act.op.head.entity]
    fields, actor = body["f"], act.op.head.actor
    allowed, doubt = held(_in_charge(actor, facts, fields["team"]), act.t)
    barred = _barred(actor, {fields["owner"], fields["person"]}, allowed=allowed or act.by_server)
    gone = _moved(body) if fields["state"] == "reversed" else None
    return barred or gone or Ruling(fields={"state": "reversed"}, flags=_flags(act, doubt=doubt))


def _in_charge(actor: str, facts: Facts, team: str) -> list[RoleFacts]:
    """The actor's roles that decide for the team: its supervisor's, or who keeps or runs its site's attendance."""
    known = facts.of_kind(team, "team")
    site = known["f"].get("site") if known is not None else None
    return [
        role
        for role in facts.people[actor].roles
        if (role.role == "supervisor" and role.team == team)
        or (role.role in {"clerk", "manager", "admin"} and role.site in {None, site})
    ]


# Devices.


def _prepare_silence(op: Op, facts: Facts) -> Steps[None]:
    yield from facts.load_device(str(value(op, "device")))


def _silence(act: Act, facts: Facts) -> str | Ruling:
    """Who is in charge where the device stood says that nothing more is to be waited for from it."""
    device: DeviceRow | None = facts.devices.get(str(value(act.op, "device")))
    if device is None or device.last_site is None:
        return "unknown_reference"
    roles = [
        role
        for role in facts.people[act.op.head.actor].roles
        if role.role in {"supervisor", "clerk", "manager", "admin"} and role.site in {None, device.last_site}
    ]
    allowed, doubt = held(roles, act.t)
    if not (allowed or act.by_server):
        return "not_entitled"
    if int(value(act.op, "until")) > facts.now:
        return "not_over"
    return Ruling(fields={"site": device.last_site}, flags=_flags(act, doubt=doubt))
