"""What histories must have seen between them: every kind of act, every fault."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gatehouse_sync.entities import KINDS

BEFORE = frozenset({"org.create"})
"""Acts that every history begins with."""
FAULTS = (
    "bad_op commitment",
    "bad_op spaces",
    "bad_op unsendable",
    "clock_jump",
    "clone",
    "corrupt_request",
    "crash_after_commit",
    "crash_before_commit",
    "days",
    "device_revoked",
    "dismissal",
    "drop_reply",
    "drop_request",
    "duplicate_reply",
    "duplicate_request",
    "evict",
    "handler_raises",
    "jobs",
    "kind_upgrade",
    "late_reply",
    "lost_key",
    "newer_kind_sent",
    "partition_in",
    "partition_out",
    "poke_lost",
    "poke_stale",
    "reorder",
    "repeat",
    "restore",
    "restore_unread",
    "retention",
    "roll_back",
    "scope_gain",
    "scope_loss",
    "server_clock_back",
    "server_crash after its commit",
    "server_crash before its commit",
    "server_crash before its reply",
    "server_restart",
    "server_upgrade",
    "slow_reply",
    "slow_request",
    "transfer",
    "truncate_reply",
    "truncate_request",
    "user_switch",
)
WANTED = frozenset(
    {f"act {kind}" for kind in KINDS.keys() - BEFORE}
    | {f"fault {fault}" for fault in FAULTS}
    | {"act punch.record unsigned", "act swap.expire by the server", "poke page", "rechain"}
)


def missing(counts: Mapping[str, int]) -> list[str]:
    """What has not occurred."""
    return sorted(what for what in WANTED if not counts.get(what))


def covering(seen: Mapping[int, Collection[str]]) -> list[int]:
    """Few of these seeds that between them saw all that any of them saw, chosen greedily."""
    left, chosen = set().union(*seen.values()), []
    while left:
        best = max(sorted(seen), key=lambda seed: len(left.intersection(seen[seed])))
        chosen.append(best)
        left -= set(seen[best])
    return chosen
