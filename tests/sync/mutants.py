"""Faults to plant in the pure core, each with the vector that catches it.

A fault is one changed piece of one function's source, or one changed constant of a module.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from gatehouse.audit import seal
from gatehouse_sync import (
    apply,
    canon,
    chain,
    clock,
    course,
    digest,
    ids,
    merge,
    notices,
    ops,
    page,
    scopes,
    shade,
    upcast,
)


class Patch(Protocol):
    """The part of pytest's monkeypatch that planting needs."""

    def setattr(self, target: Any, name: str, value: Any, /) -> None: ...


@dataclass(frozen=True)
class Mutant:
    """``old`` becomes ``new`` in the source of ``target``."""

    topic: str
    fault: str
    target: Callable[..., Any]
    old: str
    new: str
    caught_by: str

    def plant(self, patch: Patch) -> None:
        """Give the function the code of its changed source; whoever imported it by name runs that too."""
        source = textwrap.dedent(inspect.getsource(self.target))
        if source.count(self.old) != 1:
            raise LookupError(f"{self.target.__name__} holds {self.old!r} {source.count(self.old)} times")
        future = "from __future__ import annotations\n"
        scope = dict(inspect.getmodule(self.target).__dict__)
        exec(compile(future + source.replace(self.old, self.new), "<mutant>", "exec"), scope)
        patch.setattr(self.target, "__code__", scope[self.target.__name__].__code__)


@dataclass(frozen=True)
class Constant:
    """The constant ``name`` of ``module`` becomes ``value``."""

    topic: str
    fault: str
    module: ModuleType
    name: str
    value: Any
    caught_by: str

    def plant(self, patch: Patch) -> None:
        """Set the constant where it is read."""
        patch.setattr(self.module, self.name, self.value)


CANON = [
    Mutant("canon", "text not encoded again", canon.decode, "_encoder.encode(value) != raw", "False", "unsorted keys"),
    Mutant("canon", "text not normalised", canon.decode, "not is_nfc(raw)", "False", "e with a combining accent"),
    Mutant("canon", "normal form of the whole text", canon.is_nfc, '_escape.sub(r"\\g<0> ", text)',
           "raw.decode()", "a new line before a combining mark"),
    Mutant("canon", "any integer", canon._plain, "-MAX_INT <= value <= MAX_INT", "True", "2^53"),
    Mutant("canon", "no lower limit", canon._plain, "-MAX_INT <= value <= MAX_INT", "value <= MAX_INT", "minus 2^53"),
    Mutant("canon", "a limit one too low", canon._plain, "<= MAX_INT", "< MAX_INT", "the greatest integer"),
    Mutant("canon", "any key", canon._plain, "key.isascii() and ", "", "a key that is not ASCII"),
    Mutant("canon", "stray bits", canon.unb64, "b64(raw) != text", "False", "not base64url: stray bits at the end"),
    Mutant("canon", "padding kept", canon.b64, '.rstrip(b"=")', "", "base64url: one byte"),
    Mutant("commitment", "no salt", canon.commit, "salt, private", "private", "another salt"),
    Mutant("ids", "version 4", ids.uuid7, "7 << 76", "4 << 76", "no bit set"),
    Mutant("ids", "names joined bare", ids.derived, '"\\n".join', '"".join', "the same letters in other names"),
]  # fmt: skip

CHAINS = [
    Mutant("chain", "follows left out", chain.root, '"follows": follows', '"follows": None',
        "a chain that follows another"),
    Mutant("chain", "every link from the start", chain.links, "advance(link, hash_)", "advance(start, hash_)",
        "three ops"),
    Mutant("chain_repair", "a gap of one filled in", chain.judge, "held + 1:", "held + 2:", "one op missing"),
    Mutant("chain_repair", "prev not compared", chain.judge, "else prev)", "else link_at[at])", "another last op"),
    Mutant("chain_repair", "repeats skipped unread", chain.judge, "!= link_at[at]", "!= link_at[at] and not skip",
           "another op among the repeats"),
    Mutant("chain_repair", "the compared op named", chain.judge, "Rechain(held, link_at[held])",
        "Rechain(at, link_at[at])",
           "an older past that is all repeats"),
    Mutant("chain_repair", "skip beyond the frame", chain.judge, "Continue(skip)", "Continue(held - (first - 1))",
           "an old frame again"),
]  # fmt: skip

