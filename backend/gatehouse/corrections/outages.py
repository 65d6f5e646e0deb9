"""``outage.declare``: a post where nobody could punch (no power, a broken tablet), said by who is in charge."""

from __future__ import annotations

from collections.abc import Iterable

from gatehouse.db.steps import Row
from gatehouse.replication.facts import Facts
from gatehouse.replication.registry import Act, Handler, Projection, Registry, Ruling, value
from gatehouse_sync.apply import Body
from gatehouse_sync.ops import Op

IN_CHARGE = frozenset({"supervisor", "manager", "admin"})
LONGEST_MS = 7 * 86_400_000


def register(registry: Registry) -> None:
    """Tell replication about this kind and its table."""
    registry.handle("outage.declare", Handler(roles=IN_CHARGE, site=_site, looks=_looks, rule=_rule))
    registry.project(
        "outage",
        Projection("outage", ("id text", "org text", "post text", "since bigint", "until bigint"), _row),
    )


def _row(body: Body, org: str) -> Row:
    fields = body["f"]
    return body["id"], org, fields["post"], fields["since"], fields["until"]


def _looks(op: Op) -> Iterable[str]:
    return [str(value(op, "post"))]


def _site(act: Act, facts: Facts) -> str | None:
    post = facts.of_kind(value(act.op, "post"), "post")
    return post["f"]["site"] if post is not None else ""


def _rule(act: Act, facts: Facts) -> str | Ruling | None:
    """Over or under way, not to come: nobody knows beforehand that a post will fail."""
    since, until = int(value(act.op, "since")), int(value(act.op, "until"))
    post = facts.of_kind(value(act.op, "post"), "post")
    if post is None:
        return "unknown_reference"
    if not 0 < until - since <= LONGEST_MS or since > act.t.at:
        return Ruling(code="outage_span", clause="H-65", told={"since_at": since, "until_at": until})
    return Ruling(fields={"site": post["f"]["site"]})
