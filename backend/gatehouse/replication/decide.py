"""``decide``: what the server makes of one op (PROTOCOL 6.4, P6–P11, P17). Reads facts, changes nothing."""

from __future__ import annotations

import msgspec

from gatehouse.replication.device_posts import stood
from gatehouse.replication.facts import Facts, Known, badge_id
from gatehouse.replication.grants import entitled
from gatehouse.replication.registry import Act, Handler, Ruling, value
from gatehouse_sync import merge, ops
from gatehouse_sync.clock import anchor_parts
from gatehouse_sync.decision import Decision, Result, park, refuse

_SILENT = Ruling()


def decide(act: Act, facts: Facts, handler: Handler, revoked: int | None, *, vouched: bool = False) -> Decision:
    """The decision about a well-formed op of a known kind, read as one of its newest version.

    Args:
        act: the op with its device and interval.
        facts: everything loaded for the batch, kept true as its ops are decided.
        handler: how its feature judges the kind.
        revoked: when the device was revoked, or None.
        vouched: a person in charge released it: the actor's dismissal does not hold it again.
    """
    decision = _decide(act, facts, handler, revoked, vouched=vouched)
    return msgspec.structs.replace(decision, kv=act.op.head.kv) if act.op.written else decision


def _decide(act: Act, facts: Facts, handler: Handler, revoked: int | None, *, vouched: bool) -> Decision:
    t = act.t
    stopped = _barred(act, facts, revoked, vouched=vouched) or _waits(act, facts)
    if stopped is not None:
        return stopped
    code = _fits(act, facts)
    allowed, doubt = (True, False) if code is not None else _entitled(act, facts, handler)
    said = code or (handler.rule(act, facts) if allowed else "not_entitled")
    ruling = Ruling(code=said) if isinstance(said, str) else said or _SILENT
    if ruling.code is not None:
        return Decision("refused", t, code=ruling.code, because=ruling.because, clause=ruling.clause, told=ruling.told)
    found = _conflicts(act, facts)
    flags = _flags(act, facts, doubt=doubt)
    if ruling.flags:
        flags = tuple(sorted({*flags, *ruling.flags}))
    return Decision("merged" if found else "applied", t, f=found, flags=flags, set=ruling.fields, also=ruling.also)


def _barred(act: Act, facts: Facts, revoked: int | None, *, vouched: bool) -> Decision | None:
    """Whether the op is another org's, nobody's, or may lie after its device or actor was shut out (P11)."""
    t = act.t
    if act.op.head.org != facts.org:
        return refuse(t, "wrong_org")
    if act.by_server:
        return None
    if not vouched and _made_before(act, facts):
        return park(t, "other_device")
    code = _signed_in(act, facts, vouched=vouched)
    return refuse(t, code) if code is not None else _shut_out(act, facts, revoked, vouched=vouched)


def _shut_out(act: Act, facts: Facts, revoked: int | None, *, vouched: bool) -> Decision | None:
    t = act.t
    if revoked is not None and t.latest >= revoked:
        return park(t, "after_revocation")
    dismissed = facts.people[act.op.head.actor].dismissed
    if dismissed is not None and t.latest >= dismissed and not vouched:
        return park(t, "after_dismissal")
    return None


def _entitled(act: Act, facts: Facts, handler: Handler) -> tuple[bool, bool]:
    """Whether the actor may do this there and then, and whether the interval leaves that in doubt."""
    if act.by_server or not handler.roles:
        return True, False
    return entitled(facts.people[act.op.head.actor], handler.roles, handler.site(act, facts), act.t)


def _flags(act: Act, facts: Facts, *, doubt: bool) -> tuple[str, ...]:
    """What is doubtful about it, sorted by name."""
    unproven = act.op.head.auth == ops.NO_AUTH and not act.by_server
    if not (unproven or doubt or act.t.class_ == "contradictory"):
        return ()
    flags = {
        "clock_contradictory": act.t.class_ == "contradictory",
        "identity_unproven": unproven,
        "role_straddle": doubt and act.t.class_ != "unanchored",
        "straddle": unproven and _stood(act, facts, act.device)[1],
    }
    return tuple(name for name, holds in flags.items() if holds)


def _conflicts(act: Act, facts: Facts) -> dict[str, tuple[Result, str]]:
    """Concurrent writes of the fields touched. Commands meet states, not values: their rules judge them."""
    head = act.op.head
    body = facts.body(head.entity)
    if body is None or act.kind.creates or act.kind.family != "patch":
        return {}
    return merge.conflicts(body, facts.writes.get(head.entity, ()), act.op, act.device, act.t.latest)


