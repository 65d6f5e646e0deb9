"""Signatures that hold and signatures that do not."""

from cases import by_hand
from cases.build import CHAIN, TABLET, Case, case

SPEC = "0"
SHOWS = ("P4",)

MESSAGE = "gh-token-1" + by_hand.canon({"anchor": None, "chain": CHAIN, "device": TABLET, "label": "门岗"})
KEY = by_hand.public(by_hand.KEY)
SIG = by_hand.raw(by_hand.KEY, MESSAGE)
R, S = SIG[:32], SIG[32:]
ZERO = bytes(32)


def cases() -> list[Case]:
    order = by_hand.ORDER.to_bytes(32, "big")
    mirrored = (by_hand.ORDER - int.from_bytes(S, "big")).to_bytes(32, "big")
    long_s = int.from_bytes(S, "big") + by_hand.ORDER
    point = by_hand.KEY.public_key().public_numbers()
    compressed = bytes([2 + point.y % 2]) + point.x.to_bytes(32, "big")
    off_curve = b"\x04" + point.x.to_bytes(32, "big") + (point.y ^ 1).to_bytes(32, "big")
    return [
        one("a signature", "text signed as UTF-16, or hashed twice", "holds"),
        one("its mirror image", "low s asked for: hardware does not give it", "holds", sig=by_hand.b64(R + mirrored)),
        one("an empty message", "a crash on nothing", "holds", message="",
            sig=by_hand.b64(by_hand.raw(by_hand.KEY, ""))),
        one("another message", "everything accepted", "fails", message=MESSAGE + " "),
        one("another key", "the key not used", "fails", key=by_hand.public(by_hand.OTHER_KEY)),
        one("a flipped bit in r", "half of it looked at", "fails", sig=by_hand.b64(bytes([R[0] ^ 1]) + R[1:] + S)),
        one("a flipped bit in s", "half of it looked at", "fails", sig=by_hand.b64(R + S[:-1] + bytes([S[-1] ^ 1]))),
        one("r of zero", "a library that does not check the range", "fails", sig=by_hand.b64(ZERO + S)),
        one("s of zero", "a library that does not check the range", "fails", sig=by_hand.b64(R + ZERO)),
        one("both zero", "a signature for every message", "fails", sig=by_hand.b64(ZERO + ZERO)),
        one("r of the order", "a range one too wide", "fails", sig=by_hand.b64(order + S)),
        one("s of the order", "a range one too wide", "fails", sig=by_hand.b64(R + order)),
        *([one("s above the order", "s reduced before it is used", "fails",
            sig=by_hand.b64(R + long_s.to_bytes(32, "big")))]
          if long_s < 2**256 else []),
        one("r and s swapped", "the order of the halves", "fails", sig=by_hand.b64(S + R)),
        one("DER instead of raw", "both forms accepted: two texts for one signature", "fails",
            sig=by_hand.b64(by_hand.der(by_hand.KEY, MESSAGE))),
        one("a byte too short", "missing bytes read as zero", "fails", sig=by_hand.b64(SIG[:-1])),
        one("a byte too long", "the rest not looked at", "fails", sig=by_hand.b64(SIG + b"\x00")),
        one("no signature", "nothing to refuse", "fails", sig=""),
        one("a signature with padding", "two texts for one signature", "fails", sig=by_hand.b64(SIG) + "=="),
        one("a compressed key", "two texts for one key", "fails", key=by_hand.b64(compressed)),
        one("a key off the curve", "a point that leaks what it is multiplied with", "fails",
            key=by_hand.b64(off_curve)),
        one("a key cut short", "a crash instead of an answer", "fails", key=by_hand.b64(b"\x04" + ZERO)),
        one("a key of zeros", "the point at infinity accepted", "fails", key=by_hand.b64(bytes(65))),
    ]  # fmt: skip


def one(name: str, fault: str, valid: str, *, key: str = KEY, message: str = MESSAGE, sig: str | None = None) -> Case:
    given = {"key": key, "message": message, "sig": by_hand.b64(SIG) if sig is None else sig}
    return case(name, fault, given, {"valid": valid == "holds"})
