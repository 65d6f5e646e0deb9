"""Rows made before their kind had a scope more: given to that scope's stream once, at start."""

from __future__ import annotations

import msgspec
import structlog

from gatehouse.db.steps import Insert, Query, Steps
from gatehouse.replication.commit import settle
from gatehouse.replication.core import Replication
from gatehouse.replication.feed import lock_scopes
from gatehouse_sync import digest
from gatehouse_sync.scopes import scopes_of

KINDS = ("role", "deputy")
"""Kinds that gained a scope after rows of them could exist: the office's."""
_log = structlog.get_logger()
_json = msgspec.json.Decoder()
Missing = dict[str, list[tuple[str, str, int]]]
"""Scope: entities it lacks, each with its version and expiry day."""


async def rescope(core: Replication) -> int:
    """Add what streams lack of these kinds; gives how many rows were added. Run again it adds nothing."""
    added = await settle(core.database, _steps)
    if added:
        _log.info("rows_rescoped", rows=added)
    return added


def _steps() -> Steps[int]:
    missing = yield from _missing()
    if not missing:
        return 0
    heads = yield from lock_scopes(sorted(missing))
    # Looked at again under the lock: another process may have been faster.
    missing = yield from _missing()
    for scope, entities in missing.items():
        id_, seq = heads[scope]
        upto = seq + len(entities)
        yield Insert(
            "feed",
            ("scope bigint", "seq bigint", "entity text", "until bigint", "gone bigint"),
            [(id_, seq + i, entity, upto, 0) for i, (entity, _, _) in enumerate(entities, 1)],
            key=("scope", "entity"),
        )
        yield Query("UPDATE scope_head SET seq = ? WHERE id = ?", (upto, id_))
        for day in {day for _, _, day in entities}:
            weights = [digest.weight(entity, ver) for entity, ver, of in entities if of == day]
            yield Query(
                "INSERT INTO scope_day (scope, day, count, sum) VALUES (?, ?, ?, ?) ON CONFLICT (scope, day) "
                "DO UPDATE SET count = scope_day.count + excluded.count, sum = (scope_day.sum + excluded.sum) % ?",
                (id_, day, len(weights), sum(weights) % digest.MODULUS, digest.MODULUS),
            )
    return sum(map(len, missing.values()))


def _missing() -> Steps[Missing]:
    rows = yield Query("SELECT id, org, ver, day, body FROM entity WHERE kind = ANY(?*)", (list(KINDS),))
    fed = yield Query(
        "SELECT s.scope, f.entity FROM feed f JOIN scope_head s ON s.id = f.scope "
        "WHERE f.entity = ANY(?*) AND f.gone = 0",
        ([row[0] for row in rows],),
    )
    held = set(fed)
    missing: Missing = {}
    for entity, org, ver, day, body in rows:
        for scope in scopes_of(_json.decode(body), org):
            if (scope, entity) not in held:
                missing.setdefault(scope, []).append((entity, ver, day))
    return missing
