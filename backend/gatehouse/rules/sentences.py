"""The closed list of sentences that explain a day, and of what each needs to be said: screens hold one text for each.

Names of facts say what they are: ``…_at`` an instant (UTC ms), ``…_min`` whole minutes, ``who`` a person's id,
``device`` and ``post`` ids; ``punch``, ``leave``, ``outing``, ``correction``, ``swap`` and ``outage`` ids of the facts
that a sentence speaks of. The clause a line rests on is beside its facts, not among them.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, ...]] = {
    # What was asked of the person, and who changed it.
    "shift": ("label", "start_at", "end_at"),
    "segment": ("segment", "start_at", "end_at"),
    "swapped": ("who", "swap"),
    "changed": ("version", "changed_at"),
    "changed_by": ("version", "changed_at", "who"),
    "changed_unseen": ("version", "changed_at"),
    "overtime": (),
    # Which punches may belong to it, and which do. Those that do not count are kept all the same (I-33).
    "window": ("since_at", "until_at"),
    "came": ("punch", "punched_at", "post"),
    "went": ("punch", "punched_at", "post"),
    "also_in": ("punch", "punched_at", "post"),
    "also_out": ("punch", "punched_at", "post"),
    "also_punch": ("punch", "punched_at", "post"),
    "came_corrected": ("correction", "punched_at"),
    "went_corrected": ("correction", "punched_at"),
    "arrived_late": ("punch", "arrived_at"),
    "time_unsure": ("punch", "earliest_at", "latest_at", "sure"),
    # What excuses, and what does not.
    "leave": ("leave", "sort", "since_at", "until_at"),
    "leave_not_granted": ("leave", "sort", "state"),
    "worked_on_leave": (),
    "outing": ("outing", "since_at", "until_at"),
    "outing_not_granted": ("outing", "state"),
    "outage": ("outage", "since_at", "until_at"),
    # What came of it.
    "grace": ("came_min", "grace_min"),
    "late": ("late_min", "start_at"),
    "lead_missed": ("lead_missed_min", "lead_min"),
    "early": ("early_min", "end_at"),
    "overrun": ("overrun_min",),
    "away": ("since_at", "until_at"),
    "off_post": ("since_at", "until_at", "off_post_min"),
    "missing_in": ("start_at",),
    "missing_out": ("end_at",),
    "credited": ("since_at", "until_at"),
    "correction_open": ("until_at",),
    "correction_lapsed": ("until_at",),
    "correction_pending": ("correction", "asked_at"),
    "correction_refused": ("correction",),
    "correction_moot": ("correction",),
    "absent": (),
    "swap_not_effective": ("swap", "state", "asked_at"),
    "only_by_change": (),
    # How sure that is.
    "open": ("until_at",),
    "held": ("held_at",),
    "waiting": ("device", "complete_to_at"),
    "silent": ("device", "complete_to_at"),
    "gave_up": ("device", "complete_to_at", "hours"),
}
"""Key of a line to the names of its facts, all of them always there."""

CAUSES: dict[str, tuple[str, ...]] = {
    "late": ("late_min", "nth"),
    "violation": ("late_min", "nth"),
    "early": ("early_min",),
    "off_post": ("off_post_min", "since_at", "until_at"),
    "missed_punch": ("direction", "due_at"),
    "left_post": ("swap", "state"),
    "absence": (),
    "empty_shift": ("swap", "who"),
    "over_cap": ("nth", "cap"),
    "bonus_lost": ("yuan", "times"),
}
"""Cause of a proposal to the names of its facts. ``nth``: the how-manieth of its month. ``direction``: ``in``, ``out``
or ``both``. ``who`` of an empty shift is the other one of the two."""
