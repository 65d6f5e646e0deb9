"""Grades compared: whether somebody's is no lower than another's (R-SWP-16). Offices write them as they like."""

from __future__ import annotations

from typing import Final, Literal

_LADDER: Final = (
    {"trainee", "试用", "试用期", "試用", "試用期", "实习", "實習"},
    {"junior", "初级", "初級"},
    {"middle", "intermediate", "中级", "中級"},
    {"senior", "高级", "高級"},
    {"reserve supervisor", "reserve_supervisor", "储备主管", "儲備主管"},
)
"""From the lowest (regulations.md §6, 001-D)."""


def compared(one: str | None, other: str | None) -> Literal["lower", "same", "higher", "unknown"]:
    """How ``one`` stands to ``other``; unknown when a grade is missing or not of the ladder and another word."""
    mine, theirs = _plain(one), _plain(other)
    if not mine or not theirs:
        return "unknown"
    if mine == theirs:
        return "same"
    first, second = _rung(mine), _rung(theirs)
    if first is None or second is None:
        return "unknown"
    return "lower" if first < second else "higher" if first > second else "same"


def _plain(grade: str | None) -> str:
    return (grade or "").strip().casefold()


def _rung(grade: str) -> int | None:
    return next((rung for rung, words in enumerate(_LADDER) if grade in words), None)
