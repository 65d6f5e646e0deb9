"""Whether stored months are what the facts give: worked out once more, all of them (I3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec
import structlog

from gatehouse.attendance import rows
from gatehouse.attendance.closed import adds_up
from gatehouse.attendance.facts import judged
from gatehouse.attendance.marks import months_of
from gatehouse.attendance.worker import SPOKEN
from gatehouse.db.failures import StorageError
from gatehouse.db.steps import FAILURES, Query, Steps
from gatehouse.logs import where
from gatehouse_sync import canon
from gatehouse_sync.apply import Body

AT_ONCE = 200
"""Months read at a time."""
DAY = 86_400_000
_json = msgspec.json.Decoder()
_log = structlog.get_logger()
Key = tuple[str, str, str]
"""Org, person, month."""


class Differing(msgspec.Struct, frozen=True):
    """A month whose record, or whose newest verdict, is not what the facts give, or that cannot be read or judged."""

    org: str
    person: str
    month: str


def differing(now: int) -> Steps[list[Differing]]:
    """Months that differ from their facts at ``now`` (UTC ms); to be asked when nothing waits for the worker."""
    return (yield from _differing(now, lambda _key: now, frozenset()))


def at_rest(now: int) -> Steps[list[Differing]]:
    """Months that differ in a database nobody serves: changed by another hand, damaged, or judged by older rules.

    Each is worked out as of the last instant (UTC ms) before time alone changes it; nothing it says depends on when,
    since it was judged last. Months that wait for the worker are passed over.
    """
    waiting: set[Key] = set()
    for org, key in (yield Query("SELECT org, key FROM dirty")):
        waiting |= {(org, *one) for one in (yield from months_of(org, key))}
    waiting |= {(org, person, month) for org, person, month in (yield Query(SPOKEN))}
    due: dict[Key, int] = {
        (org, person, month): at
        for org, person, month, at in (yield Query("SELECT org, person, month, due FROM month_state"))
    }

    def as_of(key: Key) -> int:
        at = due.get(key, rows.NEVER)
        # A clock that is a little behind the one that judged must find nothing.
        return now + DAY if at == rows.NEVER else at - 1

    return (yield from _differing(now, as_of, waiting))


def _differing(now: int, as_of: Callable[[Key], int], waiting: Collection[Key]) -> Steps[list[Differing]]:
    shifts = yield Query("SELECT DISTINCT org, person, day FROM shift WHERE cancelled IS NULL AND day IS NOT NULL")
    missing: dict[Key, Body | None] = dict.fromkeys((org, person, day[:7]) for org, person, day in shifts)
    found: list[Differing] = []
    after = ""
    while page := (yield Query(_PAGE, (after, AT_ONCE))):
        after = page[-1][0]
        bodies = {id_: (org, _body(text)) for id_, org, text in page}
        found += [Differing(org, id_, "?") for id_, (org, body) in bodies.items() if body is None]
        months: dict[Key, Body | None] = {_key(org, body): body for org, body in bodies.values() if body is not None}
        for key in months:
            missing.pop(key, None)
        found += yield from _wrong(months, now, as_of, waiting)
    found += yield from _wrong(missing, now, as_of, waiting)
    return sorted(found, key=lambda one: (one.org, one.person, one.month))


_PAGE = "SELECT id, org, body FROM entity WHERE kind = 'month' AND id > ? ORDER BY id LIMIT ?"


def months_stored() -> Steps[set[Key]]:
    """The months there are records of."""
    found: set[Key] = set()
    after = ""
    while page := (yield Query(_PAGE, (after, AT_ONCE))):
        after = page[-1][0]
        found |= {_key(org, body) for _, org, text in page if (body := _body(text)) is not None}
    return found


def _key(org: str, body: Body) -> Key:
    return org, body["f"]["person"], body["f"]["month"]


def _body(text: str) -> Body | None:
    try:
        body: Body = _json.decode(text)
        named = isinstance(body["f"]["person"], str) and isinstance(body["f"]["month"], str)
    except (msgspec.DecodeError, TypeError, KeyError):
        return None
    return body if named else None


def _wrong(
    months: Mapping[Key, Body | None], now: int, as_of: Callable[[Key], int], waiting: Collection[Key]
) -> Steps[list[Differing]]:
    found = []
    for key, body in months.items():
        if key in waiting:
            continue
        try:
            right = yield from _is_right(key, body, as_of(key), now)
        except (StorageError, *FAILURES):
            raise
        except Exception as error:  # noqa: BLE001 - what is damaged can fail anywhere
            _log.error("month_not_judged", org=key[0], month=key[2], error=type(error).__name__, trace=where(error))
            right = False
        if not right:
            found.append(Differing(*key))
    return found


def _is_right(key: Key, body: Body | None, as_of: int, now: int) -> Steps[bool]:
    org, person, month = key
    again = yield from judged(org, person, month, as_of)
    fresh, latest = yield from rows.body_of(org, again, body, now)
    kept = yield Query("SELECT latest FROM month_state WHERE org = ? AND person = ? AND month = ?", key)
    if body is None or not kept or kept[0][0] != latest:
        return False
    return canon.encode(body["f"]) == canon.encode(fresh["f"]) and adds_up(body["f"], _json.decode(latest))
