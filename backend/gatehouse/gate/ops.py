"""Kinds of op of the visitor log: who may, and what a command looks at."""

from __future__ import annotations

from gatehouse.db.steps import Query, Row, Steps
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, value
from gatehouse_sync import notices
from gatehouse_sync.apply import Body
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op

AT_THE_GATE = frozenset({"guard", "agent", "supervisor", "clerk", "manager", "admin"})
IN_CHARGE = frozenset({"manager", "admin"})


def register(registry: Registry) -> None:
    """Tell replication about this feature's kinds and table."""
    for kind in ("visit.arrive", "visit.exit"):
        registry.handle(kind, Handler(roles=AT_THE_GATE, site=_named_site, looks=_posts, rule=_post_of_site))
    for kind in ("visit.amend", "visit.leave"):
        registry.handle(kind, Handler(roles=AT_THE_GATE, site=_own_site, looks=_posts, rule=_post_of_site))
    registry.handle(
        "visit.join",
        Handler(roles=AT_THE_GATE, site=_own_site, refs=lambda op: [str(value(op, "joined"))], rule=_joinable),
    )
    registry.handle("visit.erase", Handler(roles=IN_CHARGE, site=_own_site, effect=_erased))
    registry.project(
        "visit",
        Projection(
            "visit",
            (
                "id text",
                "site text",
                "post text",
                "category text",
                "unit text",
                "arrived bigint",
                "departed bigint",
                "departed_post text",
            ),
            _row,
        ),
    )


def _named_site(act: Act, _facts: Facts) -> str | None:
    return value(act.op, "site") or ""


def _own_site(act: Act, facts: Facts) -> str | None:
    body = facts.body(act.op.head.entity)
    return body["f"]["site"] if body is not None else ""


def _posts(op: Op) -> list[str]:
    named = [value(op, name) for name in ("post", "left_post")]
    return [one for one in named if isinstance(one, str)]


def _post_of_site(act: Act, facts: Facts) -> str | None:
    """The gate named is one of the visit's site."""
    site = value(act.op, "site") or _own_site(act, facts)
    for post in _posts(act.op):
        body = facts.of_kind(post, "post")
        if body is None or body["f"]["site"] != site:
            return "unknown_reference"
    return None


def _joinable(act: Act, facts: Facts) -> str | None:
    """Another visit of the same site, itself not joined to this one."""
    head = act.op.head
    other = facts.of_kind(value(act.op, "joined"), "visit")
    if other is None or other["id"] == head.entity or other["f"]["site"] != _own_site(act, facts):
        return "unknown_reference"
    return "already_done" if other["f"].get("joined") == head.entity else None


def _row(body: Body, _org: str) -> Row:
    fields = body["f"]
    return (
        body["id"],
        fields["site"],
        fields.get("post"),
        fields.get("category"),
        fields.get("unit"),
        fields.get("arrived"),
        fields.get("left"),
        fields.get("left_post"),
    )


def _erased(act: Act, _decision: Decision, batch: Batch) -> Steps[None]:
    """Destroy the private parts of the visit's ops and the values in notices about it (P30)."""
    head = act.op.head
    batch.withdraw("visit.erase", head.entity, act.t.at)
    yield Query(
        "UPDATE op SET private = NULL, salt = NULL WHERE entity = ? AND org = ?", (head.entity, batch.facts.org)
    )
    rows = yield Query("SELECT id FROM entity WHERE about = ? AND org = ?", (head.entity, batch.facts.org))
    stored = {row[0] for row in rows}
    yield from batch.facts.load_entities(stored)
    for id_ in sorted(stored | {notice for notice, about in batch.about.items() if about == head.entity}):
        notice = batch.facts.body(id_)
        if notice is not None:
            batch.about[id_] = head.entity
            batch.change(notices.blank(notice, "visit", head.id))
