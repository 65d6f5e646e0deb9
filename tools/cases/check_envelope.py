"""Heads that are or are not canonical, of the right shape and size."""

from typing import Any

from cases import by_hand
from cases.build import ARRIVE, NOON, SITE, Case, Json, case, evidence, head

ACT = head("visit.arrive", 1, values=ARRIVE)
TEXT = by_hand.canon(ACT)


def cases() -> list[Case]:
    return [*texts(), *shapes(), *sizes(), *times()]


def of(text: str) -> Json:
    return {"head": text, "private": None, "salt": None}


def change(**changes: Any) -> Json:
    return of(by_hand.canon({**ACT, **changes}))


def bad(name: str, fault: str, given: Json) -> Case:
    return case(name, fault, given, {"outcome": "malformed"})


def good(name: str, fault: str, given: Json) -> Case:
    return case(name, fault, given, {"outcome": "well_formed"})


def texts() -> list[Case]:
    first, rest = TEXT[1:-1].split(",", 1)
    return [
        bad("a head with a space", "the head hashed as sent but read as meant", of(TEXT.replace(":", ": ", 1))),
        bad("a head with a new line behind it", "white space trimmed", of(TEXT + "\n")),
        bad("a head with unsorted keys", "order of keys not looked at", of(f"{{{rest},{first}}}")),
        bad("a head with a key twice", "the last one wins", of(TEXT.replace('"kv":1', '"kv":1,"kv":1'))),
        bad("a value given twice", "the last one wins, deep inside", of(
            TEXT.replace('"category":"courier"', '"category":"courier","category":"courier"'))),
        bad("a head with an unknown key", "unknown keys dropped: two heads, one meaning", change(approved=True)),
        bad("an unknown key in the time evidence", "strict at the top alone", change(t={**evidence(), "zone": 8})),
        bad("a head that is a list", "a crash on what is no object", of("[]")),
        bad("a head that is null", "a crash on null", of("null")),
        bad("an empty head", "a crash on nothing", of("")),
        bad("a cut head", "what is missing is made up", of(TEXT[:-1])),
        bad("1.0 as a version", "1.0 read as 1", of(TEXT.replace('"kv":1', '"kv":1.0'))),
        bad("1e0 as a version", "an exponent read as 1", of(TEXT.replace('"kv":1', '"kv":1e0'))),
        bad("minus zero as a clock", "minus zero read as 0", of(TEXT.replace('"mono":0', '"mono":-0'))),
        bad("an escape where none is needed", "two heads, one meaning", of(TEXT.replace("courier", "\\u0063ourier"))),
        bad("a cut emoji", "half an emoji let through", of(TEXT.replace("courier", "\\ud83d"))),
        bad("a raw lone surrogate in a head", "a crash on encoding it", of(TEXT.replace("courier", "\ud83d"))),
        bad("a unit that is not NFC", "text normalised by the reader: another hash", change(
            values={**ARRIVE, "unit": "e\u0301"}, touched=["category", "post", "site", "unit"])),
        bad("deep nesting", "a stack that overflows", of(TEXT.replace('"courier"', "[" * 5000 + "]" * 5000))),
        bad("an integer of 5000 digits in a head", "a number too long for the parser ends in a crash", of(
            TEXT.replace('"kv":1', '"kv":' + "1" * 5000))),
    ]  # fmt: skip


