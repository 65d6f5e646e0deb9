"""Whether stored months are what the facts give: worked out once more, all of them (I3)."""

from __future__ import annotations

import msgspec

from gatehouse.attendance import rows
from gatehouse.attendance.facts import judged
from gatehouse.db.steps import Query, Steps
from gatehouse_sync import canon

_json = msgspec.json.Decoder()


class Differing(msgspec.Struct, frozen=True):
    """A month whose record, or whose newest verdict, is not what the facts give."""

    org: str
    person: str
    month: str


def differing(now: int) -> Steps[list[Differing]]:
    """Months that differ from their facts at ``now`` (UTC ms); to be asked when nothing waits for the worker."""
    found = []
    shifts = yield Query("SELECT DISTINCT org, person, day FROM shift WHERE cancelled IS NULL AND day IS NOT NULL")
    stored = yield Query("SELECT org, body FROM entity WHERE kind = 'month'")
    bodies = {
        (org, body["f"]["person"], body["f"]["month"]): body for org, text in stored for body in [_json.decode(text)]
    }
    for key in sorted({(org, person, day[:7]) for org, person, day in shifts} | bodies.keys()):
        org, person, month = key
        again = yield from judged(org, person, month, now)
        body, latest = yield from rows.body_of(org, again, bodies.get(key), now)
        kept = yield Query("SELECT latest FROM month_state WHERE org = ? AND person = ? AND month = ?", key)
        same = key in bodies and canon.encode(bodies[key]["f"]) == canon.encode(body["f"])
        if not same or not kept or kept[0][0] != latest:
            found.append(Differing(*key))
    return found
