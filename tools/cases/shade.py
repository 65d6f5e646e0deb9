"""What devices keep of a record, and for how long."""

import hashlib
import hmac

from cases.build import CLERK, DAY, MINUTE, NOON, POST, Case, Json, case, op_id, visit

SPEC = "10.5"
SHOWS = ("P25",)

KEY = bytes(range(32))
HOUR = 60 * MINUTE
FULL = NOON + 12 * HOUR
LAST_DAY = (NOON + 30 * DAY) // DAY


def keyed(field: str, folded: str) -> str:
    """By hand: the folded text is written out in each case."""
    return hmac.new(KEY, f"{field}:{folded}".encode(), hashlib.sha256).hexdigest()[:16]


def cases() -> list[Case]:
    return [*held(), *shapes(), *days(), *masks(), *folds(), *hashes()]


OPEN = {
    "name": "欧阳小明", "phone": "139-0000 0000", "plate": "粤A·12345", "host": "赵丽", "purpose": "送货",
    "unit": "3-201",
    "items": ["纸箱"], "note": [[op_id(1), CLERK, NOON, "a"]], "companions": 2,
}  # fmt: skip
GONE = {"left": NOON, "left_post": POST}
MASKED = {"name": "欧阳**", "plate": "***345", "unit": "3-201", "companions": 2}
HASHES = {
    "name": keyed("name", "欧阳小明"),
    "phone": keyed("phone", "13900000000"),
    "plate": keyed("plate", "粤A12345"),
}


def one(name: str, fault: str, body: Json, now: int, expected: Json | None) -> Case:
    return case(name, fault, {"body": body, "key": KEY.hex(), "now": now}, {"body": expected})


def held() -> list[Case]:
    """Limits in time: full, shade, nothing."""
    full, shaded = visit(f={**OPEN, **GONE}), visit(f={**MASKED, **GONE}, sh=True, h=HASHES)
    end = LAST_DAY * DAY
    return [
        one("an open visit of years ago", "age counted from the arrival", visit(f=OPEN), NOON + 1000 * DAY,
            visit(f=OPEN)),
        one("one millisecond before the full time is over", "a limit one too low", full, FULL - 1, full),
        one("the full time is over", "a limit one too high", full, FULL, shaded),
        one("a shade is shaded again", "hashes of masked values", shaded, FULL + 1, shaded),
        one("a shade before its time", "a shade taken for full", shaded, NOON, shaded),
        one("one millisecond before the last day begins", "a limit one too low", full, end - 1, shaded),
        one("the last day begins", "kept until the same time of that day", full, end, None),
        one("a shade whose last day begins", "shades kept for ever", shaded, end, None),
        one("a record closed in 1970", "a closing time of 0 taken for open", visit(f={**OPEN, "left": 0}), NOON, None),
        one("a kind that never closes", "a crash on a kind without a closing field",
            {"at": NOON, "by": CLERK, "f": {"name": "东门", "zone": "Asia/Shanghai"}, "id": op_id(3), "kind": "site",
            "ver": op_id(3)},
            NOON + 1000 * DAY,
            {"at": NOON, "by": CLERK, "f": {"name": "东门", "zone": "Asia/Shanghai"}, "id": op_id(3), "kind": "site",
            "ver": op_id(3)}),
    ]  # fmt: skip


def shapes() -> list[Case]:
    written = {
        "ver": op_id(2),
        "w": {"left": [CLERK, NOON, op_id(2)], "name": [CLERK, NOON, op_id(2)]},
        "x": ["straddle"],
    }
    return [
        one("writers and flags stay", "all but the fields dropped", visit(f={"name": "李明", **GONE}, **written), FULL,
            visit(f={"name": "李*", **GONE}, sh=True, h={"name": keyed("name", "李明")}, **written)),
        one("nothing private is there", "an empty list of hashes", visit(f=GONE), FULL, visit(f=GONE, sh=True)),
        one("an erased visit", "hashes of what is gone", visit(f=GONE, erased=True), FULL,
            visit(f=GONE, erased=True, sh=True)),
        one("private fields without mask or hash", "a private value left in the shade",
            visit(f={"host": "赵丽", "purpose": "送货", "note": [[op_id(1), CLERK, NOON, "a"]], "items": ["纸箱"],
                     **GONE}),
            FULL,
            visit(f=GONE, sh=True)),
        one("a phone leaves its hash alone", "a phone masked like a plate", visit(f={"phone": "13900000000", **GONE}),
            FULL,
            visit(f=GONE, sh=True, h={"phone": HASHES["phone"]})),
    ]  # fmt: skip