def _made_before(act: Act, facts: Facts) -> bool:
    """Whether it was made on the device that this one replaced: under a sign-in there, or on it as a post's tablet.

    Someone in charge must know whoever brings it.
    """
    head, forebear = act.op.head, facts.forebear
    if forebear is None:
        return False
    if head.auth == ops.NO_AUTH:
        return act.kind.unsigned and _of_the_post(act, facts, forebear) and not _of_the_post(act, facts, act.device)
    return facts.sign_ins.get(head.auth) == (forebear, head.actor)


def _signed_in(act: Act, facts: Facts, *, vouched: bool) -> str | None:
    head = act.op.head
    if head.auth == ops.NO_AUTH:
        known = head.actor in facts.people if vouched else _of_the_post(act, facts, act.device)
        return None if act.kind.unsigned and known else "sign_in_needed"
    device, person_then = facts.sign_ins.get(head.auth, (None, None))
    if person_then != head.actor or (device != act.device and not vouched):
        return "sign_in_needed"
    person = facts.people.get(head.actor)
    return None if person is not None and person.org == facts.org else "sign_in_needed"


def _of_the_post(act: Act, facts: Facts, device: str) -> bool:
    """Whether the device was the tablet of the post named, and the person is one who may be picked on it (P10).

    A badge stays on record when its time is over, so that it answers for acts of that time.
    """
    post, person = value(act.op, "post"), act.op.head.actor
    if person not in facts.people or not _stood(act, facts, device)[0]:
        return False
    return facts.of_kind(badge_id(str(post), person), "badge") is not None


def _stood(act: Act, facts: Facts, device: str) -> tuple[bool, bool]:
    anchor = act.op.head.t.anchor
    parts = anchor_parts(anchor.token) if anchor is not None else None
    return stood(facts.posts.get(device, ()), value(act.op, "post"), act.t, parts[0] if parts is not None else 0)


def _waits(act: Act, facts: Facts) -> Decision | None:
    """Whether the op must wait for another, or falls with the creation it stood on (P17)."""
    head, t = act.op.head, act.t
    if act.kind.entity is not None and not act.kind.creates:
        previous = _previous(act, facts)
        creation = facts.known.get(head.entity)
        if facts.body(head.entity) is None and _creation_refused(act, facts):
            return refuse(t, "behind_refused")
        if previous is not None and previous.d == "parked":
            return park(t, "behind_parked")
        if facts.body(head.entity) is None:
            return park(t, "behind_parked" if creation is not None and creation.d == "parked" else "entity_unknown")
    missing = [entity for entity in head.depends_on if facts.body(entity) is None]
    return park(t, "dependency_missing") if missing else None


def _creation_refused(act: Act, facts: Facts) -> bool:
    """Whether the op that would have made the record was refused, also one so malformed that only its id is known."""
    entity = act.op.head.entity
    creation = facts.known.get(entity)
    if creation is not None and creation.d in {"refused", "returned"}:
        return True
    mine = [known for known in facts.by_entity.get(entity, ()) if known.device == act.device]
    return any(known.kind is None and known.d == "refused" for known in mine)


def _previous(act: Act, facts: Facts) -> Known | None:
    """The device's op on this entity that arrived last before this one."""
    previous = None
    for known in facts.by_entity.get(act.op.head.entity, ()):
        if known.id == act.op.head.id:
            break
        if known.device == act.device:
            previous = known
    return previous


def _fits(act: Act, facts: Facts) -> str | None:
    """Whether the entity is of the kind's sort and open to it."""
    body = facts.body(act.op.head.entity)
    if body is None:
        return None
    if act.kind.creates:
        return "entity_exists"
    if body["kind"] != act.kind.entity:
        return "wrong_entity"
    private = act.op.private is not None
    return "erased" if body.get("erased") and private else None


def waits_on(act: Act, decision: Decision, facts: Facts) -> str:
    """What must come for a parked op to be decided afresh: an entity, an op, or a cause only a person can lift."""
    head = act.op.head
    if decision.code == "entity_unknown":
        return head.entity
    if decision.code == "behind_parked":
        previous = _previous(act, facts)
        return previous.id if previous is not None and previous.d == "parked" else head.entity
    if decision.code == "dependency_missing":
        return next(entity for entity in head.depends_on if facts.body(entity) is None)
    return decision.code or ""
