"""What is kept beside the log for those who ask: computed again from it, row by row (I4)."""

from __future__ import annotations

from gatehouse.audit.fold import KeptOp
from gatehouse.db.steps import Query, Row, Steps
from gatehouse_sync.apply import others
from gatehouse_sync.stamp import Leaf
from gatehouse_sync.upcast import as_decided


class Beside:
    """Rows of ``op_also``, ``device_post`` and ``person_team`` as the log has them, leaf by leaf, of all orgs."""

    def __init__(self) -> None:
        self._also: set[Row] = set()
        self._posts: dict[str, list[Row]] = {}
        self._teams: set[Row] = set()

    def take(self, leaf: Leaf, kept: KeptOp) -> None:
        """Note what one decision puts there."""
        decision = leaf.decision
        if decision is None or kept.op is None:
            return
        op = as_decided(kept.op, decision.kv)
        head = op.head
        self._also |= {(entity, head.id) for entity in others(op, decision)}
        if head.kind in {"person.create", "person.assign"} and decision.effective and "team" in head.values:
            given = head.values
            since = given.get("since") or decision.t.at
            self._teams.add((head.id, head.entity, given["team"], given.get("superior"), given.get("shift"), since))
        if head.kind == "device.kiosk" and decision.effective:
            device, post = head.values["device"], head.values.get("post")
            posts = self._posts.setdefault(str(device), [])
            if post != (posts[-1][2] if posts else None):
                posts.append((device, len(posts) + 1, post, decision.t.at, leaf.at))

    def differing(self) -> Steps[list[tuple[str, str, str]]]:
        """``(table, record or device, op or number)`` of every row that is missing, too many or another."""
        also = set((yield Query("SELECT entity, op FROM op_also")))
        posts = set((yield Query("SELECT device, n, post, since, known FROM device_post")))
        teams = set((yield Query("SELECT id, person, team, superior, shift, since FROM person_team")))
        wrong = posts ^ {row for rows in self._posts.values() for row in rows}
        found = [("op_also", *row) for row in also ^ self._also]
        found += [("person_team", row[1], row[0]) for row in teams ^ self._teams]
        return sorted({*found, *(("device_post", row[0], str(row[1])) for row in wrong)})
