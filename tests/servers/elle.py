"""Whether a history of swaps could have happened one act after another, in the order of the log and of real time.

In the manner of Elle (Kingsbury, Alvaro 2020): every act leaves a mark that can be recovered, here its place in the
log, so the order need not be guessed. The acts are replayed in that order by the declared rules, written here anew;
each decision must be the one these rules give at that place, and no act may stand behind one that was asked for only
after it had been answered. Pure: no I/O, no clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

OPEN = frozenset({"requested", "accepted"})
FROM = {
    "swap.accept": frozenset({"requested"}),
    "swap.decline": frozenset({"requested"}),
    "swap.withdraw": OPEN,
    "swap.approve": frozenset({"accepted"}),
    "swap.reject": OPEN,
    "swap.expire": OPEN,
}
TO = {
    "swap.accept": "accepted",
    "swap.withdraw": "withdrawn",
    "swap.approve": "approved",
    "swap.reject": "rejected",
    "swap.expire": "expired",
}


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One act as it was decided.

    ``n`` is its place in the log; ``invoked`` and ``ok`` are seconds of one clock, when it was recorded and when its
    answer came (None for what the server does by itself).
    """

    id: str
    kind: str
    actor: str
    n: int
    d: str
    code: str | None = None
    because: tuple[str, str, str] | None = None
    """Of a refusal ``wrong_state``: the state, who moved the swap to it, and by which act."""
    invoked: float | None = None
    ok: float | None = None
    swap: str = ""
    shift: str = ""
    version: str = ""
    """Of a request: the version of the shift that its author saw."""
    asked: tuple[str, ...] = ()
    person: str = ""
    """Of an assignment: whose the shift is, from ``start`` to ``end``."""
    start: int = 0
    end: int = 0


class Anomaly(msgspec.Struct, frozen=True):
    """What no serial order explains, and the act at which it shows."""

    kind: str
    act: str
    what: str


class _Shift(msgspec.Struct):
    owner: str
    version: str
    start: int
    end: int


class _Swap(msgspec.Struct):
    by: str
    shift: str
    version: str
    asked: tuple[str, ...]
    state: str
    moved: tuple[str, str]
    taker: str = ""
    declined: frozenset[str] = frozenset()


def check(history: Sequence[Done], owners: Mapping[str, str], states: Mapping[str, str]) -> list[Anomaly]:
    """Every anomaly of a history that is complete.

    Args:
        history: all acts on these shifts and swaps, in any order.
        owners: whose each shift is in the end, as the database has it.
        states: each swap's state in the end, likewise.
    """
    replay = _Replay()
    for act in sorted(history, key=lambda one: one.n):
        replay.take(act)
    found = replay.found + real_time(history)
    for shift, owner in owners.items():
        has = replay.shifts[shift].owner if shift in replay.shifts else "nobody"
        if has != owner:
            found.append(Anomaly("lost_update", shift, f"the shift is {owner}'s, by its history {has}'s"))
    for swap, state in states.items():
        stands = replay.swaps[swap].state if swap in replay.swaps else "unknown"
        if stands != state:
            found.append(Anomaly("lost_update", swap, f"the swap is {state}, by its history {stands}"))
    return found


def real_time(history: Sequence[Done]) -> list[Anomaly]:
    """Acts that the log puts behind one that was asked for only after they had been answered."""
    found: list[Anomaly] = []
    latest: Done | None = None
    for act in sorted(history, key=lambda one: one.n):
        if latest is not None and latest.invoked is not None and act.ok is not None and act.ok < latest.invoked:
            found.append(Anomaly("out_of_real_time", act.id, f"answered before {latest.id} was asked, logged behind"))
        if act.invoked is not None and (latest is None or latest.invoked is None or act.invoked > latest.invoked):
            latest = act
    return found


