"""Leave: which class a request falls in, who decides about it, what forbids it, which certificate it needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from gatehouse.rules import parameters
from gatehouse.rules.facts import LeaveSort, Turn
from gatehouse.rules.levels import Level, Ranks, is_above, may_address
from gatehouse.rules.local import DAY_MS, HOUR_MS, date_at, dates_between, days_after, last_instant, midnight, noon
from gatehouse.rules.terms import Terms
from gatehouse.rules.verdict import Fact, Violation

LeaveClass = Literal["ordinary", "urgent", "late"]
Book = Callable[[str], Terms]
"""The terms of the person's team on a date (ISO)."""

LONGEST_MS = 366 * DAY_MS
LAST_MS = 7_258_118_400_000
"""The year 2200: no calendar reaches further."""
WORK: frozenset[LeaveSort] = frozenset({"official", "training"})
"""On the employer's business: a supervisor must agree (R-LEV-16), and nothing that limits time off applies (H-61)."""


class LeaveAsked(msgspec.Struct, frozen=True):
    """A request for leave from ``since`` to ``until``, made at ``asked`` (corrected, I-27) by ``by`` for ``person``.

    ``to``: whom it is addressed to; ``substitute``: who would work instead.
    """

    person: str
    by: str
    sort: LeaveSort
    since: int
    until: int
    asked: int
    zone: str
    to: str | None = None
    substitute: str | None = None


class Taken(msgspec.Struct, frozen=True):
    """Another leave of the person that is open or granted."""

    since: int
    until: int


class Route(msgspec.Struct, frozen=True):
    """What becomes of a request that may be made.

    Attributes:
        class_: by the time of asking (I-39).
        days: local dates it reaches over; a night shift is one.
        levels: who decides, one after another; it has effect only after the last one (I-54).
        deadline: undecided then, it has no effect (I-28).
        certificate: whether a medical certificate is needed (R-LEV-13).
        due: the last date for it (R-LEV-14), ISO.
        void: the clause by which it has no effect although it was asked, with the code that says why.
    """

    class_: LeaveClass
    days: int
    levels: tuple[Level, ...]
    deadline: int
    certificate: bool = False
    due: str | None = None
    void: Violation | None = None


def touched(turns: Sequence[Turn], since: int, until: int) -> list[Turn]:
    """Shifts that a span cuts into, in order of start."""
    return sorted((turn for turn in turns if turn.starts < until and since < turn.ends), key=lambda turn: turn.starts)


def judge(
    asked: LeaveAsked,
    turns: Sequence[Turn],
    book: Book,
    ranks: Ranks,
    *,
    others: Sequence[Taken] = (),
    holiday: Callable[[str], bool] = lambda _date: False,
    covering: Sequence[Turn] = (),
) -> Violation | Route:
    """Whether the leave may be asked for, and what then happens with it.

    Args:
        asked: the request.
        turns: the person's shifts around it.
        book: the terms of the person's team by date.
        ranks: who stands above the person at the time of asking.
        others: the person's other leaves, open or granted.
        holiday: whether a date (ISO) is a statutory holiday (I-31).
        covering: shifts of the substitute around it.
    """
    if not is_span(asked.since, asked.until):
        return bad_span(asked)
    hit = touched(turns, asked.since, asked.until)
    terms = book(hit[0].date if hit else date_at(asked.since, asked.zone).isoformat())
    found = _at_all(asked, terms, others) or _these_shifts(asked, hit, book, holiday)
    if found is not None:
        return found
    class_ = class_of(asked, hit[0] if hit else None, terms)
    found = _substitute(asked, class_, terms, covering)
    if found is not None:
        return found
    days = days_of(asked, hit)
    night = any(turn.night for turn in hit) and asked.sort not in WORK
    route = Route(
        class_,
        days,
        levels_of(asked.sort, days, class_, terms, night=night),
        max(asked.since, hit[0].starts) if hit else asked.since,
        *certificate(asked, hit, terms),
        void=_too_late(asked, class_, terms),
    )
    return _addressed(asked, route, terms, ranks)


def is_span(since: int, until: int) -> bool:
    """Whether a leave can reach from the one to the other."""
    return 0 < until - since <= LONGEST_MS and until <= LAST_MS


def bad_span(asked: LeaveAsked) -> Violation:
    """The refusal of one that cannot."""
    return Violation("leave_span", "H-62", {"since_at": asked.since, "until_at": asked.until})


def _at_all(asked: LeaveAsked, terms: Terms, others: Sequence[Taken]) -> Violation | None:
    """Nobody asks for another (R-LEV-12), nor twice for the same hours."""
    proxies = terms[parameters.PROXY_TYPES]
    if asked.by != asked.person and asked.sort not in proxies.value:
        return Violation("leave_in_person", proxies.clause, {"who": asked.person})
    for other in others:
        if other.since < asked.until and asked.since < other.until:
            return Violation("leave_overlaps", "H-63", {"since_at": other.since, "until_at": other.until})
    return None


