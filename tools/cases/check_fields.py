"""Values of every type, just inside and just outside their limits."""

from typing import Any

from cases import by_hand
from cases.build import ARRIVE, NOON, SALT, SITE, Case, Json, case, head, op_id

PRIVATE = {"name", "phone", "plate", "host", "purpose", "items", "note"}
FULL = "＃"  # U+FF03: after every surrogate in UTF-16, before every character beyond the first plane
ASTRAL = "𠮷"  # U+20BB7


def cases() -> list[Case]:
    return [*texts(), *lists(), *numbers(), *choices_and_ids(), *nulls(), *staff()]


def sent(kind: str, number: int, field: str, value: Any, rest: Json, **changes: Any) -> Json:
    private = {field: value} if field in PRIVATE else None
    values = rest if private else {**rest, field: value}
    act = head(kind, number, values=values, private=private, **changes)
    return {
        "head": by_hand.canon(act),
        "private": by_hand.canon(private) if private else None,
        "salt": by_hand.b64(SALT) if private else None,
    }


def arrive(field: str, value: Any) -> Json:
    return sent("visit.arrive", 1, field, value, ARRIVE)


def amend(field: str, value: Any) -> Json:
    return sent("visit.amend", 2, field, value, {}, entity=op_id(1), base=op_id(1))


def good(name: str, fault: str, given: Json) -> Case:
    return case(name, fault, given, {"outcome": "well_formed"})


def bad(name: str, fault: str, given: Json, field: str) -> Case:
    return case(name, fault, given, {"outcome": "malformed", "field": field})


def texts() -> list[Case]:
    return [
        good("a name of 80 letters", "a limit one too low", arrive("name", "a" * 80)),
        bad("a name of 81 letters", "no limit", arrive("name", "a" * 81), "name"),
        good("a name of 80 characters of four bytes", "UTF-16 units or bytes counted", arrive("name", ASTRAL * 80)),
        bad("a name of 81 characters of four bytes", "clusters counted, or no limit", arrive("name", ASTRAL * 81),
            "name"),
        good("a Chinese name of 80 characters", "bytes counted", arrive("name", "李" * 80)),
        bad("a family emoji twelve times", "clusters counted: it has seven code points",
            arrive("name", "👨‍👩‍👧‍👦" * 12), "name"),
        good("a family emoji eleven times", "joiners refused", arrive("name", "👨‍👩‍👧‍👦" * 11)),
        good("a name of one letter", "a lower limit too high", arrive("name", "a")),
        bad("an empty name", "no lower limit", arrive("name", ""), "name"),
        good("a name of one space", "text trimmed by the check", arrive("name", " ")),
        good("a composed accent", "NFC refused", arrive("name", "é")),
        bad("a number for a name", "numbers read as text", arrive("name", 1), "name"),
        bad("true for a name", "true read as text", arrive("name", value=True), "name"),
        bad("a list for a name", "a list taken for its text", arrive("name", ["a"]), "name"),
        bad("a tab in a name", "control characters let through", arrive("name", "a\tb"), "name"),
        bad("a NUL in a name", "a character that PostgreSQL cannot store", arrive("name", "a\x00b"), "name"),
        bad("a delete character in a name", "controls below U+0020 alone looked for", arrive("name", "a\x7f"), "name"),
        bad("a C1 control in a name", "controls of ASCII alone looked for", arrive("name", "a\x85"), "name"),
        bad("the last C1 control in a name", "a limit one too low", arrive("name", "a\x9f"), "name"),
        good("a no-break space in a name", "a limit one too high", arrive("name", "a\xa0b")),
        bad("a new line in a name", "lines allowed everywhere", arrive("name", "a\nb"), "name"),
        bad("a new line at the end of a name", "a pattern whose end also matches before a new line",
            arrive("name", "a\n"), "name"),
        good("a new line in a note", "lines refused everywhere", arrive("note", "a\nb")),
        bad("a carriage return in a note", "every control allowed in a note", arrive("note", "a\r\nb"), "note"),
        good("a line that begins with a combining mark",
            "normal form judged on the text, where the mark follows the letter n",
             arrive("note", "a\n\u0303b")),
        good("a formula", "text judged by what a spreadsheet would do", arrive("name", '=HYPERLINK("http://x")')),
        good("markup", "text judged by what a browser would do", arrive("name", "<img src=x onerror=alert(1)>")),
        good("a right-to-left override", "text judged by how it looks", arrive("name", "a\u202eb")),
        good("a note of 500 characters", "the limit of a name", arrive("note", "李" * 500)),
        bad("a note of 501 characters", "no limit on lists of notes", arrive("note", "李" * 501), "note"),
    ]  # fmt: skip


