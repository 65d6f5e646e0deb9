"""Intervals and classes of time, and the parts of an anchor."""

from typing import Any

from cases.build import MINUTE, NOON, Case, Json, case

SPEC = "7"
SHOWS = ("T25",)

A = NOON  # the anchor's instant by the server's clock
HOUR = 60 * MINUTE


def cases() -> list[Case]:
    return [*same_run(), *other_run(), *no_anchor(), *floors(), *anchors()]


def one(  # noqa: PLR0913 - a case says only what differs from the ordinary act
    name: str, fault: str, expected: list[Any], *, received: int, ran: int = 0, wall: int = 0, run: str = "r1",
    anchor: bool = True, valid: bool = True, floor: int = 0, device: int = 0,
) -> Case:  # fmt: skip
    """An act `ran` ms of monotonic and `wall` ms of wall clock after the anchor, on a device `device` ms ahead."""
    held = {"mono": 5_000, "run": "r1", "token": "1.n.s", "wall": A + device} if anchor else None
    t = {"anchor": held, "mono": 5_000 + ran, "run": run, "wall": A + device + wall}
    given = {"t": t, "anchor_ms": A if anchor and valid else None, "received": received, "floor": floor}
    return case(name, fault, given, {"interval": expected})


def same_run() -> list[Case]:
    minute = A + MINUTE
    return [
        one("an act that arrives at once", "live asks for more than a short interval", [A, A, A, "live"], received=A),
        one("an act 60 s before it arrives", "a limit one too low", [A, minute, A, "live"], received=minute),
        one("an act 60 001 ms before it arrives", "a limit one too high", [A, minute + 1, A, "anchored"],
            received=minute + 1),
        one("an act an hour after the anchor, sent a day later", "the anchor's own time taken as earliest",
            [A + HOUR, A + 24 * HOUR, A + HOUR, "anchored"], received=A + 24 * HOUR, ran=HOUR, wall=HOUR),
        one("a device that is a year ahead", "wall clocks compared with the server's",
            [A + HOUR, A + 2 * HOUR, A + HOUR, "anchored"], received=A + 2 * HOUR, ran=HOUR, wall=HOUR,
            device=365 * 24 * HOUR),
        one("a device that believes in 1970", "wall clocks compared with the server's",
            [A, A + HOUR, A, "anchored"], received=A + HOUR, device=-A),
        one("wall clock 2 s behind the monotonic one", "a limit one too low",
            [A + 10_000, A + 10_000, A + 10_000, "live"], received=A + 10_000, ran=10_000, wall=8_000),
        one("wall clock 2 001 ms behind the monotonic one", "clocks set back not noticed",
            [A + 10_000, A + 10_000, A + 10_000, "contradictory"], received=A + 10_000, ran=10_000, wall=7_999),
        one("wall clock 60 s ahead of the arrival", "a limit one too low",
            [A, A, A, "live"], received=A, wall=MINUTE),
        one("wall clock 60 001 ms ahead of the arrival", "clocks set forward not noticed",
            [A, A, A, "contradictory"], received=A, wall=MINUTE + 1),
        one("wall clock inside the interval", "the earliest instant taken for the corrected one",
            [A + HOUR, A + 3 * HOUR, A + 2 * HOUR, "anchored"], received=A + 3 * HOUR, ran=HOUR, wall=2 * HOUR),
        one("a monotonic clock that ran backwards", "an interval that begins before its anchor",
            [A, A + HOUR, A, "anchored"], received=A + HOUR, ran=-3_000),
        one("an anchor from after the arrival", "an interval that begins behind its end",
            [A - HOUR, A - HOUR, A - HOUR, "contradictory"], received=A - HOUR),
        one("a monotonic clock beyond the arrival", "an interval that begins behind its end",
            [A + 1_000, A + 1_000, A + 1_000, "live"], received=A + 1_000, ran=1_500, wall=1_500),
    ]  # fmt: skip


