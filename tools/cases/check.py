"""Well-formed and malformed ops."""

from typing import Any

from cases import by_hand, check_envelope, check_fields
from cases.build import ARRIVE, GUARD, NOON, PHONE, POST, SALT, SITE, Case, Json, case, head, op_id, uid

SPEC = "2.4"
SHOWS = ("P1", "P6", "T39")


def cases() -> list[Case]:
    return [*whole(), *private_part(), *fields(), *check_envelope.cases(), *check_fields.cases()]


def sent(act: Json, private: Json | None = None, /, **changes: Any) -> Json:
    """An op as it travels."""
    part = None if private is None else by_hand.canon(private)
    given = {"head": by_hand.canon(act), "private": part, "salt": None if part is None else by_hand.b64(SALT)}
    return {**given, **changes}


def arrive(private: Json | None = None, /, **values: Any) -> Json:
    return sent(head("visit.arrive", 1, values={**ARRIVE, **values}, private=private), private)


def amend(private: Json | None = None, /, **values: Any) -> Json:
    act = head("visit.amend", 2, values=values, private=private, entity=op_id(1), base=op_id(1))
    return sent(act, private)


def good(name: str, fault: str, given: Json) -> Case:
    return case(name, fault, given, {"outcome": "well_formed"})


def bad(name: str, fault: str, given: Json, field: str | None = None) -> Case:
    return case(name, fault, given, {"outcome": "malformed", **({} if field is None else {"field": field})})


def newer(name: str, fault: str, given: Json) -> Case:
    return case(name, fault, given, {"outcome": "unknown_kind"})


def whole() -> list[Case]:
    """Kinds and the entity they are about."""
    create = head("visit.arrive", 1, values=ARRIVE)
    leave = head("visit.leave", 2, values={"left_post": POST}, entity=op_id(1), base=op_id(1))
    resolve = {"notice": uid(8, 1), "choice": "mine"}
    elsewhere: Json = {"entity": op_id(1), "base": op_id(1)}
    return [
        good("a visit arrives", "every op refused", arrive()),
        good("a visit leaves", "entity and id asked to be equal", sent(leave)),
        good("an exit without an entry", "creation tied to arriving", sent(head(
            "visit.exit", 3, values={"site": SITE, "left_post": POST}))),
        good("a session ends", "values asked of a kind that has none", sent(head("session.end", 4))),
        good("a conflict is resolved", "parameters taken for fields of the entity", sent(head(
            "conflict.resolve", 5, values={**resolve, "unit": "3-201"}, **elsewhere))),
        good("a kind without entity names itself", "an entity asked of a kind that has none", sent(head(
            "notice.close", 6, values={"notice": uid(8, 1)}))),
        good("signed by nobody", "auth asked to be an id", sent({**create, "auth": "none"})),
        newer("a kind nobody knows", "refused for good what a newer app recorded", sent(head(
            "visit.teleport", 7, values={"to": SITE}))),
        newer("a newer version of a kind", "the version not looked at", sent({**create, "kv": 2})),
        newer("a kind named like what every object has", "a look-up that finds what an object inherits", sent(head(
            "constructor.name", 7, values={"to": SITE}))),
        bad("creating on a base", "a version seen of what did not exist", sent({**create, "base": op_id(9)})),
        bad("creating under another id", "entity and id not compared", sent({**create, "entity": op_id(9)})),
        bad("amending oneself", "an op that would be its own entity", sent({**leave, "entity": leave["id"]})),
        bad("a kind without entity about another's", "entity not compared where there is none", sent(
            {**head("session.end", 4), "entity": op_id(9)})),
        bad("an amendment of nothing", "an op that says nothing", sent(head("visit.amend", 2, values={}, **elsewhere))),
        bad("a required field missing", "required fields not counted", sent(head(
            "visit.arrive", 1, values={"site": SITE, "category": "courier"})), "post"),
        bad("a required parameter missing", "parameters not counted", sent(head(
            "visit.erase", 2, values={}, **elsewhere)), "reason"),
        bad("a required field null", "null taken for present", sent(head(
            "visit.leave", 2, values={"left_post": None}, **elsewhere)), "left_post"),
        bad("a parameter null", "parameters cleared like fields", sent(head(
            "conflict.resolve", 5, values={**resolve, "notice": None}, **elsewhere)), "notice"),
        bad("a field of another kind of op", "every field of the entity allowed", sent(head(
            "visit.arrive", 1, values={**ARRIVE, "left": NOON})), "left"),
        bad("a server's field", "a stamp that the sender sets", sent(head(
            "visit.arrive", 1, values={**ARRIVE, "arrived": NOON})), "arrived"),
        bad("an unknown field", "unknown fields stored or dropped", arrive(approved=True), "approved"),
        bad("a field named like what every object has", "a look-up that finds what an object inherits",
            arrive(constructor="x"), "constructor"),
    ]  # fmt: skip


