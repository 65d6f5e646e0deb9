"""Canonical JSON and byte texts."""

from cases.build import Case, case

SPEC = "0"
SHOWS = ("P1",)

BAD = {"error": "not_canonical"}
MAX = 2**53 - 1


def cases() -> list[Case]:
    return [*written(), *read(), *refused(), *base64url()]


def written() -> list[Case]:
    both = "encode and decode take different paths here"
    return [
        case("keys are sorted, with no spaces", both, {"value": {"b": 1, "a": [True, None]}},
             {"text": '{"a":[true,null],"b":1}'}),
        case("a shorter key comes before the longer one it begins", "keys sorted by length or by insertion",
             {"value": {"ab": 1, "a": 2, "a_": 3}}, {"text": '{"a":2,"a_":3,"ab":1}'}),
        case("upper case sorts before lower case", "keys sorted by a locale", {"value": {"a": 1, "B": 2}},
             {"text": '{"B":2,"a":1}'}),
        case("keys that look like numbers sort as text", "an object that lists number-like keys first, by size",
             {"value": {"10": 1, "9": 2, "a": 3}}, {"text": '{"10":1,"9":2,"a":3}'}),
        case("short escapes where JSON has them", "an escape written as \\u000a", {"value": "\b\f\n\r\t\"\\"},
             {"text": '"\\b\\f\\n\\r\\t\\"\\\\"'}),
        case("other control characters as lower-case escapes", "upper-case hex, or raw control characters",
             {"value": "\x00\x0b\x1f"}, {"text": '"\\u0000\\u000b\\u001f"'}),
        case("delete and C1 controls are raw", "escapes beyond U+001F", {"value": "\x7f\x85"}, {"text": '"\x7f\x85"'}),
        case("a slash and markup are raw", "escapes for HTML's sake", {"value": "</a>&'"}, {"text": "\"</a>&'\""}),
        case("line separators are raw", "escapes for JavaScript's sake", {"value": "\u2028\u2029"},
             {"text": '"\u2028\u2029"'}),
        case("Chinese is raw UTF-8", "ASCII-only output", {"value": "门岗"}, {"text": '"门岗"'}),
        case("an emoji of four bytes is raw", "a pair of escaped surrogates", {"value": "😀"}, {"text": '"😀"'}),
        case("empty things", "an empty list or object written as null", {"value": {"a": {}, "b": [], "c": ""}},
             {"text": '{"a":{},"b":[],"c":""}'}),
        case("the greatest integer", "a limit one too low", {"value": MAX}, {"text": "9007199254740991"}),
        case("the least integer", "a limit on one side only", {"value": -MAX}, {"text": "-9007199254740991"}),
        case("zero", "zero written with a sign", {"value": 0}, {"text": "0"}),
        case("a new line before a combining mark",
            "normal form judged on the text, where the mark follows the letter n",
             {"value": "a\n\u0303b"}, {"text": '"a\\n\u0303b"'}),
        case("a control escape before a combining mark",
            "normal form judged on the text, where the mark follows a digit's f",
             {"value": "\x1f\u0307"}, {"text": '"\\u001f\u0307"'}),
    ]  # fmt: skip


def read() -> list[Case]:
    return [
        case("a bare text is canonical", "decode takes objects alone", {"text": '"a"'}, {"value": "a"}),
        case("null is canonical", "decode takes null for nothing read", {"text": "null"}, {"value": None}),
        case("16 lists in each other", "a limit one too low", {"text": "[" * 16 + "1" + "]" * 16},
             {"value": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}),
        case("objects and lists 16 deep", "a step of two per object", {"text": '{"a":[' * 8 + "]}" * 8},
             {"value": {"a": [{"a": [{"a": [{"a": [{"a": [{"a": [{"a": [{"a": []}]}]}]}]}]}]}]}}),
        case("a byte order mark inside a text is a character", "a mark stripped by the decoder", {"text": '"\ufeffa"'},
             {"value": "\ufeffa"}),
    ]  # fmt: skip


