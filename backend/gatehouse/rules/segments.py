"""The hours of a shift as written: segments in order, apart by a space; an hour of the next day counts on (25:00)."""

from __future__ import annotations

import re
from itertools import pairwise

_MINUTES = re.compile(r"([0-4]\d):([0-5]\d)-([0-4]\d):([0-5]\d)\Z")
DAY_MIN = 24 * 60
LONGEST_SEGMENTS = 6


def minutes(segment: str) -> tuple[int, int] | None:
    """``"17:00-25:00"`` as minutes from the midnight of the business date; None when it is no such span."""
    found = _MINUTES.match(segment)
    if found is None:
        return None
    first_h, first_m, last_h, last_m = map(int, found.groups())
    first, last = first_h * 60 + first_m, last_h * 60 + last_m
    return (first, last) if first < last <= 2 * DAY_MIN else None


def well_formed(segments: str) -> bool:
    """Whether these are one to six spans in order, begun on the business date, without overlap, within 24 hours."""
    spans = [minutes(one) for one in segments.split(" ")]
    known = [span for span in spans if span is not None]
    if not 0 < len(known) == len(spans) <= LONGEST_SEGMENTS or known[0][0] >= DAY_MIN:
        return False
    return all(a[1] <= b[0] for a, b in pairwise(known)) and known[-1][1] - known[0][0] <= DAY_MIN
