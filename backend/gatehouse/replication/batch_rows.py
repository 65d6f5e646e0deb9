"""The rows a batch leaves: ops, new decisions of held ones, records (design §8)."""

from __future__ import annotations

from gatehouse.db.steps import Insert, Query, Row, Steps
from gatehouse.replication.batch import Batch
from gatehouse.replication.facts import Stored, encode_body
from gatehouse_sync import shade

_OP = (
    "id text",
    "org text",
    "device text",
    "chain text",
    "cn bigint",
    "link bytea",
    "hash bytea",
    "kind text",
    "entity text",
    "actor text",
    "head text",
    "private text",
    "salt bytea",
    "received bigint",
    "n bigint",
    "d text",
    "code text",
)


def write_ops(batch: Batch, positions: dict[int, int], received: int) -> Steps[None]:
    """The op rows; ``positions`` maps an entry's index to its log number.

    What is about an erased record goes in without its private part, whatever was decided about it (P30).
    """
    rows: list[Row] = []
    for arrival, decision, entry in batch.arrivals:
        head = arrival.op.head if arrival.op is not None else None
        erased = head is not None and (batch.facts.body(head.entity) or {}).get("erased")
        rows.append(
            (
                arrival.id,
                batch.facts.org,
                batch.device,
                batch.chain,
                arrival.cn,
                arrival.link,
                arrival.hash,
                head.kind if head else None,
                head.entity if head else arrival.claimed,
                head.actor if head else None,
                arrival.head,
                None if erased else arrival.private,
                None if erased else arrival.salt,
                arrival.received or received,
                positions[entry],
                decision.d,
                decision.code,
            )
        )
    yield Insert("op", _OP, rows)


def write_redecided(batch: Batch, positions: dict[int, int]) -> Steps[None]:
    """New current decisions of ops that were held."""
    last = {entry.op: i for i, entry in enumerate(batch.entries)}
    for op, decision in batch.redecided:
        yield Query(
            "UPDATE op SET n = ?, d = ?, code = ? WHERE id = ?",
            (positions[last[op]], decision.d, decision.code, op),
        )


def write_also(batch: Batch) -> Steps[None]:
    """Which ops changed further records: their history asks."""
    rows = [(entity, entry.op) for entry in batch.entries for entity in entry.also]
    if rows:
        yield Insert("op_also", ("entity text", "op text"), rows, key=("entity", "op"), keep=True)


def entity_rows(batch: Batch, positions: dict[int, int], head_n: int) -> list[tuple[str, Stored, Stored | None, str]]:
    """Every changed entity: id, new state, old state, stored text."""
    result = []
    for id_, before in batch.changed.items():
        body = batch.facts.bodies[id_]
        # A row written beside no op may find the log where it was: devices take only a greater number (8.4).
        n = max(positions.get(batch.beside[id_], head_n), before.n + 1 if before is not None else 0)
        after = Stored(body, n, shade.expiry_day(body), body["ver"])
        result.append((id_, after, before, batch.texts.get(id_) or encode_body(body)))
    return result
