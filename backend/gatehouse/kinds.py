"""Which features make up the program: each registers its kinds of op here and nowhere else."""

from __future__ import annotations

import gatehouse.attendance.ops
import gatehouse.clock.ops
import gatehouse.corrections.ops
import gatehouse.estate.ops
import gatehouse.gate.ops
import gatehouse.inbox.ops
import gatehouse.leave.ops
import gatehouse.periods.ops
import gatehouse.policy.ops
import gatehouse.replication.holds
import gatehouse.robots.ops
import gatehouse.roster.ops
import gatehouse.swaps.ops
from gatehouse.replication.registry import Registry


def registry() -> Registry:
    """All kinds of op this program judges."""
    made = Registry()
    for feature in (
        gatehouse.replication.holds,
        gatehouse.estate.ops,
        gatehouse.gate.ops,
        gatehouse.inbox.ops,
        gatehouse.clock.ops,
        gatehouse.roster.ops,
        gatehouse.swaps.ops,
        gatehouse.leave.ops,
        gatehouse.corrections.ops,
        gatehouse.robots.ops,
        gatehouse.policy.ops,
        gatehouse.periods.ops,
        gatehouse.attendance.ops,
    ):
        feature.register(made)
    return made
