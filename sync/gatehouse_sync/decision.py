"""Decisions: what the server decided about one op, with everything ``apply`` needs (P15)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from gatehouse_sync.clock import Interval

Outcome = Literal["applied", "merged", "refused", "parked", "returned"]
Result = Literal["won", "lost", "ask"]


class Decision(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A decision as it is logged.

    ``f`` names every field that met a concurrent write: how it ended, and the op that wrote the other value.
    ``t`` is the interval the server derived. ``why`` is a person's reason for a return. ``set`` are fields of the
    entity that only the server can know (a state, a team), ``also`` fields of further entities the act changes with
    it. ``because`` says what a refused command met: ``[state, person, instant, op]``. ``clause`` is the clause of the
    regulation that a refusal rests on, or the reading of it, and ``told`` the facts its sentence needs. ``kv`` is the
    version of the kind that the op was read as, when it was written in an older one (2.7). ``was`` is there when the
    act was given back after the database went back in time: ``[epoch, log position, instant of arrival]`` it had
    before (14.4).
    """

    d: Outcome
    t: Interval
    code: str | None = None
    f: dict[str, tuple[Result, str]] = {}
    flags: tuple[str, ...] = ()
    why: str | None = None
    set: dict[str, Any] = {}
    also: dict[str, dict[str, Any]] = {}
    because: tuple[str, str, int, str] | None = None
    clause: str | None = None
    told: dict[str, str | int] = {}
    kv: int | None = None
    was: tuple[str, int, int] | None = None

    @property
    def effective(self) -> bool:
        """Whether the op changes its entity."""
        return self.d in {"applied", "merged"}


def refuse(t: Interval, code: str, flags: tuple[str, ...] = ()) -> Decision:
    """A refusal for good."""
    return Decision("refused", t, code=code, flags=flags)


def park(t: Interval, code: str, flags: tuple[str, ...] = ()) -> Decision:
    """Held: to be released with its cause, or by a person."""
    return Decision("parked", t, code=code, flags=flags)
