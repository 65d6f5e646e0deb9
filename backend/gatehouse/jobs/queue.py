"""The table of jobs: one row each, taken under a lease, so that a process that dies leaves its job to another.

Whoever holds the lease does the work and then says when the job is due again. A lease that ran out is anybody's, so
work done between the last statement and a crash may be done once more: jobs are done at least once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from gatehouse.db.steps import Insert, Query, Steps

FREE: Final = 0
"""``lease_until`` of a job that nobody holds."""


class Job(msgspec.Struct, frozen=True):
    """A job: due at ``run_at``, held until ``lease_until`` (UTC ms), tried ``attempts`` times in vain."""

    id: str
    kind: str
    run_at: int
    lease_until: int
    attempts: int
    payload: str
    """JSON of the kind's own making; no secrets and no personal data."""


def add(id_: str, kind: str, run_at: int, payload: str = "{}") -> Insert:
    """Put a job in; one that is there already stays as it is."""
    columns = ("id text", "kind text", "run_at bigint", "lease_until bigint", "attempts bigint", "payload text")
    return Insert("job", columns, [(id_, kind, run_at, FREE, 0, payload)], key=("id",), keep=True)


def drop(ids: Iterable[str]) -> Query:
    """Take jobs out, held or not; what their holder says later changes nothing."""
    return Query("DELETE FROM job WHERE id = ANY(?*)", (list(ids),))


def due(kind: str, now: int) -> Steps[list[Job]]:
    """What is due and not held, longest due first; to be taken with ``take`` before anything is done."""
    rows = yield Query(
        "SELECT id, kind, run_at, lease_until, attempts, payload FROM job "
        "WHERE kind = ? AND run_at <= ? AND lease_until <= ? ORDER BY run_at, id",
        (kind, now, now),
    )
    return [Job(*row) for row in rows]


def take(id_: str, now: int, lease_ms: int) -> Steps[Job | None]:
    """Hold a due job for ``lease_ms`` and count the attempt; None when another was faster.

    Of two at once the second waits for the row and then finds it held: both databases ask the condition again.
    """
    rows = yield Query(
        "UPDATE job SET lease_until = ?, attempts = attempts + 1 WHERE id = ? AND run_at <= ? AND lease_until <= ? "
        "RETURNING id, kind, run_at, lease_until, attempts, payload",
        (now + lease_ms, id_, now, now),
    )
    return Job(*rows[0]) if rows else None


def wake(id_: str, now: int) -> Query:
    """Let a job that failed be tried again at once; one that waits because all went well goes on waiting."""
    return Query(
        "UPDATE job SET run_at = ?, attempts = 0 WHERE id = ? AND run_at > ? AND attempts > 0", (now, id_, now)
    )


def put_back(job: Job, run_at: int, payload: str, *, attempts: int = 0) -> Steps[bool]:
    """Let go of a job until it is due again; False when the lease was lost meanwhile, and nothing is changed."""
    rows = yield Query(
        "UPDATE job SET run_at = ?, lease_until = 0, attempts = ?, payload = ? WHERE id = ? AND lease_until = ? "
        "RETURNING id",
        (run_at, attempts, payload, job.id, job.lease_until),
    )
    return bool(rows)