def private_part() -> list[Case]:
    name = {"name": "李明"}
    act = head("visit.arrive", 1, values=ARRIVE, private=name)
    text = by_hand.canon(name)
    spaced = '{"name": "李明"}'
    twice = '{"name":"李明","name":"李明"}'
    room = 16 * 1024 - len('{"note":""}')
    touches_note = head("visit.arrive", 1, values=ARRIVE, private={"note": ""})
    other = by_hand.b64(bytes(range(1, 33)))
    short = by_hand.commitment(SALT[:31], text)

    def under(part: str) -> Json:
        return sent({**act, "com": by_hand.commitment(SALT, part)}, name, private=part)

    def noted(size: int) -> Json:
        part = by_hand.canon({"note": "x" * size})
        return sent({**touches_note, "com": by_hand.commitment(SALT, part)}, name, private=part)

    return [
        good("a visit with a name", "the private part refused", arrive(name)),
        bad("another private part", "the commitment not compared", sent(act, {"name": "李敏"})),
        bad("another salt", "a commitment without its salt", sent(act, name, salt=other)),
        bad("a short salt that fits the commitment", "the length of the salt not looked at", sent(
            {**act, "com": short}, name, salt=by_hand.b64(SALT[:31]))),
        bad("a salt with padding", "two texts for one salt", sent(act, name, salt=by_hand.b64(SALT) + "=")),
        bad("the private part missing", "a commitment with nothing behind it",
            sent(act, name, private=None, salt=None)),
        bad("the salt missing", "a private part without salt", sent(act, name, salt=None)),
        bad("a private part without commitment", "what no hash covers let through", sent(
            {**head("visit.arrive", 1, values=ARRIVE), "touched": act["touched"]}, name)),
        bad("the private part missing, its salt there", "a crash on the missing part", sent(act, name, private=None)),
        bad("a private part with neither commitment nor salt", "the salt alone looked at", sent(
            head("visit.arrive", 1, values=ARRIVE), private=text)),
        bad("a private part of an unknown kind that is not NFC", "normal form looked at field by field alone", sent(
            head("visit.teleport", 7, values={"to": SITE}, private={"who": "e\u0301"}), {"who": "e\u0301"})),
        bad("a salt without commitment", "a salt let through alone", sent(
            head("visit.arrive", 1, values=ARRIVE), salt=by_hand.b64(SALT))),
        bad("a private part with a space", "canonical asked of the head alone", under(spaced)),
        bad("a private part with a key twice", "the last one wins", under(twice)),
        bad("another private part of an unknown kind", "the commitment of unknown kinds not compared", sent(
            head("visit.teleport", 7, values={"to": SITE}, private=name), {"name": "李敏"})),
        newer("a private part of an unknown kind", "private parts of unknown kinds refused", sent(
            head("visit.teleport", 7, values={"to": SITE}, private=name), name)),
        bad("a private number of 2^53 in an unknown kind", "numbers looked at in public alone", sent(
            head("visit.teleport", 7, values={"to": SITE}, private={"age": 2**53}), {"age": 2**53})),
        bad("a private part that is a list", "a crash on what is no object", under('["name"]')),
        bad("a private part that is null", "null taken for no private part", under("null")),
        bad("a private part of 16 KiB and one byte", "the limit on the head alone", noted(room + 1)),
        bad("a private part of 16 KiB that breaks a field's limit", "a limit one too low", noted(room), "note"),
        bad("a cut emoji in the private part", "half an emoji let through", under('{"name":"\\ud83d"}')),
        bad("a raw lone surrogate in the private part", "a crash on encoding it",
            sent(act, name, private='{"name":"\ud83d"}')),
    ]  # fmt: skip


def fields() -> list[Case]:
    """Which side a field is on, and what `touched` says."""
    act = head("visit.arrive", 1, values=ARRIVE)
    both = head("visit.arrive", 1, values={**ARRIVE, "unit": "1"}, private={"name": "李明"})
    return [
        bad("a private field in public", "a name that no erasure can reach", arrive(name="李明"), "name"),
        bad("a public field in private", "a field that the server cannot see", arrive({"unit": "1"}), "unit"),
        bad("a field on both sides", "one of the two wins silently", sent(
            {**both, "values": {**both["values"], "name": "李敏"}}, {"name": "李明"})),
        bad("touched out of order", "touched sorted by the reader",
            sent({**act, "touched": ["site", "post", "category"]})),
        bad("touched with a name twice", "touched read as a set", sent(
            {**act, "touched": ["category", "post", "post", "site"]})),
        bad("touched without a field that is set", "a value that no merge would see", sent(
            {**act, "touched": ["category", "site"]})),
        bad("touched with a field that is not set", "a write without value", sent(
            {**act, "touched": ["category", "post", "site", "unit"]})),
        bad("touched without the private field", "touched compared with the public side alone", sent(
            {**both, "touched": [*sorted(both["values"])]}, {"name": "李明"})),
        bad("depends_on out of order", "two texts for one set", sent({**act, "depends_on": [PHONE, GUARD]})),
        bad("depends_on with an id twice", "a list read as a set", sent({**act, "depends_on": [GUARD, GUARD]})),
        good("depends_on in order", "dependencies refused", sent({**act, "depends_on": [GUARD, PHONE]})),
        good("20 dependencies", "a limit one too low", sent({**act, "depends_on": [uid(9, n) for n in range(20)]})),
        bad("21 dependencies", "no limit", sent({**act, "depends_on": [uid(9, n) for n in range(21)]})),
    ]  # fmt: skip