def refused() -> list[Case]:
    return [
        case(name, fault, given, BAD)
        for name, fault, given in [
            ("unsorted keys", "decode without encoding again", {"text": '{"b":1,"a":2}'}),
            ("the same key twice, same value", "the last one wins", {"text": '{"a":1,"a":1}'}),
            ("the same key twice, other value", "the first one wins", {"text": '{"a":1,"a":2}'}),
            ("a space after the colon", "spaces allowed", {"text": '{"a": 1}'}),
            ("a space before the text", "white space trimmed before", {"text": ' 1'}),
            ("a new line after the text", "white space trimmed behind", {"text": "1\n"}),
            ("a float with nothing behind the point", "1.0 read as the integer 1", {"text": "1.0"}),
            ("a float", "numbers read without asking for their kind", {"text": "0.5"}),
            ("an exponent", "1e3 read as 1000", {"text": "1e3"}),
            ("minus zero", "minus zero read as 0", {"text": "-0"}),
            ("2^53", "an integer that doubles cannot tell from its neighbour", {"text": "9007199254740992"}),
            ("2^53 + 1", "rounding to 2^53 and back", {"text": "9007199254740993"}),
            ("minus 2^53", "a limit on positive numbers alone", {"text": "-9007199254740992"}),
            ("2^53 in an object", "numbers looked at on the outside alone", {"text": '{"a":9007199254740992}'}),
            ("2^53 in a list in an object", "numbers looked at in objects alone",
             {"text": '{"a":[9007199254740992]}'}),
            ("17 lists in each other", "no limit of depth", {"text": "[" * 17 + "]" * 17}),
            ("17 objects in each other", "depth of lists alone limited", {"text": '{"a":' * 16 + "{}" + "}" * 16}),
            ("5000 lists in each other", "a stack that overflows", {"text": "[" * 5000 + "]" * 5000}),
            ("an integer of 5000 digits", "a number too long for the parser ends in a crash", {"text": "1" * 5000}),
            ("a number beyond doubles", "infinity", {"text": "1e999"}),
            ("a leading zero", "octal, or a lenient parser", {"text": "01"}),
            ("NaN", "Python's json accepts it", {"text": "NaN"}),
            ("a trailing comma", "a lenient parser", {"text": "[1,]"}),
            ("two values", "the rest of the text is not looked at", {"text": "1 2"}),
            ("nothing", "an empty text read as null", {"text": ""}),
            ("a cut text", "what is missing at the end is made up", {"text": '{"a":1'}),
            ("an escape where none is needed", "\\u0041 read as A", {"text": '"\\u0041"'}),
            ("an escaped slash", "\\/ read as /", {"text": '"\\/"'}),
            ("an escape in upper case", "\\u001F read as \\u001f", {"text": '"\\u001F"'}),
            ("a short escape written long", "\\u000a read as \\n", {"text": '"\\u000a"'}),
            ("an escaped emoji", "a pair of escapes read as the character", {"text": '"\\ud83d\\ude00"'}),
            ("an escaped lone surrogate", "half an emoji let through", {"text": '"\\ud83d"'}),
            ("an escaped low surrogate alone", "only high surrogates looked for", {"text": '"\\ude00"'}),
            ("a raw lone surrogate", "half an emoji let through", {"text": '"\ud83d"'}),
            ("a raw control character", "a lenient parser", {"text": '"\t"'}),
            ("e with a combining accent", "text that is not NFC", {"text": '"e\u0301"'}),
            ("a compatibility ideograph", "normal form asked of Latin alone", {"text": '"\uf900"'}),
            ("marks out of order", "composed characters looked for, order of marks not", {"text": '"q\u0307\u0323"'}),
            ("a key that is not ASCII", "keys sorted by UTF-16 on one side and UTF-8 on the other",
                {"text": '{"é":1}'}),
            ("invalid UTF-8", "replacement characters", {"hex": "22ff22"}),
            ("a surrogate in UTF-8 clothing", "WTF-8 let through", {"hex": "22eda0bd22"}),
            ("an overlong slash", "overlong forms let through", {"hex": "22c0af22"}),
            ("a cut character", "a decoder that drops what it cannot finish", {"hex": "22e997"}),
            ("a byte order mark before the text", "a mark stripped by the decoder", {"hex": "efbbbf31"}),
        ]
    ]  # fmt: skip


def base64url() -> list[Case]:
    valid = [
        ("one byte", "padding asked for", "QQ", "41"),
        ("two bytes", "a wrong number of bits taken from the last digit", "QUI", "4142"),
        ("three bytes", "a digit too many asked for", "QUJD", "414243"),
        ("both digits that differ from base64", "the classic alphabet", "_-8", "ffef"),
        ("no bytes", "an empty text refused", "", ""),
    ]
    invalid = [
        ("padding", "two texts for one value", "QQ=="),
        ("the classic alphabet", "both alphabets accepted", "/+8"),
        ("stray bits at the end", "bits dropped: two texts for one value", "QR"),
        ("stray bits at the end of three digits", "bits looked at in two digits alone", "QUJ"),
        ("a single digit", "a length that no bytes have", "A"),
        ("a space", "white space skipped", "QU JD"),
        ("a letter that is not ASCII", "a crash instead of an error", "QÜJD"),
        ("a new line at the end", "white space trimmed", "QUJD\n"),
    ]
    return [
        *[case(f"base64url: {name}", fault, {"base64url": text}, {"hex": raw}) for name, fault, text, raw in valid],
        *[case(f"not base64url: {name}", fault, {"base64url": text}, BAD) for name, fault, text in invalid],
    ]
