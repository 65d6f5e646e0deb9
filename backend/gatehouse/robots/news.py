"""What there is to tell a robot now: counts, names of teams and posts, instants. No personal data."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec

from gatehouse.db.steps import Query, Steps
from gatehouse.swaps.queries import open_swaps

HOUR: Final = 3_600_000
NEAR_MS: Final = 12 * HOUR
"""A swap whose shift begins sooner than this is closing."""
TABLET_SILENT_MS: Final = HOUR
"""A post's tablet that is on says every minute that it is complete."""
PHONE_SILENT_MS: Final = 12 * HOUR
"""Somebody's own phone is off between shifts; only one that holds acts still to come is told of."""
TELLS: Final = ("decisions", "windows", "devices")


class Closing(msgspec.Struct, frozen=True):
    """A swap that ends soon: the post, the instant, and whom it waits for."""

    post: str
    deadline: int
    waits_for_supervisor: bool


class Silent(msgspec.Struct, frozen=True):
    """A device not heard of: its post, since when, and whether it is the post's tablet."""

    post: str
    since: int
    tablet: bool


class News(msgspec.Struct, frozen=True):
    """All that is so now. ``marks`` name each thing, so that what was told once is not told as new."""

    decisions: tuple[tuple[str, int], ...]
    """``(team, swaps waiting for its supervisor)``."""
    earliest: int | None
    """The first deadline among those."""
    windows: tuple[Closing, ...]
    silent: tuple[Silent, ...]
    marks: frozenset[str]


class Reach(msgspec.Struct, frozen=True):
    """What a robot is told of, and of where: a team, a site, or with neither the whole org."""

    org: str
    tells: frozenset[str]
    team: str | None
    site: str | None


def news(reach: Reach, now: int) -> Steps[News]:
    """All there is to tell, as of one snapshot."""
    swaps = yield from open_swaps(reach.org, now)
    here = [one for one in swaps if reach.team in {None, one.team} and reach.site in {None, one.site}]
    waiting = [one for one in here if one.state == "accepted"] if "decisions" in reach.tells else []
    closing = [one for one in here if one.deadline - now <= NEAR_MS] if "windows" in reach.tells else []
    silent = (yield from _silent(reach, now)) if "devices" in reach.tells else {}
    marks = {f"decide {one.id}" for one in waiting} | {f"close {one.id}" for one in closing} | silent.keys()
    return News(
        tuple(sorted(Counter(one.team_name for one in waiting).items())),
        min((one.deadline for one in waiting), default=None),
        tuple(Closing(one.post_name, one.deadline, one.state == "accepted") for one in closing),
        tuple(silent.values()),
        frozenset(marks),
    )


def _silent(reach: Reach, now: int) -> Steps[dict[str, Silent]]:
    """Devices not heard of for too long, by mark; one that came back and fell silent again has another mark."""
    site = reach.site
    if reach.team is not None:  # a device belongs to no team: those of the team's site
        rows = yield Query("SELECT site FROM team WHERE id = ?", (reach.team,))
        if not rows or rows[0][0] is None:
            return {}
        site = rows[0][0]
    rows = yield Query(
        "SELECT d.id, d.kind, d.complete_to, d.created, p.name, p.site FROM device d "
        "JOIN post p ON p.id = COALESCE(d.post, d.last_post) WHERE d.org = ? AND d.revoked IS NULL "
        "AND (d.kind = 'kiosk' OR (d.kind = 'personal' AND d.held > 0)) ORDER BY p.position, d.id",
        (reach.org,),
    )
    found = {}
    for id_, kind, complete_to, created, post, at in rows:
        since = max(complete_to, created)
        longest = TABLET_SILENT_MS if kind == "kiosk" else PHONE_SILENT_MS
        if site in {None, at} and now - since > longest:
            found[f"silent {id_} {since}"] = Silent(post, since, kind == "kiosk")
    return found