class _Replay:
    """The registers, moved act by act."""

    def __init__(self) -> None:
        self.shifts: dict[str, _Shift] = {}
        self.swaps: dict[str, _Swap] = {}
        self.rosters: dict[str, set[str]] = defaultdict(set)
        self.found: list[Anomaly] = []

    def take(self, act: Done) -> None:
        if act.kind == "shift.assign":
            self._assign(act)
        elif act.kind == "swap.request":
            self._request(act)
        elif act.swap not in self.swaps:
            if act.d in {"applied", "merged"}:
                self._tell("impossible", act, "decided about a swap that nobody had asked for")
        elif act.d == "applied":
            self._move(act, self.swaps[act.swap])
        elif act.d == "refused":
            self._refused(act, self.swaps[act.swap])
        else:
            self._tell("impossible", act, f"a command was {act.d}")

    def _tell(self, kind: str, act: Done, what: str) -> None:
        self.found.append(Anomaly(kind, act.id, f"{act.kind} at {act.n}: {what}"))

    def _assign(self, act: Done) -> None:
        busy = self._busy(act.person, act.start, act.end, "")
        if act.d == "refused":
            if act.code == "overlap" and not busy:
                self._tell("stale_refusal", act, "no shift of theirs overlaps")
            return
        if busy:
            self._tell("double_booking", act, f"{act.person} already has {busy}")
        self.shifts[act.id] = _Shift(act.person, act.id, act.start, act.end)
        self.rosters[act.person].add(act.id)

    def _request(self, act: Done) -> None:
        shift = self.shifts.get(act.shift)
        fits = shift is not None and shift.owner == act.actor and shift.version == act.version
        if act.d == "applied":
            if not fits:
                self._tell("stale_read", act, "asked for with a version that is past")
            self.swaps[act.id] = _Swap(act.actor, act.shift, act.version, act.asked, "requested", (act.actor, act.id))
        elif act.code in {"shift_changed", "not_yours"} and fits:
            self._tell("stale_refusal", act, "the shift is as its author saw it")

    def _move(self, act: Done, swap: _Swap) -> None:
        if swap.state not in FROM[act.kind]:
            self._tell("illegal_move", act, f"from {swap.state}, where {swap.moved[1]} had put it")
        if act.kind == "swap.accept":
            self._carried_out(act, swap, act.actor)
            swap.taker = act.actor
        if act.kind == "swap.decline":
            swap.declined |= {act.actor}
            if swap.declined == frozenset(swap.asked):
                swap.state, swap.moved = "declined", (act.actor, act.id)
            return
        if act.kind == "swap.approve":
            self._approve(act, swap)
        swap.state, swap.moved = TO[act.kind], (act.actor, act.id)

    def _carried_out(self, act: Done, swap: _Swap, taker: str) -> None:
        shift = self.shifts[swap.shift]
        if shift.owner != swap.by or shift.version != swap.version:
            self._tell("double_assignment", act, f"the shift had gone to {shift.owner} by {shift.version}")
        busy = self._busy(taker, shift.start, shift.end, swap.shift)
        if busy:
            self._tell("double_booking", act, f"{taker} already has {busy}")

    def _approve(self, act: Done, swap: _Swap) -> None:
        if not swap.taker:
            return  # told as an illegal move
        self._carried_out(act, swap, swap.taker)
        shift = self.shifts[swap.shift]
        self.rosters[shift.owner].discard(swap.shift)
        self.rosters[swap.taker].add(swap.shift)
        shift.owner, shift.version = swap.taker, act.id
        for other in self.swaps.values():
            if other is not swap and other.shift == swap.shift and other.state in OPEN:
                other.state, other.moved = "declined", (act.actor, act.id)

    def _refused(self, act: Done, swap: _Swap) -> None:
        shift = self.shifts[swap.shift]
        changed = shift.owner != swap.by or shift.version != swap.version
        if act.code == "wrong_state":
            if swap.state in FROM[act.kind]:
                self._tell("stale_refusal", act, f"the swap is {swap.state}")
            elif act.because is not None and act.because != (swap.state, *swap.moved):
                self._tell("wrong_reason", act, f"told {act.because}, but {swap.moved} made it {swap.state}")
        elif act.code == "shift_changed" and not changed:
            self._tell("stale_refusal", act, "the shift is as it was")
        elif act.code == "overlap":
            taker = act.actor if act.kind == "swap.accept" else swap.taker
            if not self._busy(taker, shift.start, shift.end, swap.shift):
                self._tell("stale_refusal", act, f"{taker} has nothing at that time")

    def _busy(self, person: str, start: int, end: int, but: str) -> str:
        """A shift of theirs that overlaps, or nothing."""
        for id_ in self.rosters[person]:
            other = self.shifts[id_]
            if id_ != but and other.start < end and start < other.end:
                return id_
        return ""
