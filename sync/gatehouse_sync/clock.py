"""Time as evidence: anchors, intervals, classes (PROTOCOL §7). No clock blocks an act (I8)."""

from __future__ import annotations

from typing import Literal

import msgspec

TimeClass = Literal["live", "anchored", "unanchored", "contradictory"]

BACKWARDS_MS = 2_000
OUTSIDE_MS = 60_000
LIVE_MS = 60_000
ANCHOR_PARTS = 3
MAX_MS_DIGITS = 15


class AnchorReading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An anchor as a device noted it: its token and the device's clocks at that moment, milliseconds."""

    mono: int
    run: str
    token: str
    wall: int


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``t`` of a head: the newest anchor held, and the device's clocks when the act was made."""

    anchor: AnchorReading | None
    mono: int
    run: str
    wall: int


class Interval(msgspec.Struct, frozen=True, array_like=True):
    """What the server makes of the evidence: ``earliest ≤ at ≤ latest`` in UTC ms, and how sure that is."""

    earliest: int
    latest: int
    at: int
    class_: TimeClass


def anchor_message(ms: int, nonce: str) -> bytes:
    """The bytes under an anchor's signature (7.1)."""
    return f"gh-anchor-1{ms}.{nonce}".encode()


def anchor_parts(token: str) -> tuple[int, str, str] | None:
    """``(ms, nonce, sig)`` of an anchor text, or None when it is not one. The signature is not checked here."""
    parts = token.split(".")
    if len(parts) != ANCHOR_PARTS or not parts[0].isascii() or not parts[0].isdigit() or len(parts[0]) > MAX_MS_DIGITS:
        return None
    return int(parts[0]), parts[1], parts[2]


def interval(t: Evidence, anchor_ms: int | None, received: int, floor: int = 0) -> Interval:
    """The interval and class of one act (7.3–7.5).

    Args:
        t: the head's evidence.
        anchor_ms: the verified anchor's instant, or None with no valid anchor.
        received: the server's time of first arrival.
        floor: ``earliest`` of the chain's previous op.
    """
    same_run = t.anchor is not None and t.anchor.run == t.run
    ran = max(0, t.mono - t.anchor.mono) if t.anchor is not None and same_run else 0
    if t.anchor is None or anchor_ms is None:
        lower, stated = 0, t.wall
        same_run = False
    else:
        lower, stated = anchor_ms + ran, anchor_ms + t.wall - t.anchor.wall
    earliest = min(max(lower, floor), received)
    at = min(max(stated, earliest), received)
    backwards = same_run and t.anchor is not None and t.wall - t.anchor.wall < ran - BACKWARDS_MS
    if backwards or stated < earliest - OUTSIDE_MS or stated > received + OUTSIDE_MS:
        class_: TimeClass = "contradictory"
    elif received - earliest <= LIVE_MS:
        class_ = "live"
    elif same_run:
        class_ = "anchored"
    else:
        class_ = "unanchored"
    return Interval(earliest, received, at, class_)
