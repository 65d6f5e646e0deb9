"""The demo's script: what is done at which tablet when, and the local calendar it follows."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from gatehouse.demo.people import on_duty

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
ZONE_MS: Final = 8 * HOUR
"""Asia/Shanghai is UTC+8 all the year; the demo needs no other zone."""

LATE_MS: Final = 9 * HOUR
"""For so long the garage's tablet has not been heard of."""
_EVERY: Final = 6
_LATELY_MS: Final = DAY + HOUR

Verb = Literal["arrive", "amend", "leave", "exit", "join", "push", "part", "pull", "punch"]


class Step(msgspec.Struct, frozen=True):
    """One thing done at a post's tablet.

    Attributes:
        at: UTC ms.
        post: the post whose tablet it is.
        verb: an act, or an exchange with the server (``part``: the line drops after the first few acts).
        visit: the visit's, or for a punch the shift's, name in this script.
        fields: of the act; places are added when it is done.
        who: staff number; None: whoever is on duty.
        other: the visit's name that ``join`` joins to.
    """

    at: int
    post: str
    verb: Verb
    visit: str = ""
    fields: dict[str, Any] = {}
    who: str | None = None
    other: str = ""


class Calendar(msgspec.Struct, frozen=True):
    """The days of the estate: it opens at ``start``; ``now`` is when it is loaded. UTC ms."""

    start: int
    now: int

    @property
    def days(self) -> int:
        """Local days touched."""
        return self.day(self.now) + 1

    def midnight(self, day: int) -> int:
        """When a local day of the estate begins; day 0 is the one it opens on."""
        return (self.start + ZONE_MS) // DAY * DAY - ZONE_MS + day * DAY

    def day(self, at: int) -> int:
        """The local day of an instant."""
        return (at - self.midnight(0)) // DAY

    def hour(self, at: int) -> int:
        """The local hour of an instant."""
        return (at + ZONE_MS) // HOUR % 24

    def weekend(self, day: int) -> bool:
        """Whether the local day is a Saturday or Sunday."""
        return ((self.midnight(day) + ZONE_MS) // DAY + 3) % 7 >= 5  # noqa: PLR2004  # 1970-01-01 was a Thursday

    @property
    def cutoff(self) -> int:
        """When the garage's tablet was last heard of."""
        return self.now - LATE_MS

    @property
    def silent(self) -> int:
        """When all it had was through for the last time."""
        return self.cutoff - 20 * MINUTE

    def exchanges(self) -> list[int]:
        """When the tablets exchange with the server: every six hours, in the last day every hour, and just now."""
        first = self.start // HOUR * HOUR + 2 * HOUR
        hours = range(first, self.now - 3 * MINUTE, HOUR)
        due = [at for at in hours if at > self.now - _LATELY_MS or (self.hour(at) - 1) % _EVERY == 0]
        return [*due, self.now - 2 * MINUTE, self.now - MINUTE // 2]

    def person(self, step: Step) -> str:
        """The staff number of who does it."""
        return step.who or on_duty(step.post, self.day(step.at), self.hour(step.at))
