"""What other features ask about people's months."""

from __future__ import annotations

from gatehouse.attendance.facts import Judged, judged
from gatehouse.attendance.marks import month_key, months_between
from gatehouse.attendance.rows import month_id
from gatehouse.db.steps import Insert, Steps
from gatehouse.replication.batch import Batch

__all__ = ["Judged", "judged", "mark", "month_id"]


def mark(batch: Batch, person: str, when: int | str, n: int = 0) -> Steps[None]:
    """Have a person's month judged again: that of an instant (UTC ms), or ``YYYY-MM``.

    Only for what no record says: whatever changes a record that months depend on is marked by that (marks.py).
    """
    months = [when] if isinstance(when, str) else months_between(when, when)
    keys = [(batch.facts.org, month_key(person, month), n) for month in months]
    yield Insert("dirty", ("org text", "key text", "n bigint"), keys, key=("org", "key"))