def lists() -> list[Case]:
    return [
        good("one item", "lists refused", arrive("items", ["box"])),
        bad("no item", "an empty list that says nothing", arrive("items", []), "items"),
        good("20 items", "a limit one too low", arrive("items", [f"{n:02}" for n in range(20)])),
        bad("21 items", "no limit", arrive("items", [f"{n:02}" for n in range(21)]), "items"),
        bad("items out of order", "sorted by the reader: another hash", arrive("items", ["b", "a"]), "items"),
        bad("an item twice", "a list read as a set", arrive("items", ["a", "a"]), "items"),
        good("items in the order of code points", "order by UTF-16, where a pair comes before U+FF03",
             arrive("items", [FULL, ASTRAL])),
        bad("items in the order of UTF-16", "order by UTF-16, where a pair comes before U+FF03",
            arrive("items", [ASTRAL, FULL]), "items"),
        good("an item that another begins with", "order by length", arrive("items", ["a", "aa", "b"])),
        bad("an item too long", "items not looked at", arrive("items", ["a" * 41]), "items"),
        bad("an empty item", "items not looked at", arrive("items", [""]), "items"),
        bad("a text for items", "a text taken for its letters", arrive("items", "box"), "items"),
    ]  # fmt: skip


def numbers() -> list[Case]:
    latest = 253_370_764_800_000
    return [
        good("no companions", "zero taken for missing", arrive("companions", 0)),
        good("99 companions", "a limit one too low", arrive("companions", 99)),
        bad("100 companions", "no limit", arrive("companions", 100), "companions"),
        bad("minus one companion", "no lower limit", arrive("companions", -1), "companions"),
        bad("text for a number of companions", '"1" read as 1', arrive("companions", "1"), "companions"),
        bad("true for a number of companions", "true read as 1", arrive("companions", value=True), "companions"),
        good("an instant", "instants refused", arrive("expected_out", NOON)),
        good("the latest instant", "a limit one too low", arrive("expected_out", latest)),
        bad("an instant beyond the latest", "no limit", arrive("expected_out", latest + 1), "expected_out"),
        bad("an instant before 1970", "no lower limit", arrive("expected_out", -1), "expected_out"),
        bad("a date for an instant", "text parsed as a date", arrive("expected_out", "2026-11-21"), "expected_out"),
    ]  # fmt: skip


def choices_and_ids() -> list[Case]:
    return [
        good("a choice", "choices refused", arrive("id_kind", "passport")),
        bad("a choice that there is not", "any text for a choice", arrive("id_kind", "badge"), "id_kind"),
        bad("a choice in upper case", "choices folded by the reader", arrive("id_kind", "PASSPORT"), "id_kind"),
        bad("a choice named like what every object has", "a look-up that finds what an object inherits",
            arrive("id_kind", "constructor"), "id_kind"),
        bad("a part of a choice", "a choice looked for inside a text", arrive("id_kind", "pass"), "id_kind"),
        bad("a list with a choice", "a list taken for its text", arrive("id_kind", ["passport"]), "id_kind"),
        bad("an id in upper case", "ids folded by the reader", sent(
            "visit.arrive", 1, "site", SITE.upper(), {**ARRIVE}), "site"),
        bad("a number for an id", "a crash on what is no text", sent("visit.arrive", 1, "site", 7, {**ARRIVE}), "site"),
    ]  # fmt: skip


def nulls() -> list[Case]:
    return [
        good("clearing a unit", "null refused where it clears", amend("unit", None)),
        good("clearing a private name", "null allowed on one side alone", amend("name", None)),
        bad("an amendment with too long a unit", "anything let through where null is", amend("unit", "a" * 41), "unit"),
        bad("an amendment with text for a number", "anything let through where null is", amend("companions", "1"),
            "companions"),
        bad("clearing a note", "everybody's notes dropped by one person", amend("note", None), "note"),
        bad("clearing items", "what others added dropped by one person", amend("items", None), "items"),
        bad("null where nothing can be cleared", "null allowed in every kind", arrive("unit", None), "unit"),
    ]  # fmt: skip


def staff() -> list[Case]:
    """Kinds of the roster: the same rules, other fields."""
    person = {"name": "赵丽", "phone": "13900000000"}
    act = head("person.create", 11, values={"staff_no": "A-7", "shift": "night"}, private=person)
    given = {"head": by_hand.canon(act), "private": by_hand.canon(person), "salt": by_hand.b64(SALT)}
    plain = head("person.create", 11, values={"staff_no": "A-7", "name": "赵丽"})
    revoke = head("device.revoke", 12, values={"device": SITE})
    returned = head("op.return", 13, values={"op": op_id(1), "reason": "a" * 200})
    longer = head("op.return", 13, values={"op": op_id(1), "reason": "a" * 201})
    return [
        good("a person joins", "fields of visits asked of persons", given),
        bad("a person's name in public", "a name that no erasure can reach", whole(plain), "name"),
        good("a device is revoked", "parameters refused", whole(revoke)),
        good("a reason of 200 letters", "a limit one too low", whole(returned)),
        bad("a reason of 201 letters", "parameters without limit", whole(longer), "reason"),
    ]


def whole(act: Json) -> Json:
    return {"head": by_hand.canon(act), "private": None, "salt": None}