CHECK: list[Mutant | Constant] = [
    Mutant("check", "the head not encoded again", ops.parse_head, "canon.encode(head) != raw", "False",
        "a head with unsorted keys"),
    Mutant("check", "the head not normalised", ops.parse_head, "not canon.is_nfc(raw)", "False",
        "a unit that is not NFC"),
    Mutant("check", "characters counted", ops.parse_head, "len(raw) > MAX_PART", "len(text) > MAX_PART",
           "a Chinese head one byte too long"),
    Constant("check", "a limit one too low", ops, "MAX_PART", 16 * 1024 - 1, "a head of 16 KiB"),
    Mutant("check", "numbers of unknown kinds", ops._check_plain, "abs(value) > canon.MAX_INT", "False",
           "2^53 in an unknown kind"),
    Mutant("check", "no lower limit of numbers", ops._check_plain, "abs(value)", "value",
        "minus 2^53 in an unknown kind"),
    Mutant("check", "touched unsorted", ops._check_envelope, "not _ascends(head.touched)", "False",
        "touched out of order in an unknown kind"),
    Mutant("check", "touched not compared", ops.check_touched, "touched != head.touched", "False",
        "touched without a field that is set"),
    Mutant("check", "fields on both sides", ops.check_touched,
        "[*head.values, *(private or ())]", "{*head.values, *(private or ())}",
           "a field on both sides"),
    Mutant("check", "entity not compared", ops.check_kind, "(head.entity == head.id) is not", "False and",
        "creating under another id"),
    Mutant("check", "required fields not counted", ops.check_kind, "{*kind.required, *kind.required_params}",
        "{*kind.required_params}",
           "a required field missing"),
    Mutant("check", "parameters not counted", ops.check_kind, "{*kind.required, *kind.required_params}",
        "{*kind.required}",
           "a required parameter missing"),
    Mutant("check", "nothing said", ops.check_kind, "and not head.touched", "and False", "an amendment of nothing"),
    Mutant("check", "any side", ops._check_fields, "or field.private is not side", "", "a private field in public"),
    Mutant("check", "every field of the entity", ops._check_fields,
           "declared(head.kind)", "{**(ENTITIES[kind.entity].fields if kind.entity else {}), **kind.params}",
           "a server's field"),
    Mutant("check", "notes cleared", ops._clears, "and field.policy not in GROWING", "", "clearing a note"),
    Mutant("check", "null everywhere", ops._clears, "return kind.clears and", "return",
        "null where nothing can be cleared"),
    Mutant("check", "true for 1", ops._valid_int, "type(value) is int", "isinstance(value, int)",
        "true for a number of companions"),
    Mutant("check", "items unsorted", ops._valid_items, " and _ascends(value)", "", "items out of order"),
    Mutant("check", "order of UTF-16", ops._ascends, "operator.lt",
        "lambda a, b: a.encode('utf-16-be') < b.encode('utf-16-be')",
           "items in the order of code points"),
    Mutant("check", "UTF-16 units counted", ops._valid_text, "len(value)", "len(value.encode('utf-16-be')) // 2",
           "a name of 80 characters of four bytes"),
    Mutant("check", "text not normalised", ops._valid_text, "_control_but_newline if field.lines else _control",
           "_control_but_newline", "a new line in a name"),
    Mutant("check", "the commitment not compared", ops.parse_private, "canon.commit(salt_bytes, raw) != head.com",
        "False",
           "another private part"),
    Mutant("check", "any salt", ops.parse_private, "len(salt_bytes) != SALT_BYTES", "False",
        "a short salt that fits the commitment"),
    Mutant("check", "the version not looked at", ops.known, "and head.kv <= kind.version", "",
        "a newer version of a kind"),
]  # fmt: skip

