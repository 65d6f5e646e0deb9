"""What a push decided about each op, as its device keeps it: vouchers (PROTOCOL 14.3)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gatehouse.audit.vouch import About, Voucher, Vouchers
from gatehouse.db.steps import Query, Steps
from gatehouse.replication.batch import Batch
from gatehouse_sync.decision import Decision
from gatehouse_sync.stamp import Leaf

_leaf = msgspec.json.Decoder(Leaf)


class Decided(msgspec.Struct, frozen=True):
    """A decision about an op: its id, its head's hash, where the decision stands in the log, when it came, UTC ms."""

    op: str
    hash: str
    decision: Decision
    n: int
    at: int


def of_batch(batch: Batch, positions: Mapping[int, int], received: int) -> dict[int, Decided]:
    """The decisions of a batch that was written, by number in the chain; none for what has no id of its own."""
    return {
        arrival.cn: Decided(arrival.id, arrival.hash.hex(), decision, positions[entry], arrival.received or received)
        for arrival, decision, entry in batch.arrivals
        if arrival.op is not None and arrival.cn is not None
    }


def before(org: str, numbers: Mapping[str, int]) -> Steps[dict[int, Decided]]:
    """The present decisions of ops that were held already: a lost reply must not cost a device its vouchers."""
    if not numbers:
        return {}
    rows = yield Query(
        "SELECT o.id, o.hash, o.n, o.received, (SELECT leaf FROM log l WHERE l.org = o.org AND l.n = o.n) "
        "FROM op o WHERE o.org = ? AND o.kind IS NOT NULL AND o.id = ANY(?*)",
        (org, set(numbers)),
    )
    found = {}
    for id_, hash_, n, received, leaf in rows:
        decision = _leaf.decode(leaf).decision
        if decision is not None:
            found[numbers[id_]] = Decided(id_, bytes(hash_).hex(), decision, n, received)
    return found


def voucher(vouchers: Vouchers, made: Decided | None, device: str, org: str, epoch: str) -> str:
    """What the device keeps, to give it back to a server that has lost it; empty for a stub."""
    if made is None:
        return ""
    return vouchers.make(About(device, made.hash, made.op, org), Voucher(made.at, made.decision, epoch, made.n))
