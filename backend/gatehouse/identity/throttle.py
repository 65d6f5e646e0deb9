"""Misses at sign-in, by login and by source, and how long the next try must wait (TH15)."""

from __future__ import annotations

from gatehouse.db.engine import current_database
from gatehouse.db.steps import Query, Steps, write
from gatehouse.errors import Problem
from gatehouse.identity.tables import SignInThrottle

FREE_MISSES = 5
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 15 * 60_000
FORGIVEN_MS = 60 * 60_000
"""Misses are forgotten an hour after the last: people behind one address must not add up for good."""


def throttled(login: str, source: str) -> tuple[str, str]:
    """What the misses of a folded login from a source are counted under."""
    return f"login:{login}", f"from:{source}"


async def refuse_while_waiting(names: tuple[str, str], now: int) -> None:
    """Let a try pass, or not yet.

    Raises:
        Problem: ``sign_in_throttled`` (with ``retry_after``).
    """
    rows = await SignInThrottle.select().where(SignInThrottle.name.is_in(list(names)))
    until = max((row["until"] for row in rows), default=0)
    if until > now:
        raise Problem("sign_in_throttled", retry_after=(until - now + 999) // 1000)


async def count_miss(names: tuple[str, str], now: int) -> None:
    """One more miss; from the fifth on the wait doubles, from 30 s to 15 min. A source gets ten times the room."""

    def steps() -> Steps[None]:
        for name in names:
            rows = yield Query(
                "INSERT INTO sign_in_throttle (name, misses, until) VALUES (?, 1, ?) ON CONFLICT (name) DO UPDATE "
                "SET misses = CASE WHEN sign_in_throttle.until < ? THEN 1 ELSE sign_in_throttle.misses + 1 END, "
                "until = excluded.until RETURNING misses",
                (name, now, now - FORGIVEN_MS),
            )
            misses = rows[0][0] // (10 if name.startswith("from:") else 1)
            if misses >= FREE_MISSES:
                wait = min(FIRST_WAIT_MS * 2 ** min(misses - FREE_MISSES, 10), LONGEST_WAIT_MS)
                yield Query("UPDATE sign_in_throttle SET until = ? WHERE name = ?", (now + wait, name))

    await write(current_database(), steps)


async def forgive(names: tuple[str, str]) -> None:
    """Forget the login's misses after a success; the source's stay."""
    await SignInThrottle.delete().where(SignInThrottle.name == names[0])