CLOCK: list[Mutant | Constant] = [
    Constant("clock", "backwards one too low", clock, "BACKWARDS_MS", 1_999, "wall clock 2 s behind the monotonic one"),
    Constant("clock", "outside one too low", clock, "OUTSIDE_MS", 59_999, "wall clock 60 s ahead of the arrival"),
    Constant("clock", "live one too low", clock, "LIVE_MS", 59_999, "an act 60 s before it arrives"),
    Constant("clock", "live one too high", clock, "LIVE_MS", 60_001, "an act 60 001 ms before it arrives"),
    Mutant("clock", "clocks of two runs", clock.interval, "t.anchor.run == t.run", "True",
        "an act after a restart, sent late"),
    Mutant("clock", "the chain forgotten", clock.interval, "max(lower, floor)", "lower",
        "the op before happened later than the anchor"),
    Mutant("clock", "an interval that begins behind its end", clock.interval, "min(max(lower, floor), received)",
        "max(lower, floor)",
           "a floor behind the arrival"),
    Mutant("clock", "the stated time believed", clock.interval, "min(max(stated, earliest), received)", "stated",
           "wall clock 60 s before the anchor"),
    Mutant("clock", "time that runs backwards", clock.interval, "max(0, t.mono - t.anchor.mono)",
        "t.mono - t.anchor.mono",
           "a monotonic clock that ran backwards"),
    Mutant("clock", "a forged anchor's run", clock.interval, "same_run = False", "pass",
        "a forged anchor and a clock set back"),
    Mutant("clock", "digits of any script", clock.anchor_parts, "not parts[0].isascii() or ", "",
        "an anchor in full-width digits"),
]  # fmt: skip

APPLY = [
    Mutant("apply", "effects of what was refused", apply.apply, "not decision.effective", "False",
        "a refused op changes nothing"),
    Mutant("apply", "an entity made up", apply.apply, "if not kind.creates:", "if False:", "an amendment of nothing"),
    Mutant("apply", "the body changed in place", apply.apply, '"f": dict(body["f"])', '"f": body["f"]', "an amendment"),
    Mutant("apply", "the version stays", apply.apply, '"f": dict(body["f"]), "ver": head.id', '"f": dict(body["f"])',
        "an amendment"),
    Mutant("apply", "flags replaced", apply.apply, '*after.get("x", ()), ', "", "flags are kept, sorted and once"),
    Mutant("apply", "the choice not looked at", apply.changes_fields, 'head.values.get("choice") == "mine"', "True",
           "a conflict resolved for the other's value"),
    Mutant("apply", "losers written", apply._won, 'result[0] == "won"', "True",
        "won, lost, ask and unmet fields in one op"),
    Mutant("apply", "what is to be chosen written", apply._won, 'result[0] == "won"', 'result[0] != "lost"',
           "won, lost, ask and unmet fields in one op"),
    Mutant("apply", "first replaced by an equal value", apply._write, 'field.policy == "first" and name in values',
        "False",
           "a second leave from the same post, later"),
    Mutant("apply", "stamps without their cause", apply._write, "if not cause or cause in won", "",
           "a second leave from another post that lost"),
    Mutant("apply", "writers forgotten", apply._write, '**after.get("w", {}), ', "", "two writers of two fields"),
    Mutant("apply", "the creating op as a writer", apply._write, 'head.id != after["id"] and written', "written",
        "a visit arrives"),
    Mutant("apply", "names come back", apply._write, 'op.private is None or after.get("erased")', "op.private is None",
           "a private value for an erased visit"),
    Mutant("apply", "null kept", apply.set_value, "value is None", "False", "null clears"),
    Mutant("apply", "notes twice", apply.set_value, "if item[0] != head.id", "",
        "a note that arrives twice, another between"),
    Mutant("apply", "notes by arrival", apply.set_value, "(item[2], item[0])", "0", "an older note arrives later"),
    Mutant("apply", "ties by arrival", apply.set_value, "(item[2], item[0])", "item[2]",
        "notes of one instant are ordered by op"),
    Mutant("apply", "instants as text", apply.set_value, "(item[2], item[0])", "(str(item[2]), item[0])",
        "an instant of more digits is later"),
    Mutant("apply", "items replaced", apply.set_value, "{*fields.get(name, []), *value}", "{*value}", "items join"),
    Mutant("apply", "items ordered by UTF-16", apply.set_value, "sorted({*fields.get(name, []), *value})",
           "sorted({*fields.get(name, []), *value}, key=lambda item: item.encode('utf-16-be'))",
           "items are ordered by code point"),
    Mutant("apply", "private fields kept", apply.erase, "if name not in private", "", "an erasure"),
]  # fmt: skip