def _these_shifts(
    asked: LeaveAsked, hit: Sequence[Turn], book: Book, holiday_on: Callable[[str], bool]
) -> Violation | None:
    """Shifts that may not be taken as leave: swapped ones, on statutory holidays, at night."""
    if asked.sort in WORK:
        return None
    for turn in hit:
        terms = book(turn.date)
        swapped, holiday = terms[parameters.LEAVE_ON_SWAPPED], terms[parameters.LEAVE_HOLIDAY]
        facts: dict[str, Fact] = {"start_at": turn.starts, "shift": turn.id}
        if turn.swap is not None and not swapped.value:
            return Violation("leave_swapped", swapped.clause, facts)
        if not holiday.value and holiday_on(turn.date):
            return Violation("leave_holiday", holiday.clause, {**facts, "date": turn.date})
        found = _at_night(asked, turn, terms, facts)
        if found is not None:
            return found
    return None


def _at_night(asked: LeaveAsked, turn: Turn, terms: Terms, facts: dict[str, Fact]) -> Violation | None:
    rule = terms[parameters.LEAVE_NIGHT]
    if not turn.night:
        return None
    if rule.value == "substitute_only" and asked.substitute is None:
        return Violation("leave_night", rule.clause, facts)
    limit = noon(dt.date.fromisoformat(turn.date), turn.zone)
    if rule.value == "before_noon_with_manager" and asked.asked >= limit:  # I-20: noon itself is too late
        return Violation("leave_night_noon", rule.clause, {**facts, "limit_at": limit, "asked_at": asked.asked})
    return None


def class_of(asked: LeaveAsked, first: Turn | None, terms: Terms) -> LeaveClass:
    """Ordinary, urgent or late, by when it was asked for and not by what the applicant says (I-18, I-19, I-39)."""
    starts = max(asked.since, first.starts) if first is not None else asked.since
    date = first.date if first is not None else date_at(asked.since, asked.zone).isoformat()
    days, hours = terms[parameters.NOTICE_ORDINARY].value, terms[parameters.NOTICE_URGENT].value
    ahead = days_after(dt.date.fromisoformat(date), -days)
    before = asked.asked < starts
    if before and (days == 0 or date_at(asked.asked, asked.zone) <= ahead):
        return "ordinary"
    in_time = asked.asked <= starts - hours * HOUR_MS if hours else before
    return "urgent" if in_time else "late"


def urgent_until(starts: int, terms: Terms) -> int:
    """The last instant at which a request still counts as urgent."""
    hours = terms[parameters.NOTICE_URGENT].value
    return starts - hours * HOUR_MS if hours else starts - 1


def ordinary_until(date: str, starts: int, zone: str, terms: Terms) -> int:
    """The last instant at which a request still counts as ordinary, for a shift of that business date."""
    days = terms[parameters.NOTICE_ORDINARY].value
    ahead = days_after(dt.date.fromisoformat(date), -days)
    return min(starts - 1, last_instant(ahead, zone)) if days else starts - 1


def days_of(asked: LeaveAsked, hit: Sequence[Turn]) -> int:
    """Local dates the leave reaches over; hours after midnight that are all of one shift count to its date (I-21)."""
    dates = set()
    for date in dates_between(asked.since, asked.until, asked.zone):
        since = max(asked.since, midnight(date, asked.zone))
        until = min(asked.until, last_instant(date, asked.zone) + 1)
        inside = next((turn.date for turn in hit if turn.starts <= since and until <= turn.ends), date.isoformat())
        dates.add(inside)
    return len(dates)


def levels_of(sort: LeaveSort, days: int, class_: LeaveClass, terms: Terms, *, night: bool) -> tuple[Level, ...]:
    """Who decides, one after another: by days (R-LEV-11, I-54); late and at night a manager first (R-LEV-09, -15)."""
    rows = terms[parameters.APPROVER_BY_DAYS].value
    fitting = (row.roles for row in rows if row.up_to_days is None or days <= row.up_to_days)
    levels: tuple[Level, ...] = next(fitting, rows[-1].roles)
    if sort in WORK:
        return levels[:1]
    late = class_ == "late" and terms[parameters.LATE_REQUEST].value == "manager_approval"
    at_night = night and terms[parameters.LEAVE_NIGHT].value == "before_noon_with_manager"
    if (late or at_night) and "manager" not in levels:
        return ("manager", *levels[1:])
    return levels


def _too_late(asked: LeaveAsked, class_: LeaveClass, terms: Terms) -> Violation | None:
    rule = terms[parameters.LATE_REQUEST]
    if class_ != "late" or rule.value != "void" or asked.sort in WORK:
        return None
    return Violation("leave_late", rule.clause, {"asked_at": asked.asked, "start_at": asked.since})


