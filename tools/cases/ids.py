"""Identifiers."""

from cases import by_hand
from cases.build import NOON, Case, case

SPEC = "0"


def cases() -> list[Case]:
    return [*made(), *told()]


def made() -> list[Case]:
    # Written out from RFC 9562: 48 bits of milliseconds, version 7, 12 random bits, variant 10, 62 random bits.
    return [
        case("the example of RFC 9562", "version or variant bits in the wrong place",
             {"uuid7": {"ms": 0x017F22E279B0, "random": "0cc318c4dc0c0c07398f"}},
             {"id": "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"}),
        case("all random bits set", "random bits that reach into version or variant",
             {"uuid7": {"ms": 2**48 - 1, "random": "ff" * 10}}, {"id": "ffffffff-ffff-7fff-bfff-ffffffffffff"}),
        case("no bit set", "leading zeros lost", {"uuid7": {"ms": 0, "random": "00" * 10}},
             {"id": "00000000-0000-7000-8000-000000000000"}),
        case("an instant beyond 32 bits", "bit operations on 32 bits",
            {"uuid7": {"ms": NOON, "random": "00" * 10}},
             {"id": f"{NOON >> 16:08x}-{NOON & 0xFFFF:04x}-7000-8000-000000000000"}),
        case("an id that follows from two names", "names joined without a mark between them",
             {"derived": ["notice", "ab"]}, {"id": by_hand.derived("notice", "ab")}),
        case("the same letters in other names", "names joined without a mark between them",
             {"derived": ["noticea", "b"]}, {"id": by_hand.derived("noticea", "b")}),
        case("an id that follows from a name in Chinese", "names taken as UTF-16", {"derived": ["门岗"]},
             {"id": by_hand.derived("门岗")}),
    ]  # fmt: skip


def told() -> list[Case]:
    good = "0199f0a0-0001-7000-8000-000000000001"
    return [
        case(name, fault, {"is_uuid": value}, {"is": expected})
        for name, fault, value, expected in [
            ("a version 7 id", "every id refused", good, True),
            ("an id of another version", "version 7 asked of persons and sites",
                "6fa459ea-ee8a-4ca4-894e-db77e160355e", True),
            ("upper case", "two texts for one id", good.upper(), False),
            ("no hyphens", "two texts for one id", good.replace("-", ""), False),
            ("braces", "two texts for one id", "{" + good + "}", False),
            ("a new line behind it", "a pattern whose end also matches before a new line", good + "\n", False),
            ("a digit missing", "length not looked at", good[:-1], False),
            ("a letter beyond f", "letters not looked at", good[:-1] + "g", False),
            ("full-width digits", "a pattern in which digits are those of any script", good[:-1] + "１", False),
            ("nothing", "an empty text let through", "", False),
            ("a number", "a crash on what is no text", 7, False),
            ("null", "a crash on null", None, False),
            ("a list that holds an id", "a list taken for its text", [good], False),
        ]
    ]  # fmt: skip