MERGE = [
    Mutant("merge", "an unknown base taken for the newest", merge.conflicts, "== head.base), -1)",
        "== head.base), len(writes))",
           "a base the log does not hold"),
    Mutant("merge", "people without devices", merge.conflicts, "(write.actor, write.device) != (head.actor, device)",
        "write.actor != head.actor",
           "the same person wrote on another device"),
    Mutant("merge", "devices without people", merge.conflicts, "(write.actor, write.device) != (head.actor, device)",
        "write.device != device",
           "another person wrote on the same device"),
    Mutant("merge", "equal values", merge.conflicts, "or present == given[name]", "", "an equal value"),
    Mutant("merge", "whole entities", merge.conflicts, "any(name in write.fields for write in foreign)", "foreign",
           "another field was written since the base"),
    Mutant("merge", "first replaced", merge.conflicts, "if present is not None:", "if False:",
        "first: a base that has seen it"),
    Mutant("merge", "growing fields compared", merge.conflicts, "field.policy in GROWING or ", "",
        "lists and sets never meet"),
    Mutant("merge", "nobody asked", merge._result, 'policy == "ask"', "False", "ask: surely later"),
    Mutant("merge", "a limit one too high", merge._result, "latest < greatest", "latest <= greatest",
        "perhaps at the same time"),
    Mutant("merge", "neighbours compared", merge._result,
        "max(write.earliest for write in writes if name in write.fields)",
           "[write.earliest for write in writes if name in write.fields][-1]",
           "surely earlier than a write that is not the present one"),
    Mutant("merge", "times of other fields", merge._result, " if name in write.fields", "",
        "surely earlier than a write of another field"),
    Mutant("convergence", "the last to arrive wins", merge._result, '"lost" if latest < greatest else "won"', '"won"',
           "the later act arrives first"),
    Mutant("convergence", "leaves move", apply._write, 'field.policy == "first" and name in values', "False",
           "two leaves from one post"),
    Mutant("notices", "a person told about themselves", notices.notices, "actor == head.actor", "False",
           "won over one's own value from another device"),
    Mutant("notices", "private values after erasure", notices.notices, 'before.get("erased")', "False",
        "the record was erased"),
    Mutant("notice_closing", "other kinds' names kept", notices._private, "ENTITIES[kind]", "ENTITIES['visit']",
           "a name that is public of its kind"),
    Mutant("notice_closing", "a version of null", notices.blank, 'ver or notice["ver"]', "ver",
        "erased without another version"),
]  # fmt: skip

