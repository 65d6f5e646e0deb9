"""What a closed month keeps showing, the numbered revisions after it, and what proves both later."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from gatehouse_sync import canon

Plain = dict[str, Any]


def freeze(fields: Plain, shown: Plain, closed: Mapping[str, Plain], latest: Plain | None, now: int) -> Plain:
    """Make `fields`, a month as judged now, show of teams whose month is closed what `shown`, its record, showed then.

    What it showed is what the worker found when it first came by after the closing; what is otherwise since `latest`,
    the verdict of before, is one more revision. `closed` is by team how it was closed. Gives by team what proves later
    that it still shows that: a digest, ``whole`` when it speaks of prices of no day in particular too, and how many
    revisions there were (None where nobody noted that).
    """
    held = {team for team, one in shown.get("closed", {}).items() if closed.get(team) == one}
    newest = _keep(fields, shown, held)
    revisions = list(shown.get("revisions", ()))
    then = {day["shift"]: day for day in (latest or shown).get("days", ())}
    changes = [change for shift in sorted(newest) if (change := _change(shift, then.get(shift), newest[shift]))]
    if held and changes:
        revisions.append({"at": now, "changes": changes, "n": len(revisions) + 1})
    if revisions:
        fields["revisions"] = revisions
    if closed:
        fields["closed"] = dict(closed)
    noted = (latest or {}).get("frozen", {})
    whole = set(fields["teams"]) <= closed.keys()
    return {team: _proof(fields, team, noted.get(team), is_held=team in held, whole=whole) for team in closed}


def _keep(fields: Plain, shown: Plain, held: Collection[str]) -> dict[str, Plain | None]:
    """Put back the days and prices that stand since the closing; gives by their shifts what the facts say now."""
    frozen = [day for day in shown.get("days", ()) if day["team"] in held]
    now = {day["shift"]: day for day in fields["days"]}
    kept = {day["shift"] for day in frozen}
    stand = kept | {day["shift"] for day in fields["days"] if day["team"] in held}
    days = [day for day in fields["days"] if day["shift"] not in stand] + frozen
    fields["days"] = sorted(days, key=lambda day: (day["date"], day["shift"]))

    def stays(price: Plain, shifts: Collection[str]) -> bool:
        """One of no day in particular (a bonus, swaps beyond the cap) is frozen when the whole month is closed."""
        shift = _shift_of(price)
        return shift in shifts or (shift not in now.keys() | kept and set(fields["teams"]) <= set(held))

    prices = [one for one in fields["proposals"] if not stays(one, stand)]
    prices += [one for one in shown.get("proposals", ()) if stays(one, kept)]
    fields["proposals"] = sorted(prices, key=lambda one: (one["date"], one["id"]))
    return {shift: now.get(shift) for shift in stand}


def _proof(fields: Plain, team: str, noted: Plain | None, *, is_held: bool, whole: bool) -> Plain:
    """The proof of before as long as it holds for the same closing and knows no less than could be said now."""
    before = noted if is_held else None
    if before is not None and (whole or not before["whole"]):
        return before
    # Opened for another team: the digest speaks of less from here on, and counts from where it did.
    revisions = len(fields.get("revisions", ()))
    since = before["since"] if before is not None else None if is_held else revisions
    speaks = whole and before is None
    return {"digest": _digest(fields, team, whole=speaks), "since": since, "whole": speaks}


def adds_up(fields: Plain, latest: Plain) -> bool:
    """Whether a closed month shows what it showed, and that, with each revision since, comes to what the facts say."""
    newest = {day["shift"]: day for day in latest["days"]}
    for team, frozen in latest.get("frozen", {}).items():
        if _digest(fields, team, whole=frozen["whole"]) != frozen["digest"]:
            return False
        if frozen["since"] is None:
            continue
        since = fields.get("revisions", [])[frozen["since"] :]
        for day in fields["days"]:
            now = _figures(newest.get(day["shift"], {}))
            if day["team"] == team and _revised(_figures(day), day["shift"], since) != now:
                return False
    return True


def _digest(fields: Plain, team: str, *, whole: bool) -> str:
    """Over what a month shows of a team; ``whole``: of no day in particular, too."""
    days = [day for day in fields["days"] if day["team"] == team]
    others = {day["shift"] for day in fields["days"] if day["team"] != team}
    own = {day["shift"] for day in days}
    prices = [one for one in fields["proposals"] if (_shift_of(one) not in others if whole else _shift_of(one) in own)]
    return hashlib.sha256(canon.encode([days, prices])).hexdigest()


_COUNTED = ("status", "late", "early", "overrun", "off_post", "worked", "night", "came", "went")


def _change(shift: str, before: Plain | None, after: Plain | None) -> Plain | None:
    """What a revision says of a shift: the figures that are otherwise than they were last."""
    old, new = before or {}, after or {}
    differing = {name: [old.get(name), new.get(name)] for name in _COUNTED if old.get(name) != new.get(name)}
    date = (after or before or {}).get("date", "")
    return {"date": date, "shift": shift, "was": differing} if differing else None


def _figures(day: Plain) -> Plain:
    return {name: day.get(name) for name in _COUNTED}


def _revised(figures: Plain, shift: str, revisions: list[Plain]) -> Plain | None:
    """The figures after these revisions; None when one begins from others."""
    found = dict(figures)
    for was in (change["was"] for one in revisions for change in one["changes"] if change["shift"] == shift):
        if any(found[name] != old for name, (old, _new) in was.items()):
            return None
        found |= {name: new for name, (_old, new) in was.items()}
    return found


def _shift_of(proposal: Plain) -> str:
    parts = str(proposal["id"]).split(":")
    return parts[1] if len(parts) > 1 else ""