def shapes() -> list[Case]:
    wrong: list[tuple[str, str, Json]] = [
        ("text for an integer", '"1" read as 1', {"kv": "1"}),
        ("true for an integer", "true read as 1", {"kv": True}),
        ("a version of 0", "no lower limit", {"kv": 0}),
        ("a version of 1000", "no upper limit", {"kv": 1000}),
        ("null for an actor", "null let through", {"actor": None}),
        ("an actor in upper case", "ids compared as text later", {"actor": ACT["actor"].upper()}),
        ("an org that is no id", "some ids looked at", {"org": "1"}),
        ("an entity that is no id", "ids of entities not looked at", {"entity": "x"}),
        ("an id with a new line behind it", "a pattern whose end also matches before a new line", {
            "id": ACT["id"] + "\n", "entity": ACT["id"] + "\n"}),
        ("an auth that is no id", "any text but none let through", {"auth": "NONE"}),
        ("a base that is no id", "base not looked at", {"base": ""}),
        ("a commitment in upper case", "two texts for one hash", {"com": "A" * 64}),
        ("a commitment too short", "length not looked at", {"com": "a" * 63}),
        ("a kind without a verb", "kinds looked up unread", {"kind": "visit"}),
        ("a kind in upper case", "kinds folded by the reader", {"kind": "Visit.arrive"}),
        ("a kind with three parts", "kinds split at the first dot", {"kind": "visit.arrive.now"}),
        ("a dependency that is no id", "dependencies not looked at", {"depends_on": ["x"]}),
        ("depends_on null", "null let through for a list", {"depends_on": None}),
        ("touched with a name that is none", "names not looked at", {
            "touched": ["Unit", "category", "post", "site"], "values": {**ARRIVE, "Unit": "1"}}),
        ("values that are a list", "a crash on what is no object", {"values": []}),
        ("a value that is an object", "objects stored as values", {
            "values": {**ARRIVE, "unit": {"a": 1}}, "touched": ["category", "post", "site", "unit"]}),
        ("a value that is a list of numbers", "lists stored unread", {
            "values": {**ARRIVE, "unit": [1]}, "touched": ["category", "post", "site", "unit"]}),
        ("a value of 1.5", "floats stored", {
            "values": {**ARRIVE, "companions": 1.5}, "touched": ["category", "companions", "post", "site"]}),
    ]  # fmt: skip
    unknown = {"kind": "visit.teleport", "touched": ["to"]}
    return [
        *[bad(name, fault, change(**changes)) for name, fault, changes in wrong],
        bad("a key missing", "a default made up", of(by_hand.canon({k: v for k, v in ACT.items() if k != "base"}))),
        bad("2^53 in an unknown kind", "numbers looked at in known kinds alone",
            change(**unknown, values={"to": 2**53})),
        bad("minus 2^53 in an unknown kind", "a limit on positive numbers alone",
            change(**unknown, values={"to": -(2**53)})),
        bad("touched out of order in an unknown kind", "touched looked at in known kinds alone", change(
            kind="visit.teleport", touched=["to", "at"], values={"at": SITE, "to": SITE})),
        bad("touched with a name that is none in an unknown kind", "names looked at where there is a value alone",
            change(kind="visit.teleport", touched=["To"], values={})),
        case("version 999 of a kind", "a limit one too low", change(kv=999), {"outcome": "unknown_kind"}),
        bad("a Chinese name of a value in an unknown kind", "names looked at in known kinds alone", change(
            **unknown, values={"门": SITE})),
        case("2^53 − 1 in an unknown kind", "a limit one too low", change(**unknown, values={"to": 2**53 - 1}),
             {"outcome": "unknown_kind"}),
        good("a version 4 person", "version 7 asked of persons", change(actor="6fa459ea-ee8a-4ca4-894e-db77e160355e")),
    ]  # fmt: skip


def sizes() -> list[Case]:
    """16 KiB are bytes of UTF-8, not characters."""
    unknown = head("visit.teleport", 7, values={"to": ""})
    room = 16 * 1024 - len(by_hand.canon(unknown).encode())

    def filled(size: int, letter: str = "x", rest: str = "") -> Json:
        return of(by_hand.canon({**unknown, "values": {"to": letter * size + rest}}))

    wide, spare = divmod(room, 3)
    return [
        case("a head of 16 KiB", "a limit one too low", filled(room), {"outcome": "unknown_kind"}),
        bad("a head of 16 KiB and one byte", "no limit", filled(room + 1)),
        case("a Chinese head of 16 KiB", "bytes of UTF-16 counted", filled(wide, "门", "x" * spare),
            {"outcome": "unknown_kind"}),
        bad("a Chinese head one byte too long", "characters counted", filled(wide, "门", "x" * (spare + 1))),
    ]  # fmt: skip


def times() -> list[Case]:
    anchor = {"mono": 1, "run": "r1", "token": "1.n.s", "wall": NOON}

    def at(**changes: Any) -> Json:
        return change(t=evidence(**changes))

    return [
        good("a time anchor", "anchors refused", at(anchor=anchor)),
        good("a wall clock in 1970", "a clock that blocks an act", at(wall=0)),
        good("a wall clock before 1970", "a clock that blocks an act", at(wall=-1)),
        good("the greatest wall clock", "a limit one too low", at(wall=2**53 - 1)),
        bad("a wall clock of 2^53", "clocks without limit", at(wall=2**53)),
        bad("a monotonic clock of minus 2^53", "one clock looked at", at(mono=-(2**53))),
        bad("a wall clock of 2^53 in the anchor", "the anchor's clocks not looked at",
            at(anchor={**anchor, "wall": 2**53})),
        bad("a fraction of a millisecond", "performance.now() not rounded", at(mono=0.5)),
        bad("an empty run", "runs not looked at", at(run="")),
        bad("a run of 65 letters", "runs without limit", at(run="r" * 65)),
        good("a run of 64 letters", "a limit one too low", at(run="r" * 64)),
        bad("a run with a space", "any text for a run", at(run="r 1")),
        bad("a run with a space in the anchor", "the anchor's run not looked at", at(anchor={**anchor, "run": "r 1"})),
        bad("an anchor of 161 letters", "anchors without limit", at(anchor={**anchor, "token": "1" * 161})),
        good("an anchor of 160 letters", "a limit one too low", at(anchor={**anchor, "token": "1" * 160})),
        bad("a Chinese anchor", "anchors that are not ASCII", at(anchor={**anchor, "token": "一.n.s"})),
        bad("no time evidence", "null let through", change(t=None)),
    ]  # fmt: skip