DEVICE = [
    Mutant("shade", "full one too long", shade.shade, 'now < closed + entity.full_ms', 'now <= closed + entity.full_ms',
           "the full time is over"),
    Mutant("shade", "kept one too long", shade.shade, "now >= expiry_day(body) * DAY", "now > expiry_day(body) * DAY",
        "the last day begins"),
    Mutant("shade", "shaded twice", shade.shade, 'or body.get("sh")', "", "a shade is shaded again"),
    Mutant("shade", "an empty list of hashes", shade.shade, "if hashes:", "if True:", "nothing private is there"),
    Mutant("shade", "0 taken for open", shade.closed_at, "if value is not None", "if value", "a record closed in 1970"),
    Mutant("shade", "surnames cut", shade.masked, "value[:_COMPOUND] in _COMPOUND_SURNAMES", "False",
        "a compound surname and one character"),
    Mutant("shade", "short names shown", shade.masked, "len(value) > _COMPOUND and ", "",
        "two characters that look like a compound surname"),
    Mutant("shade", "short plates shown", shade.masked, "if hidden > 0", "if hidden >= 0", "a plate of three"),
    Mutant("shade", "no normal form", shade.fold, 'unicodedata.normalize("NFC", value)', "value",
        "composed and decomposed are one"),
    Mutant("shade", "case by locale", shade.fold, ".translate(_UPPER)", ".upper()", "other letters keep their case"),
    Mutant("shade", "any field", shade.keyed_hash, "{name}:", "", "the same value in another field"),
    Mutant("digest", "the version left out", digest.weight, ", version.encode()", "",
        "an entity at its second version"),
    Mutant("digest", "a limit one too high", digest.differing, "today + 1", "today + 2", "the day after tomorrow"),
    Mutant("digest", "days of the device", digest.differing, "{*server, *device}", "{*device}",
        "a day that the device lacks"),
    Mutant("scopes", "the post's id for a site's", scopes.scopes_of, 'case "visit" | "post" | "gate" |',
        'case "visit" | "gate" |', "a post"),
    Mutant("scopes", "the office told of nobody's role", scopes.scopes_of,
        """[f"person:{fields['person']}", f"office:{org}"]""", """[f"person:{fields['person']}"]""", "a role"),
    Mutant("pages", "after not compared", page.follows, "cursor == (page.epoch, page.after)",
        "cursor[0] == page.epoch", "the same page again"),
    Mutant("pages", "epochs not compared", page.follows, "cursor == (page.epoch, page.after)",
        "cursor[1] == page.after",
           "a page of another epoch with the same number"),
    Mutant("pages", "after taken for at most", page.follows, "cursor == (page.epoch, page.after)",
        "cursor >= (page.epoch, page.after)",
           "a page that begins before the cursor"),
    Mutant("pages", "any page first", page.follows, "page.after == 0", "True", "a page that comes too early"),
    Mutant("pages", "the last to arrive wins", page.apply_page, "n > held.n", "True",
        "an older version through another scope"),
    Mutant("pages", "gone from everywhere", page._leave, "if held.scopes:", "if False:", "gone from one of two scopes"),
    Mutant("pages", "gone where it never was", page._leave, "held.scopes.discard(scope)", "held.scopes.clear()",
        "gone where it never was"),
    Mutant("pages", "the last stamp", page._newer, "stamp.n > held.n", "True", "an older stamp is not kept"),
    Mutant("pages", "the old cursor", page.drop, "store.cursors.pop(scope, None)", "pass",
        "after a reset the old pages are not taken"),
]  # fmt: skip

UPCAST = [
    Mutant("upcast", "the first step again", upcast.upcast, "op.head.kv - 1", "0", "from the second version on"),
    Mutant("upcast", "always to the newest", upcast.upcast, "(version or kind.version)", "kind.version",
        "up to the version it was decided as"),
    Mutant("upcast", "a version too few", upcast.upcast, "(version or kind.version) - 1",
        "(version or kind.version) - 2", "two versions at once"),
    Mutant("upcast", "touched left as it was", upcast._next, "touched=touched", "touched=head.touched",
        "a name that changed its place in the order"),
    Mutant("upcast", "one of two lost", upcast._next, "len(set(names.values())) < len(names)", "False",
        "two fields that would be one"),
    Mutant("upcast", "always filled in", upcast._next, "**values, **_values(head.values, names, step)",
        "**_values(head.values, names, step), **step.put", "what was filled in by hand"),
    Mutant("upcast", "private names left", upcast._next, "_values(op.private, names, step)", "op.private",
        "a name that changed, private"),
    Mutant("upcast", "choices by the name before", upcast._values, "_choice(step, names[name], value)",
        "_choice(step, name, value)", "a choice of a name that changed"),
    Mutant("upcast", "unnamed choices lost", upcast._choice, "choices.get(value, value)", "choices.get(value)",
        "a choice that stayed"),
]  # fmt: skip

GIVEN_BACK = [
    Mutant("course", "in order of return", course.Course.add, "insort(self._steps, step, key=self._order)",
           "self._steps.append(step)", "given back in the other order"),
    Mutant("course", "told of another's value", course.Course.told,
           "before is None or writer(before, name) == result[1]", "True", "one that is not back"),
    Mutant("course", "numbers of two epochs compared", course.place_of, "ended.get(epoch, 0), epoch, there",
           'there, "", 0', "a new act behind all that is given back"),
    Mutant("course", "epochs by name", course.place_of, "ended.get(epoch, 0), epoch, there", "15, epoch, there",
           "acts of two epochs"),
    Mutant("sealed", "one key for all", seal._key, " + op.encode()", "", "of another op"),
    Mutant("sealed", "the server's point left out", seal._key, " + theirs", "", "to another server"),
]  # fmt: skip
MUTANTS: list[Mutant | Constant] = [*CANON, *CHAINS, *CHECK, *CLOCK, *APPLY, *MERGE, *DEVICE, *UPCAST, *GIVEN_BACK]
