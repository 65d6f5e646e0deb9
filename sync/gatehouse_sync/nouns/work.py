"""Shifts, punches and swaps of shifts."""

from __future__ import annotations

from typing import get_args

from gatehouse_sync.clock import TimeClass
from gatehouse_sync.fields import CLOSING, DAY, ID, INSTANT, Entity, Field, Kind, text

SWAP_STATES = ("requested", "accepted", "approved", "rejected", "declined", "withdrawn", "expired")

ENTITIES: dict[str, Entity] = {
    "shift": Entity(
        fields={
            "person": ID,
            "post": ID,
            "site": ID,
            "team": ID,
            "date": text(10),
            "start": INSTANT,
            "end": CLOSING,
            "label": text(4),
            "night": Field("bool"),
            "roster": Field("int", max=2**31),
            "swap": ID,
            "template": ID,
            # Its parts, as a template has them; without: one from start to end.
            "segments": text(80),
            # Off the roster since then.
            "cancelled": INSTANT,
        },
        closed_by="end",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
    "punch": Entity(
        fields={
            "direction": Field("choice", choices=("in", "out")),
            "site": ID,
            "post": ID,
            "shift": ID,
            "team": ID,
            "again": Field("bool"),
            "punched": CLOSING,
            # How sure the time is, of the decision's interval (7.3, 7.5).
            "sure": Field("choice", choices=get_args(TimeClass)),
            "earliest": INSTANT,
            "latest": INSTANT,
        },
        closed_by="punched",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
    "swap": Entity(
        fields={
            "give": ID,
            "give_ver": ID,
            "take": ID,
            "take_ver": ID,
            "mode": Field("choice", choices=("give_away", "exchange", "repay")),
            "asked": Field("ids"),
            "declined": Field("ids"),
            "reason": text(200, private=True),
            "note": text(200, private=True),
            # What the two hand over to each other (R-SWP-03), and the swap that this one repays (I-42).
            "handover": text(200, private=True, policy="append"),
            "repays": ID,
            "team": ID,
            "deadline": CLOSING,
            "state": Field("choice", choices=SWAP_STATES),
            "accepted_by": ID,
            "decided_by": ID,
        },
        closed_by="deadline",
        full_ms=35 * DAY,
        keep_ms=35 * DAY,
    ),
}

KINDS: dict[str, Kind] = {
    "shift.assign": Kind(
        "command",
        "shift",
        creates=True,
        required=("person", "post", "team", "date", "start", "end", "label"),
        optional=("night", "template", "segments"),
    ),
    "punch.record": Kind(
        "fact",
        "punch",
        creates=True,
        required=("direction", "site", "post"),
        optional=("shift", "again"),
        stamps={"punched": ""},
        unsigned=True,
    ),
    "swap.request": Kind(
        "command",
        "swap",
        creates=True,
        required=("give", "give_ver", "mode", "asked"),
        optional=("take", "take_ver", "reason", "handover", "repays"),
    ),
    "swap.accept": Kind("command", "swap", optional=("handover",)),
    "swap.decline": Kind("command", "swap"),
    "swap.withdraw": Kind("command", "swap"),
    "swap.approve": Kind("command", "swap", optional=("note",)),
    "swap.reject": Kind("command", "swap", required=("note",)),
    "swap.expire": Kind("command", "swap"),
}
