"""Which version of the roster a person has received, and how a shift stood in it (I-58)."""

from __future__ import annotations

from typing import Any

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse_sync import ops
from gatehouse_sync.apply import Body, apply, apply_also
from gatehouse_sync.decision import Decision
from gatehouse_sync.ops import Op
from gatehouse_sync.upcast import as_decided

_head = msgspec.json.Decoder(ops.Head)
_decision = msgspec.json.Decoder(Decision)
_json = msgspec.json.Decoder()


def versions_seen(org: str, person: str, teams: set[str]) -> Steps[dict[str, int]]:
    """The newest version of each team's roster that the person said to have received."""
    rows = yield Query(
        "SELECT team, MAX(version) FROM receipt WHERE org = ? AND person = ? AND team = ANY(?*) GROUP BY team",
        (org, person, teams),
    )
    return {team: version for team, version in rows}  # noqa: C416 - rows are tuples of any length to mypy


def spans_seen(org: str, shift: Body, version: int) -> Steps[dict[str, Any] | None]:
    """A shift's fields in that version, or as first published if it is newer; None: it was not the person's then."""
    beside = yield Query("SELECT op FROM op_also WHERE entity = ?", (shift["id"],))
    rows = yield Query(
        "SELECT o.head, o.private, (SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) FROM op o "
        "WHERE o.org = ? AND (o.entity = ? OR o.id = ANY(?*)) AND o.d IN ('applied', 'merged') ORDER BY o.n",
        (org, shift["id"], [row[0] for row in beside]),
    )
    body: Body | None = None
    known: Body | None = None
    for text, private, leaf in rows:
        decision = _decision.decode(msgspec.json.encode(_json.decode(leaf)["decision"]))
        op = as_decided(Op(_head.decode(text), ops.parse_values(private.encode()) if private else None), decision.kv)
        own = op.head.entity == shift["id"]
        body = apply(body, op, decision) if own else apply_also(body, shift["id"], op, decision)
        if body is not None and (known is None or body["f"].get("roster", 0) <= version):
            known = body
    if known is None or known["f"]["person"] != shift["f"]["person"] or "cancelled" in known["f"]:
        return None
    fields: dict[str, Any] = known["f"]
    return fields