def other_run() -> list[Case]:
    return [
        one("an act after a restart, sent late", "the monotonic clock of another run counted",
            [A, A + 5 * HOUR, A + 2 * HOUR, "unanchored"], received=A + 5 * HOUR, ran=9 * HOUR, wall=2 * HOUR,
            run="r2"),
        one("an act after a restart, sent at once", "live asks for the same run", [A, A + MINUTE, A + 30_000, "live"],
            received=A + MINUTE, wall=30_000, run="r2"),
        one("wall clock set back across a restart", "clocks compared across runs",
            [A, A + HOUR, A, "unanchored"], received=A + HOUR, ran=HOUR, wall=-30_000, run="r2"),
        one("wall clock 60 s before the anchor", "a limit one too low",
            [A, A + HOUR, A, "unanchored"], received=A + HOUR, wall=-MINUTE, run="r2"),
        one("wall clock 60 001 ms before the anchor", "an act stated before it can have been",
            [A, A + HOUR, A, "contradictory"], received=A + HOUR, wall=-MINUTE - 1, run="r2"),
    ]  # fmt: skip


def no_anchor() -> list[Case]:
    late = A + HOUR
    return [
        one("an act without an anchor", "an act without an anchor refused", [0, late, A, "unanchored"], received=late,
            anchor=False),
        one("an act with a forged anchor", "an anchor's time believed unverified", [0, late, A + 1_000, "unanchored"],
            received=late, valid=False, ran=1_000, wall=1_000),
        one("a forged anchor and a clock set back", "clocks of a run without a valid anchor compared",
            [0, late, A, "unanchored"], received=late, valid=False, ran=HOUR),
        one("no anchor and a clock in 1970", "a stated time of 0 taken for missing", [0, late, 0, "unanchored"],
            received=late, anchor=False, device=-A),
        one("no anchor and a clock before 1970", "an instant below zero", [0, late, 0, "unanchored"],
            received=late, anchor=False, device=-A - MINUTE),
        one("no anchor and a clock a year ahead", "the future believed", [0, late, late, "contradictory"],
            received=late, anchor=False, device=365 * 24 * HOUR),
    ]  # fmt: skip


def floors() -> list[Case]:
    late = A + 2 * HOUR
    return [
        one("the op before happened later than the anchor", "the chain's order not used",
            [A + HOUR, late, A + HOUR, "unanchored"],
            received=late, floor=A + HOUR, wall=HOUR, run="r2"),
        one("the op before happened earlier than the anchor", "an older floor lowers the interval",
            [A, late, A, "anchored"], received=late, floor=A - HOUR),
        one("the op before makes it live", "the class judged before the chain tightened the interval",
            [late - MINUTE, late, late, "live"], received=late, floor=late - MINUTE, wall=2 * HOUR, run="r2"),
        one("the op before makes it contradictory", "the stated time compared with the untightened interval",
            [A + HOUR, late, A + HOUR, "contradictory"], received=late, floor=A + HOUR, wall=HOUR - MINUTE - 1,
            run="r2"),
        one("a floor without an anchor", "the chain's order used with an anchor alone",
            [A + HOUR, late, A + HOUR, "unanchored"], received=late, floor=A + HOUR, wall=HOUR, anchor=False),
        one("a floor behind the arrival", "an interval that begins behind its end", [A, A, A, "live"], received=A,
            floor=late),
    ]  # fmt: skip


def anchors() -> list[Case]:
    def parts(name: str, fault: str, token: str, expected: list[Any] | None) -> Case:
        given: Json = {"token": token}
        return case(name, fault, given, {"parts": expected})

    return [
        parts("an anchor", "parts swapped", "1795262400000.abc.def", [1_795_262_400_000, "abc", "def"]),
        parts("an anchor of two parts", "a missing signature read as empty", "1.abc", None),
        parts("an anchor of four parts", "the rest joined to the signature", "1.a.b.c", None),
        parts("an anchor with a sign", "a parser that takes signs", "-1.a.b", None),
        parts("an anchor with a fraction mark", "a parser that takes exponents", "1e3.a.b", None),
        parts("an anchor with a space", "a parser that trims", " 1.a.b", None),
        parts("an anchor without an instant", "an empty text read as 0", ".a.b", None),
        parts("an anchor in full-width digits", "digits of any script", "１.a.b", None),
        parts("an instant of 15 digits", "a limit one too low", "9" * 15 + ".a.b", [10**15 - 1, "a", "b"]),
        parts("an instant of 16 digits", "an integer that doubles cannot tell from its neighbour", "9" * 16 + ".a.b",
            None),
        parts("an empty anchor", "a crash on nothing", "", None),
    ]  # fmt: skip
