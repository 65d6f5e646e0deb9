"""Publications as a planner's device makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.estate import Phone
from tests.team import Team

from gatehouse_sync import rota

MONTH = "2026-03"
HOURS = {"早": "07:00-15:00", "中": "15:00-23:00", "夜": "23:00-31:00", "客": "09:00-11:30 12:30-18:30"}
KEPT, OFF = "保", "休"


async def templates(team: Team) -> dict[str, str]:
    """The org's templates by their labels."""
    admin = team.estate.admin
    made = {
        label: admin.act(
            "template.create",
            {"name": f"{label}班", "label": label, "segments": hours, "order": i}
            | ({"night": True} if label == "夜" else {}),
        )
        for i, (label, hours) in enumerate(HOURS.items())
    }
    await admin.drain()
    return made


def values(
    team: str,
    by_label: Mapping[str, str],
    posts: Sequence[str],
    rows: Mapping[str, str],
    seen: int = 0,
    month: str = MONTH,
) -> dict[str, Any]:
    """What a publication says; ``rows`` has a label for each day of a person: 休 for rest, 保 for as it is.

    A label alone is at the first post, ``早2`` at the second; days apart by spaces. Days that are not named are kept.
    """
    days = len(rota.days_of(month))
    ids = sorted(
        {by_label[one.rstrip("2")] for text in rows.values() for one in text.split() if one not in {KEPT, OFF}}
    )
    places = sorted(posts)
    legend: list[str] = []
    lines = []
    for person in sorted(rows):
        signs = ""
        for one in rows[person].split():
            if one in {KEPT, OFF}:
                signs += {KEPT: rota.KEEP, OFF: rota.REST}[one]
                continue
            post = posts[1 if one.endswith("2") else 0]
            entry = rota.LETTERS[ids.index(by_label[one.rstrip("2")])] + rota.LETTERS[places.index(post)]
            if entry not in legend:
                legend.append(entry)
            signs += rota.SIGNS[legend.index(entry)]
        lines.append(f"{person} {signs.ljust(days, rota.KEEP)}")
    said = {"month": month, "posts": places, "rows": "\n".join(lines), "seen": seen, "team": team, "templates": ids}
    return said | ({"legend": " ".join(legend)} if legend else {})


def shown(phone: Phone, person: str) -> dict[str, str]:
    """A person's shifts as a device has them: date to label."""
    return {
        row["f"]["date"]: row["f"]["label"]
        for row in sorted(phone.rows("shift"), key=lambda row: int(row["f"]["start"]))
        if row["f"]["person"] == person and "cancelled" not in row["f"]
    }