def days() -> list[Case]:
    def day(name: str, fault: str, body: Json, expected: int) -> Case:
        return case(name, fault, {"expiry_of": body}, {"day": expected})

    midnight = 20_000 * DAY
    return [
        day("still open", "a day counted from the arrival", visit(), 0),
        day("closed at midnight", "the day before", visit(f={"left": midnight}), 20_030),
        day("closed just before midnight", "rounded up, or to the nearest", visit(f={"left": midnight - 1}), 20_029),
        day("closed at noon", "rounded up", visit(f={"left": midnight + 12 * HOUR}), 20_030),
        day("closed in 1970", "a closing time of 0 taken for open", visit(f={"left": 0}), 30),
    ]


def masks() -> list[Case]:
    return [
        case(name, fault, {"masked": value, "field": field}, {"text": expected})
        for name, fault, field, value, expected in [
            ("a surname and one character", "a name of two characters shown whole", "name", "李明", "李*"),
            ("a surname and two characters", "a star for all that is hidden", "name", "李小明", "李**"),
            ("a surname and four characters", "stars that tell the length", "name", "李小明先生", "李**"),
            ("a compound surname and one character", "a surname of two characters cut", "name", "欧阳明", "欧阳*"),
            ("a compound surname and two characters", "stars for the whole name", "name", "诸葛孔明", "诸葛**"),
            ("a compound surname in old characters", "simplified surnames alone known", "name", "歐陽修", "歐陽*"),
            ("two characters that look like a compound surname", "a name of two characters shown whole", "name", "欧阳",
                "欧*"),
            ("two characters that are no compound surname", "each name cut after two", "name", "李明哲", "李**"),
            ("a name of one character", "a star for nothing", "name", "李", "李"),
            ("a surname of four bytes", "half a character left over", "name", "𠮷田", "𠮷*"),
            ("a name in letters", "names of Chinese alone masked", "name", "John", "J**"),
            ("a plate", "the head left instead of the tail", "plate", "粤A12345", "***345"),
            ("a plate of six", "the tail of a plate without its stars", "plate", "A12345", "***345"),
            ("a plate of five", "stars that tell nothing of the length, or one too many", "plate", "12345", "**345"),
            ("a plate of four", "stars without limit below", "plate", "1234", "*234"),
            ("a plate of three", "a short plate shown whole", "plate", "123", "***"),
            ("a plate of one", "three stars for one character", "plate", "1", "*"),
            ("a plate of four characters of four bytes", "half a character left over", "plate", "𠮷𠮷𠮷𠮷", "*𠮷𠮷𠮷"),
        ]
    ]  # fmt: skip


def folds() -> list[Case]:
    return [
        case(name, fault, {"fold": value}, {"text": expected})
        for name, fault, value, expected in [
            ("spaces, hyphens and middle dots go", "one of each removed, not all", "粤A·1-2 3-4 5", "粤A12345"),
            ("wide and no-break spaces go", "ASCII spaces alone removed", "李\u3000小\u00a0明", "李小明"),
            ("ASCII letters become upper case", "letters as typed", "abcXYZ", "ABCXYZ"),
            ("other letters keep their case", "upper case by locale: ß becomes SS, i becomes İ", "ßéıω", "ßéıω"),
            ("composed and decomposed are one", "two hashes for one name", "e\u0301", "é"),
            ("a ligature stays", "compatibility forms folded", "ﬁ", "ﬁ"),
            ("full-width letters stay", "compatibility forms folded", "Ａ１", "Ａ１"),
            ("a tab stays", "every white space removed", "a\tb", "A\tB"),
            ("an en dash stays", "every dash removed", "1–2", "1–2"),
            ("nothing", "a crash on nothing", "", ""),
            ("spaces alone", "text that folds to nothing refused", " - ·", ""),
        ]
    ]  # fmt: skip


def hashes() -> list[Case]:
    return [
        case(name, fault, {"keyed": value, "key": KEY.hex(), "field": field}, {"hash": keyed(field, folded)})
        for name, fault, field, value, folded in [
            ("a plate by hash", "the value hashed as typed", "plate", "粤a·123 45", "粤A12345"),
            ("the same value in another field", "the field left out: a phone found as a plate", "phone", "粤A12345",
                "粤A12345"),
            ("an emoji by hash", "text hashed as UTF-16", "name", "😀", "😀"),
            ("nothing by hash", "a crash on nothing", "name", "", ""),
        ]
    ]  # fmt: skip