def _substitute(asked: LeaveAsked, class_: LeaveClass, terms: Terms, covering: Sequence[Turn]) -> Violation | None:
    """For ordinary personal leave the person finds who works instead (R-LEV-02), who is free then."""
    rule = terms[parameters.SUBSTITUTE]
    if asked.substitute is None:
        needed = rule.value and class_ == "ordinary" and asked.sort == "personal"
        return Violation("leave_substitute", rule.clause) if needed else None
    if asked.substitute == asked.person:
        return Violation("leave_substitute", rule.clause)
    busy = touched(covering, asked.since, asked.until)
    if busy:
        facts: dict[str, Fact] = {"who": asked.substitute, "start_at": busy[0].starts}
        return Violation("substitute_busy", "I-08", facts)
    return None


def _addressed(asked: LeaveAsked, route: Route, terms: Terms, ranks: Ranks) -> Violation | Route:
    """Whether it was put to the right level and line; skipping one makes it void, or is refused (R-LEV-04, -10)."""
    rule = terms[parameters.SKIP_LEVEL]
    if asked.to is None or rule.value == "allowed":
        return route
    if asked.to == asked.person:
        return Violation("own_matter", "I-40")
    if asked.to in may_address(asked.person, route.levels, ranks):
        return route
    code = "level_skipped" if is_above(asked.to, asked.person, route.levels, ranks) else "cross_line"
    found = Violation(code, rule.clause, {"who": asked.to})
    return found if rule.value == "refuse" else msgspec.structs.replace(route, void=route.void or found)


def certificate(asked: LeaveAsked, hit: Sequence[Turn], terms: Terms) -> tuple[bool, str | None]:
    """Whether sick leave needs a certificate (R-LEV-13), and the last date it may reach the supervisor (R-LEV-14)."""
    least, slip = terms[parameters.SICK_CERT_DAYS].value, terms[parameters.SICK_SLIP_DUE].value
    if asked.sort != "sick" or least is None or full_days(asked, hit) < least:
        return False, None
    last = date_at(asked.until - 1, asked.zone)
    return True, None if slip is None else days_after(last, slip).isoformat()


def full_days(asked: LeaveAsked, hit: Sequence[Turn]) -> int:
    """Whole days: shifts that it covers from start to end, or whole local dates, whichever are more."""
    shifts = sum(asked.since <= turn.starts and turn.ends <= asked.until for turn in hit)
    dates = sum(
        asked.since <= midnight(date, asked.zone) and last_instant(date, asked.zone) < asked.until
        for date in dates_between(asked.since, asked.until, asked.zone)
    )
    return max(shifts, dates)


class Certified(msgspec.Struct, frozen=True):
    """What is known of the certificates of a granted sick leave.

    ``spans``: first and last date of each, ISO; ``seen``: when a supervisor had the last one (UTC ms).
    """

    since: int
    until: int
    zone: str
    due: str | None
    spans: Sequence[tuple[str, str]] = ()
    seen: int | None = None


def standing(known: Certified, now: int, terms: Terms) -> tuple[Literal["valid", "waiting", "invalid"], str | None]:
    """Whether a sick leave that needs a certificate excuses, with the clause when it does not.

    Dates are continuous and reach over the whole leave; the slip comes in time (R-LEV-14).
    """
    slip, least = terms[parameters.SICK_SLIP_DUE], terms[parameters.SICK_CERT_DAYS]
    limit = latest(known)
    if continuous(known):
        late = limit is not None and known.seen is not None and known.seen > limit
        return ("invalid", slip.clause) if late else ("valid", None)
    if limit is None or now <= limit:
        return "waiting", None
    return "invalid", slip.clause if known.spans else least.clause


def latest(known: Certified) -> int | None:
    """The last instant at which the certificate may come, UTC ms; None without a limit (R-LEV-14)."""
    return None if known.due is None else last_instant(dt.date.fromisoformat(known.due), known.zone)


def continuous(known: Certified) -> bool:
    """Whether the certificates reach from the first to the last date of the leave without a gap."""
    first, last = date_at(known.since, known.zone), date_at(known.until - 1, known.zone)
    reached = days_after(first, -1)
    for since, until in sorted(known.spans):
        if dt.date.fromisoformat(since) > days_after(reached, 1):
            return False
        reached = max(reached, dt.date.fromisoformat(until))
    return reached >= last


def certify(known: Certified, since: str, until: str) -> Violation | None:
    """Whether a certificate of these dates can be one for this leave."""
    dates = {date.isoformat() for date in dates_between(known.since, known.until, known.zone)}
    if _is_date(since) and _is_date(until) and since <= until and any(since <= date <= until for date in dates):
        return None
    return Violation("certificate_dates", "R-LEV-14", {"since_at": known.since, "until_at": known.until})


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
