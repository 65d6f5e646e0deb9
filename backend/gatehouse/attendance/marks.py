"""Which months are to be judged again when something changes: keys of the table ``dirty``, and what they stand for.

A key is ``month person 2026-03``, or what the worker works out the months of: ``post id since until``,
``team id first last`` (dates), ``person id since until``, ``device id`` (instants UTC ms).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from gatehouse.db.steps import Query, Steps
from gatehouse.replication.registry import Registry, Spoil
from gatehouse_sync.apply import Body

DAY = 86_400_000
AROUND = 2 * DAY
"""A punch belongs to a shift that began or begins so far from it at most, on whatever clock."""
RECEIVED_AHEAD = 62 * DAY
"""A receipt of a roster's version may concern shifts so far ahead."""


def register(registry: Registry) -> None:
    """Tell replication which records months depend on."""
    for kind, names in _SPOILT.items():
        registry.spoil(kind, _both(names))
    registry.spoil("device", _of_device)
    registry.spoil("outcome", _of_outcome)


def _both(names: Callable[[Body], Iterable[str]]) -> Spoil:
    """What depends on a record as it was, and as it is."""

    def of(before: Body | None, after: Body) -> Iterable[str]:
        return {*names(after), *(names(before) if before is not None else ())}

    return of


def month_key(person: str, month: str) -> str:
    """The key of one person's month."""
    return _words("month", person, month)


def months_of(org: str, key: str) -> Steps[list[tuple[str, str]]]:
    """The ``(person, month)`` that a key stands for, of months in which these people have shifts, or had."""
    what, id_, *rest = key.split(" ")
    if what == "month":
        return [(id_, rest[0])]
    if what == "person":
        return [(id_, month) for month in months_between(int(rest[0]), int(rest[1]))]
    if what == "device":
        rows = yield Query("SELECT DISTINCT person, month FROM month_wait WHERE org = ? AND device = ?", (org, id_))
        return [(person, month) for person, month in rows]
    if what == "post":
        since, until = int(rest[0]), int(rest[1])
        rows = yield Query(
            "SELECT DISTINCT person, day FROM shift WHERE org = ? AND post = ? AND starts < ? AND starts > ?",
            (org, id_, until + AROUND, since - AROUND),
        )
    else:
        rows = yield Query(
            "SELECT DISTINCT person, day FROM shift WHERE org = ? AND team = ? AND day >= ? AND day <= ?",
            (org, id_, *rest),
        )
    return sorted({(person, day[:7]) for person, day in rows if day})


def months_between(since: int, until: int) -> list[str]:
    """The months, ``YYYY-MM``, that a span touches on whatever clock."""
    first, last = _date(since - DAY), _date(until + DAY)
    found = []
    while (first.year, first.month) <= (last.year, last.month):
        found.append(first.isoformat()[:7])
        first = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return found


def _words(*parts: object) -> str:
    return " ".join(map(str, parts))


def _near(person: str, at: object) -> Iterator[str]:
    if isinstance(at, int):
        yield from (month_key(person, month) for month in months_between(at - DAY, at + DAY))


def _date(at: int) -> dt.date:
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).date()


def _of_shift(body: Body) -> Iterable[str]:
    """Its own month, and its neighbours' where the windows of the last and the first day meet."""
    fields = body["f"]
    return _near(fields["person"], fields["start"])


def _of_swap(body: Body) -> Iterable[str]:
    fields = body["f"]
    people = {body["by"]} | {fields[name] for name in ("accepted_by",) if name in fields}
    months = {month for month in (fields.get("month"),) if month} | set(months_between(*[fields["deadline"]] * 2))
    return [month_key(person, month) for person in people for month in months]


def _of_span(body: Body) -> Iterable[str]:
    fields = body["f"]
    return [_words("person", fields["person"], fields["since"], fields["until"])]


def _of_correction(body: Body) -> Iterable[str]:
    fields = body["f"]
    return [month_key(fields["person"], fields["month"]), *_near(fields["person"], fields.get("claimed"))]


def _of_receipt(body: Body) -> Iterable[str]:
    at = body["f"]["received"]
    return [_words("person", body["by"], at - RECEIVED_AHEAD, at + RECEIVED_AHEAD)]


def _of_outcome(before: Body | None, after: Body) -> Iterable[str]:
    """An act that is held keeps its day open (P11), until it is held no more."""
    held = after["f"]["d"] == "parked" or (before is not None and before["f"]["d"] == "parked")
    return _near(after["by"], after["at"]) if held and "op" in after["f"] else ()


def _of_device(before: Body | None, after: Body) -> Iterable[str]:
    """Whose punches a device could hold, since it was enrolled; its every word would be too much."""
    was, is_ = (before or {"f": {}})["f"], after["f"]
    keys = []
    if [was.get(name) for name in _WHOSE] != [is_.get(name) for name in _WHOSE]:
        until = max(is_.get("seen") or 0, is_.get("revoked") or 0, after["at"])
        for fields in (was, is_):
            keys += [_words(what, fields[name], after["at"], until) for what, name in _HOLDS if name in fields]
    return keys


_LAST = "9999-12-31"
_WHOSE = ("kind", "owner", "post", "revoked")
_HOLDS = (("person", "owner"), ("post", "post"))
_SPOILT: dict[str, Callable[[Body], Iterable[str]]] = {
    "shift": _of_shift,
    "punch": lambda body: _near(body["by"], body["f"].get("punched")),
    "swap": _of_swap,
    "leave": _of_span,
    "outing": _of_span,
    "correction": _of_correction,
    "outage": lambda body: [_words("post", body["f"]["post"], body["f"]["since"], body["f"]["until"])],
    "receipt": _of_receipt,
    "policy": lambda body: [_words("team", body["f"]["team"], body["f"]["since"], _LAST)],
    "override": lambda body: [_words("team", body["f"]["team"], body["f"]["since"], _LAST)],
    "silence": lambda body: [_words("device", body["f"]["device"])],
    "period": lambda body: [_words("team", body["f"]["team"], *(body["f"]["month"] + day for day in ("-01", "-31")))],
    "penalty": lambda body: [month_key(body["f"]["person"], body["f"]["month"])],
}
